"""Commits and locks on a real server: what they cost, and what is true after a reply, the server or its memory went."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hiredis import Reader

from core.domain.model import Accion, Operacion, Spool
from core.domain.requests import BatchTomarRequest
from core.domain.responses import Response
from core.ledger.locks import LockService
from core.ledger.protocol import Committed, Conflict
from core.ledger.redis import scripts
from core.occupation import OccupationService
from tests import redis_servers
from tests.asking import liberar, nota, pausar, tomar
from tests.contract.commits import committed, load, noting, putting_down, repeated_by, spool_of, whole_log
from tests.ledger.redis.sites import (
    FIFTY,
    PLANT_OF_FIFTY,
    consistent,
    contents,
    eventually,
    is_away,
    key,
    station,
)
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, TAG
from tests.proxy import Proxy
from tests.redis_servers import RedisServer

COMMIT = scripts.COMMIT.sha.encode()
BATCH = BatchTomarRequest(tag_spools=FIFTY, worker_id=MIGUEL.worker_id, operacion=Operacion.ARM)


@pytest.fixture
async def proxy(redis_server: RedisServer) -> AsyncIterator[Proxy]:
    async with Proxy(redis_server.port) as proxy:
        yield proxy


@pytest.fixture
async def kiosk(proxy: Proxy, site: str) -> AsyncIterator[OccupationService]:
    """A station behind the proxy; the plant is loaded, and the server knows every script."""
    async with station(proxy.url, site) as service:
        await service.load_plant(PLANT)
        await service.nota(nota(MIGUEL, FREE_TAGS[-1]))
        await repeated_by(service.ledger, uuid4())
        yield service


@pytest.fixture
async def kiosk_of_fifty(proxy: Proxy, site: str) -> AsyncIterator[OccupationService]:
    async with station(proxy.url, site) as service:
        await service.load_plant(PLANT_OF_FIFTY)
        await service.nota(nota(MIGUEL, FIFTY[0]))
        yield service


@contextmanager
def counted(proxy: Proxy, trips: int) -> Iterator[list[str]]:
    """The block takes so many round trips; the list has the commands' names when it ends."""
    names: list[str] = []
    trips_before, asked_before = proxy.round_trips, len(proxy.requests)
    yield names
    reader = Reader()
    for request in proxy.requests[asked_before:]:
        reader.feed(request)
        while command := reader.gets():
            names.append(command[0].decode())
    assert proxy.round_trips - trips_before == trips, names


async def test_a_commit_is_one_round_trip(kiosk: OccupationService, proxy: Proxy):
    spool = await spool_of(kiosk.ledger)
    with counted(proxy, 1) as commands:
        await committed(kiosk.ledger, noting(spool))
    assert commands == ["EVALSHA"]


async def test_an_act_is_one_round_trip_and_the_first_on_a_spool_one_more(kiosk: OccupationService, proxy: Proxy):
    with counted(proxy, 2) as commands:
        await kiosk.tomar(tomar(MIGUEL))
    assert commands == ["EVALSHA"] * 2
    with counted(proxy, 2) as commands:
        await kiosk.pausar(pausar(MIGUEL))
        await kiosk.tomar(tomar(MIGUEL))
    assert commands == ["EVALSHA"] * 2


async def test_a_batch_of_fifty_is_one_round_trip_and_the_first_on_its_spools_one_more(
    kiosk_of_fifty: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    with counted(proxy, 2) as commands:
        assert (await kiosk_of_fifty.batch_tomar(BATCH)).succeeded == 50
    assert commands == ["EVALSHA"] * 2
    for tag in FIFTY:
        await kiosk_of_fifty.pausar(pausar(MIGUEL, tag))
    with counted(proxy, 1) as commands:
        assert (await kiosk_of_fifty.batch_tomar(BATCH.model_copy(update={"request_id": uuid4()}))).succeeded == 50
    assert commands == ["EVALSHA"]
    assert len(consistent(redis_server, site, plant=PLANT_OF_FIFTY)) == 152


async def test_a_lock_step_is_one_round_trip(kiosk: OccupationService, proxy: Proxy):
    await LockService(kiosk.ledger).acquire("warm", 1)
    with counted(proxy, 1):
        token = await LockService(kiosk.ledger).acquire("elección", 1, ttl=60)
    with counted(proxy, 2):
        await LockService(kiosk.ledger).extend("elección", token)
        assert await LockService(kiosk.ledger).release("elección", token)


async def test_a_server_that_forgot_the_scripts_is_told_them_again(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    spool = await spool_of(kiosk.ledger)
    redis_server.command("SCRIPT", "FLUSH")
    with counted(proxy, 2) as commands:
        spool = (await committed(kiosk.ledger, noting(spool))).spool
    assert commands == ["EVALSHA", "EVAL"]
    with counted(proxy, 1):
        await committed(kiosk.ledger, noting(spool))
    redis_server.command("SCRIPT", "FLUSH")
    assert (await kiosk.tomar(tomar(MIGUEL))).seq == 5
    assert len(consistent(redis_server, site)) == 5


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("lost", [b"EVALSHA", COMMIT], ids=["read", "commit"])
async def test_a_lost_reply_is_not_noticed_and_nothing_is_done_twice(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str, lost: bytes, times: int
):
    request = tomar(MIGUEL)
    proxy.cut_next_reply(times, containing=lost)
    response = await kiosk.tomar(request)
    assert proxy.cuts_left == 0
    assert (response.changed, response.seq, response.spool.ocupado_por) == (True, 3, MIGUEL.worker_nombre)
    assert response == await kiosk.tomar(request)
    assert [event.accion for event in consistent(redis_server, site)][2:] == [Accion.TOMAR]


async def test_the_lost_reply_of_a_script_told_again_is_not_noticed(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    spool = await spool_of(kiosk.ledger)
    redis_server.command("SCRIPT", "FLUSH")
    proxy.cut_next_reply(containing=b"\r\nEVAL\r\n")
    response = await kiosk.ledger.commit([noting(spool)])
    assert proxy.cuts_left == 0
    assert [outcome.event.seq for outcome in response] == [3]
    assert len(consistent(redis_server, site)) == 3


async def test_the_lost_reply_of_a_batch_is_not_noticed(
    kiosk_of_fifty: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    proxy.cut_next_reply(containing=COMMIT)
    response = await kiosk_of_fifty.batch_tomar(BATCH)
    assert proxy.cuts_left == 0
    assert [detail.seq for detail in response.details] == list(range(3, 53))
    assert response == await kiosk_of_fifty.batch_tomar(BATCH)
    assert len(consistent(redis_server, site, plant=PLANT_OF_FIFTY)) == 52


async def test_when_every_reply_is_lost_it_is_told_and_the_repeat_gets_the_first_response(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    request = tomar(MIGUEL)
    proxy.cut_next_reply(10_000, containing=COMMIT)
    await is_away(kiosk.tomar(request))
    assert len(consistent(redis_server, site)) == 3
    await proxy.heal()
    response = await kiosk.tomar(request)
    assert (response.changed, response.seq) == (True, 3)
    assert len(consistent(redis_server, site)) == 3


@pytest.mark.parametrize("times", [1, 2])
async def test_the_lost_replies_of_lock_steps_are_not_noticed(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str, times: int
):
    ledger, name = kiosk.ledger, key(site, "turno")
    assert await ledger.locks.acquire("warm", "1:a", 60)

    proxy.cut_next_reply(times, containing=b"take")
    assert await ledger.locks.acquire("turno", "1:a", 60)
    assert redis_server.command("GET", name) == b"1:a"
    assert 0 < redis_server.command("PTTL", name) <= 60_000

    proxy.cut_next_reply(times, containing=b"extend")
    assert await ledger.locks.extend("turno", "1:a", 600)
    assert 60_000 < redis_server.command("PTTL", name) <= 600_000

    proxy.cut_next_reply(times, containing=b"drop")
    assert await ledger.locks.release("turno", "1:a")
    assert redis_server.command("EXISTS", name) == 0
    assert proxy.cuts_left == 0


async def test_a_lost_reply_gives_nobody_anothers_lock(kiosk: OccupationService, proxy: Proxy):
    ledger = kiosk.ledger
    assert await ledger.locks.acquire("turno", "1:a", 60)
    for step in (
        lambda: ledger.locks.acquire("turno", "2:b", 60),
        lambda: ledger.locks.extend("turno", "2:b", 60),
        lambda: ledger.locks.release("turno", "2:b"),
    ):
        proxy.cut_next_reply(containing=b"turno")
        assert not await step()
        assert proxy.cuts_left == 0
    assert await ledger.locks.value("turno") == "1:a"


async def test_a_lost_reply_of_a_load_loads_once(kiosk: OccupationService, proxy: Proxy, site: str):
    proxy.cut_next_reply(containing=scripts.LOAD.sha.encode())
    report = await load(kiosk.ledger, PLANT_OF_FIFTY)
    assert proxy.cuts_left == 0
    assert report.added == 50
    assert report.event == (await whole_log(kiosk.ledger))[-1]
    assert [event.accion for event in await whole_log(kiosk.ledger)].count(Accion.CARGAR_PLANTA) == 2
    assert len((await kiosk.snapshot()).spools) == len(PLANT.spools) + 50


async def every_verb_is_away(kiosk: OccupationService, spool: Spool) -> None:
    """Ask everything a worker may have to wait for, all at once; Miguel has `spool`, other tags are free."""
    assert spool.ocupacion is not None
    ledger, tag, token = kiosk.ledger, spool.tag_spool, spool.ocupacion.lock_token
    batch = BatchTomarRequest(tag_spools=FREE_TAGS[2:], worker_id=MIGUEL.worker_id, operacion=Operacion.ARM)
    asked: tuple[Awaitable[object], ...] = (
        kiosk.tomar(tomar(MIGUEL, tag=FREE_TAGS[1])),
        kiosk.pausar(pausar(MIGUEL)),
        kiosk.liberar(liberar(CARLA)),
        kiosk.batch_tomar(batch),
        kiosk.status(tag),
        kiosk.history(tag),
        LockService(kiosk.ledger).acquire("turno", 1),
        LockService(kiosk.ledger).release(tag, token),
        LockService(kiosk.ledger).owner(tag),
        ledger.commit([putting_down(spool)]),
        repeated_by(ledger, uuid4()),
        ledger.events(after=0, limit=10),
        ledger.position(),
        ledger.admin.check(),
        ledger.snapshot(),
        kiosk.load_plant(PLANT_OF_FIFTY),
    )
    for error in await asyncio.gather(*map(is_away, asked)):
        assert error.details["reason"], error


@pytest.mark.parametrize("fail", [Proxy.refuse, Proxy.hang])
async def test_a_network_that_fails_is_told_promptly_and_nothing_is_half_done(
    kiosk: OccupationService,
    proxy: Proxy,
    redis_server: RedisServer,
    site: str,
    fail: Callable[[Proxy], None],
):
    request = tomar(MIGUEL)
    first = await kiosk.tomar(request)
    spool = await spool_of(kiosk.ledger)
    before = contents(redis_server, site)
    fail(proxy)
    await asyncio.gather(every_verb_is_away(kiosk, spool), is_away(opening(proxy.url, site)))
    assert contents(redis_server, site) == before
    await proxy.heal()
    assert await kiosk.tomar(request) == first
    assert len(consistent(redis_server, site)) == 3


async def test_a_crowd_that_asks_at_once_is_told_as_promptly_as_one(kiosk: OccupationService, proxy: Proxy):
    proxy.hang()
    await asyncio.gather(*(is_away(kiosk.status(TAG)) for _ in range(30)))


async def opening(url: str, site: str) -> None:
    async with station(url, site):
        pass


async def test_a_server_that_is_stopped_is_told_promptly_and_nothing_is_half_done(tmp_path: Path, site: str):
    with redis_servers.redis_server(tmp_path, durable=True) as server:
        async with station(server.url, site) as kiosk:
            await kiosk.load_plant(PLANT)
            request, later = tomar(MIGUEL), pausar(MIGUEL)
            first = await kiosk.tomar(request)
            spool = await spool_of(kiosk.ledger)
            before = contents(server, site)
            server.stop()
            await asyncio.gather(
                every_verb_is_away(kiosk, spool), is_away(kiosk.pausar(later)), is_away(opening(server.url, site))
            )
            server.start()
            assert contents(server, site) == before
            assert await kiosk.tomar(request) == first
            assert (await kiosk.pausar(later)).seq == 3
            assert len(consistent(server, site)) == 3


async def test_what_a_paused_server_does_when_it_goes_on_is_done_once_and_whole(tmp_path: Path, site: str):
    with redis_servers.redis_server(tmp_path) as server:
        async with station(server.url, site) as kiosk:
            await kiosk.load_plant(PLANT)
            spool, note = await spool_of(kiosk.ledger), nota(MIGUEL)
            commit = noting(spool, request_id=note.request_id)
            server.pause()
            await asyncio.gather(
                is_away(kiosk.ledger.commit([commit])), is_away(LockService(kiosk.ledger).acquire("turno", 1))
            )
            server.resume()
            [outcome] = await kiosk.ledger.commit([commit])
            assert outcome.event.id == commit.draft.id
            assert len(consistent(server, site)) == 2


async def test_what_arrives_after_it_was_given_up_is_done_once_and_is_nobody_elses_answer(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    ledger, commit = kiosk.ledger, noting(await spool_of(kiosk.ledger))
    for n in range(4):
        assert await ledger.locks.acquire(f"turno-{n}", f"{n}:x", 60)
    proxy.delay(0.9)
    late = (is_away(ledger.locks.value(f"turno-{n}")) for n in range(4))
    await asyncio.gather(is_away(ledger.commit([commit])), *late)
    await proxy.heal()
    for n in (3, 2, 1, 0) * 3:
        assert await ledger.locks.value(f"turno-{n}") == f"{n}:x"
    assert await kiosk.worker(JUAN.worker_id) == JUAN
    await eventually(lambda: redis_server.command("XLEN", key(site, "events")) == 3, "it never arrived")
    [outcome] = await ledger.commit([commit])
    assert (outcome.event.seq, outcome.event.id) == (3, commit.draft.id)
    for n in range(4):
        assert await ledger.locks.release(f"turno-{n}", f"{n}:x")
    assert len(consistent(redis_server, site)) == 3


async def test_a_commit_that_somebody_stopped_waiting_for_is_done_once_and_whole(
    kiosk: OccupationService, proxy: Proxy, redis_server: RedisServer, site: str
):
    commit, asked = noting(await spool_of(kiosk.ledger)), len(proxy.requests)
    proxy.delay(0.3)
    waiting = asyncio.create_task(kiosk.ledger.commit([commit]))
    await eventually(lambda: len(proxy.requests) > asked, "it was never asked")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await proxy.heal()
    [outcome] = await kiosk.ledger.commit([commit])
    assert (outcome.event.seq, outcome.event.id) == (3, commit.draft.id)
    await eventually(lambda: sum(COMMIT in one for one in proxy.requests[asked:]) == 2, "the first one never arrived")
    assert await spool_of(kiosk.ledger) == outcome.spool
    assert len(consistent(redis_server, site)) == 3


async def test_a_server_without_memory_refuses_whole_and_answers_what_only_reads(tmp_path: Path, site: str):
    with redis_servers.redis_server(tmp_path, "maxmemory-policy noeviction") as server:
        async with station(server.url, site) as kiosk:
            await kiosk.load_plant(PLANT)
            await kiosk.tomar(tomar(MIGUEL))
            before = contents(server, site)
            server.command("CONFIG", "SET", "maxmemory", "1mb")
            batch = BatchTomarRequest(tag_spools=FREE_TAGS[1:5], worker_id=MIGUEL.worker_id, operacion=Operacion.ARM)
            later = pausar(MIGUEL)
            asked = (
                kiosk.tomar(tomar(JUAN, tag=FREE_TAGS[1])),
                kiosk.batch_tomar(batch),
                kiosk.pausar(later),
                LockService(kiosk.ledger).acquire("turno", 1),
                kiosk.load_plant(PLANT_OF_FIFTY),
                opening(server.url, f"{site}-new"),
            )
            for one in asked:
                assert "SIN_MEMORIA" in (await is_away(one)).message
            assert contents(server, site) == before
            assert (await kiosk.status(TAG)).ocupado_por == MIGUEL.worker_nombre
            assert len(await kiosk.history(TAG)) == 1
            assert (await kiosk.snapshot()).seq == 2
            consistent(server, site)

            server.command("CONFIG", "SET", "maxmemory", "0")
            assert (await kiosk.pausar(later)).seq == 3
            assert (await kiosk.batch_tomar(batch)).succeeded == 4
            assert len(consistent(server, site)) == 7


async def test_a_log_that_refuses_an_entry_leaves_nothing_half_written(
    kiosk: OccupationService, redis_server: RedisServer, site: str
):
    events = key(site, "events")
    request = tomar(MIGUEL)
    await kiosk.tomar(tomar(JUAN, tag=FREE_TAGS[1]))
    redis_server.command("XADD", events, "999-0", "event", "somebody else's")
    before = contents(redis_server, site)
    batch = BatchTomarRequest(tag_spools=FREE_TAGS[2:5], worker_id=MIGUEL.worker_id, operacion=Operacion.ARM)
    for asked in (
        kiosk.tomar(request),
        kiosk.pausar(pausar(JUAN, FREE_TAGS[1])),
        kiosk.batch_tomar(batch),
        load(kiosk.ledger, PLANT_OF_FIFTY),
    ):
        await is_away(asked)
    assert contents(redis_server, site) == before

    redis_server.command("XDEL", events, "999-0")
    redis_server.command("XSETID", events, "3-0")
    assert (await kiosk.tomar(request)).seq == 4
    assert (await kiosk.batch_tomar(batch)).succeeded == 3
    assert len(consistent(redis_server, site)) == 7


async def test_stations_that_want_one_spool_at_once_leave_one_holder(redis_server: RedisServer, site: str):
    async with station(redis_server.url, site) as one, station(redis_server.url, site) as other:
        await one.load_plant(PLANT)
        for tag in FREE_TAGS:
            answers = await asyncio.gather(
                *(kiosk.tomar(tomar(worker, tag=tag)) for kiosk in (one, other) for worker in (MIGUEL, JUAN)),
                return_exceptions=True,
            )
            # A worker who asks at both stations is told twice that it is theirs.
            taken = [answer for answer in answers if isinstance(answer, Response)]
            assert len({answer.spool.worker_id for answer in taken}) == 1
            assert sum(answer.changed for answer in taken) == 1
    assert len(consistent(redis_server, site)) == 1 + len(FREE_TAGS)


async def test_of_decisions_made_on_one_version_at_once_one_comes_true(redis_server: RedisServer, site: str):
    async with station(redis_server.url, site) as one, station(redis_server.url, site) as other:
        await one.load_plant(PLANT)
        spool = await spool_of(one.ledger)
        answers = await asyncio.gather(
            *(kiosk.ledger.commit([noting(spool), noting(spool)]) for kiosk in (one, other) for _ in range(4))
        )
        outcomes = [outcome for answer in answers for outcome in answer]
        assert sum(isinstance(outcome, Committed) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 15
        await asyncio.gather(*(kiosk.nota(nota(JUAN)) for kiosk in (one, other) for _ in range(3)))
    assert len(consistent(redis_server, site)) == 8
