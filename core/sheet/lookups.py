"""The shop's columns in Operaciones: lookup formulas in its header row, one a column, spilling down, found by tag.

The office sorts, inserts and filters as it likes; each row shows what Taller says of its tag. The mirror writes no cell
there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from core.domain.errors import SheetUnusableError
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.texts import plain
from core.plant.cells import Grid, is_error, shown
from core.plant.columns import TAG, find_columns, letters
from core.plant.tables import says_something
from core.sheet.client import Spreadsheet, Worksheet, a1
from core.sheet.plant import OPERACIONES, find_worksheets
from core.sheet.taller import COLUMNS, LOOKED_UP, TALLER

_WARNING: Final = "Fórmula del taller: muestra lo que dice la hoja Taller"
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


@dataclass(frozen=True, slots=True)
class _Header:
    """The first row of Operaciones: what its cells show, and the formulas behind them."""

    names: list[str]
    formulas: list[str]

    @classmethod
    def of(cls, shows: Grid, formulas: Grid) -> "_Header":
        """The header of these rows, read both ways."""
        names = [shown(cell) for cell in (shows[0] if shows else [])]
        behind = [str(cell) for cell in (formulas[0] if formulas else [])]
        return cls(names, [*behind, *[""] * (len(names) - len(behind))][: len(names)])

    def place_of(self, column: str) -> int | None:
        """Where the column stands (from 0): by its name, or by its formula where that shows an error."""
        for at, (name, formula) in enumerate(zip(self.names, self.formulas, strict=True)):
            if plain(name) == plain(column) or _is_formula_of(column, formula):
                return at
        return None


async def write_lookups(spreadsheet: Spreadsheet, *, adopt: bool = False, repair: bool = False) -> LookupsReport:
    """Give Operaciones a formula for each column of the shop's that it lacks or has empty.

    `repair` writes broken formulas again. `adopt` also replaces columns with content: each stays beside its formula
    under another name; so does what somebody typed below a formula that is repaired.
    Raises SheetUnusableError when Operaciones, Taller or the tag column is missing, SheetUnavailableError.
    """
    worksheets = await spreadsheet.worksheets()
    titles = find_worksheets((worksheet.title for worksheet in worksheets), (OPERACIONES, TALLER))
    operaciones = next(worksheet for worksheet in worksheets if worksheet.title == titles[OPERACIONES])
    header = await _read_header(spreadsheet, operaciones)
    tag = _tag_column(operaciones.title, header.names)
    places = {column: header.place_of(column) for column in LOOKED_UP}
    there = sorted(((at, column) for column, at in places.items() if at is not None), reverse=True)
    new = [column for column, at in places.items() if at is None]
    below = await _read_below(spreadsheet, operaciones, [at for at, _ in there])
    report = LookupsReport()
    requests: list[dict[str, object]] = []
    end, inserted = len(header.names), 0
    if (lacking := end + len(new) - operaciones.columns) > 0:
        requests.append({"appendDimension": _columns(operaciones, lacking)})
    # From right to left: a column that is inserted moves only those that are done.
    for at, column in there:
        is_filled = below[at].has_content
        if _is_formula_of(column, header.formulas[at]):
            # Where the formula works, what is below is its own.
            is_filled &= is_error(header.names[at])
            if not (is_error(header.names[at]) or below[at].has_error):
                continue
            report.broken.append(column)
            if not repair:
                continue
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
        requests += _formula_at(operaciones, at, column, letters(tag), titles[TALLER])
        requests += _warning_at(operaciones, at, is_new=is_filled or at not in operaciones.protected_columns)
    for at, column in enumerate(new, start=end):
        report.written.append(column)
        requests += _formula_at(operaciones, at + inserted, column, letters(tag), titles[TALLER])
        requests += _warning_at(operaciones, at + inserted, is_new=at not in operaciones.protected_columns)
    await spreadsheet.change(requests)
    return report


async def _read_header(spreadsheet: Spreadsheet, operaciones: Worksheet) -> _Header:
    cells = [a1(operaciones.title, "1:1")]
    [shows] = await spreadsheet.read(cells)
    [formulas] = await spreadsheet.read(cells, formulas=True)
    return _Header.of(shows, formulas)


def _tag_column(title: str, names: Sequence[str]) -> int:
    try:
        places = find_columns(names, (TAG,))
    except InvalidValueError as exc:
        raise SheetUnusableError(title, exc.reason, **exc.data) from exc
    if TAG not in places:
        raise SheetUnusableError(title, Defecto.FALTA_COLUMNA, column=TAG)
    return places[TAG]


@dataclass(frozen=True, slots=True)
class _Below:
    """What a column shows below its header: a formula's errors, anything else."""

    has_content: bool
    has_error: bool


async def _read_below(spreadsheet: Spreadsheet, operaciones: Worksheet, places: Sequence[int]) -> dict[int, _Below]:
    wanted = [a1(operaciones.title, f"{letters(at)}2:{letters(at)}") for at in places]
    found = await spreadsheet.read_columns(wanted) if wanted else []
    return {
        at: _Below(
            has_content=any(says_something(cell) and not is_error(cell) for cell in cells),
            has_error=any(map(is_error, cells)),
        )
        for at, cells in zip(places, found, strict=True)
    }


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
    header = _Header.of(shows, formulas)
    columns = {header.place_of(column): column for column in LOOKED_UP}
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
    tags, quoted = f"{tag}1:{tag}", a1(taller, f"$A:${letters(len(LOOKED_UP))}")
    found = f'IFNA(VLOOKUP({tags};{quoted};{COLUMNS.index(column) + 1};FALSE);"")'
    return f'=ARRAYFORMULA(IF(ROW({tags})=ROW({tag}1);"{column}";IF({tags}="";"";{found})))'


def _is_formula_of(column: str, formula: str) -> bool:
    begins = rf'=ARRAYFORMULA\(IF\(ROW\([^)]*\)=ROW\([^)]*\)[;,]"{column}"[;,]'
    return re.match(begins, formula.replace(" ", "")) is not None


def _kept_beside(operaciones: Worksheet, at: int, name: str) -> list[dict[str, object]]:
    """The old column under another name, one to the right; its place is free for the formula."""
    place = {"sheetId": operaciones.sheet_id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    return [
        {"insertDimension": {"range": place, "inheritFromBefore": False}},
        _cell(operaciones, at + 1, {"stringValue": KEPT.format(column=name)}),
    ]


def _formula_at(operaciones: Worksheet, at: int, column: str, tag: str, taller: str) -> list[dict[str, object]]:
    return [_cell(operaciones, at, {"formulaValue": formula_of(column, tag, taller)})]


def _warning_at(operaciones: Worksheet, at: int, *, is_new: bool) -> list[dict[str, object]]:
    """Google refuses a protection that the column has already."""
    protected = {"range": _span(operaciones, at), "description": _WARNING, "warningOnly": True}
    return [{"addProtectedRange": {"protectedRange": protected}}] if is_new else []


def _cell(operaciones: Worksheet, at: int, value: dict[str, str]) -> dict[str, object]:
    start = {"sheetId": operaciones.sheet_id, "rowIndex": 0, "columnIndex": at}
    return {
        "updateCells": {
            "start": start,
            "rows": [{"values": [{"userEnteredValue": value}]}],
            "fields": "userEnteredValue",
        }
    }


def _span(operaciones: Worksheet, at: int) -> dict[str, object]:
    return {"sheetId": operaciones.sheet_id, "startColumnIndex": at, "endColumnIndex": at + 1}


def _columns(operaciones: Worksheet, length: int) -> dict[str, object]:
    return {"sheetId": operaciones.sheet_id, "dimension": "COLUMNS", "length": length}
