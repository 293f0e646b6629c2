"""`kiosk sync` as a process of its own, and the shop whose sheet it mirrors."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from core.occupation import OccupationService
from core.sheet.mirroring.metadata import METADATA
from core.sheet.state import LEASE
from tests.asking import nota
from tests.kiosk.commands import PATIENCE, environment
from tests.plants import MIGUEL
from tests.sheet.planilla import PLANILLA
from tests.sheets_api import SheetsApi


class SyncProcess:
    """A running `kiosk sync --json`. `news` is what it told so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        self._process = process
        self._stdout = process.stdout
        self.news: list[dict[str, Any]] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    async def hears(self, event: str, **fields: object) -> dict[str, Any]:
        """The next news of this kind that says so."""
        async with asyncio.timeout(PATIENCE):
            while line := await self._stdout.readline():
                told: dict[str, Any] = json.loads(line)
                self.news.append(told)
                if told.get("event") == event and fields.items() <= told.items():
                    return told
        raise AssertionError(f"it ended without {event}; it told {self.news}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for it to end, and read what is left: its exit status, or minus the signal that ended it."""
        async with asyncio.timeout(PATIENCE):
            self.news += [json.loads(line) for line in (await self._stdout.read()).splitlines()]
            return await self._process.wait()

    def stops_listening(self) -> None:
        """Nobody reads what it prints any more."""
        pipe = self._process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
        pipe.close()


@asynccontextmanager
async def running(*arguments: str, **settings: str) -> AsyncIterator[SyncProcess]:
    """`kiosk sync --json arguments...`, which has ended when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kiosk", "sync", "--json", *arguments),
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield SyncProcess(process)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()


@dataclass
class SyncShop:
    """A shop with a sheet. `settings` are those of a terminal, `service` another terminal that only works."""

    api: SheetsApi
    service: OccupationService
    settings: dict[str, str] = field(default_factory=dict)

    def sync(self, *arguments: str, **settings: str) -> Any:
        return running(*arguments, **self.settings, **settings)

    async def happens(self, count: int = 1, *, tag: str = "MK-1") -> None:
        for _ in range(count):
            await self.service.nota(nota(MIGUEL, tag))

    def metadata(self) -> list[str]:
        """The event ids in Metadata, from top to bottom."""
        return [str(record["ID"]) for record in self.api.office(METADATA, book=PLANILLA).records()]

    async def log(self) -> list[str]:
        return [str(event.id) for event in await self.service.ledger.events(after=0, limit=100_000)]

    async def says_the_log(self) -> bool:
        """Whether Metadata is the log: each event once, in order."""
        return self.metadata() == await self.log()

    async def holder(self) -> str | None:
        return await self.service.ledger.locks.value(LEASE)

    async def lease_ends(self) -> None:
        """As if the time of a dead mirror's lease were up."""
        token = await self.holder()
        if token is not None:
            assert await self.service.ledger.locks.release(LEASE, token)
