"""What only a supervisor may do (LIBERAR, DESBLOQUEAR), what anybody may (NOTA), and what is possible for whom."""

from dataclasses import replace

import pytest

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
)
from core.domain.model import Accion, Avance, EstadoAvance, Operacion, Rol, Worker
from core.domain.reasons import Impedimento, MotivoPausa
from core.domain.requests import Request
from core.domain.rulebook.lock_steps import ClearLock
from core.domain.rules import decide
from tests.asking import desbloquear, deshacer, liberar, nota, pausar, tomar
from tests.plants import CARLA, JUAN, LUIS, MIGUEL, PEDRO, START, WORKERS_BY_ID, Etapa, held_by, spool_at
from tests.shopfloor import ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
NO_SUPERVISORS = [MIGUEL, JUAN, PEDRO, LUIS]


@pytest.mark.parametrize("worker", NO_SUPERVISORS)
@pytest.mark.parametrize("verb", [liberar, desbloquear])
def test_who_is_no_supervisor_is_refused(verb, worker: Worker):
    floor = ShopFloor(held_by(worker, REPARACION, spool_at(Etapa.BLOQUEADO)))
    with floor.refuses(
        RolNoAutorizadoError,
        worker_nombre=worker.worker_nombre,
        activo=worker.activo,
        roles=sorted(worker.roles),
        roles_necesarios=["Supervisor"],
    ):
        floor.ask(verb(worker))


@pytest.mark.parametrize("verb", [liberar, desbloquear])
def test_a_supervisor_who_is_inactive_is_refused(verb, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(WORKERS_BY_ID, CARLA.worker_id, replace(CARLA, activo=False))
    floor = ShopFloor(held_by(JUAN, REPARACION, spool_at(Etapa.BLOQUEADO)))
    with floor.refuses(RolNoAutorizadoError, activo=False, roles=sorted(CARLA.roles)):
        floor.ask(verb(CARLA))


@pytest.mark.parametrize("etapa", Etapa)
def test_liberar_a_free_spool_is_refused(etapa: Etapa):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(
        OperacionNoDisponibleError, accion=Accion.LIBERAR, operacion=None, impedimento=Impedimento.SPOOL_LIBRE
    ):
        floor.ask(liberar(CARLA))


@pytest.mark.parametrize("ttl", [0, 60], ids=["until released", "vencido"])
@pytest.mark.parametrize(
    ("operacion", "etapa"), [(ARM, Etapa.LIBRE), (SOLD, Etapa.ARMADO), (REPARACION, Etapa.RECHAZADO)]
)
def test_liberar_pauses_the_work_of_whoever_held_it_and_records_the_motive(operacion, etapa: Etapa, ttl: int):
    floor = ShopFloor(held_by(JUAN, operacion, spool_at(etapa), since=START, ttl=ttl))
    floor.clock.advance(seconds=60)
    event = floor.ask(liberar(CARLA, motivo="se fue a casa"))
    assert floor.lock == ClearLock()
    assert (event.evento_tipo, event.worker_nombre) == (f"LIBERAR_{operacion}", "CP(95)")
    assert event.metadata == {
        "motivo": "se fue a casa",
        "liberado": {"worker_id": 94, "worker_nombre": "JP(94)"},
    }
    expected = spool_at(etapa).with_avance(operacion, Avance(EstadoAvance.PAUSADO, "JP(94)"))
    assert floor.spool == replace(expected, version=2, seq=1)


def test_liberar_what_the_supervisor_holds_is_allowed(monkeypatch: pytest.MonkeyPatch):
    supervisor = replace(MIGUEL, roles=MIGUEL.roles | {Rol.SUPERVISOR})
    monkeypatch.setitem(WORKERS_BY_ID, MIGUEL.worker_id, supervisor)
    floor = ShopFloor(held_by(supervisor, ARM, spool_at(Etapa.LIBRE)))
    floor.ask(liberar(supervisor))
    assert floor.spool.ocupacion is None


@pytest.mark.parametrize("etapa", [etapa for etapa in Etapa if etapa is not Etapa.BLOQUEADO])
def test_desbloquear_a_spool_that_is_not_bloqueado_is_refused(etapa: Etapa):
    floor = ShopFloor(spool_at(etapa))
    with floor.refuses(
        OperacionNoDisponibleError,
        accion=Accion.DESBLOQUEAR,
        operacion=None,
        impedimento=Impedimento.NO_BLOQUEADO,
    ):
        floor.ask(desbloquear(CARLA))


def test_desbloquear_allows_one_more_cycle_and_records_the_motive():
    floor = ShopFloor(before := spool_at(Etapa.BLOQUEADO))
    event = floor.ask(desbloquear(CARLA, motivo="lo pide calidad"))
    assert floor.lock is None
    assert (event.evento_tipo, event.operacion, event.metadata) == (
        "DESBLOQUEAR",
        None,
        {"motivo": "lo pide calidad"},
    )
    assert floor.spool == replace(before, bloqueado=False, ciclos_extra=1, version=2, seq=1)


@pytest.mark.parametrize("worker", [MIGUEL, CARLA, PEDRO, LUIS])
@pytest.mark.parametrize("etapa", Etapa)
def test_anybody_may_write_a_note_on_any_spool(etapa: Etapa, worker: Worker):
    floor = ShopFloor(before := spool_at(etapa))
    event = floor.ask(nota(worker, texto="falta un codo"))
    assert floor.lock is None
    assert (event.evento_tipo, event.operacion, event.metadata) == ("NOTA", None, {"texto": "falta un codo"})
    assert floor.spool == replace(before, version=2, seq=1)


def test_a_note_may_say_why_a_pause_was_and_leaves_it_to_be_undone():
    floor = ShopFloor(held_by(MIGUEL, ARM, spool_at(Etapa.LIBRE)))
    pause = floor.ask(pausar(MIGUEL))
    event = floor.ask(nota(MIGUEL, texto="Turno", pausa=pause.seq, motivo_pausa=MotivoPausa.FIN_TURNO))
    assert (event.evento_tipo, event.operacion) == ("NOTA", None)
    assert event.metadata == {"texto": "Turno", "pausa": pause.seq, "motivo_pausa": "FIN_TURNO"}
    floor.ask(deshacer(MIGUEL, pause.seq))
    assert floor.spool.ocupacion is not None


def test_a_note_on_a_spool_another_holds_leaves_it_held():
    floor = ShopFloor(before := held_by(JUAN, ARM, spool_at(Etapa.LIBRE)))
    floor.ask(nota(MIGUEL))
    assert floor.spool.ocupacion == before.ocupacion


def test_a_request_no_rule_knows_is_a_mistake_of_the_program():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    with pytest.raises(TypeError, match="no rule for Request"):
        decide(floor.spool, Request(tag_spool="LIBRE", worker_id=93), floor.given(MIGUEL))


@pytest.mark.parametrize(
    ("worker", "etapa", "possible", "not_possible"),
    [
        (MIGUEL, Etapa.LIBRE, {ARM}, {SOLD, REPARACION}),
        (MIGUEL, Etapa.ARM_PARCIAL, {ARM, SOLD}, {REPARACION}),
        (MIGUEL, Etapa.ARMADO, {SOLD}, {ARM, REPARACION}),
        (MIGUEL, Etapa.RECHAZADO, {REPARACION}, {ARM, SOLD}),
        (MIGUEL, Etapa.BLOQUEADO, set(), {ARM, SOLD, REPARACION}),
        (JUAN, Etapa.LIBRE, {ARM}, {REPARACION}),
        (JUAN, Etapa.SIN_MATERIALES, set(), {ARM, REPARACION}),
        (CARLA, Etapa.FABRICADO, {METROLOGIA}, set()),
        (CARLA, Etapa.REPARADO, {METROLOGIA}, set()),
        (CARLA, Etapa.LIBRE, set(), {METROLOGIA}),
        (PEDRO, Etapa.LIBRE, set(), set()),
        (LUIS, Etapa.LIBRE, set(), set()),
    ],
)
def test_possible_operations_tell_of_each_operation_the_worker_has_a_role_for(worker, etapa, possible, not_possible):
    answers = ShopFloor(spool_at(etapa)).possible(worker)
    assert {operacion for operacion, refusal in answers.items() if refusal is None} == possible
    assert {operacion for operacion, refusal in answers.items() if refusal is not None} == not_possible


@pytest.mark.parametrize(
    ("worker", "etapa", "operacion", "refusal"),
    [
        (JUAN, Etapa.SIN_MATERIALES, ARM, DependenciasNoSatisfechasError),
        (MIGUEL, Etapa.LIBRE, SOLD, DependenciasNoSatisfechasError),
        (JUAN, Etapa.ARMADO, ARM, OperacionNoDisponibleError),
        (JUAN, Etapa.BLOQUEADO, REPARACION, SpoolBloqueadoError),
        (CARLA, Etapa.APROBADO, METROLOGIA, OperacionNoDisponibleError),
    ],
)
def test_what_is_not_possible_comes_with_the_refusal_itself(worker, etapa, operacion, refusal):
    assert type(ShopFloor(spool_at(etapa)).possible(worker)[operacion]) is refusal


def test_what_another_holds_is_not_possible_and_ones_own_is():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    floor.ask(tomar(MIGUEL))
    assert isinstance(floor.possible(JUAN)[ARM], SpoolOccupiedError)
    assert floor.possible(MIGUEL)[ARM] is None
    assert isinstance(floor.possible(MIGUEL)[SOLD], SpoolOccupiedError)
