"""A plant pulled out of the office's sheet, over HTTP into a ledger of each engine: whatever the office does there."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from core.domain.model import PENDIENTE, Rol
from core.occupation import OccupationService
from core.plant.columns import letters
from core.sheet.pull import pull
from core.sheet.pull_note import read_pull_note
from core.sheet.spreadsheet.client import Spreadsheet
from tests.asking import tomar
from tests.plants import MIGUEL
from tests.sheet.mirroring import Shop
from tests.sheet.planilla import cell_of, contents
from tests.sheets_api import Book, Office, SheetsApi

Sheets = Callable[[str], Office]
"""The office at the worksheet of this title."""


async def test_a_sheet_is_loaded_whole_with_one_event_and_two_requests(
    shop: OccupationService, planilla: Book, spreadsheet: Spreadsheet, api: SheetsApi
) -> None:
    report = await pull(shop, spreadsheet)
    assert (report.loaded.added, report.loaded.updated, report.loaded.workers, report.problems) == (3, 0, 2, ())
    assert [request.operation for request in api.journal] == ["spreadsheets.get", "values.batchGet"]
    [event] = await shop.ledger.events(after=0, limit=10)
    assert (event.seq, event.evento_tipo, event.metadata["origen"]) == (1, "CARGAR_PLANTA", "planilla")
    spool = await shop.spool("MK-2")
    assert (spool.ot, spool.nv, spool.fecha_materiales) == ("1402", "NV-1", date(2026, 1, 3))
    assert (await shop.worker(93)).roles == {Rol.ARMADOR, Rol.SOLDADOR}
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert (note.at, note.seq, note.added, note.workers, note.problems_total) == (shop.ledger.now(), 1, 3, 2, 0)
    assert (note.error, note.failing_since) == (None, None)


async def test_a_sheet_that_says_what_the_ledger_has_leaves_no_event(
    loaded: OccupationService, spreadsheet: Spreadsheet
) -> None:
    before = await loaded.snapshot()
    report = await pull(loaded, spreadsheet)
    assert (report.loaded.event, report.loaded.unchanged) == (None, 3)
    assert await loaded.snapshot() == before
    note = await read_pull_note(loaded.ledger)
    assert note is not None
    assert (note.seq, note.added, note.unchanged) == (None, 0, 3)


async def test_what_the_office_changes_is_loaded_and_what_the_shop_did_is_kept(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    await loaded.tomar(tomar(MIGUEL, tag="MK-1"))
    operaciones.set(cell_of(operaciones, "MK-1", "OT"), "OT-9")
    operaciones.set(cell_of(operaciones, "MK-3", "Fecha_Materiales"), date(2026, 2, 1))
    operaciones.set(cell_of(operaciones, "MK-1", "Ocupado_Por"), "")
    report = await pull(loaded, spreadsheet)
    assert (report.loaded.added, report.loaded.updated, report.loaded.unchanged) == (0, 2, 1)
    assert (await loaded.spool("MK-1")).ot == "OT-9"
    assert (await loaded.status("MK-1")).ocupado_por == "MR(93)"
    assert (await loaded.spool("MK-3")).fecha_materiales == date(2026, 2, 1)


async def test_a_pull_never_writes_so_formulas_and_the_offices_other_columns_stay(
    loaded: OccupationService, spreadsheet: Spreadsheet, planilla: Book, api: SheetsApi
) -> None:
    before = contents(planilla.sheets)
    assert '=IF(G2="","","LISTO")' in before["Operaciones"][1]
    await pull(loaded, spreadsheet)
    assert contents(planilla.sheets) == before
    assert (planilla.overwritten_formulas, api.count("write")) == ([], 0)


async def test_progress_in_operaciones_counts_until_the_shop_wrote_its_own_worksheet(
    mirrored: Shop, spreadsheet: Spreadsheet
) -> None:
    shop = await mirrored.caught_up()
    office, column = shop.operaciones, shop.operaciones.column("Armador")
    row = len(office.rows()) + 1
    office.set(f"A{row}", "NUEVO")
    office.set(f"{column}{row}", "LG(1)")
    assert office.cell(f"{column}1").value == "#REF!"
    report = await pull(shop.service, spreadsheet)
    assert (report.loaded.added, report.problems) == (1, ())
    assert (await shop.service.spool("NUEVO")).arm == PENDIENTE


# What sheets and offices do to rows that are right


async def test_dates_that_turned_into_serial_numbers_are_the_days_and_instants_they_were(
    shop: OccupationService, planilla: Book, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    operaciones.set(cell_of(operaciones, "MK-1", "Fecha_Materiales"), 46024.0)
    operaciones.set(cell_of(operaciones, "MK-1", "Ocupado_Por"), "MR(93)")
    operaciones.set(cell_of(operaciones, "MK-1", "Fecha_Ocupacion"), datetime(2026, 1, 6, 8, 30, tzinfo=UTC))
    assert operaciones.records()[0]["Fecha_Ocupacion"] == 46028 + 8.5 / 24
    assert (await pull(shop, spreadsheet)).problems == ()
    spool = await shop.spool("MK-1")
    assert spool.fecha_materiales == date(2026, 1, 2)
    assert spool.ocupacion is not None
    assert spool.ocupacion.fecha_ocupacion == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)


def float_ids(sheets: Sheets) -> None:
    sheets("Trabajadores").fill([["93.0"], [94.0]], "A2")
    sheets("Roles").fill([[93.0], ["93.0"], ["94"]], "A2")


def columns_inserted_and_moved(sheets: Sheets) -> None:
    operaciones, trabajadores = sheets("Operaciones"), sheets("Trabajadores")
    operaciones.insert_columns("A", 2, header="Prioridad")
    operaciones.move_columns(operaciones.column("TAG_SPOOL"), before=operaciones.column("Ocupado_Por"))
    operaciones.move_columns(operaciones.column("NV"), before="A")
    trabajadores.insert_columns("B", header="Turno")
    trabajadores.set("B2", "Noche")
    sheets("Roles").move_columns("C", before="A")


def headers_with_other_accents_case_and_spacing(sheets: Sheets) -> None:
    for header, respelled in (("TAG_SPOOL", " Tag  spool:"), ("Fecha_Materiales", "FECHA MATERIÁLES"), ("OT", "O.T.")):
        sheets("Operaciones").rename_header(header, respelled)
    sheets("Trabajadores").fill([["ID ", "nombre", "APELLIDO", "¿Activo?"]])


def worksheets_moved_and_respelled(sheets: Sheets) -> None:
    book = sheets("Operaciones").book
    sheets("Operaciones").rename(" OPERACIÓNES ")
    sheets("Roles").rename("roles.")
    book.add_sheet("Notas d'hoy", index=0)
    book.sheets.reverse()


def rows_sorted_inserted_and_moved(sheets: Sheets) -> None:
    sheets("Operaciones").insert_rows(3, 2)
    sheets("Operaciones").sort("TAG_SPOOL", descending=True)
    sheets("Operaciones").move_rows(2, before=5)


@pytest.mark.parametrize(
    "act",
    [
        float_ids,
        columns_inserted_and_moved,
        headers_with_other_accents_case_and_spacing,
        worksheets_moved_and_respelled,
        rows_sorted_inserted_and_moved,
        *(
            pytest.param(lambda sheets, locale=locale: setattr(sheets("Roles").book, "locale", locale), id=locale)
            for locale in ("en_US", "de_DE", "es_ES")
        ),
    ],
)
async def test_what_says_the_same_otherwise_changes_nothing(
    loaded: OccupationService, planilla: Book, spreadsheet: Spreadsheet, act: Callable[[Sheets], None]
) -> None:
    act(lambda title: Office(planilla.sheet(title)))
    report = await pull(loaded, spreadsheet)
    assert (report.loaded.event, report.problems) == (None, ())


async def test_rows_that_come_while_the_sheet_is_read_are_not_cut_off(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, planilla: Book, trabajadores: Office
) -> None:
    planilla.sheet("Trabajadores").grid.resize(3, 4)
    api.before("values.batchGet", lambda _: trabajadores.insert_rows(2, 5))
    assert (await pull(loaded, spreadsheet)).loaded.event is None


async def test_the_office_holds_a_spool_back_by_a_cell_also_once_the_shop_has_its_own_worksheet(
    mirrored: Shop, spreadsheet: Spreadsheet
) -> None:
    shop = await mirrored.caught_up()
    office = shop.operaciones
    office.set(f"{letters(len(office.rows()[0]))}1", "RETENIDO")
    cell = cell_of(office, "MK-2", "RETENIDO")
    for motive in ("falta plano", ""):
        office.set(cell, motive)
        for _ in range(2):
            await pull(shop.service, spreadsheet)
        held = (await shop.service.spool("MK-2")).retencion
        assert (held.motivo if held else "") == motive
    assert [event.evento_tipo for event in await shop.service.history("MK-2")][-2:] == ["RETENER", "REANUDAR"]
    await mirrored.caught_up()
