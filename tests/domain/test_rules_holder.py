"""What the holder of a spool may do with it: PAUSAR, COMPLETAR, CANCELAR, EXTENDER."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    FechaInvalidaError,
    LockExpiredError,
    NoAutorizadoError,
    OperacionNoDisponibleError,
)
from core.domain.model import Accion, Avance, EstadoAvance, Operacion, Worker
from core.domain.reasons import Defecto, Falta, Impedimento
from core.domain.rulebook.lock_steps import DropLock, ExtendLock
from core.domain.rulebook.policy import Policy
from tests.asking import cancelar, completar, extender, pausar, tomar
from tests.plants import (
    ARMADO,
    CARLA,
    JUAN,
    LUIS,
    MATERIALES,
    MIGUEL,
    PARCIAL,
    PENDIENTE,
    START,
    Etapa,
    held_by,
    spool_at,
)
from tests.shopfloor import HOUR, SANTIAGO, ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
TODAY = START.astimezone(SANTIAGO).date()
HOLDER_VERBS = [pausar, completar, cancelar, extender]
TAKEN = [(ARM, Etapa.LIBRE), (ARM, Etapa.ARM_PARCIAL), (SOLD, Etapa.ARMADO), (REPARACION, Etapa.RECHAZADO)]

each_verb = pytest.mark.parametrize("verb", HOLDER_VERBS)
each_taken = pytest.mark.parametrize(("operacion", "etapa"), TAKEN)


def floor_held_by(worker: Worker, operacion: Operacion = ARM, etapa: Etapa = Etapa.LIBRE, ttl: int = HOUR) -> ShopFloor:
    return ShopFloor(held_by(worker, operacion, spool_at(etapa), since=START, ttl=ttl), Policy(lock_ttl=ttl))


@each_verb
@pytest.mark.parametrize("etapa", Etapa)
def test_for_a_spool_nobody_holds_the_lock_is_gone(verb, etapa: Etapa):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(LockExpiredError, tag_spool=etapa, worker_id=None, vencio=None):
        floor.ask(verb(MIGUEL))


@each_verb
@each_taken
def test_by_another_worker_is_refused_and_names_the_holder(verb, operacion: Operacion, etapa: Etapa):
    floor = floor_held_by(MIGUEL, operacion, etapa)
    with floor.refuses(NoAutorizadoError, tag_spool=etapa, ocupado_por="MR(93)", worker_id=93):
        floor.ask(verb(JUAN))


@each_verb
def test_by_a_supervisor_who_is_not_the_holder_is_refused(verb):
    floor = floor_held_by(MIGUEL)
    with floor.refuses(NoAutorizadoError, ocupado_por="MR(93)"):
        floor.ask(verb(CARLA))


@each_verb
def test_after_the_life_of_the_lock_is_refused_and_says_when_it_ran_out(verb):
    floor = floor_held_by(MIGUEL, ttl=60)
    floor.clock.advance(seconds=60)
    with floor.refuses(LockExpiredError, worker_id=93, vencio=START + timedelta(seconds=60)):
        floor.ask(verb(MIGUEL))


@each_verb
def test_anothers_spool_is_refused_as_anothers_even_when_vencido(verb):
    floor = floor_held_by(MIGUEL, ttl=60)
    floor.clock.advance(seconds=60)
    with floor.refuses(NoAutorizadoError, ocupado_por="MR(93)"):
        floor.ask(verb(JUAN))


@each_verb
def test_naming_another_operation_than_the_one_held_is_refused(verb):
    floor = floor_held_by(MIGUEL, ARM)
    request = verb(MIGUEL, operacion=SOLD)
    with floor.refuses(
        OperacionNoDisponibleError,
        accion=request.accion,
        operacion=SOLD,
        impedimento=Impedimento.OTRA_OPERACION,
    ):
        floor.ask(request)


@each_verb
@pytest.mark.parametrize("named", [None, ARM])
def test_the_operation_held_may_be_named_or_not(verb, named: Operacion | None):
    floor = floor_held_by(MIGUEL, ARM)
    assert floor.ask(verb(MIGUEL, operacion=named)).operacion is ARM


@each_verb
def test_up_to_the_last_moment_of_the_lock_the_holder_may(verb):
    floor = floor_held_by(MIGUEL, ttl=60)
    floor.clock.advance(seconds=59.999)
    floor.ask(verb(MIGUEL))


@each_verb
def test_a_worker_who_is_inactive_by_now_may_still_end_what_he_holds(verb):
    floor = floor_held_by(LUIS)
    floor.ask(verb(LUIS))


@each_taken
def test_pausar_leaves_the_operation_parcial_and_the_spool_free(operacion: Operacion, etapa: Etapa):
    floor = floor_held_by(MIGUEL, operacion, etapa)
    token = floor.spool.ocupacion.lock_token
    event = floor.ask(pausar(MIGUEL))
    assert floor.lock == DropLock(token)
    assert (event.evento_tipo, event.metadata) == (f"PAUSAR_{operacion}", {})
    expected = spool_at(etapa).with_avance(operacion, Avance(EstadoAvance.PAUSADO, "MR(93)"))
    assert floor.spool == replace(expected, version=2, seq=1)


def test_what_was_put_down_is_free_to_any_qualified_worker():
    floor = floor_held_by(MIGUEL)
    floor.ask(pausar(MIGUEL))
    floor.ask(tomar(JUAN))
    assert floor.spool.arm == Avance(EstadoAvance.EN_PROGRESO, "JP(94)")


@pytest.mark.parametrize(("operacion", "etapa"), [(ARM, Etapa.LIBRE), (ARM, Etapa.ARM_PARCIAL), (SOLD, Etapa.ARMADO)])
def test_completar_records_worker_and_date_and_frees_the_spool(operacion: Operacion, etapa: Etapa):
    floor = floor_held_by(MIGUEL, operacion, etapa)
    token = floor.spool.ocupacion.lock_token
    event = floor.ask(completar(MIGUEL))
    assert floor.lock == DropLock(token)
    assert (event.evento_tipo, event.fecha_operacion) == (f"COMPLETAR_{operacion}", TODAY)
    expected = spool_at(etapa).with_avance(operacion, Avance(EstadoAvance.COMPLETADO, "MR(93)", TODAY))
    assert floor.spool == replace(expected, version=2, seq=1)


def test_when_arm_and_sold_are_both_done_metrologia_is_pending():
    floor = floor_held_by(MIGUEL, SOLD, Etapa.ARMADO)
    assert not floor.spool.fabricado
    floor.ask(completar(MIGUEL))
    assert (floor.spool.fabricado, floor.spool.inspeccion.resultado) == (True, None)


@pytest.mark.parametrize("arm", [PENDIENTE, PARCIAL], ids=["pendiente", "parcial"])
def test_completar_sold_while_arm_is_not_completado_is_refused(arm: Avance):
    spool = replace(spool_at(Etapa.ARMADO), arm=arm)
    floor = ShopFloor(held_by(MIGUEL, SOLD, spool, since=START))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=SOLD, falta=Falta.ARM_COMPLETADO):
        floor.ask(completar(MIGUEL))


def test_completar_reparacion_sends_the_spool_back_to_metrologia():
    floor = floor_held_by(JUAN, REPARACION, Etapa.RECHAZADO)
    event = floor.ask(completar(JUAN))
    assert event.evento_tipo == "COMPLETAR_REPARACION"
    assert floor.spool.reparacion == Avance(EstadoAvance.COMPLETADO, "JP(94)", TODAY)
    assert (floor.spool.inspeccion.resultado, floor.spool.rechazos, floor.spool.ocupacion) == (None, 1, None)


OLD_MATERIALS = date(2024, 1, 31)


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=60)])
def test_completar_may_count_for_an_earlier_day(day: date):
    floor = floor_held_by(MIGUEL)
    floor.spool = replace(floor.spool, fecha_materiales=OLD_MATERIALS)
    event = floor.ask(completar(MIGUEL, fecha_operacion=day))
    assert (event.fecha_operacion, floor.spool.arm.fecha) == (day, day)


@pytest.mark.parametrize(
    ("materials", "day", "why"),
    [
        (MATERIALES, MATERIALES - timedelta(days=1), {"reason": Defecto.ANTES_DE_MATERIALES}),
        (MATERIALES, date(1900, 1, 1), {"reason": Defecto.ANTES_DE_MATERIALES, "fecha_materiales": MATERIALES}),
        (OLD_MATERIALS, TODAY - timedelta(days=61), {"reason": Defecto.MUY_ATRAS, "limit": 60}),
        (None, TODAY - timedelta(days=61), {"reason": Defecto.MUY_ATRAS}),
    ],
)
def test_a_day_long_ago_or_before_the_materials_came_counts_only_when_somebody_insists(
    materials: date | None, day: date, why: dict[str, object]
):
    floor = floor_held_by(MIGUEL)
    floor.spool = replace(floor.spool, fecha_materiales=materials)
    with floor.refuses(FechaInvalidaError, fecha=day, hoy=TODAY, **why):
        floor.ask(completar(MIGUEL, fecha_operacion=day))
    insisting = completar(MIGUEL, fecha_operacion=day, force=True)
    event = floor.ask(insisting)
    assert (event.fecha_operacion, event.metadata) == (day, {"force": True})
    assert insisting.model_copy(update={"tag_spool": floor.spool.tag_spool}).asks_for(event)


def test_completar_for_a_day_to_come_is_refused():
    floor = floor_held_by(MIGUEL)
    tomorrow = TODAY + timedelta(days=1)
    for force in (False, True):
        with floor.refuses(FechaInvalidaError, fecha=tomorrow, hoy=TODAY, reason=Defecto.EN_EL_FUTURO):
            floor.ask(completar(MIGUEL, fecha_operacion=tomorrow, force=force))


def test_today_is_the_plants_day_and_not_greenwichs():
    floor = floor_held_by(MIGUEL, ttl=0)
    floor.clock.advance(seconds=11.5 * HOUR)
    greenwich = floor.clock().date()
    assert greenwich == TODAY + timedelta(days=1)
    with floor.refuses(FechaInvalidaError, hoy=TODAY):
        floor.ask(completar(MIGUEL, fecha_operacion=greenwich))
    assert floor.ask(completar(MIGUEL)).fecha_operacion == TODAY


@pytest.mark.parametrize(
    ("operacion", "etapa", "before"),
    [
        (ARM, Etapa.LIBRE, PENDIENTE),
        (ARM, Etapa.ARM_PARCIAL, PARCIAL),
        (SOLD, Etapa.ARMADO, PENDIENTE),
        (SOLD, Etapa.SOLD_PARCIAL, PARCIAL),
        (REPARACION, Etapa.RECHAZADO, PENDIENTE),
        (REPARACION, Etapa.REPARACION_PARCIAL, PARCIAL),
    ],
)
def test_cancelar_returns_the_operation_to_what_it_was_before_tomar(operacion, etapa, before: Avance):
    floor = ShopFloor(spool_at(etapa))
    floor.ask(tomar(MIGUEL, operacion))
    token = floor.spool.ocupacion.lock_token
    event = floor.ask(cancelar(MIGUEL))
    assert floor.lock == DropLock(token)
    assert event.evento_tipo == f"CANCELAR_{operacion}"
    assert floor.spool.avance(operacion) == before
    assert floor.spool == replace(spool_at(etapa), version=3, seq=2)


@each_taken
def test_extender_starts_the_locks_life_anew_and_changes_nothing_else(operacion: Operacion, etapa: Etapa):
    floor = floor_held_by(MIGUEL, operacion, etapa)
    before = floor.spool
    floor.clock.advance(seconds=HOUR - 1)
    event = floor.ask(extender(MIGUEL))
    assert floor.lock == ExtendLock(before.ocupacion.lock_token, HOUR)
    assert (event.evento_tipo, event.metadata) == (f"EXTENDER_{operacion}", {"lock_ttl": HOUR})
    extended = replace(before.ocupacion, vence=floor.clock() + timedelta(seconds=HOUR))
    assert floor.spool == replace(before, ocupacion=extended, version=2, seq=1)


def test_extender_where_locks_last_until_released_has_no_end():
    floor = floor_held_by(MIGUEL, ttl=0)
    floor.ask(extender(MIGUEL))
    assert floor.spool.ocupacion.vence is None


def test_the_event_of_a_holder_tells_who_and_at_which_station():
    floor = floor_held_by(MIGUEL)
    event = floor.ask(pausar(MIGUEL))
    assert (event.worker_id, event.worker_nombre, event.station) == (93, "MR(93)", "ARM-01")
    assert (event.accion, event.fecha_operacion, event.tag_spool) == (Accion.PAUSAR, TODAY, Etapa.LIBRE)


def test_completing_arm_does_not_touch_a_sold_that_is_parcial():
    floor = ShopFloor(held_by(JUAN, ARM, replace(spool_at(Etapa.SOLD_PARCIAL), arm=PARCIAL), since=START))
    floor.ask(completar(JUAN))
    assert (floor.spool.arm.completado, floor.spool.sold) == (ARMADO.completado, PARCIAL)
