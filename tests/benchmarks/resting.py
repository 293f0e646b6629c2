"""A whole kiosk at rest, in a real terminal: the memory it holds, and the time it takes when nothing happens."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

from core.settings import sqlite_url
from tests.benchmarks.board import KEY_OF_THE_BOARD, worked_in
from tests.benchmarks.first_paint import BARE_APP
from tests.benchmarks.measure import Figure
from tests.kiosk.pseudo_terminal import pseudo_terminal
from tests.processes import SITE, service_on
from tests.redis_servers import redis_server

SMALL: Final = 2_000
LARGE: Final = 100_000
WATCHED: Final = 15.0
"""Seconds for which nothing happens."""

SETTLED: Final = 3.0
"""Seconds after which a kiosk that was opened has done all there is to do."""

_TICK: Final = os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def resting_kiosk(url: str, site: str, folder: Path) -> AsyncIterator[int]:
    """The number of a kiosk's process, which shows the board."""
    settings = {"KIOSK_LEDGER_URL": url, "KIOSK_SITE": site, "KIOSK_STATION": "ARM-02", "KIOSK_DATA_DIR": str(folder)}
    async with pseudo_terminal(columns=120, lines=40, **settings) as terminal:
        await terminal.shows("tomados")
        await terminal.type(KEY_OF_THE_BOARD)
        await terminal.shows("TOMADOS")
        yield terminal.pid


@asynccontextmanager
async def resting_bare_app() -> AsyncIterator[int]:
    """The number of the process of the smallest Textual app."""
    async with pseudo_terminal(program=("-c", BARE_APP), columns=120, lines=40) as terminal:
        await terminal.shows("LISTO")
        yield terminal.pid


@dataclass(frozen=True, slots=True)
class Rest:
    """What a process at rest holds, in bytes, and takes, in seconds of a processor each second."""

    size: float
    share: float


async def at_rest(processes: Sequence[int]) -> list[Rest]:
    """Look at processes for a while, all at once: at rest none is in another's way."""
    await asyncio.sleep(SETTLED)
    begun = [worked(process) for process in processes]
    await asyncio.sleep(WATCHED)
    return [
        Rest(held(process), (worked(process) - took) / WATCHED) for process, took in zip(processes, begun, strict=True)
    ]


def held(process: int) -> float:
    """Bytes of memory a process holds."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) * 1024


def worked(process: int) -> float:
    """Seconds of a processor that a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


async def memory_and_idle(folder: Path) -> list[Figure]:
    """On both engines, with a small plant and a large one, beside a bare Textual app that does nothing."""
    plants = list(product(("SQLite", "Redis"), (SMALL, LARGE)))
    async with AsyncExitStack() as opened:
        server = opened.enter_context(redis_server(folder / "server"))
        processes = [await opened.enter_async_context(resting_bare_app())]
        for engine, spools in plants:
            url = sqlite_url(folder / f"{spools}.sqlite3") if engine == "SQLite" else server.url
            async with service_on(url, site=f"{SITE}-{spools}") as office:
                await office.load_plant(worked_in(spools=spools))
            processes.append(await opened.enter_async_context(resting_kiosk(url, f"{SITE}-{spools}", folder)))
        bare, *kiosks = await at_rest(processes)
    figures: list[Figure] = []
    for (engine, spools), kiosk in zip(plants, kiosks, strict=True):
        figures += _figures(f"on {engine}, {spools:,} spools", kiosk, bare, spools)
    return figures


def _figures(what: str, ours: Rest, bare: Rest, spools: int) -> list[Figure]:
    floor_is = "a bare Textual app"
    return [
        Figure(
            name=f"memory of a kiosk {what}",
            ours=ours.size,
            floor=bare.size,
            floor_is=floor_is,
            rounds=1,
            max_bytes=80e6 if spools == SMALL else 110e6,
            unit="B",
        ),
        Figure(
            name=f"processor time an idle kiosk takes each second {what}",
            ours=ours.share,
            # Less than a tick of the kernel's clock is not seen.
            floor=max(bare.share, 1 / (_TICK * WATCHED)),
            floor_is=floor_is,
            rounds=1,
            max_seconds=0.006,
        ),
    ]
