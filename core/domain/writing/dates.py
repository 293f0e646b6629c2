"""Days and instants as offices write them, `DD-MM-YYYY HH:MM:SS`, and back."""

import re
from datetime import UTC, date, datetime
from datetime import time as timeofday
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import plain

DATE_FORMAT: Final = "%d-%m-%Y"
DATETIME_FORMAT: Final = "%d-%m-%Y %H:%M:%S"
MONTHS: Final = 12
LONGEST_MONTH: Final = 31
THIS_CENTURY: Final = 2000
TWO_DIGITS: Final = 2
SHORT_YEARS: Final = 70
"""A year of two digits below this one is of this century; from it on nobody knows of which."""

_TIME: Final = re.compile(r"[\sT](\d{1,2}):(\d{2})(?::(\d{2}))?$")
_NUMBERED_DAY: Final = re.compile(
    r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4}|\d{2})|(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})"
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


def parse_date(cell: str) -> date | None:
    """The day in a cell, `DD-MM-YYYY` (also `DD/MM/YY`, also ISO, also `3 de abril de 2026`), None for an empty one.

    The day comes before the month, unless the year, with four digits, comes first. Raises InvalidValueError.
    """
    text = cell.strip()
    day = _spelled_day(text)
    if text and day is None:
        raise InvalidValueError(Defecto.NO_ES_FECHA)
    return day


def _spelled_day(text: str) -> date | None:
    """The day, None when it is spelled in no known way. Raises InvalidValueError for a day that does not exist."""
    if match := _NUMBERED_DAY.fullmatch(text.replace("/", "-")):
        year, month, day = (int(match[first] or match[iso]) for first, iso in (("y", "iy"), ("m", "im"), ("d", "id")))
        if len(match["y"] or match["iy"]) == TWO_DIGITS:
            year = _whole_year(year)
    elif (match := _NAMED_DAY.fullmatch(text)) and (number := _MONTHS.get(plain(match["m"]))):
        year, month, day = int(match["y"]), number, int(match["d"])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError as exc:
        raise InvalidValueError(Defecto.MES_PRIMERO if _is_month_first(text) else Defecto.DIA_NO_EXISTE) from exc


def _whole_year(year: int) -> int:
    if year >= SHORT_YEARS:
        raise InvalidValueError(Defecto.FECHA_AMBIGUA)
    return THIS_CENTURY + year


def day_and_month(cell: str) -> tuple[int, int] | None:
    """The two numbers before the year, as they stand in a text like `DD-MM-YYYY`, with or without a time of day."""
    match = _NUMBERED_DAY.match(_TIME.sub("", cell.strip()).replace("/", "-"))
    return (int(match["d"]), int(match["m"])) if match and match["d"] else None


def reads_both_ways(cell: str) -> bool:
    """Whether it is another day for who writes the month first."""
    pair = day_and_month(cell)
    return pair is not None and max(pair) <= MONTHS and pair[0] != pair[1]


def _is_month_first(cell: str) -> bool:
    """Whether it can only be a day whose month was written first."""
    pair = day_and_month(cell)
    return pair is not None and 1 <= pair[0] <= MONTHS < pair[1] <= LONGEST_MONTH


def split_time(cell: str) -> tuple[str, timeofday]:
    """The day's text and the time of day (`8:05`, `08:05:09`) in a cell; a day without one is its first moment.

    Raises InvalidValueError.
    """
    text = cell.strip()
    match = _TIME.search(text)
    if match is None:
        return text, timeofday()
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return text[: match.start()].rstrip() or text, timeofday(hour, minute, second)
    except ValueError as exc:
        raise InvalidValueError(Defecto.HORA_NO_EXISTE) from exc


def parse_datetime(cell: str, timezone: ZoneInfo) -> datetime | None:
    """The instant (UTC) in a cell, `DD-MM-YYYY HH:MM:SS` in the plant's time zone, None for an empty one.

    A day without a time is its first moment. Raises InvalidValueError.
    """
    text, clock = split_time(cell)
    day = _spelled_day(text)
    if text and day is None:
        raise InvalidValueError(Defecto.NO_ES_FECHA_HORA)
    return instant_at(day, clock, timezone) if day else None


def instant_at(day: date, clock: timeofday, timezone: ZoneInfo) -> datetime:
    """The instant (UTC) when clocks in the zone show this; of an hour that they show twice, the first.

    Raises InvalidValueError.
    """
    try:
        return datetime.combine(day, clock, timezone).astimezone(UTC)
    except OverflowError as exc:
        raise InvalidValueError(Defecto.FUERA_DE_CALENDARIO) from exc


def offset_if_repeated(at: datetime) -> str:
    """`UTC-04:00` where clocks in the zone of `at` show its time twice, as on an autumn night; else empty."""
    if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset():
        return ""
    offset = at.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"


def format_date(day: date | None) -> str:
    """The day as the office writes it, empty for None."""
    return day.strftime(DATE_FORMAT) if day else ""


def format_datetime(instant: datetime | None, timezone: ZoneInfo) -> str:
    """The instant as the office writes it, in the plant's time zone; empty for None."""
    return instant.astimezone(timezone).strftime(DATETIME_FORMAT) if instant else ""
