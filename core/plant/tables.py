"""A table of the office, a CSV file or a worksheet, row by row: a bad row is named and left out, the rest is read.

Cells may be texts or whatever a spreadsheet holds; where they come from is no business of this module.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from core.plant import columns
from core.plant.cells import shown, text_of

_WHOLE_LINE: Final = "(línea)"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row was left out; or, when it was `kept`, what of it was not understood and counts as empty.

    `file` is the file or the worksheet. `line` counts from 1 and includes the header.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns to look for, by their canonical names, and those a table must have."""

    columns: Sequence[str]
    required: Sequence[str]


class BadCellError(ValueError):
    """A cell that makes its row unusable."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class UnusableTableError(ValueError):
    """A header row that does not name the columns a table must have, or names one twice."""

    def __init__(self, reason: str, headers: Sequence[str]) -> None:
        super().__init__(reason)
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands where a row's cells should be when the line could not be taken apart."""

    text: str
    reason: str


Line = tuple[int, Sequence[object] | Unreadable]
"""A line's number, from 1, and its cells; missing cells at its end are empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, its cells by the column's canonical name."""

    file: str
    line: int
    cells: Mapping[str, object]
    unreadable: str = ""

    def require_whole(self) -> None:
        """Raise BadCellError when the line could not be taken apart."""
        if self.unreadable:
            raise BadCellError(_WHOLE_LINE, self.unreadable)

    def shown(self, column: str) -> str:
        """The cell as a person sees it, whatever it holds."""
        return shown(self.cells.get(column)).strip()

    def text(self, column: str) -> str:
        """The cell's text without surrounding blanks. Raises BadCellError when it holds a formula's error."""
        return self.parse(column, text_of).strip()

    def parse(self, column: str, reader: Callable[[object], T]) -> T:
        """What `reader` makes of the cell; its ValueError becomes a BadCellError."""
        try:
            return reader(self.cells.get(column))
        except ValueError as exc:
            raise BadCellError(column, str(exc)) from exc

    def problem(self, bad: BadCellError, *, kept: bool = False) -> RowProblem:
        value = self.shown(bad.column)
        return RowProblem(file=self.file, line=self.line, column=bad.column, value=value, reason=str(bad), kept=kept)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a header row whose columns were found. They can be gone through as often as `lines` can."""

    name: str
    places: Mapping[str, int]
    lines: Iterable[Line]

    @classmethod
    def under(cls, headers: Sequence[object], layout: Layout, *, name: str, lines: Iterable[Line]) -> Self:
        """The table of the `lines` below `headers`. Raises UnusableTableError."""
        names = [shown(header) for header in headers]
        try:
            places = columns.find_columns(names, layout.columns)
        except ValueError as exc:
            raise UnusableTableError(str(exc), names) from exc
        if missing := [column for column in layout.required if column not in places]:
            raise UnusableTableError(f"falta la columna {', '.join(missing)}", names)
        return cls(name, places, lines)

    def rows(self) -> Iterator[Row]:
        """Its rows; those that say nothing in any column that was looked for are passed over."""
        for number, cells in self.lines:
            if isinstance(cells, Unreadable):
                yield Row(self.name, number, {_WHOLE_LINE: cells.text}, cells.reason)
                continue
            width = len(cells)
            named = {column: cells[at] if at < width else None for column, at in self.places.items()}
            if any(says_something(cell) for cell in named.values()):
                yield Row(self.name, number, named)


def says_something(cell: object) -> bool:
    """Whether a cell is more than empty. A box nobody ticked is empty: offices draw them far below the last row."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None and cell is not False


def read_rows(
    table: Table,
    read: Callable[[Row], T],
    problems: list[RowProblem],
    *,
    on_bad: Callable[[Row], None] = lambda _: None,
) -> Iterator[tuple[int, T]]:
    """Line number and value of each good row; a bad one is added to `problems`."""
    for row in table.rows():
        try:
            row.require_whole()
            yield row.line, read(row)
        except BadCellError as bad:
            on_bad(row)
            problems.append(row.problem(bad))


def without_repeats(
    rows: Iterator[tuple[int, T]],
    file: str,
    column: str,
    key: Callable[[T], object],
    problems: list[RowProblem],
) -> tuple[T, ...]:
    """The first row of each key; the others are problems."""
    first: dict[object, tuple[int, T]] = {}
    for line, value in rows:
        if key(value) in first:
            reason = f"repetido: ya está en la línea {first[key(value)][0]}"
            problems.append(RowProblem(file=file, line=line, column=column, value=str(key(value)), reason=reason))
        else:
            first[key(value)] = (line, value)
    return tuple(value for _, value in first.values())
