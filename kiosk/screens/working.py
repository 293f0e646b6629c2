"""What scanning a spool leads to, on every screen where a worker works: taking, finishing, inspecting, noting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import core
from core.domain.model import Operacion, Resultado, Spool
from kiosk.live.dialogue import AskOperation, AskOutcome, AskVerdict, NextStep, NothingToDo, Refuse, Take, next_step
from kiosk.scanning.codes import Command
from kiosk.screens.asking import Answer, WorkScreen
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Notice, elapsed

OUTCOMES: Final = (Command.PAUSAR, Command.COMPLETAR, Command.CANCELAR)
MOTIVES: Final = 5
"""How many ready answers there are to the question why, and to what there is to note."""


class SpoolWorkScreen(WorkScreen):
    """A screen where a spool scan acts on the spool, with at most one question."""

    @property
    def takes(self) -> bool:
        """Whether the worker has a role for an operation that a spool is taken for."""
        return any(self.worker.may_do(operacion) for operacion in Operacion if operacion is not Operacion.METROLOGIA)

    def point_at(self, tag: str) -> None:
        """Make this spool the one that commands are about."""
        raise NotImplementedError

    async def scan(self, spool: Spool) -> None:
        """Act on a spool that was scanned, or chosen from a list. Raises LedgerUnavailableError."""
        words = self.kiosk.wording
        self.drop_question()
        self.point_at(spool.tag_spool)
        match await self._next_step(spool):
            case Take(operacion):
                await self.take(spool.tag_spool, operacion)
            case AskOperation(operaciones):
                answers = [
                    Answer(words.operacion(operacion), self._start(spool, operacion), Command(operacion))
                    for operacion in operaciones
                ]
                self.ask(Notice(words("choose.title"), spool.tag_spool), answers)
            case AskVerdict():
                self.ask_verdict(spool)
            case AskOutcome(held):
                self.ask_outcome(spool.tag_spool, held.operacion, held.fecha_ocupacion)
            case Refuse(error):
                self.show_refusal(error)
            case NothingToDo():
                line = words("nothing_to_do.detail", tag=spool.tag_spool, estado=self.kiosk.estado_of(spool))
                notice = Notice(words("nothing_to_do.title"), line, words("nothing_to_do.next"))
                self.show_notice(Tone.REFUSED, notice)

    async def _next_step(self, spool: Spool) -> NextStep:
        """What a scan of the spool leads to. The board may be a moment late: it alone refuses nothing."""
        service = self.kiosk.service
        step = next_step(spool, self.worker, service.possible_operations(spool, self.worker), now=self.kiosk.now())
        if not isinstance(step, (Refuse, NothingToDo)):
            return step
        spool = await service.spool(spool.tag_spool)
        return next_step(spool, self.worker, service.possible_operations(spool, self.worker), now=self.kiosk.now())

    def _start(self, spool: Spool, operacion: Operacion) -> Callable[[], Awaitable[None]]:
        async def start() -> None:
            if operacion is Operacion.METROLOGIA:
                self.ask_verdict(spool)
            else:
                await self.take(spool.tag_spool, operacion)

        return start

    def ask_outcome(self, tag: str, operacion: Operacion, since: datetime) -> None:
        """Ask what to do with a spool that the worker holds."""
        words = self.kiosk.wording
        answers = [
            Answer(words(f"key.{command.lower()}"), partial(self.finish, tag, command, operacion), command)
            for command in OUTCOMES
        ]
        self.ask(words.already(tag, operacion, self.kiosk.now() - since), answers)

    def already_held(self, response: core.Response) -> None:
        held = response.state.ocupacion
        if held is None:
            super().already_held(response)
        else:
            self.ask_outcome(response.tag_spool, held.operacion, held.fecha_ocupacion)

    def ask_verdict(self, spool: Spool) -> None:
        """Ask whether the spool passes the inspection; a rejection asks why."""
        words = self.kiosk.wording
        tag = spool.tag_spool
        line = tag
        if spool.rechazos:
            line += " · " + words("inspect.again", count=spool.rechazos)
        answers = [
            Answer(words("done.APROBADO"), partial(self.inspect, tag, Resultado.APROBADO), Command.APROBADO),
            Answer(words("done.RECHAZADO"), partial(self.ask_why_rejected, tag), Command.RECHAZADO),
        ]
        self.ask(Notice(words("inspect.title"), line), answers)

    async def ask_why_rejected(self, tag: str) -> None:
        """Ask why a spool is rejected; the answer rejects it."""
        words = self.kiosk.wording
        motives = [words(f"motive.reject.{number}") for number in range(1, MOTIVES + 1)]
        self.ask_why(
            Notice(words("reject.title"), tag), motives, lambda why: self.inspect(tag, Resultado.RECHAZADO, why)
        )

    def ask_why(self, notice: Notice, ready: list[str], then: Callable[[str], Awaitable[None]]) -> None:
        """Ask for a reason, one of these or in words; nothing is done until it is given."""
        words = self.kiosk.wording
        detail = f"{notice.detail} · {words('why.hint')}" if notice.detail else words("why.hint")
        never_mind = Answer(words("why.not"), self.never_mind, Command.NO)
        answers = [*(Answer(text, partial(then, text)) for text in ready), never_mind]
        self.ask(Notice(notice.title, detail), answers, words=then)

    async def never_mind(self) -> None:
        """The answer that leaves everything as it is."""
        words = self.kiosk.wording
        self.show_notice(Tone.INFO, Notice(words("why.dropped.title"), words("why.dropped.detail")))

    # Acts

    async def take(self, tag: str, operacion: Operacion) -> None:
        tomar = core.TomarRequest(tag_spool=tag, worker_id=self.worker.worker_id, operacion=operacion)
        await self.act(Command.TOMAR, tag, lambda: self.kiosk.service.tomar(tomar), operacion=operacion)

    async def finish(self, tag: str, command: Command, operacion: Operacion | None = None) -> None:
        """PAUSAR, COMPLETAR, CANCELAR or EXTENDER a spool; only if it is taken for this operation, if one is given."""
        # Pressed twice, a key must not reach the next spool of the list.
        self.point_at(tag)
        worker_id = self.worker.worker_id
        match command:
            case Command.PAUSAR:
                pausar = core.PausarRequest(tag_spool=tag, worker_id=worker_id, operacion=operacion)
                await self.act(command, tag, lambda: self.kiosk.service.pausar(pausar))
            case Command.COMPLETAR:
                completar = core.CompletarRequest(tag_spool=tag, worker_id=worker_id, operacion=operacion)
                await self.act(command, tag, lambda: self.kiosk.service.completar(completar))
            case Command.EXTENDER:
                extender = core.ExtenderRequest(tag_spool=tag, worker_id=worker_id, operacion=operacion)
                await self.act(command, tag, lambda: self.kiosk.service.extender(extender))
            case _:
                cancelar = core.CancelarRequest(tag_spool=tag, worker_id=worker_id, operacion=operacion)
                await self.act(command, tag, lambda: self.kiosk.service.cancelar(cancelar))

    async def inspect(self, tag: str, resultado: Resultado, motivo: str | None = None) -> None:
        verdict = core.CompletarRequest(
            tag_spool=tag, worker_id=self.worker.worker_id, resultado=resultado, motivo=motivo
        )
        await self.act(Command(resultado), tag, lambda: self.kiosk.service.completar(verdict))

    async def ask_note(self, tag: str) -> None:
        """Ask what to note about a spool."""
        words = self.kiosk.wording
        ready = [words(f"note.{number}") for number in range(1, MOTIVES + 1)]
        self.ask_why(Notice(words("note.title"), tag), ready, partial(self._note, tag))

    async def _note(self, tag: str, text: str) -> None:
        nota = core.NotaRequest(tag_spool=tag, worker_id=self.worker.worker_id, texto=text)
        await self.act(Command.NOTA, tag, lambda: self.kiosk.service.nota(nota))

    def tell_pointed_at(self, spool: Spool) -> None:
        """Say which spool commands are about now, and what they may be."""
        words, held = self.kiosk.wording, spool.ocupacion
        if held is not None and held.worker_id == self.worker.worker_id:
            since = elapsed(self.kiosk.now() - held.fecha_ocupacion)
            line, following = f"{words.operacion(held.operacion)} · {since}", words("pointed.next")
        else:
            line, following = self.kiosk.estado_of(spool), words("pointed.act")
        self.show_notice(Tone.INFO, Notice(spool.tag_spool, line, following))

    def refuse_without_spool(self) -> None:
        words = self.kiosk.wording
        self.show_notice(Tone.REFUSED, Notice(words("no_spool.title"), words("no_spool.detail")))
