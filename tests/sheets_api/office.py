"""The office at work in its sheet: a person's edits, which ask no API and count against no quota.

Rows are numbered from 1 and columns are named by letter, as people see them.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from tests.sheets_api import protection
from tests.sheets_api.a1 import Box, column_index, column_letters, parse_box
from tests.sheets_api.book import Book, Sheet
from tests.sheets_api.cells import Cell, Scalar, cell_of, entered
from tests.sheets_api.shifts import Shift

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _locked(method: "Callable[Concatenate[Office, _P], _R]") -> "Callable[Concatenate[Office, _P], _R]":
    @wraps(method)
    def act(self: "Office", /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        with self.book.lock:
            return method(self, *args, **kwargs)

    return act


class Office:
    """One worksheet of a spreadsheet, in a person's hands. Each method is one edit that no request can interrupt.

    The person is the spreadsheet's `proprietor` or else an ordinary editor, whose edits raise ProtectedError where a
    protected range is not theirs to edit.
    """

    def __init__(self, sheet: Sheet, *, proprietor: bool = False) -> None:
        self.sheet = sheet
        self.person = sheet.book.proprietor if proprietor else sheet.book.editor

    @property
    def book(self) -> Book:
        return self.sheet.book

    @_locked
    def fill(self, rows: list[list[Scalar | date | Cell | None]], at: str = "A1") -> None:
        """Put values from this cell on; dates become date cells, text is never interpreted."""
        corner = parse_box(at)
        for row, values in enumerate(rows, corner.top):
            for column, value in enumerate(values, corner.left):
                self._put(row, column, cell_of(value, self._pattern(row, column)))

    @_locked
    def set(self, at: str, value: Scalar | date | Cell | None) -> None:
        """One cell, as it is meant: see `fill`."""
        self.fill([[value]], at)

    @_locked
    def type_in(self, at: str, text: str) -> None:
        """One cell, as a person types it: `93` becomes a number, `31-01-2026` a date, `=A1` a formula."""
        corner = parse_box(at)
        before = self.sheet.grid.get(corner.top, corner.left)
        self._put(corner.top, corner.left, entered(text, before, raw=False, locale=self.book.locale))

    @_locked
    def set_where(self, header: str, equals: Scalar, column: str, value: Scalar | date | Cell | None) -> None:
        """The cell under the header `column`, in the first row that shows this under `header`. Raises LookupError."""
        self.set(f"{self.column(column)}{self.row_where(header, equals)}", value)

    @_locked
    def rename_header(self, old: str, new: str) -> None:
        self.set(f"{self.column(old)}1", new)

    @_locked
    def insert_rows(self, before: int, count: int = 1) -> None:
        self._insert(before - 1, count, rows=True)

    @_locked
    def delete_rows(self, first: int, count: int = 1) -> None:
        self._delete(first - 1, count, rows=True)

    @_locked
    def move_rows(self, first: int, *, before: int, count: int = 1) -> None:
        self._move(first - 1, count, before - 1, rows=True)

    @_locked
    def insert_columns(self, before: str, count: int = 1, *, header: str | None = None) -> None:
        """`header`: what is written at the head of the first new one."""
        index = column_index(before)
        self._insert(index, count, rows=False)
        if header is not None:
            self._put(0, index, cell_of(header))

    @_locked
    def delete_columns(self, first: str, count: int = 1) -> None:
        self._delete(column_index(first), count, rows=False)

    @_locked
    def move_columns(self, first: str, *, before: str, count: int = 1) -> None:
        self._move(column_index(first), count, column_index(before), rows=False)

    @_locked
    def sort(self, header: str, *, descending: bool = False) -> None:
        """All rows below the header row, by what they show."""
        protection.check_cells(self.sheet, self.person, Box(top=1))
        self.sheet.sort(1, column_index(self.column(header)), descending=descending)

    @_locked
    def rename(self, title: str) -> None:
        """The worksheet."""
        protection.check_worksheet(self.sheet, self.person, whole=True)
        self.book.rename_sheet(self.sheet, title)

    @_locked
    def wipe(self) -> None:
        """Every value, the headers too."""
        protection.check_cells(self.sheet, self.person, Box())
        self.sheet.grid.resize(0, self.sheet.grid.column_count)
        self.sheet.grid.row_count = 1000

    @_locked
    def delete(self) -> None:
        """The worksheet itself."""
        protection.check_worksheet(self.sheet, self.person, whole=False)
        self.book.remove_sheet(self.sheet)

    @_locked
    def cell(self, at: str) -> Cell:
        """What the cell shows, and the formula in it."""
        corner = parse_box(at)
        return self.sheet.cell(corner.top, corner.left)

    @_locked
    def rows(self) -> list[list[Scalar]]:
        """All of it, unformatted, header row first."""
        return self.sheet.values()

    @_locked
    def records(self) -> list[dict[str, Any]]:
        """Each row below the headers by header; "" for nothing."""
        headers, *rows = self.sheet.values() or [[]]
        return [
            {str(header): row[place] if place < len(row) else "" for place, header in enumerate(headers)}
            for row in rows
        ]

    @_locked
    def column(self, header: str) -> str:
        """The letters of the column with exactly this header. Raises LookupError."""
        headers = [str(value) for value in (self.sheet.values() or [[]])[0]]
        if header not in headers:
            raise LookupError(f"no column {header!r} in {self.sheet.title}: {headers}")
        return column_letters(headers.index(header))

    @_locked
    def row_where(self, header: str, equals: Scalar) -> int:
        """The number of the first row whose cell under this header shows this. Raises LookupError."""
        for number, record in enumerate(self.records(), 2):
            if record.get(header) == equals:
                return number
        raise LookupError(f"no row of {self.sheet.title} has {equals!r} under {header!r}")

    def _pattern(self, row: int, column: int) -> str | None:
        before = self.sheet.grid.get(row, column)
        return before.pattern if before is not None else None

    def _put(self, row: int, column: int, cell: Cell) -> None:
        protection.check_cells(self.sheet, self.person, Box(row, column, row + 1, column + 1))
        grid = self.sheet.grid
        grid.row_count = max(grid.row_count, row + 1)
        grid.column_count = max(grid.column_count, column + 1)
        self.sheet.put(row, column, cell)

    def _insert(self, at: int, count: int, *, rows: bool) -> None:
        protection.check_shift(self.sheet, self.person, Shift("insert", rows, at, count))
        self.sheet.insert(at, count, rows=rows)

    def _delete(self, at: int, count: int, *, rows: bool) -> None:
        protection.check_shift(self.sheet, self.person, Shift("delete", rows, at, count))
        self.sheet.delete(at, count, rows=rows)

    def _move(self, at: int, count: int, to: int, *, rows: bool) -> None:
        protection.check_shift(self.sheet, self.person, Shift("move", rows, at, count, to))
        self.sheet.move(at, count, to, rows=rows)
