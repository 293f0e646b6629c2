"""What a scan of a spool, or a command about it, does: stated once for every screen where a worker acts on spools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from core.domain.errors import KioskError
from core.domain.model import ROLES_POR_OPERACION, Occupation, Operacion, Resultado, Rol, Spool, Worker
from core.domain.rulebook.policy import Policy
from kiosk.scanning.codes import Command
from kiosk.screens.asking import ask_why
from kiosk.screens.dialogue import OUTCOMES, NextStep, next_step
from kiosk.screens.entregar import HandingOver
from kiosk.screens.questions import Answer
from kiosk.screens.supervising import ask_why_of
from kiosk.screens.ticks import counts_joints
from kiosk.screens.working import WorkScreen
from kiosk.words.wording import Notice

MOTIVES: Final = 5
"""How many ready answers there are to why a spool is rejected, and to what there is to note."""


def takes_spools(worker: Worker, policy: Policy) -> bool:
    """Whether the worker has a role for an operation that a spool is taken for in this plant."""
    return any(policy.lets(worker, operacion) for operacion in Operacion if operacion is not Operacion.METROLOGIA)


class SpoolActs:
    """The acts of the worker of `screen`, with at most one question each.

    `point_at` makes a spool the one that the screen's commands are about. The acts raise KioskError when the ledger
    refuses or is away.
    """

    def __init__(self, screen: WorkScreen, point_at: Callable[[str], None]) -> None:
        self._screen = screen
        self._worker = screen.worker
        self._point_at = point_at
        self.handing_over = HandingOver(screen)

    async def do(self, command: Command, spool: Spool) -> None:
        """What the command does to the spool."""
        tag = spool.tag_spool
        match command:
            case Command.TOMAR:
                await self.scan(spool)
            case Command.ARM | Command.SOLD | Command.REPARACION:
                await self.take(tag, Operacion(command))
            case Command.APROBADO:
                await self._inspect(tag, Resultado.APROBADO)
            case Command.RECHAZADO:
                await self._reject(tag)
            case Command.NOTA:
                ask_why(self._screen, self._about("note", tag), "note", MOTIVES, partial(self._note, tag))
            case Command.ENTREGAR:
                await self.handing_over.ask(tag)
            case Command.LIBERAR | Command.DESBLOQUEAR | Command.RETENER | Command.REANUDAR:
                await ask_why_of(self._screen, command, tag)
            case Command.PAUSAR | Command.COMPLETAR if counts_joints(spool, self._worker.worker_id):
                await self._ask_joints(spool, command)
            case Command.PAUSAR | Command.COMPLETAR | Command.CANCELAR | Command.EXTENDER:
                await self._finish(tag, command)
            case _:
                raise ValueError(f"{command} does nothing to a spool")

    # Taking and finishing

    async def scan(self, spool: Spool) -> None:
        """Act on a spool that was scanned, or chosen from a list."""
        screen, words = self._screen, self._screen.words
        screen.questions.close()
        self._point_at(spool.tag_spool)
        match await self._next_step(spool):
            case Occupation() as held:
                await self.ask_outcome(spool, held)
            case KioskError() as refusal:
                screen.show_refusal(refusal)
            case ():
                screen.refuse(self._nothing_to_do(spool))
            case (operacion,):
                await self._start(spool, operacion)
            case operaciones:
                answers = [
                    Answer(words.operacion(operacion), partial(self._start, spool, operacion), Command(operacion))
                    for operacion in operaciones
                ]
                screen.ask(self._about("choose", spool.tag_spool), answers)

    def _about(self, question: str, detail: str) -> Notice:
        return Notice(self._screen.words(f"{question}.title"), detail)

    def _nothing_to_do(self, spool: Spool) -> Notice:
        """None of this worker's operations fits: say which one the spool waits for, and whose it is."""
        words, service = self._screen.words, self._screen.kiosk.feed.service
        anybody = Worker(worker_id=0, nombre="", apellido="", roles=frozenset(Rol))
        waits_for = [
            words(
                "nothing_to_do.waits",
                operacion=words.operacion(operacion),
                roles=" / ".join(words(f"rol.{rol}") for rol in Rol if rol in ROLES_POR_OPERACION[operacion]),
            )
            for operacion, refusal in service.possible_operations(spool, anybody).items()
            if refusal is None
        ]
        following = " · ".join(waits_for) or words("nothing_to_do.finished" if spool.aprobado else "next.scan")
        line = words("nothing_to_do.detail", tag=spool.tag_spool, estado=self._screen.estado_of(spool))
        return Notice(words("nothing_to_do.title"), line, following)

    async def _next_step(self, spool: Spool) -> NextStep:
        """What a scan of the spool leads to. The board may be a moment late: it alone refuses nothing."""
        service, now = self._screen.kiosk.feed.service, self._screen.now()
        step = next_step(spool, self._worker, service.possible_operations(spool, self._worker), now=now)
        if step and not isinstance(step, KioskError):
            return step
        spool = await service.spool(spool.tag_spool)
        return next_step(spool, self._worker, service.possible_operations(spool, self._worker), now=self._screen.now())

    async def _start(self, spool: Spool, operacion: Operacion) -> None:
        if operacion is Operacion.METROLOGIA:
            self._ask_verdict(spool)
        else:
            await self.take(spool.tag_spool, operacion)

    async def take(self, tag: str, operacion: Operacion) -> None:
        """TOMAR the spool for this operation."""
        await self._screen.act(Command.TOMAR, tag, operacion=operacion)

    async def ask_outcome(self, spool: Spool, held: Occupation) -> None:
        """Ask what became of a spool that the worker holds: of one with joints, which of them were made."""
        screen, words, tag, operacion = self._screen, self._screen.words, spool.tag_spool, held.operacion
        if spool.cambios:
            screen.kiosk.seen_changes.add((tag, spool.cambios))
            screen.refresh_board()
        if counts_joints(spool, self._worker.worker_id):
            await self._ask_joints(spool)
            return
        hold = spool.retencion
        answers = [
            Answer(words(f"key.{command.lower()}"), partial(self._finish, tag, command, operacion), command)
            for command in OUTCOMES
            if not (hold and command is Command.COMPLETAR)
        ]
        notice = replace(words.already(tag, operacion, screen.now() - held.fecha_ocupacion), facts=words.facts(spool))
        if hold is not None:
            notice = replace(notice, detail=f"{notice.detail} · {words.held_back(hold, now=screen.now())}")
        screen.ask(notice, answers)

    async def _ask_joints(self, spool: Spool, asked: Command | None = None) -> None:
        """Ask which joints were made; the answer ends the occupation."""
        # It is not needed before the first spool with joints.
        from kiosk.screens.uniones import ask_joints

        async def finish(command: Command, fields: Mapping[str, object], by: Command) -> bool:
            self._point_at(spool.tag_spool)
            return await self._screen.act(command, spool.tag_spool, by=by, **fields)

        await ask_joints(self._screen, spool, finish, asked)

    async def _finish(self, tag: str, command: Command, operacion: Operacion | None = None) -> None:
        """Finish or extend the occupation; only if the spool is taken for this operation, if one is given."""
        # Pressed twice, a key must not reach the next spool of the list.
        self._point_at(tag)
        await self._screen.act(command, tag, operacion=operacion)

    async def _note(self, tag: str, text: str) -> None:
        await self._screen.act(Command.NOTA, tag, texto=text)

    # Inspecting

    def _ask_verdict(self, spool: Spool) -> None:
        """Ask whether the spool passes the inspection; a rejection asks why."""
        words, tag = self._screen.words, spool.tag_spool
        again = words("inspect.again", count=spool.rechazos)
        detail = f"{tag} · {again}" if spool.rechazos else tag
        answers = [
            Answer(words("done.APROBADO"), partial(self._inspect, tag, Resultado.APROBADO), Command.APROBADO),
            Answer(words("done.RECHAZADO"), partial(self._ask_why_rejected, tag), Command.RECHAZADO),
        ]
        self._screen.ask(self._about("inspect", detail), answers)

    async def _ask_why_rejected(self, tag: str) -> None:
        then = partial(self._inspect, tag, Resultado.RECHAZADO)
        ask_why(self._screen, self._about("reject", tag), "motive.reject", MOTIVES, then)

    async def _inspect(self, tag: str, resultado: Resultado, motivo: str | None = None) -> None:
        await self._screen.act(Command(resultado), tag, resultado=resultado, motivo=motivo)

    async def _reject(self, tag: str) -> None:
        """Ask why the spool is rejected; where it cannot be, that is refused at once."""
        service = self._screen.kiosk.feed.service
        possible = service.possible_operations(await service.spool(tag), self._worker)
        refusal = possible.get(Operacion.METROLOGIA)
        if Operacion.METROLOGIA not in possible:
            # No role allows it: the ledger's answer names the one that is missing.
            await self._inspect(tag, Resultado.RECHAZADO)
        elif refusal is not None:
            self._screen.show_refusal(refusal)
        else:
            await self._ask_why_rejected(tag)
