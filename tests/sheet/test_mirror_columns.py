"""Columns of Operaciones are inserted, moved, renamed and removed, between two cycles and between look and write."""

from collections.abc import Callable

import pytest

from core.domain.errors import SheetUnusableError
from tests.asking import completar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import OWNED, Shop, on_one_engine_each
from tests.sheets_api import Office, SheetsApi, formula

Edit = Callable[[Office], object]

MOVES: dict[str, Edit] = {
    "inserted before all": lambda office: office.insert_columns("A"),
    "inserted before the shop's": lambda office: office.insert_columns("E", 2),
    "inserted with a name": lambda office: office.insert_columns("E", header="Colada"),
    "inserted among the shop's": lambda office: office.insert_columns(office.column("Soldador")),
    "the shop's moved to the front": lambda office: office.move_columns(office.column("version"), before="A"),
    "the shop's moved to the end": lambda office: office.move_columns(office.column("Armador"), before="P"),
    "the tag moved": lambda office: office.move_columns("A", before="P"),
    "spelled otherwise": lambda office: office.rename_header("Fecha_Armado", " fecha ARMADO "),
}


@pytest.fixture
async def shop(mirrored: Shop) -> Shop:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    return await mirrored.caught_up()


async def work(shop: Shop) -> None:
    await shop.service.completar(completar(JUAN, "MK-1"))
    await shop.service.tomar(tomar(MIGUEL, tag="MK-3"))


def spelled(part: list[tuple[str, list[object]]]) -> list[tuple[str, list[object]]]:
    """The office's columns that have a name, in order of their names."""
    return sorted(column for column in part if column[0] and "armado" not in column[0].casefold())


@on_one_engine_each("move", MOVES)
async def test_columns_that_moved_between_two_cycles_are_found_by_name(shop: Shop, move: Edit) -> None:
    move(shop.operaciones)
    before = spelled(shop.offices_part())
    await work(shop)
    await shop.until_done()
    await shop.check()
    assert await shop.conflicts() == []
    assert spelled(shop.offices_part()) == before
    assert (await shop.status()).columns.count == 0


INSERTED = {name: move for name, move in MOVES.items() if name.startswith("inserted") and "name" not in name}


@pytest.mark.parametrize("move", INSERTED.values(), ids=INSERTED)
async def test_what_fell_into_a_column_that_was_just_inserted_is_taken_back(
    shop: Shop, api: SheetsApi, move: Edit
) -> None:
    """Cells of the office's that our own were shifted onto are named; what we wrote below no name is emptied."""
    await work(shop)
    api.before("values.batchUpdate", lambda _: move(shop.operaciones))
    await shop.until_done()
    await shop.check()
    assert await shop.conflicts() == []
    headers = shop.operaciones.rows()[0]
    for row in shop.operaciones.rows():
        assert not any(cell for header, cell in zip(headers, row, strict=False) if not header)


async def test_what_fell_into_a_column_of_the_offices_is_named_until_the_office_mended_it(
    shop: Shop, api: SheetsApi
) -> None:
    await work(shop)
    api.before("values.batchUpdate", lambda _: shop.operaciones.move_columns("I", before="E"))
    await shop.until_done()
    # Notas stands where Armador stood; Fecha_Soldadura's place is another's of the shop's.
    written = shop.operaciones.row_where("TAG_SPOOL", "MK-3")
    assert shop.operaciones.cell(f"E{written}").value == "MR(93)"
    strays = (await shop.status()).strays
    assert strays.first == (f"Operaciones!E{written}",)
    assert await shop.conflicts() == []
    await shop.check()
    await shop.cycle()
    assert (await shop.status()).strays == strays
    shop.operaciones.set(f"E{written}", "nota de MK-3")
    await shop.until_done()
    assert (await shop.status()).strays.count == 0
    assert shop.row("MK-3")["Notas"] == "nota de MK-3"


async def test_a_column_inserted_with_a_name_keeps_what_fell_into_it_and_is_told(shop: Shop, api: SheetsApi) -> None:
    await work(shop)
    api.before("values.batchUpdate", lambda _: shop.operaciones.insert_columns("E", header="Colada"))
    await shop.until_done()
    assert (await shop.status()).strays.first == ("Operaciones!E4",)
    assert shop.row("MK-3")["Colada"] == "MR(93)"
    await shop.check()
    assert await shop.conflicts() == []


async def test_a_cell_of_the_offices_that_was_emptied_is_told_as_well(shop: Shop, api: SheetsApi) -> None:
    await shop.service.completar(completar(JUAN, "MK-1"))
    office = shop.operaciones
    at = office.column("Ocupado_Por")
    api.before("values.batchUpdate", lambda _: office.move_columns("C", before=chr(ord(at) + 1)))
    await shop.until_done()
    peso = f"Operaciones!{office.column('Peso')}2"
    assert shop.row("MK-1")["Peso"] == ""
    assert peso in (await shop.status()).strays.first
    assert await shop.conflicts() == []
    await shop.check()


async def test_what_a_person_has_typed_over_a_stray_is_left_alone(shop: Shop, api: SheetsApi) -> None:
    await work(shop)
    office = shop.operaciones
    api.before("values.batchUpdate", lambda _: office.insert_columns("E"))
    api.after("values.batchUpdate", lambda _: office.set("E4", "colada 7"))
    await shop.until_done()
    assert office.cell("E4").value == "colada 7"
    await shop.check()


@on_one_engine_each("header", dict(zip(OWNED, OWNED, strict=True)))
async def test_a_column_that_is_missing_is_told_and_filled_once_it_is_back(shop: Shop, header: str) -> None:
    office = shop.operaciones
    office.delete_columns(office.column(header))
    await work(shop)
    await shop.until_done()
    await shop.check()
    assert (await shop.status()).columns.first == (header,)
    office.fill([[header]], "P1")
    await shop.until_done()
    assert (await shop.status()).columns.count == 0
    assert await shop.conflicts() == []
    await shop.check()


@pytest.mark.parametrize("header", ["Armador", "version"])
async def test_a_column_that_was_renamed_and_named_back_is_nobodys_change(shop: Shop, header: str) -> None:
    shop.operaciones.rename_header(header, "otra cosa")
    await shop.start()
    await shop.until_done()
    shop.operaciones.rename_header("otra cosa", header)
    await shop.until_done()
    assert await shop.conflicts() == []
    await shop.check()


async def test_a_name_that_stands_there_twice_stops_the_mirror_until_one_is_gone(shop: Shop) -> None:
    office = shop.operaciones
    office.fill([["Armador"]], "P1")
    await work(shop)
    sheet = office.rows()
    for _ in range(2):
        with pytest.raises(SheetUnusableError, match="Armador"):
            await shop.cycle()
        shop.mirror.look_anew()
    assert office.rows() == sheet
    office.set("P1", None)
    await shop.until_done()
    await shop.check()


async def test_formulas_of_the_office_among_the_shops_columns_are_never_written_over(shop: Shop) -> None:
    office = shop.operaciones
    office.insert_columns("F", header="Semana")
    for row in range(2, 8):
        office.set(f"F{row}", formula(f"=ISOWEEKNUM(G{row})", 47))
    before = shop.offices_part()
    for tag in ("MK-1", "MK-3"):
        await shop.service.tomar(tomar(JUAN, tag=tag))
    await shop.service.completar(completar(JUAN, "MK-1"))
    await shop.until_done()
    assert shop.offices_part() == before
    assert shop.book.overwritten_formulas == []
    await shop.check()
