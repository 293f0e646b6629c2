"""Whoever mirrors also reads the office's plant, every so often."""

from core.domain.sheet_errors import SheetUnusableError
from core.sheet.pace import Pace
from core.sheet.pull import LOCK
from core.sheet.pull_note import read_pull_note
from core.sheet.sync_events import Failed, Pulled
from tests.sheet.mirroring import ON_SQLITE
from tests.sheet.planilla import cell_of
from tests.sheet.stage import Stage
from tests.sheets_api import SheetsApi, empty_values

SELDOM = Pace(poll=3.0)
"""The ledger is asked for news as seldom as the sheet may be written: for tests that let much time pass."""

pytestmark = ON_SQLITE


async def test_a_pull_is_due_when_the_last_was_long_ago_and_then_every_so_often(stage: Stage, api: SheetsApi) -> None:
    operaciones = stage.operaciones
    operaciones.set(cell_of(operaciones, "MK-1", "OT"), "OT-9")
    # The plant was read when the shop began.
    await stage.time.passes(300)
    one = await stage.runs("ARM-01", pull_every=300, pace=SELDOM)
    [pulled] = one.news(Pulled)
    assert pulled.report.loaded.updated == 1
    assert (await stage.service.spool("MK-1")).ot == "OT-9"
    operaciones.set(cell_of(operaciones, "MK-1", "OT"), "OT-10")
    await stage.time.passes(299)
    assert len(one.news(Pulled)) == 1
    await stage.time.until(lambda: len(one.news(Pulled)) == 2, within=4)
    assert (await stage.service.spool("MK-1")).ot == "OT-10"
    await stage.time.passes(300)
    assert len(one.news(Pulled)) == 3
    assert await stage.says_the_log()


async def test_whoever_takes_over_reads_the_plant_when_it_is_due_and_not_at_once(stage: Stage) -> None:
    await stage.time.passes(100)
    one = await stage.runs("ARM-01", pull_every=300)
    await stage.time.passes(195)
    assert one.news(Pulled) == []
    await stage.time.until(lambda: len(one.news(Pulled)) == 1, within=12)


async def test_without_an_interval_nothing_is_ever_pulled(stage: Stage) -> None:
    one = await stage.runs("ARM-01", pull_every=0, pace=SELDOM)
    await stage.time.passes(400)
    assert one.news(Pulled) == []
    assert await stage.says_the_log()


async def test_a_plant_that_cannot_be_read_is_told_tried_again_soon_and_keeps_nothing_from_the_sheet(
    stage: Stage, api: SheetsApi
) -> None:
    trabajadores = api.office("Trabajadores")
    trabajadores.rename_header("Nombre", "Quién")
    # The plant was read when the shop began.
    await stage.time.passes(300)
    one = await stage.runs("ARM-01", pull_every=300)
    await stage.happens(3)
    await stage.time.until(stage.says_the_log, within=5)
    assert [(type(news.error), news.pulling) for news in one.news(Failed)][:1] == [(SheetUnusableError, True)]
    await stage.time.passes(60)
    trabajadores.rename_header("Quién", "Nombre")
    await stage.time.until(lambda: bool(one.news(Pulled)), within=75)
    assert all(news.pulling for news in one.news(Failed))
    state = await stage.state()
    assert state is not None
    assert state.trouble is None


async def test_a_pull_that_somebody_else_does_is_not_done_twice_and_tried_again_soon(stage: Stage) -> None:
    # The plant was read when the shop began.
    await stage.time.passes(300)
    assert await stage.ledger.locks.acquire(LOCK, "0:somebody", 30)
    one = await stage.runs("ARM-01", pull_every=300)
    await stage.happens(2)
    await stage.time.until(stage.says_the_log, within=5)
    assert (one.news(Pulled), one.news(Failed)) == ([], [])
    await stage.time.until(lambda: bool(one.news(Pulled)), within=40)


async def test_an_empty_answer_to_a_pull_wipes_nothing(stage: Stage, api: SheetsApi) -> None:
    workers = (await stage.service.snapshot()).workers
    api.fail(empty_values(), when="values.batchGet")
    # The plant was read when the shop began.
    await stage.time.passes(300)
    one = await stage.runs("ARM-01", pull_every=300)
    await stage.time.passes(30)
    assert isinstance(one.news(Failed)[0].error, SheetUnusableError)
    snapshot = await stage.service.snapshot()
    assert (len(snapshot.spools), snapshot.workers) == (3, workers)
    note = await read_pull_note(stage.ledger)
    assert note is not None
    assert note.failing_since is None
