"""Reading a plant of 100,000 spools whole: time, memory, and how long nobody else is answered."""

import statistics
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Self

import redis

from core.domain.model import Avance, EstadoAvance, Plant
from tests.benchmarks.measure import Figure, paired
from tests.processes import child, plant, service_on
from tests.redis_servers import RedisServer, redis_server

SPOOLS: Final = 100_000
ROUNDS: Final = 3
EVERY: Final = 0.0005
"""Seconds between two PINGs."""


def worked_in(*, spools: int) -> Plant:
    """A plant as it is after some months: each spool has its order, and is armed and half welded."""
    new = plant(spools=spools, workers=10)
    return replace(
        new,
        spools=tuple(
            replace(
                spool,
                ot=f"{n % 900:03d}",
                nv=f"NV-{n % 90}",
                arm=Avance(EstadoAvance.COMPLETADO, f"AR({n % 10 + 1})", date(2026, 1, 3)),
                sold=Avance(EstadoAvance.PAUSADO, f"AR({n % 10 + 1})"),
            )
            for n, spool in enumerate(new.spools)
        ),
    )


class Pings:
    """PINGs the server from a thread, and keeps when each was sent and how many seconds it took."""

    def __init__(self, server: RedisServer) -> None:
        self._taken: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._client = redis.Redis(port=server.port)
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            sent = time.monotonic()
            self._client.ping()
            self._taken.append((sent, time.monotonic() - sent))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._client.close()

    def slowest(self, begun: float, ended: float) -> float:
        """Of those under way at some time between the two."""
        return max(took for sent, took in self._taken if sent + took > begun and sent < ended)


async def reading(server: RedisServer, role: str) -> dict[str, Any]:
    """One reading by a new process: what it says of itself, and the slowest PING meanwhile."""
    async with child("tests.benchmarks.redis_station", role, server.url) as reader:
        assert await reader.read() == {"ready": True}
        with Pings(server) as pings:
            said = await reader.ask(go=True)
        return {
            "seconds": said["ended"] - said["begun"],
            "held": said["held"],
            "most": said["most"],
            "ping": pings.slowest(said["begun"], said["ended"]),
        }


def quiet(server: RedisServer) -> float:
    """The slowest PING of a second in which nothing else is asked."""
    begun = time.monotonic()
    with Pings(server) as pings:
        time.sleep(1)
    return pings.slowest(begun, time.monotonic())


async def snapshot_of_a_plant(folder: Path) -> list[Figure]:
    """`snapshot` beside a bare HVALS of the same spools, each in a fresh process, in turns."""
    with redis_server(folder / "server") as server:
        async with service_on(server.url) as office:
            await office.load_plant(worked_in(spools=SPOOLS))
        ours, bare, calm = [], [], []
        for _ in range(ROUNDS):
            ours.append(await reading(server, "snapshot"))
            bare.append(await reading(server, "hvals"))
            calm.append(quiet(server))

    def both(what: str) -> dict[str, float]:
        return paired([one[what] for one in ours], [one[what] for one in bare])

    floor_is = "bare HVALS of the same, redis.asyncio"
    name = f"snapshot of {SPOOLS:,} spools"
    return [
        Figure(name=f"Redis {name}", **both("seconds"), floor_is=floor_is, rounds=ROUNDS, max_seconds=2),
        Figure(
            name=f"memory that a {name} keeps",
            **both("held"),
            floor_is=f"{floor_is}, as text",
            rounds=ROUNDS,
            max_bytes=150e6,
            unit="B",
        ),
        Figure(
            name=f"most memory during a {name}",
            **both("most"),
            floor_is=f"{floor_is}, as text",
            rounds=ROUNDS,
            max_bytes=150e6,
            unit="B",
        ),
        Figure(name=f"slowest PING during a {name}", **both("ping"), floor_is="during bare HVALS", rounds=ROUNDS),
        Figure(
            name=f"slowest PING during a {name}",
            ours=statistics.median(one["ping"] for one in ours),
            floor=statistics.median(calm),
            floor_is="the slowest of a quiet second",
            rounds=ROUNDS,
        ),
    ]
