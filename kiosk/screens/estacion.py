"""Estación: one worker at work. A scan takes, pauses or completes a spool with at most one question."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

import core
from core.domain.errors import LedgerRolledBackError, VersionConflictError
from core.domain.model import Operacion, Spool, Worker
from kiosk.scanning.codes import Command
from kiosk.screens.asking import Answer
from kiosk.screens.pointing import PointingScreen
from kiosk.screens.working import OUTCOMES
from kiosk.widgets.banner import NameBanner
from kiosk.widgets.bars import Key
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.words.wording import Notice, elapsed

_FOR_THOSE_WHO_TAKE = frozenset({"tomar", "pausar", "completar", "cancelar", "lote"})


class EstacionScreen(PointingScreen):
    """The work screen of the identified worker."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f2", "send('TOMAR')", id="tomar"),
        Binding("f3", "send('PAUSAR')", id="pausar"),
        Binding("f4", "send('COMPLETAR')", id="completar"),
        Binding("f5", "send('CANCELAR')", id="cancelar"),
        Binding("f6", "send('TABLERO')", id="tablero"),
        Binding("f7", "send('LOTE')", id="lote"),
        Binding("f8", "send('DESHACER')", id="deshacer"),
        Binding("f9", "send('HISTORIA')", id="historia"),
        Binding("f11", "queue", id="cola"),
        Binding("f12", "send('SUPERVISOR')", id="supervisor"),
        Binding("escape,f10", "send('SALIR')", id="inicio", key_display="Esc"),
        Binding("enter", "ask_about_row", show=False, id="ask"),
    ]
    CODES = (
        *(Command.ARM, Command.SOLD, Command.METROLOGIA, Command.REPARACION, Command.APROBADO, Command.RECHAZADO),
        *(Command.EXTENDER, Command.NOTA, Command.SI, Command.NO),
    )

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._asked_about_past = False

    @property
    def _queue(self) -> Operacion | None:
        """The queue this worker works from."""
        for operacion in (Operacion.METROLOGIA, Operacion.REPARACION):
            if self.worker.may_do(operacion):
                return operacion
        return None

    def shown_keys(self) -> list[Key]:
        """Only what this worker can do."""
        hidden = set() if self.takes else {f"send('{key.upper()}')" for key in _FOR_THOSE_WHO_TAKE}
        if not self.worker.is_supervisor:
            hidden.add("send('SUPERVISOR')")
        if self._queue is None:
            hidden.add("queue")
        return [key for key in super().shown_keys() if key.action not in hidden]

    def compose_body(self) -> ComposeResult:
        worker, words = self.worker, self.kiosk.wording
        yield NameBanner(
            first=worker.nombre,
            full=worker.nombre_completo,
            initials=worker.worker_nombre,
            may=" · ".join(words.operacion(operacion) for operacion in Operacion if worker.may_do(operacion))
            or words.roles(worker)
            or words("estacion.no_roles"),
        )
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 24, weight=2), Column("", 12, weight=1), Column("", 10), Column("", 10, weight=1)])

    def on_mount(self) -> None:
        super().on_mount()
        if not self.is_asking:
            self._open()

    def _open(self) -> None:
        """What this screen begins with, when nothing is asked."""
        lost = self.kiosk.feed.lost_past
        if lost is None:
            self._welcome()
        else:
            self.show_refusal(lost)

    def _welcome(self) -> None:
        words = self.kiosk.wording
        held = len(self.kiosk.board.held_by(self.worker.worker_id))
        line = words("welcome.held", count=held) if held else words("welcome.free")
        draft = self.kiosk.drafts.get(self.worker.worker_id)
        waiting = len(draft.tags) if draft else 0
        following = words("welcome.draft", count=waiting) if waiting else words("estacion.ready_hint")
        title = words("welcome.title", nombre=self.worker.nombre.upper())
        self.show_notice(Tone.INFO, Notice(title, line, following))

    # The ledger lost its past: a supervisor is asked whether to go on with it as it is

    def _watch_past(self) -> None:
        lost = self.kiosk.feed.lost_past
        if lost is None:
            self._asked_about_past = False
        elif self.worker.is_supervisor and not self._asked_about_past:
            self._asked_about_past = True
            self._ask_about_past(lost)

    def _ask_about_past(self, lost: LedgerRolledBackError) -> None:
        words = self.kiosk.wording
        detail = words("past.detail", known_seq=lost.known_seq, found_seq=lost.found_seq)
        answers = [
            Answer(words("past.refuse"), self._leave_past, Command.NO),
            Answer(words("past.accept"), self._accept_past, Command.SI),
        ]
        self.ask(Notice(words("past.title"), detail), answers)

    async def _leave_past(self) -> None:
        self._open()

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
        notice = Notice(words("done.ACEPTAR_REGISTRO"), words.event(event), words("past.next"))
        self.show_notice(Tone.DONE, notice)

    def refresh_board(self) -> None:
        words = self.kiosk.wording
        mine = self.kiosk.board.held_by(self.worker.worker_id)
        table = self.query_one(Table)
        table.show([self._row(spool) for spool in mine])
        table.point_at(self.subject)
        box = self.query_one(Box)
        box.label(title=words("estacion.mine_count", count=len(mine)) if mine else words("estacion.mine"))
        box.label(remark="" if mine else words("estacion.none"))
        self._watch_past()

    def _row(self, spool: Spool) -> Row:
        words, now, held = self.kiosk.wording, self.kiosk.now(), spool.ocupacion
        if held is None:
            return Row(spool.tag_spool, (spool.tag_spool, "", "", ""))
        expired = held.is_expired(now)
        cells = (
            spool.tag_spool,
            words.operacion(held.operacion),
            elapsed(now - held.fecha_ocupacion),
            words("expired") if expired else "",
        )
        return Row(spool.tag_spool, cells, alert=expired)

    # Codes

    async def action_queue(self) -> None:
        if self._queue is not None:
            await self.on_code(Command(self._queue))

    async def on_command_code(self, command: Command) -> bool:
        if await self.answered_by(command):
            return True
        match command:
            case Command.SALIR:
                await self.kiosk.back_to_inicio()
            case Command.DESHACER:
                await self.undo()
            case Command.TOMAR:
                await self._scan_again()
            case Command.NOTA if self.subject is not None:
                await self.ask_note(self.subject)
            case Command.NOTA:
                self.refuse_without_spool()
            case _ if command in {*OUTCOMES, Command.EXTENDER} and not self.is_asking:
                await self._finish_pointed_at(command)
            case _:
                return False
        return True

    async def _scan_again(self) -> None:
        spool = self.spool_pointed_at
        if spool is None:
            self.refuse_without_spool()
        else:
            await self.scan(spool)

    async def _finish_pointed_at(self, command: Command) -> None:
        """Finish the spool last pointed at; with none, the only one in hand."""
        mine = self.kiosk.board.held_by(self.worker.worker_id)
        tag = self.subject or (mine[0].tag_spool if len(mine) == 1 else None)
        if tag is None:
            self.refuse_without_spool()
        else:
            await self.finish(tag, command)
