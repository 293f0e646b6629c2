"""A plant pulled out of the office's sheet, over HTTP into a ledger of each engine: whatever the office does there."""

from datetime import UTC, date, datetime

import pytest

from core.domain.model import PENDIENTE, Rol
from core.domain.policy import Policy
from core.domain.reasons import Defecto
from core.occupation import OccupationService
from core.plant.columns import letters
from core.sheet.client import Spreadsheet
from core.sheet.pull import NAMED_PROBLEMS, PullReport, pull
from core.sheet.pull_note import Problem, read_pull_note
from tests.asking import pausar, tomar
from tests.plants import MIGUEL
from tests.sheet.mirroring import Shop
from tests.sheet.planilla import (
    OPERACIONES,
    cell_of,
    contents,
)
from tests.sheets_api import Book, Office, SheetsApi, formula

HEADERS = [str(header) for header in OPERACIONES[0]]


async def tags(shop: OccupationService) -> list[str]:
    return sorted(spool.tag_spool for spool in (await shop.snapshot()).spools)


def named(report: PullReport) -> list[tuple[str, int, str, str]]:
    """Where each problem is, and what stands there."""
    return [(problem.sheet, problem.row, problem.column, problem.value) for problem in report.problems]


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
    assert operaciones.rows()[1][HEADERS.index("Fecha_Ocupacion")] == 46028 + 8.5 / 24
    assert (await pull(shop, spreadsheet)).problems == ()
    spool = await shop.spool("MK-1")
    assert spool.fecha_materiales == date(2026, 1, 2)
    assert spool.ocupacion is not None
    assert spool.ocupacion.fecha_ocupacion == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)


async def test_float_ids_are_the_whole_numbers_they_were(
    loaded: OccupationService, spreadsheet: Spreadsheet, trabajadores: Office, roles: Office
) -> None:
    trabajadores.fill([["93.0"], [94.0]], "A2")
    roles.fill([[93.0], ["93.0"], ["94"]], "A2")
    assert (await pull(loaded, spreadsheet)).loaded.event is None


async def test_inserted_and_reordered_columns_between_two_pulls_change_nothing(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office, trabajadores: Office, roles: Office
) -> None:
    operaciones.insert_columns("A", 2, header="Prioridad")
    operaciones.move_columns(operaciones.column("TAG_SPOOL"), before=operaciones.column("Ocupado_Por"))
    operaciones.move_columns(operaciones.column("NV"), before="A")
    trabajadores.insert_columns("B", header="Turno")
    trabajadores.set("B2", "Noche")
    roles.move_columns("C", before="A")
    report = await pull(loaded, spreadsheet)
    assert (report.loaded.event, report.problems) == (None, ())


async def test_headers_with_other_accents_case_and_spacing_are_the_same_columns(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office, trabajadores: Office
) -> None:
    for header, respelled in (("TAG_SPOOL", " Tag  spool:"), ("Fecha_Materiales", "FECHA MATERIÁLES"), ("OT", "O.T.")):
        operaciones.rename_header(header, respelled)
    trabajadores.fill([["ID ", "nombre", "APELLIDO", "¿Activo?"]])
    report = await pull(loaded, spreadsheet)
    assert (report.loaded.event, report.problems) == (None, ())


async def test_worksheets_that_were_moved_and_respelled_are_the_same_worksheets(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office, roles: Office, planilla: Book
) -> None:
    operaciones.rename(" OPERACIÓNES ")
    roles.rename("roles.")
    planilla.add_sheet("Notas d'hoy", index=0)
    planilla.sheets.reverse()
    assert (await pull(loaded, spreadsheet)).loaded.event is None


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "es_ES"])
async def test_the_locale_of_the_sheet_makes_no_difference(
    loaded: OccupationService, spreadsheet: Spreadsheet, planilla: Book, locale: str
) -> None:
    planilla.locale = locale
    report = await pull(loaded, spreadsheet)
    assert (report.loaded.event, report.problems) == (None, ())


async def test_rows_that_were_sorted_inserted_and_moved_are_the_same_spools(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    operaciones.insert_rows(3, 2)
    operaciones.sort("TAG_SPOOL", descending=True)
    operaciones.move_rows(2, before=5)
    assert (await pull(loaded, spreadsheet)).loaded.event is None


async def test_rows_that_come_while_the_sheet_is_read_are_not_cut_off(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, planilla: Book, trabajadores: Office
) -> None:
    planilla.sheet("Trabajadores").grid.resize(3, 4)
    api.before("values.batchGet", lambda _: trabajadores.insert_rows(2, 5))
    assert (await pull(loaded, spreadsheet)).loaded.event is None


# Rows that are wrong: named, and the rest loads


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"TAG_SPOOL": "MK-1"}, ("TAG_SPOOL", "MK-1", Defecto.REPETIDO)),
        ({"OT": "OT-5"}, ("TAG_SPOOL", "", Defecto.VACIO)),
        ({"TAG_SPOOL": 7}, ("TAG_SPOOL", "7", Defecto.NUMERO_SIN_CEROS)),
        ({"TAG_SPOOL": "MK-9", "Fecha_Materiales": "pronto"}, ("Fecha_Materiales", "pronto", Defecto.NO_ES_FECHA)),
        ({"TAG_SPOOL": "MK-9", "Fecha_Materiales": 2026}, ("Fecha_Materiales", "2026", Defecto.NO_ES_FECHA)),
        ({"TAG_SPOOL": "MK-9", "OT": formula("=X1", "#REF!")}, ("OT", "#REF!", Defecto.ERROR_DE_FORMULA)),
    ],
    ids=["duplicate tag", "empty tag", "number for a tag", "unreadable date", "year for a date", "formula error"],
)
async def test_a_bad_row_of_operaciones_is_named_and_the_rest_loads(
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    operaciones: Office,
    cells: dict[str, object],
    problem: tuple[str, str, str],
) -> None:
    operaciones.fill([[cells.get(header) for header in HEADERS], ["MK-10", *[None] * 13]], "A5")
    report = await pull(shop, spreadsheet)
    column, value, reason = problem
    assert named(report) == [("Operaciones", 5, column, value)]
    assert report.problems[0].reason == reason
    assert await tags(shop) == ["MK-1", "MK-10", "MK-2", "MK-3"]
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert (note.problems, note.problems_total, note.added) == (report.problems, 1, 4)


async def test_a_spool_whose_date_became_unreadable_keeps_the_day_the_ledger_has(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    operaciones.set(cell_of(operaciones, "MK-1", "Fecha_Materiales"), "#N/A")
    report = await pull(loaded, spreadsheet)
    assert named(report) == [("Operaciones", 2, "Fecha_Materiales", "#N/A")]
    assert (report.loaded.event, (await loaded.spool("MK-1")).fecha_materiales) == (None, date(2026, 1, 2))


async def test_a_worker_with_an_empty_id_is_named_and_nobody_is_dropped_for_it(
    loaded: OccupationService, spreadsheet: Spreadsheet, trabajadores: Office
) -> None:
    trabajadores.set("A3", None)
    report = await pull(loaded, spreadsheet)
    assert named(report) == [("Roles", 4, "Id", "94"), ("Trabajadores", 3, "Id", "")]
    assert (await loaded.worker(94)).roles == {Rol.ARMADOR}
    assert report.loaded.event is None


async def test_an_orphan_role_is_named_and_the_others_load(
    loaded: OccupationService, spreadsheet: Spreadsheet, roles: Office
) -> None:
    roles.fill([[404, "Armador", True], [94, "Supervisor", True]], "A5")
    report = await pull(loaded, spreadsheet)
    [problem] = report.problems
    assert problem == Problem(sheet="Roles", row=5, column="Id", value="404", reason=Defecto.TRABAJADOR_DESCONOCIDO)
    assert (await loaded.worker(94)).roles == {Rol.ARMADOR, Rol.SUPERVISOR}


async def test_whoever_a_formulas_error_leaves_in_doubt_keeps_what_they_may_do(
    loaded: OccupationService, spreadsheet: Spreadsheet, trabajadores: Office, roles: Office
) -> None:
    trabajadores.set("D2", formula("=X1", "#REF!"))
    roles.set("B4", formula("=X1", "#N/A"))
    report = await pull(loaded, spreadsheet)
    assert named(report) == [
        ("Roles", 2, "Id", "93"),
        ("Roles", 3, "Id", "93"),
        ("Roles", 4, "Rol", "#N/A"),
        ("Trabajadores", 2, "Activo", "#REF!"),
    ]
    assert report.loaded.event is None
    assert (await loaded.worker(93)).activo
    assert (await loaded.worker(94)).roles == {Rol.ARMADOR}


async def test_of_many_problems_the_note_names_the_first_and_counts_all(
    shop: OccupationService, planilla: Book, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    operaciones.fill([["MK-1", "x" * 5_000] for _ in range(NAMED_PROBLEMS + 5)], "A5")
    operaciones.fill([["y" * 5_000]], "A5")
    report = await pull(shop, spreadsheet)
    assert len(report.problems) == NAMED_PROBLEMS + 5
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert (len(note.problems), note.problems_total) == (NAMED_PROBLEMS, NAMED_PROBLEMS + 5)
    assert note.problems == report.problems[:NAMED_PROBLEMS]
    assert max(len(problem.value) for problem in note.problems) == 80


async def test_joints_that_the_office_changes_after_they_were_made_stay_and_are_named_in_no_row(
    loaded: OccupationService, planilla: Book, spreadsheet: Spreadsheet
) -> None:
    office = Office(planilla.add_sheet("uniones"))
    office.fill([["TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION"], ["MK-1", 1, 1.5, "BW"], ["MK-1", 2, 4, "BW"]])
    assert (await pull(loaded, spreadsheet)).loaded.updated == 1
    await loaded.tomar(tomar(MIGUEL, tag="MK-1"))
    await loaded.pausar(pausar(MIGUEL, "MK-1", uniones=(1,)))
    office.set("C2", 6)
    report = await pull(loaded, spreadsheet)
    assert named(report) == [("Uniones", 0, "N_UNION", "MK-1 1")]
    assert f"{(await loaded.spool('MK-1')).uniones[0].dn}" == "1.5"


async def test_columns_of_the_offices_own_come_with_their_spool_and_one_that_is_not_there_is_named(
    loaded: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
) -> None:
    policy = Policy(columnas=("peso", "Plano"))
    shop = OccupationService(loaded.ledger, timezone=loaded.timezone, policy=policy)
    report = await pull(shop, spreadsheet)
    assert (await shop.status("MK-1")).datos == {"peso": "12.5"}
    assert (report.loaded.updated, named(report)) == (2, [("Operaciones", 0, "Plano", "")])
    await shop.tomar(tomar(MIGUEL, tag="MK-1"))
    operaciones.set(cell_of(operaciones, "MK-1", "Peso"), 13)
    await pull(shop, spreadsheet)
    assert (await shop.status("MK-1")).cambios == {"peso": ("12.5", "13")}


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
