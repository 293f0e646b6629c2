"""What the records of a round and the ledger's log say against each other, in plain words. Pure: nothing is read.

Each check is a promise of the ledger, and finds what breaks it:

* an acknowledged event is in the log, as that request's and nobody else's;
* what returned before another's call stands before it in the log;
* every event was lawful when it happened: above all, nobody takes what another holds;
* a refusal is what the rules say of some state of the spool between its call and its return;
* what was shown was so at some moment between call and return.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.model import Spool
from core.domain.reasons import FallaRegistro
from core.domain.requests import Request
from core.domain.rulebook.decisions import Accepted
from tests.races.answers import NO_ID, POLICY, decided, true_reads, true_refusals, who
from tests.races.records import LOST_PAST, Kind, Record
from tests.races.window import Round

TICK: Final = timedelta(milliseconds=5)
"""A lock's life is stored in whole milliseconds on some engines."""


@dataclass(frozen=True)
class Finding:
    """A broken promise: which check found it, and what it says."""

    check: str
    text: str

    def __str__(self) -> str:
        return f"{self.check}: {self.text}"


def check_all(the_round: Round) -> list[Finding]:
    """Every finding of every check."""
    return [Finding(name, text) for name, check in CHECKS.items() for text in check(the_round)]


# What the ledger stores


def log_without_gaps(the_round: Round) -> Iterator[str]:
    numbers = [event.seq for event in the_round.log]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong = next(at for at, number in enumerate(numbers, 1) if at != number)
        yield f"number {wrong} of the log is missing: {numbers[wrong - 1]} stands there"


def state_of_the_log(the_round: Round) -> Iterator[str]:
    yield from the_round.past.broken
    for tag in the_round.past.tags():
        replayed, stored = the_round.past.last(tag), the_round.stored.get(tag)
        if replayed != stored:
            yield f"{tag} is stored as {stored}, while its events make {replayed}"


def lawful_events(the_round: Round) -> Iterator[str]:
    """The rules accept each event, as it is in the log, on the spool as it was just before."""
    by_number = {seq: request_id for request_id, seq in the_round.saved.items()}
    for seq, before in the_round.past.before.items():
        event, calls = the_round.events[seq], the_round.requests.get(by_number.get(seq, NO_ID))
        if calls:
            lawful = [_drafted(before, calls[0].request, event, event.ts + shift, the_round) for shift in (-TICK, TICK)]
            if True not in lawful:
                yield f"{_named(event)} was not lawful: {lawful[0]}; before it, {who(before, event.ts)}"


def _drafted(before: Spool, request: Request, event: Event, now: datetime, the_round: Round) -> bool | str:
    """Whether the request leads from `before` to `event`; a text says what else it leads to."""
    life = event.metadata.get("lock_ttl", 0)
    assert isinstance(life, int)
    try:
        decision = decided(before, request, now, the_round, policy=replace(POLICY, lock_ttl=life))
    except KioskError as refusal:
        return f"the rules refuse it, {refusal.message}"
    if not isinstance(decision, Accepted):
        return "the worker had the spool already"
    made = decision.draft.committed(seq=event.seq, ts=event.ts)
    same = ("tag_spool", "worker_id", "worker_nombre", "accion", "operacion", "metadata")
    differs = [name for name in same if to_jsonable_python(getattr(made, name)) != getattr(event, name)]
    return not differs or f"the rules make another {differs[0]} of it: {getattr(made, differs[0])!r}"


# What was acknowledged


def acknowledged_saved(the_round: Round) -> Iterator[str]:
    for record in _acknowledged(the_round):
        seq, event = record.answer["seq"], the_round.events.get(record.answer["seq"])
        if event is None:
            yield f"number {seq} is not in the log, which ends at {the_round.past.end}. {record}"
        elif not record.request.asks_for(event):
            yield f"{_named(event)} is another's. {record}"
        elif the_round.saved.get(record.request_id or NO_ID) != seq:
            yield f"the ledger remembers the request as {the_round.saved.get(record.request_id or NO_ID)}. {record}"


def saved_once(the_round: Round) -> Iterator[str]:
    """Every event is one request's that somebody sent."""
    owners: dict[int, UUID] = {}
    for request_id, seq in the_round.saved.items():
        if seq in owners:
            yield f"number {seq} is of two requests, {owners[seq]} and {request_id}"
        owners[seq] = request_id
    for event in the_round.log:
        if event.tag_spool and event.seq not in owners:
            yield f"{_named(event)} is of no request: it was saved twice, or nobody asked for it"


def real_time_order(the_round: Round) -> Iterator[str]:
    for request_id, seq in the_round.saved.items():
        first = the_round.requests[request_id][0]
        earlier = the_round.past.committed_by(first.called)
        if seq <= earlier:
            yield f"number {seq} was asked for when {earlier} was already known to be in the log. {first}"


def repeats(the_round: Round) -> Iterator[str]:
    """A request that is sent again after it was saved is answered with its event."""
    for record in the_round.answered(Kind.DONE, Kind.REFUSED):
        if record.answer.get("error_code") == LOST_PAST:
            continue
        seq = the_round.saved.get(record.request_id or NO_ID)
        if seq is not None and seq <= the_round.past.committed_by(record.called) and record.answer.get("seq") != seq:
            yield f"it was saved before this call, as number {seq}. {record}"


def not_saved(the_round: Round) -> Iterator[str]:
    """What was answered, every time, that it was not saved is not in the log."""
    for request_id, seq in the_round.saved.items():
        calls = the_round.requests[request_id]
        if all(_denies(record) for record in calls):
            yield f"number {seq} is in the log. {calls[-1]}"


def kept_fates(the_round: Round) -> Iterator[str]:
    """What was told of a request without an answer, that it was saved or that it never will be, stays so."""
    for record in the_round.answered(Kind.SHOWN):
        if record.verb == "settle":
            seq = the_round.saved.get(UUID(record.fields["about"]))
            if record.answer["saved"] is not (seq is not None):
                yield f"it is {f'number {seq}' if seq else 'not'} in the log. {record}"


def kept_past(the_round: Round) -> Iterator[str]:
    """No station is told that what it had seen in the log is no longer there, unless the replicas never had it."""
    told: set[str] = set()
    for record in sorted(the_round.answered(Kind.REFUSED, Kind.UNAVAILABLE), key=lambda one: one.returned):
        if record.answer.get("reason") == FallaRegistro.REPLICAS_SIN_CONFIRMAR and record.answer["doubtful"]:
            # It was told that only the master has what it saved.
            told.add(record.process)
        elif record.answer["error_code"] == LOST_PAST and record.process not in told:
            told.add(record.process)
            yield f"what this station had seen is gone. {record}"


def whole_feed(the_round: Round) -> Iterator[str]:
    """Whoever watches is given every event of the log, in order, once."""
    newest: dict[str, int] = {}
    for record in sorted(the_round.answered(Kind.SHOWN, Kind.REFUSED), key=lambda one: one.called):
        if record.verb != "watch":
            continue
        before, seq = newest.get(record.process, 0), record.answer.get("seq", 0)
        newest[record.process] = seq  # after LOST_PAST the watch begins again
        event = the_round.events.get(seq)
        if seq and (seq != before + 1 or event is None or str(event.id) != record.answer["id"]):
            yield f"after number {before} the watch gave {seq}, which is {event and _named(event)} in the log. {record}"


def _denies(record: Record) -> bool:
    """Whether the answer says for sure that nothing was saved."""
    match record.kind:
        case Kind.REFUSED:
            return record.answer["error_code"] != LOST_PAST
        case Kind.DONE:
            return not record.answer["changed"]
        case Kind.UNAVAILABLE:
            return record.answer["doubtful"] is False
    return False


def _acknowledged(the_round: Round) -> Iterator[Record]:
    for record in the_round.answered(Kind.DONE):
        if record.answer["changed"]:
            yield record


def _named(event: Event) -> str:
    return f"number {event.seq}, {event.evento_tipo} of {event.tag_spool} by {event.worker_nombre},"


Check = Callable[[Round], Iterator[str]]

CHECKS: Final[dict[str, Check]] = {
    "gap in the log": log_without_gaps,
    "state that the log does not make": state_of_the_log,
    "unlawful event": lawful_events,
    "lost write": acknowledged_saved,
    "saved twice": saved_once,
    "wrong order": real_time_order,
    "false fate": kept_fates,
    "lost past": kept_past,
    "gap in the feed": whole_feed,
    "repeat answered otherwise": repeats,
    "saved although denied": not_saved,
    "false refusal": true_refusals,
    "stale read": true_reads,
}
"""Every check by the name of what it finds."""
