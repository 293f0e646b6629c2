"""The shop's columns in Operaciones: lookups that stay right whatever the office does to its rows and columns."""

from collections.abc import Callable

import pytest

from core.domain.reasons import Defecto
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.sheet.push.lookups import LookupsReport, broken_columns, formula_of, write_lookups
from core.sheet.push.mirror import OUTLINE_AGE
from core.sheet.spreadsheet.client import Spreadsheet
from core.sheet.template import write_worksheets
from tests.asking import completar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, SEEN, Shop
from tests.sheet.planilla import contents
from tests.sheets_api import Book, Office, SheetsApi, reply_lost

FIRST = SEEN[0]


@pytest.fixture
async def busy(mirrored: Shop) -> Shop:
    """The sheet says all: MK-1 is assembled, MK-2 is taken."""
    await mirrored.start()
    await mirrored.service.tomar(tomar(MIGUEL, tag="MK-1"))
    await mirrored.service.completar(completar(MIGUEL, "MK-1"))
    await mirrored.service.tomar(tomar(JUAN, tag="MK-2"))
    await mirrored.until_done()
    await mirrored.check()
    return mirrored


def delete_and_move_rows(shop: Shop) -> None:
    shop.operaciones.move_rows(6, before=2)
    shop.operaciones.delete_rows(shop.operaciones.row_where("TAG_SPOOL", "MK-4"))


def insert_and_move_columns(shop: Shop) -> None:
    shop.operaciones.insert_columns("A", header="Prioridad")
    shop.operaciones.move_columns(shop.operaciones.column("TAG_SPOOL"), before="H")
    shop.operaciones.move_columns(shop.operaciones.column("Armador"), before="A")


def move_rows_of_taller(shop: Shop) -> None:
    shop.taller.move_rows(2, before=6)
    shop.taller.insert_rows(3)


def rename_both(shop: Shop) -> None:
    shop.taller.rename("taller.")
    shop.operaciones.rename("OPERACIÓNES")


@ON_SQLITE
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda shop: shop.operaciones.sort("TAG_SPOOL", descending=True), id="sort"),
        pytest.param(lambda shop: shop.operaciones.insert_rows(2, 2), id="insert_below_the_header"),
        pytest.param(lambda shop: shop.operaciones.insert_rows(4), id="insert_in_the_middle"),
        pytest.param(lambda shop: shop.operaciones.delete_rows(2), id="delete_the_first_row"),
        *(delete_and_move_rows, insert_and_move_columns, move_rows_of_taller, rename_both),
    ],
)
async def test_each_row_shows_its_spool_right_after_the_office_worked_there(
    busy: Shop, api: SheetsApi, act: Callable[[Shop], None]
) -> None:
    writes = api.count("write")
    act(busy)
    await busy.check_rows()
    shown = {record["TAG_SPOOL"]: record for record in busy.operaciones.records()}
    assert shown["MK-2"]["Ocupado_Por"] == "JP(94)"
    assert api.count("write") == writes


@ON_SQLITE
async def test_a_tag_shows_its_spool_as_soon_as_it_is_typed_and_an_unknown_one_nothing(busy: Shop) -> None:
    row = len(busy.operaciones.rows()) + 1
    busy.operaciones.set(f"A{row}", "NUEVO")
    assert {busy.operaciones.records()[-1][name] for name in SEEN} == {""}
    busy.operaciones.set(f"A{row}", "MK-2")
    assert busy.operaciones.records()[-1]["Ocupado_Por"] == "JP(94)"


@ON_SQLITE
async def test_nothing_is_wrong_with_the_formulas_of_a_worksheet_of_one_row(busy: Shop) -> None:
    busy.operaciones.delete_rows(2, busy.operaciones.sheet.grid.row_count - 1)
    assert await write_lookups(busy.spreadsheet) == LookupsReport()


@ON_SQLITE
async def test_a_column_has_a_warning_and_a_second_run_changes_nothing(busy: Shop, api: SheetsApi) -> None:
    protections = busy.operaciones.sheet.protected_ranges
    assert [one["warningOnly"] for one in protections] == [True] * len(SEEN)
    before, writes = contents(busy.book.sheets), api.count("write")
    for repair, adopt in ((False, False), (True, True)):
        assert await write_lookups(busy.spreadsheet, repair=repair, adopt=adopt) == LookupsReport()
    assert (contents(busy.book.sheets), api.count("write")) == (before, writes)
    assert busy.operaciones.sheet.protected_ranges == protections


@ON_SQLITE
async def test_a_lost_reply_costs_another_run_and_no_second_column(mirrored: Shop, api: SheetsApi) -> None:
    for name in SEEN:
        mirrored.operaciones.delete_columns(mirrored.operaciones.column(name))
    api.fail(reply_lost(), when="write")
    with pytest.raises(SheetUnavailableError):
        await write_lookups(mirrored.spreadsheet)
    assert await write_lookups(mirrored.spreadsheet) == LookupsReport()
    assert [name for name in mirrored.operaciones.rows()[0] if name in SEEN] == list(SEEN)


# Columns that are there already


@pytest.fixture
async def typed(busy: Shop) -> Shop:
    """Operaciones as another system left it: two columns with progress, an empty one, the tags to the right of them."""
    office = busy.operaciones
    for name in SEEN:
        office.delete_columns(office.column(name))
    office.insert_columns("A", 3, header="ocupado por")
    office.fill([["Armador", "Soldador"], ["LG(1)"], [""], ["LG(2)"]], "B1")
    office.set("A3", "nadie")
    return busy


@ON_SQLITE
async def test_columns_with_content_are_left_and_named_and_the_others_get_their_formula(typed: Shop) -> None:
    report = await write_lookups(typed.spreadsheet)
    assert sorted(report.with_content) == ["Armador", "Ocupado_Por"]
    assert sorted(report.written) == sorted(set(SEEN) - set(report.with_content))
    records = typed.operaciones.records()
    assert [record["Armador"] for record in records[:3]] == ["LG(1)", "", "LG(2)"]
    assert (await write_lookups(typed.spreadsheet)).written == []


@ON_SQLITE
async def test_an_adopted_column_stays_beside_its_formula_under_another_name(typed: Shop) -> None:
    report = await write_lookups(typed.spreadsheet, adopt=True)
    assert (sorted(report.with_content), sorted(report.written)) == (["Armador", "Ocupado_Por"], sorted(SEEN))
    headers = typed.operaciones.rows()[0]
    assert headers[:5] == ["Ocupado_Por", "Ocupado_Por (antes)", "Armador", "Armador (antes)", "Soldador"]
    records = typed.operaciones.records()
    assert [record["Armador (antes)"] for record in records[:3]] == ["LG(1)", "", "LG(2)"]
    assert records[1]["Ocupado_Por (antes)"] == "nadie"
    await typed.check_rows()
    before = contents(typed.book.sheets)
    assert await write_lookups(typed.spreadsheet, adopt=True, repair=True) == LookupsReport()
    assert contents(typed.book.sheets) == before


@ON_SQLITE
async def test_a_column_whose_formula_somebody_typed_over_or_cleared_gets_it_again(busy: Shop) -> None:
    last = busy.operaciones.column(SEEN[-1])
    busy.operaciones.set(f"{busy.operaciones.column(FIRST)}1", FIRST)
    busy.operaciones.set(f"{last}1", None)
    assert sorted((await write_lookups(busy.spreadsheet)).written) == sorted((FIRST, SEEN[-1]))
    assert busy.operaciones.column(SEEN[-1]) == last
    await busy.check_rows()


# Broken ones


async def broken_and_repaired(shop: Shop) -> None:
    """The report and the status name the broken columns, and `repair` makes each row show its spool."""
    report = await write_lookups(shop.spreadsheet)
    assert (report.written, FIRST in report.broken) == ([], True)
    shop.seconds.now += OUTLINE_AGE + 1
    await shop.until_done()
    named = (await shop.status()).broken
    assert sorted(name.split(" (")[0] for name in named.first) == sorted(report.broken)
    assert named.count == len(report.broken)
    repaired = await write_lookups(shop.spreadsheet, repair=True)
    assert sorted(repaired.written) == sorted(report.broken)
    await shop.check_rows()
    await shop.service.tomar(tomar(JUAN, tag="MK-5"))
    await shop.until_done()
    assert (await shop.status()).broken.count == 0


@ON_SQLITE
async def test_what_was_typed_below_a_formula_is_kept_beside_it_by_a_repair(busy: Shop) -> None:
    column = busy.operaciones.column(FIRST)
    busy.operaciones.set(f"{column}4", "a mano")
    assert busy.operaciones.cell(f"{column}1").value == "#REF!"
    await broken_and_repaired(busy)
    assert busy.operaciones.records()[2][f"{FIRST} (antes)"] == "a mano"


@ON_SQLITE
async def test_formulas_whose_worksheet_was_deleted_are_repaired(busy: Shop, spreadsheet: Spreadsheet) -> None:
    busy.taller.delete()
    await write_worksheets(busy.spreadsheet)
    busy._offices.clear()  # it is another worksheet now
    busy.mirror.look_again()
    await busy.until_done()
    await broken_and_repaired(busy)


@ON_SQLITE
async def test_formulas_whose_tags_were_deleted_are_repaired(busy: Shop) -> None:
    tags = [[row[0]] for row in busy.operaciones.rows()]
    busy.operaciones.delete_columns("A")
    busy.operaciones.insert_columns("A")
    busy.operaciones.fill(tags)
    await broken_and_repaired(busy)


def test_broken_columns_are_named_with_their_letters_and_errors_of_the_office_are_its_own() -> None:
    assert broken_columns([], []) == []
    header = ["TAG_SPOOL", "#REF!", "Soldador", "#REF!", "Peso"]
    formulas = ["TAG_SPOOL", formula_of("Armador", "A", "Taller"), "Soldador", "=#REF!&1", "Peso"]
    assert broken_columns([header], [formulas]) == ["Armador (B)"]
    below = ["MK-1", "", "#¡REF!", "#DIV/0!", "#DIV/0!", "#N/A"]
    assert broken_columns([header, below], [formulas]) == ["Armador (B)", "Soldador (C)"]


@pytest.mark.parametrize(
    "error",
    [
        "#REF! (Array result was not expanded because it would overwrite data in F7.)",
        "#N/A (Did not find value 'MK-1' in VLOOKUP evaluation.)",
        "#¡REF! (No existe la referencia.)",
    ],
)
def test_an_error_that_comes_with_its_reason_is_one_as_well(error: str) -> None:
    formulas = [["TAG_SPOOL", formula_of("Armador", "A", "Taller"), formula_of("Soldador", "A", "Taller")]]
    shows = [["TAG_SPOOL", error, "Soldador"], ["MK-1", "", error]]
    assert broken_columns(shows, formulas) == ["Armador (B)", "Soldador (C)"]


@ON_SQLITE
async def test_a_formula_that_stays_broken_costs_one_more_read_and_not_one_in_each_cycle(
    busy: Shop, api: SheetsApi
) -> None:
    async def reads() -> int:
        before = api.count("read")
        await busy.cycle()
        return api.count("read") - before

    usual = await reads()
    busy.operaciones.set(f"{busy.operaciones.column(FIRST)}4", "a mano")
    assert [await reads() for _ in range(3)] == [usual + 1, usual, usual]
    assert [name.split(" (")[0] for name in (await busy.status()).broken.first] == [FIRST]


# What stops it


@ON_SQLITE
@pytest.mark.parametrize(
    ("harm", "sheet", "reason"),
    [
        (lambda shop: shop.taller.delete(), "Taller", Defecto.HOJA_NO_EXISTE),
        (lambda shop: shop.operaciones.delete(), "Operaciones", Defecto.HOJA_NO_EXISTE),
        (lambda shop: shop.operaciones.set("A1", "Etiqueta"), "Operaciones", Defecto.FALTA_COLUMNA),
        (lambda shop: shop.operaciones.set("B1", "tag spool"), "Operaciones", Defecto.COLUMNA_REPETIDA),
    ],
    ids=["no Taller", "no Operaciones", "no tags", "tags twice"],
)
async def test_without_what_it_refers_to_nothing_is_written(
    mirrored: Shop, api: SheetsApi, harm: Callable[[Shop], None], sheet: str, reason: Defecto
) -> None:
    harm(mirrored)
    writes = api.count("write")
    with pytest.raises(SheetUnusableError) as refused:
        await write_lookups(mirrored.spreadsheet)
    assert (refused.value.details["sheet"], refused.value.details["reason"]) == (sheet, reason)
    assert api.count("write") == writes


@ON_SQLITE
async def test_a_worksheet_as_wide_as_its_headers_gets_the_columns_it_lacks(mirrored: Shop) -> None:
    book: Book = mirrored.book
    office = Office(book.sheet("Operaciones"))
    for name in SEEN:
        office.delete_columns(office.column(name))
    width = len(office.rows()[0])
    book.sheet("Operaciones").grid.resize(book.sheet("Operaciones").grid.row_count, width)
    office.insert_columns("A", header="Armador")
    office.set("A2", "LG(1)")
    await write_lookups(mirrored.spreadsheet, adopt=True)
    assert book.sheet("Operaciones").grid.column_count == width + 1 + len(SEEN)
