"""The full-screen kiosk: it gathers keys into codes, hands them to the screen in order, and keeps the board live."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.worker import Worker as BackgroundTask
from textual.worker import WorkerError

from core.errors import InvalidRequestError, LedgerUnavailableError, WorkerNoEncontradoError
from core.estado import estado_detalle
from core.ledger.feed import Bell
from core.messages import elapsed
from core.model import Spool, Worker
from kiosk.board import Board
from kiosk.codes import Badge, Code, Text, parse
from kiosk.feed import Feed
from kiosk.resources import ASSETS
from kiosk.scanner import Scan, ScanCollector, pasted
from kiosk.screens.base import KioskScreen
from kiosk.screens.estacion import EstacionScreen
from kiosk.screens.inicio import InicioScreen
from kiosk.screens.tablero import TableroScreen
from kiosk.session import USAGE, Session
from kiosk.stray_bytes import tolerate_stray_bytes
from kiosk.theme import TALLER
from kiosk.widgets.panel import Tone

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from core import OccupationService

ECHO_AFTER: Final = 0.2
"""Seconds a buffer stands before it is shown: longer than a scanner takes, so that scans are never echoed."""

FEED_PATIENCE: Final = 0.5
"""Seconds a scan may wait for the board to know of the one before."""


class KioskApp(App[InvalidRequestError]):
    """One terminal. Ends with the error when its settings name no usable ledger."""

    TITLE = "Kiosk"
    CSS_PATH = ASSETS / "styles" / "kiosk.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Cerrar", show=False, priority=True, id="quit"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.wording = session.wording
        self.station = session.station
        self.is_demo = session.is_demo
        self.board = Board()
        self.feed = Feed(session, self.board, changed=self._refresh_soon)
        self._following: BackgroundTask[None] | None = None
        self._jumps_told = 0
        self._collector = ScanCollector()
        self._echo_due = False
        self._refresh_due = False
        self._codes: asyncio.Queue[Code] = asyncio.Queue()
        self.changes = Bell()
        self.typed = ""

    def on_mount(self) -> None:
        self.register_theme(TALLER)
        self.theme = TALLER.name
        self.push_screen(InicioScreen())
        self.run_worker(self._handle_codes(), group="codes", exclusive=True)
        # The first picture does not wait for the ledger.
        self.call_after_refresh(self._open_ledger)

    def _open_ledger(self) -> None:
        self.set_interval(1, self._tick)
        self._following = self.run_worker(self._keep_board_live(), group="feed", exclusive=True)

    async def on_unmount(self) -> None:
        """Let the ledger be closed to its end: the terminal's connections are others' to have."""
        if self._following is not None:
            self._following.cancel()
            with suppress(WorkerError):
                await self._following.wait()

    def action_help_quit(self) -> None:
        """Ctrl+C closes many programs; here it says what does."""
        self.notify(self.wording("quit_hint"))

    # What the screens ask

    @property
    def service(self) -> OccupationService:
        """The service. Raises LedgerUnavailableError while the ledger is away."""
        if self.feed.occupation is None:
            raise self.feed.trouble or LedgerUnavailableError(self.wording("connecting"))
        return self.feed.occupation

    @property
    def front(self) -> KioskScreen | None:
        """The screen people see; None while it is put together or, at the end, taken apart: then it has no parts."""
        if not self.is_running:
            return None
        screen = self.screen
        return screen if isinstance(screen, KioskScreen) and screen.is_mounted else None

    @property
    def is_connected(self) -> bool:
        return self.feed.is_live

    @property
    def timezone(self) -> ZoneInfo:
        return self._session.configured.zone

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone; this machine's while there is no ledger."""
        return self.feed.now() or self._session.clock().astimezone(self.timezone)

    def clock_text(self) -> str:
        """The plant's time of day; nothing before the settings are checked, which the first picture precedes."""
        return self.now().strftime("%H:%M:%S") if self.feed.tried.is_set() else ""

    def connection_text(self) -> str:
        """How many spools are taken; or, without a ledger, how old what is shown is."""
        feed, words = self.feed, self.wording
        if feed.is_live:
            taken = "● " + words("taken_count", count=self.board.occupied_count)
            return taken + " · ⚠ " + words("at_risk") if feed.risks else taken
        if feed.lost_past is not None:
            return words("past_lost")
        if feed.trouble is None:
            return words("connecting")
        if not feed.ever_connected:
            return str(feed.trouble.details.get("reason") or feed.trouble.message)
        return words("disconnected", age=elapsed(feed.age()))

    def estado_of(self, spool: Spool) -> str:
        """How the spool stands, in one line, also while the ledger is away."""
        return estado_detalle(spool, now=self.now(), max_reparaciones=self._session.configured.max_reparaciones)

    # Codes: from keys to screens, in order

    async def on_event(self, event: events.Event) -> None:
        """Take what belongs to a scan before any widget sees it, so that no focus can swallow it."""
        if isinstance(event, events.Key) and not event.is_forwarded and self._collect(event):
            return
        if isinstance(event, events.Paste) and not event.is_forwarded:
            for scan in pasted(event.text):
                self.submit(self._resolve(scan))
            return
        await super().on_event(event)

    def _collect(self, event: events.Key) -> bool:
        taken = self._collector.key(event.key, event.character, event.time)
        if isinstance(taken, Scan):
            self._show_typed("")
            if taken.text:
                self.submit(self._resolve(taken))
        elif self.typed:
            self._show_typed(self._collector.text)
        elif taken and not self._echo_due:
            self._echo_due = True
            self.set_timer(ECHO_AFTER, self._echo)
        return bool(taken)

    def _echo(self) -> None:
        self._echo_due = False
        self._show_typed(self._collector.text)

    def _show_typed(self, text: str) -> None:
        if text != self.typed:
            self.typed = text
            if self.front is not None:
                self.front.show_typed(text)
            self.changes.ring()

    def _resolve(self, scan: Scan) -> Code:
        """What was meant: the whole text if it is known, else the quick keystrokes at its end if those are."""
        whole = parse(scan.text)
        if scan.burst is None or not isinstance(whole, Text) or self.board.find(scan.text):
            return whole
        burst = parse(scan.burst)
        return burst if not isinstance(burst, Text) or self.board.find(scan.burst) else whole

    def submit(self, code: Code) -> None:
        """Put a code in the queue; each is wholly handled before the next."""
        self._codes.put_nowait(code)

    async def _handle_codes(self) -> None:
        # What is scanned while the ledger opens waits for it: nobody is told that a good badge is unknown.
        await self.feed.tried.wait()
        while True:
            code = await self._codes.get()
            try:
                await self._handle(code)
            finally:
                self._codes.task_done()

    async def _handle(self, code: Code) -> None:
        screen = self.front
        if screen is None:
            raise TypeError(f"{self.screen!r} takes no codes")
        if not self.feed.ever_connected and self.feed.trouble is not None:
            # Nothing was ever read: a good badge must not be told that it is unknown.
            screen.show_notice(Tone.REFUSED, self.wording.error(self.feed.trouble, now=self.now()))
            return
        if isinstance(code, Badge):
            await self._identify(code.worker_id, screen)
        else:
            await screen.handle(code)

    async def settled(self) -> None:
        """Return when the ledger was tried and every code submitted so far is wholly handled."""
        await self.feed.tried.wait()
        await self._codes.join()

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """The screen as SVG, without the web fonts Rich names: a picture must not ask the network for anything."""
        svg = super().export_screenshot(title=title, simplify=simplify)
        return re.sub(r"@font-face\s*{[^}]*}\s*", "", svg)

    # Who stands here, and which screen they see

    async def _identify(self, worker_id: int, screen: KioskScreen) -> None:
        worker = self.board.workers.get(worker_id)
        if worker is None:
            error = WorkerNoEncontradoError(worker_id)
            screen.show_notice(Tone.REFUSED, self.wording.error(error, now=self.now()))
            return
        await self.work_as(worker)

    async def work_as(self, worker: Worker) -> None:
        """Show the work screen of this worker, whatever was on the screen before."""
        await self.back_to_inicio()
        await self.push_screen(EstacionScreen(worker))

    async def back_to_inicio(self) -> None:
        """Nobody is identified any more."""
        while not isinstance(self.screen, InicioScreen):
            await self.pop_screen()
        self.screen.show_rest()

    async def show_tablero(self) -> None:
        """The board, over whatever is on the screen."""
        await self.push_screen(TableroScreen())

    async def leave_tablero(self) -> KioskScreen:
        """Back to the screen below the board, which is returned."""
        await self.pop_screen()
        screen = self.screen
        if not isinstance(screen, KioskScreen):
            raise TypeError(f"the board stood on {screen!r}")
        return screen

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
        self._tick()

    def _tick(self) -> None:
        """Bring the screen up to date; every second, because clocks and ages move without any event."""
        self.feed.age()
        if self.feed.jumps > self._jumps_told:
            self._jumps_told = self.feed.jumps
            self.notify(self.wording("feed_jumped"))
        if self.front is not None:
            self.front.refresh_frame()
            self.front.refresh_board()
        self.changes.ring()


def run_app(session: Session) -> None:
    """Show the kiosk until it is closed; refusals of the settings end the program as any command's do."""

    async def show() -> None:
        tolerate_stray_bytes()
        app = KioskApp(session)
        error = await app.run_async()
        if error is not None:
            raise error
        if app.return_code:
            raise SystemExit(app.return_code)

    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        session.tell(session.wording("cli.no_terminal"))
        raise SystemExit(USAGE)

    session.guard(show, as_json=False)
