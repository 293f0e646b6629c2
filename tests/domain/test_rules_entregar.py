"""ENTREGAR: the lock passes to another worker in one step, who goes on with the operation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.errors import (
    LockExpiredError,
    NoAutorizadoError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    WorkerNoEncontradoError,
)
from core.domain.model import Avance, EstadoAvance, Operacion
from core.domain.reasons import Impedimento
from core.domain.requests import EntregarRequest
from core.domain.rulebook.lock_steps import PassLock, RestoreLock
from core.domain.rulebook.policy import Policy
from tests.asking import cancelar, completar, deshacer, entregar, extender, pausar, tomar
from tests.plants import ARMADORES, CARLA, JUAN, LUIS, MIGUEL, PEDRO, START, UNKNOWN_WORKER_ID, Etapa, held_by, spool_at
from tests.shopfloor import HOUR, ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion


def taken_by_miguel(operacion: Operacion = ARM, etapa: Etapa = Etapa.LIBRE, **policy: object) -> ShopFloor:
    floor = ShopFloor(spool_at(etapa), Policy(**policy))
    floor.ask(tomar(MIGUEL, operacion))
    return floor


def test_the_receiver_holds_the_spool_by_a_new_lock_and_the_operation_goes_on():
    floor = taken_by_miguel(lock_ttl=HOUR)
    given = floor.spool.ocupacion
    floor.clock.advance(seconds=60)
    floor.station = "ARM-02"
    event = floor.ask(entregar(MIGUEL, JUAN))
    held = floor.spool.ocupacion
    assert floor.lock == PassLock(held.lock_token, HOUR, given.lock_token)
    assert held.lock_token == f"94:{event.id}" != given.lock_token
    assert (held.worker_nombre, held.operacion, held.fecha_ocupacion) == ("JP(94)", ARM, floor.clock())
    assert (held.seq, held.station, held.vence) == (event.seq, "ARM-02", floor.clock() + timedelta(seconds=HOUR))
    assert floor.spool.arm == Avance(EstadoAvance.EN_PROGRESO, "JP(94)")


def test_the_event_has_both_names_and_is_the_requests():
    floor = taken_by_miguel(lock_ttl=HOUR)
    request = entregar(MIGUEL, JUAN)
    event = floor.ask(request)
    assert (event.evento_tipo, event.worker_nombre, event.receiver) == ("ENTREGAR_ARM", "MR(93)", (94, "JP(94)"))
    request = request.model_copy(update={"tag_spool": event.tag_spool})
    assert request.asks_for(event)
    assert not request.model_copy(update={"a_worker_id": 101}).asks_for(event)


@pytest.mark.parametrize("verb", [pausar, completar, cancelar, extender])
def test_afterwards_the_receiver_may_and_the_giver_may_not(verb):
    floor = taken_by_miguel()
    floor.ask(entregar(MIGUEL, JUAN))
    with floor.refuses(NoAutorizadoError, ocupado_por="JP(94)"):
        floor.ask(verb(MIGUEL))
    floor.ask(verb(JUAN))


def test_cancelar_by_the_receiver_returns_to_what_was_before_the_take():
    floor = taken_by_miguel(etapa=Etapa.ARM_PARCIAL)
    floor.ask(entregar(MIGUEL, JUAN))
    floor.ask(cancelar(JUAN))
    assert floor.spool == replace(spool_at(Etapa.ARM_PARCIAL), version=4, seq=3)


def test_it_is_refused_as_pausar_is():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    with floor.refuses(LockExpiredError, worker_id=None):
        floor.ask(entregar(MIGUEL, JUAN))
    floor = ShopFloor(held_by(MIGUEL, ARM, spool_at(Etapa.LIBRE), ttl=60))
    with floor.refuses(NoAutorizadoError, ocupado_por="MR(93)"):
        floor.ask(entregar(JUAN, ARMADORES[0]))
    floor.clock.advance(seconds=60)
    with floor.refuses(LockExpiredError, worker_id=93, vencio=START + timedelta(seconds=60)):
        floor.ask(entregar(MIGUEL, JUAN))


def test_a_receiver_who_is_unknown_inactive_without_the_role_or_the_holder_is_refused():
    floor = taken_by_miguel(SOLD, Etapa.ARMADO)
    with floor.refuses(WorkerNoEncontradoError, worker_id=UNKNOWN_WORKER_ID):
        floor.ask(EntregarRequest(tag_spool="x", worker_id=93, a_worker_id=UNKNOWN_WORKER_ID))
    with floor.refuses(RolNoAutorizadoError, worker_nombre="LV(97)", activo=False):
        floor.ask(entregar(MIGUEL, LUIS))
    for without_role in (JUAN, CARLA, PEDRO):
        with floor.refuses(
            RolNoAutorizadoError, worker_nombre=without_role.worker_nombre, roles_necesarios=["Soldador"]
        ):
            floor.ask(entregar(MIGUEL, without_role))
    with floor.refuses(OperacionNoDisponibleError, operacion=SOLD, impedimento=Impedimento.YA_LO_TIENE):
        floor.ask(entregar(MIGUEL, MIGUEL))


def test_the_giver_may_undo_it_and_has_the_lock_again():
    floor = taken_by_miguel(lock_ttl=HOUR)
    before = floor.spool
    floor.clock.advance(seconds=10)
    given = floor.ask(entregar(MIGUEL, JUAN))
    received = floor.spool.ocupacion
    floor.clock.advance(seconds=29)
    event = floor.ask(deshacer(MIGUEL, given.seq))
    assert floor.lock == RestoreLock(before.ocupacion.lock_token, before.ocupacion.vence, received.lock_token)
    assert floor.spool == replace(before, version=before.version + 2, seq=event.seq)


def test_what_the_receiver_did_since_stands_in_the_way_of_undoing():
    floor = taken_by_miguel()
    given = floor.ask(entregar(MIGUEL, JUAN))
    floor.clock.advance(seconds=1)
    floor.ask(extender(JUAN))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.CAMBIO_DESPUES):
        floor.ask(deshacer(MIGUEL, given.seq))


def test_helpers_may_do_what_the_plant_lets_them_and_nothing_else():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    with floor.refuses(RolNoAutorizadoError, roles_necesarios=["Armador"]):
        floor.ask(tomar(PEDRO))
    floor = ShopFloor(spool_at(Etapa.LIBRE), Policy(ayudante=frozenset({ARM})))
    assert floor.possible(PEDRO) == {ARM: None}
    with floor.refuses(RolNoAutorizadoError, roles_necesarios=["Soldador"]):
        floor.ask(tomar(PEDRO, SOLD))
    floor.ask(tomar(MIGUEL))
    floor.ask(entregar(MIGUEL, PEDRO))
    floor.ask(completar(PEDRO))
    assert floor.spool.arm.worker_nombre == PEDRO.worker_nombre
