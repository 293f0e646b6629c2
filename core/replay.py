"""How an event changes a spool. The ledger's state and every replica are made by this one function.

`apply_event` trusts the log: whether something may happen is decided before it is an event (see `core.rules`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.model import (
    PENDIENTE,
    SIN_INSPECCION,
    Accion,
    Avance,
    EstadoAvance,
    Inspeccion,
    Occupation,
    Operacion,
    Resultado,
    Spool,
)

if TYPE_CHECKING:
    from pydantic import JsonValue

    from core.events import Event


def apply_event(spool: Spool, event: Event) -> Spool:
    """The spool after `event`: one version further, with `seq` the event's number."""
    match event.accion:
        case Accion.TOMAR:
            after = _taken(spool, event)
        case Accion.EXTENDER:
            after = _extended(spool, event)
        case Accion.PAUSAR | Accion.LIBERAR:
            after = _freed(spool, _paused(spool))
        case Accion.CANCELAR:
            after = _freed(spool, _held(spool).previo)
        case Accion.COMPLETAR if event.operacion is Operacion.METROLOGIA:
            after = _inspected(spool, event)
        case Accion.COMPLETAR:
            after = _completed(spool, event)
        case Accion.DESBLOQUEAR:
            after = replace(spool, bloqueado=False, ciclos_extra=spool.ciclos_extra + 1)
        case Accion.NOTA | Accion.CARGAR_PLANTA | Accion.ACEPTAR_REGISTRO:
            after = spool
    return replace(after, version=spool.version + 1, seq=event.seq)


def _held(spool: Spool) -> Occupation:
    if spool.ocupacion is None:
        raise ValueError(f"the log frees {spool.tag_spool}, which nobody holds")
    return spool.ocupacion


def _freed(spool: Spool, avance: Avance) -> Spool:
    return replace(spool.with_avance(_held(spool).operacion, avance), ocupacion=None)


def _paused(spool: Spool) -> Avance:
    held = _held(spool)
    return replace(spool.avance(held.operacion), estado=EstadoAvance.PAUSADO)


def _taken(spool: Spool, event: Event) -> Spool:
    operacion = _operacion(event)
    renewed = spool.ocupacion
    if renewed is not None and (renewed.worker_id, renewed.operacion) == (event.worker_id, operacion):
        previo = renewed.previo
    else:
        if spool.ocupacion is not None:
            # Whoever is displaced never said how far the work came: it is half done.
            spool = _freed(spool, _paused(spool))
        previo = spool.avance(operacion)
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
    )
    progress = Avance(EstadoAvance.EN_PROGRESO, event.worker_nombre)
    return replace(spool.with_avance(operacion, progress), ocupacion=occupation)


def _extended(spool: Spool, event: Event) -> Spool:
    return replace(spool, ocupacion=replace(_held(spool), vence=_lock_end(event)))


def _completed(spool: Spool, event: Event) -> Spool:
    operacion = _operacion(event)
    done = Avance(EstadoAvance.COMPLETADO, event.worker_nombre, event.fecha_operacion)
    after = _freed(spool, done)
    return replace(after, inspeccion=SIN_INSPECCION) if operacion is Operacion.REPARACION else after


def _inspected(spool: Spool, event: Event) -> Spool:
    verdict = Inspeccion(event.resultado, event.worker_nombre, event.fecha_operacion)
    if event.resultado is Resultado.APROBADO:
        return replace(spool, inspeccion=verdict)
    return replace(
        spool,
        inspeccion=verdict,
        reparacion=PENDIENTE,
        rechazos=spool.rechazos + 1,
        bloqueado=bool(event.metadata["bloqueado"]),
    )


def _operacion(event: Event) -> Operacion:
    if event.operacion is None:
        raise ValueError(f"event {event.seq} ({event.evento_tipo}) names no operation")
    return event.operacion


def _lock_end(event: Event) -> datetime | None:
    ttl: JsonValue = event.metadata["lock_ttl"]
    if not isinstance(ttl, int):
        raise TypeError(f"event {event.seq}: lock_ttl is {ttl!r}, not seconds")
    return event.ts + timedelta(seconds=ttl) if ttl else None
