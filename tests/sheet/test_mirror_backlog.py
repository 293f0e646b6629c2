"""Much at once: thousands of events that wait, a plant of hundreds of rows; in chunks, in order, at few requests."""

from collections.abc import AsyncIterator, Callable
from math import ceil
from pathlib import Path

import pytest

from core.domain.model import Spool
from core.ledger.protocol import Committed, Ledger
from core.occupation import OccupationService
from core.sheet.mirroring.mirror import CHUNK
from tests.asking import nota, tomar
from tests.contract.commits import noting
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, Shop, add_planilla, small_plant, unhurried
from tests.sheets_api import SheetsApi, reply_lost
from tests.shopfloor import FixedClock

pytestmark = ON_SQLITE

WAITING = 2_800
TAGS = [f"S-{number}" for number in range(1, 701)]


@pytest.fixture
async def large(
    ledger: Ledger, make_service: Callable[..., OccupationService], api: SheetsApi, tmp_path: Path
) -> AsyncIterator[Shop]:
    """Seven hundred spools, of which the last hundred are in somebody's hands."""
    service = make_service(ledger)
    await service.load_plant(small_plant(TAGS))
    for tag in TAGS[-100:]:
        await service.tomar(tomar(JUAN, tag=tag))
    async with unhurried(api, tmp_path) as spreadsheet:
        yield Shop(service, add_planilla(api, TAGS), spreadsheet, FixedClock())


async def notes(shop: Shop, count: int) -> None:
    """So many events, one after the other over all spools."""
    spools: dict[str, Spool] = {spool.tag_spool: spool for spool in (await shop.service.snapshot()).spools}
    for start in range(0, count, len(TAGS)):
        commits = [noting(spools[tag]) for tag in TAGS[: count - start]]
        for outcome in await shop.ledger.commit(commits):
            assert isinstance(outcome, Committed)
            spools[outcome.event.tag_spool] = outcome.spool


async def test_thousands_of_waiting_events_go_in_chunks_in_order_at_two_writes_a_cycle(
    large: Shop, api: SheetsApi
) -> None:
    await notes(large, WAITING)
    before = large.offices_part()
    await large.start()
    cycles = 0
    while True:
        writes = api.count("write")
        progress = await large.cycle()
        cycles += 1
        assert api.count("write") - writes <= 2
        assert progress.events <= CHUNK
        assert progress.rows <= CHUNK
        if cycles == 1:
            # Those that changed last are told first: whoever looks wants to know who has them now.
            told = [row["TAG_SPOOL"] for row in large.operaciones.records() if row["version"]]
            assert told == TAGS[-CHUNK:]
        if progress.is_done:
            break
    assert cycles <= ceil((WAITING + 101) / CHUNK) + 2
    appended = [len(request.body["values"]) for request in api.requests("values.append")]
    assert max(appended) == CHUNK
    # One look a cycle, and a handful to begin with.
    assert api.count("read") <= cycles + 5
    await large.check(tags=TAGS[::97])
    assert large.offices_part() == before
    assert await large.conflicts() == []


async def test_what_happens_while_a_backlog_waits_shows_in_its_row_at_once(large: Shop) -> None:
    await notes(large, 2_100)
    await large.start()
    await large.cycle()
    await large.service.tomar(tomar(MIGUEL, tag=TAGS[0]))
    progress = await large.cycle()
    assert progress.waiting > 1_000
    assert large.row(TAGS[0])["Ocupado_Por"] == "MR(93)"
    assert large.row(TAGS[0])["version"] == str((await large.service.history(TAGS[0]))[-1].id)


async def test_a_backlog_whose_answers_are_lost_again_and_again_is_there_once(large: Shop, api: SheetsApi) -> None:
    await notes(large, 3_000)
    await large.start()
    api.fail(reply_lost(), when=lambda one: one.operation == "values.append" and one.number % 3 > 0, times=None)
    await large.until_done()
    await large.check(tags=TAGS[::97])
    assert len(large.failures) > 3


async def test_a_mirror_that_begins_again_in_a_large_plant_writes_nothing_anew(large: Shop, api: SheetsApi) -> None:
    await large.caught_up()
    writes = api.count("write")
    await large.start()
    progress = await large.cycle()
    assert progress.is_done
    assert api.count("write") == writes
    await large.service.nota(nota(MIGUEL, TAGS[3]))
    await large.until_done()
    assert api.count("write") == writes + 2
