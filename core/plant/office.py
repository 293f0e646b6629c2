"""What the office says in Operaciones besides its papers: columns of its own, and what it holds back.

A cell that cannot be read is noted, and no reason to do without its row.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from core.domain.datos import Dato, Datos
from core.domain.reasons import Defecto
from core.plant import cells
from core.plant.columns import RETENIDO
from core.plant.people import NAME_MAX_LENGTH
from core.plant.tables import BadCellError, Row, RowProblem, Table

Note = Callable[[Row, BadCellError], None]
"""Reports a cell of a row that is kept."""

_shared: Final = lru_cache(maxsize=65_536)(Dato)
"""Spools share what is equal: many are of one drawing, or of one revision."""


def missing(table: Table) -> Iterator[RowProblem]:
    """The columns of the office's own that the table lacks."""
    for column in table.own:
        if column not in table.places:
            reason, data = Defecto.FALTA_COLUMNA, {"column": column}
            yield RowProblem(file=table.name, line=0, column=column, value="", reason=reason, data=data, kept=True)


def read_datos(row: Row, own: Sequence[str], note: Note) -> Datos:
    """What stands in the office's own columns."""
    datos = []
    for column in own:
        try:
            if valor := row.parse(column, lambda cell: cells.read_shown(cell, NAME_MAX_LENGTH)):
                datos.append(_shared(column, valor))
        except BadCellError as bad:
            note(row, bad)
    return tuple(datos)


def read_hold(row: Row, note: Note) -> str | None:
    """Why the office holds the spool back, empty when it does not; None when that is not said."""
    try:
        return row.parse(RETENIDO, cells.read_text) if RETENIDO in row.cells else None
    except BadCellError as bad:
        note(row, bad)
        return None
