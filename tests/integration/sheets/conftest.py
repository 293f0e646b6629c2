"""A stand-in for the Sheets API with one spreadsheet in it, and the real gspread opened on that."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import gspread
import pytest

from tests.sheets_api import Book, SheetsApi, client_at, formula
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
