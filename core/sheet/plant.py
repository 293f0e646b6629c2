"""The plant in the office's spreadsheet, from cells somebody else has fetched. It asks no network and changes nothing.

A spreadsheet that does not look like one that a plant can be read from is refused whole, so that whoever pulls keeps
what was there: an answer without rows is more often a fault than a shop without spools.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.sheet_errors import SheetUnusableError
from core.domain.writing.texts import plain
from core.plant import columns
from core.plant.cells import Grid
from core.plant.reading import LAYOUTS, OPERACIONES, ROLES, TRABAJADORES, UNIONES, PlantReading, read_tables, with_own
from core.plant.tables import Layout, Table, says_something

WORKSHEETS: Final = (OPERACIONES, TRABAJADORES, ROLES)

_LAYOUTS: Final = {
    **LAYOUTS,
    # A column of the office that lost its name would otherwise empty that column of every spool and worker.
    OPERACIONES: replace(LAYOUTS[OPERACIONES], required=columns.OFFICES),
    TRABAJADORES: Layout(columns.TRABAJADORES, required=("Id", "Nombre", "Apellido", "Activo")),
    ROLES: Layout(columns.ROLES, required=("Id", "Rol", "Activo")),
}
_NEVER_ALL_EMPTY: Final = {
    OPERACIONES: ("TAG_SPOOL",),
    TRABAJADORES: ("Id", "Nombre", "Activo"),
    ROLES: ("Id", "Rol", "Activo"),
}
_WITHOUT_PROGRESS: Final = Layout((*columns.OFFICES, columns.RETENIDO), required=columns.OFFICES)


def find_worksheets(titles: Iterable[str], wanted: Sequence[str] = WORKSHEETS) -> dict[str, str]:
    """The title of each wanted worksheet among a spreadsheet's `titles`, whatever its case, accents and spacing.

    Raises SheetUnusableError when one is missing or two could be meant.
    """
    there = list(titles)
    found = {name: title_among(there, name) for name in wanted}
    for name, title in found.items():
        if not title:
            raise SheetUnusableError(name, Defecto.HOJA_NO_EXISTE)
    return found


def title_among(titles: Iterable[str], name: str) -> str:
    """The title that says this name; empty for none. Raises SheetUnusableError when two do."""
    found = [title for title in titles if plain(title) == plain(name)]
    if len(found) > 1:
        raise SheetUnusableError(name, Defecto.HOJA_REPETIDA)
    return "".join(found)


def read_sheet_plant(
    tables: Mapping[str, Grid],
    *,
    timezone: ZoneInfo,
    lock_ttl: int,
    may_be_empty: Collection[str] = (),
    progress: bool = True,
    columnas: Sequence[str] = (),
) -> PlantReading:
    """The plant in a spreadsheet's worksheets, by title: Operaciones, Trabajadores, Roles, and Uniones where there is
    one with content; others are ignored.

    Rows are read as `core.plant.reading.read_tables` does; bad ones are problems named by the worksheet's title and
    the row's number. `may_be_empty` names the worksheets (by their canonical names) that may have a header and no row.
    Without `progress` the shop's columns of Operaciones are not read: they show what the shop itself wrote elsewhere.
    `columnas` are the office's own columns to read.
    Raises SheetUnusableError when a worksheet or a column that only the office can fill is missing, is there twice
    or is empty from top to bottom.
    """
    titles = find_worksheets(tables)
    layouts = with_own(_LAYOUTS if progress else {**_LAYOUTS, OPERACIONES: _WITHOUT_PROGRESS}, columnas)
    found: dict[str, Table] = {}
    for name, title in titles.items():
        if not has_content(tables[title]):
            raise SheetUnusableError(title, Defecto.HOJA_VACIA)
        found[name] = table_in(title, tables[title], layouts[name])
    for name, table in found.items():
        _require_rows(name, table, may_be_empty)
    joints = title_among(tables, UNIONES)
    if joints and has_content(tables[joints]):
        found[UNIONES] = table_in(joints, tables[joints], layouts[UNIONES])
    return read_tables(found, timezone=timezone, lock_ttl=lock_ttl)


def has_content(cells: Grid) -> bool:
    """Whether any cell is more than empty."""
    return any(says_something(cell) for row in cells for cell in row)


def table_in(title: str, cells: Grid, layout: Layout) -> Table:
    """The table in a worksheet's cells, its header in the first row.

    Raises SheetUnusableError when a column that it must have is missing, or a column is there twice.
    """
    headers, *lines = cells or [[]]
    try:
        return Table.under(headers, layout, name=title, lines=list(enumerate(lines, start=2)))
    except InvalidValueError as exc:
        raise SheetUnusableError(title, exc.reason, **exc.data) from exc


def _require_rows(name: str, table: Table, may_be_empty: Collection[str]) -> None:
    rows = [row.cells for row in table.rows()]
    if not rows:
        if name not in may_be_empty:
            raise SheetUnusableError(table.name, Defecto.HOJA_SIN_FILAS)
        return
    for column in _NEVER_ALL_EMPTY[name]:
        if not any(row[column] is False or says_something(row[column]) for row in rows):
            raise SheetUnusableError(table.name, Defecto.COLUMNA_VACIA, column=column)
