"""The checker itself: of each kind of lie that an answer, a log or a state may tell, it finds one that was planted."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import inf
from uuid import uuid4

import pytest
from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError, LedgerRolledBackError, LedgerUnavailableError, LockExpiredError
from tests.races.checker import CHECKS, check_all
from tests.races.records import Kind
from tests.races.story import LIFE, Story, a_day


def stale_read(story: Story) -> None:
    """S-1 is shown as it was before a note that was acknowledged already."""
    before = story.spools["S-1"]
    story.ask("nota", 1, texto="golpe")
    story.show(spool=before)


def lost_write(story: Story) -> None:
    """A note is acknowledged and is not in the log."""
    kept = story.spools["S-1"]
    story.ask("nota", 1, texto="golpe")
    lost = story.log.pop()
    story.spools["S-1"] = kept
    story.saved = {request_id: seq for request_id, seq in story.saved.items() if seq != lost.seq}
    story.records[-1] = replace(story.records[-1], answer={"seq": lost.seq, "changed": True, "spool": None})


def double_take(story: Story) -> None:
    """Two workers decide on S-1 while it is free, and both are given it."""
    story.ask("pausar", 2)
    free = story.spools["S-1"]
    story.ask("tomar", 1, operacion="ARM")
    story.tick(0.01)
    fields = {"tag_spool": "S-1", "worker_id": 3, "request_id": str(uuid4()), "operacion": "ARM"}
    story.record("tomar", fields, Kind.DONE, story.done(story.commit(free, "tomar", fields)))


def wrong_order(story: Story) -> None:
    """A note on S-2 is asked for after one on S-1 was acknowledged, and stands before it in the log."""
    first, second = story.ask("nota", 1, texto="uno"), story.ask("nota", 3, "S-2", texto="dos")
    early, late = story.log[-2:]
    story.log[-2:] = [late.model_copy(update={"seq": early.seq}), early.model_copy(update={"seq": late.seq})]
    for record, event in ((first, story.log[-1]), (second, story.log[-2])):
        story.saved[record.request.request_id] = event.seq
        story.spools[event.tag_spool] = replace(story.spools[event.tag_spool], seq=event.seq)
        answer = {"seq": event.seq, "changed": True, "spool": None}
        story.records[story.records.index(record)] = replace(record, answer=answer)


def false_refusal(story: Story) -> None:
    """The holder is told that nobody holds the spool."""
    story.tick()
    fields = {"tag_spool": "S-1", "worker_id": 2, "request_id": str(uuid4())}
    story.record("pausar", fields, Kind.REFUSED, to_jsonable_python(LockExpiredError("S-1").as_dict()))


def saved_twice(story: Story) -> None:
    """A note is written twice; the ledger remembers its request by the second."""
    record = story.ask("nota", 1, texto="golpe")
    story.tick(0.01)
    again = story.commit(story.spools["S-1"], "nota", dict(record.fields))
    story.records[-1] = replace(record, returned=story.now, answer=story.done(again))


def saved_although_denied(story: Story) -> None:
    """A note is in the log, of which its worker was told that it was not saved."""
    record = story.ask("nota", 1, texto="golpe")
    denied = {**LedgerUnavailableError().as_dict(), "doubtful": False}
    story.records[-1] = replace(record, kind=Kind.UNAVAILABLE, answer=to_jsonable_python(denied))


def false_fate(story: Story) -> None:
    """Of a note that was saved, and shown so, a terminal is told that it was not."""
    record = story.ask("nota", 1, texto="golpe")
    story.tick()
    story.record("settle", {"about": str(record.request_id)}, Kind.SHOWN, {"saved": False})


def repeat_answered_otherwise(story: Story) -> None:
    """A TOMAR that was acknowledged is sent again after another has the spool, and is refused like a new one."""
    first = next(record for record in story.records if record.verb == "tomar" and record.answer.get("seq") == 2)
    story.tick()
    with pytest.raises(KioskError) as refusal:
        story.commit(story.spools["S-1"], "tomar", dict(first.fields))
    story.record("tomar", dict(first.fields), Kind.REFUSED, to_jsonable_python(refusal.value.as_dict()))


def gap_in_the_feed(story: Story) -> None:
    """A watch leaves one event out."""
    story.watch(5)


def lost_past(story: Story) -> None:
    """A station is told that the ledger no longer has what the station had seen."""
    story.tick()
    fields = {"tag_spool": "S-1", "worker_id": 2, "request_id": str(uuid4())}
    error = LedgerRolledBackError(known_seq=9, found_seq=7, same_ledger=True)
    story.record("pausar", fields, Kind.REFUSED, to_jsonable_python(error.as_dict()))


def gap_in_the_log(story: Story) -> None:
    """A number was never given."""
    story.ask("nota", 1, "S-2", texto="golpe")
    last = story.log.pop()
    story.log.append(last.model_copy(update={"seq": last.seq + 1}))
    record = story.records[-1]
    story.saved[record.request.request_id] = last.seq + 1
    story.spools["S-2"] = replace(story.spools["S-2"], seq=last.seq + 1)
    story.records[-1] = replace(record, answer={"seq": last.seq + 1, "changed": True, "spool": None})


def state_that_the_log_does_not_make(story: Story) -> None:
    """S-2 is stored as free, while its events say that somebody has it."""
    story.spools["S-2"] = replace(story.spools["S-2"], ocupacion=None)


PLANTED: dict[str, Callable[[Story], None]] = {
    "stale read": stale_read,
    "lost write": lost_write,
    "unlawful event": double_take,
    "wrong order": wrong_order,
    "false refusal": false_refusal,
    "saved twice": saved_twice,
    "saved although denied": saved_although_denied,
    "false fate": false_fate,
    "repeat answered otherwise": repeat_answered_otherwise,
    "gap in the feed": gap_in_the_feed,
    "lost past": lost_past,
    "gap in the log": gap_in_the_log,
    "state that the log does not make": state_that_the_log_does_not_make,
}


def found_in(story: Story) -> Iterable[str]:
    return [finding.check for finding in check_all(story.told())]


def test_every_check_has_a_fault_that_it_must_find() -> None:
    assert PLANTED.keys() == CHECKS.keys()


def test_honest_work_has_no_findings() -> None:
    assert check_all(a_day().told()) == []


def expired(story: Story) -> None:
    """A lock ends, the spool is shown so, its holder may do nothing with it, and another takes it."""
    story.tick(2 * LIFE)
    story.show()
    story.ask("extender", 2)
    story.ask("tomar", 1, operacion="ARM")


def killed_before_the_answer(story: Story) -> None:
    """A note is in the log whose worker was killed meanwhile."""
    record = story.ask("nota", 1, texto="golpe")
    story.records[-1] = replace(record, kind=Kind.UNANSWERED, answer={}, returned=inf, ended=None)


def in_doubt(story: Story) -> None:
    """A note is saved and its answer lost: the same request, sent again, is answered with its event."""
    record = story.ask("nota", 1, texto="golpe")
    doubt = {**LedgerUnavailableError().as_dict(), "doubtful": True}
    story.records[-1] = replace(record, kind=Kind.UNAVAILABLE, answer=to_jsonable_python(doubt))
    story.ask("nota", 3, texto="otro golpe")
    story.tick()
    seq = story.saved[record.request.request_id]
    again = {"seq": seq, "changed": True, "spool": story.status(story.spools["S-1"])}
    story.record("nota", dict(record.fields), Kind.DONE, again)


def at_once(story: Story) -> None:
    """Two are asked at once: who is shown the spool as it was before the other's act is shown no lie."""
    before = story.spools["S-1"]
    story.ask("nota", 1, texto="golpe")
    story.now -= 0.05
    story.record("status", {"tag_spool": "S-1"}, Kind.SHOWN, story.status(before))


@pytest.mark.parametrize("happens", [expired, killed_before_the_answer, in_doubt, at_once])
def test_what_may_happen_is_no_finding(happens: Callable[[Story], None]) -> None:
    story = a_day()
    happens(story)
    assert check_all(story.told()) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_by_its_own_check_alone(name: str) -> None:
    story = a_day()
    PLANTED[name](story)
    # By its own check alone: without that check nobody would find it.
    assert set(found_in(story)) == {name}
