"""Lector: what a scanner types, and what it became."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "lector.title": Both("Lector: aquí ningún código hace nada", "Scanner: no code does anything here"),
    "lector.hint": Both("Escanee cualquier código", "Scan any code"),
    "lector.recent": Both("Los últimos", "The last ones"),
    "lector.recent_count": Both("Los últimos ({count})", "The last ones ({count})"),
    "lector.column.came": Both("Llegó", "Came"),
    "lector.column.gaps": Both("ms mín/med/máx", "ms min/med/max"),
    "lector.column.ends": Both("Fin", "End"),
    "lector.column.prefix": Both("Prefijo", "Prefix"),
    "lector.column.became": Both("Resultó", "Became"),
    "lector.became": Both("→ {what}", "→ {what}"),
    "lector.how": Both(
        "fin {suffix} · prefijo {prefix} · ms entre teclas: {gaps} · {speed}",
        "end {suffix} · prefix {prefix} · ms between keys: {gaps} · {speed}",
    ),
    "lector.by_scanner": Both("lector", "scanner"),
    "lector.by_hand": Both("a mano", "by hand"),
    "lector.no_prefix": Both("ninguno", "none"),
    "lector.is_badge": Both("credencial {number}", "badge {number}"),
    "lector.is_command": Both("orden {name}", "command {name}"),
    "lector.is_choice": Both("respuesta {number}", "answer {number}"),
    "lector.is_spool": Both("spool {tag}", "spool {tag}"),
    "lector.is_ambiguous": Both("varios spools: {tags}", "several spools: {tags}"),
    "lector.is_nothing": Both("nada conocido: {text}", "nothing known: {text}"),
    "lector.is_calibration": Both("calibración: {verdict}", "calibration: {verdict}"),
    "lector.calibration.ok": Both("en orden", "in order"),
    "lector.calibration.unknown": Both("distribución desconocida", "unknown layout"),
    "lector.in_order.title": Both("LECTOR Y TERMINAL, EN ORDEN", "SCANNER AND TERMINAL IN ORDER"),
    "lector.in_order.detail": Both(
        "Los dos usan la misma distribución de teclado", "Both use the same keyboard layout"
    ),
    "lector.in_order.next": Both("No hay nada que cambiar", "There is nothing to change"),
    "lector.mismatch.title": Both("TECLADOS DISTINTOS", "DIFFERENT KEYBOARDS"),
    "lector.mismatch.detail": Both(
        "El lector escribe como en {scanner}; la terminal es de {terminal}. El manual del lector trae el código "
        "que lo cambia de país",
        "The scanner types as in {scanner}; the terminal is set to {terminal}. The scanner's manual has the code that "
        "changes its country",
    ),
    "lector.mismatch.next": Both(
        "Configure el lector en {terminal}, o ponga KIOSK_KEYBOARDS={pair}",
        "Set the scanner to {terminal}, or set KIOSK_KEYBOARDS={pair}",
    ),
    "lector.unknown.title": Both("DISTRIBUCIÓN DESCONOCIDA", "UNKNOWN LAYOUT"),
    "lector.unknown.detail": Both(
        "Llegó {text}: no es lector y terminal de EE. UU., España ni Latinoamérica",
        "{text} arrived: no US, Spanish or Latin American scanner and terminal send that",
    ),
    "lector.unknown.next": Both(
        "Con el manual del lector, páselo al país de la terminal",
        "With its manual, set the scanner to the terminal's country",
    ),
    "lector.saved.title": Both("GUARDADO EN UN ARCHIVO", "SAVED TO A FILE"),
    "lector.saved.next": Both("Envíelo a quien atiende la terminal", "Send it to whoever looks after the terminal"),
    "lector.not_saved.title": Both("NO SE PUDO GUARDAR", "COULD NOT SAVE"),
    "lector.not_saved.next": Both(
        "Revise la carpeta de datos (KIOSK_DATA_DIR)", "Check the data folder (KIOSK_DATA_DIR)"
    ),
    "lector.file.title": Both("Lector · estación {station} · {now}", "Scanner · station {station} · {now}"),
    "lector.file.pair": Both("Lector/terminal: {pair}", "Scanner/terminal: {pair}"),
    "lector.file.pair_unknown": Both("desconocido", "unknown"),
    "layout.us": Both("EE. UU.", "the US"),
    "layout.es": Both("España", "Spain"),
    "layout.latam": Both("Latinoamérica", "Latin America"),
    "key.guardar": Both("Guardar", "Save"),
    "tip.guardar": Both("Guardar todo en un archivo de texto", "Save everything to a text file"),
}
