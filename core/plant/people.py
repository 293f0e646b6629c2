"""Reading the people of a plant, Trabajadores and Roles: whoever a bad row leaves in doubt is not lost."""

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from core.domain.model import Rol, Worker
from core.domain.reasons import Defecto
from core.domain.writing.texts import plain
from core.plant import cells
from core.plant.tables import BadCellError, Row, RowProblem, Table, read_rows, without_repeats

NAME_MAX_LENGTH: Final = 80
short_text: Final = partial(cells.read_text, longest=NAME_MAX_LENGTH)


@dataclass
class People:
    """The workers of two tables, and the numbers of those whom a bad row leaves in doubt.

    `incomplete`: a bad row does not even say whose it is.
    """

    workers: tuple[Worker, ...] = ()
    doubtful: set[int] = field(default_factory=set)
    incomplete: bool = False

    def doubt(self, row: Row) -> None:
        """Take note of whose row is bad."""
        try:
            self.doubtful.add(row.parse("Id", cells.read_id))
        except BadCellError:
            self.incomplete = True


def read_people(trabajadores: Table, listed: Table, problems: list[RowProblem]) -> People:
    """The workers of Trabajadores with their roles in force, of Roles."""
    people = People()
    rows = read_rows(trabajadores, lambda row: _worker(row, problems), problems, on_bad=people.doubt)
    workers = without_repeats(rows, "Id", lambda worker: worker.worker_id, problems)
    known = {worker.worker_id for worker in workers}
    roles: dict[int, set[Rol]] = {}
    for _, (worker_id, rol, activo) in read_rows(listed, lambda row: _role(row, known), problems, on_bad=people.doubt):
        if activo:
            roles.setdefault(worker_id, set()).add(rol)
    people.workers = tuple(replace(worker, roles=frozenset(roles.get(worker.worker_id, ()))) for worker in workers)
    return people


def _worker(row: Row, problems: list[RowProblem]) -> Worker:
    return Worker(
        worker_id=row.parse("Id", cells.read_id),
        nombre=row.parse("Nombre", lambda cell: cells.read_name(cell, NAME_MAX_LENGTH)),
        apellido=row.parse("Apellido", short_text),
        activo=_active(row),
        idioma=_idioma(row, problems),
    )


def _idioma(row: Row, problems: list[RowProblem]) -> str:
    """The worker's language. One that is not known is a problem, and no reason not to know the worker."""
    try:
        return row.parse("Idioma", cells.read_idioma)
    except BadCellError as bad:
        problems.append(row.problem(bad, kept=True))
        return ""


def _role(row: Row, known: set[int]) -> tuple[int, Rol, bool]:
    worker_id = row.parse("Id", cells.read_id)
    if worker_id not in known:
        raise BadCellError("Id", Defecto.TRABAJADOR_DESCONOCIDO)
    names = {plain(rol): rol for rol in Rol}
    rol = names.get(plain(row.text("Rol")))
    if rol is None:
        raise BadCellError("Rol", Defecto.NO_ES_UNO_DE, expected=", ".join(Rol))
    return worker_id, rol, _active(row)


def _active(row: Row) -> bool:
    """A table without the column lists only people and roles in force."""
    return row.parse("Activo", cells.read_bool) if "Activo" in row.cells else True
