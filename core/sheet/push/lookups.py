"""The shop's columns in Operaciones: lookup formulas in its header row, one a column, spilling down, found by tag.

The office sorts, inserts and filters as it likes; each row shows what Taller says of its tag. The mirror writes no cell
there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from core.domain.writing.texts import plain
from core.plant.cells import Grid, is_error, shown
from core.plant.columns import TAG, letters
from core.plant.reading import OPERACIONES, UNIONES
from core.plant.tables import Layout, says_something
from core.sheet.plant import find_worksheets, has_content, table_in, title_among
from core.sheet.spreadsheet.client import Request, Spreadsheet, Worksheet, a1
from core.sheet.spreadsheet.ranges import column_of
from core.sheet.taller import COLUMNS, COUNTED, LOOKED_UP, TALLER

_TAGGED: Final = Layout((TAG,), required=(TAG,))
_WARNING: Final = "Fórmula del taller: muestra lo que dice la hoja Taller"
FIRST_ROWS: Final = 1000
"""Rows of Uniones in one of which a joint must stand for joints to be listed."""
KEPT: Final = "{column} (antes)"
"""What a column with content is renamed to when a formula takes its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupsReport:
    """By name: the columns that got a formula, those whose formula was broken, those with content.

    A broken formula is left as it is unless it was to be repaired, a column with content unless it was to be adopted.
    """

    written: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    with_content: list[str] = field(default_factory=list)


async def write_lookups(spreadsheet: Spreadsheet, *, adopt: bool = False, repair: bool = False) -> LookupsReport:
    """Give Operaciones a formula for each column of the shop's that it lacks or has empty.

    Those that count joints are for an office whose worksheet Uniones has a row.

    `repair` writes broken formulas again. `adopt` also replaces columns with content: each stays beside its formula
    under another name; so does what somebody typed below a formula that is repaired.
    Raises SheetUnusableError when Operaciones, Taller or the tag column is missing, SheetUnavailableError.
    """
    by_title = {worksheet.title: worksheet for worksheet in await spreadsheet.worksheets()}
    titles = find_worksheets(by_title, (OPERACIONES, TALLER))
    operaciones = by_title[titles[OPERACIONES]]
    header = await _read_header(spreadsheet, operaciones)
    tag = table_in(operaciones.title, [[name for name, _ in header]], _TAGGED).places[TAG]
    wanted = [*LOOKED_UP, *(await _wanted_counts(spreadsheet, by_title, header))]
    places = {column: _place_of(column, header) for column in wanted}
    there = sorted(((at, column) for column, at in places.items() if at is not None), reverse=True)
    new = [column for column, at in places.items() if at is None]
    columns = [a1(operaciones.title, f"{letters(at)}2:{letters(at)}") for at, _ in there]
    # The API refuses to be asked for what is below a worksheet's last row.
    below: Sequence[Grid] = await spreadsheet.read(columns) if operaciones.rows > 1 else [[]] * len(there)
    report = LookupsReport()
    requests: list[Request] = []
    end, inserted = len(header), 0
    if (lacking := end + len(new) - operaciones.columns) > 0:
        length = {"sheetId": operaciones.sheet_id, "dimension": "COLUMNS", "length": lacking}
        requests.append({"appendDimension": length})
    # From right to left: a column that is inserted moves only those that are done.
    for (at, column), rows in zip(there, below, strict=True):
        name, formula = header[at]
        cells = column_of(rows)
        is_filled = any(says_something(cell) and not is_error(cell) for cell in cells)
        if _is_formula_of(column, formula):
            if not any(map(is_error, (name, *cells))):
                continue
            report.broken.append(column)
            if not repair:
                continue
            # Where the formula works, what is below is its own.
            is_filled &= is_error(name)
        elif is_filled:
            report.with_content.append(column)
            if not adopt:
                continue
        if is_filled:
            requests += _kept_beside(operaciones, at, column)
            inserted += 1
            # The tag's letters in formulas that are there already follow by themselves; in new ones they are as of now.
            tag += at < tag
        report.written.append(column)
        formula = formula_of(column, letters(tag), titles[TALLER])
        requests += _formula_at(operaciones, at, formula, warn=is_filled or at not in operaciones.protected_columns)
    for at, column in enumerate(new, start=end):
        report.written.append(column)
        formula = formula_of(column, letters(tag), titles[TALLER])
        requests += _formula_at(operaciones, at + inserted, formula, warn=at not in operaciones.protected_columns)
    await spreadsheet.change(requests)
    return report


async def _wanted_counts(
    spreadsheet: Spreadsheet, by_title: Mapping[str, Worksheet], header: Sequence[tuple[str, str]]
) -> list[str]:
    """The columns that count joints, where the office lists joints; else those that are there already."""
    worksheet = by_title.get(title_among(by_title, UNIONES))
    if worksheet is not None and worksheet.rows > 1:
        [first_rows] = await spreadsheet.read([a1(worksheet.title, f"2:{min(worksheet.rows, FIRST_ROWS)}")])
        if has_content(first_rows):
            return [*COUNTED]
    return [column for column in COUNTED if any(_is_formula_of(column, formula) for _, formula in header)]


async def _read_header(spreadsheet: Spreadsheet, operaciones: Worksheet) -> list[tuple[str, str]]:
    """The first row of Operaciones: what each of its cells shows, and the formula behind it."""
    cells = [a1(operaciones.title, "1:1")]
    [shows] = await spreadsheet.read(cells)
    [formulas] = await spreadsheet.read(cells, formulas=True)
    return _header(shows, formulas)


def _header(shows: Grid, formulas: Grid) -> list[tuple[str, str]]:
    names = [shown(cell) for row in shows[:1] for cell in row]
    behind = [str(cell) for row in formulas[:1] for cell in row]
    return list(zip_longest(names, behind[: len(names)], fillvalue=""))


def _place_of(column: str, header: Sequence[tuple[str, str]]) -> int | None:
    """Where the column stands (from 0): by its name, or by its formula where that shows an error."""
    for at, (name, formula) in enumerate(header):
        if plain(name) == plain(column) or _is_formula_of(column, formula):
            return at
    return None


class LookupWatch:
    """Which lookup formulas show an error: the mirror reads the first two rows of Operaciones in each cycle."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        """By name and letters: `Armador (F)`."""
        self._with_error: list[int] = []

    async def look(self, spreadsheet: Spreadsheet, cells: str, shows: Grid) -> None:
        """Name the broken ones of what the range `cells` shows. Raises SheetUnavailableError.

        A header that shows an error has no name: its formula says it, and is read when other columns show errors.
        """
        with_error = _columns_with_error(shows)
        if with_error == self._with_error:
            return
        [formulas] = await spreadsheet.read([cells], formulas=True) if with_error else [[]]
        self.broken, self._with_error = broken_columns(shows, formulas), with_error


def broken_columns(shows: Grid, formulas: Grid) -> list[str]:
    """The columns of Operaciones whose lookup formula shows an error: in its own cell, or in the first row below."""
    header = _header(shows, formulas)
    columns = {_place_of(column, header): column for column in (*LOOKED_UP, *COUNTED)}
    return [f"{columns[at]} ({letters(at)})" for at in _columns_with_error(shows) if at in columns]


def _columns_with_error(shows: Grid) -> list[int]:
    """The columns (from 0) whose first or second cell shows an error; some are the office's own."""
    header, below = (*shows, [], [])[:2]
    return [at for at, cells in enumerate(zip_longest(header, below)) if any(map(is_error, cells))]


def formula_of(column: str, tag: str, taller: str) -> str:
    """The formula that shows a column of Taller; `tag` are the letters of the tag's column in Operaciones.

    It begins in the first row, which no row can be inserted before unseen: `B2:B` would become `B3:B` when a row is
    inserted below the header. A tag that Taller does not have shows nothing, a worksheet that is gone an error.
    Semicolons are understood whatever the spreadsheet's locale is.
    """
    at = COLUMNS.index(column)
    tags, quoted = f"{tag}1:{tag}", a1(taller, f"$A:${letters(max(at, len(LOOKED_UP)))}")
    found = f'IFNA(VLOOKUP({tags};{quoted};{at + 1};FALSE);"")'
    return f'=ARRAYFORMULA(IF(ROW({tags})=ROW({tag}1);"{column}";IF({tags}="";"";{found})))'


def _is_formula_of(column: str, formula: str) -> bool:
    begins = rf'=ARRAYFORMULA\(IF\(ROW\([^)]*\)=ROW\([^)]*\)[;,]"{column}"[;,]'
    return re.match(begins, formula.replace(" ", "")) is not None


def _kept_beside(operaciones: Worksheet, at: int, name: str) -> list[Request]:
    """The old column under another name, one to the right; its place is free for the formula."""
    place = {"sheetId": operaciones.sheet_id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    return [
        {"insertDimension": {"range": place, "inheritFromBefore": False}},
        _cell(operaciones, at + 1, {"stringValue": KEPT.format(column=name)}),
    ]


def _formula_at(operaciones: Worksheet, at: int, formula: str, *, warn: bool) -> list[Request]:
    """Without `warn` the column has its warning already: Google refuses a second one."""
    requests = [_cell(operaciones, at, {"formulaValue": formula})]
    if warn:
        span = {"sheetId": operaciones.sheet_id, "startColumnIndex": at, "endColumnIndex": at + 1}
        protected = {"range": span, "description": _WARNING, "warningOnly": True}
        requests.append({"addProtectedRange": {"protectedRange": protected}})
    return requests


def _cell(operaciones: Worksheet, at: int, value: dict[str, str]) -> Request:
    start = {"sheetId": operaciones.sheet_id, "rowIndex": 0, "columnIndex": at}
    rows = [{"values": [{"userEnteredValue": value}]}]
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
