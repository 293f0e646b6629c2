"""How an event changes a spool. The ledger's state and every replica are made by this one function.

`apply_event` trusts the log: whether something may happen is decided before it is an event (see `core.domain.rules`).
What a newer program's event does to a spool only the ledger knows: then its state is read again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from core.domain.model import (
    PENDIENTE,
    SIN_INSPECCION,
    Accion,
    Avance,
    EstadoAvance,
    Inspeccion,
    Occupation,
    Operacion,
    Resultado,
    Retencion,
    Spool,
    avance_field,
)
from core.domain.restoring import restored
from core.domain.uniones import Hecho, with_made

if TYPE_CHECKING:
    from pydantic import JsonValue

    from core.domain.events import Event


Changes: TypeAlias = "dict[str, Any]"
"""The fields of a spool that an event changes."""


def apply_event(spool: Spool, event: Event) -> Spool:
    """The spool after `event`: one version further, with `seq` the event's number.

    Raises ValueError for an event that is not known, or that cannot have happened to a spool in this state.
    """
    match event.accion:
        case Accion.TOMAR:
            changes = _taken(spool, event)
        case Accion.EXTENDER:
            changes = {"ocupacion": replace(_held(spool), vence=_lock_end(event))}
        case Accion.ENTREGAR:
            changes = _handed_over(spool, event)
        case Accion.PAUSAR | Accion.LIBERAR:
            changes = _freed(spool, _paused(spool)) | _with_joints(spool, event)
        case Accion.CANCELAR:
            changes = _freed(spool, _held(spool).previo)
        case Accion.COMPLETAR if event.operacion is Operacion.METROLOGIA:
            changes = _inspected(spool, event)
        case Accion.COMPLETAR:
            changes = _completed(spool, event)
        case Accion.DESBLOQUEAR:
            changes = {"bloqueado": False, "ciclos_extra": spool.ciclos_extra + 1}
        case Accion.RETENER | Accion.REANUDAR:
            changes = {"retencion": _held_back(event)}
        case Accion.DESHACER:
            changes = _undone(spool, event)
        case (
            Accion.NOTA
            | Accion.CONFLICTO_HOJA
            | Accion.CARGAR_PLANTA
            | Accion.ACEPTAR_REGISTRO
            | Accion.RECONSTRUIR
            | Accion.INVENTARIO
        ):
            changes = {}
        case _:
            raise ValueError(f"event {event.seq}: {event.evento_tipo} is not known")
    return replace(spool, **changes, version=spool.version + 1, seq=event.seq)


def _held(spool: Spool) -> Occupation:
    if spool.ocupacion is None:
        raise ValueError(f"the log frees {spool.tag_spool}, which nobody holds")
    return spool.ocupacion


def _freed(spool: Spool, avance: Avance) -> Changes:
    return {avance_field(_held(spool).operacion): avance, "ocupacion": None, "antes": ()}


def _paused(spool: Spool) -> Avance:
    held = _held(spool)
    return replace(spool.avance(held.operacion), estado=EstadoAvance.PAUSADO)


def _taken(spool: Spool, event: Event) -> Changes:
    operacion = _operacion(event)
    before = spool.ocupacion
    changes: Changes = {}
    if before is not None and (before.worker_id, before.operacion) == (event.worker_id, operacion):
        previo, desplaza = before.previo, before.desplaza
    else:
        if before is not None:
            # Whoever is displaced never said how far the work came: it is half done.
            changes = _freed(spool, _paused(spool))
        previo, desplaza = changes.get(avance_field(operacion), spool.avance(operacion)), event.desplaza
    occupation = Occupation(
        worker_id=event.worker_id,
        worker_nombre=event.worker_nombre,
        operacion=operacion,
        fecha_ocupacion=event.ts,
        station=event.station,
        seq=event.seq,
        event_id=event.id,
        vence=_lock_end(event),
        previo=previo,
        desplaza=desplaza,
    )
    progress = Avance(EstadoAvance.EN_PROGRESO, event.worker_nombre)
    return changes | {avance_field(operacion): progress, "ocupacion": occupation}


def _completed(spool: Spool, event: Event) -> Changes:
    operacion = _operacion(event)
    done = Avance(EstadoAvance.COMPLETADO, event.worker_nombre, event.fecha_operacion)
    changes = _freed(spool, done) | _with_joints(spool, event)
    return changes | {"inspeccion": SIN_INSPECCION} if operacion is Operacion.REPARACION else changes


def _with_joints(spool: Spool, event: Event) -> Changes:
    """The joints that the event finished."""
    numbers = event.uniones
    if not numbers:
        return {}
    hecho = Hecho(event.worker_nombre, event.fecha_operacion)
    return {"uniones": with_made(spool.uniones, _operacion(event), numbers, hecho)}


def _handed_over(spool: Spool, event: Event) -> Changes:
    """The receiver goes on with what the operation was before the first TOMAR."""
    receiver = event.receiver
    if receiver is None:
        raise ValueError(f"event {event.seq} names nobody to whom it hands over")
    occupation = replace(
        _held(spool),
        worker_id=receiver.worker_id,
        worker_nombre=receiver.worker_nombre,
        fecha_ocupacion=event.ts,
        station=event.station,
        seq=event.seq,
        event_id=event.id,
        vence=_lock_end(event),
        desplaza=None,
    )
    progress = Avance(EstadoAvance.EN_PROGRESO, receiver.worker_nombre)
    return {avance_field(occupation.operacion): progress, "ocupacion": occupation}


def _held_back(event: Event) -> Retencion | None:
    if event.accion is Accion.REANUDAR:
        return None
    return Retencion(
        motivo=str(event.metadata["motivo"]),
        worker_id=event.worker_id,
        worker_nombre=event.worker_nombre,
        desde=event.ts,
    )


def _inspected(spool: Spool, event: Event) -> Changes:
    verdict = Inspeccion(event.resultado, event.worker_nombre, event.fecha_operacion)
    if event.resultado is Resultado.APROBADO:
        return {"inspeccion": verdict}
    return {
        "inspeccion": verdict,
        "reparacion": PENDIENTE,
        "rechazos": spool.rechazos + 1,
        "bloqueado": bool(event.metadata["bloqueado"]),
    }


def _undone(spool: Spool, event: Event) -> Changes:
    document = event.metadata["restaura"]
    if not isinstance(document, dict):
        raise TypeError(f"event {event.seq}: restaura is {document!r}, not the fields of a spool")
    return {**restored(spool, document), "antes": ()}


def _operacion(event: Event) -> Operacion:
    if not isinstance(event.operacion, Operacion):
        raise ValueError(f"event {event.seq} ({event.evento_tipo}) names no operation that is known")  # noqa: TRY004
    return event.operacion


def _lock_end(event: Event) -> datetime | None:
    ttl: JsonValue = event.metadata["lock_ttl"]
    if not isinstance(ttl, int):
        raise TypeError(f"event {event.seq}: lock_ttl is {ttl!r}, not seconds")
    return event.ts + timedelta(seconds=ttl) if ttl else None
