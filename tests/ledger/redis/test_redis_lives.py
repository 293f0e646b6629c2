"""Locks and remembered requests end by the server's clock, at the moment that was told, whatever a station's says."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.errors import LockExpiredError, SpoolOccupiedError
from core.domain.model import Accion, Operacion
from core.domain.requests import BatchTomarRequest
from core.ledger.locks import LockService
from core.ledger.open import utc_now
from core.ledger.protocol import Committed
from core.occupation import OccupationService
from tests import redis_servers
from tests.asking import extender, nota, pausar, tomar
from tests.contract.commits import next_of, noting, outcome_of, spool_of, taking, watching
from tests.ledger.redis.sites import (
    FIFTY,
    PLANT_OF_FIFTY,
    consistent,
    contents,
    eventually,
    key,
    lock_late,
    server_time,
    station,
)
from tests.plants import FREE_TAGS, JUAN, MIGUEL, PLANT, TAG
from tests.redis_servers import RedisServer, ServerClock
from tests.shopfloor import HOUR, FixedClock

LOCK = f"spool_lock:{TAG}"
WRONG = {"hours behind": timedelta(hours=-13), "days ahead": timedelta(days=3)}

each_wrong_clock = pytest.mark.parametrize("off", WRONG.values(), ids=WRONG)


@pytest.fixture
async def kiosk(redis_server: RedisServer, site: str) -> AsyncIterator[OccupationService]:
    """A station where a spool stays taken for a second."""
    async with station(redis_server.url, site, lock_ttl=1) as service:
        await service.load_plant(PLANT)
        yield service


async def gone(server: RedisServer, site: str, name: str = LOCK) -> None:
    await eventually(lambda: not server.command("EXISTS", key(site, name)), f"{name} never ends")


async def test_a_lock_ends_when_it_was_told_to_and_the_next_worker_takes_over(
    kiosk: OccupationService, redis_server: RedisServer, site: str
):
    taken = await kiosk.tomar(tomar(MIGUEL))
    consistent(redis_server, site)
    with pytest.raises(SpoolOccupiedError):
        await kiosk.tomar(tomar(JUAN))
    await gone(redis_server, site)
    assert server_time(redis_server) >= taken.spool.vence
    assert (await kiosk.status(TAG)).vencido
    consistent(redis_server, site)

    before = contents(redis_server, site)
    with pytest.raises(LockExpiredError):
        await kiosk.pausar(pausar(MIGUEL))
    with pytest.raises(LockExpiredError):
        await kiosk.extender(extender(MIGUEL))
    assert contents(redis_server, site) == before

    async with station(redis_server.url, site) as other:
        over = await other.tomar(tomar(JUAN))
    assert over.spool.ocupado_por == JUAN.worker_nombre
    event = consistent(redis_server, site)[over.seq - 1]
    assert event.metadata["desplaza"]["worker_id"] == MIGUEL.worker_id
    assert datetime.fromisoformat(event.metadata["desplaza"]["fecha_ocupacion"]) == taken.spool.fecha_ocupacion
    assert not (await kiosk.status(TAG)).vencido


async def test_the_end_that_is_told_counts_from_the_events_time(
    kiosk: OccupationService, redis_server: RedisServer, site: str
):
    async with station(redis_server.url, site, lock_ttl=HOUR) as other:
        taken = await kiosk.tomar(tomar(MIGUEL))
        assert taken.spool.vence == taken.spool.fecha_ocupacion + timedelta(seconds=1)
        extended = await other.extender(extender(MIGUEL))
        event = (await other.history(TAG))[-1]
        assert extended.spool.vence == event.ts + timedelta(hours=1)
    consistent(redis_server, site)


async def test_every_lock_of_a_batch_ends_in_the_millisecond_that_was_told(redis_server: RedisServer, site: str):
    async with station(redis_server.url, site) as kiosk:
        await kiosk.load_plant(PLANT_OF_FIFTY)
        await kiosk.batch_tomar(
            BatchTomarRequest(tag_spools=FIFTY, worker_id=MIGUEL.worker_id, operacion=Operacion.ARM)
        )
        assert {lock_late(redis_server, site, spool) for spool in (await kiosk.snapshot()).spools} == {0}


async def test_a_holder_who_extends_in_time_keeps_the_spool_beyond_the_first_end(
    kiosk: OccupationService, redis_server: RedisServer, site: str
):
    first = await kiosk.tomar(tomar(MIGUEL))
    later = first.spool.fecha_ocupacion + timedelta(seconds=0.4)
    await eventually(lambda: server_time(redis_server) >= later, "time stands still")
    last = await kiosk.extender(extender(MIGUEL))
    assert last.spool.vence >= later + timedelta(seconds=1)
    await eventually(lambda: server_time(redis_server) >= first.spool.vence, "time stands still")
    held = await kiosk.ledger.locks.value(LOCK)
    assert held is not None or server_time(redis_server) >= last.spool.vence
    await gone(redis_server, site)
    assert server_time(redis_server) >= last.spool.vence
    consistent(redis_server, site)


async def test_a_pausar_decided_in_time_that_arrives_late_changes_nothing(
    kiosk: OccupationService, redis_server: RedisServer, site: str
):
    taken = await outcome_of(kiosk.ledger, taking(await spool_of(kiosk.ledger), ttl=1))
    assert isinstance(taken, Committed)
    await gone(redis_server, site)
    before = contents(redis_server, site)
    # The station's clock stands still, as if it had decided while the lock lived.
    moment = taken.event.ts
    async with station(redis_server.url, site, clock=lambda: moment) as slow:
        slow.ledger.now = lambda: moment
        with pytest.raises(LockExpiredError):
            await slow.pausar(pausar(MIGUEL))
    assert contents(redis_server, site) == before


async def test_a_named_lock_ends_on_the_server(kiosk: OccupationService, redis_server: RedisServer, site: str):
    first = await LockService(kiosk.ledger).acquire("turno", 1, ttl=1)
    assert 0 < redis_server.command("PTTL", key(site, LOCK.replace(TAG, "turno"))) <= 1000
    assert await LockService(kiosk.ledger).acquire("turno", 2, ttl=1) is None
    await gone(redis_server, site, "spool_lock:turno")
    with pytest.raises(LockExpiredError):
        await LockService(kiosk.ledger).extend("turno", first)
    second = await LockService(kiosk.ledger).acquire("turno", 2, ttl=0)
    assert redis_server.command("PTTL", key(site, "spool_lock:turno")) == -1
    assert not await LockService(kiosk.ledger).release("turno", first)
    assert await LockService(kiosk.ledger).owner("turno") == (2, second)


async def test_a_request_is_forgotten_by_the_server_when_its_memory_ends(redis_server: RedisServer, site: str):
    async with station(redis_server.url, site, request_memory=timedelta(seconds=1)) as kiosk:
        await kiosk.load_plant(PLANT)
        request = nota(MIGUEL)
        batch = BatchTomarRequest(tag_spools=FREE_TAGS[:3], worker_id=JUAN.worker_id, operacion=Operacion.ARM)
        first = await kiosk.nota(request)
        await kiosk.batch_tomar(batch)
        names = redis_server.command("KEYS", key(site, "request:*"))
        assert all(redis_server.command("PTTL", name) <= 1000 for name in names)
        assert len(names) == 4
        ends = server_time(redis_server) + timedelta(seconds=1)
        again = await kiosk.nota(request)
        assert again.seq == first.seq or server_time(redis_server) >= ends
        await eventually(lambda: not any(redis_server.command("EXISTS", name) for name in names), "never forgotten")
        seq = (await kiosk.snapshot()).seq
        assert (await kiosk.nota(request)).seq == seq + 1
        consistent(redis_server, site, remembered=False)


@each_wrong_clock
async def test_an_events_time_is_the_servers_when_the_stations_clock_is_wrong(
    redis_server: RedisServer, site: str, off: timedelta
):
    async with (
        station(redis_server.url, site) as right,
        station(redis_server.url, site, clock=lambda: utc_now() + off) as wrong,
    ):
        await right.load_plant(PLANT)
        before = server_time(redis_server)
        response = await wrong.tomar(tomar(MIGUEL))
        after = server_time(redis_server)
        [event] = await right.history(TAG)
        # An event's time has whole milliseconds.
        assert before - timedelta(milliseconds=1) < event.ts <= after
        assert (response.spool.fecha_ocupacion, response.spool.vence) == (event.ts, event.ts + timedelta(hours=12))
        assert abs(wrong.ledger.now() - right.ledger.now()) < timedelta(seconds=2)
        assert not (await wrong.status(TAG)).vencido
        with pytest.raises(SpoolOccupiedError):
            await wrong.tomar(tomar(JUAN))
        assert (await wrong.pausar(pausar(MIGUEL))).spool.ocupado_por is None
        consistent(redis_server, site)


class Clocks:
    """A server and a station, each with a clock of its own that stands still."""

    def __init__(self, server: RedisServer, site: str, clock: ServerClock) -> None:
        self.server, self.site, self.clock = server, site, clock
        self.local = FixedClock(datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))


@pytest.fixture(scope="module")
def offset_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder = tmp_path_factory.mktemp("offset")
    clock = ServerClock(folder / "clock", datetime(2031, 2, 28, 23, 59, 30, 250_000, tzinfo=UTC))
    with redis_servers.redis_server(folder, clock=clock) as server:
        yield server


@pytest.fixture
def clocks(offset_redis: RedisServer, site: str) -> Clocks:
    assert offset_redis.clock is not None
    return Clocks(offset_redis, site, offset_redis.clock)


async def test_now_is_the_servers_clock_and_runs_with_the_stations_between_answers(clocks: Clocks):
    async with station(clocks.server.url, clocks.site, clock=clocks.local) as kiosk:
        ledger = kiosk.ledger
        assert ledger.now() == clocks.clock()
        clocks.local.advance(seconds=7.5)
        assert ledger.now() == clocks.clock() + timedelta(seconds=7.5)
        clocks.clock.advance(seconds=60)
        await ledger.position()
        assert ledger.now() == clocks.clock()
        await kiosk.load_plant(PLANT)
        clocks.clock.advance(seconds=3600)
        done = await outcome_of(ledger, noting(await spool_of(ledger)))
        assert ledger.now() == done.event.ts == clocks.clock()
        clocks.local.advance(seconds=-86_400)
        await outcome_of(ledger, noting(done.spool))
        assert ledger.now() == clocks.clock()


async def test_a_lock_lives_exactly_as_long_as_told_by_the_servers_clock(clocks: Clocks):
    server, name = clocks.server, key(clocks.site, LOCK)
    async with station(server.url, clocks.site, clock=clocks.local, lock_ttl=60) as kiosk:
        await kiosk.load_plant(PLANT)
        taken = await kiosk.tomar(tomar(MIGUEL))
        assert (taken.spool.fecha_ocupacion, taken.spool.vence) == (
            clocks.clock(),
            clocks.clock() + timedelta(seconds=60),
        )
        clocks.clock.advance(seconds=59.999)
        assert server.command("EXISTS", name)
        clocks.clock.advance(seconds=0.001)
        assert not server.command("EXISTS", name)
        # The station has heard nothing of the server's time since: for it the lock lives.
        with pytest.raises(LockExpiredError):
            await kiosk.pausar(pausar(MIGUEL))
        over = await kiosk.tomar(tomar(JUAN))
        assert (over.spool.ocupado_por, over.spool.fecha_ocupacion) == (JUAN.worker_nombre, clocks.clock())
        consistent(server, clocks.site)


async def test_the_day_work_counts_for_is_the_servers(clocks: Clocks):
    async with station(clocks.server.url, clocks.site, clock=clocks.local) as kiosk:
        await kiosk.load_plant(PLANT)
        await kiosk.nota(nota(MIGUEL))
        async with watching(kiosk.ledger) as stream:
            events = await next_of(stream, 2)
        today = clocks.clock().astimezone(kiosk.timezone).date()
        assert [event.fecha_operacion for event in events] == [today, today]
        assert [event.accion for event in events] == [Accion.CARGAR_PLANTA, Accion.NOTA]


async def test_stations_with_clocks_apart_agree_on_who_is_late(clocks: Clocks):
    early, late = FixedClock(), FixedClock(datetime(2040, 1, 1, tzinfo=UTC))
    async with AsyncExitStack() as opened:
        one, other = [
            await opened.enter_async_context(station(clocks.server.url, clocks.site, clock=clock, lock_ttl=60))
            for clock in (early, late)
        ]
        await one.load_plant(PLANT)
        await one.tomar(tomar(MIGUEL))
        assert [(await kiosk.status(TAG)).vencido for kiosk in (one, other)] == [False, False]
        clocks.clock.advance(seconds=60)
        for kiosk in (one, other):
            await kiosk.ledger.position()
        assert [(await kiosk.status(TAG)).vencido for kiosk in (one, other)] == [True, True]
