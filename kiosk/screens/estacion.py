"""Estación: one worker at work. A scan takes, pauses or completes a spool with at most one question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

import core
from core.errors import KioskError, LedgerRolledBackError, VersionConflictError
from core.messages import elapsed
from core.model import Operacion, Resultado, Spool, Worker
from kiosk.codes import Command, Text
from kiosk.dialogue import AskOperation, AskOutcome, AskVerdict, NextStep, NothingToDo, Refuse, Take, next_step
from kiosk.screens.base import KioskScreen
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Option, Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.wording import Notice

PATIENCE: Final = 0.2
"""Seconds after which a worker is told that the answer is on its way."""

_OUTCOMES: Final = (Command.PAUSAR, Command.COMPLETAR, Command.CANCELAR)
_VERDICTS: Final = (Command.APROBADO, Command.RECHAZADO)
_CONSENT: Final = (Command.NO, Command.SI)


@dataclass(frozen=True, slots=True)
class Question:
    """What the panel asks about a spool: the commands that answer it, in the order of their numbers."""

    tag_spool: str
    answers: tuple[Command, ...]


class EstacionScreen(KioskScreen):
    """The work screen of the identified worker."""

    CSS_PATH = "estacion.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "send('TOMAR')", id="tomar"),
        Binding("f3", "send('PAUSAR')", id="pausar"),
        Binding("f4", "send('COMPLETAR')", id="completar"),
        Binding("f5", "send('CANCELAR')", id="cancelar"),
        Binding("f6", "send('TABLERO')", id="tablero"),
        Binding("escape,f10", "send('SALIR')", id="inicio", key_display="Esc"),
        Binding("enter", "ask_about_row", show=False, id="ask"),
    ]

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.worker = worker
        self._question: Question | None = None
        self._pointed_at: str | None = None

    def compose_body(self) -> ComposeResult:
        words = self.kiosk.wording
        with Horizontal(id="who"):
            yield Static(self.worker.nombre_completo.upper(), markup=False, id="name")
            yield Static(self.worker.worker_nombre, markup=False, id="initials")
            yield Static(words.roles(self.worker) or words("estacion.no_roles"), markup=False, id="roles")
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 24, weight=2), Column("", 12, weight=1), Column("", 10), Column("", 10, weight=1)])

    def on_mount(self) -> None:
        super().on_mount()
        lost = self.kiosk.feed.lost_past
        if lost is not None and self.worker.is_supervisor:
            self._ask_about_past(lost)
        else:
            self._open()

    def _open(self) -> None:
        """What this screen begins with, when nothing is asked."""
        lost = self.kiosk.feed.lost_past
        if lost is None:
            self._welcome()
        else:
            self.show_notice(Tone.REFUSED, self.kiosk.wording.error(lost, now=self.kiosk.now()))

    def _welcome(self) -> None:
        words = self.kiosk.wording
        held = len(self.kiosk.board.held_by(self.worker.worker_id))
        line = words("welcome.held", count=held) if held else words("welcome.free")
        title = words("welcome.title", nombre=self.worker.nombre.upper())
        self.query_one(Panel).show(Tone.INFO, Notice(title, line, words("estacion.ready_hint")))

    def _ask_about_past(self, lost: LedgerRolledBackError) -> None:
        """A supervisor is asked whether to go on with the ledger as it is."""
        words = self.kiosk.wording
        detail = words("past.detail", known_seq=lost.known_seq, found_seq=lost.found_seq)
        labels = [words("past.refuse"), words("past.accept")]
        self._ask(Question("", _CONSENT), Notice(words("past.title"), detail), labels)

    async def _accept_past(self) -> None:
        words = self.kiosk.wording
        request = core.AceptarRegistroRequest(
            worker_id=self.worker.worker_id, motivo=words("past.motive", station=self.kiosk.station)
        )
        try:
            event = await self.kiosk.service.aceptar_registro(request)
        except VersionConflictError:
            # It was accepted at another terminal meanwhile, or its past is back.
            self._open()
            return
        except KioskError as refusal:
            self.show_notice(Tone.REFUSED, words.error(refusal, now=self.kiosk.now()))
            return
        notice = Notice(words("done.ACEPTAR_REGISTRO"), words.event(event), words("past.next"))
        self.show_notice(Tone.DONE, notice)

    def refresh_board(self) -> None:
        words, now = self.kiosk.wording, self.kiosk.now()
        mine = self.kiosk.board.held_by(self.worker.worker_id)
        rows = [
            Row(
                spool.tag_spool,
                (
                    spool.tag_spool,
                    words.operacion(spool.ocupacion.operacion),
                    elapsed(now - spool.ocupacion.fecha_ocupacion),
                    words("expired") if spool.ocupacion.is_expired(now) else "",
                ),
                alert=spool.ocupacion.is_expired(now),
            )
            for spool in mine
            if spool.ocupacion is not None
        ]
        table = self.query_one(Table)
        table.show(rows)
        table.point_at(self._pointed_at)
        box = self.query_one(Box)
        box.label(title=words("estacion.mine_count", count=len(mine)) if mine else words("estacion.mine"))
        box.label(remark="" if mine else words("estacion.none"))

    def move_cursor(self, lines: int) -> None:
        """Point at another spool in hand; a question about the one before is over."""
        super().move_cursor(lines)
        row = self.query_one(Table).cursor_row
        if row is None:
            return
        self._pointed_at, self._question = row.key, None
        words = self.kiosk.wording
        notice = Notice(row.key, " · ".join(filter(None, row.cells[1:])), words("pointed.next"))
        self.query_one(Panel).show(Tone.INFO, notice)

    def action_ask_about_row(self) -> None:
        """Enter with nothing typed asks about the row under the cursor."""
        row = self.query_one(Table).cursor_row
        if row is not None:
            self.kiosk.submit(Text(row.key))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.submit(Text(event.key))

    def on_panel_answered(self, event: Panel.Answered) -> None:
        self.kiosk.submit(Command(event.code))

    async def on_text_code(self, text: str) -> None:
        """A number answers the question; anything else is a spool."""
        numbered = dict(enumerate(self._question.answers, start=1)) if self._question else {}
        answer = next((command for number, command in numbered.items() if text == str(number)), None)
        if answer is not None and self.kiosk.board.find(text) is None:
            await self.on_command_code(answer)
            return
        self._question = None
        spool = self.find_spool(text)
        if spool is not None:
            await self._scan(spool)

    async def on_command_code(self, command: Command) -> bool:
        match command:
            case Command.TABLERO:
                await self.kiosk.show_tablero()
            case Command.SALIR:
                await self.kiosk.back_to_inicio()
            case Command.TOMAR:
                await self._scan_again()
            case _ if self._question is not None:
                return await self._answer(self._question, command)
            case Command.PAUSAR | Command.COMPLETAR | Command.CANCELAR:
                await self._finish_pointed_at(command)
            case _:
                return False
        return True

    def _point_at(self, tag: str) -> None:
        self._pointed_at = tag
        self.query_one(Table).point_at(tag)

    async def _scan_again(self) -> None:
        spool = self.kiosk.board.find(self._pointed_at) if self._pointed_at else None
        if spool is None:
            self._refuse_without_spool()
        else:
            await self._scan(spool)

    async def _scan(self, spool: Spool) -> None:
        words = self.kiosk.wording
        self._point_at(spool.tag_spool)
        try:
            step = await self._next_step(spool)
        except KioskError as trouble:
            self.show_notice(Tone.REFUSED, words.error(trouble, now=self.kiosk.now()))
            return
        match step:
            case Take(operacion):
                await self._take(spool.tag_spool, operacion)
            case AskOperation(operaciones):
                answers = tuple(Command(operacion) for operacion in operaciones)
                options = [words.operacion(operacion) for operacion in operaciones]
                notice = Notice(words("choose.title"), spool.tag_spool)
                self._ask(Question(spool.tag_spool, answers), notice, options)
            case AskVerdict():
                options = [words(f"done.{verdict}") for verdict in _VERDICTS]
                notice = Notice(words("inspect.title"), spool.tag_spool)
                self._ask(Question(spool.tag_spool, _VERDICTS), notice, options)
            case AskOutcome(held):
                self._ask_outcome(spool.tag_spool, held.operacion, held.fecha_ocupacion)
            case Refuse(error):
                self.show_notice(Tone.REFUSED, words.error(error, now=self.kiosk.now()))
            case NothingToDo():
                estado = self.kiosk.estado_of(spool)
                line = words("nothing_to_do.detail", tag=spool.tag_spool, estado=estado)
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

    def _ask_outcome(self, tag: str, operacion: Operacion, since: datetime) -> None:
        words = self.kiosk.wording
        notice = words.already(tag, operacion, self.kiosk.now() - since)
        options = [words(f"key.{command.lower()}") for command in _OUTCOMES]
        self._ask(Question(tag, _OUTCOMES), notice, options)

    def _ask(self, question: Question, notice: Notice, labels: list[str]) -> None:
        self._question = question
        options = [
            Option(code, str(number), label)
            for number, (code, label) in enumerate(zip(question.answers, labels, strict=True), start=1)
        ]
        self.query_one(Panel).show(Tone.ASK, notice, options)

    async def _answer(self, question: Question, command: Command) -> bool:
        """Answer the question with a command it offers; any other is refused and the question stays."""
        if command not in question.answers:
            return False
        self._question = None
        if command is Command.SI:
            await self._accept_past()
        elif command is Command.NO:
            self._open()
        elif command in _OUTCOMES:
            await self._finish(question.tag_spool, command)
        elif command in _VERDICTS:
            await self._inspect(question.tag_spool, Resultado(command))
        else:
            await self._take(question.tag_spool, Operacion(command))
        return True

    async def _finish_pointed_at(self, command: Command) -> None:
        """Finish the spool last pointed at; with none, the only one in hand."""
        mine = self.kiosk.board.held_by(self.worker.worker_id)
        tag = self._pointed_at or (mine[0].tag_spool if len(mine) == 1 else None)
        if tag is None:
            self._refuse_without_spool()
        else:
            await self._finish(tag, command)

    async def _finish(self, tag: str, command: Command) -> None:
        """PAUSAR, COMPLETAR or CANCELAR a spool."""
        # Pressed twice, a key must not reach the next spool of the list.
        self._point_at(tag)
        worker_id = self.worker.worker_id
        match command:
            case Command.PAUSAR:
                pausar = core.PausarRequest(tag_spool=tag, worker_id=worker_id)
                await self._tell(tag, lambda: self.kiosk.service.pausar(pausar))
            case Command.COMPLETAR:
                completar = core.CompletarRequest(tag_spool=tag, worker_id=worker_id)
                await self._tell(tag, lambda: self.kiosk.service.completar(completar))
            case _:
                cancelar = core.CancelarRequest(tag_spool=tag, worker_id=worker_id)
                await self._tell(tag, lambda: self.kiosk.service.cancelar(cancelar))

    async def _take(self, tag: str, operacion: Operacion) -> None:
        tomar = core.TomarRequest(tag_spool=tag, worker_id=self.worker.worker_id, operacion=operacion)
        await self._tell(tag, lambda: self.kiosk.service.tomar(tomar))

    async def _inspect(self, tag: str, resultado: Resultado) -> None:
        verdict = core.CompletarRequest(tag_spool=tag, worker_id=self.worker.worker_id, resultado=resultado)
        await self._tell(tag, lambda: self.kiosk.service.completar(verdict))

    async def _tell(self, tag: str, act: Callable[[], Coroutine[Any, Any, core.Response]]) -> None:
        """Do it and show what came of it; when that takes a while, that it is being saved."""
        words = self.kiosk.wording
        try:
            saving = asyncio.create_task(act())
            done, _ = await asyncio.wait({saving}, timeout=PATIENCE)
            if not done:
                self.query_one(Panel).show(Tone.INFO, Notice(words("saving.title"), tag))
            response = await saving
            await self.kiosk.caught_up(response.seq)
        except KioskError as refusal:
            self.show_notice(Tone.REFUSED, words.error(refusal, now=self.kiosk.now()))
            return
        held = response.spool
        if response.changed or held.operacion is None or held.fecha_ocupacion is None:
            self.show_notice(Tone.DONE, words.answer(response, now=self.kiosk.now()))
        else:
            # The ledger was ahead of the board: the worker holds it already.
            self._ask_outcome(held.tag_spool, held.operacion, held.fecha_ocupacion)

    def _refuse_without_spool(self) -> None:
        words = self.kiosk.wording
        self.show_notice(Tone.REFUSED, Notice(words("no_spool.title"), words("no_spool.detail")))
