"""The office's sheet: how it stands against what is saved here."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
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
}
