"""The ledger of many terminals: Redis (one server, Sentinel, Cluster) or a compatible server.

A commit is one Lua script, one round trip. Expiry of locks and the time of events are the server's.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from typing_extensions import override

from core.domain.errors import (
    LedgerBeingFilledError,
    LedgerRolledBackError,
    LedgerTooNewError,
    LedgerUnavailableError,
    ReplicasUnconfirmedError,
)
from core.domain.events import Event, EventDraft
from core.domain.model import Plant, Snapshot
from core.ledger.feed import follow
from core.ledger.protocol import (
    Admin,
    Commit,
    Ledger,
    LoadReport,
    Locks,
    Notes,
    Outcome,
    Position,
    Reading,
    WorkerRecord,
)
from core.ledger.redis import reads
from core.ledger.redis.admin import RedisAdmin
from core.ledger.redis.commits import commit, load, record, settle
from core.ledger.redis.connection import ATTEMPT, PATIENCE, Connection
from core.ledger.redis.doorbell import Doorbell
from core.ledger.redis.locks import RedisLocks
from core.ledger.redis.notes import RedisNotes
from core.ledger.redis.site import Site


class RedisLedger(Ledger):
    """`core.ledger.protocol.Ledger` over Redis."""

    def __init__(self, site: Site, *, request_memory: timedelta) -> None:
        self._site = site
        self._bell = site.bell
        # 1 less than promised: a key expires after its last moment.
        self._memory_ms = max(request_memory // timedelta(milliseconds=1) - 1, 1)
        self._doorbell = Doorbell(
            site.connection.servers.subscriber,
            site.keys.channel,
            self._bell,
            is_new=site.own.is_new,
            look=self._look,
        )
        self.locks: Locks = RedisLocks(site)
        self.notes: Notes = RedisNotes(site)
        self.admin: Admin = RedisAdmin(site)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        site: str,
        clock: Callable[[], datetime],
        request_memory: timedelta,
        seen: Position | None = None,
        min_replicas: int = 0,
    ) -> Self:
        """The ledger of `site` at `url`, which is created if need be; the options are those of `open_ledger`.

        `clock` is this machine's; only its difference to the server's is used.
        Raises InvalidRequestError for a bad URL, LedgerUnavailableError when the server cannot be used.
        """
        # Waiting for replicas leaves no time for a second attempt.
        connection = Connection(url, attempt=PATIENCE if min_replicas else ATTEMPT)
        of_site = Site(site, connection, clock=clock, seen=seen, min_replicas=min_replicas)
        ledger = cls(of_site, request_memory=request_memory)
        try:
            # Replicas may come back, and a copy that was never finished may be begun again; anything else is refused
            # when it is asked for.
            with suppress(LedgerBeingFilledError, ReplicasUnconfirmedError):
                await ledger._look()
        except BaseException:
            await ledger.aclose()
            raise
        return ledger

    async def _look(self) -> None:
        """See where the log is. When it lost its past, wake the watches: each raises that from its own next read."""
        try:
            await self.position()
        except LedgerRolledBackError:
            self._bell.ring()

    @property
    @override
    def seen(self) -> Position:
        return self._site.continuity.seen

    @override
    def now(self) -> datetime:
        return self._site.now()

    @override
    async def position(self) -> Position:
        return await self._site.position()

    @override
    async def read(self, tags: Sequence[str], worker_id: int, *, requests: Sequence[UUID] = ()) -> Reading:
        return await reads.read(self._site, tags, worker_id, requests)

    @override
    async def commit(self, commits: Sequence[Commit], *, people: Sequence[WorkerRecord] = ()) -> list[Outcome]:
        if not commits:
            return []
        return await commit(self._site, commits, people, memory_ms=self._memory_ms)

    @override
    async def record(self, draft: EventDraft) -> Event:
        return await record(self._site, draft, memory_ms=self._memory_ms)

    @override
    async def settle(self, requests: Collection[UUID]) -> set[UUID]:
        if not requests and not self._site.replicas.needed:
            return set()
        return await settle(self._site, requests, memory_ms=self._memory_ms)

    @override
    async def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        return await load(self._site, plant, draft)

    @override
    async def snapshot(self) -> Snapshot:
        snapshot, _ = await reads.snapshot(self._site)
        return snapshot

    @override
    async def history(self, tag_spool: str) -> list[Event]:
        return await reads.history(self._site, tag_spool)

    @override
    async def events(self, *, after: int, limit: int) -> list[Event]:
        return await reads.events(self._site, after=after, limit=limit)

    @override
    async def watch(self, *, after: int) -> AsyncGenerator[Event]:
        self._doorbell.start()
        first = True

        async def read(*, after: int, limit: int) -> list[Event]:
            nonlocal first
            # The first page comes from the store; later, events that were committed here need no request.
            own = [] if first else self._site.own.after(after)
            first = False
            while not own:
                rings = self._bell.rings
                try:
                    return await self.events(after=after, limit=limit)
                except LedgerTooNewError:
                    # It stays so for as long as this program runs.
                    raise
                except LedgerUnavailableError:
                    if self._site.connection.closed:
                        raise
                # Try again once the servers can be reached.
                await self._bell.wait(beyond=rings)
            return own

        async for event in follow(read, self._bell, after=after):
            yield event

    @override
    async def aclose(self) -> None:
        if self._site.connection.closed:
            return
        self._site.connection.closed = True
        # Wake the watches, so that they end.
        self._bell.ring()
        await self._doorbell.aclose()
        await self._site.connection.aclose()
