"""The office's spreadsheet after a day with every act, and the empty ledger that is rebuilt from it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.model import Operacion, Spool
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.settings import Settings, sqlite_url
from core.sheet.mirroring.rows import texts_of
from core.sheet.pulling import pull
from core.sheet.spreadsheet import Spreadsheet, open_spreadsheet
from core.sheet.template import write_template
from tests.conftest import SITE, Store
from tests.plants import (
    JUAN,
    PLANT,
    START,
    WORKERS,
    held_by,
)
from tests.sheet.planilla import PLANILLA, settings_for
from tests.sheet.recovery.lost_day import (
    HEADERS,
    LISTED,
    a_day,
    mirror,
)
from tests.sheets_api import Book, Office, SheetsApi
from tests.shopfloor import SANTIAGO, FixedClock

Open = Callable[..., Awaitable[Ledger]]
Service = Callable[..., OccupationService]


def listed(spool: Spool) -> list[object]:
    """The spool's row as the office typed it, before the shop wrote anything into it."""
    texts = texts_of(spool, version="", now=START, timezone=SANTIAGO, max_reparaciones=3)
    return [12.5, spool.tag_spool, spool.ot, spool.nv, spool.fecha_materiales, *(text or None for text in texts)]


@pytest.fixture
def book(api: SheetsApi) -> Book:
    """The spreadsheet of the whole plant, as the office made it; nothing of it was ever loaded."""
    people = [["Id", "Nombre", "Apellido", "Activo"]]
    people += [[worker.worker_id, worker.nombre, worker.apellido, worker.activo] for worker in WORKERS]
    roles = [
        ["Id", "Rol", "Activo"],
        *([worker.worker_id, str(rol), True] for worker in WORKERS for rol in worker.roles),
    ]
    spools = [held_by(JUAN, Operacion.ARM, spool) if spool.tag_spool == LISTED else spool for spool in PLANT.spools]
    rows = [HEADERS, *map(listed, spools)]
    return api.add_book(PLANILLA, {"Operaciones": rows, "Trabajadores": people, "Roles": roles})


@pytest.fixture
def settings(api: SheetsApi, tmp_path: Path) -> Settings:
    """No quota stands in a test's way."""
    many = {"sheets_reads_per_minute": 10_000, "sheets_writes_per_minute": 10_000}
    return settings_for(api, sqlite_url(tmp_path / "pace.db"), **many)


@pytest.fixture
async def spreadsheet(settings: Settings, book: Book) -> AsyncIterator[Spreadsheet]:
    async with open_spreadsheet(settings) as spreadsheet:
        yield spreadsheet


@pytest.fixture
def clock(store: Store) -> FixedClock:
    return store.clock


@pytest.fixture
def api_clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def api(api_clock: FixedClock):
    with SheetsApi(clock=api_clock) as api:
        yield api


@pytest.fixture
async def lost(
    clock: FixedClock, book: Book, spreadsheet: Spreadsheet, tmp_path: Path, make_service: Service
) -> AsyncIterator[OccupationService]:
    """The ledger that will be lost: a day with every act, and all of it in the sheet."""
    async with open_ledger(
        sqlite_url(tmp_path / "lost.db"), site=SITE, clock=clock, request_memory=timedelta(hours=1)
    ) as ledger:
        service = make_service(ledger)
        await write_template(spreadsheet)
        await pull(service, spreadsheet)
        await a_day(service, clock)
        await mirror(service, spreadsheet)
        yield service


@pytest.fixture
def metadata(book: Book, lost: OccupationService) -> Office:
    """The office at the log of that day."""
    return Office(book.sheet("Metadata"))


@pytest.fixture
def operaciones(book: Book, lost: OccupationService) -> Office:
    return Office(book.sheet("Operaciones"))


@pytest.fixture
def shop(ledger: Ledger, make_service: Service) -> OccupationService:
    """The service over the empty ledger."""
    return make_service(ledger)
