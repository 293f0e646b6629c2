"""A CSV file, row by row: a bad row is named and left out, the rest is read."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from core.errors import InvalidRequestError
from core.sheets import columns

_BROKEN: Final = "(línea)"
_UNREADABLE: Final[list[str]] = [_BROKEN]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row was left out; or, when it was `kept`, why one of its cells counts as empty.

    `line` counts from 1 and includes the header.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The columns to look for, by their canonical names, and those a file must have."""

    columns: Sequence[str]
    required: Sequence[str]


class BadCellError(ValueError):
    """A cell that makes its row unusable."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, its cells by the column's canonical name."""

    line: int
    cells: dict[str, str]

    def require_whole(self) -> None:
        """Raise BadCellError when the line could not be taken apart."""
        if _BROKEN in self.cells:
            raise BadCellError(_BROKEN, "comillas sin cerrar")

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def parse(self, column: str, parser: Callable[[str], T]) -> T:
        try:
            return parser(self.cells.get(column, ""))
        except ValueError as exc:
            raise BadCellError(column, str(exc)) from exc


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


def read_rows(
    path: Path,
    table: Table,
    read: Callable[[Row], T],
    problems: list[RowProblem],
    *,
    on_bad: Callable[[Row], None] = lambda _: None,
) -> Iterator[tuple[int, T]]:
    """Line number and value of each good row; a bad one is added to `problems`. Empty lines are passed over."""
    for row in _table(path, table.columns, table.required):
        try:
            row.require_whole()
            yield row.line, read(row)
        except BadCellError as bad:
            on_bad(row)
            problems.append(
                RowProblem(
                    file=path.name, line=row.line, column=bad.column, value=row.text(bad.column), reason=str(bad)
                )
            )


def _table(path: Path, wanted: Sequence[str], required: Sequence[str]) -> Iterator[Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise InvalidRequestError(path.name, "el archivo no existe", str(path)) from exc
    except UnicodeDecodeError as exc:
        raise InvalidRequestError(path.name, "no está en UTF-8", str(path)) from exc
    except OSError as exc:
        raise InvalidRequestError(path.name, f"no se puede leer: {exc.strerror}", str(path)) from exc
    lines = iter(_split(text))
    _, headers = next(lines, (0, []))
    try:
        places = columns.find_columns(headers, wanted)
    except ValueError as exc:
        raise InvalidRequestError(path.name, str(exc), headers) from exc
    if missing := [column for column in required if column not in places]:
        raise InvalidRequestError(path.name, f"falta la columna {', '.join(missing)}", headers)
    for line, cells in lines:
        if cells is _UNREADABLE:
            yield Row(line, {_BROKEN: text.splitlines()[line - 1][:80]})
        elif any(cell.strip() for cell in cells):
            yield Row(line, {name: cells[at] if at < len(cells) else "" for name, at in places.items()})


def _split(text: str) -> list[tuple[int, list[str]]]:
    """Each record's last line number and cells.

    A quote that is never closed would swallow every row below it: then each line is read on its own, so that only
    the line with the quote is lost.
    """
    dialect = _dialect(text.partition("\n")[0])
    csv.field_size_limit(len(text) + 1)
    try:
        records = csv.reader(io.StringIO(text, newline=""), dialect)
        return [(records.line_num, cells) for cells in records]
    except csv.Error:
        return [(number, _split_line(line, dialect)) for number, line in enumerate(text.splitlines(), start=1)]


def _split_line(line: str, dialect: type[csv.Dialect]) -> list[str]:
    try:
        return next(csv.reader([line], dialect), [])
    except csv.Error:
        return _UNREADABLE


def _dialect(header: str) -> type[csv.Dialect]:
    """Comma, or the semicolon that spreadsheets in Spanish export."""

    class Dialect(csv.excel):
        strict = True
        delimiter = ";" if header.count(";") > header.count(",") else ","

    return Dialect
