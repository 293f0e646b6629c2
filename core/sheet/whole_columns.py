"""Whole columns of worksheets, however many rows these have: in pieces, as many of them in a request as fit."""

from collections.abc import Iterator, Sequence
from typing import Final

from core.domain.errors import SheetUnavailableError
from core.domain.reasons import FallaPlanilla
from core.sheet.spreadsheet import Spreadsheet, Worksheet, a1

PIECE: Final = 50_000
"""Rows of a column that are read at once: some two million characters of ids."""


async def read_whole_columns(spreadsheet: Spreadsheet, wanted: Sequence[tuple[Worksheet, str]]) -> list[list[object]]:
    """A whole column of each worksheet, PIECE rows a request: a large one is more than an answer may bring.

    Raises SheetUnavailableError for an answer without any cell: it tells nothing of what is there.
    """
    columns: list[list[object]] = [[] for _ in wanted]
    for pieces in _requests(wanted):
        found = await spreadsheet.read_columns([cells for _, _, cells in pieces])
        for (at, first, _), piece in zip(pieces, found, strict=True):
            # What is empty at the end of a piece is left out.
            columns[at] += [None] * (first - 1 - len(columns[at])) + piece
    if not all(columns):
        raise SheetUnavailableError(FallaPlanilla.RESPUESTA_ILEGIBLE)
    return columns


def _requests(wanted: Sequence[tuple[Worksheet, str]]) -> Iterator[list[tuple[int, int, str]]]:
    """What each request reads: whose column it is, from which row on, and the range."""
    pieces: list[tuple[int, int, str]] = []
    room = PIECE
    for at, (worksheet, column) in enumerate(wanted):
        for first in range(1, max(worksheet.rows, 1) + 1, PIECE):
            rows = min(PIECE, worksheet.rows - first + 1)
            if pieces and rows > room:
                yield pieces
                pieces, room = [], PIECE
            # Rows may have been added since: the last piece goes on to the end.
            last = "" if first + PIECE > worksheet.rows else first + PIECE - 1
            pieces.append((at, first, a1(worksheet.title, f"{column}{first}:{column}{last}")))
            room -= rows
    if pieces:
        yield pieces
