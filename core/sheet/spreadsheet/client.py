"""The office's spreadsheet over the Sheets API: one request a method, within the minute's quota.

It knows no columns and no plant, keeps nothing of what it read, and retries nothing: whoever calls decides what a
failure means. The drivers are imported when a spreadsheet is opened, because that takes time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto, FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.extras import needing_extras
from core.ledger.open import open_rate_limit

if TYPE_CHECKING:
    from core.ledger.rates import RateLimit
    from core.plant.cells import Grid
    from core.settings import Settings
    from core.sheet.spreadsheet.access import Access

T = TypeVar("T")
Kind = Literal["read", "write"]
Request: TypeAlias = "Mapping[str, object]"
"""One of the requests of spreadsheets.batchUpdate."""

_RAW_VALUES: Final = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
_PROPERTIES: Final = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),protectedRanges(range,warningOnly))"
)
_MARKS: Final = "developerMetadata(metadataId,metadataValue)"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection, between two bytes, and for a whole request."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 40.0


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One of the spreadsheet's worksheets and the size of its grid, empty cells included.

    `is_protected`: the whole of it is, by more than a warning. `protected_columns` (from 0) are those that have a
    protection of their own, be it a warning.
    """

    title: str
    sheet_id: int
    rows: int
    columns: int
    is_protected: bool = False
    protected_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Outline:
    """The worksheets in the office's order, and the spreadsheet's developer metadata by id."""

    worksheets: tuple[Worksheet, ...]
    marks: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one part of the mirror wants to write: first the spreadsheet's own changes, then rows by range."""

    changes: Sequence[Request] = ()
    ranges: Mapping[str, Sequence[Sequence[object]]] = field(default_factory=dict)


@dataclass(slots=True)
class RequestFigures:
    """Requests that were sent since the spreadsheet was opened, and how many Google refused for its quota."""

    reads: int = 0
    writes: int = 0
    refused_429: int = 0


def a1(title: str, cells: str = "") -> str:
    """A range of a worksheet, `'Hoja 1'!A1:B2`; without cells the whole worksheet."""
    quoted = "'" + title.replace("'", "''") + "'"
    return f"{quoted}!{cells}" if cells else quoted


class Spreadsheet:
    """One spreadsheet, one request at a time. Every method is one request and may be cancelled.

    Every method raises SheetUnavailableError, and LedgerUnavailableError where the quota cannot be counted. A write
    whose SheetUnavailableError is not `doubtful` was not applied. An exception of `before_write` passes as it is, and
    nothing was sent.
    """

    def __init__(
        self, access: Access, *, spreadsheet_id: str, limits: Mapping[Kind, RateLimit], timeouts: Timeouts
    ) -> None:
        self.before_write: Callable[[], Awaitable[None]] | None = None
        """Awaited after the quota was granted and right before a write is sent."""
        self.figures = RequestFigures()
        self.account = access.account
        """The e-mail address of the service account; empty for none."""
        self.spreadsheet_id = spreadsheet_id
        """Google's identifier."""
        self._access = access
        self._limits = limits
        self._timeouts = timeouts
        self._turn = asyncio.Lock()
        self._is_readable = False

    async def outline(self) -> Outline:
        """The worksheets (a chart that fills a whole one is none), and the developer metadata."""
        http, fields = self._access.http, f"{_PROPERTIES},{_MARKS}"
        reply = await self._ask("read", lambda: http.fetch_sheet_metadata(self.spreadsheet_id, {"fields": fields}))
        with _understood():
            worksheets = tuple(
                Worksheet(
                    str(properties["title"]),
                    int(properties.get("sheetId", 0)),
                    int(properties["gridProperties"]["rowCount"]),
                    int(properties["gridProperties"]["columnCount"]),
                    any(map(_covers_all, sheet.get("protectedRanges", ()))),
                    frozenset(_single_columns(sheet.get("protectedRanges", ()))),
                )
                for sheet, properties in ((sheet, sheet["properties"]) for sheet in reply["sheets"])
                if "gridProperties" in properties
            )
            marks = {
                int(mark["metadataId"]): str(mark.get("metadataValue", ""))
                for mark in reply.get("developerMetadata", ())
            }
            return Outline(worksheets, marks)

    async def worksheets(self) -> tuple[Worksheet, ...]:
        """The worksheets, in the office's order."""
        return (await self.outline()).worksheets

    async def read(self, ranges: Sequence[str], *, formulas: bool = False) -> list[Grid]:
        """Each range's cells as UNFORMATTED_VALUE (or as `formulas`), in the order asked; of no range, no request."""
        if not ranges:
            return []
        options = {**_RAW_VALUES, "majorDimension": "ROWS"}
        if formulas:
            options["valueRenderOption"] = "FORMULA"
        http = self._access.http
        reply = await self._ask("read", lambda: http.values_batch_get(self.spreadsheet_id, list(ranges), {**options}))
        with _understood():
            found = [part.get("values", []) for part in _listed(reply, "valueRanges", len(ranges))]
            if not all(isinstance(one, list) for rows in found for one in (rows, *rows)):
                raise TypeError("values")
            return found

    async def write(self, ranges: Mapping[str, Sequence[Sequence[object]]]) -> None:
        """Put these rows into these ranges, their values as they are (RAW); of no range, without a request."""
        if not ranges:
            return
        data = [{"range": cells, "values": [list(row) for row in rows]} for cells, rows in ranges.items()]
        body = {"valueInputOption": "RAW", "data": data}
        http = self._access.http
        reply = await self._ask("write", lambda: http.values_batch_update(self.spreadsheet_id, body))
        with _understood(doubtful=True):
            _listed(reply, "responses", len(data))

    async def change(self, requests: Sequence[Request]) -> None:
        """Change the spreadsheet itself (spreadsheets.batchUpdate), all or nothing."""
        if not requests:
            return
        body = {"requests": [dict(request) for request in requests]}
        reply = await self._ask("write", lambda: self._access.http.batch_update(self.spreadsheet_id, body))
        with _understood(doubtful=True):
            _listed(reply, "replies", len(requests))

    async def _ask(self, kind: Kind, ask: Callable[[], T]) -> T:
        """Do one request when the quota allows it and no other is under way."""
        await self._limits[kind].wait()
        async with self._turn:
            if kind == "write" and self.before_write is not None:
                await self.before_write()
            self.figures.reads += kind == "read"
            self.figures.writes += kind == "write"
            try:
                async with asyncio.timeout(self._timeouts.total):
                    answer = await _in_thread(lambda: self._access.perform(ask, write=kind == "write"))
            except TimeoutError as error:
                raise SheetUnavailableError(FallaPlanilla.LENTA, doubtful=kind == "write") from error
            except SheetUnavailableError as error:
                raise self._judged(kind, error) from error.__cause__
            self._is_readable = True
            return answer

    def _judged(self, kind: Kind, error: SheetUnavailableError) -> SheetUnavailableError:
        """The error, where what went before says more than the answer alone: a 403 is the same for either."""
        if error.falla is FallaPlanilla.CUOTA:
            self.figures.refused_429 += 1
        if error.falla is not FallaPlanilla.NO_COMPARTIDA:
            return error
        if kind == "write" and self._is_readable:
            detail = str(error.details["detail"])
            return SheetUnavailableError(FallaPlanilla.SOLO_LECTURA, detail=detail, account=self.account)
        self._is_readable = False
        return error


def _covers_all(protected: Mapping[str, Any]) -> bool:
    """Whether a protected range is a whole worksheet, and more than a warning."""
    return not protected.get("warningOnly", False) and not protected.get("range", {}).keys() - {"sheetId"}


def _single_columns(protections: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    """The columns that are a protected range of their own, from the first row to the last."""
    for protected in protections:
        span = {name: value for name, value in protected.get("range", {}).items() if name != "sheetId"}
        first, end = span.pop("startColumnIndex", 0), span.pop("endColumnIndex", 0)
        if not span and end == first + 1:
            yield first


async def _in_thread(work: Callable[[], T]) -> T:
    """The result of `work`, in a thread that neither a cancelled caller nor the program's end waits for."""
    outcome: Future[T] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            outcome.set_exception(error)

    Thread(target=run, name="sheet", daemon=True).start()
    return await asyncio.wrap_future(outcome)


@contextmanager
def _understood(*, doubtful: bool = False) -> Iterator[None]:
    """JSON that is no answer of the Sheets API is a failure like any other."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise SheetUnavailableError(FallaPlanilla.RESPUESTA_ILEGIBLE, doubtful=doubtful) from error


def _listed(reply: Any, name: str, count: int) -> list[Any]:  # noqa: ANN401  # what was answered has no type yet
    """The list of this name, with one for each that was asked for. Raises as `_understood` expects."""
    found = reply[name]
    if not isinstance(found, list) or len(found) != count:
        raise ValueError(name)
    return found


@asynccontextmanager
async def open_spreadsheet(settings: Settings, *, timeouts: Timeouts = Timeouts()) -> AsyncIterator[Spreadsheet]:
    """The office's spreadsheet, closed when the block ends; nothing is asked of it yet.

    Raises InvalidRequestError when no spreadsheet is configured, MissingPackageError without the drivers,
    SheetUnavailableError when the credentials cannot be used, LedgerUnavailableError when the quota cannot be counted
    together with the other processes.
    """
    if settings.sheets_id is None:
        raise InvalidRequestError("KIOSK_SHEETS_ID", Defecto.FALTA_PLANILLA)
    limit = partial(open_rate_limit, settings.effective_ledger_url, site=settings.site)
    with closing(await asyncio.to_thread(_open_access, settings, timeouts)) as access:
        async with (
            limit(name="sheets-reads", per_minute=settings.sheets_reads_per_minute) as reads,
            limit(name="sheets-writes", per_minute=settings.sheets_writes_per_minute) as writes,
        ):
            limits: dict[Kind, RateLimit] = {"read": reads, "write": writes}
            yield Spreadsheet(access, spreadsheet_id=settings.sheets_id, limits=limits, timeouts=timeouts)


@needing_extras()
def _open_access(settings: Settings, timeouts: Timeouts) -> Access:
    from core.sheet.spreadsheet.access import open_access

    return open_access(settings.google_credentials, settings.sheets_api_url, timeout=(timeouts.connect, timeouts.read))
