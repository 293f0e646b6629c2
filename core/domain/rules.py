"""The whole business: who may do what to a spool, and when. Pure functions: nothing is read, stored or printed.

`decide` takes the spool as it is, what somebody asks, and the circumstances. It answers with what is to be
committed, or says that nothing needs to change, or refuses by raising one of `core.domain.errors`. How a committed
event then changes the spool is told in `core.domain.replay`.
"""

from datetime import datetime, timedelta
from typing import assert_never

from pydantic import JsonValue

from core.domain.decisions import Accepted, AlreadySo, Circumstances, Decision
from core.domain.errors import (
    DependenciasNoSatisfechasError,
    KioskError,
    LockExpiredError,
    NoAutorizadoError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
)
from core.domain.events import EventDraft
from core.domain.lock_steps import ClearLock, DropLock, ExtendLock, LockStep, RestoreLock, TakeLock
from core.domain.model import (
    ROLES_POR_OPERACION,
    Accion,
    EstadoAvance,
    Occupation,
    Operacion,
    Resultado,
    Rol,
    Spool,
    Worker,
)
from core.domain.plausible import require_plausible_day
from core.domain.reasons import Falta, Impedimento
from core.domain.requests import (
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    ExtenderRequest,
    HolderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    Request,
    TomarRequest,
)
from core.domain.restoring import restoration


def decide(spool: Spool, request: Request, given: Circumstances) -> Decision:
    """What `request` leads to. Raises a `KioskError` when a rule refuses it."""
    match request:
        case TomarRequest():
            return _tomar(spool, request, given)
        case PausarRequest() | CancelarRequest():
            held = _held_by_caller(spool, request, given)
            return Accepted(_fact(request, given, held.operacion), DropLock(held.lock_token))
        case ExtenderRequest():
            held = _held_by_caller(spool, request, given)
            ttl = given.policy.lock_ttl
            return Accepted(_fact(request, given, held.operacion, lock_ttl=ttl), ExtendLock(held.lock_token, ttl))
        case CompletarRequest(resultado=Resultado() as resultado):
            return _inspeccionar(spool, request, resultado, given)
        case CompletarRequest():
            return _completar(spool, request, given)
        case LiberarRequest():
            return _liberar(spool, request, given)
        case DesbloquearRequest():
            return _desbloquear(spool, request, given)
        case NotaRequest():
            return Accepted(_fact(request, given, None, texto=request.texto), None)
        case DeshacerRequest():
            return _deshacer(spool, request, given)
        case _:
            raise TypeError(f"no rule for {type(request).__name__}")


def _tomar(spool: Spool, request: TomarRequest, given: Circumstances) -> Decision:
    held = spool.ocupacion
    if held is not None and _holds(spool, given.worker, request.operacion, given.now):
        return AlreadySo(held)
    _require_takeable(spool, request.operacion, given.worker, given.now)
    ttl = given.policy.lock_ttl
    metadata: dict[str, JsonValue] = {"lock_ttl": ttl}
    if held is not None and held.worker_id != request.worker_id:
        # Its life has run out: the event names whom it displaces.
        metadata["desplaza"] = {
            "worker_id": held.worker_id,
            "worker_nombre": held.worker_nombre,
            "operacion": held.operacion,
            "fecha_ocupacion": held.fecha_ocupacion.isoformat(),
            "station": held.station,
        }
    token = f"{request.worker_id}:{given.event_id}"
    return Accepted(_fact(request, given, request.operacion, **metadata), TakeLock(token, ttl))


def _holds(spool: Spool, worker: Worker, operacion: Operacion, now: datetime) -> bool:
    """Whether the worker holds the spool for this operation, by a lock that lives."""
    held = spool.ocupacion
    return (
        held is not None
        and not held.is_expired(now)
        and (held.worker_id, held.operacion) == (worker.worker_id, operacion)
    )


def _require_takeable(spool: Spool, operacion: Operacion, worker: Worker, now: datetime) -> None:
    """Raise why the worker may not take the spool; an expired occupation is in nobody's way."""
    _require_role(worker, operacion)
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
    _require_not_blocked(spool)
    if spool.ocupacion is not None and not spool.ocupacion.is_expired(now):
        raise SpoolOccupiedError(spool.tag_spool, spool.ocupacion)
    if operacion is Operacion.SOLD and spool.arm.estado is EstadoAvance.PENDIENTE:
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=Falta.ARM_INICIADO)


def _completar(spool: Spool, request: CompletarRequest, given: Circumstances) -> Decision:
    held = _held_by_caller(spool, request, given)
    if held.operacion is Operacion.SOLD and not spool.arm.completado:
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=Operacion.SOLD, falta=Falta.ARM_COMPLETADO)
    return Accepted(_completed(spool, request, given, held.operacion), DropLock(held.lock_token))


def _completed(
    spool: Spool, request: CompletarRequest, given: Circumstances, operacion: Operacion, **metadata: JsonValue
) -> EventDraft:
    require_plausible_day(spool, request.fecha_operacion, hoy=given.now.date(), force=request.force)
    if request.motivo:
        metadata["motivo"] = request.motivo
    if request.force:
        metadata["force"] = True
    return _fact(request, given, operacion, **metadata)


def _inspeccionar(spool: Spool, request: CompletarRequest, resultado: Resultado, given: Circumstances) -> Decision:
    """METROLOGIA is instant: the spool is never taken for it."""
    _require_inspectable(spool, given.worker)
    metadata: dict[str, JsonValue] = {"resultado": resultado}
    if resultado is Resultado.RECHAZADO:
        ciclo = spool.rechazos + 1
        allowed = given.policy.max_reparaciones
        # A supervisor may have allowed more repairs than the plant does.
        metadata |= {"ciclo": ciclo, "bloqueado": 0 < allowed < ciclo - spool.ciclos_extra}
    return Accepted(_completed(spool, request, given, Operacion.METROLOGIA, **metadata), None)


def _require_inspectable(spool: Spool, worker: Worker) -> None:
    operacion = Operacion.METROLOGIA
    _require_role(worker, operacion)
    for avance, falta in ((spool.arm, Falta.ARM_COMPLETADO), (spool.sold, Falta.SOLD_COMPLETADO)):
        if not avance.completado:
            raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=falta)
    if spool.ocupacion is not None:
        raise SpoolOccupiedError(spool.tag_spool, spool.ocupacion)
    _require_not_blocked(spool)
    if spool.aprobado:
        raise OperacionNoDisponibleError(spool.tag_spool, Accion.COMPLETAR, operacion, Impedimento.YA_APROBADO)
    if spool.rechazado:
        raise OperacionNoDisponibleError(spool.tag_spool, Accion.COMPLETAR, operacion, Impedimento.ESPERA_REPARACION)


def _liberar(spool: Spool, request: LiberarRequest, given: Circumstances) -> Decision:
    require_supervisor(given.worker)
    held = spool.ocupacion
    if held is None:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, None, Impedimento.SPOOL_LIBRE)
    metadata: dict[str, JsonValue] = {
        "motivo": request.motivo,
        "liberado": {"worker_id": held.worker_id, "worker_nombre": held.worker_nombre},
    }
    return Accepted(_fact(request, given, held.operacion, **metadata), ClearLock())


def _desbloquear(spool: Spool, request: DesbloquearRequest, given: Circumstances) -> Decision:
    require_supervisor(given.worker)
    if not spool.bloqueado:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, None, Impedimento.NO_BLOQUEADO)
    return Accepted(_fact(request, given, None, motivo=request.motivo), None)


def _deshacer(spool: Spool, request: DeshacerRequest, given: Circumstances) -> Accepted:
    """The event tells what is restored: whoever reads it needs to know nothing of the act."""
    act = given.last_act
    if act is None or (act.event.tag_spool, act.event.seq) != (spool.tag_spool, request.seq):
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, None, Impedimento.NO_ES_LO_ULTIMO)
    undone = act.event
    operacion = Operacion(undone.operacion) if undone.operacion else None
    impedimento = None
    if not act.reversible:
        impedimento = Impedimento.NO_SE_DESHACE
    elif act.time_left(given.now) <= timedelta():
        impedimento = Impedimento.FUERA_DE_PLAZO
    elif act.changed_since(spool):
        impedimento = Impedimento.CAMBIO_DESPUES
    if impedimento is not None:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, operacion, impedimento)
    deshace: JsonValue = {"seq": undone.seq, "event_id": str(undone.id), "evento_tipo": undone.evento_tipo}
    fact = _fact(request, given, operacion, deshace=deshace, restaura=restoration(spool, act.before))
    return Accepted(fact, _lock_before(spool.ocupacion, act.before.ocupacion))


def _lock_before(held: Occupation | None, before: Occupation | None) -> LockStep:
    """The lock goes with the occupation: what undoing returns to had it, or had none, or one that has run out."""
    if held == before:
        return None
    if held is not None:
        # It was a TOMAR, which only finds a lock that has run out: whatever occupation was there had none.
        return ClearLock()
    return None if before is None else RestoreLock(before.lock_token, before.vence)


def _held_by_caller(spool: Spool, request: HolderRequest, given: Circumstances) -> Occupation:
    """The caller's living occupation of the spool: the one thing PAUSAR, COMPLETAR, CANCELAR and EXTENDER need."""
    held = spool.ocupacion
    if held is None:
        raise LockExpiredError(spool.tag_spool)
    if held.worker_id != request.worker_id:
        raise NoAutorizadoError(spool.tag_spool, ocupado_por=held.worker_nombre, worker_id=held.worker_id)
    if held.is_expired(given.now):
        raise LockExpiredError(spool.tag_spool, worker_id=held.worker_id, vencio=held.vence)
    if request.operacion not in {None, held.operacion}:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, request.operacion, Impedimento.OTRA_OPERACION)
    return held


def _require_role(worker: Worker, operacion: Operacion) -> None:
    if not worker.may_do(operacion):
        raise role_missing(worker, ROLES_POR_OPERACION[operacion])


def require_supervisor(worker: Worker) -> None:
    """Raise RolNoAutorizadoError unless the worker is an active supervisor."""
    if not worker.is_supervisor:
        raise role_missing(worker, frozenset({Rol.SUPERVISOR}))


def role_missing(worker: Worker, needed: frozenset[Rol]) -> RolNoAutorizadoError:
    """The refusal of somebody who is inactive or has none of the roles `needed`."""
    return RolNoAutorizadoError(
        worker.worker_nombre, activo=worker.activo, roles=sorted(worker.roles), faltan=sorted(needed)
    )


def _require_not_blocked(spool: Spool) -> None:
    if spool.bloqueado:
        raise SpoolBloqueadoError(spool.tag_spool, rechazos=spool.rechazos)


def _fact(request: Request, given: Circumstances, operacion: Operacion | None, **metadata: JsonValue) -> EventDraft:
    fecha = request.fecha_operacion if isinstance(request, CompletarRequest) else None
    return EventDraft(
        id=given.event_id,
        tag_spool=request.tag_spool,
        worker_id=request.worker_id,
        worker_nombre=given.worker.worker_nombre,
        accion=request.accion,
        operacion=operacion,
        fecha_operacion=fecha or given.now.date(),
        station=given.station,
        metadata=metadata,
    )


def possible_operations(spool: Spool, worker: Worker, now: datetime) -> dict[Operacion, KioskError | None]:
    """For each operation the worker has a role for: None if it may begin at `now`, else why it may not."""
    answers: dict[Operacion, KioskError | None] = {}
    for operacion in Operacion:
        if not worker.may_do(operacion):
            continue
        try:
            if operacion is Operacion.METROLOGIA:
                _require_inspectable(spool, worker)
            elif not _holds(spool, worker, operacion, now):
                _require_takeable(spool, operacion, worker, now)
        except KioskError as refusal:
            answers[operacion] = refusal
        else:
            answers[operacion] = None
    return answers
