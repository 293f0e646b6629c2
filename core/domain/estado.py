"""How a spool stands, as a small value; and Estado_Detalle, the line of it in the office's sheet, written and read.

Estado_Detalle is a stored format: Spanish, and never reworded. People read `kiosk.words`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from core.domain.model import Avance, EstadoAvance, Inspeccion, Operacion, Resultado, Spool


class Situacion(StrEnum):
    """What there is to say about a spool: the first that fits."""

    OCUPADO = "OCUPADO"
    VENCIDO = "VENCIDO"
    BLOQUEADO = "BLOQUEADO"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    FABRICADO = "FABRICADO"
    REPARADO = "REPARADO"
    SIN_MATERIALES = "SIN_MATERIALES"
    DISPONIBLE = "DISPONIBLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estado:
    """How a spool stands at a moment.

    `quien` has it, or had it (VENCIDO). `avances` are the operations worth naming, in order. `rechazos` is the number
    of the repair cycle and `ciclos` how many are allowed, 0 for unlimited.
    """

    situacion: Situacion
    quien: str = ""
    avances: Mapping[Operacion, EstadoAvance] = field(default_factory=dict)
    rechazos: int = 0
    ciclos: int = 0


def estado_of(spool: Spool, *, now: datetime, max_reparaciones: int) -> Estado:
    """How `spool` stands as of `now` (aware); `max_reparaciones` 0 is unlimited."""
    situacion, held = situacion_of(spool), spool.ocupacion
    if held is not None and held.is_expired(now):
        situacion = Situacion.VENCIDO
    operaciones: tuple[Operacion, ...] = ()
    if spool.rechazado:
        operaciones = (held.operacion if held else Operacion.REPARACION,)
    elif held or situacion is Situacion.DISPONIBLE:
        operaciones = (Operacion.ARM, Operacion.SOLD)
    return Estado(
        situacion=situacion,
        quien=held.worker_nombre if held else "",
        avances={operacion: spool.avance(operacion).estado for operacion in operaciones},
        rechazos=spool.rechazos,
        ciclos=max_reparaciones + spool.ciclos_extra if max_reparaciones else 0,
    )


def situacion_of(spool: Spool) -> Situacion:
    """What there is to say about `spool` whatever the time: an occupation that has run out is OCUPADO too."""
    if spool.ocupacion is not None:
        return Situacion.OCUPADO
    if spool.bloqueado:
        return Situacion.BLOQUEADO
    if spool.inspeccion.resultado is not None:
        return Situacion.APROBADO if spool.aprobado else Situacion.RECHAZADO
    if spool.fabricado:
        return Situacion.REPARADO if spool.rechazos else Situacion.FABRICADO
    return Situacion.SIN_MATERIALES if spool.fecha_materiales is None else Situacion.DISPONIBLE


_AVANCE: Final = {
    EstadoAvance.PENDIENTE: "pendiente",
    EstadoAvance.EN_PROGRESO: "en progreso",
    EstadoAvance.PAUSADO: "parcial",
    EstadoAvance.COMPLETADO: "completado",
}
_LINES: Final = {
    Situacion.OCUPADO: "Ocupado por {quien} - {work}",
    Situacion.VENCIDO: "VENCIDO, lo tenía {quien} - {work}",
    Situacion.BLOQUEADO: "BLOQUEADO - {rechazos} rechazos, contactar supervisor",
    Situacion.APROBADO: "METROLOGIA APROBADO",
    Situacion.RECHAZADO: "RECHAZADO ({cycle}) - {work}",
    Situacion.FABRICADO: "METROLOGIA pendiente",
    Situacion.REPARADO: "METROLOGIA pendiente ({cycle} reparado)",
    Situacion.SIN_MATERIALES: "Sin materiales",
    Situacion.DISPONIBLE: "Disponible - {work}",
}


def estado_detalle(spool: Spool, *, now: datetime, max_reparaciones: int) -> str:
    """The Estado_Detalle of `spool` as of `now` (aware); `max_reparaciones` 0 is unlimited."""
    estado = estado_of(spool, now=now, max_reparaciones=max_reparaciones)
    work = ", ".join(f"{operacion} {_AVANCE[avance]}" for operacion, avance in estado.avances.items())
    cycle = f"ciclo {estado.rechazos}/{estado.ciclos}" if estado.ciclos else f"ciclo {estado.rechazos}"
    if spool.ocupacion is not None and spool.rechazado:
        work = f"{work} ({cycle})"
    line = _LINES[estado.situacion].format(quien=estado.quien, work=work, cycle=cycle, rechazos=estado.rechazos)
    return line if spool.retencion is None else f"{line} - RETENIDO"


_CYCLE: Final = re.compile(r"\bciclo (?P<rechazos>\d{1,4})\b|\b(?P<blocked>\d{1,4}) rechazos\b")


def with_starting_estado(spool: Spool, text: str) -> Spool:
    """The spool with the rejections that an Estado_Detalle says, written here or by hand.

    A rejected or blocked spool without a number counts as rejected once.
    """
    rejections = _rejections(text)
    return replace(spool, **rejections) if rejections else spool


@lru_cache(maxsize=4096)
def _rejections(text: str) -> Mapping[str, Any]:
    """The fields of a spool that an Estado_Detalle gives."""
    match = _CYCLE.search(text)
    rechazos = int(match["rechazos"] or match["blocked"]) if match else 1
    rejected = {"inspeccion": Inspeccion(Resultado.RECHAZADO), "rechazos": rechazos}
    if re.match(r"BLOQUEADO\b", text):
        return {**rejected, "bloqueado": True}
    if re.match(r"RECHAZADO\b", text):
        return {**rejected, "reparacion": Avance(EstadoAvance.PAUSADO)} if "REPARACION parcial" in text else rejected
    if "REPARACION en progreso" in text:
        return rejected
    return {"rechazos": rechazos} if "reparado)" in text else {}
