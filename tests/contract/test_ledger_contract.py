"""What every ledger promises of a commit: all or nothing, one version further, one number on."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.domain.errors import LedgerUnavailableError
from core.domain.model import Operacion, Plant, Snapshot, Spool
from core.domain.rulebook.lock_steps import ClearLock, DropLock, ExtendLock, TakeLock
from core.ledger.protocol import Commit, Committed, Conflict, Ledger, LockGone, LockHeld, Outcome, Repeated
from tests.conftest import OpenLedger
from tests.contract.commits import (
    LOCK,
    committed,
    load,
    noting,
    outcome_of,
    putting_down,
    repeated_by,
    spool_of,
    taking,
    whole_log,
)
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, START, TAG, UNKNOWN_WORKER_ID, Etapa, spool_at
from tests.shopfloor import HOUR, FixedClock


@pytest.fixture
async def ledger(ledger: Ledger) -> Ledger:
    await load(ledger)
    return ledger


async def state_of(ledger: Ledger) -> tuple[Snapshot, int, str | None]:
    """All that a refused commit must leave as it was."""
    return await ledger.snapshot(), len(await whole_log(ledger)), await ledger.locks.value(LOCK)


async def test_read_tells_the_spools_that_exist_and_the_worker(ledger: Ledger):
    reading = await ledger.read([TAG, "NO-EXISTE", Etapa.APROBADO], CARLA.worker_id)
    assert dict(reading.spools) == {TAG: spool_at(Etapa.LIBRE, TAG), Etapa.APROBADO: spool_at(Etapa.APROBADO)}
    assert reading.worker == CARLA


async def test_read_of_nothing_known_is_empty(ledger: Ledger):
    reading = await ledger.read([], UNKNOWN_WORKER_ID)
    assert (dict(reading.spools), reading.worker) == ({}, None)


@pytest.mark.parametrize("etapa", Etapa)
async def test_a_spool_of_any_stage_is_read_back_as_it_was_loaded(ledger: Ledger, etapa: Etapa):
    assert await spool_of(ledger, etapa) == spool_at(etapa)


async def test_a_commit_makes_the_event_the_state_and_the_lock_true_together(ledger: Ledger, clock: FixedClock):
    take = taking(await spool_of(ledger))
    done = await committed(ledger, take)
    assert done.event == take.draft.committed(seq=2, ts=START)
    assert await ledger.events(after=1, limit=10) == [done.event]
    assert await spool_of(ledger) == done.spool
    assert done.spool.ocupacion.operacion is Operacion.ARM
    assert await ledger.locks.value(LOCK) == done.spool.ocupacion.lock_token


async def test_an_event_carries_the_ledgers_clock(ledger: Ledger, clock: FixedClock):
    clock.advance(seconds=90.25)
    done = await committed(ledger, noting(await spool_of(ledger)))
    assert done.event.ts == clock() == ledger.now()


async def test_each_commit_takes_the_version_one_further(ledger: Ledger):
    spool = await spool_of(ledger)
    versions = [spool.version]
    for _ in range(3):
        spool = (await committed(ledger, noting(spool))).spool
        versions.append(spool.version)
    assert versions == [1, 2, 3, 4]
    assert (await spool_of(ledger)).version == 4


async def test_the_log_is_numbered_from_one_without_gaps_whatever_is_refused_between(ledger: Ledger):
    stale = await spool_of(ledger)
    taken = (await committed(ledger, taking(stale))).spool
    for refused in (noting(stale), noting(taken, lock=TakeLock("94:x", HOUR)), putting_down(taken, token="93:x")):
        assert not isinstance(await outcome_of(ledger, refused), Committed)
    await committed(ledger, putting_down(taken))
    assert [event.seq for event in await whole_log(ledger)] == [1, 2, 3]
    assert (await ledger.snapshot()).seq == 3


REFUSED: list[tuple[Callable[[Spool], Commit], Outcome]] = [
    (lambda taken: noting(replace(taken, version=taken.version - 1)), Conflict()),
    (lambda taken: noting(replace(taken, version=taken.version + 1)), Conflict()),
    (lambda taken: noting(replace(taken, version=taken.version - 1), lock=ClearLock()), Conflict()),
    (lambda taken: noting(replace(taken, tag_spool="NO-EXISTE")), Conflict()),
    (lambda taken: taking(taken, JUAN), LockHeld()),
    (lambda taken: putting_down(taken, token=f"{MIGUEL.worker_id}:{uuid4()}"), LockGone()),
    (lambda taken: noting(taken, lock=ExtendLock(f"{MIGUEL.worker_id}:{uuid4()}", HOUR)), LockGone()),
]


@pytest.mark.parametrize(
    ("make", "expected"),
    REFUSED,
    ids=[
        "an older version",
        "a newer version",
        "an older version with a lock step",
        "an unknown spool",
        "a held lock to take",
        "another token to drop",
        "another token to extend",
    ],
)
async def test_a_commit_that_does_not_fit_changes_nothing(
    ledger: Ledger, make: Callable[[Spool], Commit], expected: Outcome
):
    taken = (await committed(ledger, taking(await spool_of(ledger)))).spool
    before, commit = await state_of(ledger), make(taken)
    assert await outcome_of(ledger, commit) == expected
    assert await state_of(ledger) == before
    assert await repeated_by(ledger, commit.request_id) == {}


@pytest.mark.parametrize("step", [DropLock, lambda token: ExtendLock(token, HOUR)], ids=["drop", "extend"])
async def test_a_lock_that_ran_out_is_gone_for_its_holder(
    ledger: Ledger, clock: FixedClock, step: Callable[[str], DropLock | ExtendLock]
):
    taken = (await committed(ledger, taking(await spool_of(ledger), ttl=60))).spool
    clock.advance(seconds=60)
    assert await outcome_of(ledger, noting(taken, lock=step(taken.ocupacion.lock_token))) == LockGone()


async def test_a_lock_that_ran_out_may_be_taken_by_another(ledger: Ledger, clock: FixedClock):
    taken = (await committed(ledger, taking(await spool_of(ledger), ttl=60))).spool
    clock.advance(seconds=59)
    assert await outcome_of(ledger, taking(taken, JUAN)) == LockHeld()
    clock.advance(seconds=1)
    assert (await committed(ledger, taking(taken, JUAN))).spool.ocupacion.worker_id == JUAN.worker_id


async def test_a_commit_may_extend_its_own_lock(ledger: Ledger, clock: FixedClock):
    taken = (await committed(ledger, taking(await spool_of(ledger), ttl=60))).spool
    token = taken.ocupacion.lock_token
    clock.advance(seconds=59)
    await committed(ledger, noting(taken, lock=ExtendLock(token, 60)))
    clock.advance(seconds=59)
    assert await ledger.locks.value(LOCK) == token


@pytest.mark.parametrize("seconds", [0, 61], ids=["living", "expired"])
async def test_a_commit_may_clear_whatever_lock_is_there(ledger: Ledger, clock: FixedClock, seconds: int):
    taken = (await committed(ledger, taking(await spool_of(ledger), ttl=60))).spool
    clock.advance(seconds=seconds)
    await committed(ledger, noting(taken, lock=ClearLock()))
    assert await ledger.locks.value(LOCK) is None


async def test_commits_made_together_each_have_their_own_outcome_in_order(ledger: Ledger):
    spools = [await spool_of(ledger, tag) for tag in FREE_TAGS[:3]]
    await committed(ledger, taking(spools[1], JUAN))
    outcomes = await ledger.commit([taking(spool) for spool in spools])
    assert [type(outcome) for outcome in outcomes] == [Committed, Conflict, Committed]
    assert [outcome.event.seq for outcome in outcomes if isinstance(outcome, Committed)] == [3, 4]


async def test_of_two_commits_of_one_spool_made_together_the_first_wins(ledger: Ledger):
    spool = await spool_of(ledger)
    outcomes = await ledger.commit([taking(spool, MIGUEL), taking(spool, JUAN)])
    assert [type(outcome) for outcome in outcomes] == [Committed, Conflict]
    assert (await spool_of(ledger)).ocupacion.worker_id == MIGUEL.worker_id


async def test_committing_nothing_does_nothing(ledger: Ledger):
    before = await state_of(ledger)
    assert await ledger.commit([]) == []
    assert await state_of(ledger) == before


async def test_a_repeated_request_id_answers_with_the_first_event_and_changes_nothing(ledger: Ledger):
    first = noting(await spool_of(ledger))
    done = await committed(ledger, first)
    later = (await committed(ledger, taking(done.spool))).spool
    before = await state_of(ledger)
    assert await outcome_of(ledger, first) == Repeated(done.event, later)
    assert await repeated_by(ledger, first.request_id, uuid4()) == {first.request_id: Repeated(done.event, later)}
    assert await state_of(ledger) == before


@pytest.mark.parametrize(
    "stale", [{"document": "{}"}, {"identity": "another"}, {"worker": replace(MIGUEL, worker_id=UNKNOWN_WORKER_ID)}]
)
async def test_nothing_is_committed_for_a_worker_who_is_not_as_they_were_read(ledger: Ledger, stale: dict[str, Any]):
    record = (await ledger.read([], MIGUEL.worker_id)).record
    assert record is not None
    first, second = [noting(await spool_of(ledger, tag)) for tag in FREE_TAGS[:2]]
    [done] = await ledger.commit([first], people=[record])
    assert isinstance(done, Committed)
    before = await state_of(ledger)
    outcomes = await ledger.commit([second, first], people=[replace(record, **stale)])
    assert outcomes == [Conflict(), Repeated(done.event, done.spool)]
    assert await state_of(ledger) == before


async def test_a_request_id_twice_in_one_commit_acts_once(ledger: Ledger):
    commit = noting(await spool_of(ledger))
    outcomes = await ledger.commit([commit, commit])
    assert [type(outcome) for outcome in outcomes] == [Committed, Repeated]
    assert (await spool_of(ledger)).version == 2


async def test_a_request_id_is_forgotten_after_its_memory_and_not_before(
    another_ledger: OpenLedger, ledger: Ledger, clock: FixedClock
):
    forgetful = await another_ledger(request_memory=timedelta(seconds=30))
    first = noting(await spool_of(forgetful))
    done = await committed(forgetful, first)
    clock.advance(seconds=29)
    assert await outcome_of(forgetful, first) == Repeated(done.event, done.spool)
    clock.advance(seconds=1)
    assert await repeated_by(forgetful, first.request_id) == {}
    assert await outcome_of(forgetful, first) == Conflict()
    anew = replace(first, spool=done.spool)
    assert (await committed(forgetful, anew)).spool.version == 3


async def test_two_sites_on_one_store_never_see_each_other(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger("planta-2")
    assert await other.snapshot() == Snapshot(seq=0)
    await load(other, Plant(spools=(spool_at(Etapa.LIBRE, TAG),)))
    taken = taking(await spool_of(ledger))
    await committed(ledger, taken)
    assert await spool_of(other) == spool_at(Etapa.LIBRE, TAG)
    assert await other.locks.value(LOCK) is None
    assert await repeated_by(other, taken.request_id) == {}
    assert [event.tag_spool for event in await whole_log(other)] == [""]
    assert await other.history(TAG) == []
    worker = (await other.read([], MIGUEL.worker_id)).worker
    assert worker is None
    assert (await committed(other, replace(taken, spool=await spool_of(other)))).event.seq == 2
    assert (await ledger.snapshot()).seq == 2


async def test_commits_of_many_tasks_on_two_ledger_objects_leave_no_gap(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger()

    async def note_five_times(tag: str, on: Ledger) -> None:
        spool = await spool_of(on, tag)
        for _ in range(5):
            spool = (await committed(on, noting(spool))).spool

    await asyncio.gather(*(note_five_times(tag, (ledger, other)[n % 2]) for n, tag in enumerate(FREE_TAGS)))
    log = await whole_log(ledger)
    assert [event.seq for event in log] == list(range(1, 1 + 5 * len(FREE_TAGS) + 1))
    assert {(await spool_of(ledger, tag)).version for tag in FREE_TAGS} == {6}


async def test_of_many_who_take_one_spool_at_once_exactly_one_gets_it(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger()
    spool = await spool_of(ledger)
    outcomes = await asyncio.gather(
        *(outcome_of((ledger, other)[n % 2], taking(spool, worker)) for n, worker in enumerate(PLANT.workers))
    )
    [winner] = [outcome for outcome in outcomes if isinstance(outcome, Committed)]
    assert await ledger.locks.value(LOCK) == winner.spool.ocupacion.lock_token
    assert await spool_of(other) == winner.spool


async def test_what_was_committed_is_there_for_a_ledger_opened_later(another_ledger: OpenLedger, ledger: Ledger):
    await committed(ledger, taking(await spool_of(ledger)))
    later = await another_ledger()
    assert await later.snapshot() == await ledger.snapshot()
    assert await whole_log(later) == await whole_log(ledger)


async def test_many_may_open_a_new_store_at_once(another_ledger: OpenLedger):
    ledgers = await asyncio.gather(*(another_ledger(f"planta-{n % 4}") for n in range(24)))
    assert {(await one.snapshot()).seq for one in ledgers} == {0}


async def test_a_closed_ledger_is_unavailable(ledger: Ledger):
    await ledger.aclose()
    with pytest.raises(LedgerUnavailableError):
        await ledger.snapshot()


async def test_check_proves_the_store_can_be_written_and_names_its_engine(ledger: Ledger):
    facts = (await ledger.admin.check()).facts
    assert facts["engine"]
    assert facts["last_seq"] == "1"
    assert (await ledger.snapshot()).seq == 1
