"""A ledger out of the office's sheet: what was restored, and what could not be known."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "rebuild.reading.one": Both("Leyendo la planilla: {count} respuesta", "Reading the sheet: {count} answer"),
    "rebuild.reading": Both("Leyendo la planilla: {count} respuestas", "Reading the sheet: {count} answers"),
    "rebuild.done": Both(
        "Reconstruido de la planilla: {spools} spools, {occupied} tomados, {workers} trabajadores, {events} eventos",
        "Rebuilt from the sheet: {spools} spools, {occupied} taken, {workers} workers, {events} events",
    ),
    "rebuild.doubtful.one": Both("{count} spool no es seguro: revíselo", "{count} spool is not certain: check it"),
    "rebuild.doubtful": Both("{count} spools no son seguros: revíselos", "{count} spools are not certain: check them"),
    "rebuild.renumbered": Both(
        "Los eventos tienen números nuevos: no son los de antes",
        "The events have new numbers: not those they had",
    ),
    "rebuild.next": Both(
        "Las terminales que conocían el registro anterior piden que un supervisor acepte este",
        "Terminals that knew the former ledger ask for a supervisor to accept this one",
    ),
    "rebuild.after_last": Both(
        "Lo último que tenía la planilla es del {last}; de lo guardado después no se sabe nada",
        "The last that the sheet had is of {last}; nothing is known of what was saved after it",
    ),
    "rebuild.no_history": Both(
        "La planilla no tenía ningún evento: la historia no se conoce",
        "The sheet had no event: the history is not known",
    ),
    "rebuild.unknown": Both(
        "{tag}: tiene eventos ({events}) y no está en Operaciones; quedó solo en la historia",
        "{tag}: has events ({events}) and is not in Operaciones; only the history has it",
    ),
    "rebuild.missing.one": Both(
        "Falta {count} evento en Metadata: {numbers}", "Metadata lacks {count} event: {numbers}"
    ),
    "rebuild.missing": Both(
        "Faltan {count} eventos en Metadata: {numbers}", "Metadata lacks {count} events: {numbers}"
    ),
    "rebuild.inexact.one": Both(
        "{count} evento no es exacto: lo escribió otro programa o una persona",
        "{count} event is not exact: another program or a person wrote it",
    ),
    "rebuild.inexact": Both(
        "{count} eventos no son exactos: los escribió otro programa o una persona",
        "{count} events are not exact: another program or a person wrote them",
    ),
    "rebuild.repeated.one": Both("{count} fila de Metadata repetía otra", "{count} row of Metadata repeated another"),
    "rebuild.repeated": Both("{count} filas de Metadata repetían otras", "{count} rows of Metadata repeated others"),
    "rebuild.expired.one": Both("{count} toma está vencida: {tags}", "{count} occupation has run out: {tags}"),
    "rebuild.expired": Both("{count} tomas están vencidas: {tags}", "{count} occupations have run out: {tags}"),
    "rebuild.and_more": Both("… y {count} más (todo con --json)", "… and {count} more (all with --json)"),
    "rebuild.doubt": Both("{tag} (fila {row}): {reason}", "{tag} (row {row}): {reason}"),
    "rebuild.duda.FILA_ADELANTADA": Both(
        "su fila muestra un evento que Metadata no tiene: se perdieron eventos",
        "its row shows an event that Metadata does not have: events were lost",
    ),
    "rebuild.duda.HISTORIA_ROTA": Both(
        "sus eventos no siguen uno del otro", "its events do not follow from one another"
    ),
    "rebuild.duda.FILA_DISTINTA": Both("su fila y sus eventos no coinciden", "its row and its events do not agree"),
    "rebuild.duda.FILA_ILEGIBLE": Both("su fila no se puede leer", "its row cannot be read"),
    "rebuild.column": Both("{column} «{sheet}» y no «{log}»", "{column} “{sheet}”, not “{log}”"),
    "rebuild.taken_sheet": Both("vale la fila", "the row is taken"),
    "rebuild.taken_log": Both("valen los eventos", "the events are taken"),
}
