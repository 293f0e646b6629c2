"""A snapshot is one moment, although it is read a page at a time while others work."""

import asyncio
from dataclasses import replace

import pytest

from core.domain.model import Plant, Snapshot, Spool
from core.domain.replay import apply_event
from core.ledger.redis import reads
from core.ledger.redis.schema import Keys
from core.ledger.redis.servers import Client
from core.occupation import OccupationService
from tests.asking import cancelar, nota, tomar
from tests.ledger.redis.sites import eventually, station
from tests.plants import MIGUEL, WORKERS, Etapa, spool_at
from tests.redis_servers import RedisServer

TAGS = tuple(f"S-{n:04}" for n in range(600))
PLANT = Plant(spools=tuple(spool_at(Etapa.LIBRE, tag) for tag in TAGS), workers=WORKERS)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a plant for tests takes many."""
    monkeypatch.setattr(reads, "PAGE", 40)


async def work(kiosk: OccupationService, tags: tuple[str, ...]) -> None:
    """Without end."""
    while True:
        for tag in tags:
            await kiosk.tomar(tomar(MIGUEL, tag=tag))
            await kiosk.nota(nota(MIGUEL, tag))
            await kiosk.cancelar(cancelar(MIGUEL, tag))


async def told_by_the_log(kiosk: OccupationService, plant: Plant, snapshot: Snapshot) -> Snapshot:
    """What the log makes of the plant until the snapshot's number."""
    spools = {spool.tag_spool: spool for spool in plant.spools}
    events = [event for event in await kiosk.ledger.events(after=0, limit=100_000) if event.seq <= snapshot.seq]
    for event in events:
        if event.tag_spool:
            spools[event.tag_spool] = apply_event(spools[event.tag_spool], event)
    return Snapshot(seq=snapshot.seq, spools=tuple(spools.values()), workers=snapshot.workers)


async def test_a_snapshot_taken_while_others_work_is_what_the_log_tells_until_its_number(
    redis_server: RedisServer, site: str
):
    async with station(redis_server.url, site) as kiosk, station(redis_server.url, site) as other:
        await kiosk.load_plant(PLANT)
        working = [asyncio.create_task(work(other, TAGS[n::7])) for n in range(4)]
        try:
            taken = [await kiosk.snapshot() for _ in range(6)]
        finally:
            for task in working:
                task.cancel()
        assert taken[-1].seq > taken[0].seq + 20
        for snapshot in taken:
            assert snapshot == await told_by_the_log(kiosk, PLANT, snapshot)


def plant_with(ot: str) -> Plant:
    return Plant(spools=tuple(replace(spool, ot=ot) for spool in PLANT.spools), workers=WORKERS)


async def test_a_snapshot_taken_while_plants_are_loaded_has_one_plant_whole(redis_server: RedisServer, site: str):
    async with station(redis_server.url, site) as kiosk, station(redis_server.url, site) as office:
        await office.load_plant(plant_with("0"))
        taken = []

        async def look() -> None:
            while True:
                taken.append(await kiosk.snapshot())

        looking = asyncio.create_task(look())
        for n in range(1, 6):
            await office.load_plant(plant_with(str(n)))
        await eventually(lambda: bool(taken) and taken[-1].spools[0].ot == "5", "the last plant is never seen")
        looking.cancel()
        assert [len({spool.ot for spool in snapshot.spools}) for snapshot in taken] == [1] * len(taken)


async def test_a_log_that_is_trimmed_while_it_is_read_is_read_anew(
    redis_server: RedisServer, site: str, monkeypatch: pytest.MonkeyPatch
):
    async with station(redis_server.url, site) as kiosk:
        await kiosk.load_plant(PLANT)
        read_spools = reads._read_spools
        trimmed = False

        async def read_and_lose_the_log(client: Client, keys: Keys) -> dict[str, Spool]:
            nonlocal trimmed
            spools = await read_spools(client, keys)
            if not trimmed:
                trimmed = True
                await kiosk.tomar(tomar(MIGUEL, tag=TAGS[0]))
                redis_server.command("XTRIM", keys.events, "MAXLEN", 0)
            return spools

        monkeypatch.setattr(reads, "_read_spools", read_and_lose_the_log)
        snapshot = await kiosk.snapshot()
        assert snapshot.seq == 2
        assert snapshot.spools[0] == await kiosk.spool(TAGS[0])
