"""Mirrors of one sheet as several processes would run them, in a time that passes only when a test lets it.

Whatever a mirror waits for by the clock it waits for here; its requests to the ledger and to the sheet are real ones.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeVar

from core.domain.events import Event
from core.domain.rulebook.policy import Policy
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.settings import Settings
from core.sheet.metadata import COLUMNS, METADATA, in_order
from core.sheet.pull import pull
from core.sheet.spreadsheet.client import Spreadsheet, a1, open_spreadsheet
from core.sheet.state import LEASE, MirrorState, read_mirror_state
from core.sheet.sync import Sync
from core.sheet.sync_events import SyncEvent
from core.sheet.taller import COLUMNS as ROW
from core.sheet.taller import TALLER
from tests.asking import nota
from tests.conftest import SITE, Store
from tests.plants import MIGUEL
from tests.sheet.planilla import FEW, OPERACIONES, PLANILLA, ROLES, TRABAJADORES, settings_for
from tests.sheet.stage_time import PATIENCE, StageTime
from tests.sheets_api import Office, Request, SheetsApi
from tests.shopfloor import SANTIAGO

UNBOUND: Final = {"sheets_reads_per_minute": 10_000, "sheets_writes_per_minute": 10_000}
"""The pace is counted by the machine's own clock: here it must not be what is waited for."""

N = TypeVar("N")


@dataclass
class Mirroring:
    """A process with a Sync in it."""

    sync: Sync
    spreadsheet: Spreadsheet
    told: list[SyncEvent]
    opened: AsyncExitStack
    task: "asyncio.Task[Any] | None" = None

    def news(self, kind: type[N]) -> list[N]:
        """What of this kind it told."""
        return [one for one in self.told if isinstance(one, kind)]


@dataclass
class Stage:
    """A shop on a ledger, its sheet, and whoever mirrors it. `service` is a terminal's, which mirrors nothing."""

    store: Store
    api: SheetsApi
    settings: Settings
    service: OccupationService
    opened: AsyncExitStack
    time: StageTime
    mirrors: dict[str, Mirroring] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        return self.service.ledger

    @property
    def operaciones(self) -> Office:
        return self.api.office("Operaciones")

    @property
    def taller(self) -> Office:
        """The proprietor at the shop's worksheet."""
        return self.api.office(TALLER, proprietor=True)

    async def process(self, name: str, *, pull_every: float = 0, **parts: Any) -> Mirroring:
        """A process that could mirror: `parts` are a Sync's."""
        opened = await self.opened.enter_async_context(AsyncExitStack())
        spreadsheet = await self.opened.enter_async_context(open_spreadsheet(self.settings))
        service = await opened.enter_async_context(shop_on(self.store, station=name))
        told: list[SyncEvent] = []
        sync = Sync(
            service=service,
            spreadsheet=spreadsheet,
            pull_every=pull_every,
            tell=told.append,
            sleep=self.time.sleep,
            monotonic=self.time.monotonic,
            **parts,
        )
        self.mirrors[name] = Mirroring(sync, spreadsheet, told, opened)
        return self.mirrors[name]

    async def runs(self, name: str, *, pull_every: float = 0, **parts: Any) -> Mirroring:
        """A process that mirrors, or stands by, from now on."""
        one = await self.process(name, pull_every=pull_every, **parts)
        one.task = self.time.start(name, one.sync.run())
        await self.time.settle()
        return one

    async def ends(self, one: Mirroring) -> None:
        """Ask the process to end, and wait until it did."""
        assert one.task is not None
        one.task.cancel()
        with suppress(asyncio.CancelledError):
            await one.task

    def dies(self, name: str) -> None:
        """As if the process were killed: it does nothing any more, and gives nothing back."""
        self.time.stall(name)

    async def kills(self, name: str) -> None:
        """As if the process were killed at what it is about: it cannot even give its lease back."""
        one = self.mirrors.pop(name)
        assert one.task is not None
        await one.opened.aclose()
        while not one.task.done():
            one.task.cancel()
            await asyncio.sleep(0)

    async def happens(self, count: int = 1, *, tag: str = "MK-1") -> None:
        """So many events of a spool."""
        for _ in range(count):
            await self.service.nota(nota(MIGUEL, tag))

    async def log(self) -> list[Event]:
        return await self.ledger.events(after=0, limit=100_000)

    async def state(self) -> MirrorState | None:
        return await read_mirror_state(self.ledger)

    async def holder(self) -> str | None:
        """The token of the lease."""
        return await self.ledger.locks.value(LEASE)

    def metadata(self) -> list[str]:
        """The event ids in the worksheets for events, from top to bottom."""
        titles = in_order(self.api.books[PLANILLA].titles)
        return [str(record["ID"]) for title in titles for record in self.api.office(title).records()]

    async def says_the_log(self) -> bool:
        """Whether Metadata is the log: each event once, in order."""
        return self.metadata() == [str(event.id) for event in await self.log()]


@asynccontextmanager
async def shop_on(store: Store, *, station: str) -> AsyncIterator[OccupationService]:
    """A service of a process's own."""
    ledger = open_ledger(store.url, site=SITE, clock=store.clock, request_memory=timedelta(hours=1))
    async with ledger as opened:
        yield OccupationService(opened, station=station, timezone=SANTIAGO, policy=Policy())


@asynccontextmanager
async def stage_on(store: Store, api: SheetsApi, pace: str, **settings: object) -> AsyncIterator[Stage]:
    """A small plant that was pulled from its sheet; nobody mirrors yet. What the mirrors did wrong is raised."""
    api.add_book(PLANILLA, a_small_plant(), rows=FEW)
    asked = settings_for(api, pace, **{**UNBOUND, **settings})
    async with AsyncExitStack() as opened:
        service = await opened.enter_async_context(shop_on(store, station="ARM-01"))
        await pull(service, await opened.enter_async_context(open_spreadsheet(asked)))
        api.journal.clear()
        stage = Stage(store, api, asked, service, opened, StageTime(store.clock))
        try:
            yield stage
        finally:
            tasks = [one.task for one in stage.mirrors.values() if one.task is not None]
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [error for error in ended if isinstance(error, Exception)]
        if broken:
            raise ExceptionGroup("mirrors ended by themselves", broken)


def a_small_plant() -> dict[str, list[list[Any]]]:
    """Its worksheets, with nothing mirrored yet."""
    worksheets: dict[str, Any] = {"Operaciones": OPERACIONES, "Trabajadores": TRABAJADORES, "Roles": ROLES}
    return {**worksheets, TALLER: [list(ROW)], METADATA: [list(COLUMNS)]}


def events_in(request: Request) -> list[list[Any]]:
    """The rows of Metadata that this request writes."""
    if request.operation != "values.batchUpdate":
        return []
    parts = (part for part in request.body["data"] if part["range"].startswith(a1(METADATA)))
    return [row for part in parts for row in part["values"]]


def writes_events(request: Request) -> bool:
    return bool(events_in(request))


def in_the_loop(work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[Request], None]:
    """Something that is done in the test's own loop while a request is on its way."""
    loop = asyncio.get_running_loop()

    def act(_: Request) -> None:
        asyncio.run_coroutine_threadsafe(work(), loop).result(timeout=PATIENCE)

    return act
