"""What was done, as one Spanish sentence: the `message` of a response, the same each time it is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.domain.model import Accion, Occupation, Operacion

if TYPE_CHECKING:
    from core.domain.events import Event


def event_message(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence for each kind of event
    """The sentence for a committed event."""
    tag, quien, operacion = event.tag_spool, event.worker_nombre, event.operacion
    match event.accion:
        case Accion.TOMAR:
            return f"{tag}: {operacion} tomado por {quien}"
        case Accion.PAUSAR:
            return f"{tag}: {operacion} pausado por {quien}, el spool queda libre"
        case Accion.COMPLETAR if operacion is Operacion.METROLOGIA:
            blocked = ", queda BLOQUEADO" if event.metadata.get("bloqueado") else ""
            return f"{tag}: {event.metadata['resultado']} por {quien}{blocked}"
        case Accion.COMPLETAR:
            return f"{tag}: {operacion} completado por {quien}"
        case Accion.CANCELAR:
            return f"{tag}: {operacion} cancelado por {quien}, queda como antes"
        case Accion.EXTENDER:
            return f"{tag}: {operacion} sigue con {quien}, plazo renovado"
        case Accion.LIBERAR:
            return f"{tag}: liberado por {quien}, {operacion} queda parcial"
        case Accion.DESBLOQUEAR:
            return f"{tag}: desbloqueado por {quien}, admite una reparación más"
        case Accion.NOTA:
            return f"{tag}: nota guardada"
        case Accion.DESHACER:
            return f"{tag}: {quien} deshizo {_undone(event)}, queda como antes"
        case Accion.CARGAR_PLANTA:
            return "Planta cargada"
        case Accion.ACEPTAR_REGISTRO:
            return f"Registro aceptado como está por {quien}"
        case Accion.CONFLICTO_HOJA:
            return f"{tag}: la planilla decía otra cosa que el registro, se repuso lo del registro"
        case Accion.RECONSTRUIR:
            return "Registro reconstruido de la planilla"


def _undone(event: Event) -> str:
    """The type of the act that a DESHACER undoes, in words: `TOMAR ARM`."""
    undone = event.metadata["deshace"]
    return str(undone["evento_tipo"]).replace("_", " ") if isinstance(undone, dict) else ""


def already_held_message(tag_spool: str, occupation: Occupation, now: datetime) -> str:
    """The sentence for a TOMAR by the present holder."""
    return f"{tag_spool}: ya es tuyo, desde hace {elapsed(now - occupation.fecha_ocupacion)}"


def elapsed(time: timedelta) -> str:
    """A length of time in its largest fitting unit: `12 s`, `2 min`, `5 h`, `3 d`; a negative one is `0 s`."""
    seconds = max(int(time.total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
