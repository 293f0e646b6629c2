"""The office's columns, found by name however they are spelled, and their cells' values. No files, no network."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from datetime import time as timeofday
from typing import Final
from zoneinfo import ZoneInfo

DATE_FORMAT: Final = "%d-%m-%Y"
DATETIME_FORMAT: Final = "%d-%m-%Y %H:%M:%S"

OPERACIONES: Final = (
    "TAG_SPOOL",
    "OT",
    "NV",
    "Fecha_Materiales",
    "Armador",
    "Fecha_Armado",
    "Soldador",
    "Fecha_Soldadura",
    "Fecha_QC_Metrologia",
    "Ocupado_Por",
    "Fecha_Ocupacion",
    "Estado_Detalle",
)
TRABAJADORES: Final = ("Id", "Nombre", "Apellido", "Activo", "Idioma")
ROLES: Final = ("Id", "Rol", "Activo")

_TRUE: Final = frozenset({"true", "verdadero", "si", "1", "x", "activo", "yes"})
_IDIOMAS: Final = {
    **dict.fromkeys(("es", "esp", "espanol", "castellano", "spanish"), "es"),
    **dict.fromkeys(("en", "eng", "ingles", "english"), "en"),
}
_FALSE: Final = frozenset({"false", "falso", "no", "0", "", "inactivo"})


def plain(text: str) -> str:
    """The text without accents, case, spaces and punctuation: `Fecha Metrología ` is `fechametrologia`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", decomposed)


def find_columns(headers: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands in the header row; columns that are not there are left out.

    Raises ValueError when two headers spell the same wanted column.
    """
    places: dict[str, int] = {}
    names = {plain(name): name for name in wanted}
    for place, header in enumerate(headers):
        name = names.get(plain(header))
        if name is None:
            continue
        if name in places:
            raise ValueError(f"la columna {name} aparece dos veces")
        places[name] = place
    return places


def parse_date(cell: str) -> date | None:
    """The day in a cell, `DD-MM-YYYY` (also with `/`, also ISO), None for an empty one. Raises ValueError."""
    text = cell.strip().replace("/", "-")
    if not text:
        return None
    match = re.fullmatch(
        r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})|(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})", text
    )
    if match is None:
        raise ValueError("no es una fecha DD-MM-YYYY")
    try:
        return date(
            *(int(match[day_first] or match[iso]) for day_first, iso in (("y", "iy"), ("m", "im"), ("d", "id")))
        )
    except ValueError as exc:
        raise ValueError("no existe ese día") from exc


def parse_datetime(cell: str, timezone: ZoneInfo) -> datetime | None:
    """The instant (UTC) in a cell, `DD-MM-YYYY HH:MM:SS` in the plant's time zone, None for an empty one.

    A day without a time is its first moment. Raises ValueError.
    """
    text = cell.strip()
    day, _, time = text.partition(" ")
    found = parse_date(day)
    if found is None:
        return None
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", time.strip() or "0:00")
    if match is None:
        raise ValueError("no es una fecha DD-MM-YYYY HH:MM:SS")
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        clock = timeofday(hour, minute, second)
    except ValueError as exc:
        raise ValueError("no existe esa hora") from exc
    try:
        return datetime.combine(found, clock, timezone).astimezone(UTC)
    except OverflowError as exc:
        raise ValueError("está fuera de todo calendario") from exc


def parse_bool(cell: str) -> bool:
    """Yes or no as offices write it; an empty cell is no. Raises ValueError."""
    text = plain(cell)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("no es sí ni no")


def parse_id(cell: str) -> int:
    """A worker's number, also as spreadsheets export it (`93.0`). Raises ValueError."""
    match = re.fullmatch(r"(\d{1,9})(?:\.0+)?", cell.strip())
    if match is None or int(match[1]) < 1:
        raise ValueError("no es un número de trabajador")
    return int(match[1])


def parse_idioma(cell: str) -> str:
    """The language, `es` or `en`, as offices write it; empty for an empty cell. Raises ValueError."""
    if not cell.strip():
        return ""
    try:
        return _IDIOMAS[plain(cell)]
    except KeyError:
        raise ValueError("no es español ni inglés") from None


def parse_worker_nombre(cell: str) -> int:
    """The worker's number in `MR(93)`. Raises ValueError."""
    match = re.fullmatch(r"[^()]{0,8}\((\d{1,9})\)", cell.strip())
    if match is None:
        raise ValueError("no es INICIALES(ID)")
    return int(match[1])


def format_date(day: date | None) -> str:
    """The day as the office writes it, empty for None."""
    return day.strftime(DATE_FORMAT) if day else ""


def format_datetime(instant: datetime | None, timezone: ZoneInfo) -> str:
    """The instant as the office writes it, in the plant's time zone; empty for None."""
    return instant.astimezone(timezone).strftime(DATETIME_FORMAT) if instant else ""
