"""The whole business: who may do what to a spool, and when. Pure functions: nothing is read, stored or printed.

`decide` takes the spool as it is, what somebody asks, and the circumstances. It answers with what is to be
committed, or says that nothing needs to change, or refuses by raising one of `core.domain.errors`. How a committed
event then changes the spool is told in `core.domain.replay`.
"""

from pydantic import JsonValue

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    OperacionNoDisponibleError,
    WorkerNoEncontradoError,
)
from core.domain.events import EventDraft
from core.domain.model import Occupation, Operacion, Resultado, Spool
from core.domain.plausible import require_plausible_day
from core.domain.reasons import Falta, Impedimento
from core.domain.requests import (
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    EntregarRequest,
    ExtenderRequest,
    HolderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    Request,
    RetenerRequest,
    TomarRequest,
)
from core.domain.rulebook.availability import (
    holds,
    require_hold_back,
    require_holder,
    require_inspectable,
    require_not_held_back,
    require_takeable,
)
from core.domain.rulebook.decisions import Accepted, AlreadySo, Circumstances, Decision
from core.domain.rulebook.joints import finished_by
from core.domain.rulebook.lock_steps import ClearLock, DropLock, ExtendLock, PassLock, TakeLock
from core.domain.rulebook.roles import require_operacion, require_supervisor
from core.domain.rulebook.undoing import deshacer


def decide(spool: Spool, request: Request, given: Circumstances) -> Decision:
    """What `request` leads to. Raises a `KioskError` when a rule refuses it."""
    match request:
        case TomarRequest():
            return _tomar(spool, request, given)
        case CompletarRequest(resultado=Resultado() as resultado):
            return _inspeccionar(spool, request, resultado, given)
        case HolderRequest():
            return _as_holder(spool, request, given)
        case LiberarRequest():
            return _liberar(spool, request, given)
        case DesbloquearRequest():
            return _desbloquear(spool, request, given)
        case RetenerRequest() | ReanudarRequest():
            return _retener_or_reanudar(spool, request, given)
        case NotaRequest():
            return _nota(request, given)
        case DeshacerRequest():
            return deshacer(spool, request, given)
        case _:
            raise TypeError(f"no rule for {type(request).__name__}")


def _as_holder(spool: Spool, request: HolderRequest, given: Circumstances) -> Decision:
    held = _held_by_caller(spool, request, given)
    match request:
        case PausarRequest():
            made = finished_by(spool, request, held.operacion)
            return Accepted(given.fact(request, held.operacion, **made), DropLock(held.lock_token))
        case CompletarRequest():
            return _completar(spool, request, given, held)
        case CancelarRequest():
            return Accepted(given.fact(request, held.operacion), DropLock(held.lock_token))
        case ExtenderRequest():
            ttl = given.policy.lock_ttl
            return Accepted(given.fact(request, held.operacion, lock_ttl=ttl), ExtendLock(held.lock_token, ttl))
        case EntregarRequest():
            return _entregar(spool, request, given, held)
        case _:
            raise TypeError(f"no rule for {type(request).__name__}")


def _tomar(spool: Spool, request: TomarRequest, given: Circumstances) -> Decision:
    held = spool.ocupacion
    if held is not None and holds(spool, given.worker, request.operacion, given.now):
        return AlreadySo(held)
    require_takeable(spool, request.operacion, given.worker, given.now, given.policy)
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
    return Accepted(given.fact(request, request.operacion, **metadata), TakeLock(token, ttl))


def _completar(spool: Spool, request: CompletarRequest, given: Circumstances, held: Occupation) -> Decision:
    require_not_held_back(spool)
    if held.operacion is Operacion.SOLD and not spool.arm.completado:
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=Operacion.SOLD, falta=Falta.ARM_COMPLETADO)
    made = finished_by(spool, request, held.operacion)
    return Accepted(_completed(spool, request, given, held.operacion, **made), DropLock(held.lock_token))


def _completed(
    spool: Spool, request: CompletarRequest, given: Circumstances, operacion: Operacion, **metadata: JsonValue
) -> EventDraft:
    require_plausible_day(spool, request.fecha_operacion, hoy=given.now.date(), force=request.force)
    if request.motivo:
        metadata["motivo"] = request.motivo
    if request.force:
        metadata["force"] = True
    return given.fact(request, operacion, **metadata)


def _inspeccionar(spool: Spool, request: CompletarRequest, resultado: Resultado, given: Circumstances) -> Decision:
    """METROLOGIA is instant: the spool is never taken for it."""
    require_inspectable(spool, given.worker, given.policy)
    metadata: dict[str, JsonValue] = {"resultado": resultado}
    if resultado is Resultado.RECHAZADO:
        ciclo = spool.rechazos + 1
        allowed = given.policy.max_reparaciones
        # A supervisor may have allowed more repairs than the plant does.
        metadata |= {"ciclo": ciclo, "bloqueado": 0 < allowed < ciclo - spool.ciclos_extra}
    return Accepted(_completed(spool, request, given, Operacion.METROLOGIA, **metadata), None)


def _entregar(spool: Spool, request: EntregarRequest, given: Circumstances, held: Occupation) -> Decision:
    receiver = given.receiver
    if receiver is None:
        raise WorkerNoEncontradoError(request.a_worker_id)
    if receiver.worker_id == held.worker_id:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, held.operacion, Impedimento.YA_LO_TIENE)
    require_operacion(receiver, held.operacion, given.policy)
    ttl = given.policy.lock_ttl
    fact = given.fact(
        request,
        held.operacion,
        lock_ttl=ttl,
        a_worker_id=receiver.worker_id,
        a_worker_nombre=receiver.worker_nombre,
    )
    return Accepted(fact, PassLock(f"{receiver.worker_id}:{given.event_id}", ttl, held.lock_token))


def _liberar(spool: Spool, request: LiberarRequest, given: Circumstances) -> Decision:
    require_supervisor(given.worker)
    held = spool.ocupacion
    if held is None:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, None, Impedimento.SPOOL_LIBRE)
    metadata: dict[str, JsonValue] = {
        "motivo": request.motivo,
        "liberado": {"worker_id": held.worker_id, "worker_nombre": held.worker_nombre},
    }
    return Accepted(given.fact(request, held.operacion, **metadata), ClearLock())


def _nota(request: NotaRequest, given: Circumstances) -> Decision:
    about_pause: dict[str, JsonValue] = {"pausa": request.pausa, "motivo_pausa": request.motivo_pausa}
    metadata = {name: value for name, value in about_pause.items() if value is not None}
    return Accepted(given.fact(request, None, texto=request.texto, **metadata), None)


def _desbloquear(spool: Spool, request: DesbloquearRequest, given: Circumstances) -> Decision:
    require_supervisor(given.worker)
    if not spool.bloqueado:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, None, Impedimento.NO_BLOQUEADO)
    return Accepted(given.fact(request, None, motivo=request.motivo), None)


def _retener_or_reanudar(spool: Spool, request: RetenerRequest | ReanudarRequest, given: Circumstances) -> Decision:
    require_hold_back(spool, request.accion, given.worker)
    return Accepted(given.fact(request, None, motivo=request.motivo), None)


def _held_by_caller(spool: Spool, request: HolderRequest, given: Circumstances) -> Occupation:
    """The caller's living occupation of the spool: the one thing that all a holder may ask needs."""
    held = require_holder(spool, request.worker_id, given.now)
    if request.operacion not in {None, held.operacion}:
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, request.operacion, Impedimento.OTRA_OPERACION)
    return held
