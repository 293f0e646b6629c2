"""The office's sheet under load: a real `kiosk sync` against the stand-in for the Sheets API, with Google's quota."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any, Final

from core.domain.model import Operacion
from core.domain.requests import PausarRequest, TomarRequest
from core.occupation import OccupationService
from core.settings import sqlite_url
from tests.benchmarks.measure import Figure, in_rounds, timed
from tests.benchmarks.sheet_office import LATENCY, PLANILLA
from tests.kiosk.commands import environment
from tests.processes import PATIENCE, SITE, Child, child, plant, service_on
from tests.redis_servers import redis_server

SPOOLS: Final = 2_000
BACKLOG: Final = 3_000
SCANS: Final = 50
PAUSE: Final = 0.1
"""Seconds between two scans: a busy shop's, and the mirror is at work all the while."""
NAIVE_CALLS: Final = 2.0
"""Requests that an event costs without a mirror: its row, and its spool's cells."""


@asynccontextmanager
async def office() -> AsyncIterator[tuple[Child, str]]:
    """The sheet of a plant, and its address."""
    async with child("tests.benchmarks.sheet_office", SPOOLS) as process:
        yield process, (await process.read())["url"]


@asynccontextmanager
async def mirror(ledger_url: str, sheet_url: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`kiosk sync` in a process of its own; its errors are the benchmark's."""
    settings = {
        "KIOSK_LEDGER_URL": ledger_url,
        "KIOSK_SITE": SITE,
        "KIOSK_DATA_DIR": str(folder),
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": sheet_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", "sync", "--json"),
        env=environment(**settings),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()


async def scans(service: OccupationService, count: int, *, every: float = 0.0) -> None:
    """So many events: spools that are taken and put down, one after the other, at most one `every` so many seconds."""
    begun = time.monotonic()
    spools = cycle(range(1, SPOOLS + 1))
    for number in range(0, count, 2):
        tag = f"S-{next(spools)}"
        await asyncio.sleep(max(begun + number * every - time.monotonic(), 0))
        await service.tomar(TomarRequest(tag_spool=tag, worker_id=1, operacion=Operacion.ARM))
        await asyncio.sleep(max(begun + (number + 1) * every - time.monotonic(), 0))
        await service.pausar(PausarRequest(tag_spool=tag, worker_id=1))


async def until_in_the_sheet(sheet: Child, events: int, *, after: int = 0) -> dict[str, Any]:
    """What became of the requests, and of the events after number `after`, once Metadata has so many rows."""
    while True:
        found: dict[str, Any] = await sheet.ask(after=after)
        if found["rows"] >= events:
            assert (found["rows"], found["events"]) == (events, events), "events are doubled or lost"
            return found
        await asyncio.sleep(1)


async def sustained(folder: Path, *, a_minute: int) -> dict[str, Any]:
    """What became of the requests and the events of a minute of scans; `calls`: requests for each event."""
    ledger = sqlite_url(folder / "ledger.sqlite3")
    async with AsyncExitStack() as opened:
        service = await opened.enter_async_context(service_on(ledger))
        await service.load_plant(plant(spools=SPOOLS, workers=1))
        sheet, sheet_url = await opened.enter_async_context(office())
        await opened.enter_async_context(mirror(ledger, sheet_url, folder))
        begun_at = service.ledger.seen.seq
        before = await until_in_the_sheet(sheet, begun_at)
        await scans(service, a_minute, every=60 / a_minute)
        found = await until_in_the_sheet(sheet, service.ledger.seen.seq, after=begun_at)
    return {**found, "calls": (found["requests"] - before["requests"]) / a_minute}


def figures_of(
    a_minute: int, found: dict[str, Any], *, max_writes: float | None = None, max_seconds: float | None = None
) -> list[Figure]:
    rate, rounds = f"{a_minute:,} events a minute", a_minute
    limit = "what Google lets through"
    return [
        Figure(
            name=f"writes in the busiest minute at {rate}",
            ours=found["busiest_writes"],
            floor=60,
            floor_is=limit,
            rounds=rounds,
            max_count=max_writes,
            unit="",
        ),
        Figure(
            name=f"reads in the busiest minute at {rate}",
            ours=found["busiest_reads"],
            floor=60,
            floor_is=limit,
            rounds=rounds,
            unit="",
        ),
        Figure(
            name=f"refusals (429) at {rate}",
            ours=found["refused"],
            floor=1,
            floor_is="one",
            rounds=rounds,
            max_count=0,
            unit="",
        ),
        *(
            Figure(
                name=f"from an event to its row in the sheet at {rate}, p{percent}",
                ours=found[f"p{percent}"],
                floor=LATENCY,
                floor_is="a request's way",
                rounds=rounds,
                max_seconds=max_seconds if percent == 95 else None,
            )
            for percent in (50, 95)
        ),
        Figure(
            name=f"requests for each event at {rate}",
            ours=found["calls"],
            floor=NAIVE_CALLS,
            floor_is="a request for its row, another for its spool's",
            rounds=rounds,
            unit="",
        ),
    ]


async def minutes(folder: Path) -> list[Figure]:
    """A minute of a shop at its busiest, 100 events, and of one far beyond any, 1,000: each with a sheet of its own."""

    async def minute(rate: int) -> dict[str, Any]:
        own = folder / str(rate)
        own.mkdir()
        return await sustained(own, a_minute=rate)

    busiest, beyond = await asyncio.gather(minute(100), minute(1_000))
    return [*figures_of(100, busiest, max_seconds=3.5), *figures_of(1_000, beyond, max_writes=30)]


async def backlog(folder: Path) -> list[Figure]:
    """Days without the office's network: what waits is brought in from the moment `kiosk sync` is started."""
    ledger = sqlite_url(folder / "ledger.sqlite3")
    async with AsyncExitStack() as opened:
        service = await opened.enter_async_context(service_on(ledger))
        await service.load_plant(plant(spools=SPOOLS, workers=1))
        await scans(service, BACKLOG)
        sheet, sheet_url = await opened.enter_async_context(office())
        begun = time.time()
        await opened.enter_async_context(mirror(ledger, sheet_url, folder))
        found = await until_in_the_sheet(sheet, service.ledger.seen.seq)
    name = f"backlog of {BACKLOG:,} events"
    return [
        Figure(
            name=f"{name}, until it is in the sheet",
            ours=found["last_at"] - begun,
            floor=2 * LATENCY,
            floor_is="two requests, if one could carry it all",
            rounds=1,
            max_seconds=40,
        ),
        Figure(
            name=f"{name}: refusals (429)",
            ours=found["refused"],
            floor=1,
            floor_is="one",
            rounds=1,
            max_count=0,
            unit="",
        ),
        Figure(
            name=f"{name}: requests for each event",
            ours=found["requests"] / BACKLOG,
            floor=NAIVE_CALLS,
            floor_is="a request for its row, another for its spool's",
            rounds=1,
            unit="",
        ),
    ]


async def scan_beside_it(folder: Path) -> list[Figure]:
    """A worker's scan, and putting the spool down, with a `kiosk sync` at work on the ledger and with none."""
    with redis_server(folder / "redis", durable=True) as server:
        return [await _scan_beside_it(folder), await _scan_beside_it(folder, server.url)]


async def _scan_beside_it(folder: Path, redis_url: str | None = None) -> Figure:
    async with AsyncExitStack() as opened:
        sheet, sheet_url = await opened.enter_async_context(office())
        services = []
        for number, site in enumerate((SITE, "planta-sola")):
            url = redis_url or sqlite_url(folder / f"ledger-{number}.sqlite3")
            services.append(await opened.enter_async_context(service_on(url, site=site)))
            await services[-1].load_plant(plant(spools=SPOOLS, workers=1))
        mirrored = redis_url or sqlite_url(folder / "ledger-0.sqlite3")
        sync = await opened.enter_async_context(mirror(mirrored, sheet_url, folder))
        await until_in_the_sheet(sheet, services[0].ledger.seen.seq)
        # Whatever stops the mirror lets it go on before it is told to end.
        opened.callback(sync.send_signal, signal.SIGCONT)

        async def pause(signaled: signal.Signals) -> float:
            """What was just at work is quicker than what rested: each comes after a pause."""
            sync.send_signal(signaled)
            await asyncio.sleep(PAUSE)
            return 0.0

        measured = [timed(partial(scans, service, 2)) for service in services]
        begins, stops = partial(pause, signal.SIGCONT), partial(pause, signal.SIGSTOP)
        _, beside, _, alone = await in_rounds(SCANS, begins, measured[0], stops, measured[1])
    return Figure(
        name=f"a scan while the sheet is mirrored, on {'Redis' if redis_url else 'SQLite'}",
        ours=median(beside),
        floor=median(alone),
        floor_is="the same beside it while the mirror is stopped",
        rounds=SCANS,
        max_ratio=1.1,
    )
