"""How events change a spool: the same events, the same spool, on every reader of the log."""

from dataclasses import replace

import pytest

from core.domain.events import Event, evento_tipo
from core.domain.model import Accion, Operacion
from core.domain.replay import apply_event
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    entregar,
    extender,
    liberar,
    nota,
    pausar,
    reanudar,
    rechazar,
    retener,
    tomar,
)
from tests.contract.commits import draft
from tests.plants import CARLA, JUAN, MIGUEL, NOT_ASKED_BY_WORKERS, START, Etapa, spool_at
from tests.shopfloor import ShopFloor

ARM, SOLD, METROLOGIA, REPARACION = Operacion
A_WHOLE_LIFE = [
    tomar(JUAN),
    deshacer(JUAN, 1),
    tomar(JUAN),
    entregar(JUAN, MIGUEL),
    retener(CARLA),
    reanudar(CARLA),
    entregar(MIGUEL, JUAN),
    nota(CARLA),
    extender(JUAN),
    pausar(JUAN),
    tomar(MIGUEL, SOLD),
    cancelar(MIGUEL),
    tomar(MIGUEL),
    liberar(CARLA),
    tomar(JUAN),
    completar(JUAN),
    tomar(MIGUEL, SOLD),
    completar(MIGUEL),
    *[rechazar(CARLA), tomar(JUAN, REPARACION), completar(JUAN)] * 3,
    rechazar(CARLA),
    desbloquear(CARLA),
    tomar(MIGUEL, REPARACION),
    completar(MIGUEL),
    aprobar(CARLA),
]


def an_event(accion: Accion, operacion: Operacion | None = None, **metadata: object) -> Event:
    return draft("LIBRE", accion, operacion, metadata=metadata).committed(seq=7, ts=START)


def test_a_whole_life_replayed_from_the_log_ends_in_the_same_spool():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    log = [floor.ask(request) for request in A_WHOLE_LIFE]
    replayed = spool_at(Etapa.LIBRE)
    for event in log:
        replayed = apply_event(replayed, Event.model_validate_json(event.model_dump_json()))
    assert replayed == floor.spool
    assert (replayed.aprobado, replayed.version, replayed.seq) == (True, len(log) + 1, len(log))
    assert {event.accion for event in log} == set(Accion) - NOT_ASKED_BY_WORKERS


def test_every_event_takes_the_spool_one_version_on_and_gives_it_its_number():
    floor = ShopFloor(spool_at(Etapa.LIBRE))
    for n, request in enumerate(A_WHOLE_LIFE, start=1):
        event = floor.ask(request)
        assert (floor.spool.version, floor.spool.seq) == (n + 1, event.seq)


@pytest.mark.parametrize("accion", [Accion.NOTA, *sorted(NOT_ASKED_BY_WORKERS)])
def test_a_note_and_a_load_change_only_version_and_number(accion: Accion):
    spool = spool_at(Etapa.LIBRE)
    assert apply_event(spool, an_event(accion)) == replace(spool, version=2, seq=7)


@pytest.mark.parametrize("accion", [Accion.PAUSAR, Accion.LIBERAR, Accion.CANCELAR, Accion.COMPLETAR])
def test_a_log_that_frees_a_spool_nobody_holds_is_damaged(accion: Accion):
    with pytest.raises(ValueError, match="frees LIBRE, which nobody holds"):
        apply_event(spool_at(Etapa.LIBRE), an_event(accion, ARM))


def test_a_log_whose_tomar_names_no_operation_is_damaged():
    with pytest.raises(ValueError, match=r"event 7 \(TOMAR\) names no operation"):
        apply_event(spool_at(Etapa.LIBRE), an_event(Accion.TOMAR, lock_ttl=60))


def test_a_log_whose_lock_has_no_seconds_is_damaged():
    with pytest.raises(TypeError, match="event 7: lock_ttl is 'long', not seconds"):
        apply_event(spool_at(Etapa.LIBRE), an_event(Accion.TOMAR, ARM, lock_ttl="long"))


def test_a_log_that_restores_what_is_no_field_of_a_spool_is_damaged():
    with pytest.raises(TypeError, match="event 7: restaura is None, not the fields of a spool"):
        apply_event(spool_at(Etapa.LIBRE), an_event(Accion.DESHACER, ARM, restaura=None))


@pytest.mark.parametrize("name", ["tag_spool", "ot", "version", "seq", "otra"])
def test_a_log_that_restores_what_no_act_changes_is_damaged(name: str):
    with pytest.raises(ValueError, match=f"no act changes {name}"):
        apply_event(spool_at(Etapa.LIBRE), an_event(Accion.DESHACER, ARM, restaura={name: "x"}))


def test_metrologia_has_no_progress_of_its_own():
    with pytest.raises(AttributeError, match="metrologia"):
        spool_at(Etapa.LIBRE).avance(METROLOGIA)
    with pytest.raises(TypeError, match="metrologia"):
        spool_at(Etapa.LIBRE).with_avance(METROLOGIA, spool_at(Etapa.LIBRE).arm)


@pytest.mark.parametrize(
    ("accion", "operacion", "tipo"),
    [
        (Accion.TOMAR, ARM, "TOMAR_ARM"),
        (Accion.COMPLETAR, METROLOGIA, "COMPLETAR_METROLOGIA"),
        (Accion.NOTA, None, "NOTA"),
        (Accion.CARGAR_PLANTA, None, "CARGAR_PLANTA"),
    ],
)
def test_an_events_type_is_its_verb_and_its_operation(accion: Accion, operacion: Operacion | None, tipo: str):
    assert evento_tipo(accion, operacion) == an_event(accion, operacion).evento_tipo == tipo


def test_an_event_is_never_changed():
    event = an_event(Accion.NOTA)
    with pytest.raises(ValueError, match="frozen"):
        event.seq = 8
