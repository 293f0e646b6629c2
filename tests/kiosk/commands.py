"""The `kiosk` command as a process of its own, as scripts and people run it."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings, and the project importable from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **settings}


async def run_kiosk(*arguments: str, given: str | None = None, **settings: str) -> Done:
    """Run `kiosk arguments...` to its end, with `given` on its stdin."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kiosk", *arguments),
        env=environment(**settings),
        stdin=asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(None if given is None else given.encode())
    return Done(await process.wait(), out.decode(), err.decode())
