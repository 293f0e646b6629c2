"""A whole kiosk at rest, in a real terminal: the memory it holds, and the time it takes when nothing happens."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
WATCHED: Final = 20.0
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
        await asyncio.sleep(SETTLED)
        yield terminal.pid


@asynccontextmanager
async def resting_bare_app() -> AsyncIterator[int]:
    """The number of the process of the smallest Textual app."""
    async with pseudo_terminal(program=("-c", BARE_APP), columns=120, lines=40) as terminal:
        await terminal.shows("LISTO")
        await asyncio.sleep(SETTLED)
        yield terminal.pid


@dataclass(frozen=True, slots=True)
class Rest:
    """What a process at rest holds, in bytes, and takes, in seconds of a processor each second."""

    size: float
    share: float


async def rest_of(process: int) -> Rest:
    """Look at a process for a while."""
    begun = worked(process)
    await asyncio.sleep(WATCHED)
    return Rest(held(process), (worked(process) - begun) / WATCHED)


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
    async with resting_bare_app() as process:
        bare = await rest_of(process)
    figures: list[Figure] = []
    with redis_server(folder / "server") as server:
        for engine, spools in product(("SQLite", "Redis"), (SMALL, LARGE)):
            file = folder / f"{spools}.sqlite3"
            url = sqlite_url(file) if engine == "SQLite" else server.url
            async with service_on(url, site=f"{SITE}-{spools}") as office:
                await office.load_plant(worked_in(spools=spools))
            async with resting_kiosk(url, f"{SITE}-{spools}", folder) as process:
                figures += _figures(f"on {engine}, {spools:,} spools", await rest_of(process), bare, spools)
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
            max_bytes=90e6 if spools == SMALL else 250e6,
            unit="B",
        ),
        Figure(
            name=f"processor time an idle kiosk takes each second {what}",
            ours=ours.share,
            # Less than a tick of the kernel's clock is not seen.
            floor=max(bare.share, 1 / (_TICK * WATCHED)),
            floor_is=floor_is,
            rounds=1,
            max_seconds=0.01,
        ),
    ]
