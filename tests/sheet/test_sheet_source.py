"""A plant out of a spreadsheet: whatever the office does to its worksheets, what is right loads, nothing is lost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.model import Avance, EstadoAvance, Inspeccion, Operacion, Resultado, Rol
from core.domain.reasons import Defecto
from core.domain.sheet_errors import SheetUnusableError
from core.plant.files import read_plant
from core.plant.reading import PlantReading
from core.sheet.plant import WORKSHEETS, find_worksheets, read_sheet_plant

SANTIAGO = ZoneInfo("America/Santiago")
OPERACIONES = ["TAG_SPOOL", "OT", "NV", "Fecha_Materiales", "Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura"]
OPERACIONES += ["Fecha_QC_Metrologia", "Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle"]
TRABAJADORES = ["Id", "Nombre", "Apellido", "Activo"]
ROLES = ["Id", "Rol", "Activo"]
PEOPLE = [TRABAJADORES, [93.0, "Miguel", "Rodríguez", True], [94.0, "Juan", "Pérez", True]]
SKILLS = [ROLES, [93.0, "Armador", True], [93.0, "Soldador", True], [94.0, "Armador", True]]
SPOOLS = [OPERACIONES, ["MK-1", 14102.0, "NV-1", 46024.0], ["MK-2"]]

Rows = Sequence[Sequence[object]]


def sheet(operaciones: Rows = SPOOLS, trabajadores: Rows = PEOPLE, roles: Rows = SKILLS) -> dict[str, Rows]:
    return {"Operaciones": operaciones, "Trabajadores": trabajadores, "Roles": roles}


def read(tables: dict[str, Rows] | None = None, **options: Any) -> PlantReading:
    return read_sheet_plant(sheet() if tables is None else tables, timezone=SANTIAGO, lock_ttl=3600, **options)


def tags(reading: PlantReading) -> list[str]:
    return [spool.tag_spool for spool in reading.plant.spools]


def named(reading: PlantReading) -> list[tuple[str, int, str, str]]:
    """Where each problem is, and what stands there."""
    return [(problem.file, problem.line, problem.column, problem.value) for problem in reading.problems]


def spool_row(**cells: object) -> list[object]:
    return [cells.get(column) for column in OPERACIONES]


# What is right


JOINTS: Rows = [
    ["TAG_SPOOL", "N_UNION", "DN_UNION", "TIPO_UNION"],
    ["MK-1", 2.0, 1.5, "BW"],
    ["MK-1", 1.0, "1 1/2", ""],
]


def test_the_worksheet_of_joints_is_read_where_there_is_one() -> None:
    plant = read({**sheet(), " uniones": JOINTS}).plant
    assert [(one.numero, one.dn, one.tipo) for one in plant.spools[0].uniones] == [(1, 1.5, ""), (2, 1.5, "BW")]
    assert plant.uniones_listed
    for nothing in ({}, {"Uniones": []}, {"Uniones": JOINTS[:1]}):
        assert not read({**sheet(), **nothing}).plant.uniones_listed


def test_a_worksheet_of_joints_without_a_column_refuses_the_whole_sheet() -> None:
    with pytest.raises(SheetUnusableError):
        read({**sheet(), "Uniones": [row[:3] for row in JOINTS]})


def test_a_good_sheet_is_read_whole() -> None:
    reading = read()
    assert reading.problems == ()
    first, second = reading.plant.spools
    assert (first.tag_spool, first.ot, first.nv, first.fecha_materiales) == ("MK-1", "14102", "NV-1", date(2026, 1, 2))
    assert (second.tag_spool, second.ot, second.fecha_materiales) == ("MK-2", "", None)
    miguel, juan = reading.plant.workers
    assert (miguel.worker_id, miguel.worker_nombre, miguel.roles) == (93, "MR(93)", {Rol.ARMADOR, Rol.SOLDADOR})
    assert (juan.worker_id, juan.activo, juan.roles) == (94, True, {Rol.ARMADOR})


def test_a_spool_starts_with_the_progress_of_its_row_also_when_dates_became_numbers() -> None:
    row = spool_row(
        TAG_SPOOL="MK-1",
        Fecha_Materiales=46024.0,
        Armador="MR(93)",
        Fecha_Armado="3 de enero de 2026",
        Soldador="JP(94)",
        Fecha_Soldadura=46026.75,
        Fecha_QC_Metrologia=46027,
    )
    [spool] = read(sheet([OPERACIONES, row])).plant.spools
    assert spool.arm == Avance(EstadoAvance.COMPLETADO, "MR(93)", date(2026, 1, 3))
    assert spool.sold == Avance(EstadoAvance.COMPLETADO, "JP(94)", date(2026, 1, 4))
    assert spool.inspeccion == Inspeccion(Resultado.APROBADO, fecha=date(2026, 1, 5))


def test_an_occupation_whose_instant_became_a_number_began_at_the_plants_time_of_day() -> None:
    row = spool_row(TAG_SPOOL="MK-1", Fecha_Materiales=46024, Ocupado_Por="MR(93)", Fecha_Ocupacion=46028 + 8.5 / 24)
    [spool] = read(sheet([OPERACIONES, row])).plant.spools
    assert spool.ocupacion is not None
    assert (spool.ocupacion.worker_id, spool.ocupacion.operacion) == (93, Operacion.ARM)
    assert spool.ocupacion.fecha_ocupacion == datetime(2026, 1, 6, 11, 30, tzinfo=UTC)
    assert spool.ocupacion.vence == datetime(2026, 1, 6, 12, 30, tzinfo=UTC)


def test_a_sheet_and_the_csv_files_it_was_saved_as_are_the_same_plant_with_the_same_problems(tmp_path: Path) -> None:
    operaciones = [*SPOOLS, ["MK-3", "", "", "mañana"], ["MK-1"], ["", "7"], ["MK-4", "#REF!"]]
    roles = [*SKILLS, [99.0, "Armador", True], [94, "Capataz", True]]
    files = {
        "operaciones": [OPERACIONES, ["MK-1", "14102", "NV-1", "02-01-2026"], *operaciones[2:]],
        "trabajadores": [TRABAJADORES, ["93.0", "Miguel", "Rodríguez", "TRUE"], ["94", "Juan", "Pérez", "VERDADERO"]],
        "roles": [[str(cell) for cell in row] for row in roles],
    }
    for name, rows in files.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    from_sheet = read(sheet(operaciones, PEOPLE, roles))
    from_files = read_plant(tmp_path, timezone=SANTIAGO, lock_ttl=3600)
    assert from_sheet.plant == from_files.plant
    assert [(problem.line, problem.column, problem.reason) for problem in from_sheet.problems] == [
        (problem.line, problem.column, problem.reason) for problem in from_files.problems
    ]
    assert len(from_sheet.problems) == 6


def test_worksheets_are_found_by_name_whatever_its_case_accents_and_spacing_and_others_are_not_looked_at() -> None:
    tables = {" OPERACIÓNES ": SPOOLS, "trabajadores": PEOPLE, "Roles.": SKILLS, "Notas": [["#REF!"]], "Metadata": []}
    assert read(tables).plant == read().plant
    assert find_worksheets(tables) == {
        "Operaciones": " OPERACIÓNES ",
        "Trabajadores": "trabajadores",
        "Roles": "Roles.",
    }


def test_a_problem_is_named_by_the_worksheets_own_title() -> None:
    tables = {"OPERACIONES 2026": [], "operaciónes": [*SPOOLS, ["MK-1"]], "Trabajadores": PEOPLE, "Roles": SKILLS}
    assert named(read(tables)) == [("operaciónes", 4, "TAG_SPOOL", "MK-1")]


@st.composite
def moved(draw: st.DrawFn, rows: Rows) -> list[list[object]]:
    """The same rows with their columns in another order, others inserted among them, and empty cells at the end cut."""
    width = len(rows[0])
    extra = draw(st.integers(0, 4))
    order = draw(st.permutations([*range(width), *range(-extra, 0)]))
    others = {-n: ["Peso (kg)", "Notas", "", None][n - 1] for n in range(1, extra + 1)}
    filling = st.sampled_from([None, "", "nota", 12.5, "#REF!", True])

    def cell(row: Sequence[object], place: int) -> object:
        if place < 0:
            return others[place] if row is rows[0] else draw(filling)
        return row[place] if place < len(row) else None

    drawn = [[cell(row, place) for place in order] for row in rows]
    for row in drawn[1:]:
        while row and row[-1] in {None, ""} and draw(st.booleans()):
            row.pop()
    return drawn


@given(moved(SPOOLS), moved(PEOPLE), moved(SKILLS))
def test_inserted_and_moved_columns_change_nothing(operaciones: Rows, trabajadores: Rows, roles: Rows) -> None:
    reading = read(sheet(operaciones, trabajadores, roles))
    assert reading.problems == ()
    assert reading.plant == read().plant


@given(st.lists(st.sampled_from([[], [None], [""] * 4, ["  "], [None, None, None, False]]), max_size=6), st.data())
def test_blank_rows_and_boxes_nobody_ticked_are_passed_over_and_rows_keep_their_numbers(
    blanks: list[list[object]], data: st.DataObject
) -> None:
    rows = [PEOPLE[1], PEOPLE[2], ["x", "Ana", "Rojas", True]]
    mixed = data.draw(st.permutations([*blanks, *rows]))
    reading = read(sheet(trabajadores=[TRABAJADORES, *mixed]))
    assert {worker.worker_id for worker in reading.plant.workers} == {93, 94}
    assert named(reading) == [("Trabajadores", mixed.index(rows[2]) + 2, "Id", "x")]


def test_a_formula_that_the_office_drew_far_below_the_last_row_makes_no_problems() -> None:
    header = [*OPERACIONES, "Peso total"]
    rows = [["MK-1", *[""] * 11, 12.5], *([[""] * 12 + [0.0]] * 500)]
    reading = read(sheet([header, *rows]))
    assert (tags(reading), reading.problems) == (["MK-1"], ())


# What is wrong with a row


@pytest.mark.parametrize(
    ("cells", "column", "value", "reason"),
    [
        ({"OT": 7}, "TAG_SPOOL", "", Defecto.VACIO),
        ({"TAG_SPOOL": "MK-1"}, "TAG_SPOOL", "MK-1", Defecto.REPETIDO),
        ({"TAG_SPOOL": 123.0}, "TAG_SPOOL", "123", Defecto.NUMERO_SIN_CEROS),
        ({"TAG_SPOOL": True}, "TAG_SPOOL", "TRUE", Defecto.ES_CASILLA),
        ({"TAG_SPOOL": "#REF!"}, "TAG_SPOOL", "#REF!", Defecto.ERROR_DE_FORMULA),
        ({"TAG_SPOOL": "MK-9", "OT": "#N/A"}, "OT", "#N/A", Defecto.ERROR_DE_FORMULA),
        ({"TAG_SPOOL": "#REF! (Lost.)"}, "TAG_SPOOL", "#REF! (Lost.)", Defecto.ERROR_DE_FORMULA),
        ({"TAG_SPOOL": "MK-9", "NV": "Loading..."}, "NV", "Loading...", Defecto.FORMULA_PENDIENTE),
        ({"TAG_SPOOL": "MK-9", "OT": 12.5}, "OT", "12.5", Defecto.NUMERO_CON_DECIMALES),
        ({"TAG_SPOOL": "MK-9", "Fecha_Materiales": "mañana"}, "Fecha_Materiales", "mañana", Defecto.NO_ES_FECHA),
        ({"TAG_SPOOL": "MK-9", "Fecha_Materiales": 2026}, "Fecha_Materiales", "2026", Defecto.NO_ES_FECHA),
        ({"TAG_SPOOL": "MK-9", "Fecha_Armado": True}, "Fecha_Armado", "TRUE", Defecto.NO_ES_FECHA),
        ({"TAG_SPOOL": "MK-9", "Armador": "#¡REF!"}, "Armador", "#¡REF!", Defecto.ERROR_DE_FORMULA),
        ({"TAG_SPOOL": "MK-9", "Estado_Detalle": "#NAME?"}, "Estado_Detalle", "#NAME?", Defecto.ERROR_DE_FORMULA),
        ({"TAG_SPOOL": "MK-9", "Ocupado_Por": "#N/A"}, "Ocupado_Por", "#N/A", Defecto.ERROR_DE_FORMULA),
        ({"TAG_SPOOL": "MK-9", "Ocupado_Por": 93.0}, "Ocupado_Por", "93", Defecto.NO_ES_INICIALES),
        (
            {"TAG_SPOOL": "MK-9", "Ocupado_Por": "MR(93)", "Fecha_Ocupacion": 0.5},
            "Fecha_Ocupacion",
            "0.5",
            Defecto.NO_ES_FECHA,
        ),
    ],
)
def test_a_bad_row_of_operaciones_is_named_and_left_out_while_the_rest_loads(
    cells: dict[str, object], column: str, value: str, reason: Defecto
) -> None:
    reading = read(sheet([OPERACIONES, ["MK-1"], spool_row(**cells), ["MK-10"]]))
    assert tags(reading) == ["MK-1", "MK-10"]
    assert named(reading) == [("Operaciones", 3, column, value)]
    assert reading.problems[0].reason is reason
    assert not reading.problems[0].kept


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ([None, "Ana", "Rojas", True], "Id", "", Defecto.NO_ES_TRABAJADOR),
        ([95.5, "Ana", "Rojas", True], "Id", "95.5", Defecto.NO_ES_TRABAJADOR),
        (["#N/A", "Ana", "Rojas", True], "Id", "#N/A", Defecto.ERROR_DE_FORMULA),
        ([95, None, "Rojas", True], "Nombre", "", Defecto.VACIO),
        ([95, "Ana", "Rojas", 2.0], "Activo", "2", Defecto.NO_ES_SI_NI_NO),
        (["94", "Ana", "Rojas", True], "Id", "94", Defecto.REPETIDO),
    ],
)
def test_a_bad_row_of_trabajadores_is_named_and_left_out_while_the_rest_loads(
    row: list[object], column: str, value: str, reason: Defecto
) -> None:
    reading = read(sheet(trabajadores=[*PEOPLE, row, [96.0, "Eva", "Soto", "Sí"]]))
    assert [worker.worker_id for worker in reading.plant.workers] == [93, 94, 96]
    assert named(reading) == [("Trabajadores", 4, column, value)]
    assert reading.problems[0].reason is reason


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ([99.0, "Armador", True], "Id", "99", Defecto.TRABAJADOR_DESCONOCIDO),
        ([None, "Armador", True], "Id", "", Defecto.NO_ES_TRABAJADOR),
        ([94, "#REF!", True], "Rol", "#REF!", Defecto.ERROR_DE_FORMULA),
        ([94, None, True], "Rol", "", Defecto.NO_ES_UNO_DE),
        ([94, "Soldador", "tal vez"], "Activo", "tal vez", Defecto.NO_ES_SI_NI_NO),
    ],
)
def test_a_bad_row_of_roles_is_named_and_left_out_while_the_rest_loads(
    row: list[object], column: str, value: str, reason: Defecto
) -> None:
    reading = read(sheet(roles=[*SKILLS, row, [94, "Ayudante", 1]]))
    assert reading.plant.workers[1].roles == {Rol.ARMADOR, Rol.AYUDANTE}
    assert named(reading) == [("Roles", 5, column, value)]
    assert reading.problems[0].reason is reason


def test_whoever_a_formulas_error_leaves_in_doubt_stays_as_the_ledger_knows_them() -> None:
    activo = read(sheet(trabajadores=[*PEOPLE, [95, "Ana", "Rojas", "#REF!"]])).plant
    assert (activo.doubtful_workers, activo.workers_incomplete) == ({95}, False)
    number = read(sheet(roles=[*SKILLS, ["#REF!", "Armador", True]])).plant
    assert (number.doubtful_workers, number.workers_incomplete) == (frozenset(), True)


def test_an_office_needs_no_column_of_the_shops() -> None:
    reading = read(sheet([OPERACIONES[:4], ["MK-1"]]))
    assert (tags(reading), reading.problems) == (["MK-1"], ())


def test_once_the_shop_writes_taller_what_its_columns_show_in_operaciones_is_not_read() -> None:
    header = [*OPERACIONES[:4], "#REF! (Array result was not expanded.)", "Armador", "Ocupado_Por", "Ocupado_Por"]
    rows = [["MK-1", "1", "", "", "", "#N/A", "MR(93)", "#REF!"], ["MK-2", "2", "", "", "LG(1)", "LG(1)"]]
    reading = read(sheet([header, *rows]), progress=False)
    assert reading.problems == ()
    assert [(spool.ot, spool.arm.worker_nombre, spool.ocupacion) for spool in reading.plant.spools] == [
        ("1", None, None),
        ("2", None, None),
    ]


# What is wrong with the whole


def refusal(tables: dict[str, Rows], **options: Any) -> SheetUnusableError:
    with pytest.raises(SheetUnusableError) as refused:
        read(tables, **options)
    assert (refused.value.error_code, refused.value.status) == ("SHEET_UNUSABLE", 422)
    return refused.value


@pytest.mark.parametrize("name", WORKSHEETS)
def test_a_worksheet_that_is_not_there_stops_the_pull(name: str) -> None:
    tables = sheet()
    del tables[name]
    assert refusal(tables).details == {"sheet": name, "reason": Defecto.HOJA_NO_EXISTE, "data": {}}


def test_two_worksheets_of_one_name_stop_the_pull() -> None:
    assert refusal({**sheet(), "ROLES ": SKILLS}).details["sheet"] == "Roles"


@pytest.mark.parametrize("name", WORKSHEETS)
@pytest.mark.parametrize("answer", [[], [[]], [["", None, " "]], [[], [], [None]], ()])
def test_an_empty_answer_stops_the_pull_also_of_a_new_plant(name: str, answer: Rows) -> None:
    error = refusal({**sheet(), name: answer}, may_be_empty=WORKSHEETS)
    assert error.details == {"sheet": name, "reason": Defecto.HOJA_VACIA, "data": {}}


@pytest.mark.parametrize("name", WORKSHEETS)
@pytest.mark.parametrize("blanks", [[], [[]], [[None, ""], [False, False]]])
def test_a_header_without_rows_stops_the_pull(name: str, blanks: Rows) -> None:
    tables = {**sheet(), name: [sheet()[name][0], *blanks]}
    assert refusal(tables).details["reason"] is Defecto.HOJA_SIN_FILAS
    others = set(WORKSHEETS) - {name}
    assert refusal(tables, may_be_empty=others).details["reason"] is Defecto.HOJA_SIN_FILAS


def test_a_new_plant_may_have_headers_and_no_rows() -> None:
    reading = read(sheet([OPERACIONES], [TRABAJADORES], [ROLES]), may_be_empty=WORKSHEETS)
    assert (reading.plant.spools, reading.plant.workers, reading.problems) == ((), (), ())


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("Operaciones", column) for column in ("TAG_SPOOL", "OT", "NV", "Fecha_Materiales")),
        *(("Trabajadores", column) for column in TRABAJADORES),
        *(("Roles", column) for column in ROLES),
    ],
)
@pytest.mark.parametrize("respelled", ["Columna 1", "", None, 7.0, "#REF!"])
def test_a_column_of_the_offices_that_lost_its_name_stops_the_pull(name: str, column: str, respelled: object) -> None:
    header, *rows = sheet()[name]
    renamed = [respelled if cell == column else cell for cell in header]
    error = refusal({**sheet(), name: [renamed, *rows]})
    assert error.details == {"sheet": name, "reason": Defecto.FALTA_COLUMNA, "data": {"column": column}}


def test_a_column_that_is_there_twice_stops_the_pull() -> None:
    error = refusal(sheet([[*OPERACIONES, "Tag Spool"], ["MK-1"]]))
    assert error.details["reason"] is Defecto.COLUMNA_REPETIDA
    assert error.details["data"] == {"column": "TAG_SPOOL"}


@pytest.mark.parametrize(
    ("name", "column"),
    [("Operaciones", "TAG_SPOOL"), ("Trabajadores", "Activo"), ("Roles", "Rol"), ("Roles", "Activo")],
)
def test_a_column_emptied_from_top_to_bottom_stops_the_pull(name: str, column: str) -> None:
    header, *rows = sheet()[name]
    place = list(header).index(column)
    emptied = [[None if at == place else cell for at, cell in enumerate([*row, "", ""])] for row in rows]
    error = refusal({**sheet(), name: [header, *emptied]})
    assert error.details == {"sheet": name, "reason": Defecto.COLUMNA_VACIA, "data": {"column": column}}


def test_nobody_active_is_no_empty_column() -> None:
    people = [TRABAJADORES, [93, "Miguel", "Rodríguez", False]]
    assert [worker.activo for worker in read(sheet(trabajadores=people)).plant.workers] == [False]
