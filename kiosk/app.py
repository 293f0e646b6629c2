"""The full-screen kiosk: it hands codes to the screen in front, in order, and keeps the board live."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from textual.worker import Worker as BackgroundTask
from textual.worker import WorkerError
from typing_extensions import override

from core.domain.datos import Cambio
from core.domain.errors import InvalidRequestError, LedgerUnavailableError, WorkerNoEncontradoError
from core.domain.model import Operacion, Worker
from core.domain.reasons import FallaRegistro
from core.ledger.feed import Bell
from kiosk.live.board import Board
from kiosk.live.doubts import Fate
from kiosk.live.feed import Feed
from kiosk.live.worklog import WorkLog
from kiosk.resources import ASSETS
from kiosk.scanning.codes import Badge, Calibration, Code, Command, Idle, Pressed
from kiosk.scanning.intake import Intake
from kiosk.scanning.reading import Reader
from kiosk.scanning.scanner import Scan
from kiosk.screens.base import KioskScreen
from kiosk.screens.host import Draft
from kiosk.screens.inicio import InicioScreen
from kiosk.screens.places import screen_for, work_screen
from kiosk.session import Session
from kiosk.terminal.keyed_app import KeyedApp, Presence
from kiosk.terminal.sound import Sounder
from kiosk.theme import MONO, TALLER, THEMES, put_on
from kiosk.widgets.frame import Foot, Head
from kiosk.widgets.inverted import INVERTED
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from textual.filter import LineFilter

    from kiosk.screens.host import Kiosk
    from kiosk.screens.ticks import Ticks

TOLD: Final = 30.0
"""Seconds that others see what became of a request."""

IDLE_WARNING: Final = timedelta(seconds=10)
"""How long before a terminal lets go of its worker it says so."""

STYLES: Final = ASSETS / "styles"

NEED_NO_LEDGER: Final = (Command.CERRAR, Command.LECTOR, Command.AYUDA, Command.SALIR)
"""What is for those who look after the terminal, and works before there is anything to work on."""


class KioskApp(KeyedApp):
    """One terminal. Ends with the error when its settings name no usable ledger."""

    TITLE = "Kiosk"

    def __init__(self, session: Session) -> None:
        theme = THEMES.get(session.theme, TALLER)
        super().__init__(css_path=[STYLES / "kiosk.tcss", *([STYLES / "mono.tcss"] if theme is MONO else [])])
        put_on(self, theme)
        self.session = session
        self.wording = session.wording
        self.worker: Worker | None = None
        self.drafts: dict[int, Draft] = {}
        self.counts: dict[int, list[str]] = {}
        self.still_on: dict[int, datetime] = {}
        self.seen_changes: set[tuple[str, tuple[Cambio, ...]]] = set()
        self.board = Board()
        self.feed = Feed(session, self.board, changed=self._refresh_soon, settled=self._tell)
        self.work_log = WorkLog()
        self.sounder = Sounder(session.configured.sound, self.bell, self.refresh)
        self.reader = Reader(self.board.find, session.configured.keyboards)
        self.ticks: dict[tuple[int, str, Operacion], Ticks] = {}
        self.intake = Intake(burst_gap=session.configured.scan_gap, read=self._read, typed_changed=self._show_typed)
        self.changes = Bell()
        self.presence = Presence(session.clock)
        self._following: BackgroundTask[None] | None = None
        self._was_connected = self._refresh_due = False
        self._jumps_shown = 0

    @override
    def get_default_screen(self) -> InicioScreen:
        return InicioScreen()

    def on_mount(self) -> None:
        """Show the first picture, which does not wait for the ledger."""
        self.run_worker(self._handle_codes(), group="codes", exclusive=True)
        self.call_after_refresh(self._open_ledger)

    def _open_ledger(self) -> None:
        self.set_interval(1, self._tick)
        self._following = self.run_worker(self._keep_board_live(), group="feed", exclusive=True)

    async def _keep_board_live(self) -> None:
        try:
            await self.feed.run()
        except InvalidRequestError as error:
            self.exit(error)

    async def on_unmount(self) -> None:
        """Let the ledger be closed to its end, so that its connections are free for other terminals."""
        if self._following is not None:
            self._following.cancel()
            with suppress(WorkerError):
                await self._following.wait()

    @property
    @override
    def is_locked(self) -> bool:
        return bool(self.session.configured.mode)

    @property
    def front(self) -> KioskScreen | None:
        """The screen people see; None while it is put together or, at the end, taken apart: then it has no parts."""
        if not self.is_running:
            return None
        screen = self.screen
        return screen if isinstance(screen, KioskScreen) and screen.is_mounted else None

    @override
    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([INVERTED] if self.sounder.flashes else [])]

    def log_event(self, name: str, **fields: object) -> None:
        """Note a fact about this terminal. A run that keeps no log forgets it."""

    # Codes: from keys to screens, in order

    def _show_typed(self, text: str) -> None:
        if self.front is not None:
            self.front.show_typed(text)
        self.changes.ring()

    def _read(self, scan: Scan) -> Code:
        """What was meant. What is typed on a screen that keeps secrets is remembered nowhere."""
        return self.reader.read(scan, secret=self.front is not None and self.front.secret)

    async def _handle_codes(self) -> None:
        # Scans wait until the ledger was tried: before that a good badge would be refused as unknown.
        await self.feed.tried.wait()
        await self.intake.run(self.act_on)

    async def act_on(self, code: Code) -> None:
        """Do at once what the code means on the screen in front."""
        screen = self.front
        if screen is None:
            raise TypeError(f"{self.screen!r} takes no codes")
        if isinstance(code, Idle):
            if self.presence.left(self.session.configured.idle_logout) <= timedelta():
                await self.back_to_inicio()
        elif screen.has_class("-tiny"):
            screen.refuse(screen.query_one(Head).warning)
        elif screen.inspects:
            await screen.handle(code)
        elif isinstance(code, Calibration):
            await self.open(Command.LECTOR)
        elif self.feed.knows_nothing and not (
            code in NEED_NO_LEDGER or isinstance(code, Pressed) or screen.takes_badges
        ):
            # A good badge must not be refused as unknown.
            screen.show_refusal(self.feed.trouble or LedgerUnavailableError(FallaRegistro.ABRIENDO), saving=False)
        elif isinstance(code, Badge) and not screen.takes_badges:
            worker = self.board.workers.get(code.worker_id)
            if worker is not None:
                await self.work_as(worker)
            else:
                # Whoever this is, they are not the one before, in whose name nothing more may be done.
                (await self.back_to_inicio()).show_refusal(WorkerNoEncontradoError(code.worker_id))
        else:
            await screen.handle(code)

    # Who is identified, and which screen they see

    async def work_as(self, worker: Worker) -> None:
        """Show the work screen of this worker, in their language, whatever was on the screen before."""
        leaving = self.worker
        await self.back_to_inicio()
        self.worker = worker
        self.log_event("identified", worker_id=worker.worker_id)
        self.wording = Wording.of(worker.idioma) or self.session.wording
        await self.push_screen(work_screen(worker))
        held = self.board.held_by(leaving.worker_id) if leaving and leaving.worker_id != worker.worker_id else []
        if leaving and held:
            self.notify(self.wording("left.detail", quien=leaving.worker_nombre, count=len(held)))

    async def back_to_inicio(self) -> KioskScreen:
        """Nobody is identified any more. What was begun and not confirmed is kept for who began it."""
        leaving, self.worker = self.worker, None
        self.wording = self.session.wording
        while not isinstance(self.screen, InicioScreen):
            await self.pop_screen()
        self.screen.show_rest()
        if leaving is not None:
            self.screen.show_left(leaving)
        return self.screen

    async def open(self, command: Command) -> bool:
        """Show the screen that the command names; False when it names none. Raises KioskError when it may not."""
        below = self.front
        screen = screen_for(command, below, self.worker) if below else None
        if below is None or screen is None:
            return False
        # The command of the screen in front, scanned twice, must neither stack it nor put it away.
        if not screen.is_same_place(below):
            while any(type(screen) is type(other) for other in self.screen_stack):
                await self.pop_screen()
            await self.push_screen(screen)
        return True

    def _tell(self, fate: Fate) -> None:
        """Say what became of a request that was in doubt, to its worker or to whoever stands here now."""
        request, saved = fate.request, fate.response
        self.log_event("settled", accion=request.accion, tag=request.tag_spool, seq=saved.seq if saved else None)
        if self.front is not None and self.front.told(fate):
            return
        worker = self.board.workers.get(request.worker_id)
        notice = self.wording.fate(request, saved, who=worker.worker_nombre if worker else "", now=self.feed.now())
        self.notify(notice.detail, title=notice.title, severity="information" if saved else "warning", timeout=TOLD)

    # The live board

    def _refresh_soon(self) -> None:
        """Refresh once for however many events came together."""
        if not self._refresh_due:
            self._refresh_due = True
            self.call_next(self.bring_up)

    def _tick(self) -> None:
        """Every second, because clocks and ages move without any event."""
        if self.worker is not None and self.front is not None:
            left = self.presence.left(self.session.configured.idle_logout)
            if left <= timedelta():
                self.intake.submit(Idle())
            hint = self.wording("idle", seconds=int(left.total_seconds())) if left <= IDLE_WARNING else ""
            self.front.query_one(Foot).show_hint(hint)
        self.bring_up()

    def bring_up(self) -> None:
        """Show on the screen in front how things are now; without one there is nothing to do."""
        self._refresh_due = False
        self.feed.age()
        if self.feed.is_live is not self._was_connected:
            self._was_connected = self.feed.is_live
            self.log_event("connected" if self._was_connected else "disconnected", seq=self.board.seq)
        if self.feed.jumps > self._jumps_shown:
            self._jumps_shown = self.feed.jumps
            self.notify(self.wording("feed_jumped"))
        if self.front is not None:
            self.front.refresh_frame()
            self.front.refresh_board()
        self.changes.ring()


if TYPE_CHECKING:
    _HOST: type[Kiosk] = KioskApp
