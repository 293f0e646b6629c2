"""What is imported before the first picture, and what it costs beside what Textual imports for itself."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Figure, in_rounds, paired
from tests.processes import ROOT

ROUNDS: Final = 9
BARE: Final = "textual.app, textual.widgets, textual.drivers.linux_driver"
KIOSK: Final = "kiosk.cli.screen, kiosk.cli.guard, kiosk.terminal.driver"


async def _run(program: str, *options: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *options, "-c", program),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output.decode()


def processor_time_of(modules: str) -> Callable[[], Awaitable[float]]:
    """The seconds of a processor that importing them takes in a new process, with the interpreter's own start."""

    async def once() -> float:
        return float(await _run(f"import time, {modules}; print(time.process_time())"))

    return once


async def cold_start(_: Path) -> list[Figure]:
    """The imports before the first picture, and of our own modules the slowest: each without what it imports."""
    await _run(f"import {KIOSK}, {BARE}")
    ours, floor = await in_rounds(ROUNDS, processor_time_of(KIOSK), processor_time_of(BARE))
    report = [line.split("|") for line in (await _run(f"import {KIOSK}", "-X", "importtime")).splitlines()[1:]]
    own = {name.strip(): int(alone.rpartition(":")[2]) / 1e6 for alone, _, name in report}
    whole, kiosks = (
        sum(own.values()),
        {name: taken for name, taken in own.items() if name.startswith(("core", "kiosk"))},
    )
    slowest = ", ".join(sorted(kiosks, key=kiosks.__getitem__, reverse=True)[:3])
    return [
        Figure(
            name="imports before the first picture, processor time",
            **paired(ours, floor),
            floor_is="those of a bare Textual app",
            rounds=ROUNDS,
            max_ratio=1.3,
        ),
        Figure(
            name=f"of these in {len(kiosks)} modules of our own (most: {slowest})",
            ours=sum(kiosks.values()),
            floor=whole,
            floor_is=f"in all {len(own)} modules",
            rounds=1,
        ),
    ]
