"""What a supervisor does to a spool, and an inspector who holds one back: each asks why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.domain.errors import OperacionNoDisponibleError
from core.domain.model import Accion
from core.domain.reasons import Impedimento
from core.domain.rulebook.availability import require_hold_back
from core.domain.rulebook.roles import require_supervisor
from kiosk.live.supervision import last_rejection
from kiosk.scanning.codes import Command
from kiosk.screens.asking import ask_why
from kiosk.words.wording import Notice

if TYPE_CHECKING:
    from core.domain.model import Occupation
    from kiosk.screens.working import WorkScreen

QUESTIONS: Final = {
    Command.LIBERAR: ("release", 4),
    Command.DESBLOQUEAR: ("unblock", 3),
    Command.RETENER: ("hold", 5),
    Command.REANUDAR: ("resume", 3),
}
"""The name of the question why, and how many ready answers it has."""


async def ask_why_of(screen: WorkScreen, command: Command, tag: str) -> None:
    """Ask why the spool is released, unblocked, held back or let go on. Raises KioskError where that cannot be."""
    spool = await screen.kiosk.feed.service.spool(tag)
    held = spool.ocupacion
    if command in {Command.RETENER, Command.REANUDAR}:
        require_hold_back(spool, Accion(command), screen.worker)
    else:
        require_supervisor(screen.worker)
    if command is Command.LIBERAR and held is None:
        raise _impossible(tag, Accion.LIBERAR, Impedimento.SPOOL_LIBRE)
    if command is Command.DESBLOQUEAR and not spool.bloqueado:
        raise _impossible(tag, Accion.DESBLOQUEAR, Impedimento.NO_BLOQUEADO)
    words = screen.words
    facts = [tag]
    if command is Command.DESBLOQUEAR:
        facts.append(await rejected_because(screen, tag))
    elif held is not None:
        facts.append(f"{held.worker_nombre} · {words.operacion(held.operacion)}")
    if spool.retencion is not None:
        facts.append(words.held_back(spool.retencion, now=screen.now()))
    name, count = QUESTIONS[command]
    about = Notice(words(f"{name}.title"), " · ".join(facts))
    ask_why(screen, about, f"motive.{name}", count, partial(_save, screen, command, tag, held))


async def _save(screen: WorkScreen, command: Command, tag: str, asked_about: Occupation | None, motivo: str) -> None:
    """Do it; but a spool is released from nobody except who was named in the question."""
    if command is Command.LIBERAR and asked_about is not None:
        held = (await screen.kiosk.feed.service.spool(tag)).ocupacion
        if held is not None and held.event_id != asked_about.event_id:
            screen.refuse(screen.words.notice("supervise.changed", tag=tag, quien=held.worker_nombre))
            return
    await screen.act(command, tag, motivo=motivo)


async def rejected_because(screen: WorkScreen, tag: str) -> str:
    """Why the spool was last rejected, which only its history says."""
    motivo = last_rejection(await screen.kiosk.feed.service.history(tag))
    return motivo or screen.words("rejected.no_motive")


def _impossible(tag: str, accion: Accion, impedimento: Impedimento) -> OperacionNoDisponibleError:
    return OperacionNoDisponibleError(tag, accion=accion, operacion=None, impedimento=impedimento)
