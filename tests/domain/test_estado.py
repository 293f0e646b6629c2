"""The Estado_Detalle line: every state in words, and what a line in the office's sheet says of a spool."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.estado import estado_detalle, with_starting_estado
from core.domain.model import Inspeccion, Operacion, Resultado, Spool
from tests.plants import JUAN, MIGUEL, START, Etapa, held_by, spool_at

ARM, SOLD, _, REPARACION = Operacion


def line(spool: Spool, *, max_reparaciones: int = 3, after: int = 0) -> str:
    return estado_detalle(spool, now=START + timedelta(seconds=after), max_reparaciones=max_reparaciones)


@pytest.mark.parametrize(
    ("etapa", "expected"),
    [
        (Etapa.SIN_MATERIALES, "Sin materiales"),
        (Etapa.LIBRE, "Disponible - ARM pendiente, SOLD pendiente"),
        (Etapa.ARM_PARCIAL, "Disponible - ARM parcial, SOLD pendiente"),
        (Etapa.ARMADO, "Disponible - ARM completado, SOLD pendiente"),
        (Etapa.SOLD_PARCIAL, "Disponible - ARM completado, SOLD parcial"),
        (Etapa.FABRICADO, "METROLOGIA pendiente"),
        (Etapa.APROBADO, "METROLOGIA APROBADO"),
        (Etapa.RECHAZADO, "RECHAZADO (ciclo 1/3) - REPARACION pendiente"),
        (Etapa.REPARACION_PARCIAL, "RECHAZADO (ciclo 1/3) - REPARACION parcial"),
        (Etapa.REPARADO, "METROLOGIA pendiente (ciclo 1/3 reparado)"),
        (Etapa.BLOQUEADO, "BLOQUEADO - 4 rechazos, contactar supervisor"),
    ],
)
def test_the_line_of_a_free_spool_tells_its_stage(etapa: Etapa, expected: str):
    assert line(spool_at(etapa)) == expected


HELD = [
    (ARM, Etapa.LIBRE, "ARM en progreso, SOLD pendiente"),
    (ARM, Etapa.ARM_PARCIAL, "ARM en progreso, SOLD pendiente"),
    (SOLD, Etapa.ARM_PARCIAL, "ARM parcial, SOLD en progreso"),
    (SOLD, Etapa.ARMADO, "ARM completado, SOLD en progreso"),
    (REPARACION, Etapa.RECHAZADO, "REPARACION en progreso (ciclo 1/3)"),
]


@pytest.mark.parametrize(("operacion", "etapa", "work"), HELD)
def test_the_line_of_a_held_spool_names_the_holder_and_the_work(operacion: Operacion, etapa: Etapa, work: str):
    assert line(held_by(MIGUEL, operacion, spool_at(etapa))) == f"Ocupado por MR(93) - {work}"


@pytest.mark.parametrize(("operacion", "etapa", "work"), HELD)
def test_the_line_of_a_vencido_spool_names_who_had_it(operacion: Operacion, etapa: Etapa, work: str):
    spool = held_by(JUAN, operacion, spool_at(etapa), ttl=60)
    assert line(spool, after=59) == f"Ocupado por JP(94) - {work}"
    assert line(spool, after=60) == f"VENCIDO, lo tenía JP(94) - {work}"


@pytest.mark.parametrize(
    ("etapa", "expected"),
    [
        (Etapa.RECHAZADO, "RECHAZADO (ciclo 1) - REPARACION pendiente"),
        (Etapa.REPARADO, "METROLOGIA pendiente (ciclo 1 reparado)"),
    ],
)
def test_where_repairs_are_unlimited_the_line_names_no_limit(etapa: Etapa, expected: str):
    assert line(spool_at(etapa), max_reparaciones=0) == expected


def test_the_limit_in_the_line_grows_with_each_desbloqueo():
    spool = replace(spool_at(Etapa.RECHAZADO), rechazos=4, ciclos_extra=1)
    assert line(spool) == "RECHAZADO (ciclo 4/4) - REPARACION pendiente"


@pytest.mark.parametrize("max_reparaciones", [0, 3])
@pytest.mark.parametrize("rechazos", [1, 2, 4, 12])
@pytest.mark.parametrize("etapa", [Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL, Etapa.BLOQUEADO])
def test_a_line_written_here_is_read_back_as_the_state_it_tells(etapa: Etapa, rechazos: int, max_reparaciones: int):
    spool = replace(spool_at(etapa), rechazos=rechazos)
    written = line(spool, max_reparaciones=max_reparaciones)
    read = with_starting_estado(spool_at(Etapa.FABRICADO), written)
    assert (read.rechazado, read.bloqueado, read.rechazos) == (True, spool.bloqueado, rechazos)
    assert read.reparacion.estado == spool.reparacion.estado
    assert line(read, max_reparaciones=max_reparaciones) == written


@pytest.mark.parametrize(
    ("text", "rechazos", "bloqueado"),
    [
        ("RECHAZADO", 1, False),
        ("RECHAZADO por porosidad", 1, False),
        ("RECHAZADO (ciclo 2)", 2, False),
        ("BLOQUEADO", 1, True),
        ("BLOQUEADO - 5 rechazos", 5, True),
    ],
)
def test_a_line_the_office_typed_is_understood(text: str, rechazos: int, *, bloqueado: bool):
    read = with_starting_estado(spool_at(Etapa.FABRICADO), text)
    assert (read.inspeccion, read.rechazos, read.bloqueado) == (Inspeccion(Resultado.RECHAZADO), rechazos, bloqueado)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Disponible - ARM pendiente, SOLD pendiente",
        "METROLOGIA APROBADO",
        "METROLOGIA pendiente",
        "RECHAZADOS",
        "no RECHAZADO",
    ],
)
def test_a_line_that_tells_of_no_rejection_changes_nothing(text: str):
    spool = spool_at(Etapa.FABRICADO)
    assert with_starting_estado(spool, text) is spool
