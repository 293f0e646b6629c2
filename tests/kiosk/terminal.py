"""Page objects: a terminal as the people in front of it know it. Selectors and waiting live here alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Static

from core import OccupationService
from kiosk.app import KioskApp
from kiosk.screens.estacion import EstacionScreen
from kiosk.screens.inicio import InicioScreen
from kiosk.screens.tablero import TableroScreen
from kiosk.session import Session
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table

FREE_SPOOL: Final = "MK-1335-CW-25238-011"
MIGUEL, JUAN, CARLA = "W.93", "W.94", "W.95"


class FrozenClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Terminal:
    """What a person can do at a terminal, and what they see."""

    def __init__(self, app: KioskApp, pilot: Pilot[object]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def service(self) -> OccupationService:
        return self.app.service

    async def scan(self, *codes: str, suffix: str = "enter", later: float = 0.0) -> None:
        """Scan codes one after the other, each as a scanner types it, and wait until all are answered.

        The keys' times are `later` seconds after now.
        """
        for code in codes:
            for character in code:
                self._send(events.Key(_character_to_key(character), character), later)
            self._send(events.Key(suffix, None), later)
        await self._answered()

    async def type(self, text: str) -> None:
        """Type by hand, without Enter, and look up when it is shown."""
        with self.app._context():
            await self._pilot.press(*map(_character_to_key, text))
        await self.until(lambda: self.app.typed == text)
        await self._painted()

    async def press(self, *keys: str) -> None:
        """Press keys and wait for the answer."""
        with self.app._context():
            await self._pilot.press(*keys)
        await self._answered()

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self._answered()

    async def click(self, selector: str, *, line: int = 0) -> None:
        with self.app._context():
            await self._pilot.click(selector, offset=(2, line))
        await self._answered()

    def _send(self, key: events.Key, later: float) -> None:
        key.time += later
        self.app.post_message(key)

    async def _answered(self) -> None:
        await self._painted()
        await self.app.settled()
        await self._painted()

    async def _painted(self) -> None:
        # A test may have several apps, and none is the present one in its own task.
        with self.app._context():
            await self._pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds`, looked at each time the screen was brought up to date."""
        async with asyncio.timeout(20):
            while True:
                rings = self.app.changes.rings
                if holds():
                    return
                await self.app.changes.wait(beyond=rings)
                await self._painted()

    # What is on the screen

    @property
    def text(self) -> str:
        """The whole screen, line by line."""
        with self.app._context():
            return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def screen_name(self) -> str:
        names = {InicioScreen: "inicio", EstacionScreen: "estacion", TableroScreen: "tablero"}
        return names[type(self.app.screen)]

    @property
    def panel(self) -> str:
        """The answer's lines, as they are read."""
        panel = self.app.screen.query_one(Panel)
        return "\n".join(str(line.render()) for line in panel.query(Static) if line.display)

    @property
    def notifications(self) -> list[str]:
        """What popped up, oldest first; a test's screen does not show them."""
        return [notification.message for notification in self.app._notifications]

    @property
    def tone(self) -> Tone:
        panel = self.app.screen.query_one(Panel)
        return next(tone for tone in Tone if panel.has_class(f"-{tone}"))

    @property
    def rows(self) -> list[str]:
        """The keys of the list on the screen: tags, or workers' numbers."""
        return [row.key for row in self.app.screen.query_one(Table).rows]


def kiosk_app(clock: Callable[[], datetime]) -> KioskApp:
    """The kiosk over the plant that the environment's settings name, by default the demo's."""
    return KioskApp(Session(demo=False, clock=clock))


@asynccontextmanager
async def terminal(*, size: tuple[int, int] = (80, 24), clock: Callable[[], datetime]) -> AsyncIterator[Terminal]:
    """A running terminal whose ledger is open."""
    app = kiosk_app(clock)
    async with app.run_test(size=size) as pilot:
        await app.settled()
        await pilot.pause()
        yield Terminal(app, pilot)
