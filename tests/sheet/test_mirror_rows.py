"""Taller: one row a spool that says the truth, whatever happens to the worksheet between two cycles."""

from dataclasses import replace
from functools import partial

import pytest

from core.domain.model import Operacion
from core.domain.sheet_errors import SheetUnusableError
from tests.asking import completar, pausar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, Shop, small_plant
from tests.sheets_api import SheetsApi


async def test_a_new_worksheet_gets_a_row_for_each_spool_in_one_writing_request(mirrored: Shop, api: SheetsApi) -> None:
    await mirrored.start()
    writes = api.count("write")
    progress = await mirrored.cycle()
    # The mark of the spreadsheet's owner, then rows and events together.
    assert api.count("write") - writes == 2
    # Six spools and three joints.
    assert (progress.rows, progress.events) == (9, 1)
    assert [row["TAG_SPOOL"] for row in mirrored.taller.records()] == [f"MK-{n}" for n in range(1, 7)]
    await mirrored.check()


async def test_rows_follow_the_work_and_the_office_sees_them_beside_its_own_columns(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    before = shop.offices_part()
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.service.tomar(tomar(MIGUEL, tag="MK-2"))
    await shop.service.completar(completar(MIGUEL, "MK-2"))
    await shop.service.tomar(tomar(MIGUEL, Operacion.SOLD, tag="MK-2"))
    progress = await shop.cycle()
    assert (progress.rows, progress.events) == (2, 4)
    await shop.check()
    assert shop.offices_part() == before
    shown = {record["TAG_SPOOL"]: record for record in shop.operaciones.records()}
    assert (shown["MK-1"]["Ocupado_Por"], shown["MK-2"]["Armador"]) == ("JP(94)", "MR(93)")


async def test_a_lock_that_runs_out_shows_without_an_event(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.until_done()
    shop.clock.advance(seconds=13 * 3600)
    progress = await shop.cycle()
    assert (progress.rows, progress.events) == (1, 0)
    assert str(shop.row("MK-1")["Estado_Detalle"]).startswith("VENCIDO")
    await shop.check()


async def test_what_the_proprietor_changes_is_put_on_record_with_both_values_and_written_again(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.until_done()
    shop.taller.set(shop.at("MK-1", "Ocupado_Por"), "MR(93)")
    progress = await shop.cycle()
    assert (progress.conflicts, progress.rows) == (1, 1)
    [conflict] = await shop.conflicts()
    assert conflict.tag_spool == "MK-1"
    assert conflict.metadata["columnas"] == {"Ocupado_Por": {"hoja": "MR(93)", "registro": "JP(94)"}}
    await shop.until_done()
    await shop.check()
    assert (await shop.status()).conflicts == 1


@ON_SQLITE
@pytest.mark.parametrize("column", ["version", "seq"])
async def test_a_changed_checksum_or_number_is_a_persons_hand_as_well(mirrored: Shop, column: str) -> None:
    shop = await mirrored.caught_up()
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.until_done()
    shop.taller.set(shop.at("MK-1", column), "77")
    await shop.until_done()
    [conflict] = await shop.conflicts()
    assert column in conflict.metadata["columnas"]
    await shop.check()


async def test_whoever_changes_the_same_row_again_and_again_is_answered_once_a_minute(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    for _ in range(4):
        shop.taller.set(shop.at("MK-2", "Soldador"), "a mano")
        await shop.cycle()
    assert len(await shop.conflicts()) == 1
    assert (await shop.state()).rows_waiting == 1
    shop.seconds.now += 61
    await shop.until_done()
    assert len(await shop.conflicts()) == 2
    await shop.check()


async def test_rows_that_a_mirror_wrote_are_no_conflict_however_old_they_are(mirrored: Shop) -> None:
    """A lost reply, a late write or an older version of the spreadsheet leaves whole rows behind."""
    shop = await mirrored.caught_up()
    old = [[*row, *[""] * (11 - len(row))] for row in shop.taller.rows()]
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    await shop.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await shop.until_done()
    shop.taller.fill(old)
    for _ in range(2):
        await shop.start()
        await shop.until_done()
    assert await shop.conflicts() == []
    await shop.check()


@pytest.mark.parametrize(
    "disturb",
    [
        lambda shop: shop.taller.sort("TAG_SPOOL", descending=True),
        lambda shop: shop.taller.delete_rows(3, 2),
        lambda shop: shop.taller.insert_rows(2, 3),
        lambda shop: shop.taller.fill([shop.taller.rows()[2]], at="A9"),
        lambda shop: shop.taller.fill([[""] * 11], at="A4"),
    ],
    ids=["sorted", "rows deleted", "rows inserted", "a row copied", "a row emptied"],
)
async def test_rows_that_moved_vanished_or_were_copied_are_put_right_without_a_conflict(
    mirrored: Shop, disturb
) -> None:
    shop = await mirrored.caught_up()
    disturb(shop)
    await shop.service.tomar(tomar(JUAN, tag="MK-4"))
    await shop.until_done()
    await shop.check()
    assert await shop.conflicts() == []


@ON_SQLITE
async def test_rows_that_move_between_read_and_write_are_put_right_in_the_next_cycles(
    mirrored: Shop, api: SheetsApi
) -> None:
    shop = await mirrored.caught_up()
    for descending in (True, False, True, False):
        await shop.service.act(tomar(JUAN, tag="MK-4") if descending else pausar(JUAN, "MK-4"))
        shop.spreadsheet.before_write = _once(partial(shop.taller.sort, "TAG_SPOOL", descending=descending))
        await shop.until_done()
    await shop.check()
    assert await shop.conflicts() == []


def _once(act):
    done = False

    async def before_write() -> None:
        nonlocal done
        if not done:
            done = True
            act()

    return before_write


@ON_SQLITE
async def test_a_column_inserted_into_taller_stops_its_rows_says_so_and_leaves_the_log_going(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    shop.taller.insert_columns("A", header="Mío")
    before = shop.taller.rows()
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    with pytest.raises(SheetUnusableError) as refused:
        await shop.cycle()
    assert refused.value.details["sheet"] == "Taller"
    assert shop.taller.rows() == before
    assert [row["Evento_Tipo"] for row in shop.logged()][-1] == "TOMAR_ARM"
    shop.taller.delete_columns("A")
    await shop.until_done()
    await shop.check()


@ON_SQLITE
async def test_a_tag_that_the_ledger_does_not_have_is_named_and_left(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    shop.taller.set(shop.at("MK-6", "TAG_SPOOL"), "AJENO-1")
    await shop.until_done()
    assert (await shop.status()).unknown.first == ("AJENO-1",)
    assert "AJENO-1" in [row["TAG_SPOOL"] for row in shop.taller.records()]
    assert shop.row("MK-6")["TAG_SPOOL"] == "MK-6"


@ON_SQLITE
async def test_a_tag_that_somebody_spelled_otherwise_in_its_row_is_put_on_record_and_written_again(
    mirrored: Shop,
) -> None:
    shop = await mirrored.caught_up()
    shop.taller.set(shop.at("MK-2", "TAG_SPOOL"), "mk\u20132")
    await shop.until_done()
    [conflict] = await shop.conflicts()
    assert conflict.metadata["columnas"] == {"TAG_SPOOL": {"hoja": "mk\u20132", "registro": "MK-2"}}
    assert [row["TAG_SPOOL"] for row in shop.taller.records()] == [f"MK-{n}" for n in range(1, 7)]
    await shop.check()


@ON_SQLITE
async def test_new_spools_get_rows_below_and_the_worksheet_grows(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    tags = tuple(f"NUEVO-{number:04}" for number in range(1200))
    await shop.service.load_plant(small_plant((*[f"MK-{n}" for n in range(1, 7)], *tags)))
    await shop.until_done()
    await shop.check()


@ON_SQLITE
async def test_a_long_worksheet_is_looked_through_in_turn(mirrored: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.sheet.push.places.READ_WHOLE", 2)
    shop = await mirrored.caught_up()
    shop.taller.set(shop.at("MK-6", "Soldador"), "a mano")
    for _ in range(4):
        await shop.cycle()
    await shop.until_done()
    [conflict] = await shop.conflicts()
    assert conflict.tag_spool == "MK-6"
    await shop.check()


@ON_SQLITE
async def test_tags_and_names_that_look_like_formulas_or_numbers_stay_texts(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    odd = ("=SUMA(1;2)", "00123", "+56 9", "'apóstrofo", "31-01-2026", "TRUE")
    plant = small_plant((*[f"MK-{n}" for n in range(1, 7)], *odd))
    await shop.service.load_plant(replace(plant))
    await shop.until_done()
    assert {row["TAG_SPOOL"] for row in shop.taller.records()} >= set(odd)
    rows = shop.taller.rows()
    await shop.cycle()
    assert shop.taller.rows() == rows
