"""Supervisor: what is stuck, what is blocked, how the ledger stands, how much work was finished. A page each.

What takes a while to learn is learnt in the background: the pages show how old it is, and a scan never waits for it.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.domain.model import Spool, Worker
from kiosk.scanning.codes import Command, Text
from kiosk.screens.asking import Answer
from kiosk.screens.releasing import ReleasingScreen
from kiosk.screens.supervisor_pages import (
    Page,
    RechazosPage,
    RegistroPage,
    TomasPage,
)
from kiosk.screens.supervisor_sheet import HojaPage
from kiosk.screens.supervisor_work import DiasPage, HoyPage, WorkReading
from kiosk.widgets.choices import QuietPanel
from kiosk.widgets.pages import PageBar
from kiosk.widgets.panel import Tone
from kiosk.widgets.table import Table
from kiosk.words.wording import Notice

_TOMAS, _RECHAZOS = 0, 1


class SupervisorScreen(ReleasingScreen):
    """The screen of an identified supervisor. A scanned spool is pointed at, and what can be done with it is asked."""

    CSS_PATH = "supervisor.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "send('AYUDA')", id="ayuda"),
        Binding("f3", "send('LIBERAR')", id="liberar"),
        Binding("f4", "send('DESBLOQUEAR')", id="desbloquear"),
        Binding("f5", "send('ESTADO')", id="pagina"),
        Binding("f6", "send('TABLERO')", id="tablero"),
        Binding("f8", "send('DESHACER')", id="deshacer"),
        Binding("f9", "send('HISTORIA')", id="historia"),
        Binding("escape,f10", "send('SALIR')", id="back", key_display="Esc"),
        Binding("enter", "ask_about_row", show=False, id="ask"),
    ]
    CODES = (Command.NOTA, Command.NO)

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        self._pointed_at: str | None = None
        self._shown = _TOMAS
        self._pages: tuple[Page, ...] = ()

    @property
    def subject(self) -> str | None:
        return self._pointed_at

    @property
    def page(self) -> Page:
        """The page in front."""
        return self._pages[self._shown]

    @property
    def _there(self) -> list[Page]:
        """The pages that can be opened."""
        return [page for page in self._pages if page.is_there]

    def compose_body(self) -> ComposeResult:
        reading = WorkReading(self)
        self._pages = (
            TomasPage(classes="box page"),
            RechazosPage(classes="box page"),
            RegistroPage(classes="box page"),
            DiasPage(reading, classes="box page"),
            HoyPage(reading, classes="box page"),
            # The last one, for it is not there where there is no sheet.
            HojaPage(classes="box page"),
        )
        yield PageBar()
        yield QuietPanel()
        yield from self._pages

    def on_mount(self) -> None:
        super().on_mount()
        self._show_page(_TOMAS)

    def refresh_board(self) -> None:
        pages = self._there
        self.query_one(PageBar).show(
            [page.name_on_bar for page in pages],
            shown=self._shown,
            who=self.worker.worker_nombre,
            alert={at for at, page in enumerate(pages) if page.needs_somebody},
        )
        self.page.bring_up()
        if self.page.LISTS_SPOOLS and self.page.table is not None:
            self.page.table.point_at(self._pointed_at)

    # Pages

    def _show_page(self, place: int) -> None:
        """Put a page in front. What was pointed at or asked on the one before is over."""
        self.drop_question()
        self._pointed_at = None
        self._put_in_front(place)
        opening, panel = self.page.opening, self.query_one(QuietPanel)
        if opening is None:
            # A page that needs the panel's room gives it back while there is something to say.
            panel.hush()
        else:
            panel.show(Tone.INFO, opening)

    def _put_in_front(self, place: int) -> None:
        self._shown = place
        for at, page in enumerate(self._pages):
            page.set_class(at == place, "-shown")
        self.page.opened()
        self.refresh_board()

    # Codes

    def point_at(self, tag: str) -> None:
        self._pointed_at = tag
        self.refresh_board()

    def forget_subject(self) -> None:
        self._pointed_at = None

    def move_cursor(self, lines: int) -> None:
        """Point at another line; of a list of spools, at the spool: a question about the one before is over."""
        table = self.page.table
        if table is None:
            return
        table.move(lines)
        spool = self.kiosk.board.find(table.cursor_row.key) if self.page.LISTS_SPOOLS and table.cursor_row else None
        if spool is not None:
            self._pointed_at = spool.tag_spool
            self.tell_pointed_at(spool)

    async def action_ask_about_row(self) -> None:
        """Enter with nothing typed asks about the spool under the cursor."""
        if self._pointed_at is not None:
            await self.on_code(Text(self._pointed_at))

    def on_table_chosen(self, event: Table.Chosen) -> None:
        if self.page.LISTS_SPOOLS:
            self.kiosk.submit(Text(event.key))

    async def on_text_code(self, text: str) -> None:
        """A number or words answer the question; another number is a page; anything else is a spool."""
        if await self.answered(text):
            return
        if self._is_page(text):
            self._show_page(int(text) - 1)
            return
        spool = self.find_spool(text)
        if spool is not None:
            await self.scan(spool)

    def _is_page(self, text: str) -> bool:
        return (
            not self.is_asking
            and text.isdecimal()
            and 1 <= int(text) <= len(self._there)
            and self.kiosk.board.find(text) is None
        )

    async def on_command_code(self, command: Command) -> bool:
        if await self.answered_by(command):
            return True
        match command:
            case Command.SALIR:
                await self.kiosk.leave_screen()
            case Command.DESHACER:
                await self.undo()
            case Command.ESTADO:
                self._show_page((self._shown + 1) % len(self._there))
            case Command.LIBERAR | Command.DESBLOQUEAR | Command.NOTA:
                await self._act_on_pointed_at(command)
            case _:
                return False
        return True

    async def _act_on_pointed_at(self, command: Command) -> None:
        tag = self._pointed_at
        if tag is None:
            self.refuse_without_spool()
        elif command is Command.LIBERAR:
            await self.liberar(tag)
        elif command is Command.DESBLOQUEAR:
            await self.desbloquear(tag)
        else:
            await self.ask_note(tag)

    # What a supervisor does

    async def scan(self, spool: Spool) -> None:
        """Point at a spool, on the page that lists it, and ask what to do with it."""
        words = self.kiosk.wording
        self.drop_question()
        spool = await self.kiosk.service.spool(spool.tag_spool)
        tag = spool.tag_spool
        self._pointed_at = tag
        self._put_in_front(self._page_of(spool))
        answers = []
        if spool.ocupacion is not None:
            answers.append(Answer(words("key.liberar"), partial(self.liberar, tag), Command.LIBERAR))
        if spool.bloqueado:
            answers.append(Answer(words("key.desbloquear"), partial(self.desbloquear, tag), Command.DESBLOQUEAR))
        if answers:
            answers.append(Answer(words("why.not"), self.never_mind, Command.NO))
            self.ask(Notice(words("supervise.title", tag=tag), await self.long_line_of(spool)), answers)
        else:
            self.show_notice(Tone.INFO, Notice(tag, await self.long_line_of(spool), words("supervise.nothing")))

    def _page_of(self, spool: Spool) -> int:
        """The page that lists the spool; for one that none lists, the page in front, if it lists spools at all."""
        if spool.ocupacion is not None:
            return _TOMAS
        if spool.bloqueado or spool.rechazado:
            return _RECHAZOS
        return self._shown if self.page.LISTS_SPOOLS else _TOMAS
