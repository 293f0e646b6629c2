"""A stand-in for the Sheets API with a spreadsheet in it for gspread itself, and one of a plant for the program."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import gspread
import pytest

from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet.pull import pull
from core.sheet.spreadsheet.client import Spreadsheet, open_spreadsheet
from tests.conftest import Store
from tests.sheet.mirroring import Shop, furnished, small_plant, unhurried
from tests.sheet.planilla import OPERACIONES as OPERACIONES_PLANILLA
from tests.sheet.planilla import PLANILLA, ROLES, TRABAJADORES, settings_for
from tests.sheets_api import Book, Office, SheetsApi, client_at, formula
from tests.shopfloor import FixedClock

BOOK = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"

OPERACIONES = [
    ["TAG_SPOOL", "OT", "Fecha_Materiales", "Ocupado_Por", "Avance", "Listo"],
    ["MK-1", 101, date(2026, 1, 31), "MR(93)", formula("=B2/2", 50.5), True],
    ["MK-2", 102.5, datetime(2026, 2, 1, 12, 30, tzinfo=UTC), None, formula("=B3/2", ""), False],
    ["MK-3", None, None, None, None, None],
]
METADATA = [["ID", "Timestamp", "Evento_Tipo"], ["e1", "31-01-2026 08:00:00", "TOMAR_ARM"]]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def api(clock: FixedClock) -> Iterator[SheetsApi]:
    with SheetsApi(clock=clock) as api:
        api.add_book(BOOK, {"Operaciones": OPERACIONES, "Hoja 1": [["a"]], "Metadata": METADATA})
        yield api


@pytest.fixture
def book(api: SheetsApi) -> Book:
    return api.books[BOOK]


@pytest.fixture
def client(api: SheetsApi) -> Iterator[gspread.Client]:
    client = client_at(api.url)
    with client.http_client.session:
        yield client


@pytest.fixture
def sheet(client: gspread.Client) -> gspread.Spreadsheet:
    """Opening it is the first request of a test."""
    return client.open_by_key(BOOK)


@pytest.fixture
def planilla(api: SheetsApi) -> Book:
    """The spreadsheet of a small plant."""
    return api.add_book(PLANILLA, {"Operaciones": OPERACIONES_PLANILLA, "Trabajadores": TRABAJADORES, "Roles": ROLES})


@pytest.fixture
async def spreadsheet(api: SheetsApi, tmp_path: Path) -> AsyncIterator[Spreadsheet]:
    """The program's own way to the plant's spreadsheet."""
    async with open_spreadsheet(settings_for(api, f"sqlite:///{tmp_path / 'pace.db'}")) as spreadsheet:
        yield spreadsheet


@pytest.fixture
def shop(ledger: Ledger, make_service: Callable[..., OccupationService]) -> OccupationService:
    """The service over the ledger of an empty site."""
    return make_service(ledger)


@pytest.fixture
async def loaded(shop: OccupationService, planilla: Book, spreadsheet: Spreadsheet) -> OccupationService:
    """The same, once the whole sheet was pulled."""
    await pull(shop, spreadsheet)
    return shop


@pytest.fixture
def operaciones(planilla: Book) -> Office:
    return Office(planilla.sheet("Operaciones"))


@pytest.fixture
def trabajadores(planilla: Book) -> Office:
    return Office(planilla.sheet("Trabajadores"))


@pytest.fixture
def roles(planilla: Book) -> Office:
    return Office(planilla.sheet("Roles"))


@pytest.fixture
async def mirrored(
    store: Store, ledger: Ledger, make_service: Callable[..., OccupationService], api: SheetsApi, tmp_path: Path
) -> AsyncIterator[Shop]:
    """A shop of six spools and its sheet, on each engine; nothing was mirrored yet."""
    service = make_service(ledger)
    await service.load_plant(small_plant())
    async with unhurried(api, tmp_path) as spreadsheet:
        yield Shop(service, await furnished(api), spreadsheet, store.clock)
