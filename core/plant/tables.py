"""A table of the office, a CSV file or a worksheet, row by row: a bad row is named and left out, the rest is read.

Cells may be texts or whatever a spreadsheet holds; where they come from is no business of this module.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self, TypeAlias, TypeVar

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import plain
from core.plant import columns
from core.plant.cells import shown, text_of

T = TypeVar("T")

HEADER_WITHIN: Final = 50
"""The header is looked for among so many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row was left out; or, when it was `kept`, what of it counts as empty or was read otherwise.

    `file` is the file or the worksheet. `line` counts from 1 and includes the header; it is the first line of a cell
    of several lines, and 0 for no line in particular. `column` is empty when the whole line is the problem.
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
    """The columns to look for, by their canonical names, and those a table must have. `own` are the office's own."""

    columns: Sequence[str]
    required: Sequence[str]
    own: tuple[str, ...] = ()


class BadCellError(InvalidValueError):
    """A cell that makes its row unusable."""

    def __init__(self, column: str, reason: Defecto, **data: object) -> None:
        super().__init__(reason, **data)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a table was found, and how it was read: `line` is its header's.

    A worksheet has its title, a CSV file its `separator` and its `encoding`.
    """

    file: str
    line: int
    worksheet: str = ""
    separator: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that could not be split into cells."""

    text: str


@dataclass(slots=True)
class Row:
    """One line of a table, its cells by the column's canonical name; a broken line has its text under no name.

    Not frozen: a plant has hundreds of thousands of rows, and a frozen one takes three times as long to make.
    """

    file: str
    line: int
    cells: Mapping[str, object]
    is_broken: bool = False

    def require_whole(self) -> None:
        """Raise BadCellError for a broken line."""
        if self.is_broken:
            raise BadCellError("", Defecto.COMILLAS_SIN_CERRAR)

    def shown(self, column: str) -> str:
        """The cell as a person sees it, whatever it holds."""
        return shown(self.cells.get(column)).strip()

    def text(self, column: str) -> str:
        """The cell's text without surrounding blanks. Raises BadCellError when it holds a formula's error."""
        return self.parse(column, _text)

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


Lines: TypeAlias = "Iterable[tuple[int, Sequence[object] | BrokenLine]]"


@dataclass(frozen=True, slots=True)
class Table:
    """The lines below a header row whose columns were found. They can be gone through as often as `lines` can.

    A line is its number, from 1, and its cells; missing cells at its end are empty. `size` is about how many lines
    there are, `own` the office's own columns that were looked for.
    """

    name: str
    places: Mapping[str, int]
    lines: Lines
    source: Source | None = None
    size: int = 0
    own: tuple[str, ...] = ()

    @classmethod
    def under(
        cls,
        headers: Sequence[object],
        layout: Layout,
        *,
        name: str,
        lines: Lines,
        source: Source | None = None,
        size: int = 0,
    ) -> Self:
        """The table of the `lines` below `headers`.

        Raises InvalidValueError when a column that the table must have is missing, or a column is there twice.
        """
        places = columns.find_columns([shown(header) for header in headers], (*layout.columns, *layout.own))
        if missing := [column for column in layout.required if column not in places]:
            raise InvalidValueError(Defecto.FALTA_COLUMNA, column=", ".join(missing))
        return cls(name, places, lines, source, size, layout.own)

    def rows(self) -> Iterator[Row]:
        """Its rows, without those that are empty in every column of the layout."""
        if not self.places:
            return
        width = max(self.places.values()) + 1
        for number, cells in self.lines:
            if isinstance(cells, BrokenLine):
                yield Row(self.name, number, {"": cells.text}, is_broken=True)
                continue
            whole = cells if len(cells) >= width else [*cells, *[None] * (width - len(cells))]
            named = {column: whole[place] for column, place in self.places.items()}
            if any(map(says_something, named.values())):
                yield Row(self.name, number, named)


def find_header(rows: Iterable[Sequence[object]], layout: Layout) -> tuple[int, int, int]:
    """Which of the rows is the header, how many columns of the layout it names, and how many cells it has.

    It is the row that names most of them, the first of equal ones: above it may be titles, and blank rows.
    """
    known = {plain(column) for column in (*layout.columns, *layout.own)}
    found = [(len(known & {plain(shown(cell)) for cell in row}), len(row)) for row in rows] or [(0, 0)]
    at = max(range(len(found)), key=lambda at: (found[at][0], -at))
    return at, *found[at]


def says_something(cell: object) -> bool:
    """Whether a cell is more than empty. A box nobody ticked is empty: offices draw them far below the last row."""
    # Most cells of a plant are empty texts.
    return cell != "" and (bool(cell.strip()) if isinstance(cell, str) else cell is not None and cell is not False)


@lru_cache(maxsize=65_536, typed=True)
def _text(cell: object) -> str:
    return text_of(cell).strip() if says_something(cell) else ""


def read_rows(
    table: Table,
    read: Callable[[Row], T],
    problems: list[RowProblem],
    *,
    on_bad: Callable[[Row], None] = lambda _: None,
) -> Iterator[tuple[Row, T]]:
    """Each good row and what `read` makes of it; a bad one is added to `problems`."""
    for row in table.rows():
        try:
            row.require_whole()
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
