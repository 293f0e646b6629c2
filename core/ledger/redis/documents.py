"""Spools and events as Redis stores them: JSON, with holes where only the server knows what belongs there."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from core.events import Event, EventDraft
from core.ledger.codec import spool_from_json, spool_to_json
from core.ledger.loading import with_first_event
from core.model import Spool
from core.replay import apply_event

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Values no ledger will reach stand for those that only the server knows.
_FUTURE_SEQ: Final = 2**62
_FUTURE_TS: Final = datetime(9000, 1, 1, tzinfo=UTC)
_SEQ_PART: Final = f'{{"seq":{_FUTURE_SEQ},'
_TS_PART: Final = ',"ts":"9000-01-01T00:00:00Z"'

# They are found by their keys. No text in the document can look like one: in JSON its quotes have a backslash.
_HOLE_OF: Final = {"seq": "\1", "fecha_ocupacion": "\2", "vence": "\3"}
_HOLES: Final = re.compile(rf'"(seq)":{_FUTURE_SEQ}|"(fecha_ocupacion|vence)":"9\d\d\d-[^"]*"')


def instant(milliseconds: str | int) -> datetime:
    """The instant of a server's clock: whole milliseconds since 1970, UTC."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


def milliseconds(moment: datetime) -> int:
    """The instant in whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def event_rest(draft: EventDraft) -> str:
    """The draft's JSON object after `seq` and `ts`, which the server puts in front."""
    return _rest(draft.committed(seq=_FUTURE_SEQ, ts=_FUTURE_TS))


def _rest(future: Event) -> str:
    # Both parts stand before anything a person wrote.
    before, after = future.model_dump_json().removeprefix(_SEQ_PART).split(_TS_PART, maxsplit=1)
    return before + after


def event_from_json(text: str) -> Event:
    """The event of an entry of the log."""
    return Event.model_validate_json(text)


def stored_state(spool: Spool) -> str:
    """The spool as it is stored: its version in front, where a script finds it."""
    return f"{spool.version}|{spool_to_json(spool)}"


def event_and_state(spool: Spool, draft: EventDraft) -> tuple[str, str]:
    """What is stored once the draft is an event: the event after its number and time, and the spool's state.

    The state has holes for the event's number, its time, and the end of its lock.
    """
    future = draft.committed(seq=_FUTURE_SEQ, ts=_FUTURE_TS)
    after = apply_event(spool, future)
    return _rest(future), f"{after.version}|{_HOLES.sub(_hole, spool_to_json(after))}"


def first_state(spool: Spool) -> str:
    """What is stored of a new spool; when it comes occupied, with holes for the load's number."""
    return f"{spool.version}|{_HOLES.sub(_hole, spool_to_json(with_first_event(spool, _FUTURE_SEQ)))}"


def _hole(found: re.Match[str]) -> str:
    key = found[1] or found[2]
    return f'"{key}":{_HOLE_OF[key]}'


def spool_from_state(state: str) -> Spool:
    """The spool of a stored state."""
    return spool_from_json(state.partition("|")[2])
