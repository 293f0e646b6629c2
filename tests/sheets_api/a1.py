"""A1 notation: from text to a box of cells and back, as the Sheets API reads and writes it."""

import re
from dataclasses import dataclass
from typing import Final

from tests.sheets_api.errors import unparsable

_CORNER: Final = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]*)?")
_PLAIN_TITLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_A_CELL: Final = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


@dataclass(frozen=True, slots=True)
class Box:
    """Cells by row and column, from 0; `bottom` and `right` are the first ones outside, None: to the grid's end."""

    top: int = 0
    left: int = 0
    bottom: int | None = None
    right: int | None = None

    @property
    def is_one_cell(self) -> bool:
        return self.bottom == self.top + 1 and self.right == self.left + 1

    def within(self, rows: int, columns: int) -> "Box":
        """The part of it that a grid of this size has."""
        return Box(
            self.top,
            self.left,
            rows if self.bottom is None else min(self.bottom, rows),
            columns if self.right is None else min(self.right, columns),
        )

    @property
    def closed(self) -> tuple[int, int, int, int]:
        """Top, left, bottom, right of a box that is open nowhere."""
        if self.bottom is None or self.right is None:
            raise ValueError(f"{self} is open")
        return self.top, self.left, self.bottom, self.right


@dataclass(frozen=True, slots=True)
class A1Range:
    """A range as it was asked for: `title` is None where no worksheet was named."""

    title: str | None
    box: Box


def column_letters(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def quoted(title: str) -> str:
    """The title as it stands before the exclamation mark."""
    if _PLAIN_TITLE.fullmatch(title) and not _LOOKS_LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def unquoted(title: str) -> str:
    """The title as it is, from how it stands before the exclamation mark."""
    return title[1:-1].replace("''", "'") if title.startswith("'") else title


def a1(title: str, box: Box) -> str:
    """The closed box, as answers name it."""
    top, left, bottom, right = box.closed
    first = f"{column_letters(left)}{top + 1}"
    last = f"{column_letters(right - 1)}{bottom}"
    return f"{quoted(title)}!{first}" if first == last else f"{quoted(title)}!{first}:{last}"


def parse_box(text: str) -> Box:
    """B2, A:K, A2:K, 2:5 or A1:C3. Raises GoogleError 400."""
    first, colon, last = text.partition(":")
    start, end = _CORNER.fullmatch(first), _CORNER.fullmatch(last if colon else first)
    if not first or start is None or end is None or (colon and not last):
        raise unparsable(text)
    if not colon and None in start.groups():
        raise unparsable(text)
    columns = [column_index(letters) for letters in (start[1], end[1]) if letters]
    rows = [int(number) - 1 for number in (start[2], end[2]) if number]
    # "A:B2" and "A1:2" are ranges too: the side with no bound of its own is open.
    return Box(
        top=min(rows, default=0),
        left=min(columns, default=0),
        bottom=max(rows) + 1 if end[2] else None,
        right=max(columns) + 1 if end[1] else None,
    )


def parse_range(text: str, titles: list[str]) -> A1Range:
    """A range of a spreadsheet with these worksheets. Raises GoogleError 400 for any other worksheet or shape."""
    if text in titles:
        return A1Range(text, Box())
    title, rest = _split(text)
    if title is None:
        return A1Range(None, _box(rest, text))
    if title not in titles:
        raise unparsable(text)
    return A1Range(title, Box() if rest is None else _box(rest, text))


def _box(rest: str | None, whole: str) -> Box:
    try:
        return parse_box(rest or "")
    except Exception as error:
        raise unparsable(whole) from error


def _split(text: str) -> tuple[str | None, str | None]:
    """The worksheet's title and what is asked of it."""
    if text.startswith("'"):
        quoted_title = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if quoted_title is None:
            raise unparsable(text)
        return quoted_title[1].replace("''", "'"), quoted_title[2]
    title, mark, rest = text.rpartition("!")
    return (title, rest) if mark else (None, text)
