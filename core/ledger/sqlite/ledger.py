"""The embedded ledger: one SQLite file, for one terminal or several processes on one machine.

A commit is one `BEGIN IMMEDIATE` transaction in WAL mode with `synchronous=FULL`: when it returns, the event is
on the disk.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar
from uuid import UUID

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.events import Event, EventDraft
from core.domain.model import Plant, Snapshot
from core.ledger.continuity import Continuity
from core.ledger.feed import Bell, follow
from core.ledger.protocol import Commit, Committed, Health, LoadReport, Outcome, Position, Reading
from core.ledger.sqlite.confined import Confined
from core.ledger.sqlite.database import as_ledger_errors
from core.ledger.sqlite.observing import POLL_INTERVAL, await_change
from core.ledger.sqlite.tables import SiteTables

P = ParamSpec("P")
R = TypeVar("R")


class SqliteLedger:
    """`core.ledger.protocol.Ledger` over one SQLite file."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        writer: Confined[SiteTables],
        reader: Confined[SiteTables],
        observer: Confined[SiteTables],
        continuity: Continuity,
    ) -> None:
        self._path = path
        self._clock = clock
        self.writer = writer
        self.reader = reader
        self._observer = observer
        self._continuity = continuity
        self._bell = Bell()
        self._observing: asyncio.Task[None] | None = None
        self._closed = False
        self._given_up = threading.Event()
        self.locks = _Locks(self)
        self.notes = _Notes(self)
        self.admin = _Admin(self, self._bell)

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        site: str,
        clock: Callable[[], datetime],
        request_memory: timedelta,
        seen: Position | None = None,
    ) -> Self:
        """The ledger of `site` in the file at `path`, created or upgraded if need be.

        `seen` is the furthest position known of this ledger.

        Raises LedgerUnavailableError when the file cannot be used or is no ledger, LedgerTooNewError when a
        newer program wrote it; then the file is as it was.
        """
        continuity = Continuity(seen)

        def tables() -> SiteTables:
            return SiteTables.open(path, site=site, clock=clock, request_memory=request_memory, continuity=continuity)

        started: list[Confined[SiteTables]] = []
        async with AsyncExitStack() as undo:
            # A commit must not wait for a long read, nor the look-out for either: a connection for each.
            for _ in range(3):
                with as_ledger_errors(path):
                    started.append(await Confined.start(tables))
                undo.push_async_callback(started[-1].stop, SiteTables.close)
            undo.pop_all()
        writer, reader, observer = started
        ledger = cls(path, clock=clock, writer=writer, reader=reader, observer=observer, continuity=continuity)
        try:
            # Whoever acts on a ledger that lost its past is told then; it may still be looked at.
            with suppress(LedgerRolledBackError):
                await ledger.position()
        except BaseException:
            await ledger.aclose()
            raise
        return ledger

    async def run(
        self,
        tables: Confined[SiteTables],
        method: Callable[Concatenate[SiteTables, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        if self._closed:
            raise LedgerUnavailableError("ya está cerrado", path=str(self._path))
        with as_ledger_errors(self._path):
            return await tables.run(method, *args, **kwargs)

    @property
    def trouble(self) -> LedgerUnavailableError | None:
        # A file is never away for a while: whoever watches it is told by the watch itself.
        return None

    @property
    def seen(self) -> Position:
        return self._continuity.seen

    def now(self) -> datetime:
        return self._clock()

    async def position(self) -> Position:
        return await self.run(self.reader, SiteTables.position)

    async def read(self, tags: Sequence[str], worker_id: int, *, requests: Sequence[UUID] = ()) -> Reading:
        return await self.run(self.reader, SiteTables.read, tags, worker_id, requests)

    async def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        outcomes = await self.run(self.writer, SiteTables.commit, commits)
        for outcome in outcomes:
            if isinstance(outcome, Committed):
                self._continuity.saw(outcome.event)
        self._bell.ring()
        return outcomes

    async def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        report = await self.run(self.writer, SiteTables.load, plant, draft)
        if report.event is not None:
            self._continuity.saw(report.event)
        self._bell.ring()
        return report

    async def snapshot(self) -> Snapshot:
        return await self.run(self.reader, SiteTables.snapshot)

    async def history(self, tag_spool: str) -> list[Event]:
        return await self.run(self.reader, SiteTables.history, tag_spool)

    async def events(self, *, after: int, limit: int) -> list[Event]:
        events = await self.run(self.reader, SiteTables.events, after=after, limit=limit)
        if events:
            self._continuity.saw(events[-1])
        return events

    async def watch(self, *, after: int) -> AsyncGenerator[Event]:
        if self._observing is None:
            self._observing = asyncio.create_task(self._observe_other_processes(), name="ledger-observer")
        async for event in follow(self.events, self._bell, after=after):
            yield event

    async def _observe_other_processes(self) -> None:
        seen = None
        while True:
            try:
                version = await self.run(self._observer, await_change, seen, self._given_up)
            except LedgerUnavailableError:
                # Whoever watches is to meet the trouble where it can be answered: in its own next read.
                seen = None
                self._bell.ring()
                await asyncio.sleep(POLL_INTERVAL)
                continue
            if version != seen:
                seen = version
                self._bell.ring()

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._given_up.set()
        # Whoever waits for news is to learn that none will come.
        self._bell.ring()
        if self._observing is not None:
            self._observing.cancel()
            with suppress(asyncio.CancelledError):
                await self._observing
        for tables in (self.writer, self.reader, self._observer):
            await tables.stop(SiteTables.close)


class _Locks:
    """As `core.ledger.protocol.Locks`."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self._ledger = ledger

    async def acquire(self, name: str, value: str, ttl: int) -> bool:
        return await self._ledger.run(self._ledger.writer, lambda tables: tables.locks.acquire(name, value, ttl))

    async def extend(self, name: str, value: str, ttl: int) -> bool:
        return await self._ledger.run(self._ledger.writer, lambda tables: tables.locks.extend(name, value, ttl))

    async def release(self, name: str, value: str) -> bool:
        return await self._ledger.run(self._ledger.writer, lambda tables: tables.locks.release(name, value))

    async def value(self, name: str) -> str | None:
        return await self._ledger.run(self._ledger.reader, lambda tables: tables.locks.value(name))


class _Notes:
    """As `core.ledger.protocol.Notes`."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self._ledger = ledger

    async def read(self, book: str) -> Mapping[str, str]:
        return await self._ledger.run(self._ledger.reader, lambda tables: tables.notes.read(book))

    async def write(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        # The caller's may change while the thread is busy.
        asked = dict(changes)
        return await self._ledger.run(
            self._ledger.writer, lambda tables: tables.notes.write(book, asked, lock=lock, token=token)
        )


class _Admin:
    """As `core.ledger.protocol.Admin`."""

    def __init__(self, ledger: SqliteLedger, bell: Bell) -> None:
        self._ledger = ledger
        self._bell = bell

    async def accept(self, draft: EventDraft) -> Event:
        event = await self._ledger.run(self._ledger.writer, SiteTables.accept, draft)
        self._bell.ring()
        return event

    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        whole = False
        try:
            await self._ledger.run(
                self._ledger.writer, SiteTables.begin_restoring, snapshot, identity=identity, locks=locks
            )
            async for page in pages:
                await self._ledger.run(self._ledger.writer, SiteTables.restore_events, page)
            whole = True
        finally:
            await self._ledger.run(self._ledger.writer, SiteTables.end_restoring, whole=whole)

    async def check(self, *, thorough: bool = True) -> Health:
        return await self._ledger.run(self._ledger.writer, SiteTables.check, thorough=thorough)
