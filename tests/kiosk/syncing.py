"""`kiosk sync` as a process of its own, and the shop whose sheet it mirrors."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from core.occupation import OccupationService
from core.sheet.metadata import METADATA
from core.sheet.state import LEASE
from tests.asking import nota
from tests.forking import Forked, forked
from tests.kiosk.commands import HURRIED, PATIENCE, Done, environment, run_forked
from tests.plants import MIGUEL
from tests.sheet.planilla import PLANILLA
from tests.sheets_api import SheetsApi


class SyncProcess:
    """A running `kiosk sync --json`. `lines` is what it printed so far."""

    def __init__(self, process: Forked) -> None:
        self._process = process
        self.lines: list[dict[str, Any]] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    async def prints(self, event: str, **fields: object) -> dict[str, Any]:
        """The next line about this event that says so."""
        async with asyncio.timeout(PATIENCE):
            while line := await self._process.stdout.readline():
                printed: dict[str, Any] = json.loads(line)
                self.lines.append(printed)
                if printed.get("event") == event and fields.items() <= printed.items():
                    return printed
        raise AssertionError(f"it ended without {event}; it printed {self.lines}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for it to end, and read what is left: its exit status, or minus the signal that ended it."""
        async with asyncio.timeout(PATIENCE):
            self.lines += [json.loads(line) for line in (await self._process.stdout.read()).splitlines()]
            return await self._process.wait()

    def stops_listening(self) -> None:
        """Nobody reads what it prints any more."""
        self._process.close_stdout()


@asynccontextmanager
async def running(*arguments: str, **settings: str) -> AsyncIterator[SyncProcess]:
    """`kiosk sync --json arguments...`, which has ended when the block ends."""
    program = ("-c", HURRIED, "sync", "--json", *arguments)
    async with forked(*program, environment=environment(**settings)) as process:
        yield SyncProcess(process)


@dataclass
class SyncShop:
    """A shop with a sheet. `settings` are those of a terminal, `service` another terminal that only works."""

    api: SheetsApi
    service: OccupationService
    settings: dict[str, str] = field(default_factory=dict)

    def sync(self, *arguments: str, **settings: str) -> Any:
        return running(*arguments, **self.settings, **settings)

    async def sync_once(self, **settings: str) -> Done:
        """`kiosk sync --once`, in words."""
        return await run_forked("sync", "--once", **self.settings, **settings)

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
