"""What starting a program costs before it does anything."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Figure, interleaved
from tests.processes import ROOT

ROUNDS: Final = 9


def import_of(module: str) -> Callable[[], Awaitable[float]]:
    """The seconds that `import module` takes in a new process, without the interpreter's own start."""
    program = f"import time; begun = time.perf_counter(); import {module}; print(time.perf_counter() - begun)"

    async def once() -> float:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        return float(output)

    return once


async def import_of_core(_: Path) -> list[Figure]:
    """`import core` beside the library it stands on."""
    ours, floor = await interleaved(ROUNDS, import_of("core"), import_of("pydantic"))
    return [Figure(name="import core", ours=ours, floor=floor, floor_is="import pydantic", rounds=ROUNDS)]
