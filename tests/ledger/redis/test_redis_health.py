"""What the ledger says of its server's care for acknowledged work, and commits that wait for replicas."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.domain.errors import InvalidRequestError, ReplicasUnconfirmedError
from core.domain.model import Operacion, Plant
from core.domain.reasons import Riesgo
from core.domain.requests import BatchTomarRequest
from tests import redis_servers
from tests.asking import nota, pausar, tomar
from tests.contract.commits import noting, outcome_of, spool_of
from tests.ledger.redis.sites import consistent, health_of, promptly, station
from tests.plants import FREE_TAGS, JUAN, MIGUEL, PLANT, TAG, Etapa, spool_at
from tests.processes import ROOT
from tests.redis_servers import RedisServer, until


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server that writes each change to its disk at once. Who changes a setting puts it back."""
    user = "user sin-config on >geheim ~* &* +@all -config"
    with redis_servers.redis_server(tmp_path_factory.mktemp("durable"), user, durable=True) as server:
        yield server


@contextmanager
def setting(server: RedisServer, name: str, value: str, *, back: str) -> Iterator[None]:
    server.command("CONFIG", "SET", name, value)
    try:
        yield
    finally:
        server.command("CONFIG", "SET", name, back)


async def test_a_server_that_writes_each_change_at_once_has_no_risk(durable: RedisServer, site: str):
    async with station(durable.url, site) as kiosk:
        await kiosk.load_plant(PLANT)
        health = await kiosk.ledger.admin.check()
        assert health.risks == ()
        identity = durable.command("HGET", f"{{{site}}}:ledger", "identity").decode()
    told = {
        "engine": "redis",
        "mode": "standalone",
        "role": "master",
        "replicas": "0",
        "appendonly": "yes",
        "appendfsync": "always",
        "aof_load_truncated": "no",
        "maxmemory_policy": "noeviction",
        "identity": identity,
        "last_seq": "1",
    }
    assert told.items() <= health.facts.items()
    assert health.facts["redis_version"] == durable.command("INFO", "server")["redis_version"]
    assert "memory" in health.facts


@pytest.mark.parametrize(
    ("name", "value", "back", "risk"),
    [
        ("appendfsync", "everysec", "always", Riesgo.FSYNC_DIFERIDO),
        ("appendfsync", "no", "always", Riesgo.SIN_FSYNC),
        ("aof-load-truncated", "yes", "no", Riesgo.REGISTRO_CORTABLE),
        ("maxmemory-policy", "allkeys-lru", "noeviction", Riesgo.DESALOJO),
        ("maxmemory-policy", "volatile-ttl", "noeviction", Riesgo.DESALOJO),
    ],
)
async def test_a_setting_that_may_lose_work_is_a_risk(
    durable: RedisServer, site: str, name: str, value: str, back: str, risk: Riesgo
):
    with setting(durable, name, value, back=back):
        health = await health_of(durable.url, site)
    assert health.risks == (risk,)
    assert health.facts[name.replace("-", "_")] == value


async def test_a_server_that_keeps_nothing_on_its_disk_is_a_risk(redis_server: RedisServer, site: str):
    health = await health_of(redis_server.url, site)
    # It would cut a torn log, but has none.
    assert health.risks == (Riesgo.SIN_AOF,)
    assert (health.facts["appendonly"], health.facts["aof_load_truncated"]) == ("no", "yes")


async def test_the_settings_that_the_guide_asks_for_leave_no_risk(tmp_path: Path, site: str):
    page = (ROOT / "assets" / "guide" / "redis.md").read_text(encoding="utf-8")
    _, _, below = page.partition("In `redis.conf`:\n\n```\n")
    lines = below.partition("\n```")[0].splitlines()
    assert "appendonly yes" in lines
    with redis_servers.redis_server(tmp_path, *lines) as server:
        assert (await health_of(server.url, site)).risks == ()


async def test_without_the_right_to_read_settings_the_rest_is_told(durable: RedisServer, site: str):
    url = f"redis://sin-config:geheim@{durable.address}/0"
    with (
        setting(durable, "maxmemory-policy", "allkeys-lru", back="noeviction"),
        setting(durable, "aof-load-truncated", "yes", back="no"),
    ):
        health = await health_of(url, site)
    assert health.risks == (Riesgo.DESALOJO,)
    assert (health.facts["appendfsync"], health.facts["appendonly"]) == ("?", "yes")
    assert health.facts["aof_load_truncated"] == "?"


async def test_what_the_check_writes_goes_by_itself(durable: RedisServer, site: str):
    async with station(durable.url, site) as kiosk:
        await kiosk.load_plant(PLANT)
        await kiosk.ledger.admin.check()
    assert durable.command("PTTL", f"{{{site}}}:probe") <= 1000
    assert durable.command("PTTL", f"{{{site}}}:probe") != -1
    assert len(consistent(durable, site)) == 1


@contextmanager
def master_and_replica(folder: Path) -> Iterator[tuple[RedisServer, RedisServer]]:
    """The replica has all of the master's data."""
    with redis_servers.redis_server(folder / "master") as master:
        follow = f"replicaof 127.0.0.1 {master.port}"
        with redis_servers.redis_server(folder / "replica", follow) as replica:
            in_sync(master)
            yield master, replica


def in_sync(master: RedisServer) -> None:
    until(lambda: master.command("WAIT", 1, 100) == 1, "the replica is not in sync")


@pytest.mark.usefixtures("patient")
async def test_a_commit_that_the_replica_confirmed_is_on_it(tmp_path: Path, site: str):
    with master_and_replica(tmp_path) as (master, replica):
        async with station(master.url, site, min_replicas=1) as kiosk:
            await kiosk.load_plant(PLANT)
            for n in range(10):
                done = await outcome_of(kiosk.ledger, noting(await spool_of(kiosk.ledger)))
                # Nobody waited for the replica but the commit itself.
                assert replica.command("XLEN", f"{{{site}}}:events") == done.event.seq == n + 2
            assert Riesgo.FALTAN_REPLICAS not in (await kiosk.ledger.admin.check()).risks
            assert (await kiosk.ledger.admin.check()).facts["replicas"] == "1"
            consistent(master, site)
        two = await health_of(master.url, site, min_replicas=2)
        assert Riesgo.FALTAN_REPLICAS in two.risks


@pytest.mark.usefixtures("patient")
async def test_a_commit_that_no_replica_confirmed_is_told_and_may_be_asked_again(tmp_path: Path, site: str):
    batch = BatchTomarRequest(tag_spools=FREE_TAGS[1:4], worker_id=JUAN.worker_id, operacion=Operacion.ARM)
    with master_and_replica(tmp_path) as (master, replica):
        async with (
            station(master.url, site, min_replicas=1) as kiosk,
            station(master.url, site, min_replicas=1) as other,
        ):
            await kiosk.load_plant(PLANT)
            await kiosk.nota(nota(MIGUEL))
            request = tomar(MIGUEL)

            replica.pause()
            with promptly(), pytest.raises(ReplicasUnconfirmedError) as unconfirmed:
                await kiosk.tomar(request)
            told = {"replicas_needed": 1, "replicas_confirmed": 0}
            assert told.items() <= unconfirmed.value.details.items()
            assert len(consistent(master, site)) == 3
            # Nobody is shown what may yet be lost, and nobody refused because of it.
            shown = asyncio.create_task(anext(other.ledger.watch(after=2)))
            reads = (other.status(TAG), other.history(TAG), other.snapshot(), other.ledger.position())
            # As long as no replica has it, a repeat is no better, also on a connection that wrote nothing of it.
            repeat = noting(await spool_of(kiosk.ledger), request_id=request.request_id)
            repeats = (other.ledger.commit([repeat]), kiosk.tomar(request), kiosk.tomar(tomar(MIGUEL)))
            with promptly():
                answers = await asyncio.gather(*reads, other.tomar(tomar(JUAN)), *repeats, return_exceptions=True)
            assert {type(one) for one in answers} == {ReplicasUnconfirmedError}
            assert [(one.saved, one.doubtful) for one in answers[:5]] == [(False, False)] * 5
            assert not shown.done()
            replica.resume()
            in_sync(master)
            response = await kiosk.tomar(request)
            assert (response.changed, response.seq) == (True, 3)
            assert (await shown).seq == 3

            replica.pause()
            with promptly(), pytest.raises(ReplicasUnconfirmedError):
                await kiosk.batch_tomar(batch)
            assert len(consistent(master, site)) == 6
            replica.resume()
            in_sync(master)
            assert [detail.seq for detail in (await kiosk.batch_tomar(batch)).details] == [4, 5, 6]
            assert (await kiosk.pausar(pausar(MIGUEL))).seq == 7
            assert replica.command("XLEN", f"{{{site}}}:events") == 7
            assert len(consistent(master, site)) == 7
            assert (await kiosk.status(TAG)).ocupado_por is None

            replica.pause()
            with pytest.raises(ReplicasUnconfirmedError):
                await kiosk.load_plant(Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO-1"),)))


@pytest.mark.usefixtures("patient")
async def test_an_unconfirmed_commit_is_told_so_also_by_a_server_that_forgot_the_scripts(tmp_path: Path, site: str):
    with master_and_replica(tmp_path) as (master, replica):
        async with station(master.url, site, min_replicas=1) as kiosk:
            await kiosk.load_plant(PLANT)
            spool = await spool_of(kiosk.ledger)
            await outcome_of(kiosk.ledger, noting(spool))
            master.command("SCRIPT", "FLUSH")
            replica.pause()
            with promptly(), pytest.raises(ReplicasUnconfirmedError):
                await kiosk.tomar(tomar(MIGUEL))


@pytest.mark.parametrize("scheme", ["redis+cluster", "rediss+cluster"])
async def test_a_cluster_cannot_be_asked_to_wait_for_replicas(scheme: str, site: str):
    with promptly(), pytest.raises(InvalidRequestError, match="CLUSTER_SIN_REPLICAS") as refused:
        await health_of(f"{scheme}://ana:geheim@127.0.0.1:1", site, min_replicas=1)
    assert "geheim" not in repr(refused.value.details)
