"""The harness itself does what the other tests believe of it, as seen by a plain redis-py."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from tests.conftest import Store
from tests.processes import ROOT
from tests.proxy import Proxy
from tests.redis_servers import (
    Certificates,
    RedisServer,
    ServerClock,
    cluster,
    redis_server,
    sentinel_group,
    until,
)

on_redis = pytest.mark.parametrize("store", ["redis"], indirect=True)


@asynccontextmanager
async def impatient(url: str) -> AsyncIterator[Redis]:
    """A client that tries everything once, and not for long."""
    async with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=0.3) as client:
        yield client


async def test_a_server_answers_on_its_port_and_on_its_socket(redis_server: RedisServer, site: str):
    async with impatient(redis_server.url) as one, impatient(redis_server.unix_url) as other:
        await one.set(site, "here")
        assert await other.get(site) == b"here"
    assert redis_server.command("GET", site) == b"here"


@on_redis
async def test_a_server_and_its_clock_agree_to_the_microsecond(store: Store):
    dice = random.Random(7)
    async with impatient(store.url) as client:
        for _ in range(200):
            assert await client.time() == (int(store.clock().timestamp()), store.clock().microsecond)
            store.clock.advance(seconds=dice.random() * 100_000)


@on_redis
async def test_a_key_lives_through_its_last_millisecond_and_no_longer(store: Store):
    async with impatient(store.url) as client:
        await client.set("key", "here", px=60_000)
        # Redis lets a key live through the millisecond it is to expire in, and a ledger's lock may not.
        store.clock.advance(seconds=60)
        assert await client.get("key") == b"here"
        store.clock.advance(seconds=0.000999)
        assert await client.get("key") == b"here"
        store.clock.advance(seconds=0.000001)
        assert await client.get("key") is None


@on_redis
@pytest.mark.parametrize("time_round", range(2))
async def test_every_test_finds_an_empty_store_and_its_clock_at_the_start(store: Store, time_round: int):
    async with impatient(store.url) as client:
        assert await client.dbsize() == 0
        await client.set("left", "behind")
        assert await client.time() == (int(ServerClock(store.clock.file).instant.timestamp()), 0)
        store.clock.advance(seconds=60)


@on_redis
async def test_a_blocking_commands_time_is_the_servers_clocks(store: Store):
    async with Redis.from_url(store.url, socket_timeout=5) as client:
        waits = asyncio.create_task(client.xread({"stream": "$"}, block=50))
        done, _ = await asyncio.wait({waits}, timeout=0.3)
        assert not done
        store.clock.advance(seconds=1)
        assert not await waits


async def test_what_a_durable_server_acknowledged_survives_a_kill(tmp_path: Path):
    with redis_server(tmp_path, durable=True) as server:
        before = server.pid, server.port
        server.command("SET", "key", "here")
        server.kill()
        assert not server.running
        server.restart()
        assert server.command("GET", "key") == b"here"
        assert (server.pid, server.port) != before
        assert server.port == before[1]


TWO_WRITES = "redis.call('RPUSH', KEYS[1], ARGV[1]); redis.call('SET', KEYS[2], ARGV[1])"


@pytest.mark.parametrize("torn_in", ["MULTI", "RPUSH", "SET", "EXEC"])
@pytest.mark.parametrize("next_writes", ["two", "one"])
def test_what_a_kill_left_half_written_takes_nothing_with_it(tmp_path: Path, torn_in: str, next_writes: str):
    with redis_server(tmp_path, durable=True) as server:

        def write(name: str) -> None:
            if next_writes == "one":
                server.command("RPUSH", "list", name)
            else:
                server.command("EVAL", TWO_WRITES, 2, "list", "last", name)

        for name in ("whole", "torn"):
            server.command("EVAL", TWO_WRITES, 2, "list", "last", name)
        server.kill()
        [log] = tmp_path.glob("appendonlydir/*.incr.aof")
        written = log.read_bytes()
        log.write_bytes(written[: written.rindex(torn_in.encode()) + 2])
        # It is the second start that would tell otherwise.
        for name in ("next", "after"):
            server.start()
            write(name)
            server.kill()
        server.start()
        assert server.command("LRANGE", "list", 0, -1) == [b"whole", b"next", b"after"]


async def test_a_server_that_is_not_durable_forgets(tmp_path: Path):
    with redis_server(tmp_path) as server:
        server.command("SET", "key", "here")
        server.restart()
        assert server.command("GET", "key") is None


async def test_a_paused_server_answers_when_it_goes_on(tmp_path: Path):
    with redis_server(tmp_path) as server:
        async with impatient(server.url) as client:
            await client.ping()
            server.pause()
            with pytest.raises(redis.TimeoutError):
                await client.ping()
            server.resume()
            assert await client.ping()
            server.pause()
    assert not server.running


async def test_a_port_that_is_taken_is_told(redis_server: RedisServer, tmp_path: Path):
    from tests import redis_servers

    with (
        pytest.raises(redis_servers.PortTakenError, match="Address already in use"),
        redis_servers.redis_server(tmp_path, port=redis_server.port),
    ):
        raise AssertionError


async def test_a_server_that_does_not_start_says_why(tmp_path: Path):
    with pytest.raises(RuntimeError, match="Bad directive"), redis_server(tmp_path, "no-such-option 1"):
        raise AssertionError


def test_a_server_ends_with_the_process_that_started_it(tmp_path: Path):
    program = f"""
import time
from pathlib import Path
from tests.redis_servers import redis_server
with redis_server(Path({str(tmp_path)!r})) as server:
    print(server.pid, server.socket, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid, socket = starter.stdout.readline().decode().split()
        assert b"redis-server" in Path(f"/proc/{pid}/cmdline").read_bytes()
        os.kill(starter.pid, signal.SIGKILL)
    until(lambda: not _runs(pid), "the server goes on")
    until(lambda: not Path(socket).parent.exists(), "its socket is left behind")


def _runs(pid: str) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


async def test_tls_is_spoken_and_the_authority_matters(tmp_path: Path):
    ours, theirs = Certificates.made(tmp_path / "ours"), Certificates.made(tmp_path / "theirs")
    with redis_server(tmp_path / "server", tls=ours) as server:
        async with impatient(server.url) as client:
            assert await client.ping()
        async with impatient(server.url.replace(str(ours.authority), str(theirs.authority))) as client:
            with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.ping()
        async with impatient(server.url.replace("rediss", "redis").partition("?")[0]) as client:
            with pytest.raises(redis.ConnectionError):
                await client.ping()


async def test_options_make_users_and_the_harness_may_still_do_everything(tmp_path: Path):
    with redis_server(tmp_path, "user default off", "user ana on >secret ~ana:* +get") as server:
        address = server.address
        async with impatient(f"redis://ana:secret@{address}/0") as client:
            assert await client.get("ana:key") is None
            with pytest.raises(redis.exceptions.NoPermissionError):
                await client.set("ana:key", "here")
        async with impatient(server.url) as client:
            with pytest.raises(redis.AuthenticationError):
                await client.ping()
        assert server.command("SET", "anybodys", "here")


def test_sentinels_know_their_master_and_make_another(tmp_path: Path):
    with sentinel_group(tmp_path) as group:
        assert group.url.count("127.0.0.1:") == 3
        assert group.master_port() == group.master.port
        group.master.command("SET", "key", "here")
        has_it = [lambda replica=replica: replica.command("GET", "key") == b"here" for replica in group.replicas]
        until(lambda: all(has() for has in has_it), "a replica does not get it")
        group.master.kill()
        until(lambda: group.master_port() != group.master.port, "no other master")
        [promoted] = [replica for replica in group.replicas if replica.port == group.master_port()]
        until(lambda: promoted.command("ROLE")[0] == b"master", "it does not know")
        assert promoted.command("GET", "key") == b"here"


async def test_a_clusters_nodes_answer_for_every_slot(tmp_path: Path):
    with cluster(tmp_path) as three:
        assert three.url.count("127.0.0.1:") == 3
        async with redis.asyncio.RedisCluster(port=three.nodes[0].port, host="127.0.0.1") as client:
            for n in range(30):
                await client.set(f"key-{n}", n)
        assert sum(node.command("DBSIZE") for node in three.nodes) == 30
        assert all(node.command("DBSIZE") for node in three.nodes)


async def test_a_reply_that_is_cut_was_of_something_done(redis_server: RedisServer, site: str):
    async with Proxy(redis_server.port) as proxy, impatient(proxy.url) as client:
        proxy.cut_next_reply(containing=b"APPEND")
        await client.set(site, "one")
        with pytest.raises(redis.ConnectionError):
            await client.append(site, "two")
        assert redis_server.command("GET", site) == b"onetwo"
        await client.append(site, "three")
        assert await client.get(site) == b"onetwothree"
        assert proxy.cuts_left == 0
        assert proxy.connections == 2


async def test_a_cut_pipeline_was_done_to_its_end(redis_server: RedisServer, site: str):
    async with Proxy(redis_server.port) as proxy, impatient(proxy.url) as client:
        proxy.cut_next_reply(2, containing=site.encode())
        for _ in range(2):
            pipeline = client.pipeline(transaction=False)
            for _ in range(2000):
                pipeline.rpush(site, "x" * 100)
            with pytest.raises(redis.ConnectionError):
                await pipeline.execute()
        assert redis_server.command("LLEN", site) == 4000
        assert await client.llen(site) == 4000


async def test_round_trips_and_requests_are_counted(redis_server: RedisServer, site: str):
    async with Proxy(redis_server.port) as proxy, impatient(proxy.url) as client:
        await client.ping()
        trips, asked = proxy.round_trips, len(proxy.requests)
        pipeline = client.pipeline(transaction=False)
        for n in range(3):
            pipeline.set(f"{site}-{n}", "x" * 200_000)
            pipeline.get(f"{site}-{n}")
        await pipeline.execute()
        assert proxy.round_trips - trips == 1
        [request] = proxy.requests[asked:]
        assert request.count(b"$3\r\nGET\r\n") == 3
        await client.get(site)
        await client.get(site)
        assert proxy.round_trips - trips == 3


async def test_a_black_hole_answers_nobody_until_it_heals(redis_server: RedisServer, site: str):
    async with Proxy(redis_server.port) as proxy, impatient(proxy.url) as client:
        await client.ping()
        proxy.hang()
        for _ in range(2):
            with pytest.raises(redis.TimeoutError):
                await client.set(site, "here")
        await proxy.heal()
        assert await client.get(site) is None
        assert proxy.connections > 1


async def test_a_door_that_is_shut_refuses_until_it_heals(redis_server: RedisServer):
    async with Proxy(redis_server.port) as proxy, impatient(proxy.url) as client:
        await client.ping()
        made = proxy.connections
        proxy.refuse()
        for _ in range(2):
            with pytest.raises(redis.ConnectionError):
                await client.ping()
        assert (proxy.connections, proxy.open_connections) == (made, 0)
        await proxy.heal()
        assert await client.ping()


async def test_a_delay_is_waited_by_each_request(redis_server: RedisServer):
    async with Proxy(redis_server.port) as proxy, impatient(proxy.url) as client:
        await client.ping()
        proxy.delay(0.1)
        before = time.monotonic()
        await client.ping()
        assert time.monotonic() - before >= 0.1
        await proxy.heal()


async def test_a_server_that_is_down_closes_the_proxys_connections(tmp_path: Path):
    with redis_server(tmp_path) as server:
        async with Proxy(server.port) as proxy, impatient(proxy.url) as client:
            await client.ping()
            server.kill()
            for _ in range(2):
                with pytest.raises(redis.ConnectionError):
                    await client.ping()
            server.start()
            assert await client.ping()
