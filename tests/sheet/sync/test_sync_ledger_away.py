"""A ledger that is taken away from those who mirror it, or loses its past."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.requests import AceptarRegistroRequest
from core.sheet.pace import Pace
from core.sheet.sync_events import Failed, Mirrored
from tests.conftest import Store
from tests.ledger.redis.sites import told_soon
from tests.redis_servers import RedisServer, ServerClock, redis_server
from tests.sheet.stage import Stage


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis", clock=ServerClock(tmp_path / "clock"), durable=True) as server:
        yield server


@pytest.fixture
def store(server: RedisServer) -> Store:
    assert server.clock is not None
    return Store(server.url, server.clock)


async def test_a_ledger_that_is_away_is_told_and_when_it_is_back_the_mirror_goes_on(
    stage: Stage, server: RedisServer
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
    stage: Stage, server: RedisServer
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
