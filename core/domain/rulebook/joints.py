"""Which joints a spool has, and which of them a PAUSAR or a COMPLETAR may finish."""

from dataclasses import replace

from pydantic import JsonValue

from core.domain.errors import DependenciasNoSatisfechasError, OperacionNoDisponibleError
from core.domain.model import Operacion, Spool
from core.domain.reasons import Falta, Impedimento
from core.domain.requests import CompletarRequest, PausarRequest
from core.domain.uniones import Hecho, Uniones, all_made, remaining


def finished_by(spool: Spool, request: PausarRequest | CompletarRequest, operacion: Operacion) -> dict[str, JsonValue]:
    """The joints that are finished with the request, as its event has them: `uniones`, by number their DN in inches.

    Without numbers PAUSAR finishes none, COMPLETAR all that remain; empty where there is none. Raises
    OperacionNoDisponibleError for a joint that is not there, was made before or needs no weld,
    DependenciasNoSatisfechasError for one that is not fitted yet, and when COMPLETAR would leave one it needs.
    """
    missing = remaining(spool.uniones, operacion) if operacion in {Operacion.ARM, Operacion.SOLD} else ()
    completes = isinstance(request, CompletarRequest)
    numbers = request.uniones
    if numbers is None:
        numbers = missing if completes else ()
    _require_ready(spool, request, operacion, numbers, missing)
    if completes and (left := tuple(number for number in missing if number not in numbers)):
        raise DependenciasNoSatisfechasError(spool.tag_spool, operacion=operacion, falta=Falta.UNIONES, uniones=left)
    made: dict[str, JsonValue] = {str(one.numero): f"{one.dn:f}" for one in spool.uniones if one.numero in numbers}
    return {"uniones": made} if made else {}


def _require_ready(
    spool: Spool,
    request: PausarRequest | CompletarRequest,
    operacion: Operacion,
    numbers: tuple[int, ...],
    missing: tuple[int, ...],
) -> None:
    by_number = {union.numero: union for union in spool.uniones}
    wrong = tuple(number for number in numbers if number not in missing)
    if wrong:
        known = all(number in by_number for number in wrong)
        if operacion not in {Operacion.ARM, Operacion.SOLD} or not by_number:
            impedimento = Impedimento.SIN_UNIONES
        elif not known:
            impedimento, wrong = Impedimento.UNION_NO_EXISTE, tuple(one for one in wrong if one not in by_number)
        elif all(by_number[number].is_made(operacion) for number in wrong):
            impedimento = Impedimento.UNION_YA_HECHA
        else:
            impedimento = Impedimento.SIN_SOLDADURA
            wrong = tuple(number for number in wrong if not by_number[number].is_made(operacion))
        raise OperacionNoDisponibleError(spool.tag_spool, request.accion, operacion, impedimento, wrong)
    if early := tuple(number for number in numbers if not by_number[number].is_ready(operacion)):
        raise DependenciasNoSatisfechasError(
            spool.tag_spool, operacion=operacion, falta=Falta.UNION_ARMADA, uniones=early
        )


def with_joints(spool: Spool, uniones: Uniones) -> Spool:
    """The spool with these joints; in an operation that is completed none remains: they are its worker's.

    So a list that the office adds, or adds to, opens no operation again.
    """
    for operacion in (Operacion.ARM, Operacion.SOLD):
        avance = spool.avance(operacion)
        if avance.completado:
            uniones = all_made(uniones, operacion, Hecho(avance.worker_nombre, avance.fecha))
    return replace(spool, uniones=uniones) if uniones or spool.uniones else spool
