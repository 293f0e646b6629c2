"""How soon a commit of one process is seen by terminals in other processes, beside a bare PUBLISH to the same ones."""

import asyncio
import random
import time
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from core.domain.requests import PausarRequest, TomarRequest
from tests.benchmarks.measure import Figure, percentile
from tests.benchmarks.redis_terminals import terminal
from tests.processes import Child, children, plant, service_on
from tests.redis_servers import redis_server

SIGHTINGS: Final = 100
"""Commits, each seen by every watcher."""

PROCESSES: Final = ((1, 1, 0.010), (4, 5, 0.050))
"""How many processes with how many watchers each, and the target for the 99th percentile in seconds."""


async def sightings(url: str, watching: list[Child], watchers: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds from a request until each watcher saw its event, from a bare PUBLISH until each subscriber heard it, and
    from a request until its own answer.
    """
    chance = random.Random(7)
    asked: dict[str, float] = {}
    published: dict[str, float] = {}
    answered = []
    async with terminal(url) as here, Redis.from_url(url) as client:
        verbs = (here.occupation.tomar, here.occupation.pausar)
        for n in range(SIGHTINGS):
            # At no particular moment of anybody's rhythm.
            await asyncio.sleep(chance.uniform(0.005, 0.05))
            begun = time.monotonic()
            if n % 2 == 0:
                done = await verbs[0](TomarRequest(tag_spool="S-1", worker_id=1, operacion="ARM"))
            else:
                done = await verbs[1](PausarRequest(tag_spool="S-1", worker_id=1))
            answered.append(time.monotonic() - begun)
            asked[str(done.seq)] = begun
            await asyncio.sleep(chance.uniform(0.005, 0.05))
            published[str(n)] = time.monotonic()
            await client.publish("bare", n)
        await asyncio.sleep(1)
    seen: list[float] = []
    heard: list[float] = []
    for one in watching:
        one.tell(say="sightings")
        for _ in range(watchers):
            said = await one.read()
            assert said["events"].keys() == asked.keys(), "an event was not seen"
            assert said["notices"].keys() == published.keys(), "a bare notice was lost"
            seen += [said["events"][number] - begun for number, begun in asked.items()]
            heard += [said["notices"][number] - begun for number, begun in published.items()]
    return seen, heard, answered


async def across_processes(folder: Path) -> list[Figure]:
    """From the request in one process, so the commit itself is in it, until a watcher in another has the event.

    `time.monotonic` is one clock for the whole machine.
    """
    figures = []
    for processes, watchers, target in PROCESSES:
        with redis_server(folder / f"server-{processes}") as server:
            async with service_on(server.url) as office:
                await office.load_plant(plant(spools=1_000, workers=10))
            each = [("watch", server.url, watchers)] * processes
            async with children("tests.benchmarks.redis_station", each) as watching:
                seen, heard, answered = await sightings(server.url, watching, watchers)
        total = processes * watchers
        crowd = "1 watcher" if total == 1 else f"{total} watchers in {processes} processes"
        figures += [
            Figure(
                name=f"request to sighting in another process, {crowd}, p{percent}",
                ours=percentile(seen, percent),
                floor=percentile(heard, percent),
                floor_is="bare PUBLISH until heard there",
                rounds=SIGHTINGS,
                max_seconds=target if percent == 99 else None,
            )
            for percent in (50, 99)
        ]
        figures.append(
            Figure(
                name=f"request to its own answer meanwhile, {crowd}, p99",
                ours=percentile(answered, 99),
                floor=percentile(heard, 99),
                floor_is="bare PUBLISH until heard there",
                rounds=SIGHTINGS,
            )
        )
    return figures
