"""One site on its servers: its keys, its clock, and how far its log was seen. The roles ask the servers through it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from redis.exceptions import ReadOnlyError

from core.domain.errors import LedgerBeingFilledError, LedgerTooNewError
from core.domain.events import Event
from core.ledger.continuity import Continuity
from core.ledger.feed import Bell, OwnEvents
from core.ledger.protocol import Position
from core.ledger.redis import scripts
from core.ledger.redis.connection import Connection
from core.ledger.redis.replicas import Replicas
from core.ledger.redis.schema import Keys, instant
from core.ledger.redis.servers import Commands


class Site:
    """What `RedisLedger`, its locks, its notes and its admin share."""

    def __init__(
        self,
        name: str,
        connection: Connection,
        *,
        clock: Callable[[], datetime],
        seen: Position | None = None,
        min_replicas: int = 0,
    ) -> None:
        self.keys = Keys(name)
        self.connection = connection
        self.replicas = Replicas(min_replicas, connection.servers)
        self.continuity = Continuity(seen)
        self.bell = Bell()
        self.own = OwnEvents()
        self._clock = clock
        self._server_ahead = timedelta(0)

    def now(self) -> datetime:
        """The server's clock, estimated from the last reply that had it."""
        return self._clock() + self._server_ahead

    def set_clock(self, now: str) -> None:
        """A reply had the server's clock, in milliseconds."""
        self._server_ahead = instant(now) - self._clock()

    async def run(
        self, script: scripts.Script, *arguments: str | int, keys: Sequence[str] = (), saved: bool = False
    ) -> list[Any]:
        """The script's reply, once the replicas have what it rests on.

        Raises LedgerUnavailableError, LedgerRolledBackError; ReplicasUnconfirmedError says whether the script `saved`.
        """
        reply, confirmed = await self.ask(script, *arguments, keys=keys)
        await self.replicas.require(confirmed, saved=saved)
        return reply

    async def ask(
        self, script: scripts.Script, *arguments: str | int, keys: Sequence[str] = (), changes: bool = False
    ) -> tuple[list[Any], int]:
        """The script's reply, and how many replicas have what it rests on (0 when none are asked for).

        Raises LedgerUnavailableError, LedgerRolledBackError.
        """
        names = (*self.keys.of_every_script, *keys)

        async def both(line: Commands) -> tuple[list[Any], int]:
            # On one connection: another may be to another server.
            reply, confirmed = await script.run(line, names, *arguments), await self.replicas.wait(line, channel)
            if reply[:1] == ["rolled_back"] and confirmed < self.replicas.needed:
                # A master that lost its place may know less than this terminal: another server must be asked.
                raise ReadOnlyError
            return reply, confirmed

        channel = self.keys("replicas")
        reply, confirmed = await self.connection.run(both, changes=changes)
        return self.accepted(reply), confirmed

    async def run_long(self, script: scripts.Script, *arguments: str | int, keys: Sequence[str] = ()) -> list[Any]:
        """As `run`, for what may take long."""
        names = (*self.keys.of_every_script, *keys)
        return self.accepted(await self.connection.run_long(lambda client: script.run(client, names, *arguments)))

    def accepted(self, reply: list[Any]) -> list[Any]:
        """The reply, unless the script refused to work on this ledger: then its refusal is raised."""
        match reply:
            case ["too_new", found, known]:
                raise LedgerTooNewError(found=found, known=known)
            case ["copying"]:
                raise LedgerBeingFilledError
            case ["rolled_back", identity, seq]:
                self.own.forget()
                raise self.continuity.broke(Position(identity=identity, seq=int(seq)))
            case _:
                return reply

    def known(self) -> tuple[str, int, str]:
        """What a script compares the ledger with: identity, newest number, that event's id."""
        seen = self.continuity.seen
        return seen.identity, seen.seq, str(seen.event_id or "")

    async def require_past(self) -> None:
        """Raise LedgerRolledBackError while the ledger is known to have lost its past; an empty one has none yet."""
        self.continuity.require_whole()
        if not self.continuity.seen.seq:
            await self.position()

    async def position(self) -> Position:
        """As `Ledger.position`."""
        seen = self.continuity.seen
        reply = await self.run(scripts.POSITION, str(uuid4()), seen.seq, seen.identity)
        identity, seq, now, newest, at_seen, accepted = reply
        self.set_clock(now)
        with self.connection.reading():
            found = Position(identity=identity, seq=int(seq), event_id=_id_of(newest))
            id_at_seen = _id_of(at_seen)
        try:
            self.continuity.require(found, seen=seen, id_at_seen=id_at_seen, accepted=bool(accepted))
        finally:
            if found.identity != seen.identity or self.continuity.broken is not None:
                self.own.forget()
        return found

    def committed(self, events: Sequence[Event]) -> None:
        """Events were committed here: the watches here need not ask for them."""
        for event in events:
            self.own.add(event)
            self.bell.ring()


def _id_of(event: str) -> UUID | None:
    return Event.model_validate_json(event).id if event else None
