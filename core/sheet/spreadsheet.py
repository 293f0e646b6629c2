"""The office's spreadsheet over the Sheets API: one request a method, within the minute's quota and a total deadline.

It knows no columns and no plant, keeps nothing of what it read, and asks for nothing twice: whoever calls decides what
a failure means. What costs time to import waits until a spreadsheet is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from core.domain.errors import InvalidRequestError, SheetUnavailableError
from core.domain.reasons import Defecto, FallaPlanilla
from core.ledger.open import open_rate_limit
from core.sheet.pace import USUAL_DEADLINES, Deadlines

if TYPE_CHECKING:
    from core.ledger.rates import RateLimit
    from core.plant.cells import Grid
    from core.settings import Settings
    from core.sheet.access import Access

T = TypeVar("T")
Kind = Literal["read", "write"]

_RAW_VALUES: Final = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
_PROPERTIES: Final = "sheets.properties(sheetId,title,gridProperties(rowCount,columnCount))"


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One of the spreadsheet's worksheets and the size of its grid, empty cells included."""

    title: str
    sheet_id: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """Requests that were sent since the spreadsheet was opened, and how many of them Google refused for their pace."""

    reads: int = 0
    writes: int = 0
    refused_429: int = 0


def a1(title: str, cells: str = "") -> str:
    """A range of a worksheet, `'Hoja 1'!A1:B2`; without cells the whole worksheet."""
    quoted = "'" + title.replace("'", "''") + "'"
    return f"{quoted}!{cells}" if cells else quoted


class Spreadsheet:
    """One spreadsheet, one request at a time. Every method is one request and may be cancelled.

    (Of the two that it takes when a token was revoked, the first does nothing.)

    Every method raises SheetUnavailableError, and LedgerUnavailableError where the pace cannot be counted. A write
    whose SheetUnavailableError is not `doubtful` was not applied. An exception of `before_write` passes as it is, and
    nothing was sent.
    """

    def __init__(
        self, access: Access, *, spreadsheet_id: str, limits: Mapping[Kind, RateLimit], thread: ThreadPoolExecutor
    ) -> None:
        self.before_write: Callable[[], Awaitable[None]] | None = None
        """Awaited after the quota was granted and right before a write is sent."""
        self.figures = RequestFigures()
        self._access = access
        self._id = spreadsheet_id
        self._limits = limits
        self._thread = thread
        self._turn = asyncio.Lock()
        self._is_readable = False

    @property
    def account(self) -> str:
        """The e-mail address of the account that asks; empty for none."""
        return self._access.account

    @property
    def spreadsheet_id(self) -> str:
        """Google's identifier of it."""
        return self._id

    async def worksheets(self) -> tuple[Worksheet, ...]:
        """The worksheets, in the office's order; a chart that fills a whole worksheet is none."""
        http = self._access.http
        reply = await self._ask("read", lambda: http.fetch_sheet_metadata(self._id, {"fields": _PROPERTIES}))
        with _understood():
            return tuple(
                Worksheet(
                    str(properties["title"]),
                    int(properties.get("sheetId", 0)),
                    int(properties["gridProperties"]["rowCount"]),
                    int(properties["gridProperties"]["columnCount"]),
                )
                for properties in (sheet["properties"] for sheet in reply["sheets"])
                if "gridProperties" in properties
            )

    async def read(self, ranges: Sequence[str]) -> list[Grid]:
        """Each range's cells as UNFORMATTED_VALUE, in the order asked; of no range at all, without a request, none."""
        return [*await self._read(ranges, "ROWS")]

    async def read_columns(self, ranges: Sequence[str]) -> list[list[object]]:
        """The cells of each range of one column, from top to bottom; nothing for what is empty at its end."""
        return [columns[0] if columns else [] for columns in await self._read(ranges, "COLUMNS")]

    async def _read(self, ranges: Sequence[str], dimension: str) -> list[list[list[object]]]:
        if not ranges:
            return []
        http, options = self._access.http, {**_RAW_VALUES, "majorDimension": dimension}
        reply = await self._ask("read", lambda: http.values_batch_get(self._id, list(ranges), {**options}))
        with _understood():
            found = [part.get("values", []) for part in _listed(reply, "valueRanges", len(ranges))]
            if not all(isinstance(one, list) for rows in found for one in (rows, *rows)):
                raise TypeError("values")
            return found

    async def append(self, table_range: str, rows: Sequence[Sequence[object]]) -> str:
        """Insert rows below the table in this range, their values as they are; the range they went to."""
        options = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
        body = {"majorDimension": "ROWS", "values": [list(row) for row in rows]}
        http = self._access.http
        reply = await self._ask("write", lambda: http.values_append(self._id, table_range, {**options}, body))
        with _understood(doubtful=True):
            return str(reply["updates"]["updatedRange"])

    async def write(self, ranges: Mapping[str, Sequence[Sequence[object]]], *, within: float | None = None) -> None:
        """Put these rows into these ranges, their values as they are; of no range, without a request.

        A cell whose value is None is left as it is. When the quota would have it wait longer than `within` seconds it
        is not sent: SheetUnavailableError, CUOTA.
        """
        if not ranges:
            return
        data = [{"range": cells, "values": [list(row) for row in rows]} for cells, rows in ranges.items()]
        body = {"valueInputOption": "RAW", "data": data}
        reply = await self._ask("write", lambda: self._access.http.values_batch_update(self._id, body), within=within)
        with _understood(doubtful=True):
            _listed(reply, "responses", len(data))

    async def change(self, requests: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
        """Change the spreadsheet itself (spreadsheets.batchUpdate), all or nothing; the reply of each request."""
        if not requests:
            return []
        body = {"requests": [dict(request) for request in requests]}
        reply = await self._ask("write", lambda: self._access.http.batch_update(self._id, body))
        with _understood(doubtful=True):
            return list(_listed(reply, "replies", len(requests)))

    async def _ask(self, kind: Kind, ask: Callable[[], T], *, within: float | None = None) -> T:
        """Do one request when the quota allows it and no other is under way."""
        try:
            async with asyncio.timeout(within):
                await self._limits[kind].wait()
        except TimeoutError as error:
            raise SheetUnavailableError(FallaPlanilla.CUOTA) from error
        async with self._turn:
            if kind == "write" and self.before_write is not None:
                await self.before_write()
            try:
                answer = await self._send(kind, ask)
            except SheetUnavailableError as error:
                judged = self._judged(kind, error)
                if judged is error:
                    raise
                raise judged from error
            self._is_readable = True
            return answer

    async def _send(self, kind: Kind, ask: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        exchange = self._access.begin(kind)
        self._count(**{f"{kind}s": 1})
        # The thread looks at the clock before it sends; what it waits for after that can only be ended from here.
        cutting = loop.call_later(exchange.remaining(), exchange.cut)
        try:
            work = partial(self._access.perform, exchange, ask, write=kind == "write")
            return await loop.run_in_executor(self._thread, work)
        except asyncio.CancelledError:
            exchange.cut()
            raise
        finally:
            cutting.cancel()

    def _judged(self, kind: Kind, error: SheetUnavailableError) -> SheetUnavailableError:
        """The error, where what went before tells more than the answer alone; a 403 is the same for either."""
        if error.falla is FallaPlanilla.CUOTA:
            self._count(refused_429=1)
        if error.falla is not FallaPlanilla.NO_COMPARTIDA:
            return error
        if kind == "write" and self._is_readable:
            return SheetUnavailableError(
                FallaPlanilla.SOLO_LECTURA,
                detail=str(error.details["detail"]),
                retry_after=error.retry_after,
                account=self._access.account,
            )
        self._is_readable = False
        return error

    def _count(self, *, reads: int = 0, writes: int = 0, refused_429: int = 0) -> None:
        so_far = self.figures
        self.figures = replace(
            so_far,
            reads=so_far.reads + reads,
            writes=so_far.writes + writes,
            refused_429=so_far.refused_429 + refused_429,
        )


@contextmanager
def _understood(*, doubtful: bool = False) -> Iterator[None]:
    """What is no answer of the Sheets API, though it came as JSON, is a failure like any other."""
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
async def open_spreadsheet(settings: Settings, *, deadlines: Deadlines = USUAL_DEADLINES) -> AsyncIterator[Spreadsheet]:
    """The office's spreadsheet, closed when the block ends; nothing is asked of it yet.

    Raises InvalidRequestError when no spreadsheet is configured, SheetUnavailableError when the credentials cannot be
    used, LedgerUnavailableError when its pace cannot be counted together with the other processes.
    """
    if settings.sheets_id is None:
        raise InvalidRequestError("KIOSK_SHEETS_ID", Defecto.FALTA_PLANILLA)
    async with AsyncExitStack() as opened:
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sheet")
        opened.push_async_callback(asyncio.to_thread, thread.shutdown, cancel_futures=True)
        access = await asyncio.get_running_loop().run_in_executor(thread, _way_in, settings, deadlines)
        opened.callback(access.close)
        limits: dict[Kind, RateLimit] = {}
        paces: tuple[tuple[Kind, int], ...] = (
            ("read", settings.sheets_reads_per_minute),
            ("write", settings.sheets_writes_per_minute),
        )
        for kind, per_minute in paces:
            limits[kind] = await opened.enter_async_context(
                open_rate_limit(
                    settings.effective_ledger_url, site=settings.site, name=f"sheets-{kind}s", per_minute=per_minute
                )
            )
        yield Spreadsheet(access, spreadsheet_id=settings.sheets_id, limits=limits, thread=thread)


def _way_in(settings: Settings, deadlines: Deadlines) -> Access:
    from core.sheet.access import open_access

    return open_access(settings.google_credentials, settings.sheets_api_url, deadlines)
