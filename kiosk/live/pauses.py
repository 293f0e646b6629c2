"""Pauses of the last days and why they were: how many, how long, whose. Read from the log."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from core.domain.model import Accion

if TYPE_CHECKING:
    from core.domain.events import Event


class Pause(NamedTuple):
    """A PAUSAR: of which spool and operation, by whom (by name), on which day, and since when nobody worked on it."""

    tag: str
    operacion: str
    worker_nombre: str
    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """The pauses of one reason, a code of `MotivoPausa`; empty where none was given.

    `lost` is the time until each spool was taken again for the same operation, all together.
    """

    motivo: str
    lost: timedelta
    workers: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many pauses."""
        return sum(self.workers.values())


class Pauses:
    """Counts pauses. Events may come in any order, each counts once; what was undone does not count."""

    def __init__(self) -> None:
        self._pauses: dict[int, Pause] = {}
        self._motives: dict[int, tuple[int, str]] = {}
        """By pause, the reason noted last, behind the number of that note."""
        self._takes: dict[int, tuple[tuple[str, str], datetime]] = {}
        self._undone: set[int] = set()

    def take_in(self, event: Event) -> None:
        """Count this event, if it has to do with pauses."""
        if event.undoes is not None:
            self._undone.add(event.undoes)
            self._pauses.pop(event.undoes, None)
            self._takes.pop(event.undoes, None)
        if event.seq in self._undone:
            return
        match event.accion:
            case Accion.PAUSAR:
                self._pauses[event.seq] = Pause(
                    event.tag_spool, str(event.operacion), event.worker_nombre, event.fecha_operacion, event.ts
                )
            case Accion.TOMAR:
                self._takes[event.seq] = ((event.tag_spool, str(event.operacion)), event.ts)
            case Accion.NOTA:
                match event.metadata:
                    case {"pausa": int(pausa), "motivo_pausa": str(motivo)}:
                        self._motives[pausa] = max(self._motives.get(pausa, (0, "")), (event.seq, motivo))

    def forget_before(self, day: date) -> None:
        """Pauses of earlier days are of no more interest."""
        self._pauses = {seq: pause for seq, pause in self._pauses.items() if pause.day >= day}
        first = min(self._pauses, default=max(self._takes, default=0))
        self._takes = {seq: take for seq, take in self._takes.items() if seq >= first}
        self._motives = {seq: motive for seq, motive in self._motives.items() if seq in self._pauses}

    def causes(self, now: datetime) -> list[Cause]:
        """What costs most time first, and last what has no reason. Who still waits has waited until `now` (aware)."""
        taken: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for seq, (what, _) in self._takes.items():
            insort(taken[what], seq)
        lost: defaultdict[str, timedelta] = defaultdict(timedelta)
        workers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for seq, pause in self._pauses.items():
            _, motivo = self._motives.get(seq, (0, ""))
            again = taken[pause.tag, pause.operacion]
            after = bisect_right(again, seq)
            until = self._takes[again[after]][1] if after < len(again) else now
            lost[motivo] += max(until - pause.at, timedelta())
            workers[motivo][pause.worker_nombre] += 1
        found = [Cause(motivo, lost[motivo], workers[motivo]) for motivo in workers]
        return sorted(found, key=lambda cause: (not cause.motivo, -cause.lost, -cause.count, cause.motivo))
