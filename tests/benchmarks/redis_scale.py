"""Many terminals on one server, and a long history: what an act costs there."""

import asyncio
import time
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

SECONDS: Final = 8
AHEAD: Final = 0.5
EVENTS: Final = 200_000
ROUNDS: Final = 40
TIMES: Final = 10
SITES: Final = 1000
SPOOLS: Final = 50
"""Of each site."""
LOOKED_AT: Final = 8
"""Of the sites, which are spread over the nodes."""


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


def often(service: OccupationService, spools: int = BATCH) -> Measured:
    """The median of some acts in a row."""
    act = timed(tomar_pausar(service, spools))

    async def round_of() -> float:
        return median([await act() for _ in range(TIMES)])

    return round_of


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
            ours, floor = await in_rounds(ROUNDS, often(long), often(short))
    return [
        Figure(
            name=f"TOMAR + PAUSAR after {EVENTS:,} events",
            **paired(ours, floor),
            floor_is="the same on a new site",
            rounds=ROUNDS,
            max_ratio=1.05,
        )
    ]


async def many_sites(folder: Path) -> list[Figure]:
    """TOMAR and PAUSAR on a cluster of three nodes that has a thousand plants, beside a cluster that has few."""
    with cluster(folder / "many") as many, cluster(folder / "few") as few:
        for place, sites in ((many, SITES), (few, LOOKED_AT)):
            for number in range(sites):
                async with service_on(place.url, site=f"planta-{number}") as office:
                    await office.load_plant(plant(spools=SPOOLS, workers=1))
        rounds: list[tuple[float, ...]] = []
        for number in range(LOOKED_AT):
            site = f"planta-{number}"
            async with service_on(many.url, site=site) as here, service_on(few.url, site=site) as there:
                acting = (often(here, SPOOLS), often(there, SPOOLS))
                rounds += zip(*await in_rounds(ROUNDS // LOOKED_AT, *acting), strict=True)
    ours, floor = zip(*rounds, strict=True)
    return [
        Figure(
            name=f"TOMAR + PAUSAR on a three-node cluster with {SITES:,} plants",
            **paired(ours, floor),
            floor_is=f"with {LOOKED_AT} plants",
            rounds=ROUNDS,
            max_ratio=1.05,
        )
    ]
