"""What the shop's worksheets say of a lost ledger: its log out of Metadata, each spool out of Taller and its events.

Pure. Nothing is invented: a number without an event is named, and so is a spool whose row and events disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Operacion, Spool, avance_field
from core.domain.replay import apply_event
from core.domain.rulebook.joints import with_joints
from core.domain.rulebook.policy import Policy
from core.plant.tables import RowProblem, Table, read_rows
from core.sheet import metadata
from core.sheet.shop_rows import Texts
from core.sheet.spreadsheet.ranges import runs
from core.sheet.taller import COLUMNS, COUNTED, SPOOL_ROWS, texts_of

Numbers: TypeAlias = tuple[int, int]
"""The first and the last of numbers that follow one another."""
_SEQ: Final = COLUMNS.index("seq")
_IMPOSSIBLE: Final = (ValueError, TypeError, KeyError, OverflowError)
"""What `apply_event` raises for an event that cannot have happened to a spool in this state."""
_ANY_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MISSING: Final = "falta"
_LOADS: Final = frozenset({Accion.CARGAR_PLANTA, Accion.RECONSTRUIR})
_TAKEN: Final = (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)
_COMPARED: Final = [at for at, column in enumerate(COLUMNS) if column not in {"version", "seq", *COUNTED}]
"""What counts joints follows from the office's list as well, which may be a newer one than the row's."""


class Source(StrEnum):
    """Which of the two a spool is taken from where they disagree."""

    TALLER = "taller"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The events, numbered from 1 without a gap, oldest first.

    `missing` are the numbers that Metadata does not have: a RECONSTRUIR event stands in for each. `superseded` counts
    rows of a past that the ledger lost: other events have their numbers. `problems` are the rows that are no event.
    """

    events: tuple[Event, ...]
    missing: tuple[Numbers, ...]
    superseded: int
    problems: tuple[RowProblem, ...]

    @property
    def loads(self) -> frozenset[int]:
        """The numbers of the events with which spools may have begun."""
        return frozenset(e.seq for e in self.events if e.accion in _LOADS and _MISSING not in e.metadata)


def read_log(tables: Iterable[Table], *, station: str) -> Log:
    """The log in the Metadata worksheets, given in their order. `station` signs what stands in for missing events."""
    problems: list[RowProblem] = []
    found: dict[int, Event] = {}
    superseded = 0
    for table in tables:
        for _, event in read_rows(table, metadata.event_of, problems):
            superseded += found.get(event.seq, event).id != event.id
            # A number that was given again further down: the ledger had lost the event that had it before.
            found[event.seq] = event
    last = max(found, default=0)
    events = [found.get(seq) or _stand_in(seq, found, station) for seq in range(1, last + 1)]
    missing = runs(set(range(1, last + 1)) - found.keys())
    return Log(events=tuple(events), missing=tuple(missing), superseded=superseded, problems=tuple(problems))


def _stand_in(seq: int, found: Mapping[int, Event], station: str) -> Event:
    """An event that says that the one with this number is not known."""
    after = next(found[number] for number in range(seq, max(found) + 1) if number in found)
    draft = EventDraft(
        accion=Accion.RECONSTRUIR,
        fecha_operacion=after.fecha_operacion,
        station=station,
        metadata={_MISSING: seq},
    )
    return draft.committed(seq=seq, ts=after.ts)


Columns: TypeAlias = "Mapping[str, tuple[str, str]]"
"""By column, what a spool's row of Taller says and what its events make of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A spool as it stood, and what its row and its events disagree about; nothing where they agree.

    A spool without a row (not `has_row`) is what its events say; what the row does not say is named all the same.
    """

    spool: Spool
    differs: Columns = field(default_factory=dict)
    has_row: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRecovery:
    """Finds how spools stood. `take` says which worksheet counts where a spool's row and its events disagree.

    `loads` are those of the log: the row of a spool that began occupied names one.
    """

    timezone: ZoneInfo
    policy: Policy
    take: Source
    loads: frozenset[int] = frozenset()

    def recover(self, shown: Spool, row: Texts, events: Sequence[Event]) -> Recovered:
        """How a spool stood. `shown` is what its row of Taller says, as a pull would read it.

        The row is as old as the event it names: the events up to that one must make of the spool what the row says;
        those after it are replayed on top.
        """
        has_row = any(row[1:])
        last = events[-1].seq if events else 0
        seen = int(row[_SEQ]) if row[_SEQ].isdecimal() else 0 if has_row else last
        is_untouched = SPOOL_ROWS.is_written_by_mirror(row) or not has_row
        if not (events or seen) and is_untouched:
            return Recovered(spool=with_joints(shown, shown.uniones))
        differs: Columns = {"seq": (row[_SEQ] or "0", str(last))}
        replayed: Spool | None = None
        for start in (_pristine(shown), _begun(shown, events)):
            try:
                then = _replay(start, [event for event in events if event.seq <= seen])
                now = _replay(then, [event for event in events if event.seq > seen])
            except _IMPOSSIBLE:
                continue
            found = self._differences(then, row)
            if not found and (seen <= last or seen in self.loads) and is_untouched:
                return Recovered(spool=with_joints(now, now.uniones))
            differs = found or differs
            if replayed is None or is_untouched:
                # What a person may have written into the row is nothing that the shop began with.
                replayed = now
        if (self.take is Source.TALLER and has_row) or replayed is None:
            # What a row says of joints is only how many were made.
            uniones = (replayed or shown).uniones
            replayed = replace(shown, uniones=uniones, seq=max(seen, last), version=len(events) + 1)
        replayed = with_joints(replayed, replayed.uniones)
        return Recovered(spool=replayed, differs=differs, has_row=has_row)

    def _differences(self, spool: Spool, row: Texts) -> Columns:
        """What the row says and what the spool would say; the lock may have lived or not when the row was written."""
        held = spool.ocupacion
        moments = filter(None, (held.fecha_ocupacion, held.vence)) if held else (_ANY_MOMENT,)
        texts = (texts_of(spool, now=moment, timezone=self.timezone, policy=self.policy) for moment in moments)
        return min(
            ({COLUMNS[at]: (row[at], each[at]) for at in _COMPARED if row[at] != each[at]} for each in texts), key=len
        )


def _pristine(spool: Spool) -> Spool:
    """The spool with nothing but what the office owns."""
    return Spool(
        tag_spool=spool.tag_spool,
        ot=spool.ot,
        nv=spool.nv,
        fecha_materiales=spool.fecha_materiales,
        uniones=spool.uniones,
    )


def _begun(shown: Spool, events: Sequence[Event]) -> Spool:
    """The spool before its events, where the shop began with progress: what has no events is as shown."""
    touched = {event.operacion for event in events}
    begun: dict[str, Any] = {
        avance_field(operacion): shown.avance(operacion) for operacion in _TAKEN if operacion not in touched
    }
    if Operacion.METROLOGIA not in touched:
        unblocked = sum(event.accion is Accion.DESBLOQUEAR for event in events)
        begun |= {
            "inspeccion": shown.inspeccion,
            "rechazos": shown.rechazos,
            "ciclos_extra": max(shown.ciclos_extra - unblocked, 0),
            "bloqueado": shown.bloqueado,
        }
    if shown.ocupacion and shown.ocupacion.operacion not in touched:
        begun["ocupacion"] = shown.ocupacion
    return replace(_pristine(shown), **begun)


def _replay(spool: Spool, events: Sequence[Event]) -> Spool:
    for event in events:
        spool = apply_event(spool, event)
    return spool
