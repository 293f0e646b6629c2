"""Sheets that no plant can be pulled from: the pull says what is wrong, and all that was there is kept."""

import pytest

from core.domain.reasons import Defecto
from core.domain.sheet_errors import SheetUnusableError
from core.occupation import OccupationService
from core.sheet.pull import pull
from core.sheet.pull_note import read_pull_note
from core.sheet.spreadsheet.client import Spreadsheet
from tests.sheet.planilla import OPERACIONES, PLANILLA, ROLES, TRABAJADORES
from tests.sheets_api import Book, Office, SheetsApi, empty_values


async def refused(shop: OccupationService, spreadsheet: Spreadsheet, sheet: str, reason: Defecto, **data: str) -> None:
    """The pull is refused because of this worksheet, nothing changes, and the ledger remembers why."""
    before, last = await shop.snapshot(), await read_pull_note(shop.ledger)
    with pytest.raises(SheetUnusableError) as error:
        await pull(shop, spreadsheet)
    assert error.value.details == {"sheet": sheet, "reason": reason, "data": data}
    assert await shop.snapshot() == before
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert note.error == error.value.as_dict()
    assert note.failing_since == shop.ledger.now()
    kept = {"error": None, "failing_since": None}
    assert last is None or note.model_copy(update=kept) == last.model_copy(update=kept)


async def test_an_empty_reply_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
) -> None:
    assert len((await loaded.snapshot()).spools) == 3
    api.fail(empty_values(), when="values.batchGet")
    await refused(loaded, spreadsheet, "Operaciones", Defecto.HOJA_VACIA)
    assert (await pull(loaded, spreadsheet)).loaded.event is None


@pytest.mark.parametrize("worksheet", ["Operaciones", "Trabajadores", "Roles"])
async def test_a_worksheet_that_was_wiped_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, worksheet: str
) -> None:
    api.office(worksheet, book=PLANILLA).wipe()
    await refused(loaded, spreadsheet, worksheet, Defecto.HOJA_VACIA)


@pytest.mark.parametrize(("worksheet", "rows"), [("Operaciones", 3), ("Trabajadores", 2), ("Roles", 3)])
async def test_a_worksheet_whose_rows_are_all_gone_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, worksheet: str, rows: int
) -> None:
    api.office(worksheet, book=PLANILLA).delete_rows(2, rows)
    await refused(loaded, spreadsheet, worksheet, Defecto.HOJA_SIN_FILAS)


@pytest.mark.parametrize(
    ("worksheet", "header"),
    [("Operaciones", "TAG_SPOOL"), ("Operaciones", "Fecha_Materiales"), ("Trabajadores", "Activo"), ("Roles", "Rol")],
)
async def test_a_missing_required_column_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, worksheet: str, header: str
) -> None:
    office = api.office(worksheet, book=PLANILLA)
    office.delete_columns(office.column(header))
    await refused(loaded, spreadsheet, worksheet, Defecto.FALTA_COLUMNA, column=header)


async def test_a_header_that_is_there_twice_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    operaciones.rename_header("Peso", "tag spool")
    await refused(loaded, spreadsheet, "Operaciones", Defecto.COLUMNA_REPETIDA, column="TAG_SPOOL")


async def test_a_worksheet_that_was_deleted_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, roles: Office
) -> None:
    roles.delete()
    await refused(loaded, spreadsheet, "Roles", Defecto.HOJA_NO_EXISTE)


async def test_a_worksheet_that_is_there_twice_keeps_what_was_there(
    loaded: OccupationService, spreadsheet: Spreadsheet, planilla: Book
) -> None:
    planilla.add_sheet("ROLES")
    await refused(loaded, spreadsheet, "Roles", Defecto.HOJA_REPETIDA)


async def test_the_first_pull_of_all_remembers_why_it_was_refused(
    shop: OccupationService, planilla: Book, spreadsheet: Spreadsheet, roles: Office
) -> None:
    roles.delete()
    await refused(shop, spreadsheet, "Roles", Defecto.HOJA_NO_EXISTE)
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert (note.at, note.added, note.problems) == (None, 0, ())


@pytest.mark.parametrize(
    ("rows", "spools", "people"),
    [
        ({"Operaciones": [OPERACIONES[0]]}, 0, 2),
        ({"Roles": [ROLES[0]]}, 3, 2),
        ({"Trabajadores": [TRABAJADORES[0]], "Roles": [ROLES[0]]}, 3, 0),
        ({"Operaciones": [OPERACIONES[0]], "Trabajadores": [TRABAJADORES[0]], "Roles": [ROLES[0]]}, 0, 0),
    ],
)
async def test_a_new_plants_worksheets_may_have_headers_and_no_rows_as_long_as_nothing_of_theirs_is_known(
    shop: OccupationService,
    api: SheetsApi,
    spreadsheet: Spreadsheet,
    rows: dict[str, list[list[object]]],
    spools: int,
    people: int,
) -> None:
    whole = {"Operaciones": OPERACIONES, "Trabajadores": TRABAJADORES, "Roles": ROLES}
    api.add_book(PLANILLA, {**whole, **rows})
    await pull(shop, spreadsheet)
    snapshot = await shop.snapshot()
    assert (len(snapshot.spools), len(snapshot.workers)) == (spools, people)
    # Once they are filled, the same is a trouble.
    api.add_book(PLANILLA, whole)
    await pull(shop, spreadsheet)
    api.add_book(PLANILLA, {**whole, **rows})
    await refused(shop, spreadsheet, next(iter(rows)), Defecto.HOJA_SIN_FILAS)
