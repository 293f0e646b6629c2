"""A spreadsheet: its worksheets, who may use it, and the lock under which every edit of it happens."""

from threading import RLock
from typing import Any, Final

from tests.sheets_api.a1 import Box, parse_range
from tests.sheets_api.cells import Scalar, rendered
from tests.sheets_api.errors import GoogleError, invalid, over_cell_limit, unparsable
from tests.sheets_api.grid import Grid

CELL_LIMIT: Final = 10_000_000


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
        """Each with its protectedRangeId."""

    def values(
        self,
        box: Box | None = None,
        value_option: str = "UNFORMATTED_VALUE",
        date_option: str = "SERIAL_NUMBER",
    ) -> list[list[Scalar]]:
        """The cells of the box, or all, as an answer has them."""
        locale = self.book.locale
        return [
            [rendered(cell, value_option, date_option, locale) for cell in row] for row in self.grid.rows(box or Box())
        ]

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
    """A spreadsheet. `access` is "writer", "reader" or None: not shared with the account that asks."""

    def __init__(self, book_id: str, title: str, *, locale: str = "es_CL", time_zone: str = "America/Santiago") -> None:
        self.id = book_id
        self.title = title
        self.locale = locale
        self.time_zone = time_zone
        self.access: str | None = "writer"
        self.cell_limit = CELL_LIMIT
        self.lock = RLock()
        self.sheets: list[Sheet] = []
        self.overwritten_formulas: list[str] = []
        """Where the API wrote a value over a formula, as `Operaciones!N2`."""
        self.stored_requests: list[tuple[str, dict[str, Any]]] = []
        """Requests of :batchUpdate that are accepted and kept, and change no cell."""
        self._next_id = 0

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

    def require(self, *, write: bool) -> None:
        """Raises GoogleError 403."""
        if self.access is None or (write and self.access == "reader"):
            raise GoogleError(403, "PERMISSION_DENIED", "The caller does not have permission")
