"""The queues of METROLOGIA and REPARACION: the spools that wait, oldest first; a scan works on one at once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.domain.dates import format_date
from core.domain.model import EstadoAvance, Operacion, Spool, Worker
from kiosk.live.supervision import cycle
from kiosk.scanning.codes import Command
from kiosk.screens.base import KioskScreen
from kiosk.screens.pointing import PointingScreen
from kiosk.screens.working import OUTCOMES
from kiosk.widgets.bars import Key
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.words.wording import Notice


class ColaScreen(PointingScreen):
    """The spools that wait for one operation."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f2", "send('TOMAR')", id="tomar"),
        Binding("f3", "send('PAUSAR')", id="pausar"),
        Binding("f4", "send('COMPLETAR')", id="completar"),
        Binding("f8", "send('DESHACER')", id="deshacer"),
        Binding("f9", "send('HISTORIA')", id="historia"),
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
        Binding("enter", "ask_about_row", show=False, id="ask"),
    ]
    CODES = (
        *(Command.APROBADO, Command.RECHAZADO, Command.REPARACION),
        *(Command.CANCELAR, Command.EXTENDER, Command.NOTA, Command.NO),
    )

    def __init__(self, worker: Worker, operacion: Operacion) -> None:
        super().__init__(worker)
        self.operacion = operacion

    def is_same_place(self, other: KioskScreen) -> bool:
        return isinstance(other, ColaScreen) and other.operacion is self.operacion

    def shown_keys(self) -> list[Key]:
        """An inspection is not taken, paused or completed: scanning the spool is all there is."""
        hidden = {f"send('{command}')" for command in (Command.TOMAR, Command.PAUSAR, Command.COMPLETAR)}
        is_inspection = self.operacion is Operacion.METROLOGIA
        return [key for key in super().shown_keys() if not (is_inspection and key.action in hidden)]

    def compose_body(self) -> ComposeResult:
        yield Panel()
        with Box(classes="box"):
            yield Table([Column("", 24, weight=3), Column("", 18, weight=1), Column("", 14, weight=2), Column("", 10)])

    def on_mount(self) -> None:
        super().on_mount()
        self._tell_ready()

    def _tell_ready(self) -> None:
        words, count = self.kiosk.wording, len(self._waiting())
        line = words(f"cola.{self.operacion}.count", count=count) if count else words(f"cola.{self.operacion}.none")
        title, hint = words(f"cola.{self.operacion}.title"), words(f"cola.{self.operacion}.hint")
        self.show_notice(Tone.INFO, Notice(title, line, hint))

    def _waiting(self) -> list[Spool]:
        board = self.kiosk.board
        if self.operacion is Operacion.METROLOGIA:
            return list(board.por_inspeccionar)
        under_repair = [
            spool for spool in board.occupied() if spool.ocupacion and spool.ocupacion.operacion is self.operacion
        ]
        # Those nobody can begin now stand below those that wait for somebody.
        return [*board.rechazados, *under_repair, *board.bloqueados]

    def refresh_board(self) -> None:
        words, waiting = self.kiosk.wording, self._waiting()
        table = self.query_one(Table)
        table.show([self._row(spool) for spool in waiting])
        table.point_at(self.subject)
        box = self.query_one(Box)
        box.label(title=words(f"cola.{self.operacion}.count", count=len(waiting)))
        box.label(remark="" if waiting else words(f"cola.{self.operacion}.none"))

    def _row(self, spool: Spool) -> Row:
        if self.operacion is Operacion.METROLOGIA:
            words = self.kiosk.wording
            told = words("cola.again", cycle=self._cycle(spool)) if spool.rechazos else words("cola.first")
            last = spool.reparacion if spool.reparacion.completado else spool.sold
            cells = (spool.tag_spool, told, last.worker_nombre or "", format_date(last.fecha))
            return Row(spool.tag_spool, cells, alert=bool(spool.rechazos))
        return self._repair_row(spool)

    def _repair_row(self, spool: Spool) -> Row:
        words, held = self.kiosk.wording, spool.ocupacion
        if spool.bloqueado:
            told = words("cola.blocked")
        elif held is not None:
            told = words("cola.taken", quien=held.worker_nombre)
        else:
            told = words("cola.half") if spool.reparacion.estado is EstadoAvance.PAUSADO else words("cola.waits")
        cells = (
            spool.tag_spool,
            words("cola.cycle", cycle=self._cycle(spool)),
            told,
            format_date(spool.inspeccion.fecha),
        )
        return Row(spool.tag_spool, cells, alert=spool.bloqueado, dim=held is not None)

    def _cycle(self, spool: Spool) -> str:
        return cycle(spool, self.kiosk.session.configured.max_reparaciones)

    # Codes

    async def on_command_code(self, command: Command) -> bool:
        if await self.answered_by(command):
            return True
        match command:
            case Command.SALIR:
                await self.kiosk.leave_screen()
            case Command.DESHACER:
                await self.undo()
            case _ if self.is_asking:
                return False
            case _ if command in {Command.TOMAR, Command.NOTA, Command.EXTENDER, *OUTCOMES}:
                await self._act_on_pointed_at(command)
            case _:
                return False
        return True

    async def _act_on_pointed_at(self, command: Command) -> None:
        spool = self.spool_pointed_at
        if spool is None:
            self.refuse_without_spool()
        elif command is Command.TOMAR:
            await self.scan(spool)
        elif command is Command.NOTA:
            await self.ask_note(spool.tag_spool)
        else:
            await self.finish(spool.tag_spool, command)
