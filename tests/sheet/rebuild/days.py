"""A day of the shop, before its ledger is lost: what everybody did, and the sheet that says so."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from core.domain.model import Operacion, Snapshot, Spool
from core.domain.rulebook.policy import Policy
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.settings import sqlite_url
from core.sheet.rebuild import RebuildReport
from core.sheet.spreadsheet.client import Spreadsheet
from core.sheet.sync import Sync
from core.sheet.taller import LOOKED_UP, texts_of
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    entregar,
    extender,
    liberar,
    nota,
    pausar,
    reanudar,
    rechazar,
    retener,
    tomar,
)
from tests.conftest import SITE
from tests.plants import (
    ARMADORES,
    CARLA,
    FREE_TAGS,
    JUAN,
    MIGUEL,
    PLANT,
    START,
    WORKERS,
    Etapa,
    held_by,
)
from tests.sheet.planilla import FEW, PLANILLA
from tests.sheets_api import Book, SheetsApi
from tests.shopfloor import SANTIAGO, FixedClock

_, SOLD, _, REPARACION = Operacion
HELD, KEPT, LATE, DONE, NOTED, UNDONE, EXTENDED = FREE_TAGS[:7]
GIVEN = FREE_TAGS[9]
LISTED = FREE_TAGS[8]
"""The office listed it as taken."""
HEADERS = ["Peso", "TAG_SPOOL", "OT", "NV", "Fecha_Materiales", *LOOKED_UP]

Open = Callable[..., Awaitable[Ledger]]
Service = Callable[..., OccupationService]


def listed(spool: Spool) -> list[object]:
    """The spool's row as the office typed it, before the shop wrote anything into it."""
    texts = texts_of(spool, now=START, timezone=SANTIAGO, policy=Policy())
    shown = [text or None for text in texts[1 : 1 + len(LOOKED_UP)]]
    return [12.5, spool.tag_spool, spool.ot, spool.nv, spool.fecha_materiales, *shown]


def as_the_office_made_it(api: SheetsApi) -> Book:
    """The spreadsheet of the whole plant; nothing of it was ever loaded."""
    people = [["Id", "Nombre", "Apellido", "Activo"]]
    people += [[worker.worker_id, worker.nombre, worker.apellido, worker.activo] for worker in WORKERS]
    roles = [
        ["Id", "Rol", "Activo"],
        *([worker.worker_id, str(rol), True] for worker in WORKERS for rol in worker.roles),
    ]
    spools = [held_by(JUAN, Operacion.ARM, spool) if spool.tag_spool == LISTED else spool for spool in PLANT.spools]
    rows = [HEADERS, *map(listed, spools)]
    joints = [["TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION"]]
    joints += [
        [tag, number, "1 1/2", tipo] for tag in (GIVEN, Etapa.ARMADO) for number, tipo in enumerate(("BW", "FW"), 1)
    ]
    worksheets = {"Operaciones": rows, "Trabajadores": people, "Roles": roles, "Uniones": joints}
    return api.add_book(PLANILLA, worksheets, rows=FEW)


@dataclass(frozen=True)
class Day:
    """What a day with every act left behind: its sheet, the file of its ledger, and how late it is."""

    book: Book
    file: Path
    now: datetime


def ledger_in(file: Path, clock: FixedClock) -> AbstractAsyncContextManager[Ledger]:
    return open_ledger(sqlite_url(file), site=SITE, clock=clock, request_memory=timedelta(hours=1))


async def mirror(service: OccupationService, spreadsheet: Spreadsheet) -> None:
    """All that happened so far is in the sheet."""
    await Sync(service=service, spreadsheet=spreadsheet, pull_every=0).run_once()


def with_locks_of(seconds: int, service: OccupationService) -> OccupationService:
    """The same ledger at a station whose locks last so long."""
    policy = replace(service.policy, lock_ttl=seconds)
    return OccupationService(service.ledger, station=service.station, timezone=SANTIAGO, policy=policy)


async def a_day(service: OccupationService, clock: FixedClock) -> None:
    await with_locks_of(60, service).tomar(tomar(JUAN, tag=LATE))
    clock.advance(seconds=61.25)
    for request in (
        *(tomar(MIGUEL, tag=HELD), tomar(JUAN, tag=EXTENDED), nota(CARLA, NOTED, texto="Falta [brida] 🔧 «管»")),
        *(tomar(JUAN, tag=DONE), completar(JUAN, DONE), tomar(MIGUEL, SOLD, DONE), completar(MIGUEL, DONE)),
        *(rechazar(CARLA, DONE, motivo="poro"), tomar(MIGUEL, REPARACION, DONE), completar(MIGUEL, DONE)),
        *(aprobar(CARLA, DONE), desbloquear(CARLA, Etapa.BLOQUEADO), tomar(MIGUEL, tag=NOTED), liberar(CARLA, NOTED)),
        *(tomar(JUAN, tag=Etapa.LIBRE), cancelar(JUAN, Etapa.LIBRE), extender(JUAN, EXTENDED)),
        *(tomar(MIGUEL, tag=GIVEN), entregar(MIGUEL, JUAN, GIVEN), pausar(JUAN, GIVEN, uniones="2")),
        *(retener(CARLA, GIVEN), retener(CARLA, NOTED), reanudar(CARLA, NOTED)),
    ):
        clock.advance(seconds=1.5)
        await getattr(service, request.accion.lower())(request)
    await with_locks_of(0, service).tomar(tomar(JUAN, tag=KEPT))
    await service.tomar(tomar(ARMADORES[0], tag=UNDONE))
    put_down = await service.pausar(pausar(ARMADORES[0], UNDONE))
    await service.deshacer(deshacer(ARMADORES[0], put_down.seq, UNDONE))


def without_listed(snapshot: Snapshot) -> list[Spool]:
    return [spool for spool in snapshot.spools if spool.tag_spool != LISTED]


async def is_empty(ledger: Ledger) -> bool:
    snapshot = await ledger.snapshot()
    return (snapshot.seq, snapshot.spools, snapshot.workers) == (0, (), ())


def nothing_uncertain(report: RebuildReport) -> None:
    assert (report.disagreements, report.problems, report.missing, report.unknown) == ({}, (), (), {})
    assert (report.superseded, report.taken) == (0, None)
