"""Workers who want one spool at once, from as many processes on one file, and from as many tasks of one process."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.processes import Child, child, children, plant, service_on
from tests.races.station import outcome

STATION = "tests.races.station"
WORKERS = range(1, 11)
ROUNDS = [f"S-{n}" for n in range(1, 7)]
PUT_DOWN = list(zip(ROUNDS, ["pausar", "completar"] * 3, strict=True))


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite3"
    async with service_on(path) as service:
        await service.load_plant(plant(spools=len(ROUNDS), workers=len(WORKERS)))
    return path


@pytest.fixture
async def stations(file: Path) -> AsyncIterator[dict[int, Child]]:
    """A ready process for each worker."""
    async with children(STATION, [("obey", file)] * len(WORKERS)) as started:
        yield dict(zip(WORKERS, started, strict=True))


async def race(stations: dict[int, Child], verb: str, **fields: object) -> dict[int, Any]:
    """What each worker is told when all of them ask the same at once, each from a process of their own."""
    for worker_id, station in stations.items():
        station.tell(verb=verb, worker_id=worker_id, **fields)
    return {worker_id: await station.read() for worker_id, station in stations.items()}


async def race_in_one_process(file: Path, verb: str, **fields: object) -> dict[int, Any]:
    """The same, each worker a task of this process."""
    async with service_on(file) as service:
        told = await asyncio.gather(*(outcome(service, verb, worker_id=worker, **fields) for worker in WORKERS))
    return dict(zip(WORKERS, told, strict=True))


def the_winner(told: dict[int, Any]) -> int:
    """The one worker who was told yes."""
    [winner] = [worker for worker, answer in told.items() if "seq" in answer]
    return winner


def codes(told: dict[int, Any]) -> Counter[str]:
    return Counter(answer.get("error_code", "success") for answer in told.values())


async def holder(file: Path, tag_spool: str) -> int | None:
    async with service_on(file) as service:
        return (await service.status(tag_spool)).worker_id


async def history(file: Path, tag_spool: str) -> list[str]:
    async with service_on(file) as service:
        return [event.evento_tipo for event in await service.history(tag_spool)]


async def assert_only_the_owner_did(verb: str, owner: int, told: dict[int, Any], file: Path, tag_spool: str) -> None:
    assert the_winner(told) == owner
    # Who comes after the holder finds a free spool, which is no longer anybody's to put down.
    assert codes(told).keys() <= {"success", "NO_AUTORIZADO", "LOCK_EXPIRED"}
    assert await history(file, tag_spool) == ["TOMAR_ARM", f"{verb.upper()}_ARM"]


async def test_of_ten_processes_that_take_one_spool_one_succeeds_and_nine_are_told_it_is_occupied(
    stations: dict[int, Child], file: Path
) -> None:
    for tag_spool in ROUNDS:
        told = await race(stations, "tomar", tag_spool=tag_spool, operacion="ARM")
        assert codes(told) == {"success": 1, "SPOOL_OCCUPIED": 9}
        assert await holder(file, tag_spool) == the_winner(told)
        assert await history(file, tag_spool) == ["TOMAR_ARM"]


async def test_of_ten_tasks_that_take_one_spool_one_succeeds_and_nine_are_told_it_is_occupied(file: Path) -> None:
    for tag_spool in ROUNDS:
        told = await race_in_one_process(file, "tomar", tag_spool=tag_spool, operacion="ARM")
        assert codes(told) == {"success": 1, "SPOOL_OCCUPIED": 9}
        assert await holder(file, tag_spool) == the_winner(told)
        assert await history(file, tag_spool) == ["TOMAR_ARM"]


async def test_nine_other_processes_are_not_authorized_while_the_holder_keeps_the_spool(
    stations: dict[int, Child], file: Path
) -> None:
    for tag_spool, verb in PUT_DOWN:
        owner = the_winner(await race(stations, "tomar", tag_spool=tag_spool, operacion="ARM"))
        others = {worker: station for worker, station in stations.items() if worker != owner}
        assert codes(await race(others, verb, tag_spool=tag_spool)) == {"NO_AUTORIZADO": 9}
        assert await holder(file, tag_spool) == owner
        assert "seq" in await stations[owner].ask(verb=verb, worker_id=owner, tag_spool=tag_spool)


async def test_of_ten_processes_that_put_down_one_spool_only_its_holder_succeeds(
    stations: dict[int, Child], file: Path
) -> None:
    for tag_spool, verb in PUT_DOWN:
        owner = the_winner(await race(stations, "tomar", tag_spool=tag_spool, operacion="ARM"))
        await assert_only_the_owner_did(verb, owner, await race(stations, verb, tag_spool=tag_spool), file, tag_spool)


async def test_of_ten_tasks_that_put_down_one_spool_only_its_holder_succeeds(file: Path) -> None:
    for tag_spool, verb in PUT_DOWN:
        owner = the_winner(await race_in_one_process(file, "tomar", tag_spool=tag_spool, operacion="ARM"))
        told = await race_in_one_process(file, verb, tag_spool=tag_spool)
        await assert_only_the_owner_did(verb, owner, told, file, tag_spool)


async def test_one_request_sent_by_ten_processes_at_once_acts_once_and_all_are_told_the_same_event(
    stations: dict[int, Child], file: Path
) -> None:
    for station in stations.values():
        station.tell(verb="nota", worker_id=1, tag_spool=ROUNDS[0], texto="una vez", request_id=str(UUID(int=7)))
    assert [await station.read() for station in stations.values()] == [{"seq": 2}] * 10
    assert await history(file, ROUNDS[0]) == ["NOTA"]


async def test_notes_that_ten_tasks_write_on_one_spool_at_once_each_make_one_version_of_it(file: Path) -> None:
    told: Counter[str] = Counter()
    for _ in ROUNDS:
        told += codes(await race_in_one_process(file, "nota", tag_spool=ROUNDS[0], texto="golpe en la brida"))
    # Nobody holds a lock for a note: only the version says that somebody else was faster.
    assert told.keys() <= {"success", "VERSION_CONFLICT"}
    async with service_on(file) as service:
        spool = await service.spool(ROUNDS[0])
        events = await service.history(ROUNDS[0])
    assert spool.version - 1 == len(events) == told["success"] > 0
    assert spool.seq == events[-1].seq


async def test_a_watcher_in_another_process_sees_every_event_of_several_writers_once_and_in_order(file: Path) -> None:
    times, writers = 25, ROUNDS[:3]
    async with AsyncExitStack() as stack:
        watcher = await stack.enter_async_context(child(STATION, "watch", file))
        assert await watcher.read() == {"ready": True}
        started = await stack.enter_async_context(
            children(STATION, [("write", file, tag, n, times) for n, tag in enumerate(writers, start=1)])
        )
        for writer in started:
            writer.tell()
        acknowledged = [message for writer in started for message in await writer.read_to_end()]
        seen = [await watcher.read() for _ in range(1 + len(acknowledged))]
    assert len(acknowledged) == 2 * times * len(writers)
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen[0]["evento_tipo"] == "CARGAR_PLANTA"
    by_seq = {message["seq"]: (message["tag_spool"], message["evento_tipo"]) for message in acknowledged}
    assert {event["seq"]: (event["tag_spool"], event["evento_tipo"]) for event in seen[1:]} == by_seq
