"""The full-screen kiosk: it hands codes to the screen in front, in order, and keeps the board live."""

from __future__ import annotations

import asyncio
import gc
import re
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.worker import Worker as BackgroundTask
from textual.worker import WorkerError

from core.domain.errors import InvalidRequestError, LedgerUnavailableError, WorkerNoEncontradoError
from core.domain.model import Spool, Worker
from core.domain.reasons import FallaRegistro
from core.ledger.feed import Bell
from kiosk.live.board import Board
from kiosk.live.connection import connection_text
from kiosk.live.drafts import Draft
from kiosk.live.feed import Feed
from kiosk.live.presence import WARNING, Presence
from kiosk.resources import ASSETS
from kiosk.scanning.codes import Badge, Calibration, Code, Command, Idle, Pressed
from kiosk.scanning.intake import Intake
from kiosk.scanning.scanner import Scan
from kiosk.screens.base import KioskScreen
from kiosk.screens.inicio import InicioScreen
from kiosk.screens.places import screen_for
from kiosk.session import Session
from kiosk.terminal.sound import Sounder
from kiosk.theme import MONO, TALLER, THEMES
from kiosk.widgets.panel import Tone
from kiosk.words.wording import Wording

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from core import OccupationService
    from kiosk.live.worklog import WorkLog
    from kiosk.scanning.reading import Reader

FEED_PATIENCE: Final = 0.5
"""Seconds a scan may wait for the board to know of the one before."""

STYLES: Final = ASSETS / "styles"

OWN_KEYS: Final = frozenset({"ctrl+q", "ctrl+c"})
"""The keys that are not a screen's: those by which people close programs."""

NEED_NO_LEDGER: Final = (Command.CERRAR, Command.LECTOR, Command.AYUDA, Command.SALIR)
"""What is for those who look after the terminal, and works before there is anything to work on."""


class KioskApp(App[InvalidRequestError]):
    """One terminal. Ends with the error when its settings name no usable ledger."""

    TITLE = "Kiosk"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave_program", show=False, priority=True, id="quit"),
    ]

    def __init__(self, session: Session) -> None:
        theme = THEMES.get(session.theme, TALLER)
        super().__init__(css_path=[STYLES / "kiosk.tcss", *([STYLES / "mono.tcss"] if theme is MONO else [])])
        # Before anything is styled: a theme that comes later has every style sheet read anew.
        self.register_theme(theme)
        self.theme = theme.name
        self.session = session
        self.wording = session.wording
        self.station = session.configured.station
        self.is_demo = session.is_demo
        self.worker: Worker | None = None
        self.drafts: dict[int, Draft] = {}
        """Batches that are not confirmed, by worker."""
        self.board = Board()
        self.feed = Feed(session, self.board, changed=self._refresh_soon)
        self._sounder = Sounder(session.configured.sound, self.bell)
        self._was_connected = False
        self.intake = Intake(burst_gap=session.configured.scan_gap, read=self._read, typed_changed=self._show_typed)
        self.changes = Bell()
        self._following: BackgroundTask[None] | None = None
        self._jumps_told = 0
        self._refresh_due = False
        self._presence = Presence(session.clock)

    def on_mount(self) -> None:
        self.push_screen(InicioScreen())
        self.run_worker(self._handle_codes(), group="codes", exclusive=True)
        # The first picture does not wait for the ledger.
        self.call_after_refresh(self._open_ledger)

    def _open_ledger(self) -> None:
        gc.freeze()
        gc.enable()
        self.set_interval(1, self._tick)
        self._following = self.run_worker(self._keep_board_live(), group="feed", exclusive=True)
        self.run_worker(self._import_ahead(), group="imports", exclusive=True)

    async def _import_ahead(self) -> None:
        """Have at hand what the first scan needs and the first picture did not."""
        await self.feed.tried.wait()
        for name in ("kiosk.scanning.reading", "kiosk.screens.estacion"):
            await asyncio.to_thread(import_module, name)

    async def on_unmount(self) -> None:
        """Let the ledger be closed to its end: the terminal's connections are others' to have."""
        if self._following is not None:
            self._following.cancel()
            with suppress(WorkerError):
                await self._following.wait()

    def action_help_quit(self) -> None:
        """Ctrl+C closes many programs; here it says what does, to those who may know."""
        if not self.session.configured.mode:
            self.notify(self.wording("quit_hint"))

    def action_leave_program(self) -> None:
        """In kiosk mode leaving takes a supervisor."""
        if self.session.configured.mode:
            self.intake.submit(Command.CERRAR)
        else:
            self.exit()

    # What the screens ask

    @property
    def service(self) -> OccupationService:
        """The service. Raises LedgerUnavailableError while the ledger is away."""
        if self.feed.occupation is None:
            raise self.feed.trouble or LedgerUnavailableError(FallaRegistro.ABRIENDO)
        return self.feed.occupation

    @cached_property
    def reader(self) -> Reader:
        """What makes codes of scans; nobody scans before the first picture."""
        from kiosk.scanning.reading import Reader

        return Reader(self.board.find, self.session.configured.keyboards)

    @cached_property
    def work_log(self) -> WorkLog:
        """The work of the last days, counted once for all supervisors."""
        from kiosk.live.worklog import WorkLog

        return WorkLog()

    @property
    def front(self) -> KioskScreen | None:
        """The screen people see; None while it is put together or, at the end, taken apart: then it has no parts."""
        if not self.is_running:
            return None
        screen = self.screen
        return screen if isinstance(screen, KioskScreen) and screen.is_mounted else None

    @property
    def _knows_nothing(self) -> bool:
        """Whether nothing was ever read from the ledger, and why is known."""
        return not self.feed.ever_connected and self.feed.trouble is not None

    @property
    def is_connected(self) -> bool:
        return self.feed.is_live

    @property
    def timezone(self) -> ZoneInfo:
        return self.session.configured.zone

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone; this machine's while there is no ledger."""
        return self.feed.now() or self.session.clock().astimezone(self.timezone)

    def clock_text(self) -> str:
        """The plant's time of day; nothing before the settings are checked, which the first picture precedes."""
        return self.now().strftime("%H:%M:%S") if self.feed.tried.is_set() else ""

    def connection_text(self) -> str:
        """How the terminal stands with its ledger."""
        return connection_text(self.feed, self.board, self.wording)

    def estado_of(self, spool: Spool) -> str:
        """How the spool stands, in one line, also while the ledger is away."""
        policy = self.session.configured.max_reparaciones
        return self.wording.estado(spool, now=self.now(), max_reparaciones=policy)

    def log_event(self, name: str, **fields: object) -> None:
        """Note a fact about this terminal. A run that keeps no log forgets it."""

    def sound(self, tone: Tone) -> None:
        """Let an answer be heard."""
        self._sounder.play(tone)

    # Codes: from keys to screens, in order

    async def on_event(self, event: events.Event) -> None:
        """Take what belongs to a scan before any widget sees it, so that no focus can swallow it."""
        if isinstance(event, (events.Key, events.Paste, events.MouseDown)):
            self._presence.touched()
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            if self.intake.take(event):
                return
            if isinstance(event, events.Key) and event.key not in OWN_KEYS:
                # Widgets get no keys: each acts in its turn behind what was scanned, on the screen then in front.
                self.submit(Pressed(event.key))
                return
        await super().on_event(event)

    def _show_typed(self, text: str) -> None:
        if self.front is not None:
            self.front.show_typed(text)
        self.changes.ring()

    def _read(self, scan: Scan) -> Code:
        """What was meant. What is typed on a screen that keeps secrets is remembered nowhere."""
        return self.reader.read(scan, secret=self.front is not None and self.front.secret)

    def submit(self, code: Code) -> None:
        """Put a code in the queue behind what was scanned before it."""
        self.intake.submit(code)

    async def _handle_codes(self) -> None:
        # What is scanned while the ledger opens waits for it: nobody is told that a good badge is unknown.
        await self.feed.tried.wait()
        await self.intake.run(self.act_on)

    async def act_on(self, code: Code) -> None:
        """Do at once what the code means on the screen in front."""
        screen = self.front
        if screen is None:
            raise TypeError(f"{self.screen!r} takes no codes")
        if isinstance(code, Idle):
            if self._time_left() <= timedelta():
                await self.back_to_inicio()
        elif screen.inspects:
            await screen.handle(code)
        elif isinstance(code, Calibration):
            await self.open(Command.LECTOR, screen)
        elif self._knows_nothing and not (code in NEED_NO_LEDGER or isinstance(code, Pressed) or screen.takes_badges):
            # A good badge must not be told that it is unknown.
            screen.show_refusal(self.feed.trouble or LedgerUnavailableError(FallaRegistro.ABRIENDO), saving=False)
        elif isinstance(code, Badge) and not screen.takes_badges:
            await self._identify(code.worker_id)
        else:
            await screen.handle(code)

    async def settled(self) -> None:
        """Return when the ledger was tried and every code submitted so far is wholly handled."""
        await self.feed.tried.wait()
        await self.intake.settled()

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without the web fonts Rich names: a picture must not ask the network for anything."""
        svg = super().export_screenshot(title=title, simplify=simplify)
        return re.sub(r"@font-face\s*{[^}]*}\s*", "", svg)

    # Who stands here, and which screen they see

    async def _identify(self, worker_id: int) -> None:
        worker = self.board.workers.get(worker_id)
        if worker is None:
            # Whoever this is, they are not the one before, in whose name nothing more may be done.
            rest = await self.back_to_inicio()
            rest.show_refusal(WorkerNoEncontradoError(worker_id))
            return
        await self.work_as(worker)

    async def work_as(self, worker: Worker) -> None:
        """Show the work screen of this worker, in their language, whatever was on the screen before."""
        await self.back_to_inicio()
        self.worker = worker
        self.log_event("identified", worker_id=worker.worker_id)
        self.wording = Wording.of(worker.idioma) or self.session.wording
        from kiosk.screens.estacion import EstacionScreen

        await self.push_screen(EstacionScreen(worker))

    async def back_to_inicio(self) -> InicioScreen:
        """Nobody is identified any more. What was begun and not confirmed is kept for who began it."""
        self.worker = None
        self.wording = self.session.wording
        while not isinstance(self.screen, InicioScreen):
            await self.pop_screen()
        self.screen.show_rest()
        return self.screen

    async def open(self, command: Command, asking: KioskScreen) -> bool:
        """Show the screen this command names, over `asking`; whether it names one.

        Raises KioskError when it is not for whoever stands here.
        """
        screen = screen_for(command, asking, self.worker)
        if screen is None:
            return False
        # The command of the screen in front, scanned twice, must neither stack it nor put it away.
        if not screen.is_same_place(asking):
            while any(type(screen) is type(below) for below in self.screen_stack):
                await self.pop_screen()
            await self.push_screen(screen)
        return True

    async def leave_screen(self) -> KioskScreen:
        """Back to the screen below the one in front, which is returned."""
        await self.pop_screen()
        screen = self.screen
        if not isinstance(screen, KioskScreen):
            raise TypeError(f"nothing to go back to below {screen!r}")
        return screen

    def _time_left(self) -> timedelta:
        """How much longer the terminal waits for its worker."""
        return self._presence.left(self.session.configured.idle_logout)

    def _watch_idle(self) -> None:
        if self.worker is None or not self.feed.tried.is_set() or self.front is None:
            return
        left = self._time_left()
        if left <= timedelta():
            self.submit(Idle())
        warning = self.wording("idle", seconds=int(left.total_seconds())) if left <= WARNING else ""
        self.front.show_hint(warning)

    # The live board

    async def _keep_board_live(self) -> None:
        try:
            await self.feed.run()
        except InvalidRequestError as error:
            self.exit(error)

    async def caught_up(self, seq: int) -> None:
        """Return when the board has taken in event `seq`; in any case soon, should the feed be away.

        The next scan is then judged by a board that knows what this one did.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(FEED_PATIENCE):
                while self.board.seq < seq:
                    await self.changes.wait(beyond=self.changes.rings)

    def _refresh_soon(self) -> None:
        """Refresh once for however many events came together."""
        if not self._refresh_due:
            self._refresh_due = True
            self.call_next(self._refresh)

    def _refresh(self) -> None:
        self._refresh_due = False
        self._bring_up_to_date()

    def _tick(self) -> None:
        """Every second, because clocks and ages move without any event."""
        self._watch_idle()
        self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        self.feed.age()
        if self.is_connected is not self._was_connected:
            self._was_connected = self.is_connected
            self.log_event("connected" if self.is_connected else "disconnected", seq=self.board.seq)
        if self.feed.jumps > self._jumps_told:
            self._jumps_told = self.feed.jumps
            self.notify(self.wording("feed_jumped"))
        if self.front is not None:
            self.front.refresh_frame()
            self.front.refresh_board()
        self.changes.ring()
