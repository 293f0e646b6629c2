"""DESHACER: the worker's own last act at this terminal within 30 seconds, by an event that restores what it changed."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.errors import OperacionNoDisponibleError
from core.domain.events import Event
from core.domain.model import Accion, Avance, EstadoAvance, Operacion, Spool
from core.domain.reasons import Impedimento
from core.domain.replay import apply_event
from core.domain.requests import Request
from core.domain.restoring import SHOPWORK
from core.domain.rulebook.lock_steps import ClearLock, LockStep, RestoreLock
from core.domain.rulebook.policy import Policy
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    extender,
    liberar,
    nota,
    pausar,
    rechazar,
    tomar,
)
from tests.plants import CARLA, JUAN, MIGUEL, START, WORKERS_BY_ID, Etapa, held_by, spool_at
from tests.shopfloor import HOUR, ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion


def free(etapa: Etapa) -> Spool:
    return replace(spool_at(etapa), seq=4, version=5)


def held(operacion: Operacion = ARM, etapa: Etapa = Etapa.LIBRE, ttl: int = HOUR) -> Spool:
    """Held by Miguel since a minute."""
    return held_by(MIGUEL, operacion, free(etapa), since=START - timedelta(minutes=1), ttl=ttl)


def lock_of(spool: Spool) -> RestoreLock:
    assert spool.ocupacion is not None
    return RestoreLock(spool.ocupacion.lock_token, spool.ocupacion.vence)


HELD, SOLDANDO, REPARANDO = held(), held(SOLD, Etapa.ARMADO), held(REPARACION, Etapa.RECHAZADO)
ENDLESS, VENCIDO = held(ttl=0), held(ttl=60)
ACTS: list[tuple[Spool, Request, str, LockStep]] = [
    (free(Etapa.LIBRE), tomar(MIGUEL), "DESHACER_ARM", ClearLock()),
    (free(Etapa.ARM_PARCIAL), tomar(MIGUEL), "DESHACER_ARM", ClearLock()),
    (free(Etapa.ARMADO), tomar(MIGUEL, SOLD), "DESHACER_SOLD", ClearLock()),
    (free(Etapa.RECHAZADO), tomar(MIGUEL, REPARACION), "DESHACER_REPARACION", ClearLock()),
    (VENCIDO, tomar(JUAN), "DESHACER_ARM", ClearLock()),
    (VENCIDO, tomar(MIGUEL), "DESHACER_ARM", ClearLock()),
    (HELD, pausar(MIGUEL), "DESHACER_ARM", lock_of(HELD)),
    (ENDLESS, pausar(MIGUEL), "DESHACER_ARM", lock_of(ENDLESS)),
    (HELD, completar(MIGUEL), "DESHACER_ARM", lock_of(HELD)),
    (SOLDANDO, completar(MIGUEL), "DESHACER_SOLD", lock_of(SOLDANDO)),
    (REPARANDO, completar(MIGUEL), "DESHACER_REPARACION", lock_of(REPARANDO)),
    (HELD, cancelar(MIGUEL), "DESHACER_ARM", lock_of(HELD)),
    (HELD, liberar(CARLA), "DESHACER_ARM", lock_of(HELD)),
    (VENCIDO, liberar(CARLA), "DESHACER_ARM", lock_of(VENCIDO)),
    (free(Etapa.FABRICADO), aprobar(CARLA), "DESHACER_METROLOGIA", None),
    (free(Etapa.FABRICADO), rechazar(CARLA), "DESHACER_METROLOGIA", None),
    (replace(free(Etapa.REPARADO), rechazos=3), rechazar(CARLA), "DESHACER_METROLOGIA", None),
    (free(Etapa.BLOQUEADO), desbloquear(CARLA), "DESHACER", None),
]


def name_of(value: object) -> str:
    return f"{value.accion} by {value.worker_id}" if isinstance(value, Request) else ""


each_act = pytest.mark.parametrize(("before", "act", "tipo", "lock"), ACTS, ids=name_of)


def undo(floor: ShopFloor, done: Event) -> Event:
    return floor.ask(deshacer(WORKERS_BY_ID[done.worker_id], done.seq))


@each_act
def test_the_spool_is_as_it_was_two_versions_on(before: Spool, act: Request, tipo: str, lock: LockStep):
    floor = ShopFloor(before)
    event = undo(floor, floor.ask(act))
    assert floor.spool == replace(before, version=before.version + 2, seq=event.seq)
    assert (event.evento_tipo, floor.lock) == (tipo, lock)


@each_act
def test_the_event_alone_tells_what_comes_back(before: Spool, act: Request, tipo: str, lock: LockStep):
    floor = ShopFloor(before)
    done = floor.ask(act)
    after = floor.spool
    event = undo(floor, done)
    assert event.metadata["deshace"] == {"seq": done.seq, "event_id": str(done.id), "evento_tipo": done.evento_tipo}
    assert event.metadata["restaura"].keys() == {
        name for name in SHOPWORK if getattr(before, name) != getattr(after, name)
    }
    read = Event.model_validate(json.loads(event.model_dump_json()))
    assert apply_event(after, read) == floor.spool


def test_what_the_office_changed_meanwhile_stays():
    floor = ShopFloor(HELD)
    done = floor.ask(pausar(MIGUEL))
    floor.spool = replace(floor.spool, ot="OT-99", version=floor.spool.version + 1)
    undo(floor, done)
    assert (floor.spool.ot, floor.spool.ocupacion) == ("OT-99", HELD.ocupacion)


def test_an_occupation_whose_life_ends_meanwhile_comes_back_expired():
    floor = ShopFloor(held(ttl=70))
    done = floor.ask(pausar(MIGUEL))
    floor.clock.advance(seconds=20)
    undo(floor, done)
    assert floor.spool.ocupacion is not None
    assert floor.spool.ocupacion.is_expired(floor.clock())
    assert floor.lock == RestoreLock(floor.spool.ocupacion.lock_token, START + timedelta(seconds=10))


@pytest.mark.parametrize("seconds", [0, 1, 29, 29.999])
def test_within_30_seconds_it_may_be_undone(seconds: float):
    floor = ShopFloor(free(Etapa.LIBRE))
    done = floor.ask(tomar(MIGUEL))
    floor.clock.advance(seconds=seconds)
    assert undo(floor, done).accion is Accion.DESHACER


@pytest.mark.parametrize("seconds", [30, 31, HOUR])
def test_after_30_seconds_it_is_too_late(seconds: int):
    floor = ShopFloor(free(Etapa.LIBRE))
    done = floor.ask(tomar(MIGUEL))
    floor.clock.advance(seconds=seconds)
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.FUERA_DE_PLAZO, operacion=ARM):
        undo(floor, done)


def test_nothing_done_here_is_nothing_to_undo():
    floor = ShopFloor(HELD)
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO, accion=Accion.DESHACER):
        floor.ask(deshacer(MIGUEL, HELD.seq))


def test_only_the_workers_own_act_is_undone():
    floor = ShopFloor(free(Etapa.LIBRE))
    done = floor.ask(tomar(MIGUEL))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        floor.ask(deshacer(JUAN, done.seq))


def test_only_the_last_act_is_undone():
    floor = ShopFloor(free(Etapa.LIBRE))
    first = floor.ask(tomar(MIGUEL))
    floor.ask(pausar(MIGUEL))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        undo(floor, first)


def test_the_same_number_on_another_spool_is_another_act():
    floor = ShopFloor(free(Etapa.LIBRE))
    done = floor.ask(tomar(MIGUEL))
    floor.spool = replace(floor.spool, tag_spool="OTRO")
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        undo(floor, done)


@each_act
def test_a_note_never_stands_in_its_way(before: Spool, act: Request, tipo: str, lock: LockStep):
    floor = ShopFloor(before)
    done = floor.ask(act)
    for author in (MIGUEL, JUAN, CARLA):
        floor.ask(nota(author))
    event = undo(floor, done)
    assert floor.spool == replace(before, version=before.version + 5, seq=event.seq)
    assert (event.evento_tipo, floor.lock) == (tipo, lock)


LATER: list[tuple[Spool, Request, Request]] = [
    (free(Etapa.LIBRE), tomar(MIGUEL), liberar(CARLA)),
    (HELD, pausar(MIGUEL), tomar(JUAN)),
    (HELD, cancelar(MIGUEL), tomar(JUAN)),
    (free(Etapa.FABRICADO), rechazar(CARLA), tomar(JUAN, REPARACION)),
    (free(Etapa.BLOQUEADO), desbloquear(CARLA), tomar(JUAN, REPARACION)),
]


@pytest.mark.parametrize(("before", "act", "other"), LATER, ids=name_of)
def test_a_spool_that_was_worked_on_since_stays_as_it_is(before: Spool, act: Request, other: Request):
    floor = ShopFloor(before)
    done = floor.ask(act)
    floor.ask(other)
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.CAMBIO_DESPUES, operacion=done.operacion):
        undo(floor, done)


def test_a_renewal_is_not_undone():
    floor = ShopFloor(HELD)
    done = floor.ask(extender(MIGUEL))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_SE_DESHACE):
        undo(floor, done)


def test_a_note_is_no_act_that_could_be_undone():
    floor = ShopFloor(HELD)
    noted = floor.ask(nota(MIGUEL))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        undo(floor, noted)


def test_an_undoing_is_not_undone():
    floor = ShopFloor(free(Etapa.LIBRE))
    undone = undo(floor, floor.ask(tomar(MIGUEL)))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_SE_DESHACE):
        undo(floor, undone)


def test_the_act_may_be_done_again_and_undone_again():
    floor = ShopFloor(free(Etapa.LIBRE), Policy(lock_ttl=HOUR))
    for _ in range(2):
        undo(floor, floor.ask(tomar(MIGUEL)))
    floor.ask(tomar(MIGUEL))
    assert floor.spool.arm == Avance(EstadoAvance.EN_PROGRESO, MIGUEL.worker_nombre)
