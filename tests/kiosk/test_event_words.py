"""Events as lines of a history, in both languages."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from pydantic import JsonValue

from core.domain.events import Event
from core.domain.model import Accion, Operacion
from kiosk.words.event_words import event_line
from kiosk.words.naming import LANGUAGES
from kiosk.words.wording import Wording
from tests.plants import TAG

ONCE = UUID("0d1f2a4e-6a0b-4c3b-9d7e-0123456789ab")
ES, EN = (Wording(language) for language in LANGUAGES)


def event(accion: Accion, operacion: Operacion | None = None, **metadata: JsonValue) -> Event:
    return Event(
        seq=1,
        id=ONCE,
        ts=datetime(2025, 11, 21, 15, tzinfo=UTC),
        evento_tipo=str(accion),
        tag_spool=TAG,
        worker_id=93,
        worker_nombre="MR(93)",
        operacion=operacion,
        accion=accion,
        fecha_operacion=date(2025, 11, 21),
        station="ARM-01",
        metadata=metadata,
    )


EVENTS = [
    (event(Accion.TOMAR, Operacion.ARM, lock_ttl=43_200), "MR(93) tomó ARMADO", "MR(93) took FIT-UP"),
    (event(Accion.PAUSAR, Operacion.SOLD), "MR(93) pausó SOLDADURA", "MR(93) paused WELDING"),
    (event(Accion.COMPLETAR, Operacion.REPARACION), "MR(93) completó REPARACIÓN", "MR(93) completed REPAIR"),
    (
        event(Accion.COMPLETAR, Operacion.METROLOGIA, resultado="APROBADO"),
        "MR(93) completó METROLOGÍA: APROBADO",
        "MR(93) completed INSPECTION: APPROVED",
    ),
    (
        event(Accion.COMPLETAR, Operacion.METROLOGIA, motivo="Poros", ciclo=2, bloqueado=False, resultado="RECHAZADO"),
        "MR(93) completó METROLOGÍA: RECHAZADO, ciclo 2: Poros",
        "MR(93) completed INSPECTION: REJECTED, cycle 2: Poros",
    ),
    (
        event(Accion.COMPLETAR, Operacion.METROLOGIA, motivo="Poros", ciclo=4, bloqueado=True, resultado="RECHAZADO"),
        "MR(93) completó METROLOGÍA: RECHAZADO, ciclo 4, queda BLOQUEADO: Poros",
        "MR(93) completed INSPECTION: REJECTED, cycle 4, now BLOCKED: Poros",
    ),
    (
        event(Accion.TOMAR, Operacion.ARM, lock_ttl=60, desplaza={"worker_id": 94, "worker_nombre": "JP(94)"}),
        "MR(93) tomó ARMADO: desplazó a JP(94)",
        "MR(93) took FIT-UP: displaced JP(94)",
    ),
    (
        event(Accion.LIBERAR, Operacion.SOLD, liberado={"worker_id": 94, "worker_nombre": "JP(94)"}, motivo="se fue"),
        "MR(93) liberó SOLDADURA: lo tenía JP(94): se fue",
        "MR(93) released WELDING: JP(94) had it: se fue",
    ),
    (
        event(Accion.DESHACER, Operacion.ARM, deshace={"seq": 7, "evento_tipo": "TOMAR_ARM"}, restaura={}),
        "MR(93) deshizo: TOMAR ARMADO",
        "MR(93) undid: TAKE FIT-UP",
    ),
    (
        event(Accion.DESHACER, Operacion.METROLOGIA, deshace={"evento_tipo": "COMPLETAR_METROLOGIA"}, restaura={}),
        "MR(93) deshizo: COMPLETAR METROLOGÍA",
        "MR(93) undid: COMPLETE INSPECTION",
    ),
    (
        event(Accion.DESHACER, deshace={"seq": 7, "evento_tipo": "DESBLOQUEAR"}, restaura={"bloqueado": True}),
        "MR(93) deshizo: DESBLOQUEAR",
        "MR(93) undid: UNBLOCK",
    ),
    (
        event(Accion.PAUSAR, Operacion.ARM, uniones={"1": "4", "2": "1.5", "3": "4", "5": "0.75"}),
        "MR(93) pausó ARMADO: 4 uniones (1-3, 5) · 10,3″",
        "MR(93) paused FIT-UP: 4 joints (1-3, 5) · 10.3″",
    ),
    (
        event(Accion.COMPLETAR, Operacion.SOLD, uniones={"7": "10"}, motivo="último"),
        "MR(93) completó SOLDADURA: 1 unión (7) · 10,0″: último",
        "MR(93) completed WELDING: 1 joint (7) · 10.0″: último",
    ),
    (
        event(Accion.ENTREGAR, Operacion.ARM, lock_ttl=60, a_worker_id=94, a_worker_nombre="JP(94)"),
        "MR(93) entregó ARMADO: lo recibe JP(94)",
        "MR(93) handed over FIT-UP: JP(94) takes it on",
    ),
    (
        event(Accion.RETENER, motivo="Cliente"),
        "MR(93) retuvo el spool: Cliente",
        "MR(93) held the spool back: Cliente",
    ),
    (
        event(Accion.REANUDAR, motivo="Llegó"),
        "MR(93) reanudó el spool: Llegó",
        "MR(93) resumed the spool: Llegó",
    ),
    (event(Accion.CANCELAR, Operacion.ARM), "MR(93) canceló ARMADO", "MR(93) cancelled FIT-UP"),
    (
        event(Accion.EXTENDER, Operacion.ARM, lock_ttl=60),
        "MR(93) renovó el plazo de ARMADO",
        "MR(93) renewed the time for FIT-UP",
    ),
    (
        event(Accion.LIBERAR, Operacion.ARM, motivo="Cambio de turno"),
        "MR(93) liberó ARMADO: Cambio de turno",
        "MR(93) released FIT-UP: Cambio de turno",
    ),
    (
        event(Accion.DESBLOQUEAR, motivo="Calidad"),
        "MR(93) desbloqueó el spool: Calidad",
        "MR(93) unblocked the spool: Calidad",
    ),
    (
        event(Accion.NOTA, texto="Falta {brida} [x]"),
        "MR(93) anotó: Falta {brida} [x]",
        "MR(93) noted: Falta {brida} [x]",
    ),
    (event(Accion.CARGAR_PLANTA, origen="planta.csv"), "Planta cargada", "Plant loaded"),
    (
        event(Accion.ACEPTAR_REGISTRO, motivo="el servidor se perdió"),
        "MR(93) aceptó el registro como está: el servidor se perdió",
        "MR(93) accepted the ledger as it is: el servidor se perdió",
    ),
    (
        event(Accion.CONFLICTO_HOJA, columnas={"Armador": {"hoja": "JP(94)", "registro": "MR(93)"}}),
        "La planilla decía otra cosa: Armador «JP(94)» por «MR(93)»",
        "The sheet said otherwise: Armador “JP(94)” for “MR(93)”",
    ),
    (
        event(Accion.RECONSTRUIR, spools=2),
        "Registro reconstruido de la planilla",
        "Ledger rebuilt from the sheet",
    ),
    (
        event(Accion.INVENTARIO, contados=212, faltan=3, sobran=1, en_otra_parte=2),
        "MR(93) contó el patio: 212 contados, 3 faltan, 1 sobran, 2 en otra parte",
        "MR(93) counted the yard: 212 counted, 3 missing, 1 unexpected, 2 elsewhere",
    ),
]


def test_an_event_is_one_line() -> None:
    assert {happened.accion for happened, _, _ in EVENTS} == set(Accion)
    for happened, spanish, english in EVENTS:
        assert event_line(happened, ES) == spanish
        assert event_line(happened, EN) == english


@pytest.mark.parametrize(
    ("changes", "metadata", "told"),
    [
        ({"accion": "PINTAR", "evento_tipo": "PINTAR"}, {"motivo": "pedido"}, "MR(93) PINTAR: pedido"),
        ({"accion": "PINTAR", "evento_tipo": "PINTAR", "worker_nombre": ""}, {}, "PINTAR"),
        ({"operacion": "PINTURA", "evento_tipo": "TOMAR_PINTURA"}, {}, "MR(93) tomó PINTURA"),
        ({"accion": "DESHACER"}, {"deshace": {"evento_tipo": "PINTAR_TAPA"}}, "MR(93) deshizo: PINTAR TAPA"),
        ({"accion": "COMPLETAR", "operacion": "METROLOGIA"}, {"resultado": "OBSERVADO"}, "OBSERVADO"),
    ],
)
def test_what_only_a_newer_program_knows_of_an_event_is_told_as_it_is(
    changes: dict[str, str], metadata: dict[str, JsonValue], told: str
) -> None:
    known = event(Accion.TOMAR, Operacion.ARM, **metadata).model_dump(mode="json")
    newer = Event.model_validate({**known, **changes, "lote": 7})
    assert event_line(newer, ES).endswith(told)
    assert newer.resultado is None
    assert newer.model_dump(mode="json")["lote"] == 7
