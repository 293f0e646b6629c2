"""The kiosk's replica of the plant, with the indexes that its screens ask every second.

What one event changes costs the same in a plant of any size, and so does each question.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from core.domain.model import EstadoAvance, Operacion, Resultado, Snapshot, Spool
from core.ledger.replica import Replica
from kiosk.live.searching import fold_each

if TYPE_CHECKING:
    from core.domain.events import Event

CHANGES_KEPT: Final = 1000
"""Changes kept one by one; a view that looks less often looks at everything."""


class Situacion(StrEnum):
    """Who waits for what: the first that fits."""

    TOMADO = "TOMADO"
    BLOQUEADO = "BLOQUEADO"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    POR_INSPECCIONAR = "POR_INSPECCIONAR"
    SIN_MATERIALES = "SIN_MATERIALES"
    DISPONIBLE = "DISPONIBLE"


def situacion_of(spool: Spool) -> Situacion:
    """The situation of a spool: only a free one is anything but TOMADO."""
    if spool.ocupacion is not None:
        return Situacion.TOMADO
    if spool.bloqueado:
        return Situacion.BLOQUEADO
    resultado = spool.inspeccion.resultado
    if resultado is not None:
        return Situacion.APROBADO if resultado is Resultado.APROBADO else Situacion.RECHAZADO
    if spool.fabricado:
        return Situacion.POR_INSPECCIONAR
    if spool.fecha_materiales is None:
        return Situacion.SIN_MATERIALES
    return Situacion.DISPONIBLE


def is_for(spool: Spool, operacion: Operacion) -> bool:
    """Whether the spool is held for this operation; of a free one, whether it waits for it."""
    if spool.ocupacion is not None:
        return spool.ocupacion.operacion is operacion
    match operacion:
        case Operacion.ARM:
            return not spool.arm.completado and situacion_of(spool) is Situacion.DISPONIBLE
        case Operacion.SOLD:
            begun = spool.arm.estado is not EstadoAvance.PENDIENTE
            return begun and not spool.sold.completado and situacion_of(spool) is Situacion.DISPONIBLE
        case Operacion.METROLOGIA:
            return situacion_of(spool) is Situacion.POR_INSPECCIONAR
        case Operacion.REPARACION:
            return situacion_of(spool) is Situacion.RECHAZADO


class _Expiry:
    """The spools whose occupation has an end. A look costs what ran out since the last look."""

    def __init__(self) -> None:
        self._ends: dict[str, Spool] = {}
        self._expired: dict[str, Spool] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._asked: datetime | None = None

    def put(self, spool: Spool) -> None:
        """Know the spool as it is now; one that is free, or held without an end, is forgotten."""
        self.drop(spool.tag_spool)
        if spool.ocupacion is not None and spool.ocupacion.vence is not None:
            self._ends[spool.tag_spool] = spool
            heappush(self._heap, (spool.ocupacion.vence, spool.tag_spool))

    def drop(self, tag: str) -> None:
        """Forget the spool."""
        self._ends.pop(tag, None)
        self._expired.pop(tag, None)

    def at(self, now: datetime) -> Mapping[str, Spool]:
        """The spools whose occupation has run out, by tag."""
        if self._asked is not None and now < self._asked:
            self._turn_back(now)
        self._asked = now
        while self._heap and self._heap[0][0] <= now:
            vence, tag = heappop(self._heap)
            spool = self._ends.get(tag)
            # An end that was put off, or a spool that was freed, left its old end behind.
            if spool is not None and spool.ocupacion is not None and spool.ocupacion.vence == vence:
                self._expired[tag] = spool
        return self._expired

    def _turn_back(self, now: datetime) -> None:
        """A clock was put right: some of what had run out has not yet."""
        for tag, spool in list(self._expired.items()):
            if spool.ocupacion is not None and not spool.ocupacion.is_expired(now):
                self.put(self._expired.pop(tag))


@dataclass(frozen=True, slots=True)
class Change:
    """What event `seq` made of a spool."""

    seq: int
    before: Spool
    after: Spool


class Board(Replica):
    """The replica that a kiosk shows. `loads` counts the snapshots it started from."""

    def __init__(self) -> None:
        super().__init__()
        self.loads = 0
        self._clear()

    def _clear(self) -> None:
        # In each situation the spool that changed last is the last.
        self._in: dict[Situacion, dict[str, Spool]] = {situacion: {} for situacion in Situacion}
        self._held: dict[int, dict[str, Spool]] = {}
        self._since: dict[int, datetime] = {}
        self._expiry = _Expiry()
        self._odd_tags: dict[str, list[str]] = {}
        self._texts: dict[str, str] | None = None
        self._changes: deque[Change] = deque(maxlen=CHANGES_KEPT)

    @override
    def load(self, snapshot: Snapshot) -> None:
        super().load(snapshot)
        self._clear()
        self.loads += 1
        for spool in sorted(self.spools.values(), key=attrgetter("seq")):
            self._in[situacion_of(spool)][spool.tag_spool] = spool
        for spool in self._in[Situacion.TOMADO].values():
            self._hold(spool)
        for tag in self.spools:
            folded = tag.casefold()
            if folded.upper() != tag:
                self._odd_tags.setdefault(folded, []).append(tag)

    @override
    def _change(self, before: Spool, event: Event) -> Spool:
        after = super()._change(before, event)
        del self._in[situacion_of(before)][before.tag_spool]
        self._in[situacion_of(after)][after.tag_spool] = after
        self._let_go(before)
        self._hold(after)
        self._changes.append(Change(event.seq, before, after))
        return after

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
        """What changed after event `seq`, oldest first; None when more did than are kept."""
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
        """The spools that are held, by tag."""
        return sorted(self._in[Situacion.TOMADO].values(), key=attrgetter("tag_spool"))

    @property
    def occupied_count(self) -> int:
        """How many spools are held."""
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

    def vencidos(self, now: datetime) -> list[Spool]:
        """The spools whose occupation has run out, the one whose last change is the oldest first."""
        return sorted(self._expiry.at(now).values(), key=attrgetter("seq", "tag_spool"))

    def vencidos_count(self, now: datetime) -> int:
        """How many occupations have run out."""
        return len(self._expiry.at(now))

    def texts(self) -> Mapping[str, str]:
        """By tag, the texts a spool is searched by: tag, OT and NV, folded. Made at the first search."""
        if self._texts is None:
            folded = fold_each([f"{spool.tag_spool} {spool.ot} {spool.nv}" for spool in self.spools.values()])
            self._texts = dict(zip(self.spools, folded, strict=True))
        return self._texts
