"""A running pair of terminals is upgraded one after the other, ten times: nothing that was acknowledged is lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from core.domain.errors import KioskError, LedgerTooNewError
from core.domain.events import Event
from core.ledger.redis import doorbell
from core.ledger.replica import Replica
from core.occupation import OccupationService
from tests.asking import nota, pausar, tomar
from tests.conftest import Store
from tests.newer import Newer, newer_program
from tests.plants import FREE_TAGS, JUAN, MIGUEL, PLANT
from tests.processes import service_on

UPGRADES: Final = range(10)
HELD, SHARED, *_ = FREE_TAGS
BUSY: Final = 3
"""Events of its own after which a terminal is at work."""


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Newer]:
    with newer_program(tmp_path / "newer", raises_format=True) as running:
        yield running


@dataclass
class Terminal:
    """A terminal of the older version at work: what it was told is saved, and why it stopped."""

    service: OccupationService
    worker_id: int
    acknowledged: list[int] = field(default_factory=list)
    replica: Replica = field(default_factory=Replica)
    is_busy: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self) -> LedgerTooNewError:
        """Take and put down until it is refused for good."""
        worker = {MIGUEL.worker_id: MIGUEL, JUAN.worker_id: JUAN}[self.worker_id]
        while True:
            for request in (tomar(worker, tag=SHARED), nota(worker, SHARED), pausar(worker, SHARED)):
                try:
                    response = await self.service.act(request)
                except LedgerTooNewError as refusal:
                    return refusal
                except KioskError:
                    # The other one has it.
                    continue
                self.acknowledged.append(response.seq)
                if len(self.acknowledged) == BUSY:
                    self.is_busy.set()

    async def follow(self) -> LedgerTooNewError:
        """Keep the replica live until that is refused for good."""
        self.replica.load(await self.service.snapshot())
        try:
            async for event in self.service.watch(after=self.replica.seq):
                assert self.replica.apply(event)
        except LedgerTooNewError as refusal:
            return refusal
        raise AssertionError("a watch ended by itself")


async def test_ten_upgrades_of_a_running_pair_of_terminals_lose_nothing(
    store: Store, newer: Newer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorbell, "HEARTBEAT", 0.1)
    for number in UPGRADES:
        url = store.url.replace("ledger.db", f"ledger-{number}.db")
        await upgrade(url, f"planta-{number}", newer)


async def upgrade(url: str, site: str, newer: Newer) -> None:
    async with service_on(url, site=site) as first, service_on(url, site=site) as second:
        await first.load_plant(PLANT)
        await second.tomar(tomar(JUAN, tag=HELD))
        pair = [Terminal(first, MIGUEL.worker_id), Terminal(second, JUAN.worker_id)]
        following = [asyncio.create_task(terminal.follow()) for terminal in pair]
        working = [asyncio.create_task(terminal.work()) for terminal in pair]
        await asyncio.gather(*(terminal.is_busy.wait() for terminal in pair))
        # The first of them is upgraded, and works; the other one runs on.
        painted = await asyncio.to_thread(newer.ask, url, site, "pintar", HELD, MIGUEL.worker_id, color="rojo")
        refusals = await asyncio.gather(*working, *following)
        assert {(refusal.error_code, refusal.doubtful) for refusal in refusals} == {("LEDGER_TOO_NEW", False)}
        # What each terminal shows is what it knew: every event of before the upgrade that it was told of.
        for terminal in pair:
            assert terminal.replica.seq < painted["seq"]
            assert terminal.replica.spools[HELD].ocupacion is not None
    # Now the other one is upgraded: its worker goes on with the spool in hand.
    done = newer.ask(url, site, "completar", HELD, JUAN.worker_id)
    assert (done["seq"], done["color"], done["ocupacion"]) == (painted["seq"] + 1, "rojo", None)
    log = [Event.model_validate(event) for event in newer.ask(url, site, "log", HELD, JUAN.worker_id)["log"]]
    assert [event.seq for event in log] == list(range(1, done["seq"] + 1))
    kept = {event.seq: (event.worker_id, event.tag_spool) for event in log}
    for terminal in pair:
        for seq in terminal.acknowledged:
            assert kept[seq] == (terminal.worker_id, SHARED)
    counted = sum(len(terminal.acknowledged) for terminal in pair)
    # Nothing else is in the log: the load, the TOMAR of what was held, PINTAR and COMPLETAR.
    assert len(log) == counted + 4
