"""The mirror dies at each step of its work, one after the other, and the next one has only the ledger and the sheet.

The same work is done again and again. In each round the mirror dies one step later, until the work is done before.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.domain.sheet_errors import SheetUnavailableError
from core.occupation import OccupationService
from core.sheet.push.mirror import Progress
from tests.asking import cancelar, completar, nota, pausar, tomar
from tests.conftest import OpenLedger, Store
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, PATIENCE, PowerCut, Shop, furnished, is_done, small_plant, unhurried
from tests.sheet.stage import in_the_loop
from tests.sheets_api import Fault, SheetsApi, dropped, hang, reply_lost

Work = Callable[[Shop, int], Awaitable[None]]
"""What the shop and the office do in the round of this number."""


async def first_contact(shop: Shop, _: int) -> None:
    """Work was done before anything was mirrored."""
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.service.completar(completar(JUAN, "MK-1"))
    await shop.service.nota(nota(MIGUEL, "MK-3", texto="=falta un codo"))


async def work_and_a_conflict(shop: Shop, number: int) -> None:
    """The shop works, and the spreadsheet's proprietor changes a cell of Taller."""
    await (shop.service.tomar(tomar(JUAN, tag="MK-2")) if number % 2 else shop.service.pausar(pausar(JUAN, "MK-2")))
    await shop.service.nota(nota(MIGUEL, "MK-3", texto="=falta un codo"))
    shop.taller.set(shop.at("MK-5", "Soldador"), f"a mano {number}")


async def rows_move_and_more_work(shop: Shop, number: int) -> None:
    """Rows of both worksheets of spools are sorted while the shop works."""
    shop.operaciones.sort("TAG_SPOOL", descending=number % 2 == 1)
    shop.taller.sort("TAG_SPOOL", descending=number % 2 == 1)
    await (
        shop.service.tomar(tomar(MIGUEL, tag="MK-4")) if number % 2 else shop.service.cancelar(cancelar(MIGUEL, "MK-4"))
    )
    await shop.service.nota(nota(MIGUEL, "MK-6"))


CONFLICTS: dict[Work, int] = {first_contact: 0, work_and_a_conflict: 1, rows_move_and_more_work: 0}
"""How often each work has the mirror find what a person wrote."""


@dataclass
class Mortal:
    """Mirrors of a shop, one after the other. `steps` counts those of the present round in the ledger."""

    shop: Shop
    api: SheetsApi
    dies_at: int | None = None
    after: bool = False
    steps: int = 0
    deaths: list[BaseException] = field(default_factory=list)
    _cycle: "asyncio.Task[Progress] | None" = None

    async def round(self, work: Work, number: int) -> None:
        """The work is done, and all of it comes into the sheet, whoever dies meanwhile."""
        self.steps, self.deaths = 0, []
        conflicts = len(await self.shop.conflicts())
        await work(self.shop, number)
        offices_part = self.shop.offices_part()
        await self._until_done()
        self.shop.seconds.now += 120
        await self._until_done()
        await self.shop.check()
        assert self.shop.offices_part() == offices_part
        assert len(await self.shop.conflicts()) == conflicts + CONFLICTS[work]

    async def begin(self) -> None:
        """Another mirror follows, unless it dies at once."""
        while True:
            try:
                await self.shop.start(before=self._before, after=self._after)
            except (PowerCut, SheetUnavailableError) as death:
                self.deaths.append(death)
            else:
                return

    async def kill(self) -> None:
        """The mirror dies wherever it is."""
        assert self._cycle is not None
        self._cycle.cancel()

    async def _before(self, _: str) -> None:
        self.steps += 1
        if self.steps == self.dies_at and not self.after:
            raise PowerCut

    async def _after(self, _: str) -> None:
        if self.steps == self.dies_at and self.after:
            raise PowerCut

    async def _until_done(self) -> None:
        for _ in range(PATIENCE):
            self._cycle = asyncio.ensure_future(self.shop.cycle())
            [done], _ = await asyncio.wait([self._cycle])
            if not done.cancelled() and done.exception() is None:
                if is_done(done.result()):
                    return
                continue
            # Whatever it knew is gone with it.
            death = asyncio.CancelledError() if done.cancelled() else done.exception()
            assert isinstance(death, PowerCut | SheetUnavailableError | asyncio.CancelledError), death
            self.deaths.append(death)
            if done.cancelled():
                await asyncio.to_thread(self.api.wait_held)
                self.api.release()
            await self.begin()
        raise AssertionError(f"not done after {PATIENCE} cycles")


@pytest.fixture
async def open_shop(
    another_ledger: OpenLedger,
    make_service: Callable[..., OccupationService],
    api: SheetsApi,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Callable[[], Awaitable[Mortal]]]:
    """Opens another shop, with a sheet that is not mirrored yet: events come in threes, nine to a worksheet."""
    monkeypatch.setattr("core.sheet.push.events.CHUNK", 3)
    monkeypatch.setattr("core.sheet.push.events.ROTATE_AT", 9)
    async with AsyncExitStack() as opened:
        spreadsheet = await opened.enter_async_context(unhurried(api, tmp_path))
        sites = iter(range(1, 1_000))

        async def open_one() -> Mortal:
            service = make_service(await another_ledger(f"planta-{next(sites)}"))
            await service.load_plant(small_plant())
            book = await furnished(api)
            return Mortal(Shop(service, book, spreadsheet, store.clock), api)

        yield open_one


Prepare = Callable[[Mortal, int], None]
"""Has the mirror die at the step of this number."""


async def at_each_step(open_shop: Callable[[], Awaitable[Mortal]], prepare: Prepare, *, at_least: int) -> None:
    """Every work once for each of its steps, and the mirror dies there: once in each round but the last."""
    steps = 0
    for work in CONFLICTS:
        mortal = await open_shop()
        if work is not first_contact:
            await mortal.begin()
            await mortal.round(first_contact, 0)
        number = 0
        while True:
            number += 1
            if work is first_contact and number > 1:
                mortal = await open_shop()
            try:
                prepare(mortal, number)
                if work is first_contact:
                    await mortal.begin()
                await mortal.round(work, number)
            except BaseException as error:
                error.add_note(f"{work.__name__} at step {number}")
                raise
            mortal.api.heal()
            if not mortal.deaths:
                break
            assert len(mortal.deaths) == 1
        steps += number - 1
    assert steps >= at_least


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_around_any_step_in_the_ledger_loses_and_repeats_nothing(
    open_shop: Callable[[], Awaitable[Mortal]], *, after: bool
) -> None:
    def prepare(mortal: Mortal, number: int) -> None:
        mortal.dies_at, mortal.after = number, after

    await at_each_step(open_shop, prepare, at_least=6)


# A request knows nothing of the ledger's engine, and what the ledger keeps at a death is shown above on each.


@ON_SQLITE
@pytest.mark.parametrize(
    ("fault", "when", "at_least"),
    # To a read it is all the same whether it was applied.
    [(dropped(), "any", 15), (reply_lost(), "write", 5)],
    ids=["dropped", "reply lost"],
)
async def test_a_death_at_any_request_loses_and_repeats_nothing(
    open_shop: Callable[[], Awaitable[Mortal]], fault: Fault, when: str, at_least: int
) -> None:
    def prepare(mortal: Mortal, number: int) -> None:
        mortal.api.fail(fault, when=when, after=number - 1)

    await at_each_step(open_shop, prepare, at_least=at_least)


@ON_SQLITE
@pytest.mark.parametrize("applied", [False, True], ids=["not applied yet", "applied"])
async def test_a_death_while_a_write_hangs_loses_and_repeats_nothing(
    open_shop: Callable[[], Awaitable[Mortal]], *, applied: bool
) -> None:
    def prepare(mortal: Mortal, number: int) -> None:
        mortal.api.fail(hang(applied=applied), when="write", after=number - 1)
        writes = iter(range(1, 1_000))
        kill = in_the_loop(mortal.kill)
        mortal.api.before("write", lambda request: kill(request) if next(writes) == number else None, times=number)

    await at_each_step(open_shop, prepare, at_least=5)
