"""The order in which a sheet sorts: numbers, then text, then truths; blanks last whichever way it is sorted."""

from collections.abc import Sequence
from typing import Final

from tests.sheets_api.cells import Cell

_BLANK: Final = 3


def order_of(cells: Sequence[Cell | None], *, descending: bool) -> list[int]:
    """The places of the cells as they are sorted, upper and lower case alike; equal ones keep their order."""
    ranks = [_rank(cell) for cell in cells]
    places = sorted(range(len(cells)), key=ranks.__getitem__, reverse=descending)
    return sorted(places, key=lambda place: ranks[place][0] == _BLANK)


def _rank(cell: Cell | None) -> tuple[int, float, str]:
    value = cell.value if cell is not None else None
    if value is None:
        return _BLANK, 0.0, ""
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, str):
        return 1, 0.0, value.casefold()
    return 0, float(value), ""
