"""Holding a spool back, and letting it be worked on again: each asks why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.domain.availability import require_hold_back
from core.domain.model import Accion
from kiosk.scanning.codes import Command
from kiosk.words.wording import Notice

if TYPE_CHECKING:
    from kiosk.screens.working import WorkScreen

MOTIVES: Final = {Command.RETENER: ("hold", 5), Command.REANUDAR: ("resume", 3)}
"""The name of the question, and how many ready answers it has."""


async def ask_to_hold_back(screen: WorkScreen, command: Command, tag: str) -> None:
    """Ask why the spool is held back (RETENER) or let go on (REANUDAR). Raises KioskError where that cannot be."""
    words, spool = screen.words, await screen.kiosk.feed.service.spool(tag)
    require_hold_back(spool, Accion(command), screen.worker)
    name, count = MOTIVES[command]
    held = f"{words.operacion(spool.ocupacion.operacion)} {spool.ocupacion.worker_nombre}" if spool.ocupacion else ""
    held_back = words.held_back(spool.retencion, now=screen.now()) if spool.retencion else ""
    about = Notice(words(f"{name}.title"), " · ".join(filter(None, (tag, held, held_back))))
    screen.ask_why(about, f"motive.{name}", count, partial(_save, screen, command, tag))


async def _save(screen: WorkScreen, command: Command, tag: str, motivo: str) -> None:
    await screen.act(command, tag, motivo=motivo)
