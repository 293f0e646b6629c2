"""A ledger that is lost, its sheet, and an empty ledger of each engine."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from shutil import copy

import pytest
import pytest_asyncio

from core.domain.rulebook.policy import Policy
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet.pull import pull
from core.sheet.spreadsheet.client import Spreadsheet
from core.sheet.template import write_worksheets
from tests.conftest import Store
from tests.sheet.mirroring import unhurried
from tests.sheet.planilla import PLANILLA
from tests.sheet.rebuild.days import Day, Service, a_day, as_the_office_made_it, ledger_in, mirror
from tests.sheets_api import Book, Office, SheetsApi
from tests.shopfloor import SANTIAGO, FixedClock


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The same for every test, which gets a copy."""
    folder, clock = tmp_path_factory.mktemp("day"), FixedClock()
    with SheetsApi() as api:
        book = as_the_office_made_it(api)
        async with unhurried(api, folder) as spreadsheet, ledger_in(folder / "lost.db", clock) as ledger:
            service = OccupationService(ledger, station="ARM-01", timezone=SANTIAGO, policy=Policy())
            await write_worksheets(spreadsheet)
            await pull(service, spreadsheet)
            await a_day(service, clock)
            await mirror(service, spreadsheet)
    return Day(book, folder / "lost.db", clock())


@pytest.fixture
def book(api: SheetsApi, day: Day) -> Book:
    book = api.books[PLANILLA] = day.book.twin()
    return book


@pytest.fixture
async def spreadsheet(api: SheetsApi, book: Book, tmp_path: Path) -> AsyncIterator[Spreadsheet]:
    async with unhurried(api, tmp_path) as spreadsheet:
        yield spreadsheet


@pytest.fixture
def clock(store: Store) -> FixedClock:
    return store.clock


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as api:
        yield api


@pytest.fixture
async def lost(
    day: Day, book: Book, clock: FixedClock, tmp_path: Path, make_service: Service
) -> AsyncIterator[OccupationService]:
    """The ledger that will be lost: all that is in it is in the sheet."""
    clock.advance(seconds=(day.now - clock()).total_seconds())
    async with ledger_in(Path(copy(day.file, tmp_path / "lost.db")), clock) as ledger:
        yield make_service(ledger)


@pytest.fixture
def metadata(book: Book, lost: OccupationService) -> Office:
    """The office at the log of that day."""
    return Office(book.sheet("Metadata"), proprietor=True)


@pytest.fixture
def taller(book: Book, lost: OccupationService) -> Office:
    return Office(book.sheet("Taller"), proprietor=True)


@pytest.fixture
def operaciones(book: Book, lost: OccupationService) -> Office:
    return Office(book.sheet("Operaciones"))


@pytest.fixture
def shop(ledger: Ledger, make_service: Service) -> OccupationService:
    """The service over the empty ledger."""
    return make_service(ledger)
