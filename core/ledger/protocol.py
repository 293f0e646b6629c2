"""What a ledger is: the one place where spools, locks and the log live, and the promises every engine keeps.

A ledger holds one site of a plant. Its state only changes by `commit` and `load`, both all or nothing. Every
verb raises `LedgerUnavailableError` when the store cannot be read or written; then nothing has changed, or,
when a reply was lost, the same commit may be sent again with the same `request_id`.

A ledger object remembers which ledger it speaks to and the newest number it saw there. When the store comes back
without that past (restarted empty, restored from an old backup, another server behind the same name), whatever
would change it, and whatever reads its log, raises `LedgerRolledBackError` until somebody accepts the ledger as it
is, or its past returns.

Beside the log there are notes: small documents by book and key, that a reader of the log keeps for itself. They are
no part of the log or of the state: writing them numbers nothing, wakes no watch, and a lost past refuses neither
reading nor writing them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from core.domain.lock_steps import LockStep
from core.domain.model import Plant, Snapshot, Spool, Worker

if TYPE_CHECKING:
    from core.domain.errors import LedgerUnavailableError, Riesgo
    from core.domain.events import Event, EventDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A decision to be made true: `draft` happened to `spool`, as long as the spool is still at its version."""

    request_id: UUID
    spool: Spool
    draft: EventDraft
    lock: LockStep


@dataclass(frozen=True, slots=True)
class Committed:
    """The event is in the log and `spool` is the new state."""

    event: Event
    spool: Spool


@dataclass(frozen=True, slots=True)
class Repeated:
    """This `request_id` was committed before, as `event`. Nothing was changed now. `spool` is its present state."""

    event: Event
    spool: Spool


@dataclass(frozen=True, slots=True)
class Conflict:
    """The spool is no longer at the version the decision saw. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class LockHeld:
    """`TakeLock` or `RestoreLock` found a living lock. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class LockGone:
    """`ExtendLock` or `DropLock` found the lock gone or another's. Nothing was changed."""


Outcome = Committed | Repeated | Conflict | LockHeld | LockGone


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load changed, in spools and workers. Spools the plant no longer lists stay in the ledger."""

    added: int
    updated: int
    unchanged: int
    workers: int
    event: Event | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a log stands: which ledger's it is, its newest number (0: none), and that event's id, if it is known."""

    identity: str
    seq: int
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Facts for a person about the store (engine, versions, durability), and what could lose acknowledged work."""

    facts: Mapping[str, str]
    risks: tuple[Riesgo, ...] = ()


class Ledger(Protocol):
    """One site's ledger. Safe to use from many tasks of one event loop."""

    @property
    def trouble(self) -> LedgerUnavailableError | None:
        """Why the store could not be reached when it was last tried; None when it could."""
        ...

    @property
    def seen(self) -> Position:
        """The furthest position this object knows of: to be remembered, and given to `open_ledger` another day."""
        ...

    @property
    def patience(self) -> float | None:
        """Seconds after which a request of several steps is given up, so that a worker is told; None for never."""
        ...

    def now(self) -> datetime:
        """The ledger's clock, UTC, as well as it is known here without asking."""
        ...

    async def position(self) -> Position:
        """Where the log stands now.

        Raises LedgerRolledBackError when that does not continue what was seen; but when that was accepted since,
        here or elsewhere, the ledger is taken as it is: then what was learnt before is to be read again.
        """
        ...

    async def accept(self, draft: EventDraft) -> Event:
        """Take the ledger as it is although it lost its past, and append the event that says so.

        Every other user of the ledger then accepts it as well. When there is nothing to accept: VersionConflictError.
        """
        ...

    async def read(self, tags: Sequence[str], worker_id: int) -> tuple[Mapping[str, Spool], Worker | None]:
        """The spools that exist among `tags`, by tag, and the worker if known, all as of one moment."""
        ...

    async def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        """Make each decision true on its own, one atomic step each, and tell each one's outcome, in order.

        A step compares the spool's version, handles the lock, writes the state, appends the event under the
        site's next number, and remembers the request id. What is `Committed` survives a power cut.
        """
        ...

    async def remembered(self, request_ids: Sequence[UUID]) -> Mapping[UUID, Repeated]:
        """The requests among these that were committed within the memory's life (an hour by default)."""
        ...

    async def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        """Bring the plant's spools and workers in, in one step, with one event if anything changed.

        A spool that is new starts as the plant says, one that exists takes the office's columns (ot, nv,
        fecha_materiales) and keeps all else. Workers take the plant's list as a whole; with an empty list they
        stay as they are.
        """
        ...

    async def snapshot(self) -> Snapshot:
        """Everything, as of one moment."""
        ...

    async def history(self, tag_spool: str) -> list[Event]:
        """The spool's events, oldest first. Costs the history's length, not the log's."""
        ...

    async def events(self, *, after: int, limit: int) -> list[Event]:
        """At most `limit` events numbered above `after`, in order."""
        ...

    def watch(self, *, after: int) -> AsyncGenerator[Event]:
        """Every event after number `after`, in order, without gaps or repeats, forever; past ones first.

        Raises LogTrimmedError when the log no longer has them, as does `events`: then a new snapshot is due.
        """
        ...

    async def acquire_lock(self, key: str, value: str, ttl: int) -> bool:
        """Set the lock for `ttl` seconds (0: until released) if none lives there; whether it was set."""
        ...

    async def extend_lock(self, key: str, value: str, ttl: int) -> bool:
        """Start the lock's life anew if it lives with this value; whether it did."""
        ...

    async def release_lock(self, key: str, value: str) -> bool:
        """Remove the lock if it lives with this value; whether it did."""
        ...

    async def lock_value(self, key: str) -> str | None:
        """The living lock's value, None when there is none."""
        ...

    async def notes(self, book: str) -> Mapping[str, str]:
        """Every note of the book, by key, as of one moment; a book nobody wrote in has none."""
        ...

    async def write_notes(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        """Set notes (None: remove), all in one step, only while `lock` lives with the value `token`; whether it did.

        `lock` is a name as for `acquire_lock`: a holder whose lock has ended can never write. What was written
        survives a power cut as a commit does; no replica is waited for. When a reply was lost and the lock ended
        before it could be asked for again, the answer is False although the notes were written.
        """
        ...

    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        """Become the copy of another ledger: its state, its living locks (name to value), its log with its numbers.

        All or nothing. Raises LedgerNotEmptyError, then nothing is touched, when events or spools are here already.
        Notes are not copied: a reader of the copy's log begins its own, so those that are here are removed.
        """
        ...

    async def check(self, *, thorough: bool = True) -> Health:
        """The store's health; proves that it can be written. `thorough` also looks at what takes long to look at."""
        ...

    async def aclose(self) -> None:
        """Give back connections and threads. Waits for a commit under way."""
        ...
