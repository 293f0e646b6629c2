"""What each worker did last at this terminal, and for how long it may be undone. Kept in memory, by one process alone.

Nothing here decides: whether an act is undone is a rule (`core.domain.rules`), what comes back stands in the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from core.domain.model import BATCH_MAX_SIZE, Accion, Spool
from core.domain.replay import apply_event
from core.domain.restoring import shopwork_changed

if TYPE_CHECKING:
    from core.domain.events import Event

UNDO_WINDOW: Final = timedelta(seconds=30)
"""How long after an act, by the ledger's clock, it may be undone; at its end no longer."""
REVERSIBLE: Final = frozenset(
    {
        *(Accion.TOMAR, Accion.PAUSAR, Accion.COMPLETAR, Accion.CANCELAR),
        *(Accion.ENTREGAR, Accion.LIBERAR, Accion.DESBLOQUEAR),
    }
)
_WORKERS_KEPT: Final = 256
_TRIES_KEPT: Final = 2 * BATCH_MAX_SIZE


@dataclass(frozen=True, slots=True)
class Act:
    """Something a worker did: the committed event, and the spool as it was before."""

    event: Event
    before: Spool

    @property
    def reversible(self) -> bool:
        """Whether acts of this kind can be undone at all."""
        return self.event.accion in REVERSIBLE

    def changed_since(self, present: Spool) -> bool:
        """Whether anything that undoing would restore is no longer as the act left it. Notes change nothing of it."""
        return bool(shopwork_changed(apply_event(self.before, self.event), present))

    def time_left(self, now: datetime) -> timedelta:
        """How long it may still be undone; zero or less when no longer."""
        return self.event.ts + UNDO_WINDOW - now


class LastActs:
    """The last act of each worker that was made through one service and changed something.

    An act is known once it was told of before its commit and after it; also when the event is first heard of in the
    answer to a repeat, because the first reply was lost. Bounded: what is oldest is forgotten first.
    """

    def __init__(self) -> None:
        self._before: dict[UUID, Spool] = {}
        self._last: dict[int, Act] = {}

    def about_to_happen(self, event_id: UUID, before: Spool) -> None:
        """This event is about to be committed; `before` is the spool as it is until then."""
        self._before[event_id] = before
        _forget_oldest(self._before, keep=_TRIES_KEPT)

    def happened(self, event: Event, after: Spool | None = None) -> None:
        """The event is in the log, and left the spool as it is in `after` (None: the caller does not know).

        What was not about to happen here is somebody else's, or was reported before.
        """
        before = self._before.pop(event.id, None)
        last = self._last.get(event.worker_id)
        if before is None or (last and (last.event.ts, last.event.seq) > (event.ts, event.seq)):
            return
        if not shopwork_changed(before, after or apply_event(before, event)):
            # A note leaves what was done before it to be undone.
            return
        self._last.pop(event.worker_id, None)
        self._last[event.worker_id] = Act(event, before)
        _forget_oldest(self._last, keep=_WORKERS_KEPT)

    def of(self, worker_id: int) -> Act | None:
        """What this worker did last; None when nothing is known."""
        return self._last.get(worker_id)


def _forget_oldest(known: dict[Any, Any], *, keep: int) -> None:
    while len(known) > keep:
        del known[next(iter(known))]
