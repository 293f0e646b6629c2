"""Real Python processes for the tests: they speak JSON, a line at a time, and are never waited for without a bound."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.domain.model import Plant, Rol, Spool, Worker
from core.ledger.open import open_ledger, utc_now
from core.occupation import OccupationService
from core.settings import sqlite_url
from tests import forking
from tests.forking import Forked, forked

ROOT: Final = forking.ROOT
PATIENCE: Final = forking.PATIENCE

SITE: Final = "planta-1"
TIMEZONE: Final = ZoneInfo("America/Santiago")


class Child:
    """A running Python program. What it prints are its messages, what it reads are ours."""

    def __init__(self, process: Forked) -> None:
        self._process = process

    async def read(self) -> Any:
        """The child's next message."""
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        assert line, f"child {self._process.pid} ended without a message: {await self._errors()}"
        return json.loads(line)

    async def read_to_end(self) -> list[Any]:
        """Every message the child still has for us, until it ends."""
        async with asyncio.timeout(PATIENCE):
            lines = (await self._process.stdout.read()).splitlines()
            await self._process.wait()
        return [json.loads(line) for line in lines]

    def tell(self, **message: object) -> None:
        """Send the child a message; it is on its way when this returns."""
        self._process.write(json.dumps(message).encode() + b"\n")

    async def ask(self, **message: object) -> Any:
        self.tell(**message)
        return await self.read()

    def kill(self) -> None:
        """SIGKILL: the child gets no chance to finish anything."""
        self._process.send_signal(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: the child keeps what it has open and locked, and does nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: the child goes on."""
        self._process.send_signal(signal.SIGCONT)

    async def end(self) -> int:
        """Close the child's stdin, which asks it to end, and return its exit status."""
        self._process.close_stdin()
        await self.read_to_end()
        return await self._process.wait()

    async def _errors(self) -> str:
        return (await self._process.stderr.read()).decode()


@asynccontextmanager
async def child(module: str, *arguments: object) -> AsyncIterator[Child]:
    """`python -m module arguments...` in a process of its own, which has ended when the block ends."""
    async with forked(module, *map(str, arguments), environment=os.environ) as process:
        yield Child(process)


@asynccontextmanager
async def children(module: str, each: Sequence[Sequence[object]]) -> AsyncIterator[list[Child]]:
    """One child per list of arguments, all of them ready: each has said its first message, `{"ready": true}`."""
    async with AsyncExitStack() as stack:
        started = [await stack.enter_async_context(child(module, *arguments)) for arguments in each]
        for one in started:
            assert await one.read() == {"ready": True}
        yield started


def plant(*, spools: int, workers: int) -> Plant:
    """Spools `S-1`... with materials, and workers 1... who may do everything but supervise."""
    return Plant(
        spools=tuple(Spool(tag_spool=f"S-{n}", fecha_materiales=date(2026, 1, 2)) for n in range(1, spools + 1)),
        workers=tuple(
            Worker(
                worker_id=n,
                nombre="Ana",
                apellido="Rojas",
                roles=frozenset({Rol.ARMADOR, Rol.SOLDADOR, Rol.METROLOGIA}),
            )
            for n in range(1, workers + 1)
        ),
    )


@asynccontextmanager
async def service_on(
    store: Path | str, *, site: str = SITE, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[OccupationService]:
    """A service of this process's own over the ledger in a file, or at a URL."""
    url = str(store) if "://" in str(store) else sqlite_url(Path(store))
    async with open_ledger(url, site=site, clock=clock, request_memory=timedelta(hours=1)) as ledger:
        yield OccupationService(ledger, timezone=TIMEZONE)
