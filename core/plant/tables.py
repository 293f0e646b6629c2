"""A table of the office, a CSV file or a worksheet, row by row: a bad row is named and left out, the rest is read.

Cells may be texts or whatever a spreadsheet holds; where they come from is no business of this module.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

from core.domain.reasons import Defecto, InvalidValueError
from core.plant import columns
from core.plant.cells import shown, text_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row was left out; or, when it was `kept`, what of it counts as empty or was read otherwise.

    `file` is the file or the worksheet. `line` counts from 1 and includes the header. `column` is empty when the whole
    line is the problem.
    """

    file: str
    line: int
    column: str
    value: str
    reason: Defecto
    data: Mapping[str, object] = field(default_factory=dict, hash=False)
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns to look for, by their canonical names, and those a table must have."""

    columns: Sequence[str]
    required: Sequence[str]


class BadCellError(InvalidValueError):
    """A cell that makes its row unusable."""

    def __init__(self, column: str, reason: Defecto, **data: object) -> None:
        super().__init__(reason, **data)
        self.column = column


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, its cells by the column's canonical name."""

    file: str
    line: int
    cells: Mapping[str, object]

    def shown(self, column: str) -> str:
        """The cell as a person sees it, whatever it holds."""
        return shown(self.cells.get(column)).strip()

    def text(self, column: str) -> str:
        """The cell's text without surrounding blanks. Raises BadCellError when it holds a formula's error."""
        return self.parse(column, text_of).strip()

    def parse(self, column: str, reader: Callable[[object], T]) -> T:
        """What `reader` makes of the cell. Raises BadCellError."""
        try:
            return reader(self.cells.get(column))
        except InvalidValueError as exc:
            raise BadCellError(column, exc.reason, **exc.data) from exc

    def problem(self, bad: BadCellError, *, kept: bool = False) -> RowProblem:
        """What is wrong with this row."""
        return RowProblem(
            file=self.file,
            line=self.line,
            column=bad.column,
            value=self.shown(bad.column),
            reason=bad.reason,
            data=bad.data,
            kept=kept,
        )


@dataclass(frozen=True, slots=True)
class Table:
    """The lines below a header row whose columns were found. They can be gone through as often as `lines` can.

    A line is its number, from 1, and its cells; missing cells at its end are empty. `broken` are the lines that could
    not be split into cells.
    """

    name: str
    places: Mapping[str, int]
    lines: Iterable[tuple[int, Sequence[object]]]
    broken: Sequence[RowProblem] = ()

    @classmethod
    def under(
        cls,
        headers: Sequence[object],
        layout: Layout,
        *,
        name: str,
        lines: Iterable[tuple[int, Sequence[object]]],
        broken: Sequence[RowProblem] = (),
    ) -> Self:
        """The table of the `lines` below `headers`.

        Raises InvalidValueError when a column that the table must have is missing, or a column is there twice.
        """
        places = columns.find_columns([shown(header) for header in headers], layout.columns)
        if missing := [column for column in layout.required if column not in places]:
            raise InvalidValueError(Defecto.FALTA_COLUMNA, column=", ".join(missing))
        return cls(name, places, lines, broken)

    def rows(self) -> Iterator[Row]:
        """Its rows, without those that are empty in every column of the layout."""
        for number, cells in self.lines:
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
) -> Iterator[tuple[Row, T]]:
    """Each good row and what `read` makes of it; a bad one is added to `problems`."""
    problems += table.broken
    for row in table.rows():
        try:
            yield row, read(row)
        except BadCellError as bad:
            on_bad(row)
            problems.append(row.problem(bad))


def without_repeats(
    rows: Iterator[tuple[Row, T]], column: str, key: Callable[[T], object], problems: list[RowProblem]
) -> tuple[T, ...]:
    """What the first row of each key gave; the other rows are problems."""
    lines: dict[object, int] = {}
    values = []
    for row, value in rows:
        first = lines.setdefault(key(value), row.line)
        if first == row.line:
            values.append(value)
        else:
            problems.append(row.problem(BadCellError(column, Defecto.REPETIDO, line=first)))
    return tuple(values)
