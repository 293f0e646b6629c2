"""The kiosk's replica of the plant, with the indexes that its screens ask every second.

What one event changes costs the same in a plant of any size; a question looks at most at the spools that are held.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import takewhile
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from typing_extensions import override

from core.domain.estado import Situacion, situacion_of
from core.domain.model import EstadoAvance, Occupation, Operacion, Snapshot, Spool
from core.ledger.replica import Replica
from kiosk.live.searching import fold_each

if TYPE_CHECKING:
    from core.domain.events import Event

CHANGES_KEPT: Final = 1000
"""Changes kept one by one; a view that looks less often looks at everything."""


class Shown(StrEnum):
    """Which spools are shown: those that wait for the same, those that ran out, or all. In the order of a key's steps.

    Whatever the time, each spool is of one kind besides VENCIDO, RETENIDO and TODOS.
    """

    TOMADO = "TOMADO"
    VENCIDO = "VENCIDO"
    POR_INSPECCIONAR = "POR_INSPECCIONAR"
    RECHAZADO = "RECHAZADO"
    BLOQUEADO = "BLOQUEADO"
    RETENIDO = "RETENIDO"
    DISPONIBLE = "DISPONIBLE"
    SIN_MATERIALES = "SIN_MATERIALES"
    APROBADO = "APROBADO"
    TODOS = "TODOS"

    @property
    def is_held(self) -> bool:
        """Whether somebody holds each spool shown."""
        return self in {Shown.TOMADO, Shown.VENCIDO}


_KINDS: Final = {
    Situacion.OCUPADO: Shown.TOMADO,
    Situacion.BLOQUEADO: Shown.BLOQUEADO,
    Situacion.APROBADO: Shown.APROBADO,
    Situacion.RECHAZADO: Shown.RECHAZADO,
    Situacion.FABRICADO: Shown.POR_INSPECCIONAR,
    Situacion.REPARADO: Shown.POR_INSPECCIONAR,
    Situacion.SIN_MATERIALES: Shown.SIN_MATERIALES,
    Situacion.DISPONIBLE: Shown.DISPONIBLE,
}


def kind_of(spool: Spool) -> Shown:
    """What a spool is shown as: only a free one is anything but TOMADO."""
    return _KINDS[situacion_of(spool)]


def is_shown_as(spool: Spool, shown: Shown) -> bool:
    """Whether the spool is among those shown; VENCIDO is not asked for here, for it takes the time."""
    if shown is Shown.RETENIDO:
        return spool.retencion is not None
    return shown in {Shown.TODOS, kind_of(spool)}


def is_for(spool: Spool, operacion: Operacion) -> bool:
    """Whether the spool is held for this operation; of a free one, whether it waits for it."""
    if spool.ocupacion is not None:
        return spool.ocupacion.operacion is operacion
    match operacion:
        case Operacion.ARM:
            return not spool.arm.completado and kind_of(spool) is Shown.DISPONIBLE
        case Operacion.SOLD:
            begun = spool.arm.estado is not EstadoAvance.PENDIENTE
            return begun and not spool.sold.completado and kind_of(spool) is Shown.DISPONIBLE
        case Operacion.METROLOGIA:
            return kind_of(spool) is Shown.POR_INSPECCIONAR
        case Operacion.REPARACION:
            return kind_of(spool) is Shown.RECHAZADO


class Change(NamedTuple):
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
        # Of each kind the spool that changed last is the last.
        self._of: dict[Shown, dict[str, Spool]] = {kind: {} for kind in _KINDS.values()}
        self._held_back: dict[str, Spool] = {}
        self._texts: dict[str, str] | None = None
        self._run_out: tuple[datetime, datetime, list[Spool]] | None = None
        """The spools whose time had run out: since when that is known, and when the next one's does."""
        self._changes: deque[Change] = deque(maxlen=CHANGES_KEPT)

    @override
    def load(self, snapshot: Snapshot) -> None:
        super().load(snapshot)
        self._clear()
        self.loads += 1
        for spool in sorted(self.spools.values(), key=attrgetter("seq")):
            self._of[kind_of(spool)][spool.tag_spool] = spool
            if spool.retencion is not None:
                self._held_back[spool.tag_spool] = spool

    @override
    def _change(self, before: Spool, event: Event) -> Spool:
        after = super()._change(before, event)
        del self._of[kind_of(before)][before.tag_spool]
        self._of[kind_of(after)][after.tag_spool] = after
        self._held_back.pop(before.tag_spool, None)
        if after.retencion is not None:
            self._held_back[after.tag_spool] = after
        self._changes.append(Change(event.seq, before, after))
        self._run_out = None
        return after

    def changes_since(self, seq: int) -> Sequence[Change] | None:
        """What changed after event `seq`, oldest first; None when more did than are kept."""
        found = list(takewhile(lambda change: change.seq > seq, reversed(self._changes)))
        return None if len(found) == CHANGES_KEPT else found[::-1]

    def showing(self, shown: Shown, now: datetime) -> Collection[Spool]:
        """The spools of this kind as of `now` (aware), the one whose last change is the oldest first; all: by tag."""
        match shown:
            case Shown.TODOS:
                return self.spools.values()
            case Shown.VENCIDO:
                return self._expired(now)
            case Shown.RETENIDO:
                return self._held_back.values()
            case kind:
                return self.of(kind)

    def _expired(self, now: datetime) -> list[Spool]:
        # A board at rest is brought up to date each second, in which nearly never one runs out.
        known = self._run_out
        if known is None or not known[0] <= now < known[1]:
            ends = (held.vence for _, held in self.occupations() if held.vence is not None and held.vence > now)
            expired = [spool for spool, held in self.occupations() if held.is_expired(now)]
            known = self._run_out = (now, min(ends, default=datetime.max.replace(tzinfo=UTC)), expired)
        return known[2]

    def of(self, kind: Shown) -> Collection[Spool]:
        """The spools of a kind that does not depend on the time, the one whose last change is the oldest first."""
        return self._of[kind].values()

    # Who has what: few are held at a time, however large the plant is, and so each is looked at.

    def occupations(self) -> Iterator[tuple[Spool, Occupation]]:
        """The spools that are held, and by whom."""
        for spool in self.of(Shown.TOMADO):
            if spool.ocupacion is not None:
                yield spool, spool.ocupacion

    def occupied(self) -> list[Spool]:
        """The spools that are held, by tag."""
        return sorted(self.of(Shown.TOMADO), key=attrgetter("tag_spool"))

    @property
    def occupied_count(self) -> int:
        """How many spools are held."""
        return len(self.of(Shown.TOMADO))

    def held_by(self, worker_id: int) -> list[Spool]:
        """A worker's spools, the newest first."""
        mine = [(held.fecha_ocupacion, spool) for spool, held in self.occupations() if held.worker_id == worker_id]
        return [spool for _, spool in sorted(mine, key=itemgetter(0), reverse=True)]

    def taken_from(self, worker_id: int) -> list[Spool]:
        """The spools of a worker whose time ran out that another took and holds now, the last taken first."""
        taken = [
            (held.fecha_ocupacion, spool)
            for spool, held in self.occupations()
            if held.desplaza is not None and held.desplaza.worker_id == worker_id != held.worker_id
        ]
        return [spool for _, spool in sorted(taken, key=itemgetter(0), reverse=True)]

    def held_counts(self) -> Counter[int]:
        """How many spools each worker holds; workers with none are left out."""
        return Counter(held.worker_id for _, held in self.occupations())

    def texts(self) -> Mapping[str, str]:
        """By tag, the texts a spool is searched by: tag, OT and NV, folded. Made at the first search."""
        if self._texts is None:
            folded = fold_each([f"{spool.tag_spool} {spool.ot} {spool.nv}" for spool in self.spools.values()])
            self._texts = dict(zip(self.spools, folded, strict=True))
        return self._texts
