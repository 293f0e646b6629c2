"""Supervisor: what is stuck, what is blocked, how the ledger stands, how much work was finished. A page each.

What takes a while to read is read in the background: the pages show how old it is, and a scan never waits for it.
"""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.model import Spool, Worker
from core.domain.writing.dates import format_datetime
from kiosk.live.supervision import cycle
from kiosk.scanning.codes import Chosen, Command
from kiosk.screens import keys
from kiosk.screens.base import KioskScreen
from kiosk.screens.dia import DiaScreen
from kiosk.screens.keys import Act
from kiosk.screens.pointing import PointingScreen
from kiosk.screens.supervising import rejected_because
from kiosk.screens.supervisor_ledger import RegistroPage
from kiosk.screens.supervisor_pages import Page, RechazosPage, SpoolsPage, TomasPage
from kiosk.screens.supervisor_pauses import PausasPage
from kiosk.screens.supervisor_sheet import HojaPage
from kiosk.screens.supervisor_work import DiasPage, HoyPage
from kiosk.screens.work_reading import WorkReading
from kiosk.widgets.panel import QuietPanel, Tone
from kiosk.widgets.strips import PageBar
from kiosk.widgets.table import Table
from kiosk.words.wording import Notice, elapsed

_TOMAS: Final = 0
_RECHAZOS: Final = 1


class SupervisorScreen(PointingScreen):
    """The screen of an identified supervisor. A scanned spool is pointed at, and what can be done with it is asked."""

    CSS_PATH = "supervisor.tcss"
    KEYS = keys.SUPERVISOR
    CODES = (Command.RETENER, Command.REANUDAR, Command.NOTA, Command.NO)
    ACTS = frozenset({Command.LIBERAR, Command.DESBLOQUEAR, Command.RETENER, Command.REANUDAR, Command.NOTA})
    ACTS_WHILE_ASKING = ACTS

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker)
        reading = WorkReading(self)
        self._shown = _TOMAS
        self._pages: tuple[Page, ...] = (
            TomasPage(),
            RechazosPage(),
            RegistroPage(),
            DiasPage(reading),
            HoyPage(reading),
            PausasPage(reading),
            # The last one, for it is not there where there is no sheet.
            HojaPage(),
        )

    @property
    def page(self) -> Page:
        """The page in front."""
        return self._pages[self._shown]

    @property
    @override
    def spools_table(self) -> Table | None:
        return self.page.query_one(Table) if isinstance(self.page, SpoolsPage) else None

    @property
    def _open_pages(self) -> list[Page]:
        """The pages that can be opened."""
        return [page for page in self._pages if page.is_there]

    @override
    def compose_body(self) -> ComposeResult:
        yield PageBar()
        yield QuietPanel()
        yield from self._pages

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self._show_page(_TOMAS)

    @override
    def refresh_board(self) -> None:
        pages = self._open_pages
        self.query_one(PageBar).show(
            [page.name_on_bar for page in pages],
            shown=self._shown,
            who=self.worker.worker_nombre,
            alert={at for at, page in enumerate(pages) if page.needs_attention},
        )
        self.page.bring_up()
        if self.spools_table is not None:
            self.spools_table.point_at(self.pointed_at)

    # Pages

    def _show_page(self, place: int) -> None:
        """Put a page in front. What was pointed at or asked on the one before is over."""
        self.questions.close()
        self.pointed_at = None
        self._put_in_front(place)
        panel = self.query_one(QuietPanel)
        if isinstance(self.page, SpoolsPage):
            panel.show(Tone.INFO, self.words.notice(self.page.NAME))
        else:
            # A page that needs the panel's room has it while there is nothing to say.
            panel.hush()

    def _put_in_front(self, place: int) -> None:
        self._shown = place
        for at, page in enumerate(self._pages):
            page.set_class(at == place, "-shown")
        self.page.opened()
        self.refresh_board()

    @override
    def move_cursor(self, lines: int) -> None:
        if self.spools_table is not None:
            super().move_cursor(lines)
        else:
            for table in self.page.query(Table):
                table.move(lines)

    # Codes

    @override
    async def on_act(self, act: Act) -> None:
        if act is Act.PREVIOUS:
            self._turn_page(-1)
        elif act is Act.CHOOSE and isinstance(self.page, HoyPage):
            await KioskScreen.on_act(self, act)
        else:
            await super().on_act(act)

    def _on_table_chosen(self, event: Table.Chosen) -> None:
        if isinstance(self.page, HoyPage):
            self.kiosk.intake.submit(Chosen(event.key.rstrip(".")))
        else:
            super()._on_table_chosen(event)

    @override
    async def on_chosen(self, row: str) -> None:
        if isinstance(self.page, HoyPage):
            self._open_day(row)
        else:
            await super().on_chosen(row)

    def _open_day(self, number: str) -> bool:
        """Show the day of the worker with this number; whether there is one."""
        whose = self.kiosk.board.workers.get(int(number)) if number.isdecimal() else None
        if whose is not None:
            self.app.push_screen(DiaScreen(self.worker, whose))
        return whose is not None

    @override
    async def on_text_code(self, text: str) -> None:
        """A number or words answer the question; another number is a page; anything else is a spool."""
        if await self.answered(text):
            return
        is_page = text.isdecimal() and 1 <= int(text) <= len(self._open_pages)
        if is_page and not self.questions.is_open and self.kiosk.board.find(text) is None:
            self._show_page(int(text) - 1)
            return
        if isinstance(self.page, HoyPage) and not self.questions.is_open and self._open_day(text):
            return
        spool = self.find_spool(text)
        if spool is not None:
            await self.ask_about(spool)

    @override
    async def on_command_code(self, command: Command) -> bool:
        row = self.page.query_one(Table).cursor_row if isinstance(self.page, HoyPage) else None
        match command:
            case Command.DIA if row is not None:
                return self._open_day(row.key)
            case Command.ESTADO:
                self._turn_page(1)
            case _:
                return await super().on_command_code(command)
        return True

    def _turn_page(self, by: int) -> None:
        self._show_page((self._shown + by) % len(self._open_pages))

    # What a supervisor does

    @override
    async def ask_about(self, spool: Spool) -> None:
        """Point at a spool, on the page that lists it, and ask what to do with it."""
        spool = await self.kiosk.feed.service.spool(spool.tag_spool)
        self.pointed_at = spool.tag_spool
        self._put_in_front(self._page_of(spool))
        await super().ask_about(spool)

    @override
    async def about(self, spool: Spool) -> Notice:
        words, line = self.words, self._line_of(spool)
        if spool.ocupacion is None and spool.rechazado:
            line = words("rejected.motive", line=line, motivo=await rejected_because(self, spool.tag_spool))
        return Notice(words("what_to_do", tag=spool.tag_spool), line)

    def _page_of(self, spool: Spool) -> int:
        """The page that lists the spool; for one that none lists, the page in front, if it lists spools at all."""
        if spool.ocupacion is not None:
            return _TOMAS
        if spool.bloqueado or spool.rechazado:
            return _RECHAZOS
        return self._shown if isinstance(self.page, SpoolsPage) else _TOMAS

    @override
    def show_pointed_at(self, spool: Spool) -> None:
        self.show_notice(Tone.INFO, Notice(spool.tag_spool, self._line_of(spool), self.words("pointed.next")))

    def _line_of(self, spool: Spool) -> str:
        """How the spool stands: who holds it, or in which cycle it was rejected."""
        words, held, configured = self.words, spool.ocupacion, self.kiosk.session.configured
        if held is not None:
            worker = self.kiosk.board.workers.get(held.worker_id)
            return words(
                "held.detail",
                quien=worker.nombre_completo if worker else held.worker_nombre,
                operacion=words.operacion(held.operacion),
                station=held.station or "?",
                since=format_datetime(held.fecha_ocupacion, configured.zone)[: -len(":00")],
                elapsed=elapsed(self.now() - held.fecha_ocupacion),
            )
        if spool.rechazado:
            estado = words("rechazos.blocked") if spool.bloqueado else words("rechazos.rejected")
            return words("rejected.cycle", estado=estado, cycle=cycle(spool, configured.max_reparaciones))
        return self.estado_of(spool)
