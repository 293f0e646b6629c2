"""Spools with joints: what PAUSAR and COMPLETAR finish, what each operation waits for, and what DESHACER takes back."""

from dataclasses import replace

import pytest

from core.domain.errors import DependenciasNoSatisfechasError, OperacionNoDisponibleError
from core.domain.events import Event
from core.domain.model import EstadoAvance, Operacion, Spool
from core.domain.reasons import Falta, Impedimento
from core.domain.replay import apply_event
from core.domain.responses import SpoolStatus
from core.domain.uniones import Hecho, Union
from tests.asking import aprobar, cancelar, completar, deshacer, liberar, pausar, retener, tomar
from tests.plants import CARLA, JUAN, MIGUEL, START, Etapa, joint, spool_at
from tests.shopfloor import HOUR, SANTIAGO, ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
TODAY = START.astimezone(SANTIAGO).date()
BY_JUAN, BY_MIGUEL = Hecho("JP(94)", TODAY), Hecho("MR(93)", TODAY)
FW = joint(3, "2", "FW", solo_armado=True)
JOINTS = (joint(1, "4"), joint(2, "1½"), FW)


def with_joints(*joints: Union, etapa: Etapa = Etapa.LIBRE) -> ShopFloor:
    return ShopFloor(replace(spool_at(etapa), uniones=joints or JOINTS))


def made(spool: Spool, operacion: Operacion) -> list[int]:
    return [union.numero for union in spool.uniones if union.is_made(operacion)]


def test_pausar_finishes_the_joints_it_names_and_the_event_tells_their_sizes():
    floor = with_joints()
    floor.ask(tomar(JUAN))
    request = pausar(JUAN, uniones="2-3")
    event = floor.ask(request)
    assert event.metadata == {"uniones": {"2": "1.5", "3": "2"}}
    assert [union.arm for union in floor.spool.uniones] == [None, BY_JUAN, BY_JUAN]
    assert floor.spool.arm.estado is EstadoAvance.PAUSADO
    assert request.model_copy(update={"tag_spool": event.tag_spool}).asks_for(event)
    assert not pausar(JUAN, event.tag_spool, uniones="2").asks_for(event)


def test_pausar_without_numbers_finishes_none():
    floor = with_joints()
    floor.ask(tomar(JUAN))
    assert floor.ask(pausar(JUAN)).metadata == {}
    assert floor.spool.uniones == JOINTS


def test_two_workers_who_share_a_spool_each_have_their_joints_on_record():
    floor = with_joints()
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), tomar(MIGUEL), completar(MIGUEL)):
        floor.ask(request)
    assert [union.arm for union in floor.spool.uniones] == [BY_JUAN, BY_MIGUEL, BY_MIGUEL]
    assert floor.spool.arm.worker_nombre == "MR(93)"


def test_completar_without_numbers_finishes_all_that_remain():
    floor = with_joints()
    floor.ask(tomar(JUAN))
    assert floor.ask(completar(JUAN)).uniones.keys() == {1, 2, 3}
    floor.ask(tomar(MIGUEL, SOLD))
    assert floor.ask(completar(MIGUEL)).uniones.keys() == {1, 2}
    assert [union.sold for union in floor.spool.uniones] == [BY_MIGUEL, BY_MIGUEL, None]
    floor.ask(aprobar(CARLA))


def test_completar_is_refused_while_a_joint_it_needs_is_left_and_names_it():
    floor = with_joints()
    floor.ask(tomar(JUAN))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=ARM, falta=Falta.UNIONES, uniones=(1, 3)):
        floor.ask(completar(JUAN, uniones="2"))
    floor.ask(completar(JUAN, uniones="1-3"))


@pytest.mark.parametrize("verb", [pausar, completar])
def test_a_joint_is_made_once_and_only_if_it_is_there(verb):
    floor = with_joints()
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), tomar(JUAN)):
        floor.ask(request)
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.UNION_YA_HECHA, uniones=(1,)):
        floor.ask(verb(JUAN, uniones="1-2"))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.UNION_NO_EXISTE, uniones=(9,)):
        floor.ask(verb(JUAN, uniones="2,9"))


def test_a_joint_is_welded_only_after_it_was_fitted():
    floor = with_joints()
    for request in (tomar(JUAN), pausar(JUAN, uniones="1,3"), tomar(MIGUEL, SOLD)):
        floor.ask(request)
    with floor.refuses(DependenciasNoSatisfechasError, operacion=SOLD, falta=Falta.UNION_ARMADA, uniones=(2,)):
        floor.ask(pausar(MIGUEL, uniones="1-2"))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.SIN_SOLDADURA, uniones=(3,)):
        floor.ask(pausar(MIGUEL, uniones="1,3"))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=SOLD, falta=Falta.ARM_COMPLETADO):
        floor.ask(completar(MIGUEL))
    floor.ask(pausar(MIGUEL, uniones="1"))
    assert made(floor.spool, SOLD) == [1]


def test_sold_may_be_taken_as_soon_as_one_joint_is_fitted_and_waits_for_its_weld():
    floor = with_joints()
    with floor.refuses(DependenciasNoSatisfechasError, falta=Falta.ARM_INICIADO):
        floor.ask(tomar(MIGUEL, SOLD))
    for request in (tomar(JUAN), pausar(JUAN, uniones="3")):
        floor.ask(request)
    with floor.refuses(DependenciasNoSatisfechasError, falta=Falta.UNION_ARMADA, uniones=(1, 2)):
        floor.ask(tomar(MIGUEL, SOLD))
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), tomar(MIGUEL, SOLD), pausar(MIGUEL, uniones="1")):
        floor.ask(request)
    with floor.refuses(DependenciasNoSatisfechasError, falta=Falta.UNION_ARMADA, uniones=(2,)):
        floor.ask(tomar(MIGUEL, SOLD))


def test_where_every_weld_was_made_before_pausing_sold_may_be_taken_to_complete_it():
    floor = with_joints()
    for request in (tomar(JUAN), completar(JUAN), tomar(MIGUEL, SOLD), pausar(MIGUEL, uniones="1-2")):
        floor.ask(request)
    floor.ask(tomar(MIGUEL, SOLD))
    assert floor.ask(completar(MIGUEL)).metadata == {}
    assert floor.spool.fabricado


def test_where_no_joint_needs_a_weld_inspection_follows_arm():
    floor = with_joints(FW)
    for request in (tomar(JUAN), pausar(JUAN)):
        floor.ask(request)
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.SIN_SOLDADURA):
        floor.ask(tomar(MIGUEL, SOLD))
    with floor.refuses(DependenciasNoSatisfechasError, operacion=METROLOGIA, falta=Falta.ARM_COMPLETADO):
        floor.ask(aprobar(CARLA))
    floor.ask(tomar(JUAN))
    floor.ask(completar(JUAN))
    assert floor.spool.fabricado
    floor.ask(aprobar(CARLA))
    assert floor.spool.aprobado


@pytest.mark.parametrize(("etapa", "operacion"), [(Etapa.LIBRE, ARM), (Etapa.RECHAZADO, REPARACION)])
def test_numbers_mean_nothing_for_a_spool_without_joints_or_a_repair(etapa: Etapa, operacion: Operacion):
    floor = ShopFloor(replace(spool_at(etapa), uniones=JOINTS if operacion is REPARACION else ()))
    floor.ask(tomar(JUAN, operacion))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.SIN_UNIONES):
        floor.ask(pausar(JUAN, uniones="1"))
    floor.ask(completar(JUAN))
    assert made(floor.spool, ARM) == []


def test_cancelar_and_liberar_finish_no_joint_and_lose_none():
    floor = with_joints()
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), tomar(MIGUEL), cancelar(MIGUEL)):
        floor.ask(request)
    assert (made(floor.spool, ARM), floor.spool.arm.estado) == ([1], EstadoAvance.PAUSADO)
    floor.ask(tomar(MIGUEL))
    floor.ask(liberar(CARLA))
    assert made(floor.spool, ARM) == [1]


def test_who_is_displaced_loses_no_joint():
    floor = with_joints()
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), tomar(JUAN)):
        floor.ask(request)
    floor.clock.advance(seconds=13 * HOUR)
    floor.ask(tomar(MIGUEL))
    assert made(floor.spool, ARM) == [1]


@pytest.mark.parametrize("verb", [pausar, completar])
def test_undoing_takes_back_the_joints_of_that_act_alone(verb):
    floor = with_joints()
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), tomar(MIGUEL)):
        floor.ask(request)
    before = floor.spool
    numbers = "2-3" if verb is completar else "2"
    done = floor.ask(verb(MIGUEL, uniones=numbers))
    event = floor.ask(deshacer(MIGUEL, done.seq))
    assert floor.spool == replace(before, version=before.version + 2, seq=event.seq)
    undone = {union["numero"] for union in event.metadata["restaura"]["uniones"]}
    assert undone == set(done.uniones)


def test_a_hold_and_a_list_of_the_office_never_stand_in_the_way_of_undoing():
    floor = with_joints()
    floor.ask(tomar(JUAN))
    done = floor.ask(pausar(JUAN, uniones="1"))
    floor.ask(retener(CARLA))
    listed = (*floor.spool.uniones[:1], joint(2, "8"), joint(7, "6"))
    floor.spool = replace(floor.spool, uniones=listed, version=floor.spool.version + 1)
    event = floor.ask(deshacer(JUAN, done.seq))
    assert floor.spool.uniones == (joint(1), joint(2, "8"), joint(7, "6"))
    assert floor.spool.ocupacion.worker_id == JUAN.worker_id
    assert floor.spool.retencion is not None
    assert Event.model_validate_json(event.model_dump_json()) == event


def test_a_log_replayed_without_the_offices_list_keeps_what_was_made():
    floor = with_joints()
    log = [floor.ask(request) for request in (tomar(JUAN), pausar(JUAN, uniones="2"))]
    replayed = spool_at(Etapa.LIBRE)
    for event in log:
        replayed = apply_event(replayed, event)
    assert [(one.numero, one.dn, one.arm) for one in replayed.uniones] == [(2, JOINTS[1].dn, BY_JUAN)]


def test_a_status_has_the_joints_and_their_sums():
    floor = with_joints()
    for request in (tomar(JUAN), completar(JUAN), tomar(MIGUEL, SOLD), pausar(MIGUEL, uniones="2")):
        floor.ask(request)
    status = SpoolStatus.of(floor.spool, now=START, policy=floor.policy).model_dump(mode="json")
    assert status["uniones"][1] == {
        "numero": 2,
        "dn": 1.5,
        "tipo": "BW",
        "solo_armado": False,
        "arm": {"worker_nombre": "JP(94)", "fecha": TODAY.isoformat()},
        "sold": {"worker_nombre": "MR(93)", "fecha": TODAY.isoformat()},
    }
    assert [status[f"uniones_{operacion}_completadas"] for operacion in ("arm", "sold")] == [3, 1]
    assert (status["total_uniones"], status["pulgadas_arm"], status["pulgadas_sold"]) == (3, 7.5, 1.5)
