"""A plant in whatever an office saves: CSV in any of its ways, and workbooks. What cannot be used is named."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from itertools import product
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.errors import InvalidRequestError
from core.domain.model import Avance, EstadoAvance
from core.domain.reasons import Defecto
from core.plant.files import open_plant
from core.plant.reading import PlantReading
from core.plant.tables import Source
from tests.plant.plant_folders import PROGRESS, WriteFolder, read, tags
from tests.processes import TIMEZONE

FILES = Path(__file__).parent / "files"
"""Workbooks in formats that no library at hand writes: the plant of PEOPLE and SPOOLS with a title."""
HEADER = ("TAG_SPOOL", "OT", "NV", "Fecha_Materiales", "Notas")
SPOOLS = (HEADER, ("MK-1", "1", "Ñuñoa", "02-01-2026", 'codo 6", "T"; dos\nlíneas'), ("MK-2", "2", "NV-2", "", ""))
PEOPLE = {
    "Trabajadores": (("Id", "Nombre", "Apellido", "Activo"), (93, "Miguel", "Rodríguez", "Sí")),
    "Roles": (("Id", "Rol"), (93, "Armador")),
}
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}
LAYOUTS: dict[str, Callable[[str], str]] = {
    "bare": lambda _: "",
    "separator named": lambda separator: f"sep={separator}\r\n",
    "titles": lambda separator: f"Planta Norte; operaciones, 2026\r\n\r\n{separator * 4}\r\n",
}

Rows = Sequence[Sequence[object]]


def csv_text(rows: Rows, separator: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("codec", CODECS)
def test_a_csv_file_is_read_the_same_in_each_encoding_with_each_separator_and_below_any_title(
    tmp_path: Path, codec: str
) -> None:
    expected = None
    for separator, layout in product(",;\t", LAYOUTS):
        above = LAYOUTS[layout](separator)
        file = tmp_path / "spools.csv"
        file.write_bytes((above + csv_text(SPOOLS, separator)).encode(codec))
        reading = read(file)
        assert reading.problems == (), (separator, layout)
        expected = expected or reading.plant
        assert reading.plant == expected, (separator, layout)
        line = above.count("\n") + 1
        assert reading.sources == (
            Source(file="spools.csv", line=line, separator=separator, encoding=NAMES.get(codec, "UTF-16")),
        )
    assert expected is not None
    assert [(spool.tag_spool, spool.nv, spool.fecha_materiales) for spool in expected.spools] == [
        ("MK-1", "Ñuñoa", date(2026, 1, 2)),
        ("MK-2", "NV-2", None),
    ]


def test_a_problem_is_named_by_the_first_line_of_its_row_below_titles_and_cells_of_several_lines(
    tmp_path: Path,
) -> None:
    file = tmp_path / "spools.csv"
    file.write_text('Planta\n\nNotas;TAG_SPOOL;Fecha_Materiales\n"a\nb";MK-1;\n"c\nd";MK-2;ayer\n', encoding="utf-8")
    [problem] = read(file).problems
    assert (problem.file, problem.line, problem.column, problem.value) == ("spools.csv", 6, "Fecha_Materiales", "ayer")


def test_unclosed_quotes_cost_their_own_lines_and_no_row_between_them(folder: WriteFolder) -> None:
    lines = ["TAG_SPOOL,OT", 'A-1,"6 pulgadas', "A-2,2", 'A-3,"dos\nlíneas"', 'A-4,"x', "A-5,5", ""]
    reading = read(folder("\n".join(lines)))
    broken = [each.line for each in reading.problems if each.reason is Defecto.COMILLAS_SIN_CERRAR]
    assert broken == [2, 6]
    assert tags(reading) == ["A-2", "A-5"]
    assert len(reading.problems) == 3


# Workbooks


def workbook(path: Path, sheets: dict[str, Rows], *, above: int = 0, left: int = 0) -> Path:
    """A workbook of these worksheets, with a title over merged cells in the first of the rows `above`."""
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            if above:
                sheet.merge_range(0, left, 0, left + 3, "Planta Norte")
            for at, row in enumerate(rows, start=above):
                for column, cell in enumerate(row, start=left):
                    if isinstance(cell, (date, time)):
                        sheet.write_datetime(at, column, cell, day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        formula, _, value = cell.partition(" -> ")
                        sheet.write_formula(at, column, formula, None, float(value) if value.isdigit() else value)
                    else:
                        sheet.write(at, column, cell)
    return path


@pytest.mark.parametrize("day", ["02-01-2026", "2/1/26", "2026-01-02", "46024", "46024.5", 46024, date(2026, 1, 2)])
def test_a_day_is_the_same_however_the_office_writes_it(tmp_path: Path, day: object) -> None:
    sheets = {"Operaciones": (HEADER[:4], ("MK-1", 7.0, "NV-1", day)), **PEOPLE}
    reading = read(workbook(tmp_path / "planta.xlsx", sheets))
    assert reading.problems == ()
    [spool] = reading.plant.spools
    assert (spool.ot, spool.fecha_materiales) == ("7", date(2026, 1, 2))
    assert [worker.worker_nombre for worker in reading.plant.workers] == ["MR(93)"]


@pytest.mark.parametrize(("above", "left"), [(0, 0), (3, 0), (2, 2)])
def test_a_worksheet_is_found_by_name_and_its_header_below_merged_titles_and_beside_empty_columns(
    tmp_path: Path, above: int, left: int
) -> None:
    rows = (HEADER[:4], ("=A9 -> MK-1", "=1+1 -> 2", "NV", datetime(2026, 1, 2, 8, 30)), ("MK-2", "", "", "ayer"))  # noqa: DTZ001
    file = workbook(tmp_path / "libro.xlsx", {" operaciónes": rows, "Otra": (), **PEOPLE}, above=above, left=left)
    reading = read(file)
    assert [(spool.tag_spool, spool.ot, spool.fecha_materiales) for spool in reading.plant.spools] == [
        ("MK-1", "2", date(2026, 1, 2))
    ]
    [problem] = reading.problems
    assert (problem.file, problem.line, problem.value) == ("libro.xlsx:  operaciónes", above + 3, "ayer")
    assert reading.sources[0] == Source(file="libro.xlsx", line=above + 1, worksheet=" operaciónes")


def test_an_occupation_in_a_workbook_began_at_its_very_second(tmp_path: Path) -> None:
    header = ("TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion")
    since = datetime(2026, 1, 6, 8, 30, 59)  # noqa: DTZ001
    reading = read(workbook(tmp_path / "planta.xlsx", {"Operaciones": (header, ("MK-1", "MR(93)", since)), **PEOPLE}))
    [spool] = reading.plant.spools
    assert spool.ocupacion is not None
    assert f"{spool.ocupacion.fecha_ocupacion:%H:%M:%S}" == "11:30:59"


@pytest.mark.parametrize(
    ("cell", "column", "reason"),
    [
        (date(2026, 1, 2), "TAG_SPOOL", Defecto.ES_FECHA),
        (123, "TAG_SPOOL", Defecto.NUMERO_SIN_CEROS),
        (date(2026, 1, 2), "OT", Defecto.ES_FECHA),
        (time(8, 5), "Fecha_Materiales", Defecto.NO_ES_FECHA),
        (date(1969, 12, 31), "Fecha_Materiales", Defecto.NO_ES_FECHA),
        ("40426", "Fecha_Materiales", Defecto.FECHA_AMBIGUA),
        ("03-04-98", "Fecha_Materiales", Defecto.FECHA_AMBIGUA),
    ],
)
def test_a_cell_that_a_spreadsheet_may_have_changed_is_named(
    tmp_path: Path, cell: object, column: str, reason: Defecto
) -> None:
    row = {"TAG_SPOOL": "MK-1", column: cell}
    sheets = {"Operaciones": (HEADER[:4], [row.get(name, "") for name in HEADER[:4]]), **PEOPLE}
    [problem] = read(workbook(tmp_path / "planta.xlsx", sheets)).problems
    assert (problem.column, problem.reason) == (column, reason)


@pytest.mark.parametrize("name", ["planta.xls", "planta.ods"])
def test_other_formats_of_workbooks_are_read_as_well(name: str) -> None:
    reading = read(FILES / name)
    assert reading.problems == ()
    assert [(spool.tag_spool, spool.ot, spool.fecha_materiales) for spool in reading.plant.spools] == [
        ("MK-1", "1", date(2026, 1, 2)),
        ("MK-2", "2", None),
    ]
    assert [worker.worker_id for worker in reading.plant.workers] == [93, 94]


def test_a_text_named_like_a_workbook_is_read_as_the_text_that_it_is(tmp_path: Path) -> None:
    file = tmp_path / "export.xls"
    file.write_bytes(csv_text(SPOOLS, "\t").encode("utf-16"))
    assert tags(read(file)) == ["MK-1", "MK-2"]


def test_a_folder_may_mix_csv_files_and_workbooks_and_has_other_files(tmp_path: Path) -> None:
    workbook(tmp_path / "Operaciones.xlsx", {"Hoja1": SPOOLS})
    workbook(tmp_path / "ROLES.xlsx", {"Notas": (), "Roles": PEOPLE["Roles"]})
    (tmp_path / "trabajadores.txt").write_bytes(csv_text(PEOPLE["Trabajadores"], "\t").encode("cp1252"))
    (tmp_path / "~$Operaciones.xlsx").write_bytes(b"locked")
    (tmp_path / "operaciones.pdf").write_bytes(b"%PDF")
    reading = read(tmp_path)
    assert (tags(reading), reading.problems) == (["MK-1", "MK-2"], ())
    assert [worker.nombre_completo for worker in reading.plant.workers] == ["Miguel Rodríguez"]


def test_without_people_the_plant_has_none_and_rows_may_name_those_of_the_ledger(folder: WriteFolder) -> None:
    whole = read(folder())
    files = open_plant(folder(PROGRESS + "MK-1,,MR(93),,,,,,,\n", None, None))
    assert not files.has_people
    known = files.read(timezone=TIMEZONE, lock_ttl=0, workers=whole.plant.workers)
    assert (known.plant.workers, known.problems) == ((), ())
    [problem] = files.read(timezone=TIMEZONE, lock_ttl=0).problems
    assert problem.reason is Defecto.NADIE_CONOCIDO


UNUSABLE: dict[str, tuple[Callable[[Path], Path], str, Defecto]] = {
    "damaged": (lambda path: saved(path / "a.xlsx", b"PK\x03\x04 and no more"), "a.xlsx", Defecto.LIBRO_DANADO),
    "a web page": (lambda path: saved(path / "a.xls", b"\n<html><table>"), "a.xls", Defecto.ES_PAGINA),
    "a picture": (
        lambda path: saved(path / "a.csv", b"\x89PNG\r\n\x00\x00\x81"),
        "a.csv",
        Defecto.CODIFICACION_DESCONOCIDA,
    ),
    "no header": (lambda path: saved(path / "a.csv", b"MK-1;2\n"), "a.csv", Defecto.FALTA_COLUMNA),
    "empty": (lambda path: saved(path / "a.csv", b""), "a.csv", Defecto.FALTA_COLUMNA),
    "no worksheet": (
        lambda path: workbook(path / "a.xlsx", {"Hoja1": SPOOLS}),
        "a.xlsx: Operaciones",
        Defecto.FALTA_HOJA,
    ),
    "people without roles": (
        lambda path: workbook(path / "a.xlsx", {"Operaciones": SPOOLS, "Trabajadores": PEOPLE["Trabajadores"]}),
        "a.xlsx: Roles",
        Defecto.FALTA_HOJA,
    ),
    "two worksheets": (
        lambda path: workbook(path / "a.xlsx", {"Operaciones": SPOOLS, "Operaciónes ": SPOOLS}),
        "a.xlsx: Operaciones",
        Defecto.HOJA_REPETIDA,
    ),
    "an empty worksheet": (
        lambda path: workbook(path / "a.xlsx", {"Operaciones": ()}),
        "a.xlsx: Operaciones",
        Defecto.HOJA_VACIA,
    ),
}


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_or_worksheet_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path, case: str) -> None:
    make, field, reason = UNUSABLE[case]
    with pytest.raises(InvalidRequestError) as refused:
        open_plant(make(tmp_path))
    assert (refused.value.details["field"], refused.value.details["reason"]) == (field, reason)


def test_two_files_for_one_table_are_refused(folder: WriteFolder) -> None:
    plant = folder()
    (plant / "Operaciones.txt").write_text("TAG_SPOOL\n", encoding="utf-8")
    with pytest.raises(InvalidRequestError) as refused:
        open_plant(plant)
    assert refused.value.details["data"] == {"files": "Operaciones.txt, operaciones.csv"}


# Days that can be read in two ways


def fechas(folder: WriteFolder, *days: str) -> PlantReading:
    rows = "".join(f"MK-{at},{day}\n" for at, day in enumerate(days, start=1))
    return read(folder(f"TAG_SPOOL,Fecha_Materiales\n{rows}"))


def test_where_the_month_comes_first_no_date_that_can_be_read_both_ways_is_believed(folder: WriteFolder) -> None:
    reading = fechas(folder, "04/25/2026", "04/03/2026", "2026-04-03", "05/05/2026", "3 de abril de 2026", "46115", "")
    assert [(each.line, each.reason) for each in reading.problems] == [
        (2, Defecto.MES_PRIMERO),
        (3, Defecto.FECHA_AMBIGUA),
    ]
    assert tags(reading) == ["MK-3", "MK-4", "MK-5", "MK-6", "MK-7"]


def test_one_slip_among_many_dates_with_the_day_first_costs_its_own_row(folder: WriteFolder) -> None:
    reading = fechas(folder, "04-25-2026", "04-03-2026", *["25-04-2026"] * 11)
    assert [(each.line, each.reason) for each in reading.problems] == [(2, Defecto.MES_PRIMERO)]
    assert reading.plant.spools[0].fecha_materiales == date(2026, 3, 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(st.dates(date(2000, 1, 1), date(2069, 12, 31)), min_size=1, max_size=12))
def test_dates_written_month_first_are_right_or_named_and_never_another_day(
    folder: WriteFolder, days: list[date]
) -> None:
    """As long as one of them tells that the month comes first."""
    reading = fechas(folder, *(f"{day:%m/%d/%Y}" for day in (date(2026, 1, 31), *days)))
    meant = {f"MK-{at}": day for at, day in enumerate(days, start=2)}
    assert all(meant[spool.tag_spool] == spool.fecha_materiales for spool in reading.plant.spools)
    assert len(reading.plant.spools) + reading.left_out == len(days) + 1


# Who did it


def test_progress_that_names_nobody_and_a_date_without_a_person_are_reported_and_kept(folder: WriteFolder) -> None:
    rows = "MK-1,,XX(404),03-01-2026,,,,,,\nMK-2,,Miguel,,,,,,,\nMK-3,,,03-01-2026,,,,,,\nMK-4,,MR(93),,,,,,,\n"
    reading = read(folder(PROGRESS + rows))
    assert [(each.line, each.column, each.reason, each.kept) for each in reading.problems] == [
        (2, "Armador", Defecto.NADIE_CONOCIDO, True),
        (3, "Armador", Defecto.NADIE_CONOCIDO, True),
        (4, "Fecha_Armado", Defecto.FECHA_SIN_PERSONA, True),
    ]
    assert reading.left_out == 0
    assert [spool.arm for spool in reading.plant.spools] == [
        Avance(EstadoAvance.COMPLETADO, "XX(404)", date(2026, 1, 3)),
        Avance(EstadoAvance.PAUSADO, "Miguel"),
        Avance(EstadoAvance.COMPLETADO, None, date(2026, 1, 3)),
        Avance(EstadoAvance.PAUSADO, "MR(93)"),
    ]
