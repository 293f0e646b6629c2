"""A stand-in for the Google Sheets API v4: a real HTTP server in the test's own process, for the real gspread."""

from tests.sheets_api.book import SERVICE_ACCOUNT, Book, Sheet
from tests.sheets_api.cells import DATE, DATE_TIME, TEXT, Cell, formula, serial
from tests.sheets_api.client import SessionAt, client_at
from tests.sheets_api.faults import (
    EVERY_FAULT,
    Fault,
    cut_body,
    dropped,
    empty_values,
    garbage,
    hang,
    reply_lost,
    reset,
    slow_body,
    status,
)
from tests.sheets_api.journal import Request
from tests.sheets_api.office import Office
from tests.sheets_api.protection import ProtectedError
from tests.sheets_api.quota import Quota
from tests.sheets_api.server import SheetsApi

__all__ = [
    "DATE",
    "DATE_TIME",
    "EVERY_FAULT",
    "SERVICE_ACCOUNT",
    "TEXT",
    "Book",
    "Cell",
    "Fault",
    "Office",
    "ProtectedError",
    "Quota",
    "Request",
    "SessionAt",
    "Sheet",
    "SheetsApi",
    "client_at",
    "cut_body",
    "dropped",
    "empty_values",
    "formula",
    "garbage",
    "hang",
    "reply_lost",
    "reset",
    "serial",
    "slow_body",
    "status",
]
