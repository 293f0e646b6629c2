"""A workbook for the office, row by row: a plant of any size in constant memory, and no text ever becomes a formula."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from xlsxwriter import Workbook as Xlsx
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.worksheet import Worksheet

from core.domain.writing.dates import DATETIME_FORMAT, format_date
from core.plant.cells import FIRST_DAY, LAST_DAY

MOST_ROWS: Final = 1_048_576
"""Rows of an Excel worksheet, with its header."""
WIDTHS: Final = {date: 12, datetime: 20, int: 10, Decimal: 10, bool: 8}
TEXT_WIDTH: Final = 24

Cell: TypeAlias = "str | int | Decimal | bool | date | datetime | None"


@contextmanager
def workbook(path: Path) -> Iterator["Workbook"]:
    """A workbook that is at `path` when the block ends. Raises OSError."""
    # Before anything is gathered for it: can it be written at all?
    path.touch()
    with TemporaryDirectory(prefix="kiosk-export-") as scratch:
        options = {"constant_memory": True, "tmpdir": scratch, "strings_to_formulas": False, "strings_to_urls": False}
        xlsx = Xlsx(str(path), options)
        try:
            yield Workbook(xlsx)
        finally:
            _close(xlsx)


def _close(xlsx: Xlsx) -> None:
    """Write the file, and close what the rows were gathered in. Raises OSError."""
    try:
        xlsx.close()
    except XlsxFileError as exc:
        # The library hides the error of the disk in one of its own.
        raise OSError(None, str(exc)) from exc


class Workbook:
    """Worksheets under construction."""

    def __init__(self, xlsx: Xlsx) -> None:
        self._xlsx = xlsx
        self._header = xlsx.add_format({"bold": True, "bottom": 1})
        self._day = xlsx.add_format({"num_format": "dd-mm-yyyy"})
        self._instant = xlsx.add_format({"num_format": "dd-mm-yyyy hh:mm:ss"})
        self._text = xlsx.add_format({"num_format": "@"})

    @contextmanager
    def sheet(self, title: str, headers: Sequence[str], kinds: Sequence[type]) -> Iterator["Sheet"]:
        """A worksheet with columns of these `kinds`, its header frozen and with filters over all its rows."""
        sheet = Sheet(self, title, headers, kinds)
        sheet.begin()
        yield sheet
        sheet.end()

    def begin(self, title: str, headers: Sequence[str], kinds: Sequence[type]) -> Worksheet:
        """A new worksheet with its header."""
        worksheet = self._xlsx.add_worksheet(title)
        worksheet.freeze_panes(1, 0)
        for at, (header, kind) in enumerate(zip(headers, kinds, strict=True)):
            worksheet.set_column(at, at, WIDTHS.get(kind, TEXT_WIDTH))
            worksheet.write_string(0, at, header, self._header)
        return worksheet

    def write(self, worksheet: Worksheet, row: int, at: int, cell: Cell) -> None:
        """A cell as what it is: a day as a day, a text as a text. `row` and `at` count from 0."""
        match cell:
            case None | "":
                return
            case bool():
                worksheet.write_boolean(row, at, cell)
            case int() | Decimal():
                worksheet.write_number(row, at, cell)
            case datetime() if FIRST_DAY <= cell.date() <= LAST_DAY:
                worksheet.write_datetime(row, at, cell, self._instant)
            case datetime():
                worksheet.write_string(row, at, cell.strftime(DATETIME_FORMAT), self._text)
            case date() if FIRST_DAY <= cell <= LAST_DAY:
                worksheet.write_datetime(row, at, cell, self._day)
            case date():
                worksheet.write_string(row, at, format_date(cell), self._text)
            case _:
                worksheet.write_string(row, at, cell, self._text)

    def stacked_columns(self, sheet: "Sheet", *, title: str, series: Sequence[int]) -> None:
        """A chart beside the rows of `sheet`: its columns `series` (from 0), stacked over the days of its first."""
        chart = self._xlsx.add_chart({"type": "column", "subtype": "stacked"})
        last = sheet.rows
        for at in series:
            column = {"name": [sheet.title, 0, at], "categories": [sheet.title, 1, 0, last, 0]}
            chart.add_series({**column, "values": [sheet.title, 1, at, last, at]})
        chart.set_title({"name": title})
        chart.set_x_axis({"date_axis": True, "num_format": "dd-mm"})
        chart.set_size({"width": 900, "height": 420})
        sheet.worksheet.insert_chart(1, len(sheet.headers) + 1, chart)


@dataclass
class Sheet:
    """One table, in as many worksheets as its rows need. `rows` are those of the worksheet under construction."""

    workbook: Workbook
    title: str
    headers: Sequence[str]
    kinds: Sequence[type]
    rows: int = 0
    count: int = 0
    worksheet: Worksheet = field(init=False)

    def begin(self) -> None:
        """The next worksheet of the table."""
        self.count += 1
        title = self.title if self.count == 1 else f"{self.title} {self.count}"
        self.worksheet, self.rows = self.workbook.begin(title, self.headers, self.kinds), 0

    def add(self, *cells: Cell) -> None:
        """A row."""
        if self.rows == MOST_ROWS - 1:
            self.end()
            self.begin()
        self.rows += 1
        for at, cell in enumerate(cells):
            self.workbook.write(self.worksheet, self.rows, at, cell)

    def end(self) -> None:
        """No more rows in this worksheet."""
        self.worksheet.autofilter(0, 0, self.rows, len(self.headers) - 1)
