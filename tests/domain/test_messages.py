"""The sentence that tells what was done: one for each kind of event."""

from datetime import timedelta

import pytest

from core.domain.messages import already_held_message, elapsed, event_message
from core.domain.model import Accion, Operacion
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    extender,
    liberar,
    nota,
    pausar,
    rechazar,
    tomar,
)
from tests.contract.commits import draft
from tests.plants import CARLA, JUAN, MIGUEL, START, Etapa, held_by, spool_at
from tests.shopfloor import ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
HELD = held_by(MIGUEL, ARM, spool_at(Etapa.LIBRE, "MK-1"))
MADE = spool_at(Etapa.FABRICADO, "MK-1")
BLOCKED = spool_at(Etapa.BLOQUEADO, "MK-1")


@pytest.mark.parametrize(
    ("spool", "request_", "sentence"),
    [
        (spool_at(Etapa.LIBRE, "MK-1"), tomar(JUAN), "MK-1: ARM tomado por JP(94)"),
        (spool_at(Etapa.RECHAZADO, "MK-1"), tomar(JUAN, REPARACION), "MK-1: REPARACION tomado por JP(94)"),
        (HELD, pausar(MIGUEL), "MK-1: ARM pausado por MR(93), el spool queda libre"),
        (HELD, completar(MIGUEL), "MK-1: ARM completado por MR(93)"),
        (HELD, cancelar(MIGUEL), "MK-1: ARM cancelado por MR(93), queda como antes"),
        (HELD, extender(MIGUEL), "MK-1: ARM sigue con MR(93), plazo renovado"),
        (HELD, liberar(CARLA), "MK-1: liberado por CP(95), ARM queda parcial"),
        (MADE, aprobar(CARLA), "MK-1: APROBADO por CP(95)"),
        (MADE, rechazar(CARLA), "MK-1: RECHAZADO por CP(95)"),
        (BLOCKED, desbloquear(CARLA), "MK-1: desbloqueado por CP(95), admite una reparación más"),
        (HELD, nota(JUAN), "MK-1: nota guardada"),
    ],
    ids=lambda value: getattr(value, "accion", None),
)
def test_each_event_has_its_sentence(spool, request_, sentence: str):
    assert event_message(ShopFloor(spool).ask(request_)) == sentence


def test_the_rejection_that_blocks_says_so():
    floor = ShopFloor(BLOCKED)
    for request in (desbloquear(CARLA), tomar(JUAN, REPARACION), completar(JUAN)):
        floor.ask(request)
    assert event_message(floor.ask(rechazar(CARLA))) == "MK-1: RECHAZADO por CP(95), queda BLOQUEADO"


def test_loading_a_plant_has_a_sentence_too():
    assert event_message(draft("", Accion.CARGAR_PLANTA).committed(seq=1, ts=START)) == "Planta cargada"


def test_the_present_holder_is_told_since_when():
    sentence = already_held_message("MK-1", HELD.ocupacion, START + timedelta(minutes=2, seconds=59))
    assert sentence == "MK-1: ya es tuyo, desde hace 2 min"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (40 * 86_400, "40 d"),
    ],
)
def test_a_length_of_time_is_told_in_its_largest_fitting_unit(seconds: float, text: str):
    assert elapsed(timedelta(seconds=seconds)) == text
