"""What a terminal remembers of each worker's last act."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.domain.events import Event
from core.domain.model import Accion, Operacion, Worker
from core.domain.undo import REVERSIBLE, Act, LastActs
from tests.contract.commits import draft
from tests.plants import JUAN, MIGUEL, NOT_ASKED_BY_WORKERS, START, Etapa, a_worker, spool_at
from tests.shopfloor import HOUR

SPOOL = spool_at(Etapa.LIBRE)


def an_event(seq: int, worker: Worker = MIGUEL, *, later: int = 0, accion: Accion = Accion.TOMAR) -> Event:
    fact = draft(SPOOL.tag_spool, accion, Operacion.ARM, worker, {"lock_ttl": HOUR})
    return fact.committed(seq=seq, ts=START + timedelta(seconds=later))


def do(acts: LastActs, event: Event) -> Event:
    acts.about_to_happen(event.id, SPOOL)
    acts.happened(event)
    return event


def test_each_worker_has_a_last_act_of_their_own():
    acts = LastActs()
    do(acts, an_event(2))
    mine, theirs = do(acts, an_event(3)), do(acts, an_event(4, JUAN))
    assert acts.of(MIGUEL.worker_id) == Act(mine, SPOOL)
    assert acts.of(JUAN.worker_id) == Act(theirs, SPOOL)
    assert acts.of(1) is None


def test_what_was_not_done_here_is_not_remembered():
    acts = LastActs()
    acts.happened(an_event(2))
    assert acts.of(MIGUEL.worker_id) is None


def test_what_was_tried_and_did_not_happen_is_no_act():
    acts = LastActs()
    acts.about_to_happen(uuid4(), SPOOL)
    assert acts.of(MIGUEL.worker_id) is None


def test_of_one_batch_the_last_is_the_last_in_whatever_order_they_are_told():
    acts = LastActs()
    later, earlier = an_event(3), an_event(2)
    for event in (earlier, later):
        acts.about_to_happen(event.id, SPOOL)
    acts.happened(later)
    acts.happened(earlier)
    assert acts.of(MIGUEL.worker_id) == Act(later, SPOOL)


def test_an_act_whose_reply_came_late_does_not_displace_a_newer_one():
    acts = LastActs()
    old = an_event(2)
    acts.about_to_happen(old.id, SPOOL)
    new = do(acts, an_event(3, later=5))
    acts.happened(old)
    assert acts.of(MIGUEL.worker_id) == Act(new, SPOOL)


def test_after_a_ledger_lost_its_past_a_lower_number_may_be_the_newer_act():
    acts = LastActs()
    do(acts, an_event(1000))
    new = do(acts, an_event(51, later=3600))
    assert acts.of(MIGUEL.worker_id) == Act(new, SPOOL)


def test_a_repeat_of_what_was_told_before_changes_nothing():
    acts = LastActs()
    first = do(acts, an_event(2))
    acts.happened(first)
    assert acts.of(MIGUEL.worker_id) == Act(first, SPOOL)


def test_what_is_oldest_is_forgotten_first_and_nothing_grows_without_end():
    acts = LastActs()
    for n in range(1, 1001):
        do(acts, an_event(n, a_worker(n, "Ana", "Soto")))
        acts.about_to_happen(uuid4(), SPOOL)
    kept = [n for n in range(1, 1001) if acts.of(n)]
    assert kept == list(range(1001 - len(kept), 1001))
    assert len(kept) == 256
    assert len(acts._before) == 100


def test_who_acted_again_is_not_the_oldest():
    acts = LastActs()
    do(acts, an_event(1, a_worker(1, "Ana", "Soto")))
    for n in range(2, 257):
        do(acts, an_event(n, a_worker(n, "Ana", "Soto")))
    do(acts, an_event(257, a_worker(1, "Ana", "Soto"), later=1))
    do(acts, an_event(258, a_worker(999, "Ana", "Soto")))
    assert acts.of(1)
    assert acts.of(2) is None


@pytest.mark.parametrize("accion", Accion)
def test_only_acts_on_a_spools_work_can_be_undone(accion: Accion):
    holds = {Accion.RETENER, Accion.REANUDAR}
    never = {Accion.EXTENDER, Accion.NOTA, Accion.DESHACER, *holds, *NOT_ASKED_BY_WORKERS}
    assert Act(an_event(2, accion=accion), SPOOL).reversible == (accion not in never) == (accion in REVERSIBLE)


def test_the_time_left_runs_out_after_30_seconds():
    act = Act(an_event(2), replace(SPOOL))
    assert act.time_left(START) == timedelta(seconds=30)
    assert act.time_left(START + timedelta(seconds=29.5)) == timedelta(seconds=0.5)
    assert act.time_left(START + timedelta(seconds=31)) < timedelta()
