"""The office's sheet: how it stands, pull and template, sync, and a ledger rebuilt from it."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    # How the sheet stands against the ledger
    "hoja.all_in": Both("HOJA ✓", "SHEET ✓"),
    "hoja.waiting": Both("HOJA {what}", "SHEET {what}"),
    "hoja.stopped": Both("HOJA detenida · {what}", "SHEET stopped · {what}"),
    "hoja.trouble": Both("HOJA con falla · {what}", "SHEET failing · {what}"),
    "hoja.trouble_idle": Both("HOJA con falla", "SHEET failing"),
    "hoja.legend": Both("{in_sheet} en la hoja  {saved} guardado", "{in_sheet} in the sheet  {saved} saved"),
    "hoja.box": Both("La planilla de la oficina", "The office's sheet"),
    "hoja.queue": Both("En la hoja", "In the sheet"),
    "hoja.nothing_waits": Both("✓ todo lo guardado está en la hoja", "✓ all that is saved is in the sheet"),
    "hoja.events_wait.one": Both("falta {count} evento", "{count} event is missing"),
    "hoja.events_wait": Both("faltan {count} eventos", "{count} events are missing"),
    "hoja.since": Both("desde hace {elapsed}", "for {elapsed}"),
    "hoja.trouble_name": Both("⚠ Falla", "⚠ Trouble"),
    "hoja.mirror": Both("Quién la pone al día", "Kept up by"),
    "hoja.never_mirrored": Both(
        "nadie todavía: falta que corra «kiosk sync»", "nobody so far: “kiosk sync” is not running"
    ),
    "hoja.mirrored_by": Both("{station}, anotado hace {elapsed}", "{station}, noted {elapsed} ago"),
    "hoja.mirrored_last": Both(
        "nadie ahora; la última fue {station}, hace {elapsed}", "nobody now; the last was {station}, {elapsed} ago"
    ),
    "hoja.pull": Both("Lectura de la oficina", "The office's part"),
    "hoja.pull_before": Both("Antes", "Before that"),
    "hoja.never_pulled": Both("todavía no se ha leído", "not read so far"),
    "hoja.pulled": Both(
        "leída hace {elapsed}: {added} spools nuevos, {updated} cambiados, {workers} trabajadores",
        "read {elapsed} ago: {added} new spools, {updated} changed, {workers} workers",
    ),
    "hoja.pulled_same": Both("leída hace {elapsed}, sin cambios", "read {elapsed} ago, no changes"),
    "hoja.problems": Both("⚠ Por corregir", "⚠ To be corrected"),
    "hoja.problem_count.one": Both("{count} dato de la planilla no sirve", "{count} entry of the sheet is no use"),
    "hoja.problem_count": Both("{count} datos de la planilla no sirven", "{count} entries of the sheet are no use"),
    "hoja.row": Both("{sheet}, fila {row}", "{sheet}, row {row}"),
    "hoja.more": Both("y {count} más", "and {count} more"),
    "hoja.conflicts": Both("Conflictos", "Conflicts"),
    "hoja.no_conflicts": Both("ninguno en las últimas 24 h", "none in the last 24 h"),
    "hoja.conflict_count.one": Both(
        "{count} vez la planilla decía otra cosa (24 h)", "{count} time the sheet said otherwise (24 h)"
    ),
    "hoja.conflict_count": Both(
        "{count} veces la planilla decía otra cosa (24 h)", "{count} times the sheet said otherwise (24 h)"
    ),
    "hoja.columns": Both("⚠ Columnas que faltan", "⚠ Missing columns"),
    "hoja.unknown": Both("⚠ Tags desconocidos", "⚠ Unknown tags"),
    "hoja.missing": Both("⚠ Spools sin fila", "⚠ Spools without row"),
    "hoja.repeated_tags": Both("⚠ Tags repetidos", "⚠ Repeated tags"),
    "hoja.rows_wait.one": Both("{count} fila", "{count} row"),
    "hoja.rows_wait": Both("{count} filas", "{count} rows"),
    "hoja.strays": Both("⚠ Celdas pisadas", "⚠ Cells written over"),
    "hoja.lost": Both("⚠ Eventos perdidos", "⚠ Lost events"),
    "hoja.lost_count": Both(
        "{count} ya no estaban en el registro y no llegaron a la hoja",
        "{count} were gone from the ledger before they reached the sheet",
    ),
    "hoja.requests": Both("Solicitudes a Google", "Requests to Google"),
    "hoja.requests_sum": Both(
        "{reads} lecturas · {writes} escrituras · {refused} rechazadas",
        "{reads} reads · {writes} writes · {refused} refused",
    ),
    "hoja.cells": Both("Celdas", "Cells"),
    "hoja.cells_of": Both("{cells} de {most}", "{cells} of {most}"),
    "hoja.nearly_full": Both("⚠ Planilla casi llena", "⚠ Sheet nearly full"),
    "doctor.no_sheet": Both("sin configurar", "not configured"),
    "doctor.columns": Both("{count} columnas", "{count} columns"),
    "doctor.no_columns": Both("faltan columnas: {missing}", "missing columns: {missing}"),
    "cli.saved": Both("▫ GUARDADO", "▫ SAVED"),
    "cli.in_sheet": Both("▪ EN LA HOJA", "▪ IN THE SHEET"),
    "hoja.in_sheet": Both("EN LA HOJA", "IN THE SHEET"),
    # Pull and template
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
    # kiosk sync
    "sync.standing_by": Both(
        "Otra terminal lleva la planilla; esta espera su turno",
        "Another terminal mirrors the sheet; this one stands by",
    ),
    "sync.elected": Both("Esta terminal lleva la planilla", "This terminal mirrors the sheet"),
    "sync.mirrored": Both(
        "EN LA HOJA: {events} eventos, {rows} filas; en espera: {waiting} eventos, {rows_waiting} filas",
        "IN THE SHEET: {events} events, {rows} rows; waiting: {waiting} events, {rows_waiting} rows",
    ),
    "sync.conflicts": Both(
        "{count} filas decían otra cosa: quedó en el registro", "{count} rows said otherwise: it is on record"
    ),
    "sync.conflicts.one": Both(
        "{count} fila decía otra cosa: quedó en el registro", "{count} row said otherwise: it is on record"
    ),
    "sync.pulled": Both(
        "Planilla leída: {added} spools nuevos, {updated} cambiados, {workers} personas; problemas {problems}",
        "Sheet read: {added} new spools, {updated} changed, {workers} people; problems {problems}",
    ),
    "sync.done": Both(
        "Nada espera: todo hasta el evento {seq} está EN LA HOJA",
        "Nothing waits: all up to event {seq} is IN THE SHEET",
    ),
    "sync.not_pulled": Both("No se leyó la planta", "The plant was not read"),
    "sync.not_mirrored": Both("La planilla no está al día", "The sheet is not up to date"),
    "sync.failed": Both(
        "{what}. {reason}. Se intenta otra vez en {seconds} s",
        "{what}. {reason}. Trying again in {seconds} s",
    ),
    # kiosk rebuild
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
