"""The commands' output on a terminal."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "cli.demo": Both(
        "DEMO: nada está configurado; esto ocurre en la planta de ejemplo",
        "DEMO: nothing is configured; this happens in the sample plant",
    ),
    "cli.no_terminal": Both(
        "La pantalla completa necesita una terminal; las órdenes (kiosk --help) no",
        "The full screen needs a terminal; the commands (kiosk --help) do not",
    ),
    "cli.nobody": Both("Nadie tiene un spool", "Nobody holds a spool"),
    "cli.free": Both("libre", "free"),
    "cli.no_history": Both("sin historia todavía", "no history yet"),
    "cli.batch": Both("{succeeded} de {total} tomados", "{succeeded} of {total} taken"),
    "cli.load": Both(
        "{added} spools nuevos, {updated} actualizados, {unchanged} iguales, {workers} trabajadores cambiados",
        "{added} new spools, {updated} updated, {unchanged} unchanged, {workers} workers changed",
    ),
    "cli.load_problem": Both(
        "{file}, línea {line}, columna {column}, «{value}»: {reason}",
        "{file}, line {line}, column {column}, “{value}”: {reason}",
    ),
    "cli.whole_line": Both("(línea)", "(line)"),
    "cli.load_problems": Both("{count} filas quedaron fuera", "{count} rows were left out"),
    "cli.loading": Both("Cargando", "Loading"),
    "cli.copying": Both("Copiando", "Copying"),
    "cli.copy": Both(
        "Copiado y comparado: {spools} spools, {occupied} tomados; eventos {first_seq} a {last_seq}",
        "Copied and compared: {spools} spools, {occupied} taken; events {first_seq} to {last_seq}",
    ),
    "cli.copy_next": Both(
        "Para trabajar con él, en cada terminal: KIOSK_LEDGER_URL={to}",
        "To work with it, on each terminal: KIOSK_LEDGER_URL={to}",
    ),
    "doctor.by_default": Both("por defecto", "default"),
    "doctor.ok": Both("Todo en orden", "All in order"),
    "doctor.trouble": Both("Hay problemas", "There is trouble"),
}
