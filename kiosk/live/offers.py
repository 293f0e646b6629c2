"""What one worker can do with one spool as it stands. Pure: nothing here asks or does anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.errors import KioskError
from core.domain.model import Operacion, Spool, Worker
from kiosk.scanning.codes import Command

_OF_HOLDERS: Final = (Command.PAUSAR, Command.COMPLETAR, Command.CANCELAR, Command.EXTENDER)


@dataclass(frozen=True, slots=True)
class Possible:
    """One thing to do, by the command whose barcode does it; `operacion` is what a spool would be taken for."""

    command: Command
    operacion: Operacion | None = None


def possible_acts(
    spool: Spool, worker: Worker, possible: Mapping[Operacion, KioskError | None], *, now: datetime
) -> list[Possible]:
    """What the worker can do with the spool now. `possible` is as for `kiosk.live.dialogue.next_step`."""
    held = spool.ocupacion
    if held is not None and held.worker_id == worker.worker_id and not held.is_expired(now):
        acts = [Possible(command) for command in _OF_HOLDERS]
    else:
        acts = _beginnings([operacion for operacion, refusal in possible.items() if refusal is None])
        if worker.is_supervisor and held is not None:
            acts.append(Possible(Command.LIBERAR))
    if worker.is_supervisor and spool.bloqueado:
        acts.append(Possible(Command.DESBLOQUEAR))
    return [*acts, Possible(Command.NOTA)]


def _beginnings(operaciones: list[Operacion]) -> list[Possible]:
    taken = [operacion for operacion in operaciones if operacion is not Operacion.METROLOGIA]
    # C.TOMAR takes where there is one thing to take a spool for; of several, each has its own barcode.
    acts = [Possible(Command.TOMAR if len(taken) == 1 else Command(operacion), operacion) for operacion in taken]
    if Operacion.METROLOGIA in operaciones:
        acts += [Possible(Command.APROBADO), Possible(Command.RECHAZADO)]
    return acts
