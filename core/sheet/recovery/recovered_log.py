"""The log out of the rows of Metadata: which events there are, in which order, under which numbers. Pure.

People may have sorted the rows, removed or copied some, or written some by hand. What can be put in order is; nothing
is invented, and what is missing is told.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from core.domain.events import Event, evento_tipo
from core.domain.model import Accion
from core.plant.tables import BadCellError, Row, RowProblem, Table
from core.sheet.metadata import event_of

RENUMBERED: Final = "renumerados"
"""In what a RECONSTRUIR tells: whether the log before it got other numbers than its rows have."""

Numbers: TypeAlias = tuple[int, int]
"""The first and the last of numbers that follow one another."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one row tells, and whether it tells it exactly."""

    event: Event
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredLog:
    """The events, numbered from 1 without a gap, oldest first.

    `inexact` are those whose rows do not hold them exactly: another program's, a person's, or cut for their length.
    `superseded` are those of a past that the ledger lost and a supervisor let go: other events have their numbers.
    `missing` are the numbers that the rows should have and do not, `repeated` how many rows told what others had told.
    `renumbered` says that the numbers are not those of the rows.
    """

    events: tuple[Event, ...] = ()
    inexact: frozenset[UUID] = frozenset()
    superseded: frozenset[UUID] = frozenset()
    missing: tuple[Numbers, ...] = ()
    repeated: int = 0
    renumbered: bool = False
    problems: tuple[RowProblem, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing but what followed its last event can be missing in it."""
        return bool(self.events) and not (self.inexact or self.superseded or self.missing or self.problems)


def recover_log(tables: Iterable[Table], timezone: ZoneInfo) -> RecoveredLog:
    """The log in the worksheets, given in their order."""
    problems: list[RowProblem] = []
    rows = [told for table in tables for row in table.rows() if (told := _told(row, timezone, problems))]
    found = _once_each(rows)
    exact = [told.event for told in found if told.exact]
    eras = _eras(exact)
    ordered = _in_order(found, eras)
    numbers = [event.seq for event in ordered]
    keeps = numbers == list(range(1, len(numbers) + 1))
    return RecoveredLog(
        events=tuple(ordered if keeps else _renumbered(ordered)),
        inexact=frozenset(told.event.id for told in found if not told.exact),
        superseded=_superseded(exact, eras),
        missing=_missing(exact, eras),
        repeated=len(rows) - len(found),
        renumbered=not keeps,
        problems=tuple(problems),
    )


def _told(row: Row, timezone: ZoneInfo, problems: list[RowProblem]) -> Told | None:
    try:
        event, exact = event_of(row, timezone)
    except BadCellError as bad:
        problems.append(row.problem(bad))
        return None
    # Somebody who changes one of these columns by hand leaves the others as they were.
    agrees = event.evento_tipo == evento_tipo(event.accion, event.operacion)
    return Told(event, exact and agrees)


def _once_each(rows: Iterable[Told]) -> list[Told]:
    """One row for each event, where it stands first; of several that differ an exact one."""
    first: dict[UUID, Told] = {}
    for told in rows:
        known = first.get(told.event.id)
        if known is None or (told.exact and not known.exact):
            first[told.event.id] = told
    return list(first.values())


def _eras(exact: Sequence[Event]) -> Mapping[UUID, int]:
    """By event, how often the log had been numbered anew when it happened: numbers tell an order within an era."""
    begins = sorted(
        event.ts for event in exact if event.accion is Accion.RECONSTRUIR and event.metadata.get(RENUMBERED) is True
    )
    return {event.id: bisect_right(begins, event.ts) for event in exact}


def _in_order(found: Sequence[Told], eras: Mapping[UUID, int]) -> list[Event]:
    exact = [told.event for told in found if told.exact]
    keys = [(eras[event.id], event.seq) for event in exact]
    if len(set(keys)) < len(keys) or keys == sorted(keys):
        # Either nobody sorted the rows, or their numbers cannot put them in order.
        return [told.event for told in found]
    by_number = sorted(exact, key=lambda event: (eras[event.id], event.seq))
    others = deque(sorted((told.event for told in found if not told.exact), key=lambda event: event.ts))
    ordered: list[Event] = []
    for event in by_number:
        while others and others[0].ts < event.ts:
            ordered.append(others.popleft())
        ordered.append(event)
    return [*ordered, *others]


def _superseded(exact: Sequence[Event], eras: Mapping[UUID, int]) -> frozenset[UUID]:
    """Those whose number, or a lower one, was given once more further down: the log had been set back by then."""
    given: set[tuple[int, int]] = set()
    again: set[UUID] = set()
    for event in exact:
        key = (eras[event.id], event.seq)
        if key in given:
            again.add(event.id)
        given.add(key)
    gone: set[UUID] = set()
    set_back_to: dict[int, int] = {}
    for event in reversed(exact):
        era = eras[event.id]
        if era in set_back_to and event.seq >= set_back_to[era]:
            gone.add(event.id)
        if event.id in again:
            set_back_to[era] = min(event.seq, set_back_to.get(era, event.seq))
    return frozenset(gone)


def _missing(exact: Sequence[Event], eras: Mapping[UUID, int]) -> tuple[Numbers, ...]:
    """The numbers before the last one of each era that no row has."""
    by_era: dict[int, set[int]] = {}
    for event in exact:
        by_era.setdefault(eras[event.id], set()).add(event.seq)
    gaps: list[Numbers] = []
    for era, numbers in sorted(by_era.items()):
        # A later era begins with its RECONSTRUIR; what that had numbered stands above it, under older numbers.
        before = min(numbers) - 1 if era else 0
        for number in sorted(numbers):
            if number > before + 1:
                gaps.append((before + 1, number - 1))
            before = number
    return tuple(gaps)


def _renumbered(events: Sequence[Event]) -> list[Event]:
    numbers = {event.id: number for number, event in enumerate(events, start=1)}
    return [
        event.model_copy(update={"seq": number, "metadata": _referring(event.metadata, numbers)})
        for number, event in enumerate(events, start=1)
    ]


def _referring(metadata: Mapping[str, JsonValue], numbers: Mapping[UUID, int]) -> dict[str, JsonValue]:
    """What an event tells, where it names others by their number (a DESHACER does) with the numbers they have now."""
    told = dict(metadata)
    if isinstance(undone := told.get("deshace"), dict):
        told["deshace"] = _numbered(undone, numbers)
    if isinstance(before := told.get("restaura"), dict) and isinstance(held := before.get("ocupacion"), dict):
        told["restaura"] = {**before, "ocupacion": _numbered(held, numbers)}
    return told


def _numbered(reference: Mapping[str, JsonValue], numbers: Mapping[UUID, int]) -> dict[str, JsonValue]:
    """A reference with the number of the event that it names; 0, which no event has, for one that is not known."""
    try:
        number = numbers.get(UUID(str(reference.get("event_id"))), 0)
    except ValueError:
        number = 0
    return {**reference, "seq": number}
