"""Spools' days, as the rows of the sheet tell them, and the site that is recovered from those rows."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from hypothesis import strategies as st

from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.model import (
    Operacion,
    Policy,
    Resultado,
    Spool,
)
from core.domain.requests import (
    Request,
)
from core.plant.columns import OWNED
from core.sheet.metadata import COLUMNS, row_of
from core.sheet.mirroring.rows import texts_of
from core.sheet.recovery.recovered_site import RecoveredSite
from core.sheet.source import read_sheet_plant
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    extender,
    liberar,
    nota,
    pausar,
    rechazar,
    tomar,
)
from tests.plants import CARLA, JUAN, MIGUEL, START, WORKERS, Etapa, spool_at
from tests.shopfloor import SANTIAGO, ShopFloor

ARM, SOLD, _, REPARACION = Operacion
POLICY = Policy()
OFFICE = ["TAG_SPOOL", "OT", "NV", "Fecha_Materiales"]
HEADERS = [*OFFICE, *OWNED]
PEOPLE = [
    ["Id", "Nombre", "Apellido", "Activo"],
    *([worker.worker_id, worker.nombre, worker.apellido, worker.activo] for worker in WORKERS),
]
ROLES = [["Id", "Rol", "Activo"], *([worker.worker_id, rol, True] for worker in WORKERS for rol in worker.roles)]

Line = list[object]


def row(spool: Spool, version: object = "", **cells: object) -> Line:
    """The spool's row as the mirror writes it."""
    texts = texts_of(
        spool, version=str(version), now=START, timezone=SANTIAGO, max_reparaciones=POLICY.max_reparaciones
    )
    day = spool.fecha_materiales
    line: Line = [spool.tag_spool, spool.ot, spool.nv, day.strftime("%d-%m-%Y") if day else "", *texts]
    for column, cell in cells.items():
        line[HEADERS.index(column)] = cell
    return line


def told(event: Event, **cells: object) -> Line:
    """The event's row in Metadata."""
    found: dict[str, object] = {**row_of(event, SANTIAGO), **cells}
    return [found.get(column) for column in COLUMNS]


def recovered(rows: Sequence[Line], *logs: Sequence[Line], policy: Policy = POLICY) -> RecoveredSite:
    plant = {"Operaciones": [HEADERS, *rows], "Trabajadores": PEOPLE, "Roles": ROLES}
    titles = {f"Metadata {number}": [list(COLUMNS), *log] for number, log in enumerate(logs, start=1)}
    return RecoveredSite.of(plant, titles, timezone=SANTIAGO, policy=policy)


def listed(spool: Spool) -> Spool:
    """The spool as it is when the office's row of it is loaded."""
    tables = {"Operaciones": [HEADERS, row(spool)], "Trabajadores": PEOPLE, "Roles": ROLES}
    [found] = read_sheet_plant(tables, timezone=SANTIAGO, lock_ttl=POLICY.lock_ttl).plant.spools
    return found


class Day:
    """One spool's day: what happened to it, and how it stood after each event."""

    def __init__(self, start: Spool, *requests: Request) -> None:
        self.floor = ShopFloor(start)
        self.states = [start]
        self.events: list[Event] = []
        for request in requests:
            self.ask(request)

    def ask(self, request: Request) -> None:
        self.floor.clock.advance(seconds=1.25)
        self.events.append(self.floor.ask(request))
        self.states.append(self.floor.spool)

    @property
    def spool(self) -> Spool:
        return self.floor.spool

    def row(self, after: int | None = None, **cells: object) -> Line:
        """Its row as it was after so many events."""
        after = len(self.events) if after is None else after
        version = self.events[after - 1].id if after else ""
        return row(self.states[after], version, **cells)

    def log(self) -> list[Line]:
        return [told(event) for event in self.events]


def an_approved_repair() -> Day:
    """A life in which everything that can be asked is asked."""
    return Day(
        spool_at(Etapa.LIBRE),
        *(tomar(JUAN), deshacer(JUAN, 1), tomar(JUAN), nota(CARLA), extender(JUAN), pausar(JUAN)),
        *(tomar(MIGUEL, SOLD), cancelar(MIGUEL), tomar(MIGUEL), liberar(CARLA), tomar(JUAN), completar(JUAN)),
        *(tomar(MIGUEL, SOLD), completar(MIGUEL)),
        *[rechazar(CARLA), tomar(JUAN, REPARACION), completar(JUAN)] * 3,
        *(rechazar(CARLA), desbloquear(CARLA), tomar(MIGUEL, REPARACION), completar(MIGUEL), aprobar(CARLA)),
    )


VERBS: tuple[Callable[..., Request], ...] = (
    *(pausar, completar, cancelar, extender, liberar, desbloquear, nota, rechazar, aprobar),
    *(tomar, tomar, tomar, deshacer),
)


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Any stage, and whatever of what is asked the rules let pass."""
    day = Day(listed(spool_at(draw(st.sampled_from(Etapa)))))
    for _ in range(draw(st.integers(1, 14))):
        worker = draw(st.sampled_from([JUAN, MIGUEL, CARLA]))
        verb = draw(st.sampled_from(VERBS))
        if verb is tomar:
            request = tomar(worker, draw(st.sampled_from([ARM, SOLD, REPARACION])))
        elif verb is deshacer:
            request = deshacer(worker, max(1, day.spool.seq))
        else:
            request = verb(worker)
        day.floor.clock.advance(seconds=draw(st.sampled_from([0, 0, 1, 20, 13 * 3600])))
        with suppress(KioskError, AssertionError):
            day.ask(request)
    return day


def same(found: Spool, day: Day, shown: Spool) -> None:
    """Equal in all that a sheet can tell whose row shows the spool as it was when it was `shown`.

    What an operation was before its first event, and how often an approved spool was rejected before its first, no
    cell says.
    """
    truth = day.spool
    if (
        truth.ocupacion
        and found.ocupacion
        and truth.ocupacion.previo == day.states[0].avance(truth.ocupacion.operacion)
    ):
        truth = replace(truth, ocupacion=replace(truth.ocupacion, previo=found.ocupacion.previo))
    for operacion in (ARM, SOLD, REPARACION):
        before = day.states[0].avance(operacion)
        if truth.avance(operacion) == before != shown.avance(operacion):
            truth = truth.with_avance(operacion, found.avance(operacion))
    if shown.aprobado and not any(event.resultado is Resultado.RECHAZADO for event in day.events):
        truth = replace(truth, rechazos=found.rechazos)
    assert found == truth
