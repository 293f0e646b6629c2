"""A plant in files: a folder with a file a table, or one file. A workbook has a worksheet a table; a CSV file has one.

Which file is a workbook its content says, not its name: systems save texts as `.xls`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import InvalidRequestError
from core.domain.model import Worker
from core.domain.reasons import Defecto
from core.domain.writing.texts import plain
from core.plant import workbooks
from core.plant.csv_files import open_csv
from core.plant.reading import LAYOUTS, OPERACIONES, ROLES, TRABAJADORES, PlantReading, ignore, read_tables, with_own
from core.plant.tables import Layout, Table
from core.plant.workbooks import Workbook, is_workbook

SUFFIXES: Final = (".csv", ".txt", ".tsv", *workbooks.SUFFIXES)
"""The endings of the files that are looked for in a folder."""
PEOPLE: Final = (TRABAJADORES, ROLES)
"""The tables that are there both or not at all: without them, the people of the ledger stay."""


@dataclass(frozen=True, slots=True)
class PlantFiles:
    """The tables of a plant that were found, by name; their rows are not read yet."""

    tables: Mapping[str, Table]

    @property
    def size(self) -> int:
        """About how many rows Operaciones has."""
        return self.tables[OPERACIONES].size

    @property
    def has_people(self) -> bool:
        """Whether people are among the tables."""
        return TRABAJADORES in self.tables

    def read(
        self,
        *,
        timezone: ZoneInfo,
        lock_ttl: int,
        workers: Collection[Worker] = (),
        progress: Callable[[int], None] = ignore,
    ) -> PlantReading:
        """The plant in the tables, as `core.plant.reading.read_tables` has it. `workers` are known without a table."""
        return read_tables(self.tables, timezone=timezone, lock_ttl=lock_ttl, workers=workers, progress=progress)


def read_plant(path: Path, *, timezone: ZoneInfo, lock_ttl: int) -> PlantReading:
    """The plant at `path`, a folder or a file. Raises InvalidRequestError as `open_plant` does."""
    return open_plant(path).read(timezone=timezone, lock_ttl=lock_ttl)


def open_plant(path: Path, columnas: Sequence[str] = ()) -> PlantFiles:
    """The tables of the plant at `path`, a folder or a file; `columnas` are the office's own columns to read.

    Raises InvalidRequestError when it is not there, or a table, a file or a required column is missing, is there twice
    or cannot be read.
    """
    layouts = with_own(LAYOUTS, columnas)
    try:
        if path.is_dir():
            tables = _in_folder(path, layouts)
        elif is_workbook(path):
            tables = _in_workbook(Workbook(path), layouts)
        else:
            tables = {OPERACIONES: open_csv(path, layouts[OPERACIONES])}
    except FileNotFoundError as exc:
        raise InvalidRequestError(str(path), Defecto.NO_EXISTE, str(path)) from exc
    except OSError as exc:
        raise InvalidRequestError(str(path), Defecto.ILEGIBLE, str(path), detail=exc.strerror) from exc
    return PlantFiles(tables)


def _needed(found: AbstractSet[str]) -> list[str]:
    """The tables that must be there, when those in `found` are: the spools, and people both or not at all."""
    return [OPERACIONES, *(PEOPLE if not found.isdisjoint(PEOPLE) else ())]


def _in_workbook(workbook: Workbook, layouts: Mapping[str, Layout]) -> dict[str, Table]:
    titles = {name: title for name in LAYOUTS if (title := workbook.title_of(name))}
    for name in _needed(titles.keys()):
        if name not in titles:
            raise workbook.missing(name)
    return {name: workbook.table(title, layouts[name]) for name, title in titles.items()}


def _in_folder(folder: Path, layouts: Mapping[str, Layout]) -> dict[str, Table]:
    files: dict[str, Path] = {}
    names = {plain(name): name for name in LAYOUTS}
    for file in sorted(folder.iterdir()):
        # While a file is open in a spreadsheet program, another lies beside it that begins with one of these.
        if file.suffix.lower() not in SUFFIXES or file.name.startswith((".", "~")) or not file.is_file():
            continue
        if (name := names.get(plain(file.stem))) is None:
            continue
        if name in files:
            raise InvalidRequestError(str(folder), Defecto.ARCHIVO_REPETIDO, files=f"{files[name].name}, {file.name}")
        files[name] = file
    for name in _needed(files.keys()):
        if name not in files:
            raise InvalidRequestError(f"{name.lower()}.csv", Defecto.NO_EXISTE, str(folder))
    return {name: _in_file(file, name, layouts[name]) for name, file in files.items()}


def _in_file(file: Path, name: str, layout: Layout) -> Table:
    """The one table of a file that is named after it: in a workbook, the worksheet of that name or the only one."""
    if not is_workbook(file):
        return open_csv(file, layout)
    workbook = Workbook(file)
    title = workbook.title_of(name) or (workbook.titles[0] if len(workbook.titles) == 1 else "")
    if not title:
        raise workbook.missing(name)
    return workbook.table(title, layout)
