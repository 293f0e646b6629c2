"""A workbook as tables: Excel's formats and OpenDocument, by python-calamine. It never judges what a cell says.

A formula's cell has its last value, a date is a date in whatever way the workbook counts its days. A title over merged
cells is in the first of them, and the others are empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    load_workbook,
)

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import plain
from core.plant.tables import HEADER_WITHIN, BrokenLine, Layout, Source, Table, find_header

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BEGINNINGS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a file of these formats begins: a ZIP archive, or the container of Excel's older ones and of encrypted files."""


def is_workbook(path: Path) -> bool:
    """Whether the file at `path` is a workbook by its content: an `.xls` may well be a text. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(4) in _BEGINNINGS


class Workbook:
    """The worksheets of the file at `path`. Raises InvalidRequestError when it cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._workbook: CalamineWorkbook = load_workbook(path)
        except PasswordError as exc:
            raise InvalidRequestError(path.name, Defecto.LIBRO_CON_CLAVE, str(path)) from exc
        except (CalamineError, OSError) as exc:
            raise InvalidRequestError(path.name, Defecto.LIBRO_DANADO, str(path), detail=str(exc)) from exc
        sheets = self._workbook.sheets_metadata
        self.titles = [sheet.name for sheet in sheets if sheet.typ is SheetTypeEnum.WorkSheet]

    def title_of(self, name: str) -> str:
        """The title that says this name, whatever its case, accents and spacing; empty for none.

        Raises InvalidRequestError when two do.
        """
        found = [title for title in self.titles if plain(title) == plain(name)]
        if len(found) > 1:
            raise InvalidRequestError(self._named(name), Defecto.HOJA_REPETIDA, found)
        return "".join(found)

    def missing(self, name: str) -> InvalidRequestError:
        """The error that there is no worksheet of this name."""
        return InvalidRequestError(self._named(name), Defecto.FALTA_HOJA, self.titles, found=", ".join(self.titles))

    def table(self, title: str, layout: Layout) -> Table:
        """The table in a worksheet; its header may stand below titles and blank rows.

        Raises InvalidRequestError when the worksheet has not the columns that it must have.
        """
        name = self._named(title)
        try:
            sheet = self._workbook.get_sheet_by_name(title)
            rows = sheet.to_python(skip_empty_area=False, nrows=HEADER_WITHIN)
        except CalamineError as exc:
            raise InvalidRequestError(name, Defecto.LIBRO_DANADO, title, detail=str(exc)) from exc
        if not rows:
            raise InvalidRequestError(name, Defecto.HOJA_VACIA, title)
        at, *_ = find_header(rows, layout)
        left = (sheet.start or (0, 0))[1]
        below = islice(sheet.iter_rows(), at + 1, None)
        lines = _Lines([tuple([cell and _shared(cell) for cell in cells]) for cells in below], at + 2)
        source = Source(file=self._path.name, line=at + 1, worksheet=title)
        try:
            return Table.under(rows[at][left:], layout, name=name, lines=lines, source=source, size=sheet.total_height)
        except InvalidValueError as exc:
            raise InvalidRequestError(name, exc.reason, title, **exc.data) from exc

    def _named(self, title: str) -> str:
        return f"{self._path.name}: {title}"


@dataclass(frozen=True, slots=True)
class _Lines:
    """The rows of a worksheet from row `first` (from 1) on, without the empty columns before them.

    They are no CalamineSheet: that one takes three times as much, and would stay as long as the table.
    """

    rows: Sequence[Sequence[object]]
    first: int

    def __iter__(self) -> Iterator[tuple[int, Sequence[object] | BrokenLine]]:
        return enumerate(self.rows, start=self.first)


@lru_cache(maxsize=65_536, typed=True)
def _shared(cell: object) -> object:
    """The cell, one for all that are equal."""
    return cell
