"""The `kiosk` command as scripts and people run it: in this process, or in one of its own where that matters."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from typer.testing import CliRunner

from kiosk.__main__ import start
from tests.forking import forked

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 30.0

HURRIED: Final = """
import runpy
from core.sheet import pace, sync
sync.STAND_BY = 0.2
pace.Pace.__init__.__kwdefaults__.update(usual=0.3, busy=0.45, idle=1.0, poll=0.05)
pace.Patience.__init__.__kwdefaults__.update(first=0.1)
runpy.run_module("kiosk", run_name="__main__", alter_sys=True)
"""
"""The program, whose waits by the clock are a tenth of what they are: their length is shown in tests/sheet."""

_ONE_AT_A_TIME: Final = Lock()
"""A command in this process has the process's environment and standard streams for itself."""


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
    """Run `kiosk arguments...` to its end in a thread of this process, with `given` on its stdin.

    `sync` handles signals, which a process does in its main thread only: it has a process of its own.
    """
    if "sync" in arguments:
        return await run_forked(*arguments, **settings)

    def invoke() -> Done:
        with _ONE_AT_A_TIME, CliRunner().isolation(given, settings) as (out, err, _):
            streams = sys.stdout, sys.stderr
            try:
                status = start(arguments)
            except SystemExit as ended:
                status = int(ended.code or 0)
            for stream in streams:
                stream.flush()
            return Done(status, out.getvalue().decode(), err.getvalue().decode())

    return await asyncio.to_thread(invoke)


async def run_forked(*arguments: str, **settings: str) -> Done:
    """Run `kiosk arguments...` as a process of its own to its end."""
    async with forked("-c", HURRIED, *arguments, environment=environment(**settings)) as process:
        async with asyncio.timeout(PATIENCE):
            out, err = await asyncio.gather(process.stdout.read(), process.stderr.read())
        return Done(await process.wait(), out.decode(), err.decode())


async def run_process(*arguments: str, given: str | None = None, **settings: str) -> Done:
    """Run `kiosk arguments...` to its end as a process of its own, with `given` on its stdin."""
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
