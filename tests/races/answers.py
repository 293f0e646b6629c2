"""Whether what was refused, and what was shown, was so at some moment between a request's call and its return. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_jsonable_python

from core.conflicts import Backoff
from core.domain.errors import KioskError, SpoolNoEncontradoError, WorkerNoEncontradoError
from core.domain.model import Spool
from core.domain.requests import EntregarRequest, Request
from core.domain.responses import SpoolStatus
from core.domain.rulebook.decisions import AlreadySo, Circumstances, Decision
from core.domain.rulebook.policy import Policy
from core.domain.rules import decide
from tests.processes import TIMEZONE
from tests.races.records import LOST_PAST, Kind, Record, status_fields
from tests.races.window import Round

POLICY: Final = Policy(max_reparaciones=0)
NO_ID: Final = UUID(int=0)


def true_refusals(the_round: Round) -> Iterator[str]:
    for record in the_round.answered(Kind.REFUSED, Kind.DONE):
        if record.answer.get("changed") or record.answer.get("error_code") == LOST_PAST:
            continue
        first, last = the_round.past.window(record)
        states = the_round.past.states(record.tag, first, last)
        if record.answer.get("error_code") == "VERSION_CONFLICT":
            # Each try found the spool changed since it had read it.
            true = len(states) > Backoff().attempts
        elif record.verb in {"status", "history"} or not states:
            true = _is(SpoolNoEncontradoError(record.tag), record) and not states
        else:
            moments = the_round.moments(record)
            true = any(_leads_to(record, state, now, the_round) for state in states for now in moments)
        if not true:
            known = "; ".join(who(state, record.began) for state in states) or "none that its times allow"
            yield f"it is true of no state from number {first} to {last}: {known}. {record}"


def _leads_to(record: Record, spool: Spool, now: datetime, the_round: Round) -> bool:
    """Whether the rules answer so, without an event."""
    try:
        decision = decided(spool, record.request, now, the_round)
    except KioskError as refusal:
        return _is(refusal, record)
    done = record.kind is Kind.DONE and isinstance(decision, AlreadySo)
    return done and decision.occupation.seq == record.answer["seq"]


def _is(refusal: KioskError, record: Record) -> bool:
    if record.kind is not Kind.REFUSED:
        return False
    data: Mapping[str, Any] = to_jsonable_python(refusal.as_dict())
    answer = record.answer
    if (data["error_code"], answer.get("vencio", "")) == ("LOCK_EXPIRED", None):
        # The lock ended between the decision and the commit: the ledger does not say when.
        same = ("error_code", "tag_spool", "worker_id")
        return [data[name] for name in same] == [answer[name] for name in same]
    return data == answer


def true_reads(the_round: Round) -> Iterator[str]:
    for record in the_round.answered(Kind.SHOWN, Kind.DONE):
        first, last = the_round.past.window(record)
        match record.verb:
            case "watch" | "settle":
                continue  # checks of their own
            case "board":
                true = first <= record.answer["seq"] <= last and _board_is_so(record, the_round)
            case "history":
                true = _history_is_so(record, the_round, first, last)
            case _:
                shown = record.answer if record.kind is Kind.SHOWN else record.answer["spool"]
                states = the_round.past.states(record.tag, first, last)
                true = shown is None or any(_looks(state, shown, the_round.moments(record)) for state in states)
        if not true:
            yield f"this was so at no moment from number {first} to {last} of the log. {record}"


def _looks(spool: Spool, shown: Mapping[str, Any], moments: tuple[datetime, datetime]) -> bool:
    if (spool.tag_spool, spool.seq) != (shown["tag_spool"], shown["seq"]):
        return False
    return any(status_fields(SpoolStatus.of(spool, now=now, policy=POLICY)) == shown for now in moments)


def _board_is_so(record: Record, the_round: Round) -> bool:
    seq, shown, past = record.answer["seq"], record.answer["spools"], the_round.past
    if shown.keys() != set(past.tags()):
        return False
    moments = the_round.moments(record)
    return all(_looks(past.state_at(tag, seq), shown[tag], moments) for tag in past.tags())


def _history_is_so(record: Record, the_round: Round, first: int, last: int) -> bool:
    shown = [(seq, event_id) for seq, event_id in record.answer["events"]]
    states = the_round.past.states(record.tag, first, last)
    newest = shown[-1][0] if shown else 0
    numbers = [state.seq for state in the_round.past.states(record.tag, 0, newest)[1:]]
    events = [(seq, str(the_round.events[seq].id)) for seq in numbers]
    return newest in {state.seq for state in states} and shown == events


def decided(spool: Spool, request: Request, now: datetime, the_round: Round, policy: Policy = POLICY) -> Decision:
    """What the rules make of the request on this spool, at this time. Raises the refusal."""
    worker = the_round.workers.get(request.worker_id)
    if worker is None:
        raise WorkerNoEncontradoError(request.worker_id)
    local = now.astimezone(TIMEZONE)
    receiver = the_round.workers.get(request.a_worker_id) if isinstance(request, EntregarRequest) else None
    given = Circumstances(worker=worker, station="", now=local, policy=policy, event_id=NO_ID, receiver=receiver)
    return decide(spool, request, given)


def who(spool: Spool, now: datetime) -> str:
    """Who had the spool, in words."""
    held = spool.ocupacion
    if held is None:
        return f"after {spool.seq} {spool.tag_spool} was free"
    ended = " (expired)" if held.is_expired(now) else ""
    return f"after {spool.seq} {spool.tag_spool} was {held.worker_nombre}'s for {held.operacion}{ended}"
