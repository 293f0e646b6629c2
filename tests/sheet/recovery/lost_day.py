"""The day of the ledger that is lost, and what a rebuilt one is compared by."""

from dataclasses import replace

from core.domain.model import Operacion, Snapshot, Spool
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.plant.columns import OWNED
from core.sheet.recovery.rebuilding import RebuildReport
from core.sheet.spreadsheet import Spreadsheet
from core.sheet.sync import Sync
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
from tests.plants import (
    ARMADORES,
    CARLA,
    FREE_TAGS,
    JUAN,
    MIGUEL,
    Etapa,
)
from tests.shopfloor import FixedClock

_, SOLD, _, REPARACION = Operacion
HELD, KEPT, LATE, DONE, NOTED, UNDONE, EXTENDED = FREE_TAGS[:7]
LISTED = FREE_TAGS[8]
"""The office listed it as taken."""
HEADERS = ["Peso", "TAG_SPOOL", "OT", "NV", "Fecha_Materiales", *OWNED]


def with_locks_of(service: OccupationService, *, seconds: int) -> OccupationService:
    """Another service over the ledger, whose locks live so long."""
    policy = replace(service.policy, lock_ttl=seconds)
    return OccupationService(service.ledger, station=service.station, timezone=service.timezone, policy=policy)


async def a_day(service: OccupationService, clock: FixedClock) -> None:
    await with_locks_of(service, seconds=60).tomar(tomar(JUAN, tag=LATE))
    clock.advance(seconds=61.25)
    for request in (
        *(tomar(MIGUEL, tag=HELD), tomar(JUAN, tag=EXTENDED), nota(CARLA, NOTED, texto="Falta [brida] 🔧 «管»")),
        *(tomar(JUAN, tag=DONE), completar(JUAN, DONE), tomar(MIGUEL, SOLD, DONE), completar(MIGUEL, DONE)),
        *(rechazar(CARLA, DONE, motivo="poro"), tomar(MIGUEL, REPARACION, DONE), completar(MIGUEL, DONE)),
        *(aprobar(CARLA, DONE), desbloquear(CARLA, Etapa.BLOQUEADO), tomar(MIGUEL, tag=NOTED), liberar(CARLA, NOTED)),
        *(tomar(JUAN, tag=Etapa.LIBRE), cancelar(JUAN, Etapa.LIBRE), extender(JUAN, EXTENDED)),
    ):
        clock.advance(seconds=1.5)
        await getattr(service, request.accion.lower())(request)
    await with_locks_of(service, seconds=0).tomar(tomar(JUAN, tag=KEPT))
    await service.tomar(tomar(ARMADORES[0], tag=UNDONE))
    put_down = await service.pausar(pausar(ARMADORES[0], UNDONE))
    await service.deshacer(deshacer(ARMADORES[0], put_down.seq, UNDONE))


async def mirror(service: OccupationService, spreadsheet: Spreadsheet) -> None:
    """All that happened so far is in the sheet."""
    await Sync(service=service, spreadsheet=spreadsheet, pull_every=0).run_once()


def without_listed(snapshot: Snapshot) -> list[Spool]:
    return [spool for spool in snapshot.spools if spool.tag_spool != LISTED]


async def is_empty(ledger: Ledger) -> bool:
    snapshot = await ledger.snapshot()
    return (snapshot.seq, snapshot.spools, snapshot.workers) == (0, (), ())


def nothing_uncertain(report: RebuildReport) -> None:
    assert (report.doubts, report.problems, report.missing, report.unknown) == ((), (), (), {})
    assert (report.inexact, report.repeated, report.renumbered) == (0, 0, False)
