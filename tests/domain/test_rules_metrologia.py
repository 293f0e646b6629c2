"""Inspection and repair: METROLOGIA is instant, a rejection costs a repair cycle, the last one blocks the spool."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    FechaInvalidaError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
)
from core.domain.model import Accion, Inspeccion, Operacion, Resultado, Worker
from core.domain.reasons import Defecto, Falta, Impedimento
from core.domain.rulebook.policy import Policy
from tests.asking import aprobar, completar, desbloquear, rechazar, tomar
from tests.plants import (
    CARLA,
    JUAN,
    LUIS,
    MIGUEL,
    PEDRO,
    PENDIENTE,
    REPARADO,
    START,
    Etapa,
    held_by,
    spool_at,
)
from tests.shopfloor import SANTIAGO, ShopFloor

TODAY = START.astimezone(SANTIAGO).date()
VERDICTS = [aprobar, rechazar]
each_verdict = pytest.mark.parametrize("verdict", VERDICTS)


def repair(floor: ShopFloor) -> None:
    floor.ask(tomar(JUAN, Operacion.REPARACION))
    floor.ask(completar(JUAN))


@pytest.mark.parametrize("etapa", [Etapa.FABRICADO, Etapa.REPARADO])
def test_an_approval_is_one_event_without_a_lock(etapa: Etapa):
    floor = ShopFloor(before := spool_at(etapa))
    event = floor.ask(aprobar(CARLA))
    assert floor.lock is None
    assert (event.evento_tipo, event.metadata) == ("COMPLETAR_METROLOGIA", {"resultado": "APROBADO"})
    verdict = Inspeccion(Resultado.APROBADO, "CP(95)", TODAY)
    assert floor.spool == replace(before, inspeccion=verdict, version=2, seq=1)


@pytest.mark.parametrize(("etapa", "cycle"), [(Etapa.FABRICADO, 1), (Etapa.REPARADO, 2)])
def test_a_rejection_counts_one_more_cycle_and_asks_for_a_fresh_repair(etapa: Etapa, cycle: int):
    floor = ShopFloor(before := spool_at(etapa))
    event = floor.ask(rechazar(CARLA, motivo="porosidad"))
    assert event.metadata == {"resultado": "RECHAZADO", "ciclo": cycle, "bloqueado": False, "motivo": "porosidad"}
    verdict = Inspeccion(Resultado.RECHAZADO, "CP(95)", TODAY)
    assert floor.spool == replace(before, inspeccion=verdict, reparacion=PENDIENTE, rechazos=cycle, version=2, seq=1)


def test_a_verdict_needs_no_name_of_its_operation_and_may_have_it():
    for named in (None, Operacion.METROLOGIA):
        floor = ShopFloor(spool_at(Etapa.FABRICADO))
        floor.ask(aprobar(CARLA, operacion=named))
        assert floor.spool.aprobado


@each_verdict
@pytest.mark.parametrize("worker", [MIGUEL, PEDRO, LUIS])
def test_a_verdict_without_the_role_is_refused(verdict, worker: Worker):
    floor = ShopFloor(spool_at(Etapa.FABRICADO))
    with floor.refuses(
        RolNoAutorizadoError,
        worker_nombre=worker.worker_nombre,
        activo=worker.activo,
        roles_necesarios=["Metrologia"],
    ):
        floor.ask(verdict(worker))


@each_verdict
@pytest.mark.parametrize(
    ("etapa", "falta"),
    [
        (Etapa.SIN_MATERIALES, Falta.ARM_COMPLETADO),
        (Etapa.LIBRE, Falta.ARM_COMPLETADO),
        (Etapa.ARM_PARCIAL, Falta.ARM_COMPLETADO),
        (Etapa.ARMADO, Falta.SOLD_COMPLETADO),
        (Etapa.SOLD_PARCIAL, Falta.SOLD_COMPLETADO),
    ],
)
def test_a_verdict_before_arm_and_sold_are_completado_is_refused(verdict, etapa: Etapa, falta: Falta):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=Operacion.METROLOGIA, falta=falta):
        floor.ask(verdict(CARLA))


@each_verdict
def test_a_verdict_on_an_occupied_spool_is_refused_and_names_the_holder(verdict):
    floor = ShopFloor(held_by(JUAN, Operacion.REPARACION, spool_at(Etapa.RECHAZADO), since=START))
    with floor.refuses(SpoolOccupiedError, ocupado_por="JP(94)", operacion=Operacion.REPARACION):
        floor.ask(verdict(CARLA))


@each_verdict
def test_a_verdict_on_a_vencido_spool_is_refused_too(verdict):
    floor = ShopFloor(held_by(JUAN, Operacion.REPARACION, spool_at(Etapa.RECHAZADO), since=START, ttl=60))
    floor.clock.advance(seconds=60)
    with floor.refuses(SpoolOccupiedError, ocupado_por="JP(94)"):
        floor.ask(verdict(CARLA))


@each_verdict
@pytest.mark.parametrize(
    ("etapa", "impedimento"),
    [
        (Etapa.APROBADO, Impedimento.YA_APROBADO),
        (Etapa.RECHAZADO, Impedimento.ESPERA_REPARACION),
        (Etapa.REPARACION_PARCIAL, Impedimento.ESPERA_REPARACION),
    ],
)
def test_a_second_verdict_is_refused_until_the_spool_was_repaired(verdict, etapa: Etapa, impedimento: Impedimento):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(
        OperacionNoDisponibleError,
        accion=Accion.COMPLETAR,
        operacion=Operacion.METROLOGIA,
        impedimento=impedimento,
    ):
        floor.ask(verdict(CARLA))


@each_verdict
def test_a_verdict_on_a_bloqueado_spool_is_refused(verdict):
    floor = ShopFloor(spool_at(Etapa.BLOQUEADO))
    with floor.refuses(SpoolBloqueadoError, tag_spool="BLOQUEADO", rechazos=4):
        floor.ask(verdict(CARLA))


@each_verdict
def test_a_verdict_for_a_day_to_come_or_before_the_materials_is_refused(verdict):
    floor = ShopFloor(spool_at(Etapa.FABRICADO))
    with floor.refuses(FechaInvalidaError, hoy=TODAY, reason=Defecto.EN_EL_FUTURO):
        floor.ask(verdict(CARLA, fecha_operacion=TODAY + timedelta(days=1)))
    with floor.refuses(FechaInvalidaError, hoy=TODAY, reason=Defecto.ANTES_DE_MATERIALES):
        floor.ask(verdict(CARLA, fecha_operacion=date(1900, 1, 1)))


def test_a_verdict_may_count_for_an_earlier_day():
    floor = ShopFloor(spool_at(Etapa.FABRICADO))
    floor.ask(aprobar(CARLA, fecha_operacion=TODAY - timedelta(days=3)))
    assert floor.spool.inspeccion.fecha == TODAY - timedelta(days=3)


@pytest.mark.parametrize("allowed", [1, 2, 3])
def test_the_rejection_after_the_last_repair_blocks_the_spool(allowed: int):
    floor = ShopFloor(spool_at(Etapa.FABRICADO), Policy(max_reparaciones=allowed))
    for _ in range(allowed):
        assert floor.ask(rechazar(CARLA)).metadata["bloqueado"] is False
        repair(floor)
    assert floor.ask(rechazar(CARLA)).metadata == {
        "resultado": "RECHAZADO",
        "ciclo": allowed + 1,
        "bloqueado": True,
    }
    assert (floor.spool.bloqueado, floor.spool.rechazos) == (True, allowed + 1)
    with floor.refuses(SpoolBloqueadoError, rechazos=allowed + 1):
        floor.ask(tomar(JUAN, Operacion.REPARACION))


def test_three_repairs_are_allowed_unless_the_plant_says_otherwise():
    floor = ShopFloor(replace(spool_at(Etapa.REPARADO), rechazos=2))
    floor.ask(rechazar(CARLA))
    assert not floor.spool.bloqueado
    repair(floor)
    floor.ask(rechazar(CARLA))
    assert floor.spool.bloqueado


def test_with_repairs_unlimited_no_rejection_blocks():
    floor = ShopFloor(replace(spool_at(Etapa.REPARADO), rechazos=50), Policy(max_reparaciones=0))
    floor.ask(rechazar(CARLA))
    assert (floor.spool.bloqueado, floor.spool.rechazos) == (False, 51)


def test_each_desbloqueo_allows_exactly_one_more_repair():
    floor = ShopFloor(spool_at(Etapa.BLOQUEADO))
    for extra in (1, 2):
        floor.ask(desbloquear(CARLA))
        assert (floor.spool.bloqueado, floor.spool.ciclos_extra) == (False, extra)
        repair(floor)
        floor.ask(rechazar(CARLA))
        assert floor.spool.bloqueado


def test_a_spool_repaired_after_a_desbloqueo_may_be_approved():
    floor = ShopFloor(spool_at(Etapa.BLOQUEADO))
    floor.ask(desbloquear(CARLA))
    repair(floor)
    floor.ask(aprobar(CARLA))
    assert (floor.spool.aprobado, floor.spool.reparacion.estado) == (True, REPARADO.estado)
