"""Whether the last act of a worker may be undone, and what that brings back."""

from datetime import timedelta

from pydantic import JsonValue

from core.domain.errors import OperacionNoDisponibleError
from core.domain.model import Accion, Occupation, Operacion, Spool
from core.domain.reasons import Impedimento
from core.domain.requests import DeshacerRequest
from core.domain.restoring import restoration
from core.domain.rulebook.decisions import Accepted, Circumstances
from core.domain.rulebook.lock_steps import ClearLock, LockStep, RestoreLock


def deshacer(spool: Spool, request: DeshacerRequest, given: Circumstances) -> Accepted:
    """What undoing the worker's last act leads to. Raises OperacionNoDisponibleError.

    The event tells what is restored: whoever reads it needs to know nothing of the act.
    """
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
    fact = given.fact(request, operacion, deshace=deshace, restaura=restoration(spool, act.before))
    return Accepted(fact, _lock_before(spool.ocupacion, act.before.ocupacion, undone.accion))


def _lock_before(held: Occupation | None, before: Occupation | None, undone: Accion | str) -> LockStep:
    """The lock goes with the occupation: what undoing returns to had it, or had none, or one that has run out."""
    if held == before:
        return None
    if before is not None and (held is None or undone is Accion.ENTREGAR):
        return RestoreLock(before.lock_token, before.vence, instead_of=held.lock_token if held else "")
    # It was a TOMAR, which only finds a lock that has run out: whatever occupation was there had none.
    return ClearLock()
