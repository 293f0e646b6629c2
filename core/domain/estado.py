"""Estado_Detalle: one line that tells a person how a spool stands. Spanish, as the office's sheet has it."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from core.domain.model import Avance, EstadoAvance, Inspeccion, Occupation, Resultado, Spool

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


_CYCLE: Final = re.compile(r"\bciclo (?P<rechazos>\d{1,4})\b|\b(?P<blocked>\d{1,4}) rechazos\b")


def with_starting_estado(spool: Spool, text: str) -> Spool:
    """The spool with the rejections that an Estado_Detalle, written here or by hand, tells of.

    A rejected or blocked spool without a number counts as rejected once.
    """
    match = _CYCLE.search(text)
    rechazos = int(match["rechazos"] or match["blocked"]) if match else 1
    rejected = replace(spool, inspeccion=Inspeccion(Resultado.RECHAZADO), rechazos=rechazos)
    if re.match(r"BLOQUEADO\b", text):
        return replace(rejected, bloqueado=True)
    if re.match(r"RECHAZADO\b", text):
        parcial = Avance(EstadoAvance.PAUSADO)
        return replace(rejected, reparacion=parcial if "REPARACION parcial" in text else spool.reparacion)
    if "REPARACION en progreso" in text:
        return rejected
    return replace(spool, rechazos=rechazos) if "reparado)" in text else spool
