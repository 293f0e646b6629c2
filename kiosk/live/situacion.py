"""How a spool stands, as the board counts it: each is in one situation. Pure; VENCIDO is a matter of time, and none."""

from enum import StrEnum

from core.domain.model import EstadoAvance, Operacion, Resultado, Spool


class Situacion(StrEnum):
    """Who waits for what: the first that fits."""

    TOMADO = "TOMADO"
    BLOQUEADO = "BLOQUEADO"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    POR_INSPECCIONAR = "POR_INSPECCIONAR"
    SIN_MATERIALES = "SIN_MATERIALES"
    DISPONIBLE = "DISPONIBLE"


def situacion_of(spool: Spool) -> Situacion:
    """The situation of a spool: only a free one is anything but TOMADO."""
    if spool.ocupacion is not None:
        return Situacion.TOMADO
    if spool.bloqueado:
        return Situacion.BLOQUEADO
    resultado = spool.inspeccion.resultado
    if resultado is not None:
        return Situacion.APROBADO if resultado is Resultado.APROBADO else Situacion.RECHAZADO
    if spool.fabricado:
        return Situacion.POR_INSPECCIONAR
    if spool.fecha_materiales is None:
        return Situacion.SIN_MATERIALES
    return Situacion.DISPONIBLE


def is_for(spool: Spool, operacion: Operacion) -> bool:
    """Whether somebody holds the spool for this operation; of a free one, whether it waits for it."""
    if spool.ocupacion is not None:
        return spool.ocupacion.operacion is operacion
    match operacion:
        case Operacion.ARM:
            return not spool.arm.completado and situacion_of(spool) is Situacion.DISPONIBLE
        case Operacion.SOLD:
            begun = spool.arm.estado is not EstadoAvance.PENDIENTE
            return begun and not spool.sold.completado and situacion_of(spool) is Situacion.DISPONIBLE
        case Operacion.METROLOGIA:
            return situacion_of(spool) is Situacion.POR_INSPECCIONAR
        case Operacion.REPARACION:
            return situacion_of(spool) is Situacion.RECHAZADO
