"""A plant's files as accidents leave them: what can be read is read, what cannot is named, nobody is lost."""

import pytest

from core.domain.model import Rol
from core.domain.reasons import Defecto
from core.occupation import OccupationService
from tests.plant.plant_folders import ROLES, TRABAJADORES, WriteFolder, read, tags

HEADER = "TAG_SPOOL,OT,NV,Fecha_Materiales\n"


def test_an_unclosed_quote_costs_its_own_line_and_no_other(folder: WriteFolder) -> None:
    reading = read(folder(HEADER + 'A-1,1,N,\nA-2,"14 pulgadas,N,\nA-3,3,N,\nA-4,4,N,\n'))
    assert tags(reading) == ["A-1", "A-3", "A-4"]
    [problem] = reading.problems
    assert (problem.file, problem.line, problem.reason) == ("operaciones.csv", 3, Defecto.COMILLAS_SIN_CERRAR)
    assert "14 pulgadas" in problem.value


def test_a_cell_of_several_lines_in_quotes_is_one_cell(folder: WriteFolder) -> None:
    reading = read(folder('TAG_SPOOL,Notas,OT\nA-1,"dos\nlíneas",7\nA-2,,8\n'))
    assert [(spool.tag_spool, spool.ot) for spool in reading.plant.spools] == [("A-1", "7"), ("A-2", "8")]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("W.93,1,N,", "TAG_SPOOL", Defecto.PARECE_ORDEN),
        ("c.pausar,1,N,", "TAG_SPOOL", Defecto.PARECE_ORDEN),
        ("A\u200b-1,1,N,", "TAG_SPOOL", Defecto.CARACTERES_INVISIBLES),
        ("A-1,a\x00b,N,", "OT", Defecto.CARACTERES_DE_CONTROL),
        (f"A-1,{'x' * 200_000},N,", "OT", Defecto.MUY_LARGO),
    ],
    ids=["badge", "command", "invisible", "NUL", "endless"],
)
def test_a_text_that_would_break_a_screen_is_named_and_left_out(
    folder: WriteFolder, row: str, column: str, reason: Defecto
) -> None:
    reading = read(folder(HEADER + f"{row}\nA-2,2,N,\n"))
    assert tags(reading) == ["A-2"]
    [problem] = reading.problems
    assert (problem.line, problem.column, problem.reason) == (2, column, reason)


def test_an_escape_sequence_in_a_name_is_named_and_left_out(folder: WriteFolder) -> None:
    reading = read(folder(trabajadores="Id,Nombre\n93,Mig\x1b[41muel\n94,Juan\n", roles="Id,Rol\n94,Armador\n"))
    assert [worker.worker_id for worker in reading.plant.workers] == [94]
    assert [problem.column for problem in reading.problems] == ["Nombre"]


def test_a_row_that_stops_short_has_empty_cells(folder: WriteFolder) -> None:
    reading = read(folder(trabajadores="Id,Nombre,Apellido,Activo\n93,Miguel\n", roles="Id,Rol\n"))
    [miguel] = reading.plant.workers
    assert not miguel.activo


@pytest.mark.parametrize("estado", ["RECHAZADO (ciclo 1/3)", "BLOQUEADO - 4 rechazos"])
def test_a_rejection_of_what_was_never_fabricated_is_named(folder: WriteFolder, estado: str) -> None:
    reading = read(folder(f"TAG_SPOOL,Estado_Detalle\nA-1,{estado}\n"))
    assert tags(reading) == []
    assert [problem.column for problem in reading.problems] == ["Estado_Detalle"]


@pytest.mark.parametrize(
    ("trabajadores", "roles"),
    [
        (TRABAJADORES.replace("93,Miguel,Rodríguez,Sí", "93,Miguel,Rodríguez,TREU"), ROLES),
        (TRABAJADORES.replace("93,Miguel", "93x,Miguel"), ROLES.replace("93,", "94,")),
        (TRABAJADORES, ROLES.replace("93,Soldador", "93,Soldaor")),
    ],
    ids=["a cell of their row", "their number", "a role of theirs"],
)
async def test_a_slip_in_the_office_takes_nobodys_badge_away(
    kiosk: OccupationService, folder: WriteFolder, trabajadores: str, roles: str
) -> None:
    await kiosk.load_plant(read(folder()).plant)
    before = await kiosk.worker(93)
    assert before.roles == {Rol.ARMADOR, Rol.SOLDADOR}
    reading = read(folder(trabajadores=trabajadores, roles=roles))
    assert reading.problems
    await kiosk.load_plant(reading.plant)
    assert await kiosk.worker(93) == before


async def test_somebody_the_office_took_off_the_list_is_gone(kiosk: OccupationService, folder: WriteFolder) -> None:
    await kiosk.load_plant(read(folder()).plant)
    without = read(folder(trabajadores="Id,Nombre,Apellido\n94,Juan,Pérez\n", roles="Id,Rol\n94,Armador\n"))
    await kiosk.load_plant(without.plant)
    assert [worker.worker_id for worker in (await kiosk.snapshot()).workers] == [94]
