"""What keeps a mirror from its work is told each time, waited for with growing patience, and never given up."""

from datetime import timedelta
from itertools import pairwise

import pytest

from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnusableError
from core.sheet.owner import Owner
from core.sheet.sync import HAND_OVER_AFTER, LEASE_LIFE, STAND_BY
from core.sheet.sync_events import Elected, Failed, Pulled, StandingBy
from tests.sheet.mirroring import ON_SQLITE
from tests.sheet.stage import Stage
from tests.sheets_api import SheetsApi, garbage, reset, status

pytestmark = ON_SQLITE


async def test_a_refusal_that_lasts_is_told_each_time_backed_off_from_and_never_given_up(
    stage: Stage, api: SheetsApi
) -> None:
    one = await stage.runs("ARM-01")
    await stage.time.passes(20)
    api.journal.clear()
    api.fail(status(429), times=20)
    api.fail(status(503), times=None)
    await stage.happens(3)
    await stage.time.passes(3600)
    told = one.news(Failed)
    assert len(told) == len(api.journal) > 50
    assert [getattr(news.error, "falla", None) for news in told[18:22]] == [FallaPlanilla.CUOTA] * 2 + [
        FallaPlanilla.SERVIDOR
    ] * 2
    assert {news.error.error_code for news in told} == {"SHEET_UNAVAILABLE"}
    gaps = [(later.at - sooner.at).total_seconds() for sooner, later in pairwise(api.journal)]
    assert all(sooner < later for sooner, later in zip([0.9, 1.9, 3.9, 7.9, 15.9], gaps, strict=False))
    assert all(32 <= gap <= 64.1 for gap in gaps[5:])
    assert [news.delay for news in told[:-1]] == pytest.approx(gaps, abs=0.01)
    state = await stage.state()
    assert state is not None
    assert state.trouble is not None
    assert stage.ledger.now() - state.trouble.since == pytest.approx(timedelta(hours=1), abs=timedelta(seconds=20))
    api.heal()
    await stage.time.until(stage.says_the_log, within=65)
    await stage.time.passes(10)
    state = await stage.state()
    assert state is not None
    assert (state.trouble, state.waiting) == (None, 0)


async def test_retry_after_is_obeyed(stage: Stage, api: SheetsApi) -> None:
    one = await stage.runs("ARM-01")
    await stage.time.passes(20)
    api.journal.clear()
    api.fail(status(429, retry_after=90))
    await stage.time.until(lambda: bool(one.news(Failed)), within=15)
    [news] = one.news(Failed)
    assert news.delay == 90
    await stage.time.passes(89)
    assert len(api.journal) == 1
    await stage.time.passes(2)
    assert len(api.journal) > 1


async def test_retry_after_told_to_a_pull_is_obeyed_by_the_mirror_too(stage: Stage, api: SheetsApi) -> None:
    api.fail(status(429, retry_after=90))
    # The plant was read when the shop began.
    await stage.time.passes(300)
    one = await stage.runs("ARM-01", pull_every=300)
    assert [(news.delay, news.pulling) for news in one.news(Failed)] == [(90, False)]
    await stage.time.passes(89)
    assert len(api.journal) == 1
    await stage.time.until(stage.says_the_log, within=10)
    await stage.time.until(lambda: bool(one.news(Pulled)), within=100)


async def test_after_a_success_patience_begins_anew(stage: Stage, api: SheetsApi) -> None:
    one = await stage.runs("ARM-01")
    api.fail(status(503), times=4)
    await stage.time.passes(90)
    api.fail(status(503))
    await stage.time.until(lambda: len(one.news(Failed)) == 5, within=15)
    delays = [news.delay for news in one.news(Failed)]
    assert delays[3] >= 8
    assert delays[4] <= 2


async def test_a_sheet_that_cannot_be_used_is_told_and_used_again_once_the_office_mended_it(
    stage: Stage, api: SheetsApi
) -> None:
    one = await stage.runs("ARM-01")
    await stage.time.passes(20)
    metadata = api.office("Metadata")
    metadata.rename_header("Timestamp", "Hora")
    await stage.happens(2)
    await stage.time.passes(120)
    assert {type(news.error) for news in one.news(Failed)} == {SheetUnusableError}
    metadata.rename_header("Hora", "Timestamp")
    await stage.time.until(stage.says_the_log, within=65)
    assert len(one.news(Elected)) == 1


@pytest.mark.parametrize("fault", [reset(), garbage()], ids=["no network", "a captive portal"])
async def test_a_mirror_that_cannot_reach_google_lets_another_try_and_comes_back_when_that_one_dies(
    stage: Stage, api: SheetsApi, fault: object
) -> None:
    first = await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    await stage.time.passes(10)
    await stage.happens(3)
    plan = api.fail(fault, times=HAND_OVER_AFTER)  # type: ignore[arg-type]
    await stage.time.until(lambda: bool(second.news(Elected)), within=30)
    assert (plan.left, len(first.news(Failed))) == (0, HAND_OVER_AFTER)
    await stage.time.until(stage.says_the_log, within=5)
    await stage.time.passes(30)
    assert first.news(StandingBy) == [StandingBy()]
    stage.dies("ARM-02")
    await stage.happens(3)
    await stage.time.until(stage.says_the_log, within=LEASE_LIFE + STAND_BY + 5)
    assert len(first.news(Elected)) == 2


async def test_a_mirror_alone_without_a_network_goes_on_trying_and_tells_since_when(
    stage: Stage, api: SheetsApi
) -> None:
    one = await stage.runs("ARM-01")
    await stage.time.passes(10)
    await stage.happens(3)
    api.fail(reset(), times=None)
    await stage.time.passes(900)
    assert len(one.news(Failed)) > 12
    state = await stage.state()
    assert state is not None
    assert state.trouble is not None
    assert stage.ledger.now() - state.trouble.since > timedelta(seconds=800)
    api.heal()
    await stage.time.until(stage.says_the_log, within=65)


async def test_a_quota_that_is_used_up_is_waited_out_by_the_same_mirror(stage: Stage, api: SheetsApi) -> None:
    """Another would ask with the same account, and be refused as well."""
    first = await stage.runs("ARM-01")
    second = await stage.runs("ARM-02")
    api.fail(status(429), times=8)
    await stage.time.passes(400)
    assert (len(first.news(Elected)), len(first.news(Failed)), second.news(Elected)) == (1, 8, [])


async def test_a_spreadsheet_of_another_ledger_is_left_alone_and_its_station_is_told(
    stage: Stage, api: SheetsApi
) -> None:
    first = await stage.process("ARM-01")
    await first.spreadsheet.change([Owner(identity="another", station="OFICINA").claim()])
    api.journal.clear()
    first.task = stage.time.start("ARM-01", first.sync.run())
    second = await stage.runs("ARM-02")
    await stage.happens(3)
    await stage.time.passes(600)
    errors = [news.error for news in first.news(Failed)]
    assert len(errors) > 5
    stations = {(told["falla"], told["detail"], told["account"]) for told in (error.as_dict() for error in errors)}
    assert stations == {("OTRO_REGISTRO", "OFICINA", "ARM-01")}
    assert (second.news(Elected), api.count("write"), stage.metadata()) == ([], 0, [])
    state = await stage.state()
    assert state is not None
    assert state.trouble is not None
    # Wherever it is read: the terminal of either station.
    assert state.trouble.as_error().details["account"] == "ARM-01"
