"""Columns of the office's own that a plant shows: found by name, kept with the spool, never a reason to lose a row."""

from core.domain.datos import Dato
from core.domain.reasons import Defecto
from core.plant.files import open_plant
from tests.plant.plant_folders import WriteFolder
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
