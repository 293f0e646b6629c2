"""What eight processes get done together on one server, beside eight that set and delete bare keys."""

import asyncio
import time
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Figure, in_rounds, paired
from tests.benchmarks.redis_station import HOT, OWN
from tests.processes import Child, children, plant, service_on
from tests.redis_servers import redis_server

PROCESSES: Final = 8
SECONDS: Final = 1.0
AHEAD: Final = 0.5
"""Seconds until all begin together."""

ROUNDS: Final = 3


async def changes_per_second(working: list[Child], way: str) -> float:
    """What was committed, or set and deleted, by all of them together."""
    start = time.monotonic() + AHEAD
    said = await asyncio.gather(*(one.ask(way=way, start=start, seconds=SECONDS) for one in working))
    return sum(one["changes"] for one in said) / SECONDS


async def many_processes(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR as fast as they go: on spools of their own, on the same few, and with live boards."""
    with redis_server(folder / "server") as server:
        async with service_on(server.url) as office:
            await office.load_plant(plant(spools=(PROCESSES + 1) * OWN, workers=PROCESSES))
        each = [("work", server.url, n) for n in range(1, PROCESSES + 1)]
        async with children("tests.benchmarks.redis_station", each) as working:
            ways = ("distinct", "live", "bare distinct", "hot", "bare hot")
            own, live, bare_own, hot, bare_hot = await in_rounds(
                ROUNDS, *((lambda way=way: changes_per_second(working, way)) for way in ways)
            )
    hot_spools = f"{HOT} hot spools"
    named = (
        ("spools of their own", own, bare_own, "bare SET NX EX, DEL of keys of their own"),
        ("spools of their own, live boards", live, bare_own, "bare SET NX EX, DEL of keys of their own"),
        (hot_spools, hot, bare_hot, f"bare SET NX EX, DEL of {HOT} hot keys"),
    )
    return [
        Figure(
            name=f"{PROCESSES} processes, changes on {name}",
            **paired(ours, floor),
            floor_is=f"{PROCESSES} processes, {floor_is}",
            rounds=ROUNDS,
            unit="/s",
        )
        for name, ours, floor, floor_is in named
    ]
