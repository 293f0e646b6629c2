"""Counting pauses by their reasons, from events in any order."""

import random
from datetime import timedelta
from uuid import uuid4

from core.domain.events import Event, evento_tipo
from core.domain.model import Accion, Operacion, Worker
from core.domain.reasons import MotivoPausa
from kiosk.live.pauses import Pauses
from tests.plants import JUAN, MIGUEL, START

ARM, SOLD = Operacion.ARM, Operacion.SOLD
HOUR = timedelta(hours=1)


def an_event(
    seq: int,
    accion: Accion,
    operacion: Operacion | None = ARM,
    *,
    worker: Worker = MIGUEL,
    tag: str = "A-1",
    day: int = 0,
    **metadata: object,
) -> Event:
    """The event of number `seq`, as many hours after the start."""
    return Event.model_validate(
        {
            "seq": seq,
            "id": uuid4(),
            "ts": START + seq * HOUR,
            "evento_tipo": evento_tipo(accion, operacion),
            "tag_spool": tag,
            "worker_id": worker.worker_id,
            "worker_nombre": worker.worker_nombre,
            "operacion": operacion,
            "accion": accion,
            "fecha_operacion": START.date() + timedelta(days=day),
            "station": "ARM-02",
            "metadata": metadata,
        }
    )


def a_motive(seq: int, pausa: int, motivo: str) -> Event:
    return an_event(seq, Accion.NOTA, None, texto="x", pausa=pausa, motivo_pausa=motivo)


def causes(*events: Event, until: int = 100) -> list[tuple[str, int, int, dict[str, int]]]:
    """Of each cause its reason, how many, the hours lost and whose."""
    mixed = random.Random(7).sample(events, len(events))
    pauses = Pauses()
    for event in [*mixed, *events]:
        pauses.take_in(event)
    found = pauses.causes(START + until * HOUR)
    return [(cause.motivo, cause.count, cause.lost // HOUR, dict(cause.workers)) for cause in found]


MATERIAL, TURNO = MotivoPausa.FALTA_MATERIAL, MotivoPausa.FIN_TURNO


def test_the_time_of_a_pause_ends_when_the_spool_is_taken_again_for_that_operation() -> None:
    events = [
        *(an_event(1, Accion.PAUSAR), a_motive(2, 1, MATERIAL)),
        an_event(3, Accion.TOMAR, SOLD),
        an_event(4, Accion.TOMAR, tag="B-1"),
        an_event(6, Accion.TOMAR, worker=JUAN),
        an_event(9, Accion.TOMAR),
    ]
    assert causes(*events) == [(MATERIAL, 1, 5, {"MR(93)": 1})]


def test_a_spool_that_nobody_took_again_still_waits() -> None:
    assert causes(an_event(1, Accion.TOMAR), an_event(2, Accion.PAUSAR), a_motive(3, 2, TURNO), until=12) == [
        (TURNO, 1, 10, {"MR(93)": 1})
    ]


def test_what_costs_most_time_comes_first_and_what_nobody_explained_last() -> None:
    events = [
        *(an_event(1, Accion.PAUSAR), an_event(50, Accion.TOMAR)),
        *(an_event(2, Accion.PAUSAR, tag="B-1"), a_motive(3, 2, MATERIAL), an_event(4, Accion.TOMAR, tag="B-1")),
        *(an_event(5, Accion.PAUSAR, tag="B-1", worker=JUAN), a_motive(6, 5, MATERIAL)),
        *(an_event(7, Accion.TOMAR, tag="B-1"), an_event(8, Accion.PAUSAR, tag="C-1"), a_motive(9, 8, TURNO)),
        an_event(18, Accion.TOMAR, tag="C-1"),
    ]
    assert causes(*events) == [
        (TURNO, 1, 10, {"MR(93)": 1}),
        (MATERIAL, 2, 4, {"MR(93)": 1, "JP(94)": 1}),
        ("", 1, 49, {"MR(93)": 1}),
    ]


def test_what_was_undone_does_not_count() -> None:
    undone_pause = [an_event(1, Accion.PAUSAR), a_motive(2, 1, TURNO), an_event(3, Accion.DESHACER, deshace={"seq": 1})]
    assert causes(*undone_pause) == []
    undone_take = [
        an_event(4, Accion.PAUSAR),
        an_event(5, Accion.TOMAR),
        an_event(6, Accion.DESHACER, deshace={"seq": 5}),
    ]
    assert causes(*undone_take, until=14) == [("", 1, 10, {"MR(93)": 1})]


def test_the_reason_given_last_counts_and_a_newer_programs_is_kept() -> None:
    events = [an_event(1, Accion.PAUSAR), a_motive(2, 1, MATERIAL), a_motive(3, 1, "LLUVIA")]
    assert [cause[:2] for cause in causes(*events)] == [("LLUVIA", 1)]


def test_days_of_no_more_interest_are_forgotten() -> None:
    pauses = Pauses()
    for event in (an_event(1, Accion.PAUSAR), an_event(2, Accion.TOMAR, day=1), an_event(3, Accion.PAUSAR, day=1)):
        pauses.take_in(event)
    pauses.forget_before(START.date() + timedelta(days=1))
    assert [cause.count for cause in pauses.causes(START + 9 * HOUR)] == [1]
