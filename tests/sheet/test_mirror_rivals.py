"""Two ledgers on one spreadsheet: it is told where the other is, and neither undoes the rows of the other."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest

from core.domain.errors import SheetUnavailableError, SheetUnusableError
from core.domain.reasons import FallaPlanilla
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet.metadata import Record, row_of
from tests.asking import nota, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import Shop, small_plant
from tests.sheets_api import Office, SheetsApi, reply_lost
from tests.sheets_api.cells import Scalar
from tests.shopfloor import SANTIAGO

Make = Callable[[Ledger], OccupationService]


@pytest.fixture
async def rival(mirrored: Shop, make_service: Make, tmp_path: Path) -> AsyncIterator[Shop]:
    """A terminal that was given the office's spreadsheet and no address of the shop's ledger: it has one of its own.

    The shop is in the sheet already.
    """
    await mirrored.caught_up()
    url = f"sqlite:///{tmp_path / 'solo.db'}"
    async with open_ledger(url, site="solo", request_memory=timedelta(hours=1), clock=mirrored.clock) as ledger:
        rival = Shop(make_service(ledger), mirrored.book, mirrored.spreadsheet, mirrored.clock)
        await rival.service.load_plant(small_plant())
        await rival.start()
        yield rival


def write(metadata: Office, row: Record) -> None:
    """Add a row below the last, as another program would."""
    headers, *rows = metadata.rows()
    cells = [cast("Scalar", row.get(str(header))) for header in headers]
    metadata.fill([[*cells]], at=f"A{len(rows) + 2}")


async def refused_rows(shop: Shop) -> SheetUnavailableError:
    with pytest.raises(SheetUnavailableError) as refused:
        await shop.cycle()
    return refused.value


async def test_two_ledgers_on_one_sheet_are_told_by_the_station_and_do_not_fight_over_its_rows(
    mirrored: Shop, rival: Shop
) -> None:
    await rival.service.tomar(tomar(MIGUEL, tag="MK-1"))
    await rival.cycle()
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    error = await refused_rows(mirrored)
    assert (error.falla, error.details["detail"]) == (FallaPlanilla.OTRO_REGISTRO, rival.service.station)
    # What either did is on record all the same.
    assert [row["Worker_Nombre"] for row in mirrored.logged()[-2:]] == ["MR(93)", "JP(94)"]
    assert (await mirrored.state()).waiting == 0
    assert mirrored.row("MK-1")["Ocupado_Por"] == "MR(93)"
    await refused_rows(rival)
    for _ in range(5):
        await refused_rows(mirrored)
        await refused_rows(rival)
    assert await mirrored.conflicts() + await rival.conflicts() == []


async def test_events_of_another_ledger_are_seen_also_when_they_land_between_a_look_and_an_append(
    mirrored: Shop, rival: Shop, api: SheetsApi
) -> None:
    await rival.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await mirrored.service.nota(nota(JUAN, "MK-2"))
    [*_, event] = await rival.events()
    elsewhere = event.model_copy(update={"station": "ARM\x1b[2J-07"})
    api.before("values.append", lambda _: write(mirrored.metadata, row_of(elsewhere, SANTIAGO)))
    await mirrored.cycle()
    assert [row["TAG_SPOOL"] for row in mirrored.logged()[-2:]] == ["MK-3", "MK-2"]
    error = await refused_rows(mirrored)
    # What stands in a cell steers no terminal.
    assert (error.falla, error.details["detail"]) == (FallaPlanilla.OTRO_REGISTRO, "ARM [2J-07")


async def test_once_the_other_ledger_is_gone_the_rows_are_put_right_after_ten_minutes(
    mirrored: Shop, rival: Shop
) -> None:
    await rival.service.tomar(tomar(MIGUEL, tag="MK-1"))
    await rival.cycle()
    await refused_rows(mirrored)
    mirrored.seconds.now += 599
    await refused_rows(mirrored)
    mirrored.seconds.now += 2
    await mirrored.until_done()
    await mirrored.check_rows()
    assert [event.tag_spool for event in await mirrored.conflicts()] == ["MK-1"]
    assert (await mirrored.state()).trouble is None
    # To a mirror that takes over, what the other left is past as well.
    await mirrored.start()
    await mirrored.until_done()
    assert mirrored.failures == []


async def test_rows_of_events_that_somebody_copies_below_the_last_are_no_other_ledger(
    mirrored: Shop, rival: Shop
) -> None:
    mirrored.clock.advance(seconds=-3 * 86_400)
    await rival.service.tomar(tomar(MIGUEL, tag="MK-3"))
    mirrored.clock.advance(seconds=3 * 86_400)
    [*_, old] = await rival.events()
    write(mirrored.metadata, row_of(old, SANTIAGO))
    write(mirrored.metadata, {"ID": str(uuid4()), "Metadata_JSON": "del sistema anterior"})
    await mirrored.service.nota(nota(MIGUEL, "MK-2"))
    await mirrored.until_done()
    await mirrored.check_rows()
    assert mirrored.failures == []


async def test_events_of_ones_own_that_arrived_without_an_answer_are_no_other_ledger(
    mirrored: Shop, api: SheetsApi
) -> None:
    await mirrored.caught_up()
    await mirrored.service.nota(nota(MIGUEL, "MK-2"))
    api.fail(reply_lost(), when="values.append")
    await mirrored.until_done()
    await mirrored.service.nota(nota(MIGUEL, "MK-2"))
    await mirrored.until_done()
    await mirrored.check()
    assert len(mirrored.failures) == 1
    assert mirrored.failures[0].error_code == "SHEET_UNAVAILABLE"
    assert mirrored.failures[0].as_dict()["doubtful"]


async def test_no_number_that_a_cell_can_hold_is_too_much_for_the_ledger(mirrored: Shop) -> None:
    await mirrored.caught_up()
    now = mirrored.clock().isoformat()
    for number in (2**63, 10**400):
        document = f'{{"evento": {{"seq": {number}, "ts": "{now}", "station": "ARM-07"}}}}'
        write(mirrored.metadata, {"ID": str(uuid4()), "Metadata_JSON": document})
        assert (await refused_rows(mirrored)).falla is FallaPlanilla.OTRO_REGISTRO
        mirrored.seconds.now += 601
        await mirrored.until_done()


async def test_events_of_another_ledger_are_seen_also_when_columns_move_in_the_same_moment(
    mirrored: Shop, rival: Shop
) -> None:
    await rival.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await rival.cycle()
    mirrored.operaciones.insert_columns("B", header="Colada")
    assert (await refused_rows(mirrored)).falla is FallaPlanilla.OTRO_REGISTRO


async def test_a_metadata_that_is_renamed_while_another_ledger_writes_is_what_is_told(
    mirrored: Shop, rival: Shop
) -> None:
    await rival.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await rival.cycle()
    mirrored.metadata.rename("Otra cosa")
    mirrored.mirror.look_anew()
    with pytest.raises(SheetUnusableError):
        await mirrored.cycle()
    await mirrored.check_rows()
