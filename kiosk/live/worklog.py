"""Work, counted by day and by worker from the last days of the log: one way to count for whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from core.domain.model import Accion, Operacion, Resultado
from core.ledger.feed import pages_back
from kiosk.live.pauses import Pauses

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


class Work(NamedTuple):
    """One act of a worker's day: a spool that was taken, put down, handed over, finished or inspected.

    `day` is the day it counts for, in the plant's time zone, `at` when it was recorded (UTC). `labor` is the kind of
    work it made something of, None when it made nothing; `uniones` are the joints it finished, with their DN in inches.
    `begins_for` is the number of whoever holds the spool from then on, 0 for nobody.
    """

    seq: int
    at: datetime
    day: date
    tag_spool: str
    worker_id: int
    worker_nombre: str
    accion: Accion
    operacion: Operacion
    labor: Labor | None
    uniones: Mapping[int, Decimal]
    begins_for: int


class Sums(NamedTuple):
    """What several acts come to: different spools, finished operations, joints, exact inches, and pauses."""

    spools: int
    operaciones: int
    uniones: int
    pulgadas: Decimal
    pausas: int

    @classmethod
    def of(cls, works: Collection[Work]) -> Sums:
        """The sums of these acts."""
        return cls(
            spools=len({work.tag_spool for work in works}),
            operaciones=sum(work.accion is Accion.COMPLETAR for work in works),
            uniones=sum(len(work.uniones) for work in works),
            pulgadas=sum((dn for work in works for dn in work.uniones.values()), Decimal()),
            pausas=sum(work.accion is Accion.PAUSAR for work in works),
        )


class Day(NamedTuple):
    """Work of one day: all of it, and what was made of each kind, also joints of spools that were only paused."""

    sums: Sums
    made: Mapping[Labor, Sums]

    @classmethod
    def of(cls, works: Collection[Work]) -> Day:
        """The day of these acts."""
        return cls(Sums.of(works), {labor: Sums.of([work for work in works if work.labor is labor]) for labor in Labor})


class Line(NamedTuple):
    """One line of a worker's day: what was done, and since when they held the spool, where the log read says so."""

    work: Work
    since: datetime | None


class WorkerDay(NamedTuple):
    """What one worker did in a day."""

    worker_id: int
    worker_nombre: str
    day: Day


ENDS: Final = frozenset({Accion.PAUSAR, Accion.COMPLETAR, Accion.ENTREGAR})
"""What a worker's day lists; a TOMAR only begins it, and what was cancelled was no work."""


def work_of(event: Event) -> Work | None:
    """What the event says of somebody's day; None of any other event."""
    operacion, accion = event.operacion, event.accion
    if not isinstance(operacion, Operacion) or not isinstance(accion, Accion) or accion not in {*ENDS, Accion.TOMAR}:
        return None
    begins_for = event.worker_id if accion is Accion.TOMAR else 0
    return Work(
        seq=event.seq,
        at=event.ts,
        day=event.fecha_operacion,
        tag_spool=event.tag_spool,
        worker_id=event.worker_id,
        worker_nombre=event.worker_nombre,
        accion=accion,
        operacion=operacion,
        labor=_labor_of(event, operacion) if accion is Accion.COMPLETAR or event.uniones else None,
        uniones=event.uniones,
        begins_for=event.receiver.worker_id if event.receiver else begins_for,
    )


def _labor_of(event: Event, operacion: Operacion) -> Labor:
    if operacion is Operacion.METROLOGIA:
        return Labor.APROBADO if event.resultado is Resultado.APROBADO else Labor.RECHAZADO
    return Labor(operacion)


def last_days(today: date, count: int) -> tuple[date, ...]:
    """The `count` days that end with today, oldest first."""
    return tuple(today - timedelta(days=ago) for ago in reversed(range(count)))


def start_of(day: date, zone: tzinfo) -> datetime:
    """The instant (UTC) the day begins in the zone: no event of that day's work is older."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


class Workdays:
    """Counts work. Events may come in any order, each counts once; what was undone does not count."""

    def __init__(self) -> None:
        self._by_seq: dict[int, Work] = {}
        self._undone: set[int] = set()
        self.pauses = Pauses()

    def take_in(self, events: Iterable[Event]) -> None:
        """Count these events."""
        for event in events:
            self.pauses.take_in(event)
            if event.undoes is not None:
                self._undone.add(event.undoes)
                self._by_seq.pop(event.undoes, None)
            elif event.seq not in self._undone and (work := work_of(event)) is not None:
                self._by_seq[event.seq] = work

    def forget_before(self, day: date) -> None:
        """Work and pauses of earlier days are of no more interest."""
        self.pauses.forget_before(day)
        self._by_seq = {seq: work for seq, work in self._by_seq.items() if work.day >= day}

    def per_day(self, days: Iterable[date]) -> list[Day]:
        """What everybody did on each of these days."""
        found: dict[date, list[Work]] = {day: [] for day in days}
        for work in self._by_seq.values():
            if work.day in found and work.accion in ENDS:
                found[work.day].append(work)
        return [Day.of(works) for works in found.values()]

    def per_worker(self, day: date) -> list[WorkerDay]:
        """Who did what on that day: who finished most operations first, then most inches, then by name."""
        found: dict[tuple[int, str], list[Work]] = {}
        for work in self._by_seq.values():
            if work.day == day and work.accion in ENDS:
                found.setdefault((work.worker_id, work.worker_nombre), []).append(work)
        lines = [WorkerDay(*who, Day.of(works)) for who, works in found.items()]
        return sorted(lines, key=lambda line: (-line.day.sums.operaciones, -line.day.sums.pulgadas, line.worker_nombre))

    def of_worker(self, worker_id: int, day: date) -> list[Line]:
        """What this worker did on that day, oldest first."""
        begun: dict[str, datetime] = {}
        lines: list[Line] = []
        theirs = [work for work in self._by_seq.values() if worker_id in {work.worker_id, work.begins_for}]
        for work in sorted(theirs, key=attrgetter("seq")):
            if work.accion in ENDS and work.worker_id == worker_id:
                since = begun.pop(work.tag_spool, None)
                if work.day == day:
                    lines.append(Line(work, since))
            if work.begins_for == worker_id:
                begun[work.tag_spool] = work.at
        return lines


class WorkLog:
    """Counted work of one ledger. `complete_since` is None while every day asked for is known."""

    def __init__(self) -> None:
        self.days = Workdays()
        self.newest = 0
        self.complete_since: datetime | None = None
        self.first_day: date | None = None
        """The first day that is counted."""
        self._identity = ""

    def is_current(self, *, identity: str, newest: int, first_day: date) -> bool:
        """Whether all work of this ledger from `first_day` up to event `newest` is counted, as far as it can be."""
        return self._knows(identity, newest, first_day) and (self.newest, self.first_day) == (newest, first_day)

    def _knows(self, identity: str, newest: int, first_day: date) -> bool:
        begun = self.first_day is not None and self.first_day <= first_day
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
        if knows and self.first_day != first_day:
            days.forget_before(first_day)
        self.days, self.newest, self.first_day, self._identity = days, newest, first_day, identity


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
