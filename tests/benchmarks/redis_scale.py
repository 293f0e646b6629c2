"""Many terminals on one server, many sites on a cluster, and a long history: what an act costs there."""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Final

from core.ledger.protocol import Committed
from core.occupation import OccupationService
from tests.benchmarks.commits import tomar_pausar
from tests.benchmarks.feed import BATCH, note
from tests.benchmarks.measure import Figure, Measured, in_rounds, paired, percentile, timed
from tests.benchmarks.redis_station import OWN
from tests.processes import children, plant, service_on
from tests.redis_servers import RedisServer, cluster, redis_server

PROCESSES: Final = 5
TERMINALS: Final = 10
"""In each process."""

SECONDS: Final = 12
AHEAD: Final = 0.5
SITES: Final = 1_000
AT_ONCE: Final = 10
EVENTS: Final = 200_000
ROUNDS: Final = 40
TIMES: Final = 10


def processor_time(server: RedisServer) -> float:
    """Seconds of a processor that the server has taken so far."""
    said = server.command("INFO", "cpu")
    return float(said["used_cpu_user"]) + float(said["used_cpu_sys"])


async def many_terminals(folder: Path) -> list[Figure]:
    """Fifty live terminals, one act a second each, beside one that acts alone while the others only watch."""
    total = PROCESSES * TERMINALS
    with redis_server(folder / "server") as server:
        async with service_on(server.url) as office:
            await office.load_plant(plant(spools=(PROCESSES + 1) * OWN, workers=PROCESSES))
        each = [("pace", server.url, number, TERMINALS) for number in range(1, PROCESSES + 1)]
        async with children("tests.benchmarks.redis_station", each) as pacing:

            async def paced(terminals: list[int]) -> tuple[list[float], float]:
                start = time.monotonic() + AHEAD
                said = await asyncio.gather(
                    *(
                        one.ask(terminals=acting, start=start, seconds=SECONDS)
                        for one, acting in zip(pacing, terminals, strict=True)
                    )
                )
                taken = [seconds for one in said for seconds in one["taken"]]
                return taken, sum(one["processor"] for one in said) / SECONDS

            alone, _ = await paced([1, *[0] * (PROCESSES - 1)])
            before = processor_time(server)
            together, clients = await paced([TERMINALS] * PROCESSES)
            served = (processor_time(server) - before) / SECONDS
    name = f"{total} terminals, one act a second each"
    return [
        *(
            Figure(
                name=f"{name}: request to answer, p{percent}",
                ours=percentile(together, percent),
                floor=percentile(alone, percent),
                floor_is="one acts alone, the others watch",
                rounds=len(together),
                max_seconds=0.05 if percent == 99 else None,
            )
            for percent in (50, 99)
        ),
        Figure(
            name=f"{name}: processor time of the server each second",
            ours=served,
            floor=clients,
            floor_is="of the terminals, together",
            rounds=SECONDS,
        ),
    ]


def often(services: list[OccupationService], spools: int) -> Measured:
    """The median of some acts in a row, on one service after the other."""
    acts = [timed(tomar_pausar(service, spools)) for service in services]
    chance = random.Random(7)

    async def round_of() -> float:
        act = chance.choice(acts)
        return median([await act() for _ in range(TIMES)])

    return round_of


async def many_sites(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR on a cluster of three that has a thousand sites, beside one that has a single site."""
    with cluster(folder / "many") as many, cluster(folder / "one") as one:
        numbers = iter(range(SITES))
        await asyncio.gather(*(_make_sites(many.url, numbers) for _ in range(AT_ONCE)))
        await _make_sites(one.url, iter(range(1)))
        async with AsyncExitStack() as opened:
            services = [
                await opened.enter_async_context(service_on(many.url, site=f"planta-{number}"))
                for number in range(0, SITES, SITES // AT_ONCE)
            ]
            lone = await opened.enter_async_context(service_on(one.url, site="planta-0"))
            ours, floor = await in_rounds(ROUNDS, often(services, 1), often([lone], 1))
        keys = [int(node.command("DBSIZE")) for node in many.nodes]
    return [
        Figure(
            name=f"TOMAR + PAUSAR on a cluster of 3 with {SITES:,} sites",
            **paired(ours, floor),
            floor_is="the same on one with a single site",
            rounds=ROUNDS,
            max_ratio=1.05,
        ),
        Figure(
            name="keys on the fullest of its nodes",
            ours=max(keys),
            floor=sum(keys) / len(keys),
            floor_is="an equal share",
            rounds=1,
            max_ratio=1.15,
            unit="",
        ),
    ]


async def _make_sites(url: str, numbers: Iterator[int]) -> None:
    for number in numbers:
        async with service_on(url, site=f"planta-{number}") as office:
            await office.load_plant(plant(spools=1, workers=1))


async def long_history(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR where much has happened, beside a site on the same server where nothing has."""
    with redis_server(folder / "server") as server:
        async with service_on(server.url, site="larga") as long, service_on(server.url, site="corta") as short:
            for service in (long, short):
                await service.load_plant(plant(spools=BATCH, workers=1))
            spools = (await long.snapshot()).spools
            for _ in range(EVENTS // BATCH):
                outcomes = await long.ledger.commit([note(spool) for spool in spools])
                spools = tuple(outcome.spool for outcome in outcomes if isinstance(outcome, Committed))
            ours, floor = await in_rounds(ROUNDS, often([long], BATCH), often([short], BATCH))
    return [
        Figure(
            name=f"TOMAR + PAUSAR after {EVENTS:,} events",
            **paired(ours, floor),
            floor_is="the same on a new site",
            rounds=ROUNDS,
            max_ratio=1.05,
        )
    ]
