"""The office's sheet: what a pull and the template tell, and how a pull is refused."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "sheet.problem": Both(
        "{sheet}, fila {row}, columna {column}, «{value}»: {reason}",
        "{sheet}, row {row}, column {column}, “{value}”: {reason}",
    ),
    "sheet.written": Both("Hojas listas: {names}", "Worksheets ready: {names}"),
    "sheet.nothing_written": Both("No faltaba ninguna hoja: nada cambió", "No worksheet was missing: nothing changed"),
    "sheet.left": Both(
        "Ya tenían contenido y no se tocaron: {names}", "Had content already, left as they are: {names}"
    ),
    "error.PULL_IN_PROGRESS.title": Both("YA SE ESTÁ LEYENDO", "ALREADY BEING READ"),
    "error.PULL_IN_PROGRESS.detail": Both(
        "Otra terminal lee la planilla en este momento; de esta lectura no se cargó nada",
        "Another terminal is reading the sheet right now; nothing was loaded here",
    ),
    "error.PULL_IN_PROGRESS.next": Both("Repita en un minuto", "Repeat in a minute"),
    "error.SHEET_HAS_HISTORY.title": Both("LA PLANILLA TIENE HISTORIA", "THE SHEET HAS A HISTORY"),
    "error.SHEET_HAS_HISTORY.detail": Both(
        "El registro está vacío y la hoja {sheet} tiene eventos que él no tiene: recupérelo con `kiosk rebuild`, "
        "o empiece uno nuevo a propósito con `kiosk pull --anew`",
        "The ledger is empty and worksheet {sheet} has events that it does not have: bring it back with "
        "`kiosk rebuild`, or begin a new one on purpose with `kiosk pull --anew`",
    ),
    "error.SHEET_HAS_HISTORY.next": Both("No se cargó nada; elija una de las dos", "Nothing was loaded; choose one"),
}
