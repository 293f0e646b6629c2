"""Reading a plant's folder as offices really write it: however it is spelled, and whatever is wrong with a row."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import InvalidRequestError
from core.domain.model import Operacion, Rol, Spool
from core.domain.reasons import Defecto
from core.domain.rulebook.policy import Policy
from core.plant.reading import PlantReading, RowProblem
from tests.plant.plant_folders import OPERACIONES, PROGRESS, ROLES, TRABAJADORES, WriteFolder, read, tags


def test_a_good_folder_is_read_whole(folder: WriteFolder) -> None:
    reading = read(folder())
    assert reading.problems == ()
    assert reading.plant.spools == (
        Spool(tag_spool="MK-1", ot="001", nv="NV-1", fecha_materiales=date(2026, 1, 2)),
        Spool(tag_spool="MK-2", ot="002", nv="NV-2"),
    )
    miguel, juan = reading.plant.workers
    assert (miguel.worker_id, miguel.worker_nombre, miguel.nombre_completo) == (93, "MR(93)", "Miguel Rodríguez")
    assert miguel.roles == {Rol.ARMADOR, Rol.SOLDADOR}
    assert juan.roles == {Rol.ARMADOR}


@pytest.mark.parametrize(
    "operaciones",
    [
        "tag_spool,ot,nv,fecha_materiales\nMK-1,001,NV-1,02-01-2026\n",
        " TAG SPOOL , Ot ,N.V.,FECHA  MATERIALES\nMK-1,001,NV-1,02-01-2026\n",
        "Tag-Spool,ÓT,NV,Fecha_Matériales\nMK-1,001,NV-1,02/01/2026\n",
        "Fecha_Materiales,NV,TAG_SPOOL,OT\n2-1-2026,NV-1,MK-1,001\n",
        "Notas,TAG_SPOOL,Peso (kg),OT,NV,Fecha_Materiales,,\nx,MK-1,12.5,001,NV-1,2026-01-02,,\n",
        "TAG_SPOOL;OT;NV;Fecha_Materiales\nMK-1;001;NV-1;02-01-2026\n",
        "\ufeffTAG_SPOOL,OT,NV,Fecha_Materiales\nMK-1,001,NV-1,02-01-2026\n",
        "\ufeffTAG_SPOOL;OT;NV;Fecha_Materiales\r\nMK-1;001;NV-1;02-01-2026\r\n",
        '"TAG_SPOOL","OT","NV","Fecha_Materiales"\n"MK-1","001","NV-1","02-01-2026"\n',
        "TAG_SPOOL,OT,NV,Fecha_Materiales\n\n  MK-1  , 001 , NV-1 , 02-01-2026 \n,,,\n\n",
        "TAG_SPOOL,OT,NV,Fecha_Materiales\nMK-1,001,NV-1,02-01-2026",
    ],
    ids=[
        "lower case",
        "spacing",
        "accents",
        "another order",
        "extra columns",
        "semicolons",
        "BOM",
        "BOM, semicolons, CRLF",
        "quotes",
        "empty lines and blanks",
        "no last newline",
    ],
)
def test_the_same_plant_is_read_however_the_office_saved_it(folder: WriteFolder, operaciones: str) -> None:
    reading = read(folder(operaciones))
    assert reading.problems == ()
    assert reading.plant.spools == (Spool(tag_spool="MK-1", ot="001", nv="NV-1", fecha_materiales=date(2026, 1, 2)),)


def test_quoted_cells_keep_their_separators_and_quotes(folder: WriteFolder) -> None:
    reading = read(folder('TAG_SPOOL,OT,NV\n"MK-1,A","6"" x 2""","a;b"\n'))
    [spool] = reading.plant.spools
    assert (spool.tag_spool, spool.ot, spool.nv) == ("MK-1,A", '6" x 2"', "a;b")


def test_a_short_row_has_empty_cells_at_its_end(folder: WriteFolder) -> None:
    assert read(folder("TAG_SPOOL,OT,NV,Fecha_Materiales\nMK-1\n")).plant.spools == (Spool(tag_spool="MK-1"),)


def test_worker_numbers_as_spreadsheets_export_them_are_the_same_worker(folder: WriteFolder) -> None:
    reading = read(folder(trabajadores="Id,Nombre\n93.0,Miguel\n", roles="Id,Rol\n93,Armador\n"))
    assert [(worker.worker_id, worker.roles) for worker in reading.plant.workers] == [(93, {Rol.ARMADOR})]


def test_roles_are_known_without_accents_and_case(folder: WriteFolder) -> None:
    reading = read(folder(roles="Id,Rol\n93,METROLOGÍA\n93, supervisor \n"))
    assert reading.plant.workers[0].roles == {Rol.METROLOGIA, Rol.SUPERVISOR}
    assert reading.problems == ()


def test_inactive_roles_do_not_count_and_inactive_workers_are_kept_as_inactive(folder: WriteFolder) -> None:
    reading = read(
        folder(
            trabajadores="Id,Nombre,Apellido,Activo\n93,Miguel,Rodríguez,FALSE\n94,Juan,Pérez,TRUE\n",
            roles="Id,Rol,Activo\n93,Armador,TRUE\n94,Armador,no\n94,Soldador,x\n",
        )
    )
    miguel, juan = reading.plant.workers
    assert (miguel.activo, Policy().lets(miguel, Operacion.ARM)) == (False, False)
    assert (juan.activo, juan.roles) == (True, {Rol.SOLDADOR})


IDIOMA = "Id,Nombre,Apellido,Activo,Idioma\n"


def test_a_worker_may_have_a_language(folder: WriteFolder) -> None:
    reading = read(folder(trabajadores=f"{IDIOMA}93,Miguel,Rodríguez,Sí,\n94,Juan,Pérez,Sí,Inglés\n", roles="Id,Rol\n"))
    assert [(worker.worker_id, worker.idioma) for worker in reading.plant.workers] == [(93, ""), (94, "en")]
    assert reading.problems == ()


def test_without_the_column_nobody_has_a_language(folder: WriteFolder) -> None:
    assert {worker.idioma for worker in read(folder()).plant.workers} == {""}


def test_a_language_nobody_speaks_is_named_and_the_worker_is_known_all_the_same(folder: WriteFolder) -> None:
    reading = read(folder(trabajadores=f"{IDIOMA}93,Miguel,Rodríguez,Sí,klingon\n94,Juan,Pérez,Sí,es\n"))
    miguel, juan = reading.plant.workers
    assert (miguel.worker_id, miguel.idioma, miguel.roles) == (93, "", {Rol.ARMADOR, Rol.SOLDADOR})
    assert (juan.worker_id, juan.idioma) == (94, "es")
    assert_only_problem(reading, "trabajadores.csv", 2, "Idioma", "klingon", Defecto.NO_ES_IDIOMA)
    assert reading.problems[0].kept
    assert reading.plant.doubtful_workers == frozenset()


def test_a_row_with_a_worse_cell_is_left_out_for_that_one(folder: WriteFolder) -> None:
    reading = read(folder(trabajadores=f"{IDIOMA}93,Miguel,Rodríguez,quizás,klingon\n94,Juan,Pérez,Sí,es\n"))
    problems = [problem for problem in reading.problems if problem.file == "trabajadores.csv"]
    assert [(problem.column, problem.kept) for problem in problems] == [("Activo", False)]


GOOD = "MK-9,02-01-2026,,,,,,,,"


def test_a_spreadsheets_number_becomes_the_tag_on_the_label_and_is_named(folder: WriteFolder) -> None:
    reading = read(folder("TAG_SPOOL\n12345.0\nMK-1.0\n12345\n"))
    assert tags(reading) == ["12345", "MK-1.0"]
    number, repeated = reading.problems
    assert (number.line, number.value, number.reason, number.data, number.kept) == (
        *(2, "12345.0", Defecto.NUMERO_DE_PLANILLA, {"tag": "12345"}),
        True,
    )
    assert (repeated.line, repeated.reason) == (4, Defecto.REPETIDO)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (",02-01-2026,,,,,,,,", "TAG_SPOOL", "", Defecto.VACIO),
        ("X" * 65 + ",,,,,,,,,", "TAG_SPOOL", "X" * 65, Defecto.MUY_LARGO),
        ("MK\x07-1,,,,,,,,,", "TAG_SPOOL", "MK\x07-1", Defecto.CARACTERES_DE_CONTROL),
        ("MK-1,mañana,,,,,,,,", "Fecha_Materiales", "mañana", Defecto.NO_ES_FECHA),
        ("MK-1,31-02-2026,,,,,,,,", "Fecha_Materiales", "31-02-2026", Defecto.DIA_NO_EXISTE),
        ("MK-1,01-02-026,,,,,,,,", "Fecha_Materiales", "01-02-026", Defecto.NO_ES_FECHA),
        ("MK-1,,MR(93),?,,,,,,", "Fecha_Armado", "?", Defecto.NO_ES_FECHA),
        ("MK-1,,,,MR(93),?,,,,", "Fecha_Soldadura", "?", Defecto.NO_ES_FECHA),
        ("MK-1,,,,,,?,,,", "Fecha_QC_Metrologia", "?", Defecto.NO_ES_FECHA),
        ("MK-1,,,,,,,Miguel,02-01-2026 08:00:00,", "Ocupado_Por", "Miguel", Defecto.NO_ES_INICIALES),
        ("MK-1,,,,,,,MR(99),02-01-2026 08:00:00,", "Ocupado_Por", "MR(99)", Defecto.TRABAJADOR_DESCONOCIDO),
        ("MK-1,,,,,,,MR(93),,", "Fecha_Ocupacion", "", Defecto.OCUPADO_SIN_FECHA),
        ("MK-1,,,,,,,MR(93),02-01-2026 8h,", "Fecha_Ocupacion", "02-01-2026 8h", Defecto.NO_ES_FECHA_HORA),
        ("MK-1,,,,,,,MR(93),02-01-2026 25:00:00,", "Fecha_Ocupacion", "02-01-2026 25:00:00", Defecto.HORA_NO_EXISTE),
        (
            "MK-1,,MR(93),02-01-2026,MR(93),03-01-2026,,MR(93),04-01-2026 08:00:00,",
            "Ocupado_Por",
            "MR(93)",
            Defecto.SIN_OPERACION_ABIERTA,
        ),
        ("MK-9,,,,,,,,,", "TAG_SPOOL", "MK-9", Defecto.REPETIDO),
        ("mk\u20139,,,,,,,,,", "TAG_SPOOL", "mk\u20139", Defecto.REPETIDO),
        ("=A2,,,,,,,,,", "TAG_SPOOL", "=A2", Defecto.ES_FORMULA),
    ],
)
def test_a_bad_row_of_operaciones_is_named_and_left_out_while_the_rest_loads(
    folder: WriteFolder, row: str, column: str, value: str, reason: Defecto
) -> None:
    reading = read(folder(f"{PROGRESS}{GOOD}\n{row}\nMK-10,,,,,,,,,\n"))
    assert tags(reading) == ["MK-9", "MK-10"]
    assert_only_problem(reading, "operaciones.csv", 3, column, value, reason)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("abc,Ana,Rojas,Sí", "Id", "abc", Defecto.NO_ES_TRABAJADOR),
        ("0,Ana,Rojas,Sí", "Id", "0", Defecto.NO_ES_TRABAJADOR),
        (",Ana,Rojas,Sí", "Id", "", Defecto.NO_ES_TRABAJADOR),
        ("95,  ,Rojas,Sí", "Nombre", "", Defecto.VACIO),
        ("95,Ana,Rojas,quizás", "Activo", "quizás", Defecto.NO_ES_SI_NI_NO),
        ("94.0,Ana,Rojas,Sí", "Id", "94.0", Defecto.REPETIDO),
    ],
)
def test_a_bad_row_of_trabajadores_is_named_and_left_out_while_the_rest_loads(
    folder: WriteFolder, row: str, column: str, value: str, reason: Defecto
) -> None:
    reading = read(folder(trabajadores=f"{TRABAJADORES}{row}\n96,Eva,Soto,Sí\n"))
    assert [worker.worker_id for worker in reading.plant.workers] == [93, 94, 96]
    assert_only_problem(reading, "trabajadores.csv", 4, column, value, reason)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("99,Armador,Sí", "Id", "99", Defecto.TRABAJADOR_DESCONOCIDO),
        ("x,Armador,Sí", "Id", "x", Defecto.NO_ES_TRABAJADOR),
        ("94,Capataz,Sí", "Rol", "Capataz", Defecto.NO_ES_UNO_DE),
        ("94,,Sí", "Rol", "", Defecto.NO_ES_UNO_DE),
        ("94,Soldador,tal vez", "Activo", "tal vez", Defecto.NO_ES_SI_NI_NO),
    ],
)
def test_a_bad_row_of_roles_is_named_and_left_out_while_the_rest_loads(
    folder: WriteFolder, row: str, column: str, value: str, reason: Defecto
) -> None:
    reading = read(folder(roles=f"{ROLES}{row}\n94,Ayudante,Sí\n"))
    assert reading.plant.workers[1].roles == {Rol.ARMADOR, Rol.AYUDANTE}
    assert_only_problem(reading, "roles.csv", 5, column, value, reason)


def assert_only_problem(reading: PlantReading, file: str, line: int, column: str, value: str, reason: Defecto) -> None:
    [problem] = reading.problems
    assert (problem.file, problem.line, problem.column, problem.value) == (file, line, column, value)
    assert problem.reason is reason


def test_every_bad_row_is_named_by_file_and_line_in_order(folder: WriteFolder) -> None:
    reading = read(folder(OPERACIONES + "MK-1,,,\nMK-3,,,ayer\n", TRABAJADORES + "x,Ana,,\n", ROLES + "1,Armador,\n"))
    assert [(problem.file, problem.line) for problem in reading.problems] == [
        ("operaciones.csv", 4),
        ("operaciones.csv", 5),
        ("roles.csv", 5),
        ("trabajadores.csv", 4),
    ]
    assert tags(reading) == ["MK-1", "MK-2"]


def test_a_repeated_tag_keeps_its_first_row(folder: WriteFolder) -> None:
    reading = read(folder("TAG_SPOOL,OT\nMK-1,first\nMK-1,second\n"))
    assert [spool.ot for spool in reading.plant.spools] == ["first"]
    assert reading.problems == (
        RowProblem(
            file="operaciones.csv",
            line=3,
            column="TAG_SPOOL",
            value="MK-1",
            reason=Defecto.REPETIDO,
            data={"line": 2},
        ),
    )


@pytest.mark.parametrize(
    ("files", "field", "reason", "data"),
    [
        ({"operaciones": None}, "operaciones.csv", Defecto.NO_EXISTE, {}),
        ({"trabajadores": None}, "trabajadores.csv", Defecto.NO_EXISTE, {}),
        ({"roles": None}, "roles.csv", Defecto.NO_EXISTE, {}),
        ({"operaciones": "OT,NV\n1,2\n"}, "operaciones.csv", Defecto.FALTA_COLUMNA, {"column": "TAG_SPOOL"}),
        ({"trabajadores": "Apellido\nRojas\n"}, "trabajadores.csv", Defecto.FALTA_COLUMNA, {"column": "Id, Nombre"}),
        ({"roles": "Id,Cargo\n93,Armador\n"}, "roles.csv", Defecto.FALTA_COLUMNA, {"column": "Rol"}),
        ({"operaciones": ""}, "operaciones.csv", Defecto.FALTA_COLUMNA, {"column": "TAG_SPOOL"}),
        (
            {"operaciones": "TAG_SPOOL,Tag Spool\nA,B\n"},
            "operaciones.csv",
            Defecto.COLUMNA_REPETIDA,
            {"column": "TAG_SPOOL"},
        ),
        ({"operaciones": b"\x7fELF\x00\x01\x8d"}, "operaciones.csv", Defecto.CODIFICACION_DESCONOCIDA, {}),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(
    folder: WriteFolder, files: dict[str, Any], field: str, reason: Defecto, data: dict[str, str]
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        read(folder(**files))
    assert refused.value.details["field"] == field
    assert (refused.value.details["reason"], refused.value.details["data"]) == (reason, data)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        read(tmp_path / "nowhere")
    assert refused.value.details["value"] == str(tmp_path / "nowhere")
    assert refused.value.details["reason"] is Defecto.NO_EXISTE
