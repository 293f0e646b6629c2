"""Reading a plant from its tables, row by row: a bad row is named and left out, the rest loads.

The tables are a folder's CSV files or a sheet's worksheets: what a row means is decided here for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.domain.errors import InvalidRequestError
from core.domain.estado import with_starting_estado
from core.domain.model import (
    PENDIENTE,
    SIN_INSPECCION,
    Avance,
    EstadoAvance,
    Inspeccion,
    Occupation,
    Operacion,
    Plant,
    Resultado,
    Rol,
    Spool,
    Worker,
)
from core.domain.reasons import Defecto
from core.domain.tags import identity, without_decimal
from core.domain.texts import plain
from core.plant import cells, columns
from core.plant.csv_files import open_csv
from core.plant.tables import BadCellError, Layout, Row, RowProblem, Table, read_rows, without_repeats
from core.plant.uniones import UNIONES, UNIONES_FILE, read_joints

OPERACIONES_FILE: Final = "operaciones.csv"
TRABAJADORES_FILE: Final = "trabajadores.csv"
ROLES_FILE: Final = "roles.csv"
_OPERACIONES: Final = Layout(columns.OPERACIONES, required=("TAG_SPOOL",))
_TRABAJADORES: Final = Layout(columns.TRABAJADORES, required=("Id", "Nombre"))
_ROLES: Final = Layout(columns.ROLES, required=("Id", "Rol"))
NAME_MAX_LENGTH: Final = 80
_short_text: Final = partial(cells.read_text, longest=NAME_MAX_LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReading:
    """What was read: the plant made of the good rows, and the bad ones, and bad cells of good ones, by name."""

    plant: Plant
    problems: tuple[RowProblem, ...]


def read_plant(
    folder: Path, *, timezone: ZoneInfo, lock_ttl: int, progress: Callable[[int], None] = lambda _: None
) -> PlantReading:
    """The plant in `folder`: operaciones.csv, trabajadores.csv, roles.csv and, if it is there, uniones.csv, with the
    sheet's headers.

    `progress` is called with 1 for each row of Operaciones; the rest is as in `read_tables`.
    Raises InvalidRequestError when the folder, a file or a required column is missing or cannot be read.
    """
    if not folder.is_dir():
        raise InvalidRequestError(str(folder), Defecto.NO_ES_CARPETA, str(folder))
    joints = folder / UNIONES_FILE
    return read_tables(
        uniones=open_csv(joints, UNIONES) if joints.exists() else None,
        trabajadores=open_csv(folder / TRABAJADORES_FILE, _TRABAJADORES),
        roles=open_csv(folder / ROLES_FILE, _ROLES),
        operaciones=open_csv(folder / OPERACIONES_FILE, _OPERACIONES),
        timezone=timezone,
        lock_ttl=lock_ttl,
        progress=progress,
    )


def read_tables(  # noqa: PLR0913 - one a table
    *,
    operaciones: Table,
    trabajadores: Table,
    roles: Table,
    uniones: Table | None = None,
    timezone: ZoneInfo,
    lock_ttl: int,
    progress: Callable[[int], None] = lambda _: None,
) -> PlantReading:
    """The plant in the tables, each gone through once. Without `uniones` nobody's joints change.

    The shop's own columns (Armador, Fecha_Armado, ... Ocupado_Por, Estado_Detalle) give a spool's starting
    progress. An occupation found there lives `lock_ttl` seconds from its Fecha_Ocupacion.
    `progress` is called with 1 for each row of Operaciones.
    """
    problems: list[RowProblem] = []
    people = _read_people(trabajadores, roles, problems)
    by_id = {worker.worker_id: worker for worker in people.workers}
    reader = _SpoolReader(by_id, timezone, lock_ttl, progress, problems)
    rows = read_rows(operaciones, reader.spool, problems)
    spools = without_repeats(rows, "TAG_SPOOL", lambda spool: identity(spool.tag_spool), problems)
    joints = read_joints(uniones, {identity(spool.tag_spool) for spool in spools}, problems)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    plant = Plant(
        spools=tuple(replace(spool, uniones=joints.of(spool.tag_spool)) for spool in spools),
        workers=people.workers,
        doubtful_workers=frozenset(people.doubtful),
        workers_incomplete=people.incomplete,
        uniones_listed=bool(joints.by_spool),
        uniones_doubtful=frozenset(joints.doubtful),
        uniones_incomplete=joints.incomplete,
    )
    return PlantReading(plant=plant, problems=tuple(problems))


@dataclass
class _People:
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


def _read_people(trabajadores: Table, listed: Table, problems: list[RowProblem]) -> _People:
    people = _People(incomplete=bool(trabajadores.broken or listed.broken))
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
        apellido=row.parse("Apellido", _short_text),
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


@dataclass(frozen=True, slots=True)
class _SpoolReader:
    """Turns a row of Operaciones into a spool with its starting progress."""

    workers: Mapping[int, Worker]
    timezone: ZoneInfo
    lock_ttl: int
    progress: Callable[[int], None]
    problems: list[RowProblem]

    def spool(self, row: Row) -> Spool:
        self.progress(1)
        tag = self._tag(row)
        qc = row.parse("Fecha_QC_Metrologia", cells.read_date)
        spool = Spool(
            tag_spool=tag,
            ot=row.parse("OT", _short_text),
            nv=row.parse("NV", _short_text),
            fecha_materiales=row.parse("Fecha_Materiales", cells.read_date),
            arm=self._avance(row, "Armador", "Fecha_Armado"),
            sold=self._avance(row, "Soldador", "Fecha_Soldadura"),
            inspeccion=Inspeccion(Resultado.APROBADO, fecha=qc) if qc else SIN_INSPECCION,
        )
        if not qc:
            spool = with_starting_estado(spool, row.text("Estado_Detalle"))
        if spool.rechazado and not spool.fabricado:
            raise BadCellError("Estado_Detalle", Defecto.RECHAZADO_SIN_FABRICAR)
        return self._occupied(spool, row) if row.text("Ocupado_Por") else spool

    def _tag(self, row: Row) -> str:
        tag = row.parse("TAG_SPOOL", cells.read_tag)
        if tag.startswith("="):
            raise BadCellError("TAG_SPOOL", Defecto.ES_FORMULA)
        if (whole := without_decimal(tag)) != tag:
            number = BadCellError("TAG_SPOOL", Defecto.NUMERO_DE_PLANILLA, tag=whole)
            self.problems.append(row.problem(number, kept=True))
        return whole

    def _avance(self, row: Row, who: str, when: str) -> Avance:
        fecha = row.parse(when, cells.read_date)
        if fecha is not None:
            return Avance(EstadoAvance.COMPLETADO, row.text(who) or None, fecha)
        return Avance(EstadoAvance.PAUSADO, row.text(who)) if row.text(who) else PENDIENTE

    def _occupied(self, spool: Spool, row: Row) -> Spool:
        worker = self.workers.get(row.parse("Ocupado_Por", cells.read_worker_nombre))
        if worker is None:
            raise BadCellError("Ocupado_Por", Defecto.TRABAJADOR_DESCONOCIDO)
        since = row.parse("Fecha_Ocupacion", lambda cell: cells.read_datetime(cell, self.timezone))
        if since is None:
            raise BadCellError("Fecha_Ocupacion", Defecto.OCUPADO_SIN_FECHA)
        operacion = _operation_in_hand(spool, row.text("Estado_Detalle"))
        if operacion is None:
            raise BadCellError("Ocupado_Por", Defecto.SIN_OPERACION_ABIERTA)
        occupation = Occupation(
            worker_id=worker.worker_id,
            worker_nombre=worker.worker_nombre,
            operacion=operacion,
            fecha_ocupacion=since,
            station="",
            seq=0,
            event_id=uuid4(),
            vence=self._lock_end(since),
            previo=spool.avance(operacion),
        )
        progress = Avance(EstadoAvance.EN_PROGRESO, worker.worker_nombre)
        return replace(spool.with_avance(operacion, progress), ocupacion=occupation)

    def _lock_end(self, since: datetime) -> datetime | None:
        try:
            return since + timedelta(seconds=self.lock_ttl) if self.lock_ttl else None
        except OverflowError as exc:
            raise BadCellError("Fecha_Ocupacion", Defecto.FUERA_DE_CALENDARIO) from exc


def _operation_in_hand(spool: Spool, estado_detalle: str) -> Operacion | None:
    """The operation an occupied spool of the sheet must be in: the first that is not completed.

    SOLD goes on beside an ARM that somebody put down; then only Estado_Detalle tells which of them it is.
    """
    if spool.rechazado:
        return None if spool.bloqueado else Operacion.REPARACION
    welding = spool.arm != PENDIENTE and "SOLD en progreso" in estado_detalle
    if not spool.arm.completado and not welding:
        return Operacion.ARM
    return None if spool.sold.completado else Operacion.SOLD
