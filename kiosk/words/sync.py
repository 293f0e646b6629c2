"""What `kiosk sync` tells while it keeps the office's sheet up to date."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
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
}
