"""A CSV file as a table: separators, quotes and encodings as offices save them. It never judges what a cell says."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto, InvalidValueError
from core.plant.tables import Layout, RowProblem, Table

_SHOWN: Final = 80
"""How many characters of a broken line are shown."""


def open_csv(path: Path, layout: Layout) -> Table:
    """The table in the file at `path`.

    Raises InvalidRequestError when the file is missing, cannot be read or has not the columns it must have.
    """
    broken: list[RowProblem] = []
    lines = iter(_split(_text(path), path.name, broken))
    _, headers = next(lines, (0, []))
    try:
        return Table.under(headers, layout, name=path.name, lines=lines, broken=broken)
    except InvalidValueError as exc:
        raise InvalidRequestError(path.name, exc.reason, headers, **exc.data) from exc


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as exc:
        raise InvalidRequestError(path.name, Defecto.NO_EXISTE, str(path)) from exc
    except UnicodeDecodeError as exc:
        raise InvalidRequestError(path.name, Defecto.NO_ES_UTF8, str(path)) from exc
    except OSError as exc:
        raise InvalidRequestError(path.name, Defecto.ILEGIBLE, str(path), detail=exc.strerror) from exc


def _split(text: str, file: str, broken: list[RowProblem]) -> list[tuple[int, Sequence[str]]]:
    """Each record's last line number and cells.

    A quote that is never closed would swallow every row below it: then each line is read on its own, so that only
    the line with the quote is lost.
    """
    header = text.partition("\n")[0]
    # Spreadsheets in Spanish export semicolons.
    separator = ";" if header.count(";") > header.count(",") else ","
    csv.field_size_limit(len(text) + 1)
    try:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return [(records.line_num, cells) for cells in records]
    except csv.Error:
        pass
    lines: list[tuple[int, Sequence[str]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells: Sequence[str] = []
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), cells)
        except csv.Error:
            reason = Defecto.COMILLAS_SIN_CERRAR
            broken.append(RowProblem(file=file, line=number, column="", value=line[:_SHOWN], reason=reason))
        lines.append((number, cells))
    return lines
