"""Releasing and unblocking: the motive is asked for under the name of who holds the spool, or why it was rejected.

An answer never reaches anybody but who was named in the question.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import core
from core.domain.errors import OperacionNoDisponibleError
from core.domain.model import Accion, Occupation, Spool
from core.domain.reasons import Impedimento
from core.domain.rules import require_supervisor
from kiosk.live.supervision import last_rejection
from kiosk.scanning.codes import Command
from kiosk.screens.supervisor_rows import held_line, rejected_line
from kiosk.screens.working import SpoolWorkScreen
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Notice

RELEASE_MOTIVES: Final = 4
UNBLOCK_MOTIVES: Final = 3
"""How many ready answers there are to the question why."""


class ReleasingScreen(SpoolWorkScreen):
    """A screen where a supervisor frees spools. Its acts raise KioskError when the ledger refuses or is away."""

    def line_of(self, spool: Spool) -> str:
        """How the spool stands: who holds it, or in which cycle it was rejected."""
        kiosk, words, held = self.kiosk, self.kiosk.wording, spool.ocupacion
        if held is not None:
            worker = kiosk.board.workers.get(held.worker_id)
            who = worker.nombre_completo if worker else held.worker_nombre
            return held_line(held, who=who, words=words, now=kiosk.now(), zone=kiosk.timezone)
        if spool.rechazado:
            most = kiosk.session.configured.max_reparaciones
            return rejected_line(spool, words=words, max_reparaciones=most)
        return kiosk.estado_of(spool)

    async def long_line_of(self, spool: Spool) -> str:
        """How the spool stands; of a rejected one also why, which only its history tells."""
        words, line = self.kiosk.wording, self.line_of(spool)
        if spool.ocupacion is not None or not spool.rechazado:
            return line
        return words("rejected.motive", line=line, motivo=await self._last_rejection(spool.tag_spool))

    async def _last_rejection(self, tag: str) -> str:
        motivo = last_rejection(await self.kiosk.service.history(tag))
        return motivo or self.kiosk.wording("rejected.no_motive")

    def tell_pointed_at(self, spool: Spool) -> None:
        words = self.kiosk.wording
        if spool.ocupacion is not None:
            following = words("tomas.next")
        else:
            following = words("rechazos.next") if spool.bloqueado else words("supervise.nothing")
        self.show_notice(Tone.INFO, Notice(spool.tag_spool, self.line_of(spool), following))

    async def liberar(self, tag: str) -> None:
        """Ask why, naming who holds the spool; nobody else is released by the answer."""
        require_supervisor(self.worker)
        words = self.kiosk.wording
        held = (await self.kiosk.service.spool(tag)).ocupacion
        if held is None:
            raise self._impossible(tag, Accion.LIBERAR, Impedimento.SPOOL_LIBRE)
        ready = [words(f"motive.release.{number}") for number in range(1, RELEASE_MOTIVES + 1)]
        detail = f"{tag} · {held.worker_nombre} · {words.operacion(held.operacion)}"
        self.ask_why(Notice(words("release.title"), detail), ready, partial(self._release_from, held, tag))

    async def _release_from(self, asked_about: Occupation, tag: str, motivo: str) -> None:
        words = self.kiosk.wording
        held = (await self.kiosk.service.spool(tag)).ocupacion
        if held is not None and held.event_id != asked_about.event_id:
            notice = Notice(
                words("supervise.changed.title"),
                words("supervise.changed.detail", tag=tag, quien=held.worker_nombre),
                words("supervise.changed.next"),
            )
            self.show_notice(Tone.REFUSED, notice)
            return
        request = core.LiberarRequest(tag_spool=tag, worker_id=self.worker.worker_id, motivo=motivo)
        await self.act(Command.LIBERAR, tag, lambda: self.kiosk.service.liberar(request))

    async def desbloquear(self, tag: str) -> None:
        """Ask why, naming why the spool was last rejected."""
        require_supervisor(self.worker)
        words = self.kiosk.wording
        spool = await self.kiosk.service.spool(tag)
        if not spool.bloqueado:
            raise self._impossible(tag, Accion.DESBLOQUEAR, Impedimento.NO_BLOQUEADO)
        detail = f"{tag} · {await self._last_rejection(tag)}"
        ready = [words(f"motive.unblock.{number}") for number in range(1, UNBLOCK_MOTIVES + 1)]
        self.ask_why(Notice(words("unblock.title"), detail), ready, partial(self._unblock, tag))

    async def _unblock(self, tag: str, motivo: str) -> None:
        request = core.DesbloquearRequest(tag_spool=tag, worker_id=self.worker.worker_id, motivo=motivo)
        await self.act(Command.DESBLOQUEAR, tag, lambda: self.kiosk.service.desbloquear(request))

    @staticmethod
    def _impossible(tag: str, accion: Accion, impedimento: Impedimento) -> OperacionNoDisponibleError:
        return OperacionNoDisponibleError(tag, accion=accion, operacion=None, impedimento=impedimento)
