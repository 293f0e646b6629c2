"""The embedded ledger: one SQLite file, for one terminal or several processes on one machine.

A commit is one `BEGIN IMMEDIATE` transaction in WAL mode with `synchronous=FULL`: when it returns, the event is
on the disk. Other processes' commits are noticed by polling `PRAGMA data_version` in a thread: SQLite notifies nobody.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final, Self, TypeAlias
from uuid import UUID

from typing_extensions import override

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.events import Event, EventDraft
from core.domain.model import Plant, Snapshot
from core.ledger.continuity import Continuity
from core.ledger.feed import Bell, follow
from core.ledger.protocol import (
    Admin,
    Commit,
    Committed,
    Ledger,
    LoadReport,
    Locks,
    Notes,
    Outcome,
    Position,
    Reading,
    WorkerRecord,
)
from core.ledger.sqlite import reads
from core.ledger.sqlite.admin import SqliteAdmin
from core.ledger.sqlite.commits import commit, load, record, settle
from core.ledger.sqlite.connection import Connections
from core.ledger.sqlite.locks import SqliteLocks
from core.ledger.sqlite.notes import SqliteNotes
from core.ledger.sqlite.site import Site

POLL_INTERVAL: Final = 0.1
"""Seconds between looks at `PRAGMA data_version`, which costs no read."""

LONGEST_POLL: Final = 1.0
"""Seconds after which the polling thread reports although nothing changed: each report wakes the event loop."""


Version: TypeAlias = tuple[int, int]
"""How often the file was opened, and `PRAGMA data_version`, which counts from there."""


class SqliteLedger(Ledger):
    """`core.ledger.protocol.Ledger` over one SQLite file."""

    def __init__(self, connections: Connections, continuity: Continuity, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._continuity = continuity
        self._clock = clock
        self._bell = Bell()
        self._observing: asyncio.Task[None] | None = None
        self._closing = threading.Event()
        self.locks: Locks = SqliteLocks(connections)
        self.notes: Notes = SqliteNotes(connections)
        self.admin: Admin = SqliteAdmin(connections, self._bell)

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
        """The ledger of `site` in the file at `path`, created or upgraded if need be; `seen` as in `open_ledger`.

        Raises LedgerUnavailableError when the file cannot be used or is no ledger, LedgerTooNewError when a newer
        program wrote it; then the file is unchanged.
        """
        continuity = Continuity(seen)

        def make() -> Site:
            return Site(path, name=site, clock=clock, request_memory=request_memory, continuity=continuity)

        ledger = cls(await Connections.open(path, make), continuity, clock)
        try:
            # A rolled back ledger can still be read: only what needs its past is refused.
            with suppress(LedgerRolledBackError):
                await ledger.position()
        except BaseException:
            await ledger.aclose()
            raise
        return ledger

    @property
    @override
    def seen(self) -> Position:
        return self._continuity.seen

    @override
    def now(self) -> datetime:
        return self._clock()

    @override
    async def position(self) -> Position:
        return await self._connections.read(Site.position)

    @override
    async def read(self, tags: Sequence[str], worker_id: int, *, requests: Sequence[UUID] = ()) -> Reading:
        return await self._connections.read(reads.read, tags, worker_id, requests)

    @override
    async def commit(self, commits: Sequence[Commit], *, people: Sequence[WorkerRecord] = ()) -> list[Outcome]:
        outcomes = await self._connections.writer.run(commit, commits, people)
        for outcome in outcomes:
            if isinstance(outcome, Committed):
                self._continuity.saw(outcome.event)
        self._bell.ring()
        return outcomes

    @override
    async def record(self, draft: EventDraft) -> Event:
        event = await self._connections.writer.run(record, draft)
        self._continuity.saw(event)
        self._bell.ring()
        return event

    @override
    async def settle(self, requests: Collection[UUID]) -> set[UUID]:
        return await self._connections.writer.run(settle, requests) if requests else set()

    @override
    async def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        report = await self._connections.writer.run(load, plant, draft)
        if report.event is not None:
            self._continuity.saw(report.event)
        self._bell.ring()
        return report

    @override
    async def snapshot(self) -> Snapshot:
        return await self._connections.read(reads.snapshot)

    @override
    async def history(self, tag_spool: str) -> list[Event]:
        return await self._connections.read(reads.history, tag_spool)

    @override
    async def events(self, *, after: int, limit: int) -> list[Event]:
        events = await self._connections.read(reads.events, after=after, limit=limit)
        if events:
            self._continuity.saw(events[-1])
        return events

    @override
    async def watch(self, *, after: int) -> AsyncGenerator[Event]:
        if self._observing is None:
            self._observing = asyncio.create_task(self._observe_other_processes(), name="ledger-observer")
        async for event in follow(self.events, self._bell, after=after):
            yield event

    async def _observe_other_processes(self) -> None:
        seen = None
        while True:
            try:
                version = await self._connections.observer.run(_await_change, seen, self._closing)
            except LedgerUnavailableError:
                # Wake the watches: each raises the error from its own next read.
                seen = None
                self._bell.ring()
                await asyncio.sleep(POLL_INTERVAL)
                continue
            if version != seen:
                seen = version
                self._bell.ring()

    @override
    async def aclose(self) -> None:
        if self._closing.is_set():
            return
        self._closing.set()
        self._connections.close()
        # Wake the watches, so that they end.
        self._bell.ring()
        if self._observing is not None:
            self._observing.cancel()
            with suppress(asyncio.CancelledError):
                await self._observing
        await self._connections.stop()


def _await_change(site: Site, seen: Version | None, closing: threading.Event) -> Version:
    """The version of the data, as soon as it is not `seen`; after `LONGEST_POLL`, or when `closing`, in any case."""
    until = monotonic() + LONGEST_POLL
    while True:
        site.require_in_place()
        # It changes when another connection, of any process, has committed.
        version = site.opened, int(site.db.execute("PRAGMA data_version").get)
        if version != seen or monotonic() >= until or closing.wait(POLL_INTERVAL):
            return version
