"""What a cell means, column by column, and what is written into one: both ways, without a network.

A cell is a text (CSV) or what the Sheets API gives as UNFORMATTED_VALUE: a number, a boolean, a text, nothing.
What is written is always a text, to be sent as RAW: a text that begins with `=`, `+`, `-`, `@` or `'` stays that
text, and a date stays as it is spelled instead of becoming a number.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as timeofday
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain import dates
from core.domain.texts import TEXT_MAX_LENGTH, clean_tag, clean_text
from core.plant import columns

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

_FIRST_SERIAL: Final = (FIRST_DAY - EPOCH).days
_END_SERIAL: Final = (LAST_DAY - EPOCH).days + 1
_DAY_MS: Final = 86_400_000
_EXACT: Final = 10**15
"""From here on a spreadsheet's number no longer holds every digit that was typed."""

_ERROR: Final = re.compile(
    r"#[¡¿]?(?:REF|N/A|N/D|DIV/0|VALUE|VALOR|NAME|NOMBRE|NUM|NÚM|NULL|NULO|ERROR|SPILL|DESBORDAMIENTO|CALC|CALCULAR)"
    r"[!?]?",
    re.IGNORECASE,
)
_PENDING: Final = frozenset({"loading...", "cargando..."})


class UnreadableCellError(ValueError):
    """A cell of a kind, or in a state, that means nothing in its column; the message is the reason."""


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
    return str(cell)


def text_of(cell: object) -> str:
    """The cell as it is shown. Raises ValueError when a formula gave an error (`#REF!`) or nothing yet."""
    text = shown(cell)
    if "#" in text and _ERROR.fullmatch(text.strip()):
        raise UnreadableCellError("es el error de una fórmula")
    if text.endswith("...") and text.strip().casefold() in _PENDING:
        raise UnreadableCellError("la fórmula todavía no tiene resultado")
    return text


def read_text(cell: object, longest: int = TEXT_MAX_LENGTH) -> str:
    """The text in a cell, empty for an empty one; a whole number is the digits that were typed. Raises ValueError."""
    text = _written(cell)
    return clean_text(text, longest) if text.strip() else ""


def read_name(cell: object, longest: int = TEXT_MAX_LENGTH) -> str:
    """The text in a cell that may not be empty. Raises ValueError."""
    return clean_text(_written(cell), longest)


def read_tag(cell: object) -> str:
    """The tag in a cell. Raises ValueError also for a number.

    Whoever typed `00123` may have left the number 123 behind, and its spool would never be found by its label.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        raise UnreadableCellError("es un número y pudo perder ceros a la izquierda: escríbalo como texto")
    return clean_tag(_written(cell))


def read_date(cell: object) -> date | None:
    """The day in a cell: a serial number or a text (`dates.parse_date`), a time of day beside it left aside.

    None for an empty cell. Raises ValueError.
    """
    if isinstance(cell, (int, float)):
        return _serial_moment(cell)[0]
    day, _ = dates.split_time(text_of(cell))
    return dates.parse_date(day)


def read_datetime(cell: object, timezone: ZoneInfo) -> datetime | None:
    """The instant (UTC) in a cell: a serial number or a text, the time of day in `timezone`; None for an empty one.

    Raises ValueError.
    """
    if isinstance(cell, (int, float)):
        return dates.instant_at(*_serial_moment(cell), timezone)
    return dates.parse_datetime(text_of(cell), timezone)


def read_bool(cell: object) -> bool:
    """Yes or no: a ticked box, a number or a word; an empty cell is no. Raises ValueError."""
    if isinstance(cell, (int, float)) and cell not in {0, 1}:
        raise UnreadableCellError("no es sí ni no")
    return columns.parse_bool(text_of(cell))


def read_id(cell: object) -> int:
    """A worker's number; `93.0` is 93. Raises ValueError."""
    return columns.parse_id(text_of(cell))


def read_idioma(cell: object) -> str:
    """The language, `es` or `en`; empty for an empty cell. Raises ValueError."""
    return columns.parse_idioma(text_of(cell))


def read_worker_nombre(cell: object) -> int:
    """The worker's number in `MR(93)`. Raises ValueError."""
    return columns.parse_worker_nombre(text_of(cell))


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

    A column that is not known to hold anything else holds text. Raises ValueError.
    """
    if column == "Fecha_Ocupacion":
        return read_datetime(cell, timezone)
    return _READERS.get(column, read_text)(cell)


def write_cell(value: object, timezone: ZoneInfo) -> str:
    """The text to send as RAW for a value: days DD-MM-YYYY, instants DD-MM-YYYY HH:MM:SS in `timezone`.

    None is an empty text. Fractions of a second are dropped. An instant must be aware: ValueError otherwise.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("un instante sin zona horaria")
        return dates.format_datetime(value, timezone)
    return dates.format_date(value) if isinstance(value, date) else shown(value)


def _written(cell: object) -> str:
    """The cell's text, where a number is one whose digits are all still there."""
    if isinstance(cell, bool):
        raise UnreadableCellError("es una casilla, no un texto")
    if isinstance(cell, (int, float)):
        if not abs(cell) < _EXACT:
            raise UnreadableCellError("es un número con más de 15 cifras, que la hoja no guarda: escríbalo como texto")
        if cell != int(cell):
            raise UnreadableCellError("es un número con decimales: escríbalo como texto")
    return text_of(cell)


def _serial_moment(number: float) -> tuple[date, timeofday]:
    """The day and the time of day of a serial number, in whole seconds.

    A fraction is inexact by less than a millisecond: that may not turn 08:00:00 into 07:59:59.
    """
    if not _FIRST_SERIAL <= number < _END_SERIAL:
        raise UnreadableCellError("no es una fecha DD-MM-YYYY")
    days, milliseconds = divmod(round(number * _DAY_MS), _DAY_MS)
    minutes, second = divmod(milliseconds // 1000, 60)
    return EPOCH + timedelta(days=days), timeofday(*divmod(minutes, 60), second)
