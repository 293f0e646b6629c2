"""Page objects: a terminal as the people in front of it know it. Selectors and waiting live here alone."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from rich.segment import Segment
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from core import OccupationService
from core.domain.model import EstadoAvance
from kiosk.app import KioskApp
from kiosk.live.board import Shown
from kiosk.screens.supervisor_sheet import HojaPage
from kiosk.session import Session
from kiosk.widgets.banner import NameBanner
from kiosk.widgets.bars import KeyBar, SheetLine
from kiosk.widgets.choices import ChoiceLine
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.table import Table
from kiosk.widgets.wrapped import Entry, WrappedList
from tests.kiosk import headless

FREE_SPOOL: Final = "MK-1335-CW-25238-011"
HAND: Final = 0.2
"""Seconds between the keys of somebody who types by hand."""

MIGUEL, JUAN, CARLA = "W.93", "W.94", "W.95"

headless.install()

PATIENCE: Final = 60.0
"""Seconds after which what is awaited of a screen is taken for never coming."""
ROUNDS: Final = 50
"""Times a screen may ask to be laid out or painted again before a test takes it for one that never rests."""


def _is_stale(screen: Screen[Any]) -> bool:
    """Whether Textual would lay out, paint or call something back at its next chance."""
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    )


async def painted(pilot: Pilot[Any]) -> None:
    """Wait until every message is handled and nothing is left to lay out or to paint."""
    for _ in range(ROUNDS):
        await pilot._wait_for_screen()
        # A program that ends paints nothing more.
        if pilot.app._exit:
            return
        if not _is_stale(pilot.app.screen):
            headless.paint(pilot.app)
            return
        # What is laid out may ask for more, which the next round handles.
        pilot.app.screen._on_timer_update()
    raise AssertionError("the screen does not come to rest")


@contextmanager
def case(*name: object) -> Iterator[None]:
    """One row of a table of cases that are walked in one app: a failure says which row it was."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"case: {' '.join(map(str, name))}")
        raise


class FrozenClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class TestedKiosk(KioskApp):
    """The kiosk, with what only tests need."""

    __test__ = False

    async def settled(self) -> None:
        """Return when the ledger was tried and every code submitted so far is wholly handled."""
        await self.feed.tried.wait()
        await self.intake._waiting.join()

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        # Without the web fonts that Rich names: a picture must not ask the network for anything.
        svg = super().export_screenshot(title=title, simplify=simplify)
        return re.sub(r"@font-face\s*{[^}]*}\s*", "", svg)


class Terminal:
    """What a person can do at a terminal, and what they see."""

    def __init__(self, app: TestedKiosk, pilot: Pilot[object]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def service(self) -> OccupationService:
        return self.app.feed.service

    async def scan(self, *codes: str, suffix: str = "enter", later: float = 0.0) -> None:
        """Scan codes one after the other, each as a scanner types it, and wait until all are answered.

        The keys' times are `later` seconds after now.
        """
        for code in codes:
            typed = [events.Key(_character_to_key(character), character) for character in code]
            keys = [*typed, events.Key(suffix, None)]
            moment = keys[0].time + later
            for key in keys:
                # All at one moment: how busy the tests' machine is must be on no picture.
                key.time = moment
                self._send(key)
        await self.answered()

    async def type(self, text: str) -> None:
        """Type by hand, without Enter, and look up when it is shown."""
        for number, character in enumerate(text):
            self._send(events.Key(_character_to_key(character), character), number * HAND)
        await self.until(lambda: self.app.intake.typed == text)
        await self.painted()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, looking up after each."""
        for key in keys:
            self._send(events.Key(key, key if len(key) == 1 else None))
            await self.answered()

    async def give(self, order: str) -> None:
        """Give an order by its barcode (`C.PAUSAR`) or by its key (`f3`)."""
        await (self.scan(order) if order.isupper() else self.press(order))

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.answered()

    async def click(self, selector: str, *, line: int = 0) -> None:
        with self.app._context():
            await self._pilot.click(selector, offset=(2, line))
        await self.answered()

    async def resize(self, width: int, height: int) -> None:
        with self.app._context():
            await self._pilot.resize_terminal(width, height)
        await self.answered()

    def _send(self, key: events.Key, later: float = 0.0) -> None:
        key.time += later
        self.app.post_message(key)

    async def answered(self) -> None:
        """Wait until everything given so far is wholly handled and shown."""
        # Keys reach the intake through the app's queue of messages, and so does this one behind them.
        taken = asyncio.Event()
        self.app.call_later(taken.set)
        await taken.wait()
        await self.app.settled()
        await self.painted()

    async def painted(self) -> None:
        """Wait until every message is handled and nothing is left to lay out or to paint."""
        # A test may have several apps, and none is the present one in its own task.
        with self.app._context():
            await painted(self._pilot)

    def tick(self) -> None:
        """Let the app look at its clock now, as it does each second by itself."""
        self.app.call_later(self.app._tick)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds` and the screen shows what is known; looked at each time it was brought up to date."""
        if not holds():
            self.tick()
        async with asyncio.timeout(PATIENCE):
            while True:
                rings = self.app.changes.rings
                if holds() and not self.app._refresh_due:
                    return
                await self.app.changes.wait(beyond=rings)
                await self.painted()

    # What is on the screen

    @property
    def text(self) -> str:
        """The whole screen, line by line."""
        with self.app._context():
            return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def segments(self) -> list[Segment]:
        """The whole screen, piece by piece, each with how it is painted."""
        with self.app._context():
            return [segment for strip in self.app.screen._compositor.render_strips() for segment in strip]

    @property
    def picture(self) -> str:
        """The whole screen as SVG."""
        with self.app._context():
            return self.app.export_screenshot(title=self.app.title, simplify=True)

    @property
    def screen_name(self) -> str:
        return re.sub(r"(Acts)?Screen$", "", type(self.app.screen).__name__).lower()

    @property
    def worker(self) -> str | None:
        """The whole name of whoever stands here, as the screen shows it."""
        banner = self.app.screen.query(NameBanner)
        return str(banner.first().query_one(".full", Static).render()) if banner else None

    @property
    def panel(self) -> str:
        """The answer's lines, as they are read."""
        panel = self.app.screen.query_one(Panel)
        return "\n".join(str(line.render()) for line in panel.query(Static) if line.display)

    @property
    def sheet(self) -> str:
        """What the frame says of the office's sheet; nothing where there is none."""
        line = self.app.screen.query_one(SheetLine)
        return str(line.render()) if line.display else ""

    @property
    def sheet_page(self) -> str:
        """The supervisor's page about the sheet, line by line: all of it, also what is scrolled away."""
        rows = self.app.screen.query_one(HojaPage).query_one(Table).rows
        return "\n".join(" | ".join(row.cells).rstrip() for row in rows)

    @property
    def notifications(self) -> list[str]:
        """What popped up, oldest first; a test's screen does not show them."""
        return [f"{shown.title} {shown.message}".strip() for shown in self.app._notifications]

    @property
    def tone(self) -> Tone:
        panel = self.app.screen.query_one(Panel)
        return next(tone for tone in Tone if panel.has_class(f"-{tone}"))

    def row(self, key: str) -> str:
        """The cells of one row of the list, whether it is in sight or not."""
        return " | ".join(next(row for row in self.app.screen.query_one(Table).rows if row.key == key).cells)

    @property
    def rows(self) -> list[str]:
        """The keys of the list on the screen: tags, or workers' numbers."""
        return [row.key for row in self.app.screen.query_one(Table).rows]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """A spool's timeline, or what the help tells: all of it, also what is scrolled away."""
        return self.app.screen.query_one(WrappedList).entries

    def untouched(self, count: int, *, with_joints: bool = False) -> list[str]:
        """Tags of so many spools, all with or all without joints, that can be taken and that nobody ever began."""
        free = [spool for spool in self.app.board.of(Shown.DISPONIBLE) if bool(spool.uniones) is with_joints]
        tags = [spool.tag_spool for spool in free if spool.arm.estado is EstadoAvance.PENDIENTE]
        assert len(tags) >= count
        return tags[:count]

    @property
    def offers(self) -> list[str]:
        """What a spool's page says can be done: each line's number, words, key and barcode."""
        lines = self.app.screen.query(ChoiceLine)
        return [" ".join(str(line.render()).split()) for line in lines if line.display]

    @property
    def bar(self) -> list[str]:
        """The keys on the bar, each with what it does."""
        bar = self.app.screen.query_one(KeyBar)
        shown = " ".join(str(bar.render()).split())
        texts = (" ".join(f"{key.label} {key.does}".split()) for key in bar.keys)
        return [text for text in texts if text in shown]

    @property
    def is_quiet(self) -> bool:
        """Whether the panel has nothing to say and takes no room."""
        return not self.app.screen.query_one(Panel).display


def kiosk_app(clock: Callable[[], datetime], kind: type[TestedKiosk] = TestedKiosk) -> TestedKiosk:
    """The kiosk over the plant that the environment's settings name, by default the demo's."""
    return kind(Session(demo=False, clock=clock))


@asynccontextmanager
async def terminal(
    *, size: tuple[int, int] = (80, 24), clock: Callable[[], datetime], kind: type[TestedKiosk] = TestedKiosk
) -> AsyncIterator[Terminal]:
    """A running terminal whose ledger is open."""
    app = kiosk_app(clock, kind)
    async with app.run_test(size=size) as pilot:
        running = Terminal(app, pilot)
        await running.answered()
        yield running
