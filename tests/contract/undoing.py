"""Acts that can be undone, and how a terminal undoes them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest

from core.domain.model import Operacion, Spool, Worker
from core.domain.requests import Request
from core.domain.responses import Response
from core.domain.rulebook.lock_steps import spool_lock
from core.occupation import OccupationService
from tests.asking import (
    aprobar,
    ask,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    entregar,
    liberar,
    pausar,
    rechazar,
    tomar,
)
from tests.plants import CARLA, JUAN, MIGUEL, PLANT, Etapa
from tests.shopfloor import HOUR

ARM, SOLD, METROLOGIA, REPARACION = Operacion
TWELVE_HOURS = 12 * HOUR
MakeService = Callable[..., OccupationService]

UNDOABLE: list[tuple[list[Request], Request]] = [
    ([], tomar(MIGUEL)),
    ([], tomar(JUAN, tag=Etapa.ARM_PARCIAL)),
    ([], tomar(MIGUEL, SOLD, Etapa.SOLD_PARCIAL)),
    ([], tomar(JUAN, REPARACION, Etapa.REPARACION_PARCIAL)),
    ([tomar(MIGUEL)], pausar(MIGUEL)),
    ([tomar(MIGUEL)], completar(MIGUEL)),
    ([tomar(MIGUEL, SOLD, Etapa.ARMADO)], completar(MIGUEL, Etapa.ARMADO)),
    ([tomar(JUAN, REPARACION, Etapa.RECHAZADO)], completar(JUAN, Etapa.RECHAZADO)),
    ([tomar(MIGUEL)], cancelar(MIGUEL)),
    ([tomar(MIGUEL)], entregar(MIGUEL, JUAN)),
    ([tomar(MIGUEL)], liberar(CARLA)),
    ([], aprobar(CARLA, Etapa.FABRICADO)),
    ([], rechazar(CARLA, Etapa.REPARADO)),
    ([], desbloquear(CARLA, Etapa.BLOQUEADO)),
]
"""What goes before, and an act that is undone."""

each_act = pytest.mark.parametrize(
    ("before", "act"), UNDOABLE, ids=[f"{act.accion} {act.tag_spool}" for _, act in UNDOABLE]
)


@dataclass
class Copy:
    """A replica that is as old as a test wants it."""

    spools: dict[str, Spool]
    workers: dict[int, Worker]
    identity: str

    @classmethod
    async def of(cls, service: OccupationService) -> "Copy":
        snapshot = await service.snapshot()
        return cls(
            {spool.tag_spool: spool for spool in snapshot.spools},
            {worker.worker_id: worker for worker in snapshot.workers},
            service.ledger.seen.identity,
        )


async def ask_all(service: OccupationService, requests: list[Request]) -> None:
    """Ask each as a new scan."""
    for request in requests:
        await ask(service, request.model_copy(update={"request_id": uuid4()}))


async def do(service: OccupationService, act: Request) -> Response:
    return await ask(service, act.model_copy(update={"request_id": uuid4()}))


async def undo(service: OccupationService, worker: Worker) -> Response:
    """As a screen does it: whatever it may offer is undone."""
    act = service.undoable(worker.worker_id)
    assert act is not None
    return await service.deshacer(deshacer(worker, act.event.seq, act.event.tag_spool))


def worker_of(request: Request) -> Worker:
    return next(worker for worker in PLANT.workers if worker.worker_id == request.worker_id)


async def lock_of(service: OccupationService, tag: str) -> str | None:
    return await service.ledger.locks.value(spool_lock(tag))
