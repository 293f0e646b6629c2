"""Workers who want the same spools at once, over one Redis: as tasks with a ledger each, and as processes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from core.domain.events import Event
from core.occupation import OccupationService
from tests.processes import PATIENCE, Child, child, children, plant, service_on
from tests.races.station import answer
from tests.redis_servers import RedisServer, redis_server

STATION = "tests.races.station"
WORKERS = range(1, 11)
BATCHED = 100
RACES = [f"S-{n}" for n in range(BATCHED + 1, BATCHED + 6)]
SPOOLS = BATCHED + len(RACES)
CROWD = range(1, 9)
CROWDED = 5
TIMES = 30
"""How often each of the crowd asks."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture
async def url(server: RedisServer) -> str:
    """An empty server's."""
    server.command("FLUSHALL")
    return server.url


@pytest.fixture
async def kiosk(url: str) -> AsyncIterator[OccupationService]:
    """A station that looks on, over a plant that was just loaded: its log has one event."""
    async with service_on(url) as service:
        await service.load_plant(plant(spools=SPOOLS, workers=len(WORKERS)))
        yield service


@pytest.fixture
async def tasks(url: str) -> AsyncIterator[dict[int, OccupationService]]:
    """A station with a ledger object of its own for each worker."""
    async with AsyncExitStack() as opened:
        yield {worker: await opened.enter_async_context(service_on(url)) for worker in WORKERS}


async def race_tasks(stations: dict[int, OccupationService], verb: str, **fields: object) -> dict[int, Any]:
    """What each worker is told when all ask at once; a field that is a dict is each worker's own."""
    told = await asyncio.gather(*(answer(station, verb, **_of(worker, fields)) for worker, station in stations.items()))
    return dict(zip(stations, told, strict=True))


async def race_processes(stations: dict[int, Child], verb: str, **fields: object) -> dict[int, Any]:
    """The same, each worker in a process."""
    for worker, station in stations.items():
        station.tell(verb=verb, **_of(worker, fields))
    return {worker: await station.read() for worker, station in stations.items()}


def _of(worker: int, fields: dict[str, object]) -> dict[str, Any]:
    own = {name: value[worker] if isinstance(value, dict) else value for name, value in fields.items()}
    return {"worker_id": worker, **own}


def overlapping() -> dict[int, list[str]]:
    """Fifty spools for each worker: each overlaps with the neighbours', and every spool is wanted by several."""
    return {worker: [f"S-{(worker * 10 + n) % BATCHED + 1}" for n in range(50)] for worker in WORKERS}


async def assert_one_took(kiosk: OccupationService, tag: str, told: dict[int, Any]) -> None:
    [winner] = [worker for worker, one in told.items() if one.get("success")]
    [event] = await kiosk.history(tag)
    assert (event.evento_tipo, event.worker_id, event.seq) == ("TOMAR_ARM", winner, told[winner]["seq"])
    losers = [one for worker, one in told.items() if worker != winner]
    assert len(losers) == len(WORKERS) - 1
    for one in losers:
        assert (one["error_code"], one["worker_id"]) == ("SPOOL_OCCUPIED", winner)
        assert one["ocupado_por"] == event.worker_nombre
    assert (await kiosk.status(tag)).worker_id == winner


async def assert_batches_agree(kiosk: OccupationService, told: dict[int, Any]) -> None:
    """Each spool has one holder, who was told so, and everybody else was told who it is."""
    wanted = overlapping()
    tags = {tag for tags in wanted.values() for tag in tags}
    spools = {spool.tag_spool: spool for spool in (await kiosk.snapshot()).spools if spool.tag_spool in tags}
    holders = {tag: spool.ocupacion.worker_id for tag, spool in spools.items() if spool.ocupacion}
    for worker, batch in told.items():
        assert [detail["tag_spool"] for detail in batch["details"]] == wanted[worker]
        for detail in batch["details"]:
            assert detail["success"] == (holders[detail["tag_spool"]] == worker)
            if not detail["success"]:
                assert detail["error_code"] == "SPOOL_OCCUPIED"
                assert detail["error"]["worker_id"] == holders[detail["tag_spool"]]
        assert batch["succeeded"] == sum(detail["success"] for detail in batch["details"])
        assert batch["succeeded"] + batch["failed"] == batch["total"] == 50
    assert sum(batch["succeeded"] for batch in told.values()) == len(holders) == len(tags) == BATCHED
    taken = sorted((event.tag_spool, event.worker_id) for event in await log_of(kiosk) if event.tag_spool in tags)
    assert taken == sorted(holders.items())
    for tag, holder in holders.items():
        assert [(event.tag_spool, event.worker_id) for event in await kiosk.history(tag)] == [(tag, holder)]


async def log_of(kiosk: OccupationService) -> list[Event]:
    return await kiosk.ledger.events(after=0, limit=100_000)


async def test_of_ten_ledgers_that_take_one_spool_one_succeeds_and_nine_are_told_who(
    kiosk: OccupationService, tasks: dict[int, OccupationService]
):
    for tag in RACES:
        await assert_one_took(kiosk, tag, await race_tasks(tasks, "tomar", tag_spool=tag, operacion="ARM"))


async def test_of_ten_ledgers_batches_that_overlap_each_spool_has_one_holder(
    kiosk: OccupationService, tasks: dict[int, OccupationService]
):
    told = await race_tasks(tasks, "batch_tomar", tag_spools=overlapping(), operacion="ARM")
    await assert_batches_agree(kiosk, told)


async def test_of_ten_processes_that_want_the_same_spools_each_spool_has_one_holder(kiosk: OccupationService, url: str):
    async with children(STATION, [("report", url)] * len(WORKERS)) as started:
        stations = dict(zip(WORKERS, started, strict=True))
        for tag in RACES:
            await assert_one_took(kiosk, tag, await race_processes(stations, "tomar", tag_spool=tag, operacion="ARM"))
        told = await race_processes(stations, "batch_tomar", tag_spools=overlapping(), operacion="ARM")
    await assert_batches_agree(kiosk, told)
    assert [event.seq for event in await log_of(kiosk)] == list(range(1, 1 + len(RACES) + BATCHED + 1))


async def watched(kiosk: OccupationService, into: asyncio.Queue[Event]) -> None:
    async for event in kiosk.watch():
        into.put_nowait(event)


async def next_seen(seen: asyncio.Queue[Event], count: int) -> list[Event]:
    async with asyncio.timeout(PATIENCE):
        return [await seen.get() for _ in range(count)]


async def test_three_watchers_here_and_in_another_process_see_all_that_eight_processes_do_in_order(
    kiosk: OccupationService, url: str
):
    async with AsyncExitStack() as stack:
        elsewhere = await stack.enter_async_context(service_on(url))
        away = await stack.enter_async_context(child(STATION, "watch", url))
        assert await away.read() == {"ready": True}
        crowd = await stack.enter_async_context(
            children(STATION, [("crowd", url, worker, CROWDED, TIMES) for worker in CROWD])
        )
        queues: list[asyncio.Queue[Event]] = [asyncio.Queue(), asyncio.Queue()]
        stations = zip((kiosk, elsewhere), queues, strict=True)
        watching = [asyncio.create_task(watched(station, queue)) for station, queue in stations]
        for worker in crowd:
            worker.tell()
        said = [await worker.read_to_end() for worker in crowd]
        snapshot = await kiosk.snapshot()
        told_away = [await away.read() for _ in range(snapshot.seq)]
        here = [await next_seen(queue, snapshot.seq) for queue in queues]
        for task in watching:
            task.cancel()
        await asyncio.wait(watching)

    log = await log_of(kiosk)
    assert here == [log, log]
    assert [(one["seq"], one["id"]) for one in told_away] == [(event.seq, str(event.id)) for event in log]

    told = sum((Counter(worker[-1]["told"]) for worker in said), Counter())
    assert told["done"] == len(log) - 1 > TIMES, "they hardly worked"
