"""Who may take a spool, for what, and when."""

from dataclasses import replace

import pytest

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
)
from core.domain.model import Accion, Avance, EstadoAvance, Operacion, Worker
from core.domain.reasons import Falta, Impedimento
from core.domain.rulebook.lock_steps import TakeLock
from core.domain.rulebook.policy import Policy
from tests.asking import cancelar, completar, tomar
from tests.plants import (
    ARMADORES,
    CARLA,
    JUAN,
    LUIS,
    MIGUEL,
    PEDRO,
    PENDIENTE,
    START,
    Etapa,
    held_by,
    spool_at,
)
from tests.shopfloor import HOUR, ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
ALLOWED = [
    (ARM, Etapa.LIBRE, JUAN),
    (ARM, Etapa.ARM_PARCIAL, ARMADORES[0]),
    (SOLD, Etapa.ARM_PARCIAL, MIGUEL),
    (SOLD, Etapa.ARMADO, MIGUEL),
    (SOLD, Etapa.SOLD_PARCIAL, MIGUEL),
    (REPARACION, Etapa.RECHAZADO, JUAN),
    (REPARACION, Etapa.RECHAZADO, MIGUEL),
    (REPARACION, Etapa.REPARACION_PARCIAL, ARMADORES[0]),
]
each_allowed = pytest.mark.parametrize(("operacion", "etapa", "worker"), ALLOWED)


@each_allowed
def test_tomar_takes_the_lock_and_puts_the_operation_in_progress(operacion: Operacion, etapa: Etapa, worker: Worker):
    floor = ShopFloor(spool_at(etapa))
    event = floor.ask(tomar(worker, operacion))
    held = floor.spool.ocupacion
    assert floor.lock == TakeLock(held.lock_token, 12 * HOUR)
    assert held.lock_token == f"{worker.worker_id}:{event.id}"
    assert floor.spool.avance(operacion) == Avance(EstadoAvance.EN_PROGRESO, worker.worker_nombre)


@each_allowed
def test_tomar_records_who_has_it_for_what_since_when_and_where(operacion: Operacion, etapa: Etapa, worker: Worker):
    floor = ShopFloor(spool_at(etapa))
    event = floor.ask(tomar(worker, operacion))
    held = floor.spool.ocupacion
    assert (held.worker_id, held.worker_nombre, held.operacion) == (worker.worker_id, worker.worker_nombre, operacion)
    assert (held.fecha_ocupacion, held.station, held.seq) == (START, "ARM-01", event.seq)
    assert event.evento_tipo == f"TOMAR_{operacion}"
    assert event.metadata == {"lock_ttl": 12 * HOUR}


@each_allowed
def test_tomar_touches_nothing_but_the_operation_and_the_occupation(operacion: Operacion, etapa: Etapa, worker: Worker):
    floor = ShopFloor(before := spool_at(etapa))
    floor.ask(tomar(worker, operacion))
    undone = replace(floor.spool.with_avance(operacion, before.avance(operacion)), ocupacion=None)
    assert undone == replace(before, version=2, seq=1)


@pytest.mark.parametrize(("ttl", "life"), [(60, 60), (0, None)])
def test_the_lock_lives_as_long_as_the_plants_policy_says(ttl: int, life: int | None):
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(lock_ttl=ttl))
    event = floor.ask(tomar(JUAN))
    vence = floor.spool.ocupacion.vence
    assert (vence and (vence - START).total_seconds()) == life
    assert (floor.lock.ttl, event.metadata["lock_ttl"]) == (ttl, ttl)


@pytest.mark.parametrize(
    ("operacion", "etapa", "worker", "needed"),
    [
        (ARM, Etapa.LIBRE, CARLA, ["Armador"]),
        (ARM, Etapa.LIBRE, PEDRO, ["Armador"]),
        (SOLD, Etapa.ARMADO, JUAN, ["Soldador"]),
        (SOLD, Etapa.ARMADO, PEDRO, ["Soldador"]),
        (REPARACION, Etapa.RECHAZADO, CARLA, ["Armador", "Soldador"]),
        (REPARACION, Etapa.RECHAZADO, PEDRO, ["Armador", "Soldador"]),
    ],
)
def test_tomar_without_the_role_is_refused_and_names_the_roles_needed(operacion, etapa, worker, needed):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(
        RolNoAutorizadoError,
        worker_nombre=worker.worker_nombre,
        activo=True,
        roles=sorted(worker.roles),
        roles_necesarios=needed,
    ):
        floor.ask(tomar(worker, operacion))


@pytest.mark.parametrize(("operacion", "etapa"), [(ARM, Etapa.LIBRE), (REPARACION, Etapa.RECHAZADO)])
def test_tomar_by_an_inactive_worker_is_refused_and_says_so(operacion: Operacion, etapa: Etapa):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(RolNoAutorizadoError, worker_nombre="LV(97)", activo=False, roles=["Armador"]):
        floor.ask(tomar(LUIS, operacion))


@pytest.mark.parametrize("operacion", [ARM, SOLD])
def test_tomar_before_the_materials_came_is_refused(operacion: Operacion):
    floor = ShopFloor(spool_at(Etapa.SIN_MATERIALES))
    with floor.refuses(
        DependenciasNoSatisfechasError, tag_spool="SIN-MATERIALES", operacion=operacion, falta=Falta.MATERIALES
    ):
        floor.ask(tomar(MIGUEL, operacion))


@pytest.mark.parametrize(
    ("operacion", "etapa"),
    [(ARM, Etapa.ARMADO), (ARM, Etapa.APROBADO), (SOLD, Etapa.FABRICADO), (SOLD, Etapa.RECHAZADO)],
)
def test_tomar_a_completed_operation_is_refused(operacion: Operacion, etapa: Etapa):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(
        OperacionNoDisponibleError,
        tag_spool=etapa,
        accion=Accion.TOMAR,
        operacion=operacion,
        impedimento=Impedimento.YA_COMPLETADA,
    ):
        floor.ask(tomar(MIGUEL, operacion))


@pytest.mark.parametrize("operacion", [ARM, SOLD])
def test_tomar_an_unfinished_spool_that_is_bloqueado_is_refused(operacion: Operacion):
    floor = ShopFloor(replace(spool_at(Etapa.ARM_PARCIAL), bloqueado=True, rechazos=4))
    with floor.refuses(SpoolBloqueadoError, tag_spool=Etapa.ARM_PARCIAL, rechazos=4):
        floor.ask(tomar(MIGUEL, operacion))


def test_tomar_reparacion_of_a_bloqueado_spool_is_refused():
    floor = ShopFloor(spool_at(Etapa.BLOQUEADO))
    with floor.refuses(SpoolBloqueadoError, tag_spool="BLOQUEADO", rechazos=4):
        floor.ask(tomar(JUAN, REPARACION))


@pytest.mark.parametrize(
    "etapa", [etapa for etapa in Etapa if etapa not in {Etapa.RECHAZADO, Etapa.REPARACION_PARCIAL, Etapa.BLOQUEADO}]
)
def test_tomar_reparacion_of_a_spool_that_is_not_rechazado_is_refused(etapa: Etapa):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(OperacionNoDisponibleError, operacion=REPARACION, impedimento=Impedimento.NO_RECHAZADO):
        floor.ask(tomar(JUAN, REPARACION))


def test_tomar_sold_before_arm_was_begun_is_refused():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=SOLD, falta=Falta.ARM_INICIADO):
        floor.ask(tomar(MIGUEL, SOLD))


def test_tomar_sold_after_the_only_arm_was_cancelled_is_refused():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    floor.ask(tomar(JUAN))
    floor.ask(cancelar(JUAN))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=SOLD, falta=Falta.ARM_INICIADO):
        floor.ask(tomar(MIGUEL, SOLD))


def test_metrologia_is_never_taken():
    floor = ShopFloor(spool_at(Etapa.FABRICADO))
    with floor.refuses(
        OperacionNoDisponibleError, accion=Accion.TOMAR, operacion=METROLOGIA, impedimento=Impedimento.SIN_TOMAR
    ):
        floor.ask(tomar(CARLA, METROLOGIA))


@pytest.mark.parametrize(
    ("held_for", "etapa", "wanted"),
    [
        (ARM, Etapa.LIBRE, ARM),
        (ARM, Etapa.LIBRE, SOLD),
        (SOLD, Etapa.ARM_PARCIAL, ARM),
        (REPARACION, Etapa.RECHAZADO, REPARACION),
    ],
)
def test_tomar_what_another_holds_is_refused_and_names_holder_operation_station_and_since_when(held_for, etapa, wanted):
    floor = ShopFloor(held_by(ARMADORES[0], held_for, spool_at(etapa), since=START))
    with floor.refuses(
        SpoolOccupiedError,
        tag_spool=etapa,
        worker_id=101,
        ocupado_por="AA(101)",
        operacion=held_for,
        station="ARM-02",
        fecha_ocupacion=START,
    ):
        floor.ask(tomar(MIGUEL, wanted))


def test_the_holder_must_put_the_spool_down_before_taking_it_for_another_operation():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    floor.ask(tomar(MIGUEL, ARM))
    with floor.refuses(SpoolOccupiedError, worker_id=93, operacion=ARM):
        floor.ask(tomar(MIGUEL, SOLD))


@each_allowed
def test_tomar_by_the_present_holder_changes_nothing(operacion: Operacion, etapa: Etapa, worker: Worker):
    floor = ShopFloor(spool_at(etapa))
    floor.ask(tomar(worker, operacion))
    assert floor.is_already_so(tomar(worker, operacion))


def test_tomar_by_the_present_holder_is_never_refused_not_even_when_inactive_by_now():
    floor = ShopFloor(held_by(LUIS, ARM, spool_at(Etapa.LIBRE)))
    assert floor.is_already_so(tomar(LUIS, ARM))


def test_a_living_occupation_is_already_so_until_its_last_moment():
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(lock_ttl=60))
    floor.ask(tomar(JUAN))
    floor.clock.advance(seconds=59.999)
    assert floor.is_already_so(tomar(JUAN))
    floor.clock.advance(seconds=0.001)
    assert not floor.is_already_so(tomar(JUAN))


def test_tomar_of_a_vencido_spool_by_its_holder_is_a_new_lock_that_displaces_nobody():
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(lock_ttl=60))
    floor.ask(tomar(JUAN))
    first = floor.spool.ocupacion
    floor.clock.advance(seconds=60)
    event = floor.ask(tomar(JUAN))
    assert floor.lock == TakeLock(floor.spool.ocupacion.lock_token, 60)
    assert floor.spool.ocupacion.lock_token != first.lock_token
    assert event.metadata == {"lock_ttl": 60}


def test_tomar_of_a_vencido_spool_by_another_names_whom_it_displaced_and_leaves_the_work_parcial():
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(lock_ttl=60))
    floor.ask(tomar(JUAN, ARM))
    floor.clock.advance(seconds=60)
    event = floor.ask(tomar(MIGUEL, SOLD))
    assert event.metadata["desplaza"] == {
        "worker_id": 94,
        "worker_nombre": "JP(94)",
        "operacion": "ARM",
        "fecha_ocupacion": START.isoformat(),
        "station": "ARM-01",
    }
    assert floor.spool.arm == Avance(EstadoAvance.PAUSADO, "JP(94)")
    assert floor.spool.ocupacion.worker_id == MIGUEL.worker_id


def test_cancelling_a_tomar_that_displaced_somebody_leaves_the_work_parcial():
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(lock_ttl=60))
    floor.ask(tomar(JUAN))
    floor.clock.advance(seconds=60)
    floor.ask(tomar(MIGUEL))
    floor.ask(cancelar(MIGUEL))
    assert floor.spool.arm == Avance(EstadoAvance.PAUSADO, "JP(94)")


def test_cancelling_a_renewed_tomar_returns_to_what_was_before_the_first():
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(lock_ttl=60))
    floor.ask(tomar(JUAN))
    floor.clock.advance(seconds=60)
    floor.ask(tomar(JUAN))
    floor.ask(cancelar(JUAN))
    assert floor.spool.arm == PENDIENTE


@pytest.mark.parametrize(
    ("worker", "etapa", "refusal"),
    [(PEDRO, Etapa.LIBRE, RolNoAutorizadoError), (MIGUEL, Etapa.SIN_MATERIALES, DependenciasNoSatisfechasError)],
)
def test_a_vencido_spool_is_taken_by_the_same_rules_as_a_free_one(worker: Worker, etapa: Etapa, refusal: type):
    floor = ShopFloor(held_by(JUAN, ARM, spool_at(etapa), since=START, ttl=60))
    floor.clock.advance(seconds=60)
    with floor.refuses(refusal):
        floor.ask(tomar(worker))


def test_sold_may_go_on_once_arm_is_parcial_and_end_after_arm():
    floor = ShopFloor(spool_at(Etapa.ARM_PARCIAL))
    for request in (tomar(JUAN, ARM), completar(JUAN), tomar(MIGUEL, SOLD), completar(MIGUEL)):
        floor.ask(request)
    assert floor.spool.fabricado
