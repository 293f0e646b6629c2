"""Which work on a spool may begin now: what TOMAR and an inspection need, and what a terminal may offer."""

from datetime import datetime
from typing import assert_never

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    KioskError,
    LockExpiredError,
    NoAutorizadoError,
    OperacionNoDisponibleError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
    SpoolRetenidoError,
)
from core.domain.model import Accion, EstadoAvance, Occupation, Operacion, Spool, Worker
from core.domain.reasons import Falta, Impedimento
from core.domain.rulebook.policy import Policy
from core.domain.rulebook.roles import HOLDERS_BACK, require_operacion, require_role
from core.domain.uniones import remaining


def holds(spool: Spool, worker: Worker, operacion: Operacion, now: datetime) -> bool:
    """Whether the worker holds the spool for this operation, by a lock that lives."""
    held = spool.ocupacion
    return (
        held is not None
        and not held.is_expired(now)
        and (held.worker_id, held.operacion) == (worker.worker_id, operacion)
    )


def require_holder(spool: Spool, worker_id: int, now: datetime) -> Occupation:
    """The worker's occupation of the spool, which lives; raise why there is none."""
    held = spool.ocupacion
    if held is None:
        raise LockExpiredError(spool.tag_spool)
    if held.worker_id != worker_id:
        raise NoAutorizadoError(spool.tag_spool, ocupado_por=held.worker_nombre, worker_id=held.worker_id)
    if held.is_expired(now):
        raise LockExpiredError(spool.tag_spool, worker_id=held.worker_id, vencio=held.vence)
    return held


def require_takeable(spool: Spool, operacion: Operacion, worker: Worker, now: datetime, policy: Policy) -> None:
    """Raise why the worker may not take the spool; an expired occupation is in nobody's way."""
    require_operacion(worker, operacion, policy)
    match operacion:
        case Operacion.ARM | Operacion.SOLD:
            if spool.fecha_materiales is None:
                raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=Falta.MATERIALES)
            if spool.avance(operacion).completado:
                raise OperacionNoDisponibleError(spool.tag_spool, Accion.TOMAR, operacion, Impedimento.YA_COMPLETADA)
        case Operacion.REPARACION:
            if not spool.rechazado:
                raise OperacionNoDisponibleError(spool.tag_spool, Accion.TOMAR, operacion, Impedimento.NO_RECHAZADO)
        case Operacion.METROLOGIA:
            raise OperacionNoDisponibleError(spool.tag_spool, Accion.TOMAR, operacion, Impedimento.SIN_TOMAR)
        case _:
            assert_never(operacion)
    _require_not_stopped(spool)
    if spool.ocupacion is not None and not spool.ocupacion.is_expired(now):
        raise SpoolOccupiedError(spool.tag_spool, spool.ocupacion)
    if operacion is Operacion.SOLD:
        _require_weldable(spool)


def _require_weldable(spool: Spool) -> None:
    """Raise unless there is something to weld: ARM was begun, or one joint is fitted and waits for its weld."""
    operacion = Operacion.SOLD
    if not spool.se_suelda:
        raise OperacionNoDisponibleError(spool.tag_spool, Accion.TOMAR, operacion, Impedimento.SIN_SOLDADURA)
    if spool.arm.estado is EstadoAvance.PENDIENTE:
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=Falta.ARM_INICIADO)
    # Where every weld is made, SOLD may be taken to complete it.
    missing = remaining(spool.uniones, operacion)
    if missing and not any(union.is_ready(operacion) for union in spool.uniones):
        falta = Falta.UNION_ARMADA
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=falta, uniones=missing)


def require_inspectable(spool: Spool, worker: Worker, policy: Policy) -> None:
    """Raise why the worker may not inspect the spool."""
    operacion = Operacion.METROLOGIA
    require_operacion(worker, operacion, policy)
    if not spool.fabricado:
        falta = Falta.SOLD_COMPLETADO if spool.arm.completado else Falta.ARM_COMPLETADO
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=falta)
    if spool.ocupacion is not None:
        raise SpoolOccupiedError(spool.tag_spool, spool.ocupacion)
    _require_not_stopped(spool)
    if spool.aprobado:
        raise OperacionNoDisponibleError(spool.tag_spool, Accion.COMPLETAR, operacion, Impedimento.YA_APROBADO)
    if spool.rechazado:
        raise OperacionNoDisponibleError(spool.tag_spool, Accion.COMPLETAR, operacion, Impedimento.ESPERA_REPARACION)


def _require_not_stopped(spool: Spool) -> None:
    if spool.bloqueado:
        raise SpoolBloqueadoError(spool.tag_spool, rechazos=spool.rechazos)
    require_not_held_back(spool)


def require_not_held_back(spool: Spool) -> None:
    """Raise SpoolRetenidoError while the spool is held back."""
    if spool.retencion is not None:
        raise SpoolRetenidoError(spool.tag_spool, spool.retencion)


def require_hold_back(spool: Spool, accion: Accion, worker: Worker) -> None:
    """Raise why the worker may not hold the spool back (RETENER), or let it be worked on again (REANUDAR)."""
    require_role(worker, HOLDERS_BACK)
    holds_back = accion is Accion.RETENER
    if holds_back is (spool.retencion is not None):
        impedimento = Impedimento.YA_RETENIDO if holds_back else Impedimento.NO_RETENIDO
        raise OperacionNoDisponibleError(spool.tag_spool, accion, None, impedimento)


def possible_operations(
    spool: Spool, worker: Worker, now: datetime, policy: Policy
) -> dict[Operacion, KioskError | None]:
    """For each operation the worker has a role for: None if it may begin at `now`, else why it may not."""
    answers: dict[Operacion, KioskError | None] = {}
    for operacion in Operacion:
        if not policy.lets(worker, operacion):
            continue
        try:
            if operacion is Operacion.METROLOGIA:
                require_inspectable(spool, worker, policy)
            elif not holds(spool, worker, operacion, now):
                require_takeable(spool, operacion, worker, now, policy)
        except KioskError as refusal:
            answers[operacion] = refusal
        else:
            answers[operacion] = None
    return answers
