"""Estado_Detalle: one line that tells a person how a spool stands. Spanish, as the office's sheet has it."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from core.model import Avance, EstadoAvance, Inspeccion, Occupation, Resultado, Spool

_PROGRESS: Final = {
    EstadoAvance.PENDIENTE: "pendiente",
    EstadoAvance.EN_PROGRESO: "en progreso",
    EstadoAvance.PAUSADO: "parcial",
    EstadoAvance.COMPLETADO: "completado",
}


def estado_detalle(spool: Spool, *, now: datetime, max_reparaciones: int) -> str:
    """The line for `spool` as of `now` (aware); `max_reparaciones` 0 is unlimited."""
    held = spool.ocupacion
    if held is None:
        return _free(spool, max_reparaciones)
    verb = "VENCIDO, lo tenía" if held.is_expired(now) else "Ocupado por"
    return f"{verb} {held.worker_nombre} - {_work(spool, held, max_reparaciones)}"


def _work(spool: Spool, held: Occupation, max_reparaciones: int) -> str:
    if spool.rechazado:
        return f"{held.operacion} en progreso ({_cycle(spool, max_reparaciones)})"
    return _progress(spool)


def _free(spool: Spool, max_reparaciones: int) -> str:
    if spool.bloqueado:
        return f"BLOQUEADO - {spool.rechazos} rechazos, contactar supervisor"
    if spool.aprobado:
        return "METROLOGIA APROBADO"
    if spool.rechazado:
        return f"RECHAZADO ({_cycle(spool, max_reparaciones)}) - REPARACION {_PROGRESS[spool.reparacion.estado]}"
    if spool.fabricado:
        again = f" ({_cycle(spool, max_reparaciones)} reparado)" if spool.rechazos else ""
        return f"METROLOGIA pendiente{again}"
    if spool.fecha_materiales is None:
        return "Sin materiales"
    return f"Disponible - {_progress(spool)}"


def _progress(spool: Spool) -> str:
    return f"ARM {_PROGRESS[spool.arm.estado]}, SOLD {_PROGRESS[spool.sold.estado]}"


def _cycle(spool: Spool, max_reparaciones: int) -> str:
    if not max_reparaciones:
        return f"ciclo {spool.rechazos}"
    return f"ciclo {spool.rechazos}/{max_reparaciones + spool.ciclos_extra}"


_REJECTED: Final = re.compile(
    r"^RECHAZADO\b(?:.*\bciclo (?P<ciclo>\d{1,2})\b)?(?:.*\bREPARACION (?P<parcial>parcial)\b)?"
)
_BLOCKED: Final = re.compile(r"^BLOQUEADO\b(?:.*?\b(?P<rechazos>\d{1,2}) rechazos\b)?")


def with_starting_estado(spool: Spool, text: str) -> Spool:
    """The spool with the rejection or block that an Estado_Detalle written here, or by hand, tells of."""
    rejected = Inspeccion(Resultado.RECHAZADO)
    if match := _REJECTED.match(text):
        reparacion = Avance(EstadoAvance.PAUSADO) if match["parcial"] else spool.reparacion
        return replace(spool, inspeccion=rejected, rechazos=int(match["ciclo"] or 1), reparacion=reparacion)
    if match := _BLOCKED.match(text):
        return replace(spool, inspeccion=rejected, rechazos=int(match["rechazos"] or 1), bloqueado=True)
    return spool
