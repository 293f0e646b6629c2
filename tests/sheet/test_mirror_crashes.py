"""The mirror dies at each step of its work, one after the other, and the next one has only the ledger and the sheet.

A scenario is played once to count its steps, then again and again, and each time the mirror dies at another of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.domain.errors import SheetUnavailableError
from core.occupation import OccupationService
from tests.asking import completar, nota, pausar, tomar
from tests.conftest import OpenLedger, Store
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import IMPATIENT, PATIENCE, PowerCut, Shop, add_planilla, small_plant, unhurried
from tests.sheets_api import Fault, SheetsApi, cut_body, dropped, hang, reply_lost
from tests.sheets_api.faults import Ending

Phase = Callable[[Shop], Awaitable[None]]


async def first_contact(shop: Shop) -> None:
    """The office's sheet has a spool that nobody knows, and says something of one that the ledger does not."""
    shop.operaciones.set_where("TAG_SPOOL", "MK-6", "TAG_SPOOL", "MK-600")
    shop.operaciones.set_where("TAG_SPOOL", "MK-600", "Soldador", "MR(93)")
    shop.operaciones.set_where("TAG_SPOOL", "MK-5", "Armador", "MR(93)")
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))


async def work_and_a_conflict(shop: Shop) -> None:
    await shop.service.completar(completar(JUAN, "MK-1"))
    await shop.service.tomar(tomar(JUAN, tag="MK-2"))
    await shop.service.nota(nota(MIGUEL, "MK-3", texto="=falta un codo"))
    shop.operaciones.set_where("TAG_SPOOL", "MK-3", "Soldador", "MR(93)")


async def rows_move_and_more_work(shop: Shop) -> None:
    shop.operaciones.sort("TAG_SPOOL", descending=True)
    shop.operaciones.insert_rows(3)
    await shop.service.pausar(pausar(JUAN, "MK-2"))
    await shop.service.tomar(tomar(MIGUEL, tag="MK-4"))
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Fecha_Armado", "ayer")


async def a_column_moves_and_the_rest(shop: Shop) -> None:
    shop.operaciones.insert_columns("E", header="Colada")
    shop.operaciones.move_columns(shop.operaciones.column("version"), before="B")
    for tag in ("MK-2", "MK-3"):
        await shop.service.tomar(tomar(MIGUEL, tag=tag))
    await shop.service.completar(completar(MIGUEL, "MK-4"))


SCENARIO: tuple[Phase, ...] = (first_contact, work_and_a_conflict, rows_move_and_more_work, a_column_moves_and_the_rest)
CONFLICTS = 3


@dataclass
class Play:
    """The scenario once more, with one death in it; `steps` counts those that a mirror takes in the ledger."""

    shop: Shop
    api: SheetsApi
    dies_at: int | None = None
    after: bool = False
    steps: int = 0
    deaths: list[BaseException] = field(default_factory=list)
    first_request: int = field(init=False)

    def __post_init__(self) -> None:
        self.first_request = self.api.count() + 1

    @property
    def died_once(self) -> bool:
        return len(self.deaths) == 1

    async def before(self, _: str) -> None:
        self.steps += 1
        if self.steps == self.dies_at and not self.after:
            raise PowerCut

    async def happened(self, _: str) -> None:
        if self.steps == self.dies_at and self.after:
            raise PowerCut

    async def through(self) -> None:
        await self._start()
        for phase in SCENARIO:
            await phase(self.shop)
            offices_part = self.shop.offices_part()
            await self._until_done()
            assert self.shop.offices_part() == offices_part
        self.shop.seconds.now += 120
        await self._until_done()
        await self.shop.check()
        assert len(await self.shop.conflicts()) == CONFLICTS
        assert self.shop.row("MK-600")["Soldador"] == "MR(93)"
        assert self.shop.book.titles == ["Operaciones", "Metadata", "Metadata 2"]

    async def _until_done(self) -> None:
        for _ in range(PATIENCE):
            try:
                if (await self.shop.cycle()).is_done:
                    return
            except (PowerCut, SheetUnavailableError) as death:
                # Whatever it knew is gone with it.
                self.deaths.append(death)
                self.api.release()
                await self._start()
        raise AssertionError(f"not done after {PATIENCE} cycles")

    async def _start(self) -> None:
        while True:
            try:
                await self.shop.start(before=self.before, after=self.happened)
            except PowerCut as death:
                self.deaths.append(death)
            else:
                return


@pytest.fixture
async def play(
    store: Store,
    another_ledger: OpenLedger,
    make_service: Callable[..., OccupationService],
    api: SheetsApi,
    tmp_path: Path,
) -> AsyncIterator[Callable[..., Awaitable[Play]]]:
    """The scenario at another site and in another spreadsheet each time, played through."""
    sites = 0
    async with unhurried(api, tmp_path) as spreadsheet, unhurried(api, tmp_path, deadlines=IMPATIENT) as impatient:

        async def through(fault: Fault | None = None, *, at: int | None = None, after: bool = False) -> Play:
            nonlocal sites
            sites += 1
            service = make_service(await another_ledger(f"planta-{sites}"))
            await service.load_plant(small_plant())
            options = {"chunk": 3, "rotate_at": 9}
            used = impatient if fault is not None and fault.ending is Ending.HELD else spreadsheet
            shop = Shop(service, add_planilla(api), used, store.clock, options=options)
            played = Play(shop, api, dies_at=None if fault else at, after=after)
            if fault is not None and at is not None:
                api.fail(fault, when=played.first_request + at - 1)
            try:
                await played.through()
            except BaseException as error:
                error.add_note(f"at {at}, {fault.name if fault else 'after' if after else 'before'}")
                raise
            return played

        yield through


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_around_any_step_in_the_ledger_loses_and_repeats_nothing(
    play: Callable[..., Awaitable[Play]], *, after: bool
) -> None:
    steps = (await play()).steps
    assert steps > 15
    for step in range(1, steps + 1):
        assert (await play(at=step, after=after)).died_once


@pytest.mark.parametrize("fault", [dropped(), reply_lost(), cut_body()], ids=lambda fault: fault.name)
async def test_a_death_at_any_request_loses_and_repeats_nothing(
    play: Callable[..., Awaitable[Play]], api: SheetsApi, fault: Fault
) -> None:
    first = await play()
    requests = api.count() - first.first_request + 1
    assert requests > 30
    for request in range(1, requests + 1):
        assert (await play(fault, at=request)).died_once


@pytest.mark.parametrize("applied", [False, True], ids=["not applied yet", "applied"])
async def test_a_death_while_a_write_hangs_loses_and_repeats_nothing(
    play: Callable[..., Awaitable[Play]], api: SheetsApi, *, applied: bool
) -> None:
    first = await play()
    writes = [request.number - first.first_request + 1 for request in api.requests("write")]
    for request in writes:
        assert (await play(hang(applied=applied), at=request)).deaths
