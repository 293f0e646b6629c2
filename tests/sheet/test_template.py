"""The worksheets of an empty spreadsheet, written over HTTP; whatever has content there stays as it is."""

from collections.abc import Callable
from datetime import date

import pytest

from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet import metadata, taller
from core.sheet.pull import pull
from core.sheet.spreadsheet.client import Spreadsheet
from core.sheet.template import WorksheetsReport, write_worksheets
from tests.sheet.planilla import PLANILLA, contents
from tests.sheets_api import (
    EVERY_FAULT,
    SERVICE_ACCOUNT,
    Book,
    Office,
    ProtectedError,
    Sheet,
    SheetsApi,
    empty_values,
    formula,
    reply_lost,
)

HEADERS = {
    "Operaciones": ("TAG_SPOOL", "OT", "NV", "Fecha_Materiales"),
    "Trabajadores": ("Id", "Nombre", "Apellido", "Activo", "Idioma"),
    "Roles": ("Id", "Rol", "Activo"),
    "Uniones": ("TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION"),
    "Taller": (
        *("TAG_SPOOL", "Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura", "Fecha_QC_Metrologia"),
        *("Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle", "version", "seq", "Total_Uniones"),
        *("Uniones_ARM_Completadas", "Uniones_SOLD_Completadas", "Pulgadas_ARM", "Pulgadas_SOLD"),
    ),
    "Taller Uniones": (
        *("TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION", "Armador", "Fecha_Armado", "Soldador"),
        *("Fecha_Soldadura", "version"),
    ),
    "Metadata": (
        *("ID", "Timestamp", "Evento_Tipo", "TAG_SPOOL", "Worker_ID", "Worker_Nombre", "Operacion", "Accion"),
        *("Fecha_Operacion", "Metadata_JSON", "N_UNION"),
    ),
}
WHOLE = tuple(HEADERS)
SHOPS = WHOLE[3:]


@pytest.fixture
def new(api: SheetsApi) -> Book:
    """A spreadsheet as Google gives it to whoever makes a new one."""
    return api.add_book(PLANILLA)


def headers(book: Book) -> dict[str, tuple[object, ...]]:
    return {sheet.title: tuple(sheet.values()[0]) if sheet.values() else () for sheet in book.sheets}


def looks(book: Book) -> list[object]:
    """Everything about the spreadsheet that a second run could change."""
    return [
        (sheet.as_json(index), contents([sheet]), sheet.validations, sheet.formats, sheet.protected_ranges)
        for index, sheet in enumerate(book.sheets)
    ]


def rule_of(sheet: Sheet, header: str) -> dict[str, object]:
    """The validation of a column, from the row below the header to the grid's end."""
    at = HEADERS[sheet.title].index(header)
    span = {"sheetId": sheet.sheet_id, "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
    [rule] = [asked["rule"] for asked in sheet.validations if asked["range"] == span]
    return rule


async def test_a_new_spreadsheet_gets_its_worksheets_in_one_change_and_no_empty_one_is_left(
    new: Book, spreadsheet: Spreadsheet, api: SheetsApi
) -> None:
    assert await write_worksheets(spreadsheet) == WorksheetsReport(written=WHOLE, left=())
    assert headers(new) == HEADERS
    assert [request.operation for request in api.requests("write")] == ["spreadsheets.batchUpdate"]
    assert api.count() == 4


@pytest.mark.parametrize(("title", "locale"), [("Hoja 1", "es_CL"), ("Sheet1", "en_US"), ("Hoja1", "es_ES")])
async def test_the_only_worksheet_of_a_new_spreadsheet_becomes_operaciones(
    api: SheetsApi, spreadsheet: Spreadsheet, title: str, locale: str
) -> None:
    book = api.add_book(PLANILLA, {title: []}, locale=locale)
    only = book.sheets[0]
    await write_worksheets(spreadsheet)
    assert (book.titles, book.sheets[0]) == (list(WHOLE), only)


async def test_what_is_written_can_be_pulled_and_filled_as_an_office_does(
    new: Book, spreadsheet: Spreadsheet, ledger: Ledger, make_service: Callable[..., OccupationService]
) -> None:
    shop = make_service(ledger)
    await write_worksheets(spreadsheet)
    assert (await pull(shop, spreadsheet)).problems == ()
    assert await ledger.events(after=0, limit=10) == []
    for at, typed in {"A2": "00123", "B2": "007", "D2": "31-01-2026"}.items():
        Office(new.sheet("Operaciones")).type_in(at, typed)
    for at, typed in {"A2": "93", "B2": "Miguel", "D2": "VERDADERO"}.items():
        Office(new.sheet("Trabajadores")).type_in(at, typed)
    for at, typed in {"A2": "93", "B2": "Armador", "C2": "VERDADERO"}.items():
        Office(new.sheet("Roles")).type_in(at, typed)
    report = await pull(shop, spreadsheet)
    assert (report.problems, report.loaded.added, report.loaded.workers) == ((), 1, 1)
    spool = await shop.spool("00123")
    assert (spool.ot, spool.fecha_materiales) == ("007", date(2026, 1, 31))


async def test_header_rows_are_frozen_and_bold_and_worksheets_that_are_added_have_no_more_columns_than_headers(
    new: Book, spreadsheet: Spreadsheet
) -> None:
    await write_worksheets(spreadsheet)
    for sheet in new.sheets:
        assert sheet.grid_properties == {"frozenRowCount": 1}
        [asked] = [asked for asked in sheet.formats if "rows" in asked]
        bold = {cell["userEnteredFormat"]["textFormat"]["bold"] for cell in asked["rows"][0]["values"]}
        assert bold == {True}
        assert sheet.title == "Operaciones" or sheet.grid.column_count == len(HEADERS[sheet.title])


async def test_only_what_cannot_be_read_otherwise_is_validated_strictly(new: Book, spreadsheet: Spreadsheet) -> None:
    await write_worksheets(spreadsheet)
    rol = rule_of(new.sheet("Roles"), "Rol")
    listed = [{"userEnteredValue": name} for name in ("Armador", "Soldador", "Metrologia", "Supervisor", "Ayudante")]
    assert rol == {"condition": {"type": "ONE_OF_LIST", "values": listed}, "strict": True, "showCustomUi": True}
    for name in ("Trabajadores", "Roles"):
        assert rule_of(new.sheet(name), "Activo") == {"condition": {"type": "BOOLEAN"}, "strict": True}
    listed = [{"userEnteredValue": name} for name in ("es", "en")]
    idioma = {"condition": {"type": "ONE_OF_LIST", "values": listed}, "strict": False, "showCustomUi": True}
    assert rule_of(new.sheet("Trabajadores"), "Idioma") == idioma
    materiales = {"condition": {"type": "DATE_IS_VALID"}, "strict": False}
    assert rule_of(new.sheet("Operaciones"), "Fecha_Materiales") == materiales


async def test_only_the_service_account_and_the_proprietor_may_edit_the_shops_worksheets(
    new: Book, spreadsheet: Spreadsheet
) -> None:
    await write_worksheets(spreadsheet)
    for title in ("Taller", "Taller Uniones", "Metadata"):
        with pytest.raises(ProtectedError):
            Office(new.sheet(title)).set("A2", "a mano")
        Office(new.sheet(title), proprietor=True).set("A2", "a mano")
        [protection] = new.sheet(title).protected_ranges
        assert SERVICE_ACCOUNT in protection["editors"]["users"]
    for title in ("Operaciones", "Trabajadores", "Roles", "Uniones"):
        Office(new.sheet(title)).set("A2", "1")
        assert new.sheet(title).protected_ranges == []


async def test_a_worksheet_of_the_shops_that_lost_its_protection_gets_it_again(
    new: Book, spreadsheet: Spreadsheet
) -> None:
    await write_worksheets(spreadsheet)
    Office(new.sheet("Taller"), proprietor=True).set("A2", "MK-1")
    new.sheet("Taller").protected_ranges.clear()
    assert (await write_worksheets(spreadsheet)).written == ()
    with pytest.raises(ProtectedError):
        Office(new.sheet("Taller")).set("A2", "a mano")


async def test_running_it_twice_changes_nothing(new: Book, spreadsheet: Spreadsheet, api: SheetsApi) -> None:
    await write_worksheets(spreadsheet)
    before, writes = looks(new), api.count("write")
    assert await write_worksheets(spreadsheet) == WorksheetsReport(written=(), left=WHOLE)
    assert (looks(new), api.count("write")) == (before, writes)


async def test_running_it_again_after_a_lost_reply_finishes_what_was_done(
    new: Book, spreadsheet: Spreadsheet, api: SheetsApi
) -> None:
    api.fail(reply_lost(), when="write")
    with pytest.raises(SheetUnavailableError) as error:
        await write_worksheets(spreadsheet)
    assert error.value.doubtful
    assert await write_worksheets(spreadsheet) == WorksheetsReport(written=(), left=WHOLE)
    assert headers(new) == HEADERS


@pytest.mark.parametrize("name", ["status 429", "status 503", "dropped", "reset"])
async def test_a_change_that_was_not_applied_leaves_the_spreadsheet_as_it_was(
    new: Book, spreadsheet: Spreadsheet, api: SheetsApi, name: str
) -> None:
    before = looks(new)
    api.fail(EVERY_FAULT[name], when="write")
    with pytest.raises(SheetUnavailableError):
        await write_worksheets(spreadsheet)
    assert looks(new) == before


# What is there already


async def test_worksheets_with_content_are_left_and_the_missing_ones_are_added(
    api: SheetsApi, spreadsheet: Spreadsheet
) -> None:
    there = {"Notas": [["x"]], "operaciónes": [["Tag spool", "Mío"], ["MK-1", formula("=1", 1)]], "ROLES": [["?"]]}
    book = api.add_book(PLANILLA, there)
    before = looks(book)
    report = await write_worksheets(spreadsheet)
    assert report == WorksheetsReport(written=("Trabajadores", *SHOPS), left=("operaciónes", "ROLES"))
    assert looks(book)[:3] == before
    assert book.titles == ["Notas", "operaciónes", "ROLES", "Trabajadores", *SHOPS]
    assert headers(book)["Trabajadores"] == HEADERS["Trabajadores"]


@pytest.mark.parametrize(
    "content",
    [[["", "", formula("=Z1", "")]], [[False]], [[None]] * 900 + [[0]], [["", " "]]],
    ids=["formula", "box", "far below", "space"],
)
async def test_a_cell_anywhere_is_content_also_one_that_shows_nothing(
    api: SheetsApi, spreadsheet: Spreadsheet, content: list[list[object]]
) -> None:
    book = api.add_book(PLANILLA, {"Hoja 1": content, "Roles": content})
    before = looks(book)
    report = await write_worksheets(spreadsheet)
    assert report == WorksheetsReport(written=("Operaciones", "Trabajadores", *SHOPS), left=("Roles",))
    assert looks(book)[:2] == before


@pytest.mark.parametrize(("title", "rows"), [("Hoja 1", [["compras"], ["pan"]]), ("Borrador", [])])
async def test_a_default_worksheet_with_content_and_an_empty_one_with_a_name_of_its_own_are_left_as_they_are(
    api: SheetsApi, spreadsheet: Spreadsheet, title: str, rows: list[list[object]]
) -> None:
    book = api.add_book(PLANILLA, {title: rows})
    before = looks(book)
    assert (await write_worksheets(spreadsheet)).written == WHOLE
    assert book.titles == [title, *WHOLE]
    assert looks(book)[:1] == before


async def test_an_empty_worksheet_with_the_right_name_is_taken_and_keeps_its_name(
    api: SheetsApi, spreadsheet: Spreadsheet
) -> None:
    book = api.add_book(PLANILLA, {"OPERACIONES": [], "taller": []})
    book.sheet("OPERACIONES").grid.resize(40, 3)
    assert (await write_worksheets(spreadsheet)).written == WHOLE
    assert book.titles == ["OPERACIONES", "taller", "Trabajadores", "Roles", "Uniones", "Taller Uniones", "Metadata"]
    assert headers(book)["taller"] == HEADERS["Taller"]
    assert headers(book)["OPERACIONES"] == HEADERS["Operaciones"]
    assert book.sheet("OPERACIONES").grid.column_count == 4


async def test_a_template_that_was_cleared_by_hand_is_written_again(new: Book, spreadsheet: Spreadsheet) -> None:
    await write_worksheets(spreadsheet)
    for sheet in new.sheets:
        Office(sheet, proprietor=True).wipe()
    assert (await write_worksheets(spreadsheet)).written == WHOLE
    assert headers(new) == HEADERS


async def test_an_empty_answer_is_not_believed_at_once(api: SheetsApi, spreadsheet: Spreadsheet) -> None:
    book = api.add_book(PLANILLA, {"Operaciones": [["TAG_SPOOL"], ["MK-1"]], "Roles": [["Id"]]})
    before = looks(book)
    api.fail(empty_values(), when="values.batchGet")
    assert (await write_worksheets(spreadsheet)).left == ("Operaciones", "Roles")
    assert looks(book)[:2] == before


async def test_even_where_every_answer_is_empty_no_value_is_lost(api: SheetsApi, spreadsheet: Spreadsheet) -> None:
    rows = [["TAG_SPOOL", *["x"] * 20, formula("=1", 1)], ["MK-1", *["y"] * 24, "last column"]]
    book = api.add_book(PLANILLA, {"Operaciones": rows, "Hoja 1": rows})
    before = contents(book.sheets)
    api.fail(empty_values(), when="values.batchGet", times=None)
    await write_worksheets(spreadsheet)
    assert contents(book.sheets)["Operaciones"][1:] == before["Operaciones"]
    assert contents(book.sheets)["Hoja 1"] == before["Hoja 1"]
    assert book.overwritten_formulas == []


async def test_two_worksheets_of_one_name_stop_the_template_and_nothing_changes(
    api: SheetsApi, spreadsheet: Spreadsheet
) -> None:
    book = api.add_book(PLANILLA, {"Roles": [], "roles ": []})
    before = looks(book)
    with pytest.raises(SheetUnusableError) as error:
        await write_worksheets(spreadsheet)
    assert error.value.details["sheet"] == "Roles"
    assert looks(book) == before


async def test_the_ids_of_worksheets_that_are_there_are_taken(api: SheetsApi, spreadsheet: Spreadsheet) -> None:
    book = api.add_book(PLANILLA, {"Notas": [["x"]]})
    for sheet_id in (1, 2, 4):
        book.add_sheet(f"Otra {sheet_id}", sheet_id=sheet_id)
    await write_worksheets(spreadsheet)
    assert sorted(sheet.sheet_id for sheet in book.sheets) == [*range(11)]


def test_the_headers_are_those_the_rest_of_the_program_looks_for() -> None:
    assert HEADERS["Metadata"] == metadata.COLUMNS
    assert HEADERS["Taller"] == taller.COLUMNS
    assert HEADERS["Taller Uniones"] == taller.UNION_COLUMNS
