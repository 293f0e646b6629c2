"""What was finished on which day and by whom, counted from events. Pure: it reads no log and knows no screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from core.domain.model import Accion, Operacion, Resultado

if TYPE_CHECKING:
    from core import Event


class Labor(StrEnum):
    """A kind of finished work: an inspection counts by its verdict."""

    ARM = "ARM"
    SOLD = "SOLD"
    REPARACION = "REPARACION"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"


@dataclass(frozen=True, slots=True)
class Finished:
    """One piece of finished work: the day it counts for, in the plant's time zone, and who did it."""

    day: date
    labor: Labor
    worker_id: int
    worker_nombre: str


@dataclass(frozen=True, slots=True)
class WorkerDay:
    """What one worker finished in a day."""

    worker_id: int
    worker_nombre: str
    counts: Mapping[Labor, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def finished(event: Event) -> Finished | None:
    """The work that an event finishes; None of any other event."""
    if event.accion is not Accion.COMPLETAR or event.operacion is None:
        return None
    if event.operacion is Operacion.METROLOGIA:
        labor = Labor.APROBADO if event.resultado is Resultado.APROBADO else Labor.RECHAZADO
    else:
        labor = Labor(event.operacion)
    return Finished(event.fecha_operacion, labor, event.worker_id, event.worker_nombre)


def last_days(today: date, count: int) -> tuple[date, ...]:
    """The `count` days that end with today, oldest first."""
    return tuple(today - timedelta(days=ago) for ago in reversed(range(count)))


def start_of(day: date, zone: tzinfo) -> datetime:
    """The instant (UTC) the day begins in the zone: no work of that day was told of before."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


class Workdays:
    """Counts finished work. Events may come in any order, each counts once; what was undone does not count."""

    def __init__(self) -> None:
        self._by_seq: dict[int, Finished] = {}
        self._undone: set[int] = set()
        self._counts: Counter[Finished] = Counter()

    def take_in(self, events: Iterable[Event]) -> None:
        """Count these events."""
        for event in events:
            undone = event.undoes
            if undone is not None:
                self._undone.add(undone)
                self._drop(undone)
            elif event.seq not in self._by_seq and event.seq not in self._undone:
                work = finished(event)
                if work is not None:
                    self._by_seq[event.seq] = work
                    self._counts[work] += 1

    def _drop(self, seq: int) -> None:
        work = self._by_seq.pop(seq, None)
        if work is not None:
            self._counts[work] -= 1

    def forget_before(self, day: date) -> None:
        """Work of earlier days is of no more interest."""
        for seq in [seq for seq, work in self._by_seq.items() if work.day < day]:
            self._drop(seq)
        self._counts = +self._counts

    def per_day(self, days: Sequence[date]) -> list[Counter[Labor]]:
        """How much of each kind was finished on each of these days."""
        found: dict[date, Counter[Labor]] = {day: Counter() for day in days}
        for work, count in self._counts.items():
            if work.day in found:
                found[work.day][work.labor] += count
        return [found[day] for day in days]

    def per_worker(self, day: date) -> list[WorkerDay]:
        """Who finished what on that day: who did most first, then by name."""
        found: dict[tuple[int, str], Counter[Labor]] = {}
        for work, count in self._counts.items():
            if work.day == day and count:
                found.setdefault((work.worker_id, work.worker_nombre), Counter())[work.labor] += count
        lines = [WorkerDay(worker_id, nombre, counts) for (worker_id, nombre), counts in found.items()]
        return sorted(lines, key=lambda line: (-line.total, line.worker_nombre))
