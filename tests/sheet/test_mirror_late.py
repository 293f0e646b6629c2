"""What was sent and given up arrives after all, when the next try, or the next mirror, has written the same already."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.domain.errors import SheetUnavailableError
from tests.asking import completar, nota, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import IMPATIENT, Shop, unhurried
from tests.sheets_api import SheetsApi, hang, status


@pytest.fixture
async def shop(mirrored: Shop, api: SheetsApi, tmp_path: Path) -> AsyncIterator[Shop]:
    """The sheet says what the ledger does, and a write that is not answered is given up soon."""
    async with unhurried(api, tmp_path, deadlines=IMPATIENT) as spreadsheet:
        mirrored.spreadsheet = spreadsheet
        yield await mirrored.caught_up()


async def notes(shop: Shop, *texts: str) -> None:
    for text in texts:
        await shop.service.nota(nota(MIGUEL, "MK-2", texto=text))


async def give_up(shop: Shop, api: SheetsApi, when: str) -> None:
    """The next request of this kind hangs on its way until the stand-in releases it."""
    api.fail(hang(), when=when)
    with pytest.raises(SheetUnavailableError) as failed:
        await shop.cycle()
    assert failed.value.doubtful
    api.wait_held()


def arrives(api: SheetsApi, when: str) -> None:
    """All that hangs is applied now, and nobody hears of it."""
    done = sum(request.applied for request in api.requests(when)) + api.held
    api.release()
    api.wait_for(done, lambda request: request.operation == when and request.applied)


@pytest.mark.parametrize("restarted", [False, True], ids=["the same mirror", "another mirror"])
async def test_an_append_that_arrives_late_leaves_each_event_once(
    shop: Shop, api: SheetsApi, *, restarted: bool
) -> None:
    await notes(shop, "uno", "dos", "dos")
    await give_up(shop, api, "values.append")
    if restarted:
        await shop.start()
    await notes(shop, "tres")
    await shop.until_done()
    await shop.check()
    arrives(api, "values.append")
    assert len(shop.logged()) == len(await shop.events()) + 3
    await shop.until_done()
    await shop.check()


async def test_a_late_append_is_taken_away_although_more_came_after_it(shop: Shop, api: SheetsApi) -> None:
    await notes(shop, "uno")
    await give_up(shop, api, "values.append")
    await shop.until_done()
    arrives(api, "values.append")
    await notes(shop, "dos", "tres")
    await shop.until_done()
    await shop.check()


async def test_several_late_appends_of_the_same_events_are_all_taken_away(shop: Shop, api: SheetsApi) -> None:
    await notes(shop, "uno", "dos")
    for _ in range(3):
        await give_up(shop, api, "values.append")
    await shop.until_done()
    arrives(api, "values.append")
    await shop.until_done()
    await shop.check()


async def test_repeats_are_taken_away_although_the_first_try_to_do_so_fails(shop: Shop, api: SheetsApi) -> None:
    await notes(shop, "uno")
    await give_up(shop, api, "values.append")
    await shop.until_done()
    arrives(api, "values.append")
    api.fail(status(503), when="spreadsheets.batchUpdate")
    await shop.until_done()
    await shop.check()


async def test_what_the_office_has_beside_the_events_stays_beside_its_row(shop: Shop, api: SheetsApi) -> None:
    shop.metadata.set("L1", "Revisado")
    await notes(shop, "uno", "dos")
    await give_up(shop, api, "values.append")
    api.before("values.append", lambda _: arrives(api, "values.append"))
    await notes(shop, "tres")
    await shop.cycle()
    # The late rows came first, then those that were sent again, then the new one; the office is quick.
    [*_, last] = await shop.events()
    shop.metadata.set_where("ID", str(last.id), "Revisado", "visto")
    await shop.until_done()
    await shop.check()
    assert [row["ID"] for row in shop.logged() if row["Revisado"]] == [str(last.id)]


async def test_a_copy_that_a_person_changed_stays_and_so_do_the_rows_of_the_office(shop: Shop, api: SheetsApi) -> None:
    await notes(shop, "uno")
    await give_up(shop, api, "values.append")
    await shop.until_done()
    arrives(api, "values.append")
    rows = len(shop.logged())
    shop.metadata.set(f"F{rows + 1}", "visto por la oficina")
    shop.metadata.fill([["", "", "pie de página"], [], ["", "", "pie de página"]], f"A{rows + 2}")
    await notes(shop, "dos")
    for _ in range(3):
        await shop.cycle()
    logged = shop.logged()
    repeated = [row for row in logged if row["ID"] == str((await shop.events())[-2].id)]
    assert [row["Worker_Nombre"] for row in repeated] == ["MR(93)", "visto por la oficina"]
    assert [row["Evento_Tipo"] for row in logged].count("pie de página") == 2
    assert [row["ID"] for row in logged if row["ID"]][-1] == str((await shop.events())[-1].id)
    # Whoever looks again does not try again and again.
    writes = api.count("write")
    await shop.cycle()
    assert api.count("write") == writes


async def test_rows_of_the_office_among_the_repeated_ones_keep_what_they_say(shop: Shop, api: SheetsApi) -> None:
    await notes(shop, "uno")
    await give_up(shop, api, "values.append")
    await shop.until_done()
    arrives(api, "values.append")
    late = len(shop.logged()) + 1
    shop.metadata.insert_rows(late, 3)
    shop.metadata.fill([["corte 1"], ["corte 2"], ["corte 3"]], f"M{late}")
    await shop.until_done()
    written = [row[12] for row in shop.metadata.rows() if len(row) > 12]
    assert written == ["corte 1", "corte 2", "corte 3"]
    ids = [row["ID"] for row in shop.logged() if row["ID"]]
    assert ids == [str(event.id) for event in await shop.events()]


@pytest.mark.parametrize("restarted", [False, True], ids=["the same mirror", "another mirror"])
async def test_rows_that_arrive_late_are_written_anew_and_are_nobodys_change(
    shop: Shop, api: SheetsApi, *, restarted: bool
) -> None:
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await give_up(shop, api, "values.batchUpdate")
    if restarted:
        await shop.start()
    await shop.service.completar(completar(JUAN, "MK-1"))
    await shop.service.tomar(tomar(JUAN, tag="MK-3"))
    await shop.until_done()
    await shop.check()
    arrives(api, "values.batchUpdate")
    assert shop.row("MK-1")["Ocupado_Por"] == "JP(94)"
    await shop.until_done()
    assert await shop.conflicts() == []
    await shop.check()


async def test_rows_that_arrive_late_where_other_rows_stand_by_now_are_nobodys_change(
    shop: Shop, api: SheetsApi
) -> None:
    before = sorted(shop.offices_part()[0][1])
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await give_up(shop, api, "values.batchUpdate")
    shop.operaciones.sort("TAG_SPOOL", descending=True)
    await shop.until_done()
    arrives(api, "values.batchUpdate")
    assert shop.row("MK-6")["Ocupado_Por"] == "JP(94)"
    await shop.until_done()
    assert await shop.conflicts() == []
    await shop.check()
    assert sorted(shop.offices_part()[0][1]) == before


async def test_a_person_who_types_while_a_write_is_in_doubt_is_heard(shop: Shop, api: SheetsApi) -> None:
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await give_up(shop, api, "values.batchUpdate")
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "Armador", "MR(93)")
    await shop.until_done()
    [event] = await shop.conflicts()
    assert event.metadata == {"columnas": {"Armador": {"hoja": "MR(93)", "registro": "JP(94)"}}}
    arrives(api, "values.batchUpdate")
    await shop.until_done()
    await shop.check()
    assert len(await shop.conflicts()) == 1
