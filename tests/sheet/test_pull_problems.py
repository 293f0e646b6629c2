"""Rows of the office that are wrong are named where they stand, and the rest of the plant loads."""

from datetime import date

import pytest

from core.domain.model import Rol
from core.domain.reasons import Defecto
from core.domain.rulebook.policy import Policy
from core.occupation import OccupationService
from core.sheet.pull import NAMED_PROBLEMS, PullReport, pull
from core.sheet.pull_note import Problem, read_pull_note
from core.sheet.spreadsheet.client import Spreadsheet
from tests.asking import pausar, tomar
from tests.plants import MIGUEL
from tests.sheet.planilla import OPERACIONES, cell_of
from tests.sheets_api import Book, Office, formula

HEADERS = [str(header) for header in OPERACIONES[0]]


async def tags(shop: OccupationService) -> list[str]:
    return sorted(spool.tag_spool for spool in (await shop.snapshot()).spools)


def named(report: PullReport) -> list[tuple[str, int, str, str]]:
    """Where each problem is, and what stands there."""
    return [(problem.sheet, problem.row, problem.column, problem.value) for problem in report.problems]


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


async def test_an_orphan_role_is_named_and_the_others_load(
    loaded: OccupationService, spreadsheet: Spreadsheet, roles: Office
) -> None:
    roles.fill([[404, "Armador", True], [94, "Supervisor", True]], "A5")
    report = await pull(loaded, spreadsheet)
    [problem] = report.problems
    assert problem == Problem(sheet="Roles", row=5, column="Id", value="404", reason=Defecto.TRABAJADOR_DESCONOCIDO)
    assert (await loaded.worker(94)).roles == {Rol.ARMADOR, Rol.SUPERVISOR}


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        ({("Trabajadores", "A3"): None}, [("Roles", 4, "Id", "94"), ("Trabajadores", 3, "Id", "")]),
        (
            {("Trabajadores", "D2"): formula("=X1", "#REF!"), ("Roles", "B4"): formula("=X1", "#N/A")},
            [
                *(("Roles", 2, "Id", "93"), ("Roles", 3, "Id", "93"), ("Roles", 4, "Rol", "#N/A")),
                ("Trabajadores", 2, "Activo", "#REF!"),
            ],
        ),
    ],
    ids=["an empty id", "formulas' errors"],
)
async def test_whoever_a_bad_row_leaves_in_doubt_keeps_what_they_may_do(
    loaded: OccupationService,
    spreadsheet: Spreadsheet,
    planilla: Book,
    cells: dict[tuple[str, str], object],
    problems: list[tuple[str, int, str, str]],
) -> None:
    for (title, at), value in cells.items():
        Office(planilla.sheet(title)).set(at, value)
    report = await pull(loaded, spreadsheet)
    assert (named(report), report.loaded.event) == (problems, None)
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
