"""Spools and events as Redis stores them: JSON, with holes where only the server knows what belongs there."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from pydantic_core import to_json

from core.events import Event, EventDraft
from core.ledger.codec import spool_from_json, spool_to_json
from core.model import Spool
from core.replay import apply_event

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SPOOL: Final = TypeAdapter(Spool)

SEQ_HOLE, TS_HOLE, LOCK_END_HOLE = "\1", "\2", "\3"
_FUTURE_SEQ: Final = 2**62
_FUTURE_TS: Final = datetime(9000, 1, 1, tzinfo=UTC)
_FUTURE_ID: Final = UUID(int=0)


def instant(milliseconds: str | int) -> datetime:
    """The instant of a server's clock: whole milliseconds since 1970, UTC."""
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


def milliseconds(moment: datetime) -> int:
    """The instant in whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def event_rest(draft: EventDraft) -> str:
    """The draft's JSON object after `seq` and `ts`, which the server puts in front."""
    event = draft.committed(seq=1, ts=_EPOCH)
    return event.model_dump_json(exclude={"seq", "ts"}).removeprefix("{")


def event_from_json(text: str) -> Event:
    """The event of an entry of the log."""
    return Event.model_validate_json(text)


def stored_state(spool: Spool) -> str:
    """The spool as it is stored: its version in front, where a script finds it."""
    return f"{spool.version}|{spool_to_json(spool)}"


def state_after(spool: Spool, draft: EventDraft) -> str:
    """What is stored once the draft is an event: with holes for its number, its time, and the end of its lock."""
    after = apply_event(spool, draft.committed(seq=_FUTURE_SEQ, ts=_FUTURE_TS))
    document = _SPOOL.dump_python(after, mode="json", exclude_defaults=True)
    document["seq"] = SEQ_HOLE
    held = after.ocupacion
    if held is not None:
        if held.seq == _FUTURE_SEQ:
            document["ocupacion"] |= {"seq": SEQ_HOLE, "fecha_ocupacion": TS_HOLE}
        if held.vence is not None and held.vence >= _FUTURE_TS:
            document["ocupacion"]["vence"] = LOCK_END_HOLE
    return f"{after.version}|{_with_holes(document)}"


def first_state(spool: Spool) -> str:
    """What is stored of a new spool; when it comes occupied, with holes for the load's number."""
    document = _SPOOL.dump_python(spool, mode="json", exclude_defaults=True)
    if spool.ocupacion is not None:
        document["seq"] = document["ocupacion"]["seq"] = SEQ_HOLE
    return f"{spool.version}|{_with_holes(document)}"


def _with_holes(document: dict[str, Any]) -> str:
    """The JSON, where each value that is a hole becomes the bare control character: JSON never contains one."""
    text = to_json(document).decode()
    for hole in (SEQ_HOLE, TS_HOLE, LOCK_END_HOLE):
        text = text.replace(f'"\\u{ord(hole):04x}"', hole)
    return text


def spool_from_state(state: str) -> Spool:
    """The spool of a stored state."""
    return spool_from_json(state.partition("|")[2])
