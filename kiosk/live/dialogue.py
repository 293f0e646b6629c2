"""What a spool scan by an identified worker leads to: at most one question. Pure; no screen is known here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    KioskError,
    OperacionNoDisponibleError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
)
from core.domain.model import Occupation, Operacion, Spool, Worker


@dataclass(frozen=True, slots=True)
class Take:
    """Take the spool for this operation, without a question."""

    operacion: Operacion


@dataclass(frozen=True, slots=True)
class AskOperation:
    """Several operations are possible: ask which."""

    operaciones: tuple[Operacion, ...]


@dataclass(frozen=True, slots=True)
class AskOutcome:
    """The worker holds the spool already: ask what to do with it."""

    held: Occupation


@dataclass(frozen=True, slots=True)
class AskVerdict:
    """The spool awaits inspection by this worker: ask for the verdict."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing is possible, for this reason."""

    error: KioskError


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """No operation of this worker's fits the spool as it is."""


NextStep = Take | AskOperation | AskOutcome | AskVerdict | Refuse | NothingToDo

_TELLING_FIRST: Final = (SpoolOccupiedError, SpoolBloqueadoError, DependenciasNoSatisfechasError)


def next_step(
    spool: Spool, worker: Worker, possible: Mapping[Operacion, KioskError | None], *, now: datetime
) -> NextStep:
    """What comes next. `possible` holds the operations of the worker's roles, None for those that may begin."""
    held = spool.ocupacion
    if held is not None and held.worker_id == worker.worker_id:
        # Its lock ran out and nobody took it: one scan makes it theirs again.
        return Take(held.operacion) if held.is_expired(now) else AskOutcome(held)
    open_now = tuple(operacion for operacion, refusal in possible.items() if refusal is None)
    match open_now:
        case (Operacion.METROLOGIA,):
            return AskVerdict()
        case (operacion,):
            return Take(operacion)
        case ():
            return _why_not(spool, list(filter(None, possible.values())))
        case _:
            return AskOperation(open_now)


def _why_not(spool: Spool, refusals: list[KioskError]) -> NextStep:
    if not refusals:
        # No role takes spools: let the ledger's answer name the role that is missing.
        return Take(Operacion.SOLD if spool.arm.completado else Operacion.ARM)
    if all(isinstance(refusal, OperacionNoDisponibleError) for refusal in refusals):
        return NothingToDo()
    return Refuse(telling(refusals))


def telling(refusals: Iterable[KioskError]) -> KioskError:
    """Of several reasons (at least one), the one that tells a person most."""
    refusals = list(refusals)
    told = (refusal for kind in _TELLING_FIRST for refusal in refusals if isinstance(refusal, kind))
    return next(told, refusals[0])
