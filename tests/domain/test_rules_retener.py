"""RETENER and REANUDAR: a spool that is held back is neither taken nor finished."""

from dataclasses import replace

import pytest

from core.domain.errors import OperacionNoDisponibleError, RolNoAutorizadoError, SpoolRetenidoError
from core.domain.estado import estado_detalle
from core.domain.model import Operacion, Retencion, Rol
from core.domain.reasons import Impedimento
from core.domain.rulebook.decisions import Accepted
from core.domain.rules import decide
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    deshacer,
    entregar,
    extender,
    liberar,
    nota,
    pausar,
    reanudar,
    retener,
    tomar,
)
from tests.plants import CARLA, JUAN, MIGUEL, PEDRO, START, Etapa, a_worker, spool_at
from tests.shopfloor import HOUR, ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
HOLD = Retencion(motivo="espera al cliente", worker_id=95, worker_nombre="CP(95)", desde=START)
REFUSAL = {"motivo": "espera al cliente", "retenido_por": "CP(95)", "worker_id": 95, "desde": START}


def held_back(etapa: Etapa = Etapa.LIBRE, *, taken_for: Operacion | None = None) -> ShopFloor:
    floor = ShopFloor(spool_at(etapa))
    if taken_for:
        floor.ask(tomar(MIGUEL, taken_for))
    floor.ask(retener(CARLA))
    return floor


@pytest.mark.parametrize("etapa", Etapa)
def test_a_spool_may_be_held_back_at_every_stage_and_resumed(etapa: Etapa):
    floor = held_back(etapa)
    assert floor.lock is None
    assert floor.spool == replace(spool_at(etapa), retencion=HOLD, version=2, seq=1)
    assert estado_detalle(floor.spool, now=START, max_reparaciones=3).endswith(" - RETENIDO")
    event = floor.ask(reanudar(CARLA))
    assert (event.evento_tipo, event.metadata) == ("REANUDAR", {"motivo": "llegó la respuesta"})
    assert floor.spool == replace(spool_at(etapa), version=3, seq=2)


@pytest.mark.parametrize("verb", [retener, reanudar])
@pytest.mark.parametrize("worker", [MIGUEL, JUAN, PEDRO])
def test_only_supervisors_and_inspectors_may(verb, worker):
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    with floor.refuses(RolNoAutorizadoError, roles_necesarios=["Metrologia", "Supervisor"]):
        floor.ask(verb(worker))


@pytest.mark.parametrize("rol", [Rol.METROLOGIA, Rol.SUPERVISOR])
def test_either_role_is_enough(rol: Rol):
    worker = a_worker(120, "Eva", "Ruiz", rol)
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    decision = decide(floor.spool, retener(worker, floor.spool.tag_spool), floor.given(worker))
    assert isinstance(decision, Accepted)


def test_what_is_held_back_already_or_not_at_all_is_refused():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_RETENIDO):
        floor.ask(reanudar(CARLA))
    floor.ask(retener(CARLA))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.YA_RETENIDO):
        floor.ask(retener(CARLA))


@pytest.mark.parametrize(
    ("etapa", "operacion"), [(Etapa.LIBRE, ARM), (Etapa.ARMADO, SOLD), (Etapa.RECHAZADO, REPARACION)]
)
def test_nobody_may_take_it_until_it_is_resumed(etapa: Etapa, operacion: Operacion):
    floor = held_back(etapa)
    with floor.refuses(SpoolRetenidoError, **REFUSAL):
        floor.ask(tomar(MIGUEL, operacion))
    assert isinstance(floor.possible(MIGUEL)[operacion], SpoolRetenidoError)
    floor.ask(reanudar(CARLA))
    floor.ask(tomar(MIGUEL, operacion))


def test_nobody_may_inspect_it():
    floor = held_back(Etapa.FABRICADO)
    with floor.refuses(SpoolRetenidoError, **REFUSAL):
        floor.ask(aprobar(CARLA))
    assert isinstance(floor.possible(CARLA)[METROLOGIA], SpoolRetenidoError)


@pytest.mark.parametrize(
    ("etapa", "operacion"), [(Etapa.LIBRE, ARM), (Etapa.ARMADO, SOLD), (Etapa.RECHAZADO, REPARACION)]
)
def test_its_holder_may_not_complete_it(etapa: Etapa, operacion: Operacion):
    floor = held_back(etapa, taken_for=operacion)
    with floor.refuses(SpoolRetenidoError, **REFUSAL):
        floor.ask(completar(MIGUEL))
    assert floor.is_already_so(tomar(MIGUEL, operacion, floor.spool.tag_spool))


@pytest.mark.parametrize(
    "request_", [pausar(MIGUEL), cancelar(MIGUEL), extender(MIGUEL), entregar(MIGUEL, JUAN), liberar(CARLA), nota(JUAN)]
)
def test_it_may_be_put_down_handed_over_released_and_noted_upon(request_):
    floor = held_back(taken_for=ARM)
    floor.ask(request_)
    assert floor.spool.retencion == HOLD


def test_whose_lock_has_run_out_may_not_take_it_again():
    floor = held_back(taken_for=ARM)
    floor.clock.advance(seconds=13 * HOUR)
    with floor.refuses(SpoolRetenidoError):
        floor.ask(tomar(MIGUEL))


def test_a_hold_is_not_undone_and_hinders_no_undoing():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    taken = floor.ask(tomar(MIGUEL))
    hold = floor.ask(retener(CARLA))
    with floor.refuses(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        floor.ask(deshacer(CARLA, hold.seq))
    floor.ask(deshacer(MIGUEL, taken.seq))
    assert floor.spool == replace(spool_at(Etapa.LIBRE), retencion=HOLD, version=4, seq=3)
