"""The queues of METROLOGIA and REPARACION: the spools that wait, oldest first; a scan works on one at once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.model import EstadoAvance, Operacion, Spool, Worker
from core.sheets.columns import format_date
from kiosk.codes import Command, Text
from kiosk.screens.working import OUTCOMES, SpoolWorkScreen
from kiosk.widgets.bars import Key
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.wording import Notice


class ColaScreen(SpoolWorkScreen):
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
        self._operacion = operacion
        self._pointed_at: str | None = None

    @property
    def subject(self) -> str | None:
        return self._pointed_at

    def shown_keys(self) -> list[Key]:
        """An inspection is not taken, paused or completed: scanning the spool is all there is."""
        hidden = {f"send('{command}')" for command in (Command.TOMAR, Command.PAUSAR, Command.COMPLETAR)}
        is_inspection = self._operacion is Operacion.METROLOGIA
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
        line = words(f"cola.{self._operacion}.count", count=count) if count else words(f"cola.{self._operacion}.none")
        title, hint = words(f"cola.{self._operacion}.title"), words(f"cola.{self._operacion}.hint")
        self.show_notice(Tone.INFO, Notice(title, line, hint))

    def _waiting(self) -> list[Spool]:
        board = self.kiosk.board
        if self._operacion is Operacion.METROLOGIA:
            return list(board.por_inspeccionar)
        under_repair = [
            spool for spool in board.occupied() if spool.ocupacion and spool.ocupacion.operacion is self._operacion
        ]
        # Those nobody can begin now stand below those that wait for somebody.
        return [*board.rechazados, *under_repair, *board.bloqueados]

    def refresh_board(self) -> None:
        words, waiting = self.kiosk.wording, self._waiting()
        table = self.query_one(Table)
        table.show([self._row(spool) for spool in waiting])
        table.point_at(self._pointed_at)
        box = self.query_one(Box)
        box.label(title=words(f"cola.{self._operacion}.count", count=len(waiting)))
        box.label(remark="" if waiting else words(f"cola.{self._operacion}.none"))

    def _row(self, spool: Spool) -> Row:
        if self._operacion is Operacion.METROLOGIA:
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
        """Which repair of how many: `2/3`; without a limit, `2`."""
        limit = self.kiosk.session.configured.max_reparaciones
        return f"{spool.rechazos}/{limit + spool.ciclos_extra}" if limit else str(spool.rechazos)

    # Codes

    def point_at(self, tag: str) -> None:
        self._pointed_at = tag
        self.query_one(Table).point_at(tag)

    def move_cursor(self, lines: int) -> None:
        super().move_cursor(lines)
        row = self.query_one(Table).cursor_row
        spool = self.kiosk.board.find(row.key) if row else None
        if spool is not None:
            self._pointed_at = spool.tag_spool
            self.tell_pointed_at(spool)

    async def action_ask_about_row(self) -> None:
        """Enter with nothing typed works on the row under the cursor."""
        row = self.query_one(Table).cursor_row
        if row is not None:
            await self.on_code(Text(row.key))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.kiosk.submit(Text(event.key))

    async def on_text_code(self, text: str) -> None:
        """A number or words answer the question; anything else is a spool."""
        if await self.answered(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            await self.scan(spool)

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
        spool = self.kiosk.board.find(self._pointed_at) if self._pointed_at else None
        if spool is None:
            self.refuse_without_spool()
        elif command is Command.TOMAR:
            await self.scan(spool)
        elif command is Command.NOTA:
            await self.ask_note(spool.tag_spool)
        else:
            await self.finish(spool.tag_spool, command)
