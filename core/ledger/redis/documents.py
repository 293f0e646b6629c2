"""Spools and events as Redis stores them: JSON, with holes where only the server knows what belongs there."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from core.domain.events import Event, EventDraft
from core.domain.model import Spool
from core.domain.replay import apply_event
from core.ledger.codec import spool_from_json, spool_to_json
from core.ledger.loading import with_first_event

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Values no ledger will reach stand for those that only the server knows.
_FUTURE_SEQ: Final = 2**62
_FUTURE_TS: Final = datetime(9000, 1, 1, tzinfo=UTC)

# They are found by their keys. No text in a document can look like one: in JSON its quotes have a backslash.
_SEQ: Final = f'"seq":{_FUTURE_SEQ}'
_TS: Final = '"ts":"9000-01-01T00:00:00Z",'
_FECHA: Final = '"fecha_ocupacion":"9000-01-01T00:00:00Z"'
_VENCE: Final = '"vence":"9'


def instant(milliseconds: str | int) -> datetime:
    """The instant of a server's clock: whole milliseconds since 1970, UTC."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


def milliseconds(moment: datetime) -> int:
    """The instant in whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def event_rest(draft: EventDraft) -> str:
    """The draft's JSON object without `seq` and `ts`, nor the brace that begins it: the server puts those in front."""
    return _rest(draft.committed(seq=_FUTURE_SEQ, ts=_FUTURE_TS))


def _rest(future: Event) -> str:
    # Both stand before anything a person wrote.
    before, after = future.model_dump_json().split(_TS, maxsplit=1)
    return before.removeprefix(f"{{{_SEQ},") + after


def event_from_json(text: str) -> Event:
    """The event of an entry of the log."""
    return Event.model_validate_json(text)


def stored_state(spool: Spool) -> str:
    """The spool as it is stored: its version in front, where a script finds it."""
    return f"{spool.version}|{spool_to_json(spool)}"


@dataclass(frozen=True, slots=True)
class Pending:
    """A commit on its way: event and state as they will be, but for what only the server knows.

    That is the event's number and its time, which end up in the state as well, and the end of a lock.
    """

    event: Event
    spool: Spool

    @classmethod
    def of(cls, spool: Spool, draft: EventDraft) -> Self:
        event = draft.committed(seq=_FUTURE_SEQ, ts=_FUTURE_TS)
        return cls(event, apply_event(spool, event))

    @property
    def documents(self) -> tuple[str, str]:
        """The event's JSON after its number and time; and the stored state, with holes."""
        return _rest(self.event), _with_holes(self.spool)

    def done(self, seq: int, ts: datetime) -> tuple[Event, Spool]:
        """The event and the state that came of it."""
        held = self.spool.ocupacion
        if held is not None:
            taken_now: dict[str, Any] = {"seq": seq, "fecha_ocupacion": ts} if held.seq == _FUTURE_SEQ else {}
            if held.vence is not None and held.vence >= _FUTURE_TS:
                taken_now["vence"] = ts + (held.vence - _FUTURE_TS)
            held = replace(held, **taken_now) if taken_now else held
        event = self.event.model_copy(update={"seq": seq, "ts": ts})
        return event, replace(self.spool, seq=seq, ocupacion=held)


def first_state(spool: Spool) -> str:
    """What is stored of a new spool; when it comes occupied, with holes for the load's number."""
    return _with_holes(with_first_event(spool, _FUTURE_SEQ))


def _with_holes(spool: Spool) -> str:
    """The state as it is stored, with \\1 for the event's number, \\2 for its time, \\3 for the end of the lock."""
    text = spool_to_json(spool).replace(_SEQ, '"seq":\1').replace(_FECHA, '"fecha_ocupacion":\2')
    before, found, end = text.partition(_VENCE)
    if found:
        _, _, after = end.partition('"')
        text = f'{before}"vence":\3{after}'
    return f"{spool.version}|{text}"


def spool_from_state(state: str) -> Spool:
    """The spool of a stored state."""
    return spool_from_json(state.partition("|")[2])
