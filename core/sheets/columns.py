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

TAG: Final = "TAG_SPOOL"
OFFICES: Final = (TAG, "OT", "NV", "Fecha_Materiales")
"""The columns of Operaciones that the office fills, and the shop understands."""
OPERACIONES: Final = (
    *OFFICES,
    *("Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura", "Fecha_QC_Metrologia"),
    *("Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle"),
)
"""What is known of a spool by its row, wherever the row stands."""
VERSION: Final = "version"
"""The column of the event that made a row what it is: the mirror's, and only in a spreadsheet."""
MIRRORED: Final = (*OPERACIONES, VERSION)
OWNED: Final = MIRRORED[len(OFFICES) :]
"""The columns that the shop owns. The mirror writes no other."""
TRABAJADORES: Final = ("Id", "Nombre", "Apellido", "Activo", "Idioma")
ROLES: Final = ("Id", "Rol", "Activo")

_TRUE: Final = frozenset({"true", "verdadero", "si", "1", "x", "activo", "yes"})
_FALSE: Final = frozenset({"false", "falso", "no", "0", "", "inactivo"})
_IDIOMAS: Final = {
    **dict.fromkeys(("es", "esp", "espanol", "castellano", "spanish"), "es"),
    **dict.fromkeys(("en", "eng", "ingles", "english"), "en"),
}
_TIME: Final = re.compile(r"[\sT](\d{1,2}):(\d{2})(?::(\d{2}))?$")
_NUMBERED_DAY: Final = re.compile(
    r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})|(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})"
)
_NAMED_DAY: Final = re.compile(
    r"(?P<d>\d{1,2})(?:[-/ ]| de )(?P<m>[^\W\d_]{3,10})\.?(?:[-/ ]| de | del )(?P<y>\d{4})", re.IGNORECASE
)
_MONTH_NAMES: Final = (
    ("enero", "ene", "january", "jan"),
    ("febrero", "feb", "february"),
    ("marzo", "mar", "march"),
    ("abril", "abr", "april", "apr"),
    ("mayo", "may"),
    ("junio", "jun", "june"),
    ("julio", "jul", "july"),
    ("agosto", "ago", "august", "aug"),
    ("septiembre", "setiembre", "sept", "sep", "set", "september"),
    ("octubre", "oct", "october"),
    ("noviembre", "nov", "november"),
    ("diciembre", "dic", "december", "dec"),
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}


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


def letters(place: int) -> str:
    """The letters of the column at `place` (from 0), as A1 notation has them: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def place_of(letters: str) -> int:
    """The place (from 0) of the column with these letters, A to Z."""
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def parse_date(cell: str) -> date | None:
    """The day in a cell, `DD-MM-YYYY` (also with `/`, also ISO, also `3 de abril de 2026`), None for an empty one.

    Raises ValueError.
    """
    text = cell.strip()
    day = _spelled_day(text)
    if text and day is None:
        raise ValueError("no es una fecha DD-MM-YYYY")
    return day


def _spelled_day(text: str) -> date | None:
    """The day, None when it is spelled in no known way. Raises ValueError for a day that does not exist."""
    if match := _NUMBERED_DAY.fullmatch(text.replace("/", "-")):
        year, month, day = (int(match[first] or match[iso]) for first, iso in (("y", "iy"), ("m", "im"), ("d", "id")))
    elif (match := _NAMED_DAY.fullmatch(text)) and (number := _MONTHS.get(plain(match["m"]))):
        year, month, day = int(match["y"]), number, int(match["d"])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError as exc:
        raise ValueError("no existe ese día") from exc


def split_time(cell: str) -> tuple[str, timeofday]:
    """The day's text and the time of day (`8:05`, `08:05:09`) in a cell; a day without one is its first moment.

    Raises ValueError.
    """
    text = cell.strip()
    match = _TIME.search(text)
    if match is None:
        return text, timeofday()
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return text[: match.start()].rstrip() or text, timeofday(hour, minute, second)
    except ValueError as exc:
        raise ValueError("no existe esa hora") from exc


def parse_datetime(cell: str, timezone: ZoneInfo) -> datetime | None:
    """The instant (UTC) in a cell, `DD-MM-YYYY HH:MM:SS` in the plant's time zone, None for an empty one.

    A day without a time is its first moment. Raises ValueError.
    """
    text, clock = split_time(cell)
    day = _spelled_day(text)
    if text and day is None:
        raise ValueError("no es una fecha DD-MM-YYYY HH:MM:SS")
    return instant_at(day, clock, timezone) if day else None


def instant_at(day: date, clock: timeofday, timezone: ZoneInfo) -> datetime:
    """The instant (UTC) when clocks in the zone show this; of an hour they show twice, the first. Raises ValueError."""
    try:
        return datetime.combine(day, clock, timezone).astimezone(UTC)
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
