"""Rows of Operaciones move, come and go, between two cycles and between look and write: tags are what counts."""

from collections.abc import Callable
from datetime import date

import pytest

from core.domain.model import Plant
from tests.asking import completar, nota, tomar
from tests.plants import JUAN, MIGUEL, Etapa, spool_at
from tests.sheet.mirroring import OWNED, Shop, on_one_engine_each
from tests.sheets_api import Office, SheetsApi

Edit = Callable[[Office], object]


def _sort_and_insert(office: Office) -> None:
    office.sort("TAG_SPOOL", descending=True)
    office.insert_rows(2, 2)


EDITS: dict[str, Edit] = {
    "a row inserted above": lambda office: office.insert_rows(2),
    "rows inserted among them": lambda office: office.insert_rows(4, 3),
    "a row deleted": lambda office: office.delete_rows(office.row_where("TAG_SPOOL", "MK-1")),
    "the last row deleted": lambda office: office.delete_rows(office.row_where("TAG_SPOOL", "MK-6")),
    "sorted": lambda office: office.sort("TAG_SPOOL", descending=True),
    "sorted, and rows inserted": _sort_and_insert,
    "a row moved to the end": lambda office: office.move_rows(2, before=8),
    "a row moved to the top": lambda office: office.move_rows(7, before=2),
}


@pytest.fixture
async def shop(mirrored: Shop) -> Shop:
    """Spools in several hands, and the sheet says so."""
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.service.tomar(tomar(MIGUEL, tag="MK-3"))
    return await mirrored.caught_up()


async def work(shop: Shop) -> None:
    await shop.service.completar(completar(JUAN, "MK-1"))
    await shop.service.completar(completar(MIGUEL, "MK-3"))
    await shop.service.tomar(tomar(JUAN, tag="MK-4"))


async def nothing_else_changed(shop: Shop, before: dict[str, object]) -> None:
    """The office's cells stand where their tags do, nothing of the mirror's is left elsewhere, nobody is suspected."""
    await shop.check()
    assert await shop.conflicts() == []
    for record in shop.operaciones.records():
        tag = record["TAG_SPOOL"]
        assert {name: cell for name, cell in record.items() if name not in OWNED} == (before[tag] if tag else _blank())
        assert tag or not any(record[name] for name in OWNED)


def offices_cells(shop: Shop) -> dict[str, object]:
    return {
        record["TAG_SPOOL"]: {name: cell for name, cell in record.items() if name not in OWNED}
        for record in shop.operaciones.records()
    }


def _blank() -> dict[str, object]:
    return dict.fromkeys(("TAG_SPOOL", "OT", "Peso", "Fecha_Materiales", "Notas", "Avance"), "")


@on_one_engine_each("edit", EDITS)
async def test_rows_that_moved_between_two_cycles_are_found_by_their_tags(shop: Shop, edit: Edit) -> None:
    before = offices_cells(shop)
    edit(shop.operaciones)
    await work(shop)
    await shop.until_done()
    await nothing_else_changed(shop, before)


@on_one_engine_each("edit", EDITS)
@pytest.mark.parametrize("restarted", [False, True], ids=["the same mirror", "another mirror"])
async def test_rows_that_move_between_look_and_write_are_mended_in_the_next_cycle(
    shop: Shop, api: SheetsApi, edit: Edit, *, restarted: bool
) -> None:
    before = offices_cells(shop)
    await work(shop)
    api.before("values.batchUpdate", lambda _: edit(shop.operaciones))
    try:
        await shop.cycle()
    finally:
        if restarted:
            await shop.start()
    await shop.until_done()
    await nothing_else_changed(shop, before)


@on_one_engine_each("edit", EDITS)
async def test_an_expiry_written_into_a_row_that_moved_is_nobodys_change(
    shop: Shop, api: SheetsApi, edit: Edit
) -> None:
    """Only Estado_Detalle is written then, so no version beside it tells whose it is."""
    before = offices_cells(shop)
    shop.clock.advance(seconds=13 * 3600)
    api.before("values.batchUpdate", lambda _: edit(shop.operaciones))
    await shop.until_done()
    assert "VENCIDO" in shop.row("MK-3")["Estado_Detalle"]
    await nothing_else_changed(shop, before)


@on_one_engine_each("edit", EDITS)
async def test_first_contact_with_rows_that_move_meanwhile_suspects_nobody(
    mirrored: Shop, api: SheetsApi, edit: Edit
) -> None:
    before = offices_cells(mirrored)
    extra = (spool_at(Etapa.SIN_MATERIALES, "MK-2"), spool_at(Etapa.APROBADO, "MK-5"))
    await mirrored.service.load_plant(Plant(spools=extra, workers=()))
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    api.before("values.batchUpdate", lambda _: edit(mirrored.operaciones))
    await mirrored.start()
    await mirrored.until_done()
    await nothing_else_changed(mirrored, before)


async def test_a_row_that_was_deleted_is_reported_and_never_written_again(shop: Shop) -> None:
    shop.operaciones.delete_rows(shop.operaciones.row_where("TAG_SPOOL", "MK-3"))
    await work(shop)
    await shop.until_done()
    status = await shop.status()
    assert (status.missing.count, status.missing.first) == (1, ("MK-3",))
    assert [record["TAG_SPOOL"] for record in shop.operaciones.records()].count("MK-3") == 0
    await shop.check()


async def test_a_tag_that_the_ledger_does_not_know_is_reported_and_its_row_left_alone(shop: Shop) -> None:
    row = ["MK-77", "OT-9", 3, date(2025, 11, 3), "MR(93)", "10-11-2025"]
    shop.operaciones.fill([row], "A8")
    await work(shop)
    await shop.until_done()
    status = await shop.status()
    assert (status.unknown.count, status.unknown.first) == (1, ("MK-77",))
    assert (shop.row("MK-77")["Armador"], shop.row("MK-77")["version"]) == ("MR(93)", "")
    await shop.check()


async def test_more_findings_than_are_named_are_counted(shop: Shop) -> None:
    shop.operaciones.fill([[f"X-{number:02}"] for number in range(30)], "A8")
    await shop.until_done()
    unknown = (await shop.status()).unknown
    assert (unknown.count, len(unknown.first)) == (30, 20)


async def test_a_row_whose_tag_the_office_corrected_keeps_what_the_shop_wrote_there(shop: Shop) -> None:
    """The next reading of the office's plant may make a new spool of it, with the progress that its row tells."""
    shop.operaciones.set_where("TAG_SPOOL", "MK-1", "TAG_SPOOL", "MK-1B")
    before = shop.row("MK-1B")
    await shop.start()
    await shop.service.tomar(tomar(JUAN, tag="MK-4"))
    await shop.until_done()
    assert shop.row("MK-1B") == before
    status = await shop.status()
    assert (status.unknown.first, status.missing.first) == (("MK-1B",), ("MK-1",))
    shop.operaciones.set_where("TAG_SPOOL", "MK-1B", "TAG_SPOOL", "MK-1")
    await shop.until_done()
    await shop.check()
    assert await shop.conflicts() == []


@pytest.mark.parametrize("blank", ["", "   "])
async def test_a_tag_that_is_gone_for_a_moment_costs_its_row_nothing(shop: Shop, blank: str) -> None:
    at = shop.at("MK-1", "TAG_SPOOL")
    shop.operaciones.set(at, blank)
    await shop.start()
    await shop.until_done()
    shop.operaciones.set(at, "MK-1")
    await shop.until_done()
    assert await shop.conflicts() == []
    await shop.check()


async def test_of_a_repeated_tag_the_first_row_tells_the_truth_and_it_is_reported(shop: Shop) -> None:
    shop.operaciones.fill([["MK-1", "OT-9", None, None, "MR(93)"]], "A8")
    copy = shop.operaciones.rows()[7]
    await work(shop)
    await shop.until_done()
    status = await shop.status()
    assert (status.repeated.count, status.repeated.first) == (1, ("MK-1",))
    assert shop.operaciones.rows()[7] == copy
    await shop.check()
    shop.operaciones.move_rows(8, before=2)
    await shop.until_done()
    await shop.check()
    assert shop.operaciones.rows()[1][1] == "OT-9"
    shop.operaciones.delete_rows(3)
    await shop.until_done()
    assert (await shop.status()).repeated.count == 0
    # What the row said that nobody had written over so far did not vanish unseen.
    [event] = await shop.conflicts()
    assert event.metadata["columnas"]["Armador"]["hoja"] == "MR(93)"


async def test_rows_of_spools_that_nobody_ever_touched_say_what_they_wait_for(mirrored: Shop) -> None:
    before = mirrored.offices_part()
    await mirrored.caught_up()
    assert mirrored.row("MK-2")["Estado_Detalle"] == "Disponible - ARM pendiente, SOLD pendiente"
    assert {mirrored.row("MK-2")[name] for name in OWNED if name != "Estado_Detalle"} == {""}
    assert mirrored.offices_part() == before
    await mirrored.service.nota(nota(MIGUEL, "MK-2", texto="falta un codo"))
    await mirrored.until_done()
    await mirrored.check()
