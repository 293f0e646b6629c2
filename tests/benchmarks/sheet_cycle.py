"""What one cycle of the mirror costs its own process in a plant of 25,000 spools, ten of which changed."""

import json
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from core.domain.model import Operacion
from core.domain.requests import PausarRequest, TomarRequest
from core.occupation import OccupationService
from core.settings import Settings, sqlite_url
from core.sheet.client import open_spreadsheet
from core.sheet.lease import Lease
from core.sheet.mirror import Mirror, Progress
from core.sheet.state import LEASE
from tests.benchmarks.measure import Figure
from tests.benchmarks.sheet_office import PLANILLA
from tests.processes import child, plant, service_on

SPOOLS: Final = 25_000
CHANGES: Final = 10
ROUNDS: Final = 8
MEMORY_ROUNDS: Final = 2
HOUR: Final = 3600
_ANSWER: Final = json.dumps({"values": [[f"S-{number}"] for number in range(1, SPOOLS + 1)]})
"""What every cycle reads at least: the tag of each row."""


@asynccontextmanager
async def caught_up(folder: Path) -> AsyncIterator[tuple[Mirror, OccupationService]]:
    """A mirror in this process, once every row is in the sheet; the sheet is in a process of its own."""
    ledger = sqlite_url(folder / "ledger.sqlite3")
    async with AsyncExitStack() as opened:
        service = await opened.enter_async_context(service_on(ledger))
        await service.load_plant(plant(spools=SPOOLS, workers=1))
        sheet = await opened.enter_async_context(child("tests.benchmarks.sheet_office", SPOOLS))
        settings = Settings(sheets_id=PLANILLA, sheets_api_url=(await sheet.read())["url"], ledger_url=ledger)
        spreadsheet = await opened.enter_async_context(open_spreadsheet(settings))
        lease = await Lease.take(service.ledger, LEASE, life=HOUR)
        assert lease is not None, "another mirror has the lease"
        mirror = Mirror(service, spreadsheet, lease)
        progress = Progress(waiting=1)
        while progress.waiting or progress.rows_waiting:
            progress = await mirror.cycle()
        yield mirror, service


async def change(service: OccupationService, number: int) -> None:
    """Ten spools from all over the plant are taken; in the next round they are put down again."""
    for spool in Random(number // 2).sample(range(1, SPOOLS + 1), CHANGES):
        tag = f"S-{spool}"
        if number % 2:
            await service.pausar(PausarRequest(tag_spool=tag, worker_id=1))
        else:
            await service.tomar(TomarRequest(tag_spool=tag, worker_id=1, operacion=Operacion.ARM))


async def cycle_of_a_large_plant(folder: Path) -> list[Figure]:
    """Processor time of this process (all its threads) in a cycle, and what the cycle allocates above what is kept."""
    seconds: list[float] = []
    seconds_floor: list[float] = []
    peaks: list[float] = []
    peaks_floor: list[float] = []
    async with caught_up(folder) as (mirror, service):
        for number in range(ROUNDS):
            await change(service, number)
            seconds_floor.append(_processor_time(_parse))
            begun = time.process_time()
            progress = await mirror.cycle()
            seconds.append(time.process_time() - begun)
            _require_changes(progress)
        # tracemalloc counts each allocation, which takes time: rounds of their own. What the process keeps for later
        # use makes the growth of its resident set smaller than what a cycle needs.
        for number in range(MEMORY_ROUNDS):
            await change(service, number)
            peaks_floor.append(_peak_of_parsing())
            tracemalloc.start()
            progress = await mirror.cycle()
            peaks.append(float(tracemalloc.get_traced_memory()[1]))
            tracemalloc.stop()
            _require_changes(progress)
    name = f"a cycle with {SPOOLS:,} spools and {CHANGES} changes"
    floor_is = "json.loads of the answer with every tag"
    return [
        Figure(
            name=f"{name}: processor time",
            ours=median(seconds),
            floor=median(seconds_floor),
            floor_is=floor_is,
            rounds=ROUNDS,
            max_seconds=0.075,
        ),
        Figure(
            name=f"{name}: memory that it allocates, at its peak",
            ours=max(peaks),
            floor=median(peaks_floor),
            floor_is=floor_is,
            rounds=MEMORY_ROUNDS,
            max_bytes=15e6,
            unit="B",
        ),
    ]


def _require_changes(progress: Progress) -> None:
    assert (progress.rows, progress.events) == (CHANGES, CHANGES), progress


def _parse() -> object:
    return json.loads(_ANSWER)


def _processor_time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _peak_of_parsing() -> float:
    tracemalloc.start()
    _parse()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak)
