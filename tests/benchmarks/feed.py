"""The feed: catching up with a long log, and how soon another process's commit is seen."""

import asyncio
import random
import time
from datetime import date
from pathlib import Path
from typing import Final
from uuid import uuid4

from core.domain.events import EventDraft
from core.domain.model import Accion, Spool
from core.ledger.protocol import Commit, Committed
from core.occupation import OccupationService
from tests.benchmarks.measure import Figure, interleaved, percentile, timed, timed_plainly
from tests.processes import Child, children, plant, service_on
from tests.sqlite_files import database

EVENTS: Final = 30_000
BATCH: Final = 1_000
ROUNDS: Final = 3
SIGHTINGS: Final = 100


def note(spool: Spool) -> Commit:
    draft = EventDraft(
        id=uuid4(),
        tag_spool=spool.tag_spool,
        worker_id=1,
        worker_nombre="AR(1)",
        accion=Accion.NOTA,
        operacion=None,
        fecha_operacion=date(2026, 1, 2),
        station="ARM-01",
        metadata={"texto": "golpe en la brida"},
    )
    return Commit(request_id=uuid4(), spool=spool, draft=draft, lock=None)


async def fill_log(service: OccupationService) -> None:
    """`EVENTS` events, a thousand to a transaction."""
    await service.load_plant(plant(spools=BATCH, workers=1))
    spools = (await service.snapshot()).spools
    for _ in range(EVENTS // BATCH):
        outcomes = await service.ledger.commit([note(spool) for spool in spools])
        spools = tuple(outcome.spool for outcome in outcomes if isinstance(outcome, Committed))
        assert len(spools) == BATCH


async def watch_to(service: OccupationService, last: int) -> None:
    async for event in service.watch(after=0):
        if event.seq == last:
            return


async def catching_up(folder: Path) -> list[Figure]:
    """A reader that begins at the log's beginning."""
    file = folder / "feed.sqlite3"
    async with service_on(file) as service:
        await fill_log(service)
        last = (await service.snapshot()).seq
        with database(file) as connection:
            watch_time, bare_time = await interleaved(
                ROUNDS,
                timed(lambda: watch_to(service, last)),
                timed_plainly(lambda: connection.execute("SELECT * FROM events ORDER BY seq").fetchall()),
            )
    return [
        Figure(
            name=f"watch catches up {EVENTS:,} events",
            ours=watch_time,
            floor=bare_time,
            floor_is="bare SELECT of the same rows",
            rounds=ROUNDS,
            max_seconds=0.9,
        )
    ]


async def sighting(station: Child, feed: "asyncio.Queue[float]", verb: str) -> tuple[float, float]:
    """Seconds from another process's acknowledged commit until it is seen in the feed, and until a pipe tells of it."""
    answer = await station.ask(
        verb=verb, tag_spool="S-1", worker_id=1, **({"operacion": "ARM"} if verb == "tomar" else {})
    )
    told = time.monotonic()
    return await feed.get() - answer["at"], told - answer["at"]


async def across_processes(folder: Path) -> list[Figure]:
    """A commit of one process, seen by a watcher in another. `time.monotonic` is one clock for the whole machine."""
    file = folder / "two.sqlite3"
    chance = random.Random(7)
    seen: asyncio.Queue[float] = asyncio.Queue()

    async with service_on(file) as service:
        await service.load_plant(plant(spools=1, workers=1))

        async def watch() -> None:
            async for _ in service.watch(after=1):
                seen.put_nowait(time.monotonic())

        watching = asyncio.create_task(watch())
        sightings = []
        async with children("tests.races.station", [("obey", file, "clocked")]) as [station]:
            for verb in ["tomar", "pausar"] * (SIGHTINGS // 2):
                # A commit at no particular moment of the watcher's rhythm.
                await asyncio.sleep(chance.uniform(0, 0.1))
                sightings.append(await sighting(station, seen, verb))
        watching.cancel()
    feed, pipe = zip(*sightings, strict=True)
    return [
        Figure(
            name=f"another process's commit is seen, p{percent}",
            ours=percentile(feed, percent),
            floor=percentile(pipe, percent),
            floor_is="the same told through a pipe",
            rounds=len(sightings),
            max_seconds=0.15,
        )
        for percent in (50, 99)
    ]
