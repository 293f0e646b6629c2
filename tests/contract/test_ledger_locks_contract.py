"""What every ledger promises of named locks: one holder, a life, and nothing done without the whole value."""

import asyncio
from datetime import timedelta

import pytest

from core.domain.errors import LockExpiredError, NoAutorizadoError
from core.domain.rulebook.lock_steps import PassLock, RestoreLock, spool_lock
from core.ledger.locks import LockService
from core.ledger.protocol import Ledger, LockGone, LockHeld
from tests.asking import refused
from tests.conftest import OpenLedger
from tests.contract.commits import LOCK, committed, load, noting, outcome_of, spool_of
from tests.shopfloor import FixedClock

KEY, MINE, THEIRS = "spool_lock:MK-1", "93:mine", "94:theirs"


async def test_a_free_lock_is_acquired_once(ledger: Ledger):
    assert await ledger.locks.acquire(KEY, MINE, 60)
    assert not await ledger.locks.acquire(KEY, THEIRS, 60)
    assert not await ledger.locks.acquire(KEY, MINE, 60)
    assert await ledger.locks.value(KEY) == MINE


async def test_a_lock_nobody_acquired_has_no_value_and_cannot_be_extended_or_released(ledger: Ledger):
    assert await ledger.locks.value(KEY) is None
    assert not await ledger.locks.extend(KEY, MINE, 60)
    assert not await ledger.locks.release(KEY, MINE)
    assert await ledger.locks.value(KEY) is None


async def test_a_released_lock_is_free_for_another(ledger: Ledger):
    await ledger.locks.acquire(KEY, MINE, 60)
    assert await ledger.locks.release(KEY, MINE)
    assert await ledger.locks.value(KEY) is None
    assert await ledger.locks.acquire(KEY, THEIRS, 60)


@pytest.mark.parametrize("wrong", [THEIRS, "93:", "93", MINE.upper(), MINE + " ", ""])
async def test_a_wrong_token_releases_and_extends_nothing(ledger: Ledger, clock: FixedClock, wrong: str):
    await ledger.locks.acquire(KEY, MINE, 60)
    clock.advance(seconds=30)
    assert not await ledger.locks.release(KEY, wrong)
    assert not await ledger.locks.extend(KEY, wrong, 600)
    assert await ledger.locks.value(KEY) == MINE
    clock.advance(seconds=30)
    assert await ledger.locks.value(KEY) is None


async def test_a_lock_lives_up_to_its_last_moment_and_no_longer(ledger: Ledger, clock: FixedClock):
    await ledger.locks.acquire(KEY, MINE, 60)
    clock.advance(seconds=59.999)
    assert await ledger.locks.value(KEY) == MINE
    assert not await ledger.locks.acquire(KEY, THEIRS, 60)
    clock.advance(seconds=0.001)
    assert await ledger.locks.value(KEY) is None
    assert await ledger.locks.acquire(KEY, THEIRS, 60)


async def test_a_lock_that_ran_out_cannot_be_extended_or_released(ledger: Ledger, clock: FixedClock):
    await ledger.locks.acquire(KEY, MINE, 60)
    clock.advance(seconds=60)
    assert not await ledger.locks.extend(KEY, MINE, 60)
    assert not await ledger.locks.release(KEY, MINE)


async def test_extending_starts_the_life_anew(ledger: Ledger, clock: FixedClock):
    await ledger.locks.acquire(KEY, MINE, 60)
    clock.advance(seconds=50)
    assert await ledger.locks.extend(KEY, MINE, 30)
    clock.advance(seconds=29)
    assert await ledger.locks.value(KEY) == MINE
    clock.advance(seconds=1)
    assert await ledger.locks.value(KEY) is None


async def test_a_life_of_zero_lasts_until_released(ledger: Ledger, clock: FixedClock):
    await ledger.locks.acquire(KEY, MINE, 0)
    clock.advance(seconds=10 * 365 * 86_400)
    assert await ledger.locks.value(KEY) == MINE
    assert await ledger.locks.release(KEY, MINE)


async def test_extending_by_zero_makes_a_lock_last_until_released_and_by_seconds_ends_that(
    ledger: Ledger, clock: FixedClock
):
    await ledger.locks.acquire(KEY, MINE, 60)
    assert await ledger.locks.extend(KEY, MINE, 0)
    clock.advance(seconds=86_400)
    assert await ledger.locks.extend(KEY, MINE, 60)
    clock.advance(seconds=60)
    assert await ledger.locks.value(KEY) is None


async def test_locks_of_different_names_are_strangers(ledger: Ledger):
    await ledger.locks.acquire(KEY, MINE, 60)
    assert await ledger.locks.acquire(KEY + "0", THEIRS, 60)
    assert await ledger.locks.acquire(KEY.lower(), THEIRS, 60)
    assert await ledger.locks.value(KEY) == MINE


async def test_locks_of_two_sites_are_strangers(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger("planta-2")
    await ledger.locks.acquire(KEY, MINE, 60)
    assert await other.locks.value(KEY) is None
    assert not await other.locks.release(KEY, MINE)
    assert await other.locks.acquire(KEY, THEIRS, 60)
    assert await ledger.locks.value(KEY) == MINE


async def test_of_many_who_acquire_at_once_exactly_one_does(another_ledger: OpenLedger, ledger: Ledger):
    other = await another_ledger()
    tokens = [f"{n}:token" for n in range(40)]
    taken = await asyncio.gather(*((ledger, other)[n % 2].locks.acquire(KEY, tokens[n], 60) for n in range(40)))
    assert sum(taken) == 1
    assert await other.locks.value(KEY) == tokens[taken.index(True)]


async def test_a_spools_lock_by_the_service_is_the_ledgers_lock_of_that_name(ledger: Ledger):
    token = await LockService(ledger).acquire("MK-1", 93)
    assert await ledger.locks.value(spool_lock("MK-1")) == token


async def test_the_service_tells_the_owner_of_a_lock(ledger: Ledger):
    locks = LockService(ledger)
    assert await locks.owner("MK-1") == (None, None)
    token = await locks.acquire("MK-1", 93)
    assert await locks.owner("MK-1") == (93, token)


async def test_the_service_gives_no_token_for_a_lock_that_lives(ledger: Ledger):
    locks = LockService(ledger)
    token = await locks.acquire("MK-1", 93)
    assert await locks.acquire("MK-1", 94) is None
    assert await locks.owner("MK-1") == (93, token)


async def test_the_service_releases_only_by_the_whole_token(ledger: Ledger):
    locks = LockService(ledger)
    token = await locks.acquire("MK-1", 93)
    assert not await locks.release("MK-1", LockService.new_token(93))
    assert await locks.owner("MK-1") == (93, token)
    assert await locks.release("MK-1", token)
    assert await locks.owner("MK-1") == (None, None)


async def test_the_service_refuses_to_extend_a_lock_that_ran_out(ledger: Ledger, clock: FixedClock):
    locks = LockService(ledger, ttl=60)
    token = await locks.acquire("MK-1", 93)
    clock.advance(seconds=60)
    with refused(LockExpiredError, tag_spool="MK-1"):
        await locks.extend("MK-1", token)


async def test_the_service_refuses_to_extend_anothers_lock_and_names_its_holder(ledger: Ledger):
    locks = LockService(ledger)
    await locks.acquire("MK-1", 94)
    with refused(NoAutorizadoError, tag_spool="MK-1", worker_id=94):
        await locks.extend("MK-1", LockService.new_token(93))


async def test_the_services_life_holds_unless_another_is_given(ledger: Ledger, clock: FixedClock):
    locks = LockService(ledger, ttl=60)
    usual, longer = await locks.acquire("MK-1", 93), await locks.acquire("MK-2", 93, ttl=61)
    await locks.acquire("MK-3", 93, ttl=0)
    clock.advance(seconds=59)
    await locks.extend("MK-1", usual)
    clock.advance(seconds=2)
    assert [await locks.owner(name) for name in ("MK-1", "MK-2")] == [(93, usual), (None, None)]
    assert longer != usual
    clock.advance(seconds=86_400)
    assert (await locks.owner("MK-3"))[0] == 93


async def test_locks_that_are_no_spools_have_names_of_their_own(ledger: Ledger):
    election = LockService(ledger, key=lambda name: f"leader:{name}")
    await election.acquire("mirror", 1)
    assert await LockService(ledger).owner("mirror") == (None, None)
    assert (await ledger.locks.value("leader:mirror") or "").startswith("1:")


async def test_a_restored_lock_lives_until_the_moment_that_was_told(ledger: Ledger, clock: FixedClock):
    await load(ledger)
    until = clock() + timedelta(seconds=7.5)
    await committed(ledger, noting(await spool_of(ledger), lock=RestoreLock(MINE, until)))
    clock.advance(seconds=7.499)
    assert await ledger.locks.value(LOCK) == MINE
    assert not await ledger.locks.acquire(LOCK, THEIRS, 60)
    clock.advance(seconds=0.001)
    assert await ledger.locks.value(LOCK) is None


async def test_a_restored_lock_without_an_end_lasts_until_released(ledger: Ledger, clock: FixedClock):
    await load(ledger)
    await committed(ledger, noting(await spool_of(ledger), lock=RestoreLock(MINE, None)))
    clock.advance(seconds=10 * 365 * 86_400)
    assert await ledger.locks.value(LOCK) == MINE


@pytest.mark.parametrize("seconds", [0, 1, 10 * 365 * 86_400])
async def test_a_lock_whose_end_has_passed_is_not_restored(ledger: Ledger, clock: FixedClock, seconds: int):
    await load(ledger)
    past = clock() - timedelta(seconds=seconds)
    await committed(ledger, noting(await spool_of(ledger), lock=RestoreLock(MINE, past)))
    assert await ledger.locks.value(LOCK) is None
    assert await ledger.locks.acquire(LOCK, THEIRS, 60)


async def test_a_lock_is_not_restored_over_a_living_one(ledger: Ledger):
    await load(ledger)
    await ledger.locks.acquire(LOCK, THEIRS, 60)
    spool = await spool_of(ledger)
    assert await outcome_of(ledger, noting(spool, lock=RestoreLock(MINE, None))) == LockHeld()
    assert await ledger.locks.value(LOCK) == THEIRS
    assert await spool_of(ledger) == spool


async def test_a_lock_is_restored_in_the_place_of_the_one_that_is_named_alone(ledger: Ledger, clock: FixedClock):
    await load(ledger)
    await ledger.locks.acquire(LOCK, THEIRS, 60)
    until = clock() + timedelta(seconds=30)
    spool = await spool_of(ledger)
    assert await outcome_of(ledger, noting(spool, lock=RestoreLock(MINE, until, "95:other"))) == LockHeld()
    await committed(ledger, noting(spool, lock=RestoreLock(MINE, until, THEIRS)))
    assert await ledger.locks.value(LOCK) == MINE
    clock.advance(seconds=30)
    assert await ledger.locks.value(LOCK) is None


async def test_where_that_end_has_passed_the_lock_that_is_named_ends_too(ledger: Ledger, clock: FixedClock):
    await load(ledger)
    await ledger.locks.acquire(LOCK, THEIRS, 60)
    await committed(ledger, noting(await spool_of(ledger), lock=RestoreLock(MINE, clock(), THEIRS)))
    assert await ledger.locks.value(LOCK) is None


@pytest.mark.parametrize("ttl", [0, 60])
async def test_a_lock_passes_from_one_token_to_another_and_begins_a_new_life(
    ledger: Ledger, clock: FixedClock, ttl: int
):
    await load(ledger)
    await ledger.locks.acquire(LOCK, MINE, 30)
    clock.advance(seconds=29)
    await committed(ledger, noting(await spool_of(ledger), lock=PassLock(THEIRS, ttl, MINE)))
    clock.advance(seconds=59.999)
    assert await ledger.locks.value(LOCK) == THEIRS
    clock.advance(seconds=0.001)
    assert await ledger.locks.value(LOCK) == (None if ttl else THEIRS)


@pytest.mark.parametrize("present", [None, THEIRS])
async def test_a_lock_that_is_gone_or_anothers_does_not_pass(ledger: Ledger, present: str | None):
    await load(ledger)
    if present:
        await ledger.locks.acquire(LOCK, present, 60)
    spool = await spool_of(ledger)
    assert await outcome_of(ledger, noting(spool, lock=PassLock("95:new", 60, MINE))) == LockGone()
    assert await ledger.locks.value(LOCK) == present
    assert await spool_of(ledger) == spool
