"""The cells of one worksheet: where they are, how many fit, and how rows and columns come, go and move."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from tests.sheets_api.a1 import Box
from tests.sheets_api.cells import Cell

_Item = TypeVar("_Item")
_P = ParamSpec("_P")


def _changes(method: "Callable[Concatenate[Grid, _P], None]") -> "Callable[Concatenate[Grid, _P], None]":
    """After this method the grid is another one for whoever remembers what was calculated of it."""

    @wraps(method)
    def changing(grid: "Grid", *args: _P.args, **kwargs: _P.kwargs) -> None:
        grid.version = object()
        method(grid, *args, **kwargs)

    return changing


class Grid:
    """Rows of cells, from 0, as they were entered. `row_count` and `column_count` are the size, whatever is used of it.

    Formulas stand as they were written: `Sheet` lets references follow where it must.
    """

    def __init__(self, row_count: int, column_count: int) -> None:
        self.row_count = row_count
        self.column_count = column_count
        self._rows: list[list[Cell | None]] = []
        self.version = object()
        """The same one as long as nothing changes."""
        self._filled: tuple[object, int] | None = None

    @property
    def cell_count(self) -> int:
        return self.row_count * self.column_count

    @property
    def used_row_count(self) -> int:
        """Below these rows no cell is used."""
        return len(self._rows)

    @property
    def filled_row_count(self) -> int:
        """Below these rows every cell is blank, whatever its format."""
        if self._filled is None or self._filled[0] is not self.version:
            count, below = len(self._rows), []
            # A row like the blank one below it is as blank: a worksheet ends with hundreds of them.
            while count and ((row := self._rows[count - 1]) == below or all(not c or c.is_blank for c in row)):
                count, below = count - 1, row
            self._filled = self.version, count
        return self._filled[1]

    def copy(self) -> "Grid":
        twin = Grid(self.row_count, self.column_count)
        twin._rows = [row[:] for row in self._rows]
        return twin

    def __deepcopy__(self, memo: dict[int, object]) -> "Grid":
        return self.copy()

    @_changes
    def become(self, other: "Grid") -> None:
        self.row_count, self.column_count, self._rows = other.row_count, other.column_count, other._rows

    def get(self, row: int, column: int) -> Cell | None:
        if row >= len(self._rows) or column >= len(self._rows[row]):
            return None
        return self._rows[row][column]

    @_changes
    def put(self, row: int, column: int, cell: Cell) -> None:
        while len(self._rows) <= row:
            self._rows.append([])
        cells = self._rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = cell

    def is_blank(self, row: int, column: int) -> bool:
        if row < 0 or column < 0:
            return True
        cell = self.get(row, column)
        return cell is None or cell.is_blank

    def rows(self, box: Box, over: Mapping[int, Mapping[int, Cell]] | None = None) -> Iterator[list[Cell | None]]:
        """The box's cells row by row, without the blank ends of rows and without the blank rows at its end.

        `over`: cells, by column and row, to show in place of those that were entered.
        """
        top, left, bottom, right = box.within(self.row_count, self.column_count).closed
        laid = {column: cells for column, cells in (over or {}).items() if left <= column < right}
        waiting: list[list[Cell | None]] = []
        end = max([self.filled_row_count, *(max(cells, default=-1) + 1 for cells in laid.values())])
        for number in range(top, min(bottom, end)):
            row = self._rows[number][left:right] if number < len(self._rows) else []
            for column, cells in laid.items():
                if number in cells:
                    row.extend([None] * (column - left + 1 - len(row)))
                    row[column - left] = cells[number]
            used = len(row)
            while used and ((cell := row[used - 1]) is None or cell.is_blank):
                used -= 1
            del row[used:]
            waiting.append(row)
            if row:
                yield from waiting
                waiting = []

    def last_used(self, box: Box) -> tuple[int, int] | None:
        """The lowest cell of the box that is not blank; of several in that row the first."""
        top, left, bottom, right = box.within(self.row_count, self.column_count).closed
        for row in range(min(bottom, self.filled_row_count) - 1, top - 1, -1):
            for column in range(left, min(right, len(self._rows[row]))):
                if not self.is_blank(row, column):
                    return row, column
        return None

    def region(self, row: int, column: int) -> Box:
        """The table around a cell: what is reached from it without crossing a blank row or a blank column."""
        top, left, bottom, right = row, column, row + 1, column + 1
        grew = True
        while grew:
            grew = False
            while top > 0 and self._any_in_row(top - 1, left - 1, right + 1):
                top, grew = top - 1, True
            while bottom < len(self._rows) and self._any_in_row(bottom, left - 1, right + 1):
                bottom, grew = bottom + 1, True
            while left > 0 and self._any_in_column(left - 1, top - 1, bottom + 1):
                left, grew = left - 1, True
            while right < self.column_count and self._any_in_column(right, top - 1, bottom + 1):
                right, grew = right + 1, True
        return Box(top, left, bottom, right)

    def _any_in_row(self, row: int, left: int, right: int) -> bool:
        return any(cell is not None and not cell.is_blank for cell in self._rows[row][max(left, 0) : right])

    def _any_in_column(self, column: int, top: int, bottom: int) -> bool:
        return any(not self.is_blank(row, column) for row in range(max(top, 0), min(bottom, len(self._rows))))

    @_changes
    def insert_rows(self, at: int, count: int, *, like: int | None = None) -> None:
        """`like`: the row whose number formats the new ones get."""
        self.row_count += count
        patterns: list[Cell | None] = []
        if like is not None and 0 <= like < len(self._rows):
            patterns = [Cell(pattern=c.pattern) if c is not None and c.pattern else None for c in self._rows[like]]
        has_patterns = any(patterns)
        if at < len(self._rows) or has_patterns:
            while len(self._rows) < at:
                self._rows.append([])
            self._rows[at:at] = [patterns[:] if has_patterns else [] for _ in range(count)]

    @_changes
    def delete_rows(self, at: int, count: int) -> None:
        self.row_count -= count
        del self._rows[at : at + count]

    @_changes
    def insert_columns(self, at: int, count: int) -> None:
        self.column_count += count
        for row in self._rows:
            if len(row) > at:
                row[at:at] = [None] * count

    @_changes
    def delete_columns(self, at: int, count: int) -> None:
        self.column_count -= count
        for row in self._rows:
            del row[at : at + count]

    @_changes
    def move_rows(self, start: int, count: int, to: int) -> None:
        """`to`: before which row, counted as the rows are before the move."""
        self._fill(max(start + count, to))
        _move(self._rows, start, count, to)

    @_changes
    def move_columns(self, start: int, count: int, to: int) -> None:
        for row in self._rows:
            row.extend([None] * (max(start + count, to) - len(row)))
            _move(row, start, count, to)

    @_changes
    def reorder(self, top: int, order: Sequence[int]) -> None:
        """The used rows from `top` on, by their places among themselves. Whole rows move."""
        rows = self._rows[top:]
        self._rows[top:] = [rows[place] for place in order]

    @_changes
    def resize(self, row_count: int, column_count: int) -> None:
        self.row_count, self.column_count = row_count, column_count
        del self._rows[row_count:]
        for row in self._rows:
            del row[column_count:]

    @_changes
    def clear(self, box: Box) -> None:
        """Values and formulas go, formats stay."""
        top, left, bottom, right = box.within(self.row_count, self.column_count).closed
        for row in self._rows[top:bottom]:
            for column in range(left, min(right, len(row))):
                cell = row[column]
                if cell is not None:
                    row[column] = Cell(pattern=cell.pattern) if cell.pattern else None

    @_changes
    def set_pattern(self, box: Box, pattern: str | None) -> None:
        top, left, bottom, right = box.within(self.row_count, self.column_count).closed
        blank = Cell(pattern=pattern)
        self._fill(bottom)
        for row in self._rows[top:bottom]:
            row.extend([None] * (right - len(row)))
            row[left:right] = [replace(cell, pattern=pattern) if cell else blank for cell in row[left:right]]

    def _fill(self, rows: int) -> None:
        while len(self._rows) < rows:
            self._rows.append([])


def _move(items: list[_Item], start: int, count: int, to: int) -> None:
    moved = items[start : start + count]
    del items[start : start + count]
    place = to - count if to > start else to
    items[place:place] = moved
