"""A copy of a plant in memory: a snapshot of the ledger, kept current by the events of its log."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from core.domain.model import Accion, Snapshot, Spool, Worker
from core.domain.replay import apply_event
from core.domain.writing.tags import TagIndex

if TYPE_CHECKING:
    from core.domain.events import Event

_NEW_PLANT: Final = frozenset({Accion.CARGAR_PLANTA, Accion.RECONSTRUIR})
"""Events that say less than they changed."""


class Replica:
    """Every spool (by tag, in the order of the tags) and every worker (by number) of a ledger, as of event `seq`."""

    def __init__(self) -> None:
        self.seq = 0
        self.identity = ""
        """The ledger's, set by whoever loads the snapshot: no act is decided on a replica of another ledger."""
        self.spools: dict[str, Spool] = {}
        self.workers: dict[int, Worker] = {}
        self._tags: TagIndex | None = None

    def load(self, snapshot: Snapshot) -> None:
        """Start again from a snapshot."""
        self.seq = snapshot.seq
        self.spools = {spool.tag_spool: spool for spool in sorted(snapshot.spools, key=attrgetter("tag_spool"))}
        self.workers = {worker.worker_id: worker for worker in snapshot.workers}
        self._tags = None

    def find(self, text: str) -> Spool | None:
        """The spool with this tag, however it is spelled, where only one fits."""
        if text in self.spools:
            return self.spools[text]
        # Most texts are spelled as the office does.
        self._tags = self._tags or TagIndex(self.spools)
        tag = self._tags.find(text)
        return self.spools[tag] if tag is not None else None

    def apply(self, event: Event) -> bool:
        """Apply the next event of the log. False when a new snapshot is due: the event says less than it changed, or
        a newer program wrote it.
        """
        if event.seq <= self.seq:
            return True
        self.seq = event.seq
        if not event.is_known or event.accion in _NEW_PLANT or event.tag_spool not in self.spools:
            return False
        self.apply_ahead(event)
        return True

    def apply_ahead(self, event: Event) -> None:
        """Apply an event of one spool before its turn in the log; when its turn comes it changes nothing any more."""
        before = self.spools.get(event.tag_spool)
        if before is not None and before.seq < event.seq:
            self._change(before, event)

    def _change(self, before: Spool, event: Event) -> Spool:
        after = apply_event(before, event)
        self.spools[after.tag_spool] = after
        return after
