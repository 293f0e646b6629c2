"""What one worker can do with one spool, and which question a scan of it leads to: at most one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from core.domain.errors import (
    DependenciasNoSatisfechasError,
    KioskError,
    OperacionNoDisponibleError,
    SpoolBloqueadoError,
    SpoolOccupiedError,
    SpoolRetenidoError,
)
from core.domain.model import Occupation, Operacion, Spool, Worker
from core.domain.rulebook.roles import may_hold_back
from kiosk.scanning.codes import Command

OUTCOMES: Final = (Command.PAUSAR, Command.COMPLETAR, Command.CANCELAR)
FINISHES: Final = (*OUTCOMES, Command.EXTENDER)
OF_HOLDERS: Final = (*FINISHES, Command.ENTREGAR)
"""What only the holder of a spool can do to it."""

ABOUT_A_SPOOL: Final = (
    *(Command.TOMAR, *OF_HOLDERS, Command.RETENER, Command.REANUDAR),
    *(Command.LIBERAR, Command.DESBLOQUEAR),
)
"""What can be done only to some spools, and by some."""


NextStep: TypeAlias = tuple[Operacion, ...] | Occupation | KioskError
"""What a scan leads to.

* Operations: the only one begins at once, of several the worker is asked which; with none there is nothing to do.
* The worker's own occupation: they are asked what became of it.
* An error: why nothing is possible.
"""

_MOST_HELPFUL: Final = (SpoolOccupiedError, SpoolBloqueadoError, DependenciasNoSatisfechasError)


def next_step(
    spool: Spool, worker: Worker, possible: Mapping[Operacion, KioskError | None], *, now: datetime
) -> NextStep:
    """What comes next. `possible` holds the operations of the worker's roles, None for those that may begin."""
    held = spool.ocupacion
    if held is not None and held.worker_id == worker.worker_id:
        # Its lock ran out and nobody took it: one scan makes it theirs again.
        return (held.operacion,) if held.is_expired(now) else held
    if spool.retencion is not None:
        return SpoolRetenidoError(spool.tag_spool, spool.retencion)
    open_now = tuple(operacion for operacion, refusal in possible.items() if refusal is None)
    refusals = list(filter(None, possible.values()))
    if not possible:
        # No role takes spools: let the ledger's answer name the role that is missing.
        return (Operacion.SOLD if spool.arm.completado else Operacion.ARM,)
    if open_now or all(isinstance(refusal, OperacionNoDisponibleError) for refusal in refusals):
        return open_now
    return most_helpful(refusals)


def most_helpful(refusals: Iterable[KioskError]) -> KioskError:
    """Of several reasons (at least one), the most helpful one."""
    refusals = list(refusals)
    found = (refusal for kind in _MOST_HELPFUL for refusal in refusals if isinstance(refusal, kind))
    return next(found, refusals[0])


@dataclass(frozen=True, slots=True)
class Possible:
    """One thing to do, by the command whose barcode does it; `operacion` is what a spool would be taken for."""

    command: Command
    operacion: Operacion | None = None

    @property
    def by_key(self) -> Command:
        """The command whose key does it: one takes a spool for whatever operation it is."""
        return Command.TOMAR if self.operacion else self.command


def possible_acts(
    spool: Spool, worker: Worker, possible: Mapping[Operacion, KioskError | None], *, now: datetime
) -> list[Possible]:
    """What the worker can do with the spool now. `possible` is as for `next_step`."""
    held = spool.ocupacion
    if held is not None and held.worker_id == worker.worker_id and not held.is_expired(now):
        no_use = Command.COMPLETAR if spool.retencion else None
        acts = [Possible(command) for command in OF_HOLDERS if command is not no_use]
    else:
        acts = _beginnings([operacion for operacion, refusal in possible.items() if refusal is None])
        if worker.is_supervisor and held is not None:
            acts.append(Possible(Command.LIBERAR))
    if worker.is_supervisor and spool.bloqueado:
        acts.append(Possible(Command.DESBLOQUEAR))
    if may_hold_back(worker):
        acts.append(Possible(Command.REANUDAR if spool.retencion else Command.RETENER))
    return [*acts, Possible(Command.NOTA)]


def _beginnings(operaciones: list[Operacion]) -> list[Possible]:
    taken = [operacion for operacion in operaciones if operacion is not Operacion.METROLOGIA]
    # C.TOMAR takes where there is one thing to take a spool for; of several, each has its own barcode.
    acts = [Possible(Command.TOMAR if len(taken) == 1 else Command(operacion), operacion) for operacion in taken]
    if Operacion.METROLOGIA in operaciones:
        acts += [Possible(Command.APROBADO), Possible(Command.RECHAZADO)]
    return acts
