"""One writer: of the processes that may mirror one does, and one that lost its lease writes nothing any more."""

import asyncio
import threading
from datetime import timedelta

import pytest

from core.ledger.open import open_ledger
from core.sheet.state import BOOK, LEASE
from core.sheet.sync import LEASE_LIFE, STAND_BY
from core.sheet.sync_events import Elected, Failed, StandingBy
from tests.sheet.stage import Stage, in_the_loop, writes_events
from tests.sheets_api import SheetsApi, hang, status

TAKE_OVER = LEASE_LIFE + STAND_BY


# Election


async def test_of_three_one_is_elected_and_the_rest_say_once_that_they_stand_by_and_ask_nothing(stage: Stage) -> None:
    first = await stage.runs("ARM-01")
    others = [await stage.runs("ARM-02"), await stage.runs("ARM-03")]
    await stage.happens(3)
    await stage.time.passes(60)
    assert [len(one.news(Elected)) for one in (first, *others)] == [1, 0, 0]
    assert [one.told for one in others] == [[StandingBy()], [StandingBy()]]
    assert [one.spreadsheet.figures.reads + one.spreadsheet.figures.writes for one in others] == [0, 0]
    assert await stage.says_the_log()


async def test_a_lease_is_renewed_as_long_as_its_holder_lives_whatever_it_waits_for(
    stage: Stage, api: SheetsApi
) -> None:
    first = await stage.runs("ARM-01")
    await stage.runs("ARM-02")
    token = await stage.holder()
    api.fail(status(503, retry_after=50), times=3)
    await stage.time.passes(200)
    assert await stage.holder() == token
    assert (len(first.news(Elected)), len(first.news(Failed))) == (1, 3)


async def test_a_mirror_that_dies_is_replaced_within_15_seconds_and_nothing_is_lost_or_doubled(stage: Stage) -> None:
    assert TAKE_OVER <= 15
    await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    await stage.happens(3)
    await stage.time.passes(10)
    stage.dies("ARM-01")
    await stage.happens(3)
    waited = await stage.time.until(lambda: bool(second.news(Elected)), within=15)
    assert waited <= TAKE_OVER
    await stage.time.until(stage.says_the_log, within=5)


async def test_a_mirror_that_ends_in_order_gives_its_lease_back_so_that_another_follows_at_once(stage: Stage) -> None:
    first = await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    await stage.ends(first)
    assert await stage.holder() is None
    assert first.spreadsheet.before_write is None
    await stage.time.until(lambda: bool(second.news(Elected)), within=STAND_BY)
    await stage.happens()
    await stage.time.until(stage.says_the_log, within=5)


async def test_a_mirror_that_is_alone_elects_itself_again_when_it_lost_its_lease(stage: Stage) -> None:
    one = await stage.runs("ARM-01")
    await stage.time.passes(20)
    lost = await stage.holder()
    assert lost is not None
    assert await stage.ledger.locks.release(LEASE, lost)
    await stage.happens()
    await stage.time.until(stage.says_the_log, within=15)
    assert len(one.news(Elected)) == 2
    assert await stage.holder() not in {None, lost}


async def test_leases_of_two_sites_on_one_store_are_two(stage: Stage) -> None:
    await stage.runs("ARM-01")
    other = open_ledger(stage.store.url, site="planta-2", clock=stage.store.clock, request_memory=timedelta(hours=1))
    async with other as ledger:
        assert await ledger.locks.value(LEASE) is None
        assert await ledger.locks.acquire(LEASE, "0:other", LEASE_LIFE)
    assert await stage.holder() != "0:other"


@pytest.mark.parametrize("minutes", [60, -9], ids=["forward", "back"])
async def test_a_clock_that_is_set_forward_or_back_loses_and_doubles_nothing(stage: Stage, minutes: int) -> None:
    first = await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    await stage.happens(3)
    await stage.time.passes(10)
    stage.time.clock.advance(seconds=minutes * 60)
    await stage.happens(3)
    await stage.time.until(stage.says_the_log, within=5)
    await stage.time.passes(60)
    await stage.happens(3)
    await stage.time.until(stage.says_the_log, within=5)
    assert not first.news(Failed) + second.news(Failed)


# Fencing


@pytest.mark.parametrize("taken", [False, True], ids=["nobody has it now", "another has it now"])
async def test_a_mirror_whose_lease_ended_between_its_look_and_its_write_writes_nothing(
    stage: Stage, api: SheetsApi, *, taken: bool
) -> None:
    one = await stage.runs("ARM-01")
    await stage.time.passes(30)
    notes = await stage.ledger.notes.read(BOOK)
    found: list[tuple[int, bool]] = []

    async def stop_the_process() -> None:
        stage.time.skips(LEASE_LIFE + 1)
        if taken:
            assert await stage.ledger.locks.acquire(LEASE, "0:another", LEASE_LIFE)

    async def look() -> None:
        found.append((len(one.news(Elected)), await stage.ledger.notes.read(BOOK) == notes))

    await stage.happens(3, tag="MK-3")
    api.before("values.batchGet", in_the_loop(stop_the_process))
    api.before("write", in_the_loop(look))
    await stage.time.until(stage.says_the_log, within=TAKE_OVER + 15)
    assert found == [(2, True)]
    assert not one.news(Failed)


async def test_a_mirror_that_lost_its_lease_while_a_write_was_on_its_way_notes_nothing_more(
    stage: Stage, api: SheetsApi
) -> None:
    """The write was within its rights; what it did is found in the sheet by whoever follows."""
    one = await stage.runs("ARM-01")
    await stage.time.passes(30)
    notes = await stage.ledger.notes.read(BOOK)

    async def stop_the_process() -> None:
        stage.time.skips(LEASE_LIFE + 1)
        assert await stage.ledger.locks.acquire(LEASE, "0:another", LEASE_LIFE)

    await stage.happens(3)
    api.after(writes_events, in_the_loop(stop_the_process))
    await stage.time.until(lambda: bool(one.sync.spreadsheet.before_write is None), within=15)
    assert await stage.says_the_log()
    assert await stage.ledger.notes.read(BOOK) == notes
    await stage.happens(2)
    await stage.time.until(stage.says_the_log, within=TAKE_OVER + 5)
    assert len(one.news(Elected)) == 2


async def test_a_mirror_that_was_stopped_for_a_minute_finds_another_in_its_place_and_stands_by(stage: Stage) -> None:
    first = await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    await stage.happens(5)
    await stage.time.passes(10)
    stage.time.stall("ARM-01")
    await stage.happens(5)
    await stage.time.passes(60)
    assert len(second.news(Elected)) == 1
    before = first.spreadsheet.figures.writes
    await stage.happens(5)
    stage.time.resume("ARM-01")
    await stage.time.passes(30)
    assert first.spreadsheet.figures.writes == before
    assert first.news(StandingBy) == [StandingBy()]
    assert (len(first.news(Elected)), len(second.news(Elected))) == (1, 1)
    assert await stage.says_the_log()


async def test_a_write_that_arrives_late_behind_the_rows_of_the_mirror_that_followed_doubles_nothing(
    stage: Stage, api: SheetsApi
) -> None:
    first = await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    await stage.time.passes(10)
    await stage.happens(5)
    api.fail(hang(), when=writes_events)
    passing = asyncio.create_task(stage.time.passes(3))
    await asyncio.to_thread(api.wait_held)
    stage.time.stall("ARM-01")
    await passing
    await stage.time.until(stage.says_the_log, within=TAKE_OVER + 5)
    late = threading.Event()
    api.after(writes_events, lambda _: late.set())
    api.release()
    await asyncio.to_thread(late.wait, 20)
    assert await stage.says_the_log()
    stage.time.resume("ARM-01")
    await stage.time.until(stage.says_the_log, within=15)
    await stage.time.passes(15)
    assert await stage.says_the_log()
    assert (len(first.news(Elected)), len(first.news(StandingBy)), len(second.news(Elected))) == (1, 1, 1)
