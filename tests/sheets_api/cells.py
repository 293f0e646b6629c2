"""What a cell holds, what it shows, and what becomes of a value that the API or a person puts into one."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from tests.sheets_api.errors import invalid

Scalar = str | int | float | bool

DATE: Final = "dd-mm-yyyy"
DATE_TIME: Final = "dd-mm-yyyy hh:mm:ss"
TEXT: Final = "@"
MAX_CHARACTERS: Final = 50_000

_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's dates have no time zone
_TOKEN: Final = re.compile(r"yyyy|yy|dd|d|mm|m|hh|h|ss|s")
_TRUTHS: Final = {"TRUE": True, "FALSE": False, "VERDADERO": True, "FALSO": False}
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is what it shows, None for nothing; `formula` what makes it so; `pattern` its number format.

    `why`: what Sheets says of an error that it calculated.
    """

    value: Scalar | None = None
    formula: str | None = None
    pattern: str | None = None
    why: str = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Cell":
        """Itself: nothing changes it."""
        return self

    @property
    def is_blank(self) -> bool:
        """Whether it counts as nothing: a formula that shows nothing does count as something."""
        return self.formula is None and self.value is None

    @property
    def is_date(self) -> bool:
        return self.pattern is not None and re.search(r"[yh]", self.pattern) is not None


def formula(text: str, shows: Scalar | None = None) -> Cell:
    """A cell with this formula. It shows what is said here: only a lookup (see `formulas`) is calculated."""
    return Cell(shows, text)


def serial(instant: date) -> float | int:
    """Days since 30-12-1899, with the time of day as the fraction."""
    if isinstance(instant, datetime):
        elapsed = instant.replace(tzinfo=None) - _EPOCH
        return elapsed.days + elapsed.seconds / 86_400 if elapsed.seconds else elapsed.days
    return (instant - _EPOCH.date()).days


def cell_of(value: Scalar | date | Cell | None, pattern: str | None = None) -> Cell:
    """The cell a test means: a date becomes a serial number with a date's format; text is never interpreted."""
    match value:
        case Cell():
            return value
        case datetime():
            return Cell(serial(value), pattern=pattern or DATE_TIME)
        case date():
            return Cell(serial(value), pattern=pattern or DATE)
        case None | "":
            return Cell(pattern=pattern)
        case _:
            return Cell(value, pattern=pattern)


def entered(value: Any, before: Cell | None, *, raw: bool, locale: str) -> Cell:
    """What a cell becomes when the API writes this value to it, RAW or USER_ENTERED. Raises GoogleError 400."""
    pattern = before.pattern if before is not None else None
    if isinstance(value, dict | list):
        kind = "struct_value" if isinstance(value, dict) else "list_value"
        raise invalid(f"Invalid values: {kind}")
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        raise invalid(f"Your input contains more than the maximum of {MAX_CHARACTERS} characters in a single cell.")
    if value == "":
        return Cell(pattern=pattern)
    if raw or not isinstance(value, str) or pattern == TEXT:
        return Cell(value, pattern=pattern)
    return _typed(value, pattern, locale)


def _typed(text: str, pattern: str | None, locale: str) -> Cell:
    """As if a person had typed it."""
    if text.startswith("'"):
        return Cell(text[1:], pattern=pattern)
    if text.startswith("=") and len(text) > 1:
        return Cell(0, text, pattern)
    if text.upper() in _TRUTHS:
        return Cell(_TRUTHS[text.upper()], pattern=pattern)
    number = _number(text, locale)
    if number is not None:
        return Cell(number, pattern=pattern)
    instant = _instant(text, locale)
    if instant is not None:
        has_time = ":" in text
        return Cell(serial(instant), pattern=pattern or (DATE_TIME if has_time else DATE))
    return Cell(text, pattern=pattern)


def _number(text: str, locale: str) -> int | float | None:
    comma, point = (",", ".") if locale.startswith("es") else (".", ",")
    shape = rf"[+-]?(\d{{1,3}}({re.escape(point)}\d{{3}})+|\d+)({re.escape(comma)}\d+)?([Ee][+-]?\d+)?"
    if not re.fullmatch(shape, text.strip()):
        return None
    number = float(text.strip().replace(point, "").replace(comma, "."))
    return int(number) if number.is_integer() else number


def _instant(text: str, locale: str) -> datetime | None:
    if found := _YEAR_FIRST.fullmatch(text.strip()):
        year, month, day, *clock = found.groups()
    elif found := _DAY_FIRST.fullmatch(text.strip()):
        day, month, year, *clock = found.groups()
        if locale == "en_US":
            day, month = month, day
    else:
        return None
    hour, minute, second = (int(part or 0) for part in clock)
    try:
        return datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001 - as above
    except ValueError:
        return None


def rendered(cell: Cell | None, value_option: str, date_option: str, locale: str) -> Scalar:
    """The cell in an answer; "" for nothing.

    An error is `#REF!` where values are formatted, and `#REF! (Reference does not exist.)` where they are not.
    """
    if cell is None:
        return ""
    if value_option == "FORMULA" and cell.formula is not None:
        return cell.formula
    if cell.value is None:
        return ""
    if value_option == "FORMATTED_VALUE" or (cell.is_date and date_option == "FORMATTED_STRING"):
        return shown(cell, locale)
    if cell.why:
        return f"{cell.value} ({cell.why})"
    if isinstance(cell.value, float) and cell.value.is_integer():
        return int(cell.value)
    return cell.value


def shown(cell: Cell, locale: str) -> str:
    """The text a person sees in the cell."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        spanish = locale.startswith("es")
        return ("VERDADERO" if spanish else "TRUE") if value else ("FALSO" if spanish else "FALSE")
    if isinstance(value, str):
        return value
    if cell.is_date:
        return _as_date(value, cell.pattern or DATE)
    text = str(int(value)) if float(value).is_integer() else repr(float(value))
    return text.replace(".", ",") if locale.startswith("es") else text


def _as_date(number: float, pattern: str) -> str:
    instant = _EPOCH + timedelta(seconds=round(number * 86_400))
    previous = ""

    def part(found: re.Match[str]) -> str:
        nonlocal previous
        token = found[0]
        is_minute = token in {"mm", "m"} and previous in {"hh", "h"}
        previous = token
        name = "minute" if is_minute else {"y": "year", "m": "month", "d": "day", "h": "hour", "s": "second"}[token[0]]
        number = getattr(instant, name)
        return f"{number % 100 if token == 'yy' else number:0{len(token)}d}"

    return _TOKEN.sub(part, pattern)
