"""Who held a spool before an event that only its holder can have made, when no event before it says so. Pure.

The office may have listed the spool as taken, or the row of its TOMAR is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from core.domain.events import Event
from core.domain.model import Accion, Avance, EstadoAvance, Occupation, Operacion, Spool

TAKEN: Final = (Operacion.ARM, Operacion.SOLD, Operacion.REPARACION)
"""The operations that a spool is taken for."""
_BY_THE_HOLDER: Final = frozenset({Accion.PAUSAR, Accion.EXTENDER, Accion.CANCELAR, Accion.COMPLETAR})


@dataclass(frozen=True, slots=True)
class _Holder:
    worker_id: int
    worker_nombre: str
    operacion: Operacion
    since: datetime | None = None


def held_before(spool: Spool, event: Event, *, shown: Spool | None, lock_ttl: int) -> Spool:
    """The spool as it must have been for the event to happen: held by whom the event says.

    `shown` is what the spool's row says, which may know since when.
    """
    holder = _holder(event)
    held = spool.ocupacion
    if holder is None or (held and (held.worker_id, held.operacion) == (holder.worker_id, holder.operacion)):
        return spool
    if held is not None:
        # How it ended is not known; that it did, the event says.
        left = replace(spool.avance(held.operacion), estado=EstadoAvance.PAUSADO)
        spool = replace(spool.with_avance(held.operacion, left), ocupacion=None)
    since = holder.since or _since_shown(shown, holder) or event.ts
    occupation = Occupation(
        worker_id=holder.worker_id,
        worker_nombre=holder.worker_nombre,
        operacion=holder.operacion,
        fecha_ocupacion=since,
        station="",
        seq=0,
        event_id=uuid4(),
        vence=since + timedelta(seconds=lock_ttl) if lock_ttl else None,
        previo=spool.avance(holder.operacion),
    )
    progress = Avance(EstadoAvance.EN_PROGRESO, holder.worker_nombre)
    return replace(spool.with_avance(holder.operacion, progress), ocupacion=occupation)


def _holder(event: Event) -> _Holder | None:
    """Who held the spool when the event happened; None when it does not say."""
    match event:
        case Event(accion=Accion.TOMAR, metadata={"desplaza": {"operacion": str(spelled), **holder}}):
            operacion = next((operacion for operacion in TAKEN if operacion == spelled), None)
            return _named(holder, operacion)
        case Event(accion=Accion.LIBERAR, metadata={"liberado": {**holder}}):
            return _named(holder, event.operacion)
        case Event(accion=accion, operacion=Operacion() as operacion) if accion in _BY_THE_HOLDER:
            return _Holder(event.worker_id, event.worker_nombre, operacion) if operacion in TAKEN else None
        case _:
            return None


def _named(holder: Mapping[object, object], operacion: Operacion | None) -> _Holder | None:
    match holder:
        case {"worker_id": int(worker_id), "worker_nombre": str(nombre)} if operacion in TAKEN and operacion:
            return _Holder(worker_id, nombre, operacion, _instant(holder.get("fecha_ocupacion")))
        case _:
            return None


def _instant(told: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _since_shown(shown: Spool | None, holder: _Holder) -> datetime | None:
    held = shown.ocupacion if shown else None
    return held.fecha_ocupacion if held and held.worker_id == holder.worker_id else None
