"""Reading a plant from its tables, row by row: a bad row is named and left out, the rest loads.

The tables are a folder's CSV files or a sheet's worksheets: what a row means is decided here for both.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

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
    Spool,
    Worker,
)
from core.domain.reasons import Defecto
from core.domain.writing import dates
from core.domain.writing.tags import identity, without_decimal
from core.plant import cells, columns
from core.plant.office import missing, read_datos, read_hold
from core.plant.people import People, read_people, short_text
from core.plant.tables import (
    BadCellError,
    Layout,
    Row,
    RowProblem,
    Source,
    Table,
    read_rows,
    says_something,
    without_repeats,
)
from core.plant.uniones import Joints, read_joints

OPERACIONES: Final = "Operaciones"
TRABAJADORES: Final = "Trabajadores"
ROLES: Final = "Roles"
UNIONES: Final = "Uniones"
LAYOUTS: Final = {
    OPERACIONES: Layout((*columns.OPERACIONES, columns.RETENIDO), required=("TAG_SPOOL",)),
    TRABAJADORES: Layout(columns.TRABAJADORES, required=("Id", "Nombre")),
    ROLES: Layout(columns.ROLES, required=("Id", "Rol")),
    UNIONES: Layout(columns.UNIONES, required=columns.UNIONES),
}
"""The tables that a plant may have, by the name of the worksheet or the file, and the columns they have in files."""


def with_own(layouts: Mapping[str, Layout], columnas: Sequence[str]) -> dict[str, Layout]:
    """The layouts, with these columns of the office's own in Operaciones."""
    return {**layouts, OPERACIONES: replace(layouts[OPERACIONES], own=tuple(columnas))}


M = TypeVar("M")
SLIPS: Final = 10
"""Where one in so many dates of a column has its month first, it is no slip: nobody knows how the others are meant."""
STEP: Final = 1_000
"""Progress is reported every so many rows."""
_shared: Final = lru_cache(maxsize=65_536)(Avance)
"""Spools share what is equal: the same few people work on the same days."""


def ignore(_: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantReading:
    """What was read: the plant made of the good rows, and the bad ones, and bad cells of good ones, by name.

    `sources` says how each table was read.
    """

    plant: Plant
    problems: tuple[RowProblem, ...]
    sources: tuple[Source, ...] = ()

    @property
    def left_out(self) -> int:
        """How many rows are not in the plant."""
        return sum(not problem.kept for problem in self.problems)


def read_tables(
    tables: Mapping[str, Table],
    *,
    timezone: ZoneInfo,
    lock_ttl: int,
    workers: Collection[Worker] = (),
    progress: Callable[[int], None] = ignore,
) -> PlantReading:
    """The plant in the tables, by name. Without tables of people it has none, and its rows name those in `workers`.
    Without Uniones nobody's joints change.

    The shop's own columns (Armador, Fecha_Armado, ... Ocupado_Por, Estado_Detalle) give a spool's starting
    progress. An occupation found there lives `lock_ttl` seconds from its Fecha_Ocupacion.
    A date has its day first; in a column where more than a few have the month first, those that can be read both ways
    are bad cells. `progress` is called with how many more rows of Operaciones were read.
    """
    problems: list[RowProblem] = []
    operaciones = tables[OPERACIONES]
    has_people = TRABAJADORES in tables
    people = read_people(tables[TRABAJADORES], tables[ROLES], problems) if has_people else People()
    by_id = {worker.worker_id: worker for worker in people.workers or workers}
    known = by_id.keys() | people.doubtful
    reader = _SpoolReader(by_id, known, timezone, lock_ttl, progress)
    spools = reader.spools(operaciones)
    if doubtful := _columns_in_doubt(operaciones, reader.problems):
        reader = _SpoolReader(by_id, known, timezone, lock_ttl, ignore, doubtful)
        spools = reader.spools(operaciones)
    problems += reader.problems
    joints = _joints(tables, spools, problems)
    if joints.by_spool:
        spools = tuple(replace(spool, uniones=joints.of(spool.tag_spool)) for spool in spools)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    plant = Plant(
        spools=spools,
        workers=people.workers,
        doubtful_workers=frozenset(people.doubtful),
        workers_incomplete=people.incomplete,
        uniones_listed=bool(joints.by_spool),
        uniones_doubtful=frozenset(joints.doubtful),
        uniones_incomplete=joints.incomplete,
        retenidos=reader.retenidos,
    )
    sources = tuple(table.source for table in tables.values() if table.source is not None)
    return PlantReading(plant=plant, problems=tuple(problems), sources=sources)


def _joints(tables: Mapping[str, Table], spools: Iterable[Spool], problems: list[RowProblem]) -> Joints:
    if UNIONES not in tables or not any(tables[UNIONES].rows()):
        return Joints()
    return read_joints(tables[UNIONES], {identity(spool.tag_spool) for spool in spools}, problems)


def _columns_in_doubt(table: Table, problems: Iterable[RowProblem]) -> frozenset[str]:
    """The columns of dates in which too many have their month first for a slip."""
    slips = Counter(problem.column for problem in problems if problem.reason is Defecto.MES_PRIMERO)
    if not slips:
        return frozenset()
    days_first: Counter[str] = Counter()
    for row in table.rows():
        for column in slips:
            pair = dates.day_and_month(row.shown(column))
            days_first[column] += pair is not None and pair[0] > dates.MONTHS
    return frozenset(column for column, count in slips.items() if count * SLIPS > days_first[column])


@dataclass(frozen=True, slots=True)
class _SpoolReader:
    """Turns rows of Operaciones into spools with their starting progress. `known` are the numbers of all people.

    In the columns that are in `doubt` a date that can be read both ways is a bad cell.
    """

    workers: Mapping[int, Worker]
    known: AbstractSet[int]
    timezone: ZoneInfo
    lock_ttl: int
    progress: Callable[[int], None]
    doubt: AbstractSet[str] = frozenset()
    problems: list[RowProblem] = field(default_factory=list)
    retenidos: dict[str, str] = field(default_factory=dict)

    def spools(self, table: Table) -> tuple[Spool, ...]:
        """The spools of the good rows; of a repeated tag, the first."""
        self.problems.extend(missing(table))
        rows = read_rows(table, lambda row: self._spool(row, table.own), self.problems)
        return without_repeats(self._counted(rows), "TAG_SPOOL", lambda spool: identity(spool.tag_spool), self.problems)

    def _counted(self, rows: Iterator[tuple[Row, Spool]]) -> Iterator[tuple[Row, Spool]]:
        for count, row in enumerate(rows, start=1):
            if count % STEP == 0:
                self.progress(STEP)
            yield row

    def _spool(self, row: Row, own: Sequence[str]) -> Spool:
        tag = self._tag(row)
        qc = self._moment(row, "Fecha_QC_Metrologia", _day)
        spool = Spool(
            tag_spool=tag,
            ot=row.parse("OT", short_text),
            nv=row.parse("NV", short_text),
            fecha_materiales=self._moment(row, "Fecha_Materiales", _day),
            arm=self._avance(row, "Armador", "Fecha_Armado"),
            sold=self._avance(row, "Soldador", "Fecha_Soldadura"),
            inspeccion=Inspeccion(Resultado.APROBADO, fecha=qc) if qc else SIN_INSPECCION,
            datos=read_datos(row, own, self._note),
        )
        if not qc and (estado := row.text("Estado_Detalle")):
            spool = with_starting_estado(spool, estado)
        if spool.rechazado and not spool.fabricado:
            raise BadCellError("Estado_Detalle", Defecto.RECHAZADO_SIN_FABRICAR)
        if row.text("Ocupado_Por"):
            spool = self._occupied(spool, row)
        if (motive := read_hold(row, self._note)) is not None:
            # Of a repeated tag the first row counts.
            self.retenidos.setdefault(tag, motive)
        return spool

    def _tag(self, row: Row) -> str:
        tag = row.parse("TAG_SPOOL", cells.read_tag)
        if tag.startswith("="):
            raise BadCellError("TAG_SPOOL", Defecto.ES_FORMULA)
        if (whole := without_decimal(tag)) != tag:
            self._note(row, BadCellError("TAG_SPOOL", Defecto.NUMERO_DE_PLANILLA, tag=whole))
        return whole

    def _note(self, row: Row, bad: BadCellError) -> None:
        """Report a cell of a row that is kept."""
        self.problems.append(row.problem(bad, kept=True))

    def _moment(self, row: Row, column: str, read: Callable[[object], M]) -> M:
        if column in self.doubt and dates.reads_both_ways(row.shown(column)):
            raise BadCellError(column, Defecto.FECHA_AMBIGUA)
        return row.parse(column, read)

    def _avance(self, row: Row, who: str, when: str) -> Avance:
        fecha = self._moment(row, when, _day)
        nombre = row.text(who)
        if nombre and cells.number_in(nombre) not in self.known:
            self._note(row, BadCellError(who, Defecto.NADIE_CONOCIDO))
        if fecha is not None:
            if not nombre:
                self._note(row, BadCellError(when, Defecto.FECHA_SIN_PERSONA, empty=who))
            return _shared(EstadoAvance.COMPLETADO, nombre or None, fecha)
        return _shared(EstadoAvance.PAUSADO, nombre) if nombre else PENDIENTE

    def _occupied(self, spool: Spool, row: Row) -> Spool:
        worker = self.workers.get(row.parse("Ocupado_Por", cells.read_worker_nombre))
        if worker is None:
            raise BadCellError("Ocupado_Por", Defecto.TRABAJADOR_DESCONOCIDO)
        since = self._moment(row, "Fecha_Ocupacion", self._instant)
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

    def _instant(self, cell: object) -> datetime | None:
        return cells.read_datetime(cell, self.timezone) if says_something(cell) else None

    def _lock_end(self, since: datetime) -> datetime | None:
        try:
            return since + timedelta(seconds=self.lock_ttl) if self.lock_ttl else None
        except OverflowError as exc:
            raise BadCellError("Fecha_Ocupacion", Defecto.FUERA_DE_CALENDARIO) from exc


@lru_cache(maxsize=65_536, typed=True)
def _day(cell: object) -> date | None:
    return cells.read_date(cell) if says_something(cell) else None


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
