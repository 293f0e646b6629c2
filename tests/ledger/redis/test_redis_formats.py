"""What older programs stored in Redis is still read, and written in today's form by the next change; and newer ones."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain.model import Plant, Spool
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.codec import spool_to_json
from core.ledger.redis import reads
from core.ledger.redis.schema import Keys
from core.ledger.redis.servers import Client
from core.occupation import OccupationService
from tests.asking import cancelar, extender, nota, pausar, tomar
from tests.contract.commits import load, spool_of
from tests.ledger.redis.sites import consistent, key, lock_late, station
from tests.newer import newer_program
from tests.plants import FREE_TAGS, MIGUEL, PLANT, TAG, Etapa, spool_at
from tests.redis_servers import RedisServer


def as_format_1(server: RedisServer, site: str, plant: Plant) -> None:
    """Each state as `version|JSON`, complete, and no format number: as programs before format 2 stored a site."""
    for spool in plant.spools:
        server.command("HSET", key(site, "spools"), spool.tag_spool, f"{spool.version}|{spool_to_json(spool)}")
    server.command("HDEL", key(site, "ledger"), "format")


@pytest.fixture
async def old(redis_server: RedisServer, site: str) -> AsyncIterator[OccupationService]:
    """A station at work on a site that an older program stored: one spool is taken, one was put down again."""
    async with station(redis_server.url, site) as kiosk:
        await load(kiosk.ledger)
        await kiosk.tomar(tomar(MIGUEL, tag=TAG))
        await kiosk.tomar(tomar(MIGUEL, tag=FREE_TAGS[1]))
        await kiosk.pausar(pausar(MIGUEL, tag=FREE_TAGS[1]))
        snapshot = await kiosk.snapshot()
        as_format_1(redis_server, site, Plant(spools=snapshot.spools))
        assert await kiosk.snapshot() == snapshot
        yield kiosk


async def test_a_site_of_format_1_is_read_spool_by_spool_and_whole(
    old: OccupationService, redis_server: RedisServer, site: str
) -> None:
    held = await spool_of(old.ledger)
    assert held.ocupacion is not None
    assert held.ocupacion.worker_id == MIGUEL.worker_id
    assert await old.ledger.locks.value(spool_lock(TAG)) == held.ocupacion.lock_token
    assert {spool.tag_spool: spool for spool in (await old.snapshot()).spools}[TAG] == held
    assert len(consistent(redis_server, site)) == 4
    assert redis_server.command("HEXISTS", key(site, "ledger"), "format") == 0


async def test_work_goes_on_upon_states_of_format_1(
    old: OccupationService, redis_server: RedisServer, site: str
) -> None:
    before = await spool_of(old.ledger)
    await old.nota(nota(MIGUEL, TAG))
    noted = await spool_of(old.ledger)
    assert noted.ocupacion == before.ocupacion
    await old.extender(extender(MIGUEL, tag=TAG))
    assert lock_late(redis_server, site, await spool_of(old.ledger)) == 0
    await old.cancelar(cancelar(MIGUEL, tag=TAG))
    await old.tomar(tomar(MIGUEL, tag=FREE_TAGS[1]))
    assert len(consistent(redis_server, site)) == 8
    assert redis_server.command("HGET", key(site, "ledger"), "format") == b"5"


async def test_a_plant_is_loaded_over_states_of_format_1(
    old: OccupationService, redis_server: RedisServer, site: str
) -> None:
    before = await spool_of(old.ledger)
    report = await load(old.ledger, Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO"), *PLANT.spools[1:])))
    assert report.added == 1
    assert await spool_of(old.ledger) == before
    state = redis_server.command("HGET", key(site, "spools"), "NUEVO").decode()
    assert state.startswith("1|0|||{")


async def test_a_site_of_format_1_has_todays_from_the_moment_it_is_opened(
    old: OccupationService, redis_server: RedisServer, site: str
) -> None:
    async with station(redis_server.url, site):
        assert redis_server.command("HGET", key(site, "ledger"), "format") == b"5"


async def test_a_plant_is_read_again_when_a_newer_program_changed_it_meanwhile(
    redis_server: RedisServer, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_spools, readings = reads._read_spools, 0

    async def meanwhile(client: Client, keys: Keys) -> dict[str, Spool]:
        nonlocal readings
        spools = await read_spools(client, keys)
        readings += 1
        if readings == 1:
            newer.ask(redis_server.url, site, "pintar", TAG, MIGUEL.worker_id, color="rojo")
        return spools

    with newer_program(tmp_path / "newer", raises_format=False) as newer:
        async with station(redis_server.url, site) as kiosk:
            await load(kiosk.ledger)
            monkeypatch.setattr(reads, "_read_spools", meanwhile)
            snapshot = await kiosk.snapshot()
            assert (snapshot.seq, readings) == (2, 2)
            assert {spool.tag_spool: spool.nv for spool in snapshot.spools}[TAG] == "rojo"
