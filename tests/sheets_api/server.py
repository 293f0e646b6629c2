"""A stand-in for the Google Sheets API v4 on 127.0.0.1, whose faults, quotas and office a test holds in its hands."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from threading import Condition, Event, RLock, Thread
from types import TracebackType
from typing import Any, Final, Self

from tests.sheets_api.book import Book
from tests.sheets_api.cells import Cell, Scalar
from tests.sheets_api.endpoints import answer, route
from tests.sheets_api.errors import GoogleError, api_off, out_of_service, unauthenticated
from tests.sheets_api.faults import Ending, Fault, Hook, Plan, When, matches
from tests.sheets_api.journal import Request
from tests.sheets_api.office import Office
from tests.sheets_api.quota import Clock, Quota, busiest_minute
from tests.sheets_api.wire import Answer, Server

PATIENCE: Final = 30.0

Rows = list[list[Scalar | date | Cell | None]]


class SheetsApi:
    """Serves while it is entered. Leaving it raises what broke inside it: a hook's failed assertion, for instance."""

    def __init__(self, *, quota: Quota | None = None, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self.quota = quota
        """None: no limit."""
        self.clock = clock
        """What the quota and the journal go by."""
        self.latency = 0.0
        """Seconds that each request takes on its way, half before it is applied and half after."""
        self.enabled = True
        """Whether the API is switched on in the project."""
        self.authorized = True
        """Whether credentials, or their absence, are accepted."""
        self.journal: list[Request] = []
        self.books: dict[str, Book] = {}
        self.closing = Event()
        self.held = 0
        """How many requests hang now."""
        self._changed = Condition(RLock())
        self._releases = 0
        self._plans: list[Plan] = []
        self._before: list[Hook] = []
        self._after: list[Hook] = []
        self._broken: list[BaseException] = []
        self._server = Server(self)
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="sheets api", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with self._changed:
            self._changed.notify_all()
        self._server.shutdown()
        self._server.drop_connections()
        self._server.server_close()
        self._thread.join()
        if error is None and self._broken:
            raise BaseExceptionGroup("the stand-in broke", self._broken)
        if error is not None:
            for broken in self._broken:
                error.add_note(f"the stand-in broke: {broken!r}")

    @property
    def url(self) -> str:
        """The base address: what stands in for https://sheets.googleapis.com."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def add_book(
        self,
        book_id: str,
        worksheets: Mapping[str, Rows] | None = None,
        *,
        title: str = "Planta",
        locale: str = "es_CL",
        rows: int = 1000,
    ) -> Book:
        """A spreadsheet with these worksheets, each of so many `rows` by 26 or larger as needed; without any: one."""
        book = self.books[book_id] = Book(book_id, title, locale=locale)
        for name, cells in (worksheets or {"Hoja 1": []}).items():
            Office(book.add_sheet(name, rows=rows)).fill(cells)
        return book

    def office(self, worksheet: str, *, book: str | None = None, proprietor: bool = False) -> Office:
        """A person at this worksheet of the spreadsheet; `book` may be left out where there is only one."""
        chosen = self.books[book] if book is not None else next(iter(self.books.values()))
        return Office(chosen.sheet(worksheet), proprietor=proprietor)

    def fail(self, fault: Fault, *, times: int | None = 1, after: int = 0, when: When = "any") -> Plan:
        """Let matching requests meet a fault: after `after` of them the next `times`; None: all that come."""
        plan = Plan(fault, when, times, after)
        with self._changed:
            self._plans.append(plan)
        return plan

    def heal(self) -> None:
        """No more faults, and no more latency."""
        with self._changed:
            self._plans.clear()
            self.latency = 0.0

    def release(self) -> None:
        """Let the hanging requests go on."""
        with self._changed:
            self._releases += 1
            self._changed.notify_all()

    def before(self, when: When, act: Callable[[Request], object], *, times: int | None = 1) -> None:
        """Call `act` just before matching requests take effect, in the connection's thread."""
        with self._changed:
            self._before.append(Hook(when, act, times))

    def after(self, when: When, act: Callable[[Request], object], *, times: int | None = 1) -> None:
        """Call `act` when matching requests took effect and nothing of their answers was sent."""
        with self._changed:
            self._after.append(Hook(when, act, times))

    def requests(self, when: When = "any") -> list[Request]:
        """Those of the journal that match, oldest first."""
        with self._changed:
            return [request for request in self.journal if matches(when, request)]

    def count(self, when: When = "any") -> int:
        return len(self.requests(when))

    def busiest_minute(self, when: When = "any") -> int:
        """The most matching requests within any 60 seconds."""
        return busiest_minute([request.at for request in self.requests(when)])

    def wait_for(self, count: int, when: When = "any", *, patience: float = PATIENCE) -> list[Request]:
        """Until so many requests match, answered or not. Raises TimeoutError after `patience` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.count(when) >= count, patience):
                raise TimeoutError(f"{self.count(when)} of {count} requests came")
            return self.requests(when)

    def wait_held(self, count: int = 1, *, patience: float = PATIENCE) -> None:
        """Until so many requests hang. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.held >= count, patience):
                raise TimeoutError(f"{self.held} of {count} requests hang")

    def failed(self, error: BaseException) -> None:
        self._broken.append(error)

    def serve(self, method: str, path: str, query: dict[str, list[str]], body: Any, headers: dict[str, str]) -> Answer:
        """Called by the server, in the thread of the connection."""
        request, fault = self._enrol(method, path, query, body, headers)
        self.closing.wait(self.latency / 2)
        served = self._carry_out(request, fault)
        with self._changed:
            self._changed.notify_all()
        self.closing.wait(self.latency / 2)
        return served

    def _enrol(
        self, method: str, path: str, query: dict[str, list[str]], body: Any, headers: dict[str, str]
    ) -> tuple[Request, Fault | None]:
        way = route(method, path)
        with self._changed:
            request = Request(
                len(self.journal) + 1, self.clock(), method, path, query, body, headers,
                way.operation, way.kind, way.spreadsheet_id, way.range,
            )  # fmt: skip
            self.journal.append(request)
            fault = next((plan.fault for plan in self._plans if plan.takes(request)), None)
            request.fault = fault.name if fault is not None else None
            self._changed.notify_all()
        return request, fault

    def _carry_out(self, request: Request, fault: Fault | None) -> Answer:
        self._act(self._before, request)
        if fault is not None and not fault.applied:
            if fault.ending is not Ending.HELD or not self._hold():
                return self._spoilt(request, fault, b"{}")
            fault = None
        try:
            self._admit(request)
            request.reply = answer(self.books.get(request.spreadsheet_id), request)
        except GoogleError as error:
            request.status = error.code
            return Answer(error.code, _json(error.body), fault=fault, retry_after=error.retry_after)
        request.applied, request.status = True, 200
        self._act(self._after, request)
        if fault is None:
            return Answer(200, _json(request.reply), fault=None)
        if fault.ending is Ending.HELD and not self._hold():
            return Answer(200, b"", fault=Fault(fault.name, Ending.CLOSED, applied=True))
        return self._spoilt(request, fault, _json(request.reply))

    def _spoilt(self, request: Request, fault: Fault, body: bytes) -> Answer:
        request.status = fault.status or request.status
        match fault.ending:
            case Ending.ANSWER:
                error = out_of_service(fault.status or 500, fault.retry_after)
                return Answer(error.code, _json(error.body), fault=fault, retry_after=error.retry_after)
            case Ending.HELD if not fault.applied:
                return Answer(200, b"", fault=Fault(fault.name, Ending.CLOSED, applied=False))
            case Ending.GARBLED:
                return Answer(200, b"<html><title>Sign in</title>" + body[: len(body) // 2], fault=fault)
            case Ending.EMPTIED:
                return Answer(200, _json(_without_values(request.reply)), fault=fault)
            case _:
                return Answer(200, body, fault=fault)

    def _admit(self, request: Request) -> None:
        if not self.authorized:
            raise unauthenticated()
        if not self.enabled:
            raise api_off()
        if self.quota is not None:
            with self._changed:
                self.quota.admit(request.kind, request.user, self.clock())

    def _act(self, hooks: list[Hook], request: Request) -> None:
        with self._changed:
            due = [hook for hook in hooks if hook.takes(request)]
        for hook in due:
            hook.act(request)

    def _hold(self) -> bool:
        """Wait for a release; False: the stand-in closes."""
        with self._changed:
            before = self._releases
            self.held += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._releases > before or self.closing.is_set())
            self.held -= 1
            return not self.closing.is_set()


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _without_values(reply: dict[str, Any]) -> dict[str, Any]:
    emptied = {name: value for name, value in reply.items() if name != "values"}
    if "valueRanges" in emptied:
        emptied["valueRanges"] = [_without_values(part) for part in emptied["valueRanges"]]
    return emptied
