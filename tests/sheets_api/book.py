"""A spreadsheet: its worksheets, who may use it, and the lock under which every edit of it happens."""

from collections.abc import Iterator
from copy import copy, deepcopy
from threading import RLock
from typing import Any, Final

from tests.sheets_api.a1 import Box, a1, parse_range
from tests.sheets_api.cells import Cell, Scalar, rendered
from tests.sheets_api.errors import GoogleError, invalid, over_cell_limit, unparsable
from tests.sheets_api.grid import Grid
from tests.sheets_api.lookups import Lookups
from tests.sheets_api.shifts import Shift
from tests.sheets_api.sorting import order_of

CELL_LIMIT: Final = 10_000_000
SERVICE_ACCOUNT: Final = "kiosco@taller-sheets.iam.gserviceaccount.com"

_SHEET_STATE: Final = ("title", "properties", "grid_properties", "validations", "formats", "protected_ranges")


class Sheet:
    """A worksheet: its properties, as Google has them, and its grid."""

    def __init__(self, book: "Book", sheet_id: int, title: str, row_count: int, column_count: int) -> None:
        self.book = book
        self.sheet_id = sheet_id
        self.title = title
        self.grid = Grid(row_count, column_count)
        self.properties: dict[str, Any] = {}
        """What else was set: hidden, tabColorStyle and so on."""
        self.grid_properties: dict[str, Any] = {}
        """frozenRowCount, frozenColumnCount, hideGridlines."""
        self.validations: list[dict[str, Any]] = []
        """Each setDataValidation as it was asked for, oldest first."""
        self.formats: list[dict[str, Any]] = []
        """Each repeatCell and updateCells, likewise."""
        self.protected_ranges: list[dict[str, Any]] = []
        """Each with its protectedRangeId, and with all its editors."""
        self.lookups = Lookups(self.grid)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Enter the cell."""
        self.grid.put(row, column, cell)
        if cell.formula is not None or self.lookups.anchors:
            self.lookups.note(row, column, cell, self.book.titles)

    def insert(self, at: int, count: int, *, rows: bool, like: int | None = None) -> None:
        """Rows or columns before this one; `like`: the row whose number formats new rows get."""
        if rows:
            self.grid.insert_rows(at, count, like=like)
        else:
            self.grid.insert_columns(at, count)
        self.book.follow(self, Shift("insert", rows, at, count))

    def delete(self, at: int, count: int, *, rows: bool) -> None:
        (self.grid.delete_rows if rows else self.grid.delete_columns)(at, count)
        self.book.follow(self, Shift("delete", rows, at, count))

    def move(self, at: int, count: int, to: int, *, rows: bool) -> None:
        """`to`: before which row or column, counted before the move."""
        (self.grid.move_rows if rows else self.grid.move_columns)(at, count, to)
        self.book.follow(self, Shift("move", rows, at, count, to))

    def resize(self, row_count: int, column_count: int) -> None:
        """At the lower and the right end."""
        for size, before, rows in (
            (row_count, self.grid.row_count, True),
            (column_count, self.grid.column_count, False),
        ):
            if size < before:
                self.delete(size, before - size, rows=rows)
        self.grid.resize(row_count, column_count)

    def sort(self, top: int, column: int, *, descending: bool) -> None:
        """All rows from `top` on by what this column shows. What is spilled does not move: it is calculated again."""
        spilled = self._spilled(Box(left=column, right=column + 1)).get(column, {})
        shown = [spilled.get(row) or self.grid.get(row, column) for row in range(top, self.grid.used_row_count)]
        self.grid.reorder(top, order_of(shown, descending=descending))

    def rows(self, box: Box) -> Iterator[list[Cell | None]]:
        """What the cells of the box show, without the blank ends of rows and without the blank rows at its end."""
        return self.grid.rows(box, self._spilled(box))

    def cell(self, row: int, column: int) -> Cell:
        """What the cell shows."""
        spilled = self._spilled(Box(left=column, right=column + 1)).get(column, {})
        return spilled.get(row) or self.grid.get(row, column) or Cell()

    def _spilled(self, box: Box) -> dict[int, dict[int, Cell]]:
        return self.lookups.spilled(box, self.book.grid_of) if self.lookups.anchors else {}

    def values(
        self,
        box: Box | None = None,
        value_option: str = "UNFORMATTED_VALUE",
        date_option: str = "SERIAL_NUMBER",
    ) -> list[list[Scalar]]:
        """The cells of the box, or all, as an answer has them: of what is spilled, FORMULA shows nothing."""
        locale = self.book.locale
        rows = self.grid.rows(box or Box()) if value_option == "FORMULA" else self.rows(box or Box())
        return [[rendered(cell, value_option, date_option, locale) for cell in row] for row in rows]

    def saved(self) -> dict[str, Any]:
        """All that a request can change."""
        return {name: copy(getattr(self, name)) for name in _SHEET_STATE} | {
            "grid": self.grid.copy(),
            "anchors": self.lookups.anchors,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        for name in _SHEET_STATE:
            setattr(self, name, saved[name])
        self.grid.become(saved["grid"])
        self.lookups.anchors = saved["anchors"]

    def as_json(self, index: int) -> dict[str, Any]:
        grid = {"rowCount": self.grid.row_count, "columnCount": self.grid.column_count, **self.grid_properties}
        return {
            "sheetId": self.sheet_id,
            "title": self.title,
            "index": index,
            "sheetType": "GRID",
            "gridProperties": grid,
            **self.properties,
        }


class Book:
    """A spreadsheet. `access` is "writer", "reader" or None: not shared with the account that asks.

    Three may edit it: its proprietor, an ordinary editor, and the service account, which is who asks the API.
    """

    def __init__(self, book_id: str, title: str, *, locale: str = "es_CL", time_zone: str = "America/Santiago") -> None:
        self.id = book_id
        self.title = title
        self.locale = locale
        self.time_zone = time_zone
        self.access: str | None = "writer"
        self.cell_limit = CELL_LIMIT
        self.proprietor = "proprietor@example.com"
        self.editor = "office@example.com"
        self.service_account = SERVICE_ACCOUNT
        self.lock = RLock()
        self.sheets: list[Sheet] = []
        self.overwritten_formulas: list[str] = []
        """Where the API wrote a value over a formula, as `Operaciones!N2`."""
        self.stored_requests: list[tuple[str, dict[str, Any]]] = []
        """Requests of :batchUpdate that are accepted and kept, and change no cell."""
        self.marks: list[dict[str, Any]] = []
        """Developer metadata of the spreadsheet itself."""
        self._next_id = 0

    def twin(self) -> "Book":
        """Another spreadsheet, in which everything is as in this one by now."""
        return deepcopy(self, {id(self.lock): RLock()})

    @property
    def titles(self) -> list[str]:
        return [sheet.title for sheet in self.sheets]

    @property
    def cell_count(self) -> int:
        return sum(sheet.grid.cell_count for sheet in self.sheets)

    def add_sheet(
        self, title: str, *, rows: int = 1000, columns: int = 26, sheet_id: int | None = None, index: int | None = None
    ) -> Sheet:
        """Raises GoogleError 400: title or id taken, too many cells."""
        if title in self.titles:
            raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
        if sheet_id is None:
            sheet_id, self._next_id = self._next_id, self._next_id + 1001
        if any(sheet.sheet_id == sheet_id for sheet in self.sheets):
            raise invalid(f"Sheet with id {sheet_id} already exists.")
        self.make_room(rows * columns)
        sheet = Sheet(self, sheet_id, title, rows, columns)
        self.sheets.insert(len(self.sheets) if index is None else index, sheet)
        return sheet

    def remove_sheet(self, sheet: Sheet) -> None:
        self.sheets.remove(sheet)
        for other in self.sheets:
            other.lookups.lose(sheet.title)

    def rename_sheet(self, sheet: Sheet, title: str) -> None:
        """Raises GoogleError 400: title taken."""
        if title in self.titles and title != sheet.title:
            raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
        for other in self.sheets:
            other.lookups.rename(sheet.title, title)
        sheet.title = title

    def follow(self, sheet: Sheet, shift: Shift) -> None:
        """Rows or columns of the worksheet were edited: what points at them goes with them."""
        ranges = [(protected, shift.grid_range(protected["range"])) for protected in sheet.protected_ranges]
        sheet.protected_ranges = [{**protected, "range": place} for protected, place in ranges if place is not None]
        sheet.lookups.shift(shift)
        for other in self.sheets:
            other.lookups.follow(other.title, sheet.title, shift)

    def make_room(self, cells: int) -> None:
        """Raises GoogleError 400 if the spreadsheet cannot have so many cells more."""
        if cells > 0 and self.cell_count + cells > self.cell_limit:
            raise over_cell_limit(self.cell_limit)

    def sheet(self, title: str) -> Sheet:
        """Raises KeyError."""
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        raise KeyError(title)

    def grid_of(self, title: str) -> Grid | None:
        return next((sheet.grid for sheet in self.sheets if sheet.title == title), None)

    def sheet_by_id(self, sheet_id: int) -> Sheet:
        """Raises GoogleError 400."""
        for sheet in self.sheets:
            if sheet.sheet_id == sheet_id:
                return sheet
        raise invalid(f"No grid with id: {sheet_id}")

    def range(self, text: str) -> tuple[Sheet, Box]:
        """The worksheet and the box that A1 notation names. Raises GoogleError 400."""
        asked = parse_range(text, self.titles)
        if not self.sheets:
            raise unparsable(text)
        return (self.sheets[0] if asked.title is None else self.sheet(asked.title)), asked.box

    def grid_range(self, given: dict[str, Any]) -> tuple[Sheet, Box]:
        """The worksheet and the closed box that a GridRange means. Raises GoogleError 400 for what the grid has not."""
        sheet = self.sheet_by_id(given.get("sheetId", 0))
        grid = sheet.grid
        box = Box(
            given.get("startRowIndex", 0),
            given.get("startColumnIndex", 0),
            given.get("endRowIndex", grid.row_count),
            given.get("endColumnIndex", grid.column_count),
        )
        top, left, bottom, right = box.closed
        if top >= bottom or left >= right:
            raise invalid(f"Range must not be empty: rows {top} to {bottom}, columns {left} to {right}.")
        if bottom > grid.row_count or right > grid.column_count:
            size = f"Max rows: {grid.row_count}, max columns: {grid.column_count}"
            raise invalid(f"Range ({a1(sheet.title, box)}) exceeds grid limits. {size}")
        return sheet, box

    def saved(self) -> dict[str, Any]:
        """All that a request can change."""
        return {
            "sheets": [(sheet, sheet.saved()) for sheet in self.sheets],
            "stored_requests": self.stored_requests[:],
            "overwritten_formulas": self.overwritten_formulas[:],
            "marks": self.marks[:],
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """As it was. Whoever holds one of its worksheets keeps it."""
        self.sheets[:] = [sheet for sheet, _ in saved["sheets"]]
        for sheet, before in saved["sheets"]:
            sheet.restore(before)
        self.stored_requests[:] = saved["stored_requests"]
        self.overwritten_formulas[:] = saved["overwritten_formulas"]
        self.marks[:] = saved["marks"]

    def require(self, *, write: bool) -> None:
        """Raises GoogleError 403."""
        if self.access is None or (write and self.access == "reader"):
            raise GoogleError(403, "PERMISSION_DENIED", "The caller does not have permission")
