"""Every trouble of the network at every request of a mirror's work: it is told, waited out, and leaves no trace."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain.errors import KioskError
from tests.asking import nota, pausar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import GOOGLES, IMPATIENT, ON_SQLITE, Shop, unhurried
from tests.sheet.test_spreadsheet_failures import MEANINGS
from tests.sheets_api import EVERY_FAULT, Fault, SheetsApi, empty_values, hang, reply_lost, status

HARMLESS = {"slow body"}
DIFFERENT = {(MEANINGS.get(name, name), fault.applied): fault for name, fault in EVERY_FAULT.items()}
"""One fault of each meaning, applied and not: the mirror sees no more than that (see test_spreadsheet_failures)."""
ONLY_WRITES = [fault for (meaning, applied), fault in DIFFERENT.items() if applied and (meaning, False) in DIFFERENT]
"""To a read it is all the same whether it was applied before it failed."""


pytestmark = ON_SQLITE


@pytest.fixture
async def troubled(mirrored: Shop, api: SheetsApi, tmp_path: Path, fault: Fault) -> AsyncIterator[Shop]:
    """A shop that waits as long as the program does, except for an answer that never comes."""
    async with unhurried(api, tmp_path, timeouts=IMPATIENT if fault.hangs else GOOGLES) as spreadsheet:
        mirrored.spreadsheet = spreadsheet
        yield mirrored


async def work(shop: Shop, number: int) -> None:
    """What fills a cycle: rows to write, a conflict, rows for the log and the end of a worksheet."""
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.service.pausar(pausar(JUAN, "MK-1"))
    await shop.service.nota(nota(MIGUEL, "MK-2", texto=f"vuelta {number}"))
    shop.seconds.now += 60
    shop.taller.set(shop.at("MK-3", "Soldador"), f"a mano {number}")


@pytest.mark.parametrize("fault", DIFFERENT.values(), ids=lambda fault: fault.name)
async def test_a_fault_at_any_request_costs_cycles_and_nothing_else(
    troubled: Shop, api: SheetsApi, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheet.push.events.CHUNK", 2)
    monkeypatch.setattr("core.sheet.push.events.ROTATE_AT", 4)
    shop = await troubled.caught_up()
    before = shop.offices_part()
    when = "write" if fault in ONLY_WRITES else "any"
    number = met = 0
    while number - met < 3:
        number += 1
        await work(shop, number)
        plan = api.fail(fault, when=when, after=number - 1)
        await shop.until_done()
        met += not plan.left
        api.heal()
    assert met > (2 if when == "write" else 6)
    assert bool(shop.failures) != (fault.name in HARMLESS)
    shop.seconds.now += 120
    await shop.until_done()
    await shop.check()
    assert shop.offices_part() == before


@pytest.mark.parametrize("fault", [empty_values(), hang(), status(429), reply_lost()], ids=lambda fault: fault.name)
async def test_a_fault_that_lasts_changes_nothing_until_it_ends(troubled: Shop, api: SheetsApi, fault: Fault) -> None:
    shop = await troubled.caught_up()
    await work(shop, 1)
    sheet = shop.operaciones.rows()
    api.fail(fault, times=None, when="read")
    for _ in range(5):
        with pytest.raises(KioskError):
            await shop.cycle()
        shop.mirror.look_again()
    api.release()
    assert shop.operaciones.rows() == sheet
    assert api.count("write") == len([one for one in api.requests("write") if one.status == 200])
    api.heal()
    await shop.until_done()
    await shop.check()


async def test_an_answer_without_a_cell_does_not_make_the_worksheets_look_empty(mirrored: Shop, api: SheetsApi) -> None:
    """Where everything is read again, an empty answer would have every row and event written once more."""
    shop = await mirrored.caught_up()
    for number in range(3):
        await work(shop, number)
    await shop.until_done()
    before = shop.taller.rows(), shop.logged()
    for number in range(1, 6):
        api.heal()
        await shop.ledger.notes.write("sheet", {"cursor": None}, lock="sheet-mirror", token=shop.lease.token)
        await shop.start()
        api.fail(empty_values(), when=api.count() + number)
        await shop.until_done()
        assert (shop.taller.rows(), shop.logged()) == before
    await shop.check()
