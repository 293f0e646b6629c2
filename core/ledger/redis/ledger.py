"""The ledger of many terminals: Redis (one server, Sentinel, Cluster) or a compatible server.

A commit is one Lua script, one round trip. Expiry of locks and the time of events are the server's.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID, uuid4

from core.domain.errors import (
    LedgerBeingFilledError,
    LedgerRolledBackError,
    LedgerUnavailableError,
    ReplicasUnconfirmedError,
    VersionConflictError,
)
from core.domain.events import Event, EventDraft
from core.domain.lock_steps import DropLock, ExtendLock, LockStep, TakeLock
from core.domain.model import Plant, Snapshot
from core.ledger.codec import worker_from_json
from core.ledger.continuity import Continuity
from core.ledger.feed import Bell, OwnEvents, contiguous, follow
from core.ledger.loading import PlantChange
from core.ledger.protocol import Commit, Committed, Health, LoadReport, Outcome, Position, Reading, Repeated
from core.ledger.redis import scripts
from core.ledger.redis.calls import ATTEMPT, Calls
from core.ledger.redis.commits import Commits, lock_arguments
from core.ledger.redis.confirmation import CONFIRMED_ATTEMPT, Confirmation
from core.ledger.redis.copying import Copying
from core.ledger.redis.documents import (
    event_from_json,
    event_rest,
    instant,
    spool_from_state,
)
from core.ledger.redis.doorbell import Doorbell
from core.ledger.redis.health import examine
from core.ledger.redis.keys import Keys
from core.ledger.redis.loads import load_arguments
from core.ledger.redis.notes import note_arguments, read_notes, write_notes
from core.ledger.redis.servers import Asked, Servers, connect
from core.ledger.redis.snapshots import read_snapshot

LOAD_TRIES: Final = 20
"""How often a load is compared anew when work went on between its look and its step."""


class RedisLedger:
    """`core.ledger.protocol.Ledger` over Redis."""

    def __init__(
        self,
        servers: Servers,
        calls: Calls,
        confirmation: Confirmation,
        *,
        site: str,
        clock: Callable[[], datetime],
        request_memory: timedelta,
    ) -> None:
        self._servers = servers
        self.calls = calls
        self.confirmation = confirmation
        self.keys = Keys(site)
        self._clock = clock
        self._ahead = timedelta(0)
        self._memory = max(request_memory // timedelta(milliseconds=1) - 1, 1)
        self.continuity = Continuity()
        self._bell = Bell()
        self.own = OwnEvents()
        self.locks = _Locks(self)
        self.notes = _Notes(self)
        self.admin = _Admin(self)
        self._doorbell = Doorbell(
            servers.subscriber, self.keys.channel, self._bell, is_news=self.own.is_news, look=self._look
        )

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
        """The ledger of `site` at `url`, made if it is not there.

        `clock` is this machine's; only its difference to the server's is used. `seen` is the furthest position
        known of this ledger. A commit waits for `min_replicas` replicas.
        Raises InvalidRequestError for a bad URL, LedgerUnavailableError when the server cannot be used.
        """
        servers = connect(url)
        confirmation = Confirmation.of(min_replicas, servers)
        calls = Calls(servers, url, attempt=CONFIRMED_ATTEMPT if min_replicas else ATTEMPT)
        ledger = cls(servers, calls, confirmation, site=site, clock=clock, request_memory=request_memory)
        if seen is not None:
            ledger.continuity.seen = seen
        try:
            # A copy that was left halfway may be begun again; anything else is refused when it is asked for.
            with suppress(LedgerBeingFilledError):
                await ledger._look()
        except BaseException:
            await ledger.aclose()
            raise
        return ledger

    @property
    def trouble(self) -> LedgerUnavailableError | None:
        return self.calls.trouble

    @property
    def seen(self) -> Position:
        return self.continuity.seen

    def now(self) -> datetime:
        return self._clock() + self._ahead

    async def position(self) -> Position:
        seen = self.seen
        arguments = (str(uuid4()), seen.seq, seen.identity)
        keys = (self.keys.ledger, self.keys.events)
        reply = self.standing(await self.run(scripts.POSITION, keys, *arguments))
        identity, seq, now, newest, at_seen, accepted = reply
        self._set_clock(now)
        with self.calls.reading():
            found = Position(identity=identity, seq=int(seq), event_id=_id_of(newest))
            id_at_seen = _id_of(at_seen)
        try:
            self.continuity.require(found, seen=seen, id_at_seen=id_at_seen, accepted=bool(accepted))
        finally:
            if found.identity != seen.identity or self.continuity.broken is not None:
                self.own.forget()
        return found

    async def _look(self) -> None:
        """See where the ledger stands; whoever acts on it next is told when its past is gone."""
        try:
            await self.position()
        except LedgerRolledBackError:
            self._bell.ring()

    async def read(self, tags: Sequence[str], worker_id: int, *, requests: Sequence[UUID] = ()) -> Reading:
        keys = (self.keys.ledger, self.keys.spools, self.keys.workers, self.keys.events)
        names = map(self.keys.request, requests)
        worker, states, repeated = self.standing(await self.run(scripts.READ, (*keys, *names), worker_id, *tags))
        with self.calls.reading():
            return Reading(
                spools={tag: spool_from_state(state) for tag, state in zip(tags, states, strict=True) if state},
                worker=worker_from_json(worker) if worker else None,
                repeated={
                    requests[number]: Repeated(event_from_json(event), spool_from_state(state))
                    for number, event, state in repeated
                },
            )

    async def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        if not commits:
            return []
        await self._require_past()
        asked = Commits(commits, self.keys)
        keys = [self.keys.ledger, self.keys.spools, self.keys.events, *asked.keys]
        site = (*self._known(), self._memory, self.keys.channel, self.confirmation.always_writes)
        reply, confirmed = await self.calls.run(
            lambda client: self.confirmation.run(client, scripts.COMMIT, keys, [*site, *asked.arguments])
        )
        now, *replies = self.standing(reply)
        self._set_clock(now)
        with self.calls.reading():
            outcomes = asked.outcomes(replies, instant(now))
        saved = [outcome for outcome in outcomes if isinstance(outcome, (Committed, Repeated))]
        for outcome in saved:
            self._saw(outcome.event)
        if saved and confirmed < self.confirmation.replicas:
            raise ReplicasUnconfirmedError(needed=self.confirmation.replicas, confirmed=confirmed)
        return outcomes

    def _saw(self, event: Event) -> None:
        """An event was committed from here: nobody here needs to ask for it."""
        self.continuity.saw(event)
        self.own.add(event)
        self._bell.ring()

    async def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        await self._require_past()
        for _ in range(LOAD_TRIES):
            before, loads = await self._snapshot()
            change = await asyncio.to_thread(PlantChange.between, before.spools, before.workers, plant)
            if not change:
                return change.report(None)
            told = change.told_in(draft)
            keys = (self.keys.ledger, self.keys.events, self.keys.spools, self.keys.workers)
            arguments = (*self._known(), loads, self.keys.channel, *load_arguments(change, told, self.keys))
            match self.standing(await self._run_long(scripts.LOAD, keys, *arguments)):
                case ["done", seq, now]:
                    event = told.committed(seq=int(seq), ts=instant(now))
                    self._saw(event)
                    return change.report(event)
        raise LedgerUnavailableError("la planta cambia mientras se carga; repita la carga")

    async def snapshot(self) -> Snapshot:
        snapshot, _ = await self._snapshot()
        return snapshot

    async def _snapshot(self) -> tuple[Snapshot, str]:
        with self.calls.reading():
            return await self.calls.run_long(lambda client: read_snapshot(client, self.keys))

    async def history(self, tag_spool: str) -> list[Event]:
        keys = (self.keys.history(tag_spool), self.keys.events, self.keys.ledger)
        events = self.standing(await self.run(scripts.HISTORY, keys))
        with self.calls.reading():
            return [event_from_json(event) for event in events]

    async def events(self, *, after: int, limit: int) -> list[Event]:
        await self._require_past()
        keys = (self.keys.ledger, self.keys.events)
        reply = self.standing(await self.run(scripts.PAGE, keys, *self._known(), after, limit))
        newest, *entries = reply
        with self.calls.reading():
            found = contiguous([event_from_json(event) for event in entries], after=after, newest=int(newest))
        if found:
            self.continuity.saw(found[-1])
        return found

    async def watch(self, *, after: int) -> AsyncGenerator[Event]:
        self._doorbell.start()
        first = True

        async def read(*, after: int, limit: int) -> list[Event]:
            nonlocal first
            # Who begins to watch asks the store; who is up to date is told at once of what was committed here.
            own = [] if first else self.own.after(after)
            first = False
            return own or await self._events_when_there(after=after, limit=limit)

        async for event in follow(read, self._bell, after=after):
            yield event

    async def _events_when_there(self, *, after: int, limit: int) -> list[Event]:
        """A page of the log, as soon as the servers can be reached."""
        while True:
            rings = self._bell.rings
            try:
                return await self.events(after=after, limit=limit)
            except LedgerUnavailableError:
                if self.calls.closed:
                    raise
            await self._bell.wait(beyond=rings)

    async def aclose(self) -> None:
        if self.calls.closed:
            return
        self.calls.close()
        # Whoever waits for news is to learn that none will come.
        self._bell.ring()
        await self._doorbell.aclose()
        await self.calls.settled()
        await self._servers.aclose()

    async def run(self, script: scripts.Script, keys: Sequence[str], *arguments: str | int) -> Any:
        return await self.calls.run(lambda client: script.run(client, keys, *arguments))

    async def _run_long(self, script: scripts.Script, keys: Sequence[str], *arguments: str | int) -> Any:
        return await self.calls.run_long(lambda client: script.run(client, keys, *arguments))

    async def _require_past(self) -> None:
        """Raise LedgerRolledBackError while the ledger is known to have lost its past; an empty one has none yet."""
        self.continuity.require_whole()
        if not self.seen.seq:
            await self.position()

    def _known(self) -> tuple[str, int, str]:
        """What a script compares the ledger with: identity, newest number, that event's id."""
        seen = self.seen
        return seen.identity, seen.seq, str(seen.event_id or "")

    def _set_clock(self, now: str) -> None:
        self._ahead = instant(now) - self._clock()

    def standing(self, reply: list[Any]) -> list[Any]:
        """The reply of a script that looked at which ledger this is; its refusals are raised."""
        match reply:
            case ["copying"]:
                raise LedgerBeingFilledError
            case ["rolled_back", identity, seq]:
                self.own.forget()
                raise self.continuity.broke(self.seen, Position(identity=identity, seq=int(seq)))
            case _:
                return reply


class _Locks:
    """As `core.ledger.protocol.Locks`."""

    def __init__(self, ledger: RedisLedger) -> None:
        self._ledger = ledger

    async def acquire(self, name: str, value: str, ttl: int) -> bool:
        return await self._lock(name, TakeLock(value, ttl))

    async def extend(self, name: str, value: str, ttl: int) -> bool:
        return await self._lock(name, ExtendLock(value, ttl))

    async def release(self, name: str, value: str) -> bool:
        return await self._lock(name, DropLock(value))

    async def _lock(self, name: str, step: LockStep) -> bool:
        """Whether the step was done. Asked again after a lost reply, a lock as the step leaves it counts as done."""
        keys, arguments = (self._ledger.keys(name),), lock_arguments(step)
        asked = False

        async def ask(client: Asked) -> bool:
            nonlocal asked
            repeated, asked = int(asked), True
            return bool(await scripts.LOCK.run(client, keys, *arguments, repeated))

        return await self._ledger.calls.run(ask)

    async def value(self, name: str) -> str | None:
        value = await self._ledger.calls.run(lambda client: client.execute_command("GET", self._ledger.keys(name)))
        return None if value is None else str(value)


class _Notes:
    """As `core.ledger.protocol.Notes`."""

    def __init__(self, ledger: RedisLedger) -> None:
        self._ledger = ledger

    async def read(self, book: str) -> Mapping[str, str]:
        return await self._ledger.calls.run_long(lambda client: read_notes(client, self._ledger.keys, book))

    async def write(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        arguments = note_arguments(changes)
        return await self._ledger.calls.run_long(
            lambda client: write_notes(client, self._ledger.keys, book, arguments, lock=lock, token=token)
        )


class _Admin:
    """As `core.ledger.protocol.Admin`."""

    def __init__(self, ledger: RedisLedger) -> None:
        self._ledger = ledger

    async def accept(self, draft: EventDraft) -> Event:
        broken = self._ledger.continuity.broken
        if broken is None:
            raise VersionConflictError("", expected=self._ledger.seen.seq)
        keys = (self._ledger.keys.ledger, self._ledger.keys.events)
        arguments = (
            broken.found.identity,
            self._ledger.seen.identity,
            str(uuid4()),
            self._ledger.keys.channel,
            event_rest(draft),
        )
        outcome, *done = self._ledger.standing(await self._ledger.run(scripts.ACCEPT, keys, *arguments))
        # Whether it was accepted here or, a moment earlier, elsewhere: the ledger is taken as it is.
        await self._ledger.position()
        if outcome != "done":
            raise VersionConflictError("", expected=broken.found.seq)
        seq, now = done
        return draft.committed(seq=int(seq), ts=instant(now))

    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        copying = Copying(self._ledger.calls, self._ledger.keys)
        await copying.restore(snapshot, identity=identity, pages=pages, locks=locks)
        self._ledger.continuity.forget()
        self._ledger.own.forget()
        await self._ledger.position()

    async def check(self, *, thorough: bool = True) -> Health:  # noqa: ARG002 - a server tells all at once
        position = await self._ledger.position()
        health = await self._ledger.calls.run_long(
            lambda client: examine(client, self._ledger.keys, needed_replicas=self._ledger.confirmation.replicas)
        )
        facts = {"identity": position.identity, "last_seq": str(position.seq)}
        return replace(health, facts={**health.facts, **facts})


def _id_of(event: str) -> UUID | None:
    return event_from_json(event).id if event else None
