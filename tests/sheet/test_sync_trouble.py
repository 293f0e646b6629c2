"""What keeps a mirror from its work is told each time, waited for with growing patience, and never given up."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.reasons import FallaPlanilla
from core.domain.requests import AceptarRegistroRequest
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.sheet.owner import Owner
from core.sheet.pace import Pace, Patience
from core.sheet.pull import LOCK
from core.sheet.pull_note import read_pull_note
from core.sheet.sync import HAND_OVER_AFTER, LEASE_LIFE, STAND_BY
from core.sheet.sync_events import Elected, Failed, Mirrored, Pulled, StandingBy
from tests.conftest import Store
from tests.ledger.redis.sites import told_soon
from tests.redis_servers import RedisServer, ServerClock, redis_server
from tests.sheet.planilla import cell_of
from tests.sheet.stage import Stage, stage_on
from tests.sheets_api import SheetsApi, empty_values, garbage, reset, status
from tests.shopfloor import FixedClock

PATIENCE = Patience()
SELDOM = Pace(poll=3.0)
"""The ledger is asked for news as seldom as the sheet may be written: for tests that let much time pass."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'ledger.db'}", FixedClock())


@pytest.fixture
def api(store: Store) -> Iterator[SheetsApi]:
    with SheetsApi(clock=store.clock) as api:
        yield api


@pytest.fixture
async def stage(store: Store, api: SheetsApi, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_on(store, api, f"sqlite:///{tmp_path / 'pace.db'}") as stage:
        yield stage


# Patience


@pytest.mark.parametrize(("failures", "longest"), [(1, 2), (2, 4), (3, 8), (5, 32), (6, 64), (7, 64), (5_000, 64)])
def test_a_wait_doubles_with_each_failure_up_to_a_cap_and_is_random_in_its_upper_half(
    failures: int, longest: float
) -> None:
    error = SheetUnavailableError(FallaPlanilla.SERVIDOR)
    delays = [PATIENCE.delay(failures, error) for _ in range(200)]
    assert all(longest / 2 <= delay <= longest for delay in delays)
    assert max(delays) - min(delays) > longest / 4


def test_what_google_asked_for_is_waited_at_least_and_nothing_asked_shortens_a_wait() -> None:
    asked = SheetUnavailableError(FallaPlanilla.CUOTA, retry_after=100.0)
    assert PATIENCE.delay(1, asked) == 100
    hurried = SheetUnavailableError(FallaPlanilla.CUOTA, retry_after=0.1)
    assert PATIENCE.delay(4, hurried) >= 8


# Google away


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


# The pull


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


# The ledger away


class OnRedis:
    """A shop on a server of its own, which can be taken away."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[RedisServer]:
        with redis_server(tmp_path / "redis", clock=ServerClock(tmp_path / "clock"), durable=True) as server:
            yield server

    @pytest.fixture
    def store(self, server: RedisServer) -> Store:
        assert server.clock is not None
        return Store(server.url, server.clock)


class TestLedgerAway(OnRedis):
    async def test_a_ledger_that_is_away_is_told_and_when_it_is_back_the_mirror_goes_on(
        self, stage: Stage, server: RedisServer
    ) -> None:
        # Each look at a ledger that is away takes its time, by the machine's own clock.
        one = await stage.runs("ARM-01", pace=Pace(poll=3.0, idle=3.0))
        second = await stage.runs("ARM-02")
        await stage.happens(3)
        await stage.time.passes(10)
        server.stop()
        with told_soon():
            await stage.time.until(lambda: min(len(each.news(Failed)) for each in (one, second)) >= 2, within=60)
        for process in (one, second):
            assert {type(news.error) for news in process.news(Failed)} == {LedgerUnavailableError}
        server.start()
        await stage.happens(3)
        await stage.time.until(stage.says_the_log, within=80)
        await stage.time.passes(30)
        assert await stage.says_the_log()
        assert one.news(Mirrored) or second.news(Mirrored)

    async def test_a_ledger_that_lost_its_past_is_told_and_mirrored_again_once_somebody_accepted_it(
        self, stage: Stage, server: RedisServer
    ) -> None:
        one = await stage.runs("ARM-01")
        await stage.happens(5)
        await stage.time.until(stage.says_the_log, within=5)
        known = stage.metadata()
        server.command("FLUSHALL")
        await stage.time.until(lambda: bool(one.news(Failed)), within=60)
        await stage.time.passes(120)
        assert isinstance(one.news(Failed)[-1].error, LedgerRolledBackError)
        assert stage.metadata() == known
        with pytest.raises(LedgerRolledBackError):
            await stage.ledger.position()
        await stage.service.aceptar_registro(AceptarRegistroRequest(worker_id=95, motivo="se perdió el servidor"))
        log = [str(event.id) for event in await stage.log()]
        await stage.time.until(lambda: stage.metadata() == [*known, *log], within=80)
