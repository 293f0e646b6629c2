"""The port of the ledger: the one place where spools, locks and the log live, and the promises every engine keeps.

A ledger holds one site of a plant. Its state changes only by `commit` and `load`, both all or nothing. Every method
raises `LedgerUnavailableError` when the store cannot be read or written. Then nothing has changed; or, when it is
`doubtful` because a reply was lost, the same commit may be sent again with the same `request_id`. A ledger without a
clock of its own appends nothing while the machine's does not fit the newest event: it raises `ClockDoubtfulError`.

A ledger object remembers which ledger it talks to and the newest event it saw there. When the store comes back without
that past (restarted empty, restored from an old backup, another server behind the same name), every method that changes
the state or reads the log raises `LedgerRolledBackError` until a supervisor accepts the ledger as it is, or its past
returns.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from core.domain.model import Plant, Snapshot, Spool, Worker
from core.domain.rulebook.lock_steps import DropLock, ExtendLock, LockStep, TakeLock
from core.domain.uniones import MadeJoint

if TYPE_CHECKING:
    from core.domain.events import Event, EventDraft
    from core.domain.reasons import Riesgo


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A decision to store: `draft` happens to `spool`, if the spool is still at its version."""

    request_id: UUID
    spool: Spool
    draft: EventDraft
    lock: LockStep


@dataclass(frozen=True, slots=True)
class Committed:
    """The event is in the log; `spool` is the new state."""

    event: Event
    spool: Spool


@dataclass(frozen=True, slots=True)
class Repeated:
    """This `request_id` was committed before, as `event`. Nothing was changed now. `spool` is its present state."""

    event: Event
    spool: Spool


@dataclass(frozen=True, slots=True)
class Conflict:
    """The spool is no longer at the version the decision saw, or a worker no longer as read. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class LockHeld:
    """`TakeLock` or `RestoreLock` found another living lock. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class LockGone:
    """`ExtendLock`, `DropLock` or `PassLock` found the lock gone or another's. Nothing was changed."""


Outcome = Committed | Repeated | Conflict | LockHeld | LockGone


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load changed, in spools and workers. Spools the plant no longer lists stay in the ledger.

    `made_joints` are joints the plant has otherwise, or no more, although they were made: they stay as they were.
    `holds` are the spools that the office holds back from now on (tag to motive), or no longer (an empty motive).
    """

    added: int
    updated: int
    unchanged: int
    workers: int
    event: Event | None
    made_joints: tuple[MadeJoint, ...] = ()
    holds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a log ends: the ledger's identity, the newest number (0: none), and that event's id, if known."""

    identity: str
    seq: int
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Facts about the store for a technician (engine, versions, durability), and what could lose acknowledged work."""

    facts: Mapping[str, str]
    risks: tuple[Riesgo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRecord:
    """A worker as read: `document` is what the ledger with this `identity` had stored of them then.

    A replica knows no documents: an empty one is not compared.
    """

    worker: Worker
    document: str
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Some spools by tag, a worker, and the requests among those asked for that were committed before, by id.

    All are as of one moment. A spool or request that is not there is missing; an unknown worker is None.
    """

    spools: Mapping[str, Spool]
    record: WorkerRecord | None
    repeated: Mapping[UUID, Repeated]

    @property
    def worker(self) -> Worker | None:
        """The worker that was asked for."""
        return self.record.worker if self.record else None


class Locks(Protocol):
    """Named locks with a life of `ttl` seconds (0: until released). Spools' locks are taken and dropped by commits."""

    async def acquire(self, name: str, value: str, ttl: int) -> bool:
        """Set the lock if none lives there; whether it was set."""
        return await self.apply(name, TakeLock(value, ttl))

    async def extend(self, name: str, value: str, ttl: int) -> bool:
        """Begin the lock's life again if it lives with this value; whether it did."""
        return await self.apply(name, ExtendLock(value, ttl))

    async def release(self, name: str, value: str) -> bool:
        """Remove the lock if it lives with this value; whether it did."""
        return await self.apply(name, DropLock(value))

    async def apply(self, name: str, step: LockStep) -> bool:
        """Do the step, all or nothing; whether it was done."""

    async def value(self, name: str) -> str | None:
        """The living lock's value, None when there is none."""


class Notes(Protocol):
    """Small documents by book and key that a reader of the log keeps for itself, for example its cursor.

    They are no part of the log or of the state: writing them appends no event and wakes no watch, and they can be
    read and written while the ledger is rolled back.
    """

    async def read(self, book: str) -> Mapping[str, str]:
        """Every note of the book, by key, as of one moment; an unknown book is empty."""

    async def write(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        """Set notes (None: remove), all in one step, only while `lock` lives with the value `token`; whether it did.

        A writer whose lock has ended can never write. What was written survives a power cut as a commit does; no
        replica is waited for. When a reply is lost and the lock ends before the retry, the answer is False although
        the notes were written.
        """


class Admin(Protocol):
    """What a supervisor or a technician does to a ledger as a whole."""

    async def accept(self, draft: EventDraft) -> Event:
        """Accept a rolled back ledger as it is, and append the event that says so; other users then accept it too.

        Where the ledger has no clock of its own, accept also this machine's, although it does not fit the newest event.
        Raises VersionConflictError when there is nothing to accept.
        """

    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        """Become the copy of another ledger: its state, its living locks (name to value), its log with its numbers.

        All or nothing. Raises LedgerNotEmptyError, and changes nothing, when there are events or spools already.
        Notes are not copied, and those that exist are removed: readers of the log start again.
        """

    async def check(self, *, thorough: bool = True) -> Health:
        """The store's health; proves that it can be written. `thorough` adds the checks that take long."""


class Ledger(Protocol):
    """One site's ledger. Safe to use from many tasks of one event loop.

    Every call is bounded in time by its engine: it answers or raises LedgerUnavailableError within seconds (a whole
    plant: within a minute); `watch` alone goes on forever.
    """

    locks: Locks
    notes: Notes
    admin: Admin

    @property
    def seen(self) -> Position:
        """The furthest position this object knows of: to be stored, and passed to `open_ledger` another day."""

    def now(self) -> datetime:
        """The ledger's clock, UTC, estimated without a request."""

    async def position(self) -> Position:
        """The log's position now.

        Raises LedgerRolledBackError when it does not continue what was seen. When that was accepted since, here or
        elsewhere, the ledger is taken as it is: then what was read before must be read again.
        """

    async def read(self, tags: Sequence[str], worker_id: int, *, requests: Sequence[UUID] = ()) -> Reading:
        """Some spools, a worker, and which of `requests` were committed in the last hour (a setting)."""

    async def commit(self, commits: Sequence[Commit], *, people: Sequence[WorkerRecord] = ()) -> list[Outcome]:
        """Commit each decision on its own, in one atomic step each; the outcomes in order.

        A step compares these people and the spool's version, handles the lock, writes the state,
        appends the event under the site's next number, and remembers the request id. What is `Committed`
        survives a power cut.
        """

    async def record(self, draft: EventDraft) -> Event:
        """Append an event of the site as a whole. The same draft again, by its id, in an hour, appends nothing."""

    async def settle(self, requests: Collection[UUID]) -> set[UUID]:
        """Which of these requests, whose answers never came, were committed. The others never will be, in an hour.

        A commit that is still on its way changes nothing when it arrives. This answer, and all that was read before it,
        is then as safe as a commit.
        """
        ...

    async def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        """Load the plant's spools and workers, in one step, with one event if anything changed.

        A new spool starts as the plant says; an existing one takes the office's columns (ot, nv, fecha_materiales),
        its joints but those that were made, and keeps all else. The plant's list of workers replaces the ledger's,
        unless it is empty.
        """

    async def snapshot(self) -> Snapshot:
        """Everything, as of one moment."""

    async def history(self, tag_spool: str) -> list[Event]:
        """The spool's events, oldest first. Costs the history's length, not the log's."""

    async def events(self, *, after: int, limit: int) -> list[Event]:
        """At most `limit` events numbered above `after`, in order. Raises LogTrimmedError when some are gone."""

    def watch(self, *, after: int) -> AsyncGenerator[Event]:
        """Every event after number `after`, in order, without gaps or repeats, forever; past ones first.

        Raises LogTrimmedError when the log no longer has them: then a new snapshot is due.
        """

    async def aclose(self) -> None:
        """Close connections and threads, after the commits in progress."""
