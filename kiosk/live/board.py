"""The kiosk's live replica of the plant: a snapshot, kept true by the log. Nobody writes to it but the feed.

What one event changes costs the same in a plant of any size, and so does each question that is asked every second.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from core.domain.model import Accion, Snapshot, Spool, Worker
from core.domain.replay import apply_event
from kiosk.live.expiry import Expiry
from kiosk.live.searching import fold_each
from kiosk.live.situacion import Situacion, situacion_of

if TYPE_CHECKING:
    from core import Event

CHANGES_KEPT: Final = 1000
"""Changes told one by one; whoever looks more seldom looks at everything."""


@dataclass(frozen=True, slots=True)
class Change:
    """What event `seq` made of a spool."""

    seq: int
    before: Spool
    after: Spool


class Board:
    """Every spool and worker as of event `seq`. `loads` counts the snapshots it began anew from."""

    def __init__(self) -> None:
        self.seq = 0
        self.loads = 0
        self.spools: dict[str, Spool] = {}
        self.workers: dict[int, Worker] = {}
        self._clear()

    def _clear(self) -> None:
        # In each situation the spool that changed last is the last.
        self._in: dict[Situacion, dict[str, Spool]] = {situacion: {} for situacion in Situacion}
        self._held: dict[int, dict[str, Spool]] = {}
        self._since: dict[int, datetime] = {}
        self._expiry = Expiry()
        self._odd_tags: dict[str, list[str]] = {}
        self._texts: dict[str, str] | None = None
        self._changes: deque[Change] = deque(maxlen=CHANGES_KEPT)

    def load(self, snapshot: Snapshot) -> None:
        """Start again from a snapshot."""
        self._clear()
        self.loads += 1
        self.seq = snapshot.seq
        by_tag = sorted(snapshot.spools, key=attrgetter("tag_spool"))
        self.spools = {spool.tag_spool: spool for spool in by_tag}
        self.workers = {worker.worker_id: worker for worker in snapshot.workers}
        for spool in sorted(by_tag, key=attrgetter("seq")):
            self._in[situacion_of(spool)][spool.tag_spool] = spool
        for spool in self._in[Situacion.TOMADO].values():
            self._hold(spool)
        for tag in self.spools:
            folded = tag.casefold()
            if folded.upper() != tag:
                self._odd_tags.setdefault(folded, []).append(tag)

    def apply(self, event: Event) -> bool:
        """Take in the next event of the log; whether the replica is still whole.

        False after an event that tells less than it changed (a plant was loaded): then a new snapshot is due.
        """
        if event.seq <= self.seq:
            return True
        self.seq = event.seq
        if event.accion is Accion.CARGAR_PLANTA or event.tag_spool not in self.spools:
            return False
        before = self.spools[event.tag_spool]
        after = apply_event(before, event)
        self.spools[after.tag_spool] = after
        del self._in[situacion_of(before)][before.tag_spool]
        self._in[situacion_of(after)][after.tag_spool] = after
        self._let_go(before)
        self._hold(after)
        self._changes.append(Change(event.seq, before, after))
        return True

    def _hold(self, spool: Spool) -> None:
        if spool.ocupacion is not None:
            self._held.setdefault(spool.ocupacion.worker_id, {})[spool.tag_spool] = spool
            self._since.pop(spool.ocupacion.worker_id, None)
            self._expiry.put(spool)

    def _let_go(self, spool: Spool) -> None:
        if spool.ocupacion is not None:
            self._expiry.drop(spool.tag_spool)
            self._since.pop(spool.ocupacion.worker_id, None)
            mine = self._held[spool.ocupacion.worker_id]
            del mine[spool.tag_spool]
            if not mine:
                del self._held[spool.ocupacion.worker_id]

    def changes_since(self, seq: int) -> Sequence[Change] | None:
        """What changed after event `seq`, oldest first; None when so much did that it is no longer told one by one."""
        found: list[Change] = []
        for change in reversed(self._changes):
            if change.seq <= seq:
                break
            found.append(change)
        if len(found) == CHANGES_KEPT:
            return None
        found.reverse()
        return found

    def find(self, text: str) -> Spool | None:
        """The spool with this tag; case does not matter where only one tag fits."""
        if text in self.spools:
            return self.spools[text]
        folded = text.casefold()
        usual = folded.upper()
        tags = list(self._odd_tags.get(folded, ()))
        if usual in self.spools and usual.casefold() == folded and usual not in tags:
            tags.append(usual)
        return self.spools[tags[0]] if len(tags) == 1 else None

    # Who has what

    def occupied(self) -> Iterable[Spool]:
        """The spools somebody holds, by tag."""
        return sorted(self._in[Situacion.TOMADO].values(), key=attrgetter("tag_spool"))

    @property
    def occupied_count(self) -> int:
        return len(self._in[Situacion.TOMADO])

    def held_by(self, worker_id: int) -> list[Spool]:
        """A worker's spools, the newest first."""
        mine = [
            (spool.ocupacion.fecha_ocupacion, spool)
            for spool in self._held.get(worker_id, {}).values()
            if spool.ocupacion is not None
        ]
        return [spool for _, spool in sorted(mine, key=lambda pair: pair[0], reverse=True)]

    def held_counts(self) -> dict[int, int]:
        """How many spools each worker holds; workers with none are left out."""
        return {worker_id: len(mine) for worker_id, mine in self._held.items()}

    def held_since(self, worker_id: int) -> datetime | None:
        """Since when the worker holds the spool they hold longest; None of a worker who holds none."""
        if worker_id not in self._since and worker_id in self._held:
            mine = self._held[worker_id].values()
            self._since[worker_id] = min(spool.ocupacion.fecha_ocupacion for spool in mine if spool.ocupacion)
        return self._since.get(worker_id)

    # What waits for whom

    def in_situacion(self, situacion: Situacion) -> Collection[Spool]:
        """The spools in a situation, the one whose last change is the oldest first."""
        return self._in[situacion].values()

    def count(self, situacion: Situacion) -> int:
        """How many spools are in a situation."""
        return len(self._in[situacion])

    @property
    def por_inspeccionar(self) -> Collection[Spool]:
        """The spools that await METROLOGIA, the one that waits longest first."""
        return self.in_situacion(Situacion.POR_INSPECCIONAR)

    @property
    def rechazados(self) -> Collection[Spool]:
        """The spools that await REPARACION, the one that waits longest first."""
        return self.in_situacion(Situacion.RECHAZADO)

    @property
    def bloqueados(self) -> Collection[Spool]:
        """The spools that await a supervisor, the one that waits longest first."""
        return self.in_situacion(Situacion.BLOQUEADO)

    def vencidos(self, now: datetime) -> list[Spool]:
        """The spools whose occupation has run out, the one whose last change is the oldest first."""
        return sorted(self._expiry.at(now).values(), key=attrgetter("seq", "tag_spool"))

    def vencidos_count(self, now: datetime) -> int:
        return len(self._expiry.at(now))

    def texts(self) -> Mapping[str, str]:
        """By tag, what a spool is found by whoever holds it: tag, OT and NV, folded. Made when first asked for."""
        if self._texts is None:
            folded = fold_each([f"{spool.tag_spool} {spool.ot} {spool.nv}" for spool in self.spools.values()])
            self._texts = dict(zip(self.spools, folded, strict=True))
        return self._texts
