"""References in a formula's text, and how they follow what they refer to."""

import re
from typing import Final

from tests.sheets_api.a1 import column_index, column_letters, quoted, unquoted
from tests.sheets_api.shifts import Shift

GONE: Final = "#REF!"
"""What stands in a formula for cells that were deleted."""
STRING: Final = r'"(?:[^"]|"")*"'
TITLE: Final = r"(?:'(?:[^']|'')*'|\w+)!"
RANGE: Final = r"\$?[A-Z]{1,3}\$?\d*:\$?[A-Z]{1,3}\$?\d*"

_REFERENCE: Final = re.compile(
    rf"{STRING}|(?<![\w$])({TITLE})?({RANGE}|\$?[A-Z]{{1,3}}\$?[1-9]\d*)(?![\w(!])", re.IGNORECASE
)
_CORNER: Final = re.compile(r"(\$?)([A-Z]+)(\$?)(\d*)", re.IGNORECASE)


def shifted(formula: str, own: str, edited: str, shift: Shift) -> str:
    """The formula, in the worksheet titled `own`, once rows or columns of the one titled `edited` have shifted."""

    def follow(found: re.Match[str]) -> str:
        title, place = found[1] or "", found[2]
        if place is None or (unquoted(title[:-1]) if title else own) != edited:
            return found[0]
        moved = _moved(place, shift)
        return GONE if moved is None else title + moved

    return _REFERENCE.sub(follow, formula)


def renamed(formula: str, old: str, new: str) -> str:
    """The formula once the worksheet `old` is titled `new`."""

    def follow(found: re.Match[str]) -> str:
        is_old = found[1] is not None and unquoted(found[1][:-1]) == old
        return f"{quoted(new)}!{found[2]}" if is_old else found[0]

    return _REFERENCE.sub(follow, formula)


def _moved(place: str, shift: Shift) -> str | None:
    """`B2:B`, `$A:$I` or `B1` after the shift; None: nowhere."""
    first, _, last = place.partition(":")
    start, end = _index(first, rows=shift.rows), _index(last or first, rows=shift.rows)
    if start is None:
        return place
    moved = shift.span(start, None if end is None else end + 1)
    if moved is None:
        return None
    corner = _at(first, moved[0], rows=shift.rows)
    if not last:
        return corner
    return f"{corner}:{last if moved[1] is None else _at(last, moved[1] - 1, rows=shift.rows)}"


def _index(corner: str, *, rows: bool) -> int | None:
    """The row of `$B2`, None for none, or its column."""
    _, letters, _, number = _corner(corner)
    if not rows:
        return column_index(letters)
    return int(number) - 1 if number else None


def _at(corner: str, index: int, *, rows: bool) -> str:
    """The corner in another row or column, its dollar signs kept."""
    fixed, letters, fixed_row, number = _corner(corner)
    if rows:
        return f"{fixed}{letters}{fixed_row}{index + 1}"
    return f"{fixed}{column_letters(index)}{fixed_row}{number}"


def _corner(text: str) -> tuple[str, str, str, str]:
    fixed, letters, fixed_row, number = _CORNER.findall(text)[0]
    return fixed, letters, fixed_row, number
