"""What TOMAR, PAUSAR and a batch cost on Redis, beside bare commands and other people's locks on the same server."""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Final
from uuid import uuid4

import redis
from redis.asyncio import Redis

from core.domain.requests import BatchTomarRequest, PausarRequest, Request, TomarRequest
from core.domain.rulebook.decisions import Accepted, Circumstances
from core.domain.rules import decide
from core.ledger.protocol import Commit, Committed
from tests.benchmarks.commits import LONG, REMEMBERED, tomar_pausar, warmed
from tests.benchmarks.measure import Figure, Measured, in_rounds, paired, timed
from tests.benchmarks.redis_terminals import Terminal, terminal
from tests.processes import plant, service_on
from tests.redis_servers import RedisServer, redis_server

SPOOLS: Final = 1_000
SIZES: Final = (1_000, 10_000, 100_000)
ROUNDS: Final = 100
TIMES: Final = 10
"""Measurements of one thing in a row, of which a round takes the median."""

SETTLED: Final = 0.003
"""Seconds between two things measured: what the one leaves behind in this process is not the other's."""

LIFE: Final = 43_200
"""Seconds a lock of the floors lives: as long as a kiosk's."""

BATCH: Final = 50
BATCH_ROUNDS: Final = 60
BARE: Final = "bare SET NX EX + DEL, redis.asyncio"


def often(measured: Measured, times: int = TIMES) -> Measured:
    """The median of some measurements in a row."""

    async def round_of() -> float:
        await asyncio.sleep(SETTLED)
        return statistics.median([await measured() for _ in range(times)])

    return round_of


def through_service(one: Terminal, spools: int) -> Measured:
    """Seconds for a TOMAR and a PAUSAR; in between, not counted, the replica gets to know."""
    chance = random.Random(spools)

    async def once() -> float:
        tag = f"S-{chance.randrange(1, spools + 1)}"
        begun = time.perf_counter()
        taken = await one.occupation.tomar(TomarRequest(tag_spool=tag, worker_id=1, operacion="ARM"))
        took = time.perf_counter() - begun
        await one.knows(taken.seq)
        begun = time.perf_counter()
        put_down = await one.occupation.pausar(PausarRequest(tag_spool=tag, worker_id=1))
        took += time.perf_counter() - begun
        await one.knows(put_down.seq)
        return took

    return once


def ledger_alone(one: Terminal, spools: int) -> Measured:
    """Seconds for the two commits of a TOMAR and a PAUSAR, decided before and not counted."""
    chance = random.Random(spools)

    async def commit(request: Request) -> float:
        board, service = one.board, one.occupation
        spool = board.spools[request.tag_spool]
        given = Circumstances(
            worker=board.workers[request.worker_id],
            station=service.station,
            now=service.now(),
            policy=service.policy,
            event_id=uuid4(),
        )
        decided = decide(spool, request, given)
        assert isinstance(decided, Accepted)
        decision = Commit(request_id=request.request_id, spool=spool, draft=decided.draft, lock=decided.lock)
        begun = time.perf_counter()
        [outcome] = await service.ledger.commit([decision])
        took = time.perf_counter() - begun
        assert isinstance(outcome, Committed)
        await one.knows(outcome.event.seq)
        return took

    async def once() -> float:
        tag = f"S-{chance.randrange(1, spools + 1)}"
        taken = await commit(TomarRequest(tag_spool=tag, worker_id=1, operacion="ARM"))
        return taken + await commit(PausarRequest(tag_spool=tag, worker_id=1))

    return once


def bare_keys(client: Redis) -> Measured:
    """Seconds for the least that could take a spool and put it down: a key that is set, with a life, and deleted."""
    chance = random.Random(SPOOLS)

    async def once() -> float:
        key, token = f"bare:S-{chance.randrange(1, SPOOLS + 1)}", str(uuid4())
        begun = time.perf_counter()
        assert await client.set(key, token, nx=True, ex=LIFE)
        assert await client.delete(key)
        return time.perf_counter() - begun

    return once


@asynccontextmanager
async def prepared(server: RedisServer, spools: int = SPOOLS) -> AsyncIterator[tuple[Terminal, Redis]]:
    """A live terminal in a plant of so many spools, and redis-py's client as it comes."""
    async with service_on(server.url) as office:
        await office.load_plant(plant(spools=spools, workers=10))
    async with terminal(server.url) as one, Redis(port=server.port) as client:
        yield one, client


async def _beside_bare_keys(server: RedisServer, setting: str, *, target: float) -> list[Figure]:
    async with prepared(server) as (one, client), service_on(server.url) as outside:
        kiosk, program, alone, bare = await in_rounds(
            ROUNDS,
            often(through_service(one, SPOOLS)),
            often(timed(tomar_pausar(await warmed(outside), REMEMBERED))),
            often(ledger_alone(one, SPOOLS)),
            often(bare_keys(client)),
        )
    rounds = ROUNDS * TIMES
    return [
        Figure(name=name, **paired(ours, bare), floor_is=BARE, rounds=rounds, max_ratio=target_of_it)
        for name, ours, target_of_it in (
            (f"TOMAR + PAUSAR in a kiosk, {setting}", kiosk, target),
            (f"TOMAR + PAUSAR in a program, {setting}", program, target),
            (f"the two commits alone, {setting}", alone, None),
        )
    ]


async def cost_of_a_commit(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR on a server that keeps all in memory."""
    with redis_server(folder / "server") as server:
        return await _beside_bare_keys(server, "in memory", target=2.0)


async def cost_of_a_durable_commit(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR on a server that writes each commit to the disk before it answers."""
    with redis_server(folder / "server", durable=True) as server:
        return await _beside_bare_keys(server, "appendfsync always", target=1.3)


async def beside_other_locks(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR beside locks that only lock: no version, no history, no event, no repeat recognised."""
    import pottery
    import redis_lock

    def locks_of_redis_py(client: Redis) -> Measured:
        numbers = count()

        async def once() -> float:
            begun = time.perf_counter()
            lock = client.lock(f"lock:S-{next(numbers)}", timeout=LIFE)
            assert await lock.acquire(blocking=False)
            await lock.release()
            await client.ping()
            return time.perf_counter() - begun

        return once

    def python_redis_lock(client: redis.Redis) -> Measured:
        numbers = count()

        async def once() -> float:
            begun = time.perf_counter()
            lock = redis_lock.Lock(client, f"S-{next(numbers)}", expire=LIFE)
            assert lock.acquire(blocking=False)
            lock.release()
            return time.perf_counter() - begun

        return once

    def pottery_redlock(client: redis.Redis) -> Measured:
        numbers = count()

        async def once() -> float:
            begun = time.perf_counter()
            lock = pottery.Redlock(key=f"S-{next(numbers)}", masters={client}, auto_release_time=LIFE)
            assert lock.acquire(blocking=False)
            lock.release()
            return time.perf_counter() - begun

        return once

    with redis_server(folder / "server") as server, redis.Redis(port=server.port) as plain:
        async with prepared(server) as (one, client):
            ours, *others = await in_rounds(
                ROUNDS,
                often(through_service(one, SPOOLS)),
                often(locks_of_redis_py(client)),
                often(python_redis_lock(plain)),
                often(pottery_redlock(plain)),
            )
    named = (
        ("redis.asyncio Lock and one round trip more", 1.0),
        ("python-redis-lock", 2.0),
        ("pottery Redlock, one master", 1.0),
    )
    return [
        Figure(
            name=f"TOMAR + PAUSAR beside {name}",
            **paired(ours, other),
            floor_is="acquire + release",
            rounds=ROUNDS * TIMES,
            max_ratio=target,
        )
        for (name, target), other in zip(named, others, strict=True)
    ]


async def cost_of_a_batch(folder: Path) -> list[Figure]:
    """A batch of 50 spools, taken at one scan each, beside as many bare keys in one round trip."""
    batches, pipelines = count(1), count(1)

    async def ours() -> float:
        await asyncio.sleep(SETTLED)
        last = next(batches) * BATCH
        tags = tuple(f"S-{n}" for n in range(last - BATCH + 1, last + 1))
        begun = time.perf_counter()
        response = await one.occupation.batch_tomar(BatchTomarRequest(tag_spools=tags, worker_id=1, operacion="ARM"))
        took = time.perf_counter() - begun
        assert response.succeeded == BATCH
        # Event 1 is the load.
        await one.knows(1 + last)
        return took

    async def bare() -> float:
        await asyncio.sleep(SETTLED)
        last = next(pipelines) * BATCH
        begun = time.perf_counter()
        async with client.pipeline(transaction=False) as pipeline:
            for n in range(last - BATCH + 1, last + 1):
                pipeline.set(f"bare:S-{n}", str(uuid4()), nx=True, ex=LIFE)
            assert all(await pipeline.execute())
        return time.perf_counter() - begun

    with redis_server(folder / "server") as server:
        async with prepared(server, spools=BATCH * BATCH_ROUNDS) as (one, client):
            batch_times, bare_times = await in_rounds(BATCH_ROUNDS, ours, bare)
    return [
        Figure(
            name=f"batch_tomar of {BATCH}",
            **paired(batch_times, bare_times),
            floor_is=f"{BATCH} bare SET NX EX in one pipeline",
            rounds=BATCH_ROUNDS,
            max_ratio=3.0,
        )
    ]


async def cost_by_size_of_plant(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR in plants of a thousand, ten thousand and a hundred thousand spools, on one server."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(redis_server(folder / "server"))
        terminals = []
        for size in SIZES:
            async with service_on(server.url, site=f"planta-{size}") as office:
                await office.load_plant(plant(spools=size, workers=10))
            terminals.append(await stack.enter_async_context(terminal(server.url, site=f"planta-{size}")))
        times = await in_rounds(
            ROUNDS, *(often(through_service(one, size)) for one, size in zip(terminals, SIZES, strict=True))
        )
    return [
        Figure(
            name=f"TOMAR + PAUSAR among {size:,} spools",
            **paired(taken, times[0]),
            floor_is=f"the same among {SIZES[0]:,}",
            rounds=ROUNDS * TIMES,
            max_ratio=1.2,
        )
        for size, taken in zip(SIZES, times, strict=True)
    ]


GROW: Final = """
local seq = tonumber(redis.call('HGET', KEYS[1], 'seq'))
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1][2][2]
local rest, id = string.match(last, '^{"seq":%d+(,.*)$'), cjson.decode(last).id
for number = seq + 1, seq + tonumber(ARGV[1]) do
  redis.call('XADD', KEYS[2], string.format('%.0f-0', number), 'event', string.format('{"seq":%.0f', number) .. rest)
end
redis.call('HSET', KEYS[1], 'seq', string.format('%.0f', seq + ARGV[1]), 'newest', id)
"""
"""Repeats a site's newest event so many times: a log as long as that of years."""


async def cost_by_length_of_log(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR with a million events of history beside a log that has just begun, on one server."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(redis_server(folder / "server"))
        client = await stack.enter_async_context(Redis(port=server.port))
        services = []
        for site in ("short", "long"):
            service = await stack.enter_async_context(service_on(server.url, site=site))
            await service.load_plant(plant(spools=SPOOLS, workers=10))
            services.append(await warmed(service))
        for _ in range(LONG // 10_000):
            await client.eval(GROW, 2, "{long}:ledger", "{long}:events", 10_000)
        short, long = await in_rounds(
            ROUNDS, *(often(timed(tomar_pausar(service, REMEMBERED))) for service in services)
        )
    return [
        Figure(
            name=f"TOMAR + PAUSAR on Redis with {LONG:,} events of history",
            **paired(long, short),
            floor_is="the same in a log that has just begun",
            rounds=ROUNDS * TIMES,
            max_ratio=1.05,
        )
    ]
