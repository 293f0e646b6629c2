"""What a terminal knows of the office's sheet: read from the ledger in the background, never from the sheet."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.model import Accion
from kiosk.live.board import Board
from kiosk.live.worklog import read_back

if TYPE_CHECKING:
    from core.domain.events import Event
    from core.ledger.protocol import Ledger
    from core.sheet.pull_note import PullNote
    from core.sheet.state import MirrorState
    from kiosk.session import Session

LOOK_EVERY: Final = 5.0
"""Seconds between looks where there is a sheet."""

LOOK_SELDOM: Final = 60.0
"""Seconds between looks at how the sheet was last read, and at whether another station began to mirror this ledger."""

LATE: Final = timedelta(seconds=60)
"""How long an event may wait before that is remarkable."""

HANDOVER: Final = timedelta(seconds=20)
"""How long an event may wait with nobody to mirror it: another takes over within 15 seconds."""

RESTING: Final = timedelta(minutes=2)
"""How long a mirror in trouble may leave its place to others before it tries again, and notes how that went."""

RECENT: Final = timedelta(hours=24)
"""How long a conflict is shown."""


class QueueState(StrEnum):
    """How the sheet stands against the log."""

    ALL_IN = "ALL_IN"
    WAITING = "WAITING"
    LATE = "LATE"
    STOPPED = "STOPPED"
    TROUBLE = "TROUBLE"

    @property
    def is_bad(self) -> bool:
        """Whether a person should act."""
        return self in {QueueState.STOPPED, QueueState.TROUBLE}


@dataclass(frozen=True, slots=True)
class Queue:
    """How many events are not in the sheet yet, and since how long the first of them waits, where that is known.

    `rows` is how many rows of spools do not say the truth yet.
    """

    state: QueueState
    count: int
    rows: int
    age: timedelta | None

    @property
    def waits(self) -> bool:
        """Whether the sheet does not say all that is saved."""
        return bool(self.count or self.rows)


def judge(state: MirrorState, *, looked_at: datetime, newest: int, now: datetime) -> Queue:
    """How the sheet stands at `now`, as it was found at `looked_at`, when the log's newest event is `newest` by now."""
    count = max(state.seq, newest) - state.mirrored
    age = None if state.waiting_since is None else now - state.waiting_since
    waited = _waited(state, age, looked_at=looked_at, now=now)
    if not count and not state.rows_waiting:
        queue_state = QueueState.ALL_IN if state.trouble is None else QueueState.TROUBLE
    elif waited > HANDOVER and not _is_attended(state, now):
        queue_state = QueueState.STOPPED
    elif state.trouble is not None:
        queue_state = QueueState.TROUBLE
    else:
        queue_state = QueueState.LATE if waited > LATE else QueueState.WAITING
    return Queue(queue_state, count, state.rows_waiting, age if count else None)


def _waited(state: MirrorState, age: timedelta | None, *, looked_at: datetime, now: datetime) -> timedelta:
    """How long, at least, what waits has waited; for ever, where the log no longer says."""
    if state.waiting:
        # An event that is gone from the log is older than all that are there.
        return timedelta.max if age is None else age
    if state.status is not None and state.rows_waiting:
        return now - state.status.at
    # An event that did not wait at the last look came after it.
    return now - looked_at


def _is_attended(state: MirrorState, now: datetime) -> bool:
    """Whether anybody mirrors: also who met trouble and lets others try their luck for a while."""
    is_resting = state.trouble is not None and state.status is not None and now - state.status.at <= RESTING
    return state.running or is_resting


class MirrorWatch:
    """How the mirror stood at the last look. `changed` is called after every change that a screen may show."""

    def __init__(self, session: Session, board: Board, *, changed: Callable[[], None]) -> None:
        self._session = session
        self._board = board
        self._changed = changed
        self._conflicts: dict[int, Event] = {}
        self._looked_back = False
        self._looked_at = session.clock()
        self._pull_is_due_at = float("-inf")
        self.state: MirrorState | None = None
        """None where there is no sheet: none is configured here, and nobody ever mirrored this ledger."""
        self.pull: PullNote | None = None
        """How the sheet was last read; None when it never was."""

    async def follow(self, ledger: Ledger) -> None:
        """Look at the mirror again and again, forever."""
        self._pull_is_due_at = float("-inf")
        while True:
            # The task that reads the log reports whether the ledger can be reached.
            with suppress(LedgerUnavailableError, LedgerRolledBackError):
                await self._look(ledger)
            await asyncio.sleep(LOOK_SELDOM if self.state is None else LOOK_EVERY)

    async def _look(self, ledger: Ledger) -> None:
        state, pull = await read_state(ledger, self._session), await self._read_pull(ledger)
        has_changed = (state, pull) != (self.state, self.pull)
        self.state, self.pull, self._looked_at = state, pull, ledger.now()
        if has_changed:
            self._changed()

    async def _read_pull(self, ledger: Ledger) -> PullNote | None:
        """The sheet is read every few minutes: that is not worth a question to the ledger each time."""
        from core.sheet.pull_note import read_pull_note

        if time.monotonic() < self._pull_is_due_at:
            return self.pull
        pull = await read_pull_note(ledger)
        self._pull_is_due_at = time.monotonic() + LOOK_SELDOM
        return pull

    @property
    def knows_a_sheet(self) -> bool:
        """Whether a sheet is mirrored, or was ever read."""
        return self.state is not None or self.pull is not None

    @property
    def mirrored(self) -> int | None:
        """The last event that is in the sheet (0: none is); None where there is no sheet."""
        return None if self.state is None else self.state.mirrored

    def queue(self, now: datetime) -> Queue | None:
        """What waits for the sheet at `now`, by the ledger's clock; None where there is none."""
        if self.state is None:
            return None
        return judge(self.state, looked_at=self._looked_at, newest=self._board.seq, now=now)

    # Conflicts

    def record(self, event: Event) -> None:
        """Remember the event if it is a conflict."""
        if event.accion is Accion.CONFLICTO_HOJA:
            self._conflicts[event.seq] = event

    async def look_back(self, ledger: Ledger) -> None:
        """Find the conflicts of the last day from before this terminal followed the log. Does it once.

        Raises LedgerUnavailableError, LedgerRolledBackError.
        """
        if not self._looked_back:
            for event in await find_conflicts(ledger, newest=self._board.seq):
                self.record(event)
            self._looked_back = True
            self._changed()

    def forget_conflicts(self) -> None:
        """The log lost events that were not read yet: look for conflicts again."""
        self._conflicts.clear()
        self._looked_back = False

    def recent_conflicts(self, now: datetime) -> list[Event]:
        """The conflicts of the last day, the newest first."""
        return [event for _, event in sorted(self._conflicts.items(), reverse=True) if now - event.ts <= RECENT]


async def find_conflicts(ledger: Ledger, *, newest: int) -> list[Event]:
    """The conflicts of the last day up to event `newest`, the newest first.

    Raises LedgerUnavailableError, LedgerRolledBackError.
    """
    since = ledger.now() - RECENT
    conflicts: list[Event] = []
    async for events in read_back(ledger, newest=newest, since=since):
        conflicts += [event for event in events if event.accion is Accion.CONFLICTO_HOJA and event.ts >= since]
    return sorted(conflicts, key=attrgetter("seq"), reverse=True)


async def read_state(ledger: Ledger, session: Session) -> MirrorState | None:
    """How the mirror stands; None where there is no sheet: none is configured here, and nobody mirrored this ledger.

    Raises LedgerUnavailableError, LedgerRolledBackError.
    """
    # Not before the first picture: it brings pydantic.
    from core.sheet.state import MirrorState, read_mirror_state

    state = await read_mirror_state(ledger)
    # The sample plant has nothing to do with the office's sheet.
    if state is not None or session.is_demo or session.configured.sheets_id is None:
        return state
    seq = (await ledger.position()).seq
    return MirrorState(seq=seq, mirrored=0, waiting_since=None, running=False, status=None)
