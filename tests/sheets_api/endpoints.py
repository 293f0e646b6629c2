"""From a method and a path to the part of the Sheets API that answers it."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from tests.sheets_api import metadata, structure, values
from tests.sheets_api.book import Book
from tests.sheets_api.errors import GoogleError, invalid, not_found
from tests.sheets_api.journal import Request
from tests.sheets_api.quota import Kind

_BOOK: Final = r"/v4/spreadsheets/(?P<id>[A-Za-z0-9_-]+)"
_ROUTES: Final[tuple[tuple[str, str, str], ...]] = (
    ("GET", _BOOK, "spreadsheets.get"),
    ("POST", _BOOK + r":batchUpdate", "spreadsheets.batchUpdate"),
    ("GET", _BOOK + r"/values:batchGet", "values.batchGet"),
    ("POST", _BOOK + r"/values:batchUpdate", "values.batchUpdate"),
    ("POST", _BOOK + r"/values:batchClear", "values.batchClear"),
    ("POST", _BOOK + r"/values/(?P<range>[^/]+):append", "values.append"),
    ("POST", _BOOK + r"/values/(?P<range>[^/]+):clear", "values.clear"),
    ("PUT", _BOOK + r"/values/(?P<range>[^/]+)", "values.update"),
    ("GET", _BOOK + r"/values/(?P<range>[^/]+)", "values.get"),
)


@dataclass(frozen=True, slots=True)
class Route:
    operation: str
    kind: Kind
    spreadsheet_id: str = ""
    range: str = ""


def route(method: str, path: str) -> Route:
    """`path` as it was sent, so that a colon in a range (%3A) is not taken for a verb's."""
    kind: Kind = "read" if method == "GET" else "write"
    for verb, pattern, operation in _ROUTES:
        if verb == method and (found := re.fullmatch(pattern, path)):
            groups = found.groupdict()
            return Route(operation, kind, groups["id"], unquote(groups.get("range") or ""))
    return Route("unknown", kind)


def answer(book: Book | None, request: Request) -> dict[str, Any]:
    """Apply the request. Raises GoogleError, and then nothing has changed."""
    if request.operation == "unknown" or book is None:
        raise not_found()
    if isinstance(request.body, bytes):
        raise GoogleError(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.")
    with book.lock:
        book.require(write=request.kind == "write")
        return _apply(book, request, request.body if request.body is not None else {})


def _apply(book: Book, request: Request, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise invalid('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    match request.operation:
        case "spreadsheets.get":
            return metadata.get(book, request.query)
        case "spreadsheets.batchUpdate":
            return structure.batch_update(book, body)
        case "values.get":
            return values.get(book, request.range, request.query)
        case "values.batchGet":
            return values.batch_get(book, request.query)
        case "values.update":
            return values.update(book, request.range, request.query, body)
        case "values.append":
            return values.append(book, request.range, request.query, body)
        case "values.batchUpdate":
            return values.batch_update(book, body)
        case "values.clear":
            return values.clear(book, request.range)
        case _:
            return values.batch_clear(book, body)
