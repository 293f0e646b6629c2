"""The kiosk's live replica of the plant: a snapshot, kept true by the log. Nobody writes to it but the feed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.model import Accion, Snapshot, Spool, Worker
from core.replay import apply_event

if TYPE_CHECKING:
    from core import Event


class Board:
    """Every spool and worker as of event `seq`; the occupied spools are kept at hand."""

    def __init__(self) -> None:
        self.seq = 0
        self.spools: dict[str, Spool] = {}
        self.workers: dict[int, Worker] = {}
        self._occupied: dict[str, Spool] = {}
        self._by_folded_tag: dict[str, list[str]] = {}

    def load(self, snapshot: Snapshot) -> None:
        """Start again from a snapshot."""
        self.seq = snapshot.seq
        self.spools = {spool.tag_spool: spool for spool in snapshot.spools}
        self.workers = {worker.worker_id: worker for worker in snapshot.workers}
        self._occupied = {tag: spool for tag, spool in self.spools.items() if spool.ocupacion}
        self._by_folded_tag = {}
        for tag in self.spools:
            self._by_folded_tag.setdefault(tag.casefold(), []).append(tag)

    def apply(self, event: Event) -> bool:
        """Take in the next event of the log; whether the replica is still whole.

        False after an event that tells less than it changed (a plant was loaded): then a new snapshot is due.
        """
        if event.seq <= self.seq:
            return True
        self.seq = event.seq
        if event.accion is Accion.CARGAR_PLANTA or event.tag_spool not in self.spools:
            return False
        spool = apply_event(self.spools[event.tag_spool], event)
        self.spools[spool.tag_spool] = spool
        if spool.ocupacion is None:
            self._occupied.pop(spool.tag_spool, None)
        else:
            self._occupied[spool.tag_spool] = spool
        return True

    def find(self, text: str) -> Spool | None:
        """The spool with this tag; case does not matter where only one tag fits."""
        if text in self.spools:
            return self.spools[text]
        tags = self._by_folded_tag.get(text.casefold(), [])
        return self.spools[tags[0]] if len(tags) == 1 else None

    def occupied(self) -> Iterable[Spool]:
        """The spools somebody holds, by tag."""
        return (self._occupied[tag] for tag in sorted(self._occupied))

    @property
    def occupied_count(self) -> int:
        return len(self._occupied)

    def held_by(self, worker_id: int) -> list[Spool]:
        """A worker's spools, the newest first."""
        mine = [
            (spool.ocupacion.fecha_ocupacion, spool)
            for spool in self._occupied.values()
            if spool.ocupacion is not None and spool.ocupacion.worker_id == worker_id
        ]
        return [spool for _, spool in sorted(mine, key=lambda pair: pair[0], reverse=True)]

    def held_counts(self) -> dict[int, int]:
        """How many spools each worker holds; workers with none are left out."""
        counts: dict[int, int] = {}
        for spool in self._occupied.values():
            if spool.ocupacion is not None:
                counts[spool.ocupacion.worker_id] = counts.get(spool.ocupacion.worker_id, 0) + 1
        return counts
