"""A CSV file as a table: separators, quotes and encodings as offices save them. It never judges what a cell says."""

import csv
import io
from pathlib import Path
from typing import Final

from core.domain.errors import InvalidRequestError
from core.plant.tables import Layout, Line, Table, Unreadable, UnusableTableError

_TOLD: Final = 80
"""How many characters of a line that cannot be taken apart are told."""


def open_csv(path: Path, layout: Layout) -> Table:
    """The table in the file at `path`.

    Raises InvalidRequestError when the file is missing, cannot be read or has not the columns it must have.
    """
    lines = iter(_split(_text(path)))
    _, headers = next(lines, (0, []))
    try:
        return Table.under([] if isinstance(headers, Unreadable) else headers, layout, name=path.name, lines=lines)
    except UnusableTableError as exc:
        raise InvalidRequestError(path.name, str(exc), exc.headers) from exc


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise InvalidRequestError(path.name, "el archivo no existe", str(path)) from exc
    except UnicodeDecodeError as exc:
        raise InvalidRequestError(path.name, "no está en UTF-8", str(path)) from exc
    except OSError as exc:
        raise InvalidRequestError(path.name, f"no se puede leer: {exc.strerror}", str(path)) from exc


def _split(text: str) -> list[Line]:
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


def _split_line(line: str, dialect: type[csv.Dialect]) -> list[str] | Unreadable:
    try:
        return next(csv.reader([line], dialect), [])
    except csv.Error:
        return Unreadable(line[:_TOLD], "comillas sin cerrar")


def _dialect(header: str) -> type[csv.Dialect]:
    """Comma, or the semicolon that spreadsheets in Spanish export."""

    class Dialect(csv.excel):
        strict = True
        delimiter = ";" if header.count(";") > header.count(",") else ","

    return Dialect
