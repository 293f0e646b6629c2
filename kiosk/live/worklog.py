"""Finished work, counted by day and by worker from the last days of the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from core.domain.model import Accion, Operacion, Resultado
from core.ledger.feed import pages_back

if TYPE_CHECKING:
    from core.domain.events import Event
    from core.ledger.protocol import Ledger

PAGE: Final = 500
"""Events read at a time: few enough that a terminal answers a scan between two pages."""

MOST_EVENTS: Final = 50_000
"""How far back the log is read at most, whatever the days hold."""


class Labor(StrEnum):
    """A kind of finished work: an inspection counts by its verdict."""

    ARM = "ARM"
    SOLD = "SOLD"
    REPARACION = "REPARACION"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"


@dataclass(frozen=True, slots=True)
class Finished:
    """One piece of finished work: the day it counts for, in the plant's time zone, and who did it.

    `spools` is 0 for joints of a spool that is only paused. `dns` are the sizes of its joints in inches.
    """

    day: date
    labor: Labor
    worker_id: int
    worker_nombre: str
    spools: int = 1
    dns: tuple[Decimal, ...] = ()


@dataclass(slots=True)
class Made:
    """How much of one kind was made: spools, joints, and the diameter-inches of those."""

    spools: int = 0
    joints: int = 0
    inches: Decimal = Decimal()

    def add(self, work: Finished) -> None:
        """Count this as well."""
        self.spools += work.spools
        self.joints += len(work.dns)
        self.inches += sum(work.dns, Decimal())


@dataclass(frozen=True, slots=True)
class WorkerDay:
    """What one worker made in a day, by kind."""

    worker_id: int
    worker_nombre: str
    made: Mapping[Labor, Made]

    @property
    def total(self) -> Made:
        """All kinds together."""
        return together(self.made.values())


def together(parts: Iterable[Made]) -> Made:
    """The sum of these."""
    parts = list(parts)
    inches = sum((part.inches for part in parts), Decimal())
    return Made(sum(part.spools for part in parts), sum(part.joints for part in parts), inches)


def finished(event: Event) -> Finished | None:
    """The work that an event finishes, also the joints with which a spool is paused; None of any other event."""
    dns = tuple(event.uniones.values())
    completes = event.accion is Accion.COMPLETAR
    if not (completes or (event.accion is Accion.PAUSAR and dns)) or event.operacion is None or not event.is_known:
        return None
    if event.operacion is Operacion.METROLOGIA:
        labor = Labor.APROBADO if event.resultado is Resultado.APROBADO else Labor.RECHAZADO
    else:
        labor = Labor(event.operacion)
    return Finished(event.fecha_operacion, labor, event.worker_id, event.worker_nombre, int(completes), dns)


def last_days(today: date, count: int) -> tuple[date, ...]:
    """The `count` days that end with today, oldest first."""
    return tuple(today - timedelta(days=ago) for ago in reversed(range(count)))


def start_of(day: date, zone: tzinfo) -> datetime:
    """The instant (UTC) the day begins in the zone: no event of that day's work is older."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


class Workdays:
    """Counts finished work. Events may come in any order, each counts once; what was undone does not count."""

    def __init__(self) -> None:
        self._by_seq: dict[int, Finished] = {}
        self._undone: set[int] = set()

    def take_in(self, events: Iterable[Event]) -> None:
        """Count these events."""
        for event in events:
            if event.undoes is not None:
                self._undone.add(event.undoes)
                self._by_seq.pop(event.undoes, None)
            elif event.seq not in self._undone and (work := finished(event)) is not None:
                self._by_seq[event.seq] = work

    def forget_before(self, day: date) -> None:
        """Work of earlier days is of no more interest."""
        self._by_seq = {seq: work for seq, work in self._by_seq.items() if work.day >= day}

    def per_day(self, days: Sequence[date]) -> list[Mapping[Labor, Made]]:
        """How much of each kind was made on each of these days."""
        found: dict[date, dict[Labor, Made]] = {day: defaultdict(Made) for day in days}
        for work in self._by_seq.values():
            if work.day in found:
                found[work.day][work.labor].add(work)
        return [found[day] for day in days]

    def per_worker(self, day: date) -> list[WorkerDay]:
        """Who made what on that day: who finished most spools first, then most inches, then by name."""
        found: dict[tuple[int, str], dict[Labor, Made]] = defaultdict(lambda: defaultdict(Made))
        for work in self._by_seq.values():
            if work.day == day:
                found[work.worker_id, work.worker_nombre][work.labor].add(work)
        lines = [WorkerDay(worker_id, nombre, made) for (worker_id, nombre), made in found.items()]
        return sorted(lines, key=lambda line: (-line.total.spools, -line.total.inches, line.worker_nombre))


class WorkLog:
    """Counted work of one ledger. `complete_since` is None while every day asked for is known."""

    def __init__(self) -> None:
        self.days = Workdays()
        self.newest = 0
        self.complete_since: datetime | None = None
        self._first_day: date | None = None
        self._identity = ""

    def is_current(self, *, identity: str, newest: int, first_day: date) -> bool:
        """Whether all work of this ledger from `first_day` up to event `newest` is counted, as far as it can be."""
        return self._knows(identity, newest, first_day) and (self.newest, self._first_day) == (newest, first_day)

    def _knows(self, identity: str, newest: int, first_day: date) -> bool:
        begun = self._first_day is not None and self._first_day <= first_day
        return begun and self._identity == identity and newest - MOST_EVENTS <= self.newest <= newest

    async def bring_up(
        self,
        ledger: Ledger,
        *,
        newest: int,
        first_day: date,
        zone: tzinfo,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Count the ledger's work from `first_day` in `zone` up to event `newest`.

        `progress` is called with how many events were read. It may be cancelled at any moment: each event counts once,
        however often it is read. Raises LedgerUnavailableError and LedgerRolledBackError.
        """
        identity, since = ledger.seen.identity, start_of(first_day, zone)
        knows = self._knows(identity, newest, first_day)
        days, known = (self.days, self.newest) if knows else (Workdays(), 0)
        count, whole, earliest = 0, newest == known, ledger.now()
        async for events in read_back(ledger, newest=newest, since=since, known=known):
            days.take_in(events)
            count += len(events)
            progress(count)
            earliest = events[0].ts
            whole = events[0].seq == known + 1 or _are_earlier(events, since)
        if not whole:
            self.complete_since = earliest
        elif not knows or (self.complete_since is not None and self.complete_since < since):
            self.complete_since = None
        if knows and self._first_day != first_day:
            days.forget_before(first_day)
        self.days, self.newest, self._first_day, self._identity = days, newest, first_day, identity


async def read_back(ledger: Ledger, *, newest: int, since: datetime, known: int = 0) -> AsyncIterator[list[Event]]:
    """The log backwards from event `newest`, a page at a time, until `since` or the event `known`, within bounds.

    Raises LedgerUnavailableError and LedgerRolledBackError.
    """
    oldest = max(newest - MOST_EVENTS, known)
    async with aclosing(pages_back(ledger, newest=newest, page=PAGE, oldest=oldest)) as pages:
        async for events in pages:
            if events:
                yield events
            if _are_earlier(events, since):
                return


def _are_earlier(events: Sequence[Event], since: datetime) -> bool:
    """Whether the page is the end: a clock may have been put right, so only a whole page of earlier events is."""
    return bool(events) and all(event.ts < since for event in events)
