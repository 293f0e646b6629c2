"""What a cell means, column by column, and what is written into one: both ways, without a network.

A cell is a text (CSV), what the Sheets API gives as UNFORMATTED_VALUE (a number, a boolean, a text, nothing), or what
a workbook has: also a day, an instant, a time of day and a duration.
What is written is always a text, to be sent as RAW: a text that begins with `=`, `+`, `-`, `@` or `'` stays that
text, and a date stays as it is spelled instead of becoming a number.

Every reader raises InvalidValueError for a cell that means nothing in its column.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as timeofday
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing import dates
from core.domain.writing.tags import clean_tag
from core.domain.writing.texts import TEXT_MAX_LENGTH, clean_text, plain

Grid: TypeAlias = Sequence[Sequence[object]]
"""The cells of a range, row by row; empty ones at a row's end, and empty rows at its end, may be missing."""

EPOCH: Final = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial dates.

Google counts 1900 as the common year it was, so 60 is 28 February 1900; Excel and Lotus have a 29 February there and
agree only from 61 on (developers.google.com/workspace/sheets/api/guides/formats, "About date and time values").
"""
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
"""The days a number can mean: a year (2026) or a day typed without its signs (3042026) is no serial date."""

_DAY_MS: Final = 86_400_000
_INEXACT: Final = timedelta(milliseconds=1)
"""How far from what was typed a workbook's instant may be."""
_SERIAL: Final = re.compile(r"\d(?P<month>\d\d)\d\d(?:[.,]\d+)?", re.ASCII)
_EXACT: Final = 10**15
"""From here on a spreadsheet's number no longer holds every digit that was typed."""

_ERROR: Final = re.compile(
    r"#[¡¿]?(?:REF|N/A|N/D|DIV/0|VALUE|VALOR|NAME|NOMBRE|NUM|NÚM|NULL|NULO|ERROR|SPILL|DESBORDAMIENTO|CALC|CALCULAR)"
    r"[!?]?(?: \(.*\))?",
    re.IGNORECASE | re.DOTALL,
)
_PENDING: Final = frozenset({"loading...", "cargando..."})
_YES: Final = frozenset({"true", "verdadero", "si", "1", "x", "activo", "yes"})
_NO: Final = frozenset({"false", "falso", "no", "0", "", "inactivo"})
_LANGUAGES: Final = {
    **dict.fromkeys(("es", "esp", "espanol", "castellano", "spanish"), "es"),
    **dict.fromkeys(("en", "eng", "ingles", "english"), "en"),
}


def shown(cell: object) -> str:
    """The cell as a person sees it: `93.0` is `93`, nothing is an empty text."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime(dates.DATETIME_FORMAT)
    return dates.format_date(cell) if isinstance(cell, date) else str(cell)


def is_error(cell: object) -> bool:
    """Whether the cell shows the error of a formula: `#REF!`, in unformatted answers `#REF! (Reference ...)`."""
    return isinstance(cell, str) and "#" in cell and _ERROR.fullmatch(cell.strip()) is not None


def text_of(cell: object) -> str:
    """The cell as a person sees it; a formula's error (`#REF!`), or a formula without a result yet, is refused."""
    text = shown(cell)
    if is_error(text):
        raise InvalidValueError(Defecto.ERROR_DE_FORMULA)
    if text.endswith("...") and text.strip().casefold() in _PENDING:
        raise InvalidValueError(Defecto.FORMULA_PENDIENTE)
    return text


@lru_cache(maxsize=65_536, typed=True)
def read_text(cell: object, longest: int = TEXT_MAX_LENGTH) -> str:
    """The text in a cell, empty for an empty one; a whole number is the digits that were typed."""
    text = _typed(cell)
    return clean_text(text, longest) if text.strip() else ""


@lru_cache(maxsize=65_536, typed=True)
def read_shown(cell: object, longest: int) -> str:
    """The cell as a person sees it, for people alone: no digit of a number counts."""
    text = text_of(cell)
    return clean_text(text, longest) if text.strip() else ""


def read_name(cell: object, longest: int = TEXT_MAX_LENGTH) -> str:
    """The text in a cell that may not be empty."""
    return clean_text(_typed(cell), longest)


def read_tag(cell: object) -> str:
    """The tag in a cell. A number is refused.

    Whoever typed `00123` may have left the number 123 behind, and its spool would never be found by its label.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        raise InvalidValueError(Defecto.NUMERO_SIN_CEROS)
    return clean_tag(_typed(cell))


@lru_cache(maxsize=65_536, typed=True)
def read_date(cell: object) -> date | None:
    """The day in a cell, without its time of day; None for an empty cell.

    It is a date, a number that counts days, or a text: the day first, or the year with four digits first.
    """
    moment = _counted_moment(cell)
    if moment is not None:
        return moment[0]
    day, _ = dates.split_time(text_of(cell))
    return dates.parse_date(day)


def read_datetime(cell: object, timezone: ZoneInfo) -> datetime | None:
    """The instant (UTC) in a cell, a date, a serial number or a text in `timezone`; None for an empty cell."""
    moment = _counted_moment(cell)
    if moment is not None:
        return dates.instant_at(*moment, timezone)
    return dates.parse_datetime(text_of(cell), timezone)


def read_bool(cell: object) -> bool:
    """Yes or no: a ticked box, a number or a word; an empty cell is no."""
    text = plain(text_of(cell))
    if text not in _YES | _NO or (isinstance(cell, (int, float)) and cell not in {0, 1}):
        raise InvalidValueError(Defecto.NO_ES_SI_NI_NO)
    return text in _YES


def read_id(cell: object) -> int:
    """A worker's number, also as spreadsheets export it: `93.0` is 93."""
    match = re.fullmatch(r"(\d{1,9})(?:\.0+)?", text_of(cell).strip())
    if match is None or int(match[1]) < 1:
        raise InvalidValueError(Defecto.NO_ES_TRABAJADOR)
    return int(match[1])


def read_idioma(cell: object) -> str:
    """The language, `es` or `en`; empty for an empty cell."""
    text = text_of(cell).strip()
    if text and plain(text) not in _LANGUAGES:
        raise InvalidValueError(Defecto.NO_ES_IDIOMA)
    return _LANGUAGES[plain(text)] if text else ""


def read_worker_nombre(cell: object) -> int:
    """The worker's number in `MR(93)`."""
    number = number_in(text_of(cell).strip())
    if number is None:
        raise InvalidValueError(Defecto.NO_ES_INICIALES)
    return number


@lru_cache(maxsize=4096)
def number_in(worker_nombre: str) -> int | None:
    """The worker's number in `MR(93)`; None when the text is not one of this kind."""
    match = re.fullmatch(r"[^()]{0,8}\((\d{1,9})\)", worker_nombre)
    return int(match[1]) if match else None


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "TAG_SPOOL": read_tag,
    "Fecha_Materiales": read_date,
    "Fecha_Armado": read_date,
    "Fecha_Soldadura": read_date,
    "Fecha_QC_Metrologia": read_date,
    "Id": read_id,
    "Activo": read_bool,
    "Idioma": read_idioma,
}


def read_cell(column: str, cell: object, timezone: ZoneInfo) -> object:
    """What the cell means in this column (its canonical name): two cells that mean the same give equal values.

    A column that is not known to hold anything else holds text.
    """
    if column == "Fecha_Ocupacion":
        return read_datetime(cell, timezone)
    return _READERS.get(column, read_text)(cell)


def write_cell(value: object, timezone: ZoneInfo) -> str:
    """The text to send as RAW for a value: days DD-MM-YYYY, instants DD-MM-YYYY HH:MM:SS in `timezone`.

    None is an empty text. Fractions of a second are dropped. Raises ValueError for an instant without a time zone.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return dates.format_datetime(value, timezone)
    return dates.format_date(value) if isinstance(value, date) else shown(value)


def _typed(cell: object) -> str:
    """The text that was typed into the cell. A number is refused when digits of it may be lost."""
    if isinstance(cell, str):
        return text_of(cell)
    if isinstance(cell, bool):
        raise InvalidValueError(Defecto.ES_CASILLA)
    if isinstance(cell, (date, timeofday, timedelta)):
        raise InvalidValueError(Defecto.ES_FECHA)
    if isinstance(cell, (int, float)):
        if not abs(cell) < _EXACT:
            raise InvalidValueError(Defecto.NUMERO_SIN_CIFRAS)
        if cell != int(cell):
            raise InvalidValueError(Defecto.NUMERO_CON_DECIMALES)
    return text_of(cell)


def _counted_moment(cell: object) -> tuple[date, timeofday] | None:
    """The day and the time of day of a cell that is a date or counts days; None of any other.

    In a CSV file the number is a text. One of them that may have been meant as a day without its signs (40426: the
    fourth of April) is refused.
    """
    if isinstance(cell, (int, float)):
        return _serial_moment(cell)
    if isinstance(cell, str):
        match = _SERIAL.fullmatch(cell.strip())
        if match is None:
            return None
        if 1 <= int(match["month"]) <= dates.MONTHS:
            raise InvalidValueError(Defecto.FECHA_AMBIGUA)
        return _serial_moment(float(match[0].replace(",", ".")))
    if isinstance(cell, date):
        if not FIRST_DAY <= date(cell.year, cell.month, cell.day) <= LAST_DAY:
            raise InvalidValueError(Defecto.NO_ES_FECHA)
        if not isinstance(cell, datetime):
            return cell, timeofday()
        moment = (cell + _INEXACT).replace(microsecond=0)
        return moment.date(), moment.time()
    if isinstance(cell, (timeofday, timedelta)):
        raise InvalidValueError(Defecto.NO_ES_FECHA)
    return None


def _serial_moment(number: float) -> tuple[date, timeofday]:
    """The day and the time of day of a serial number, in whole seconds.

    A fraction is inexact by less than a millisecond: that may not turn 08:00:00 into 07:59:59.
    """
    if not (FIRST_DAY - EPOCH).days <= number < (LAST_DAY - EPOCH).days + 1:
        raise InvalidValueError(Defecto.NO_ES_FECHA)
    days, milliseconds = divmod(round(number * _DAY_MS), _DAY_MS)
    minutes, second = divmod(milliseconds // 1000, 60)
    return EPOCH + timedelta(days=days), timeofday(*divmod(minutes, 60), second)
