"""Rows of a worksheet as ranges of cells: which to ask for, and what they hold."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from core.plant.cells import Grid
from core.sheet.spreadsheet.client import Request, Spreadsheet, Worksheet, a1

SPARE: Final = 1000
"""Rows that a worksheet gets beyond those that it needs."""
PIECE: Final = 50_000
"""Rows in one request for a whole worksheet: what an answer can bring well within its deadline."""


def runs(numbers: Iterable[int], *, gap: int = 1) -> list[tuple[int, int]]:
    """The first and the last of those of the numbers that are at most `gap` apart, in ascending order."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number - found[-1][1] <= gap:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def grow(worksheet: Worksheet, last_row: int) -> list[Request]:
    """The change that gives the worksheet a row `last_row`, with some to spare; none when it has it."""
    missing = last_row - worksheet.rows
    if missing <= 0:
        return []
    return [{"appendDimension": {"sheetId": worksheet.sheet_id, "dimension": "ROWS", "length": missing + SPARE}}]


def last_with_room(worksheet: Worksheet, worksheets: Iterable[Worksheet], most: int) -> int:
    """The last row that the worksheet has, or may have: all `worksheets` together may have `most` cells."""
    free = most - sum(each.rows * each.columns for each in worksheets)
    return worksheet.rows + max(free // worksheet.columns - SPARE, 0)


def column_of(cells: Grid) -> list[object]:
    """The cells of a range of one column, from top to bottom."""
    return [row[0] if row else None for row in cells]


async def read_whole(
    spreadsheet: Spreadsheet,
    worksheet: Worksheet,
    column: str = "",
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Sequence[object]]:
    """Every row of the worksheet, or of one column of it. `progress` is called with 1 for each request."""
    rows: list[Sequence[object]] = []
    for first in range(1, max(worksheet.rows, 1) + 1, PIECE):
        last = min(worksheet.rows, first + PIECE - 1)
        [piece] = await spreadsheet.read([a1(worksheet.title, f"{column}{first}:{column}{last}")])
        progress(1)
        # Rows that are empty at the end of a piece are left out of its answer.
        if piece:
            rows += [[]] * (first - 1 - len(rows))
            rows += piece
    return rows
