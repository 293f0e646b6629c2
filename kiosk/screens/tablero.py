"""Tablero: who has what, live. Typing filters; nothing can be changed here."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.messages import elapsed
from core.model import Spool
from core.sheets.columns import format_datetime, plain
from kiosk.codes import Command
from kiosk.screens.base import KioskScreen
from kiosk.widgets.box import Box
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Column, Row, Table
from kiosk.wording import Notice


class TableroScreen(KioskScreen):
    """The live board of occupied spools."""

    CSS_PATH = "tablero.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._filter = ""

    def compose_body(self) -> ComposeResult:
        words = self.kiosk.wording
        yield Panel(classes="unused")
        with Box(classes="box") as box:
            box.label(title=words("tablero.title"))
            yield Table(
                [
                    Column(words("column.spool"), 22, weight=2),
                    Column(words("column.worker"), 9, weight=1),
                    Column(words("column.operacion"), 11),
                    Column(words("column.elapsed"), 7),
                    Column(words("column.station"), 8, weight=1),
                    Column(words("column.state"), 8, weight=2),
                ]
            )

    def refresh_board(self) -> None:
        words, board = self.kiosk.wording, self.kiosk.board
        wanted, literal = plain(self._filter), self._filter.casefold()
        spools = [
            spool
            for spool in board.occupied()
            if literal in self._text_of(spool).casefold() or (wanted and wanted in plain(self._text_of(spool)))
        ]
        self.query_one(Table).show([self._row(spool) for spool in spools])
        box = self.query_one(Box)
        if not board.occupied_count:
            box.label(remark=words("tablero.none"))
        elif not spools:
            box.label(remark=words("tablero.no_match", text=self._filter))
        else:
            box.label(remark=words("tablero.count", shown=len(spools), total=board.occupied_count))

    def _text_of(self, spool: Spool) -> str:
        held = spool.ocupacion
        return f"{spool.tag_spool} {held.worker_nombre} {held.operacion} {held.station}" if held else ""

    def _row(self, spool: Spool) -> Row:
        held, words, now = spool.ocupacion, self.kiosk.wording, self.kiosk.now()
        if held is None:
            return Row(spool.tag_spool, (spool.tag_spool, "", "", "", "", ""))
        expired = held.is_expired(now)
        since = format_datetime(held.fecha_ocupacion, self.kiosk.timezone).partition(" ")[2][:5]
        return Row(
            spool.tag_spool,
            (
                spool.tag_spool,
                held.worker_nombre,
                words.operacion(held.operacion),
                elapsed(now - held.fecha_ocupacion),
                held.station,
                words("expired") if expired else since,
            ),
            alert=expired,
        )

    def show_typed(self, text: str) -> None:
        super().show_typed(text)
        self.query_one(Panel).add_class("unused")
        self._filter = text
        self.refresh_board()

    async def on_command_code(self, command: Command) -> bool:
        if command is Command.SALIR:
            await self.kiosk.leave_tablero()
        # The board's own command, scanned twice, must not put the board away again.
        return command in {Command.SALIR, Command.TABLERO}

    async def on_text_code(self, text: str) -> None:
        """A whole tag goes to whoever is identified; anything else stays as the filter."""
        spool = self.kiosk.board.find(text)
        if spool is None:
            self._filter = text
            self.refresh_board()
            if not self.query_one(Table).rows:
                self.refuse_text(text)
            return
        below = await self.kiosk.leave_tablero()
        await below.on_text_code(spool.tag_spool)

    def show_notice(self, tone: Tone, notice: Notice) -> None:
        """The board has something to say only when a code is refused: then it makes room for it."""
        super().show_notice(tone, notice)
        self.query_one(Panel).remove_class("unused")
