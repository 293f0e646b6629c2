"""Columns of the office's own, and what it holds back: found by name, never a reason to lose a row."""

from core.domain.datos import Dato
from core.domain.reasons import Defecto
from core.plant.files import open_plant
from tests.plant.plant_folders import WriteFolder, read
from tests.processes import TIMEZONE

ROWS = """\
tag_spool,OT,NV,Fecha_Materiales,plano ,REVISION,DN
MK-1,001,NV-1,,P-12,B,4
MK-2,001,NV-1,,P-12,#REF!,
"""


def test_own_columns_are_known_without_case_and_accents_and_what_cannot_be_read_is_named(folder: WriteFolder) -> None:
    files = open_plant(folder(ROWS), ("Plano", "Revisión", "DN", "Peso"))
    reading = files.read(timezone=TIMEZONE, lock_ttl=0)
    first, second = reading.plant.spools
    assert first.datos == (Dato("Plano", "P-12"), Dato("Revisión", "B"), Dato("DN", "4"))
    assert second.datos == (Dato("Plano", "P-12"),)
    assert first.datos[0] is second.datos[0]
    assert [(problem.line, problem.column, problem.reason, problem.kept) for problem in reading.problems] == [
        (0, "Peso", Defecto.FALTA_COLUMNA, True),
        (3, "Revisión", Defecto.ERROR_DE_FORMULA, True),
    ]


def test_a_column_retenido_says_what_the_office_holds_back_and_what_cannot_be_read_says_nothing(
    folder: WriteFolder,
) -> None:
    rows = "TAG_SPOOL,retenido\nMK-1,falta plano\nMK-2,\nMK-3,#REF!\nMK-1,cliente\n"
    reading = read(folder(rows))
    assert reading.plant.retenidos == {"MK-1": "falta plano", "MK-2": ""}
    assert [(problem.line, problem.kept) for problem in reading.problems] == [(4, True), (5, False)]
    assert read(folder("TAG_SPOOL\nMK-1\n")).plant.retenidos == {}
