"""Reading the table of joints as offices write it: a bad row is named and left out, and removes no joint."""

import pytest

from core.domain.reasons import Defecto
from core.domain.writing.tags import identity
from core.plant.reading import PlantReading
from tests.plant.plant_folders import OPERACIONES, WriteFolder, read
from tests.plants import joint

HEADER = "TAG_SPOOL,N_UNION,DN_UNION,TIPO_UNION\n"


def read_with(folder: WriteFolder, uniones: str) -> PlantReading:
    path = folder(OPERACIONES)
    (path / "uniones.csv").write_text(uniones, encoding="utf-8")
    return read(path)


def test_joints_come_to_their_spools_in_the_order_of_their_numbers(folder: WriteFolder) -> None:
    reading = read_with(folder, HEADER + 'MK-1,2,"1,5",FW\nmk-1,1,4,BW\nMK-1,U3,1 1/2,\n\nMK-1,4.0,½,SW\n')
    assert reading.problems == ()
    first, second = reading.plant.spools
    assert first.uniones == (joint(1, "4"), joint(2, "1.5", "FW"), joint(3, "1.5", ""), joint(4, "0.5", "SW"))
    assert second.uniones == ()
    assert (reading.plant.uniones_listed, reading.plant.uniones_incomplete) == (True, False)


@pytest.mark.parametrize("uniones", [None, HEADER])
def test_without_a_row_there_is_no_list(folder: WriteFolder, uniones: str | None) -> None:
    reading = read(folder()) if uniones is None else read_with(folder, uniones)
    assert (reading.problems, reading.plant.uniones_listed) == ((), False)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("MK-9,1,4,BW", "TAG_SPOOL", Defecto.SPOOL_DESCONOCIDO),
        ("MK-1,0,4,BW", "N_UNION", Defecto.NO_ES_NUMERO_DE_UNION),
        ("MK-1,100,4,BW", "N_UNION", Defecto.NO_ES_NUMERO_DE_UNION),
        ("MK-1,,4,BW", "N_UNION", Defecto.NO_ES_NUMERO_DE_UNION),
        ("MK-1,2,0,BW", "DN_UNION", Defecto.NO_ES_DN),
        ("MK-1,2,,BW", "DN_UNION", Defecto.NO_ES_DN),
        ("MK-1,2,#REF!,BW", "DN_UNION", Defecto.ERROR_DE_FORMULA),
        (f"MK-1,2,4,{'B' * 41}", "TIPO_UNION", Defecto.MUY_LARGO),
        ("MK-1,1,6,BW", "N_UNION", Defecto.REPETIDO),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(
    folder: WriteFolder, row: str, column: str, reason: Defecto
) -> None:
    reading = read_with(folder, f"{HEADER}MK-1,1,4,BW\n{row}\n")
    [problem] = reading.problems
    assert (problem.file, problem.line, problem.column, problem.reason) == ("uniones.csv", 3, column, reason)
    assert reading.plant.spools[0].uniones == (joint(1, "4"),)


def test_what_a_bad_row_leaves_in_doubt_is_told(folder: WriteFolder) -> None:
    of_a_spool = read_with(folder, f"{HEADER}MK-1,1,4,BW\nmk-2,1,x,BW\n").plant
    assert (of_a_spool.uniones_doubtful, of_a_spool.uniones_incomplete) == ({identity("MK-2")}, False)
    of_nobody = read_with(folder, f"{HEADER}MK-1,1,4,BW\n,1,4,BW\n").plant
    assert (of_nobody.uniones_doubtful, of_nobody.uniones_incomplete) == (frozenset(), True)
