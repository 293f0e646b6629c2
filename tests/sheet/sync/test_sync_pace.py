"""How often the sheet is asked, how soon an event is in it, and what it means to bring it up to date once."""

import json
from datetime import datetime

import pytest

from core.domain.model import Operacion
from core.domain.reasons import FallaPlanilla
from core.domain.rulebook.policy import Policy
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.occupation import OccupationService
from core.sheet.metadata import COLUMNS
from core.sheet.pace import Pace
from core.sheet.sync import LEASE_LIFE, STAND_BY
from core.sheet.sync_events import Elected, Failed, Pulled
from tests.asking import tomar
from tests.plants import MIGUEL
from tests.sheet.mirroring import ON_SQLITE
from tests.sheet.planilla import cell_of
from tests.sheet.stage import Stage, events_in, writes_events
from tests.sheets_api import Request, SheetsApi, reset, status
from tests.shopfloor import SANTIAGO

PACE = Pace()
GOOGLES_QUOTA = 60
MINUTES = 1.25
"""How long somebody works: longer than what the quota counts."""


pytestmark = ON_SQLITE


class Ages:
    """How old each event was when its row came into Metadata, in seconds."""

    def __init__(self, api: SheetsApi) -> None:
        self.ages: list[float] = []
        self._clock = api.clock
        api.after(writes_events, self._note, times=None)

    def _note(self, request: Request) -> None:
        for row in events_in(request):
            happened = json.loads(row[COLUMNS.index("Metadata_JSON")])["evento"]["ts"]
            self.ages.append((self._clock() - datetime.fromisoformat(happened)).total_seconds())


async def at_work(stage: Stage, *, a_minute: int, at_once: int = 1) -> None:
    """Somebody works at this rate, by the stage's clock."""

    async def work() -> None:
        for number in range(round(a_minute * MINUTES / at_once)):
            await stage.happens(at_once, tag=f"MK-{number % 3 + 1}")
            await stage.time.sleep(60 * at_once / a_minute)

    task = stage.time.start("shop", work())
    await stage.time.until(task.done, within=MINUTES * 60 + 5)
    await task


# Pace


async def test_a_thousand_events_a_minute_take_at_most_30_writes_a_minute_and_none_waits_long(
    stage: Stage, api: SheetsApi
) -> None:
    await stage.runs("ARM-01", pull_every=300)
    await stage.time.passes(10)
    ages = Ages(api)
    await at_work(stage, a_minute=1_000, at_once=5)
    await stage.time.until(stage.says_the_log, within=PACE.busy + 1)
    assert api.busiest_minute("write") <= 30
    assert api.busiest_minute("read") <= GOOGLES_QUOTA / 2
    assert max(ages.ages) <= PACE.busy + PACE.poll


@pytest.mark.parametrize("a_minute", [6, 100, 500])
async def test_at_a_shops_pace_every_event_is_in_the_sheet_within_5_seconds_and_the_quota_is_never_near(
    stage: Stage, api: SheetsApi, a_minute: int
) -> None:
    await stage.runs("ARM-01", pull_every=300)
    await stage.time.passes(10)
    ages = Ages(api)
    await at_work(stage, a_minute=a_minute)
    await stage.time.until(stage.says_the_log, within=PACE.busy + 1)
    assert len(ages.ages) == round(a_minute * MINUTES)
    assert max(ages.ages) <= 5
    assert api.busiest_minute("write") <= 0.75 * GOOGLES_QUOTA
    assert api.busiest_minute("read") <= 0.75 * GOOGLES_QUOTA


async def test_after_a_quiet_while_an_event_waits_no_longer_than_the_next_look_at_the_ledger(
    stage: Stage, api: SheetsApi
) -> None:
    await stage.runs("ARM-01")
    await stage.time.passes(64)
    ages = Ages(api)
    await stage.happens()
    await stage.time.passes(PACE.idle)
    [age] = ages.ages
    assert age <= PACE.poll


async def test_when_nothing_happens_the_sheet_is_only_looked_at_now_and_then(stage: Stage, api: SheetsApi) -> None:
    await stage.runs("ARM-01")
    await stage.time.passes(60)
    api.journal.clear()
    await stage.time.passes(600)
    assert api.count("write") == 0
    # The cells each time; and once a minute how the worksheets are called.
    assert api.count("values.batchGet") == pytest.approx(600 / PACE.idle, abs=2)
    assert api.count("spreadsheets.get") == pytest.approx(10, abs=1)


async def test_what_was_changed_in_the_shops_worksheet_is_noticed_although_nothing_happens(
    stage: Stage, api: SheetsApi
) -> None:
    await stage.service.tomar(tomar(MIGUEL, tag="MK-1"))
    await stage.runs("ARM-01")
    await stage.time.passes(30)
    taller = stage.taller
    cell = cell_of(taller, "MK-1", "Ocupado_Por")
    taller.set(cell, "JP(94)")
    await stage.time.until(lambda: taller.cell(cell).value == "MR(93)", within=PACE.idle + 1)
    await stage.time.until(stage.says_the_log, within=PACE.usual)
    assert (await stage.log())[-1].evento_tipo == "CONFLICTO_HOJA"


async def test_a_row_that_changes_with_time_alone_is_written_without_an_event(stage: Stage) -> None:
    short = OccupationService(stage.ledger, station="ARM-01", timezone=SANTIAGO, policy=Policy(lock_ttl=60))
    await short.tomar(tomar(MIGUEL, Operacion.ARM, "MK-1"))
    await stage.runs("ARM-01")
    await stage.time.passes(30)
    taller = stage.taller
    cell = cell_of(taller, "MK-1", "Estado_Detalle")
    before, log = taller.cell(cell).value, await stage.log()
    await stage.time.until(lambda: taller.cell(cell).value != before, within=30 + PACE.idle)
    assert "VENCIDO" in str(taller.cell(cell).value).upper()
    assert await stage.log() == log


async def test_a_backlog_is_brought_in_chunk_by_chunk_without_rest(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheet.push.events.CHUNK", PACE.many)
    await stage.happens(3 * PACE.many)
    await stage.runs("ARM-01")
    took = await stage.time.until(stage.says_the_log, within=30)
    assert took <= 3 * PACE.busy


# Once


async def test_once_brings_in_whatever_waits_gives_the_lease_back_and_pulls_nothing(
    stage: Stage, api: SheetsApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheet.push.events.CHUNK", 20)
    await stage.happens(24)
    one = await stage.process("ARM-01", pull_every=300)
    assert await one.sync.run_once() == len(await stage.log())
    assert await stage.says_the_log()
    assert (len(one.news(Elected)), one.news(Pulled)) == (1, [])
    assert await stage.holder() is None
    api.journal.clear()
    assert await one.sync.run_once() == len(await stage.log())
    assert (api.count("read"), api.count("write")) == (2, 0)


async def test_once_while_another_mirrors_waits_for_it_and_asks_nothing_of_the_sheet(
    stage: Stage, api: SheetsApi
) -> None:
    await stage.runs("ARM-01")
    await stage.time.passes(10)
    await stage.happens(20)
    one = await stage.process("OFICINA")
    once = stage.time.start("OFICINA", one.sync.run_once())
    await stage.time.settle()
    assert not once.done()
    await stage.time.until(once.done, within=PACE.busy + STAND_BY)
    assert await stage.says_the_log()
    assert await once == len(await stage.log())
    assert (one.told, one.spreadsheet.figures.reads) == ([], 0)


async def test_once_takes_over_from_a_mirror_that_died(stage: Stage) -> None:
    await stage.runs("ARM-01")
    await stage.time.passes(10)
    stage.dies("ARM-01")
    await stage.happens(3)
    one = await stage.process("OFICINA")
    once = stage.time.start("OFICINA", one.sync.run_once())
    await stage.time.until(once.done, within=LEASE_LIFE + STAND_BY)
    assert await stage.says_the_log()
    assert len(one.news(Elected)) == 1


@pytest.mark.parametrize("failures", [1, 3])
async def test_once_tells_each_failure_tries_again_and_then_gives_up_with_the_error(
    stage: Stage, api: SheetsApi, failures: int
) -> None:
    await stage.happens(2)
    api.fail(status(503), times=None)
    one = await stage.process("ARM-01")
    once = stage.time.start("ARM-01", one.sync.run_once(give_up_after=failures))
    await stage.time.until(once.done, within=60)
    with pytest.raises(SheetUnavailableError) as caught:
        await once
    assert caught.value.falla is FallaPlanilla.SERVIDOR
    assert (api.count("read"), len(one.news(Failed))) == (failures, failures - 1)
    assert await stage.holder() is None


async def test_once_outlasts_a_short_trouble(stage: Stage, api: SheetsApi) -> None:
    await stage.happens(2)
    api.fail(status(503), times=4)
    one = await stage.process("ARM-01")
    once = stage.time.start("ARM-01", one.sync.run_once())
    await stage.time.until(once.done, within=60)
    assert await once == len(await stage.log())
    assert await stage.says_the_log()


async def test_once_with_a_sheet_that_is_of_no_use_says_so(stage: Stage, api: SheetsApi) -> None:
    api.office("Metadata").rename_header("ID", "Número")
    one = await stage.process("ARM-01")
    once = stage.time.start("ARM-01", one.sync.run_once())
    await stage.time.until(once.done, within=60)
    with pytest.raises(SheetUnusableError):
        await once


@pytest.mark.parametrize(
    ("fault", "expected"), [(status(429), SheetUnavailableError), (None, SheetUnusableError)], ids=["quota", "header"]
)
async def test_once_while_another_is_in_trouble_gives_up_with_the_others_error_and_asks_nothing(
    stage: Stage, api: SheetsApi, fault: object, expected: type[Exception]
) -> None:
    await stage.runs("ARM-01")
    await stage.time.passes(10)
    if fault is None:
        api.office("Metadata").rename_header("ID", "Número")
    else:
        api.fail(fault, times=None)  # type: ignore[arg-type]
    await stage.happens(2)
    await stage.time.passes(20)
    one = await stage.process("OFICINA")
    once = stage.time.start("OFICINA", one.sync.run_once())
    await stage.time.until(once.done, within=60)
    with pytest.raises(expected):
        await once
    assert one.spreadsheet.figures.reads == 0


async def test_once_does_not_believe_the_trouble_of_a_mirror_that_died_with_it(stage: Stage, api: SheetsApi) -> None:
    await stage.runs("ARM-01")
    await stage.time.passes(10)
    api.fail(reset(), times=2)
    await stage.happens(2)
    await stage.time.passes(5)
    state = await stage.state()
    assert state is not None
    assert state.trouble is not None
    stage.dies("ARM-01")
    api.heal()
    one = await stage.process("OFICINA")
    once = stage.time.start("OFICINA", one.sync.run_once(give_up_after=1))
    await stage.time.until(once.done, within=LEASE_LIFE + STAND_BY)
    assert await once == len(await stage.log())
    assert await stage.says_the_log()
