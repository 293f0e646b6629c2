"""The frame of every screen: station, connection and clock above, what is typed, the sheet and the keys below."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Static
from typing_extensions import override

from kiosk.scanning.codes import Command
from kiosk.screens.host import Kiosk
from kiosk.screens.keys import MOST_ON_BAR, Act, Key, in_order
from kiosk.terminal.abilities import MIN_HEIGHT, MIN_WIDTH
from kiosk.widgets.bars import BarKey, KeyBar, ScanLine, SheetLine, TopBar
from kiosk.widgets.panel import Panel
from kiosk.words.wording import Wording


class FramedScreen(Screen[None]):
    """A screen with its frame. Whoever inherits says what it is about, and which keys it has."""

    AUTO_FOCUS = ""
    KEYS: ClassVar[Sequence[Key]] = ()

    secret: bool = False
    """Whether what is typed here must be neither shown nor remembered."""

    @property
    def kiosk(self) -> Kiosk:
        """The app."""
        return cast("Kiosk", self.app)

    @property
    def words(self) -> Wording:
        """The words of whoever is identified."""
        return self.kiosk.wording

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone."""
        return self.kiosk.feed.now()

    @override
    def compose(self) -> ComposeResult:
        words = self.words
        with Vertical(classes="head"):
            yield TopBar()
            if self.kiosk.session.is_demo:
                yield Static(words("demo"), markup=False, classes="demo")
            yield Static(markup=False, classes="too-small")
        yield from self.compose_body()
        with Vertical(classes="foot"):
            with Horizontal():
                yield ScanLine(markup=False)
                yield SheetLine(markup=False)
            yield KeyBar(MOST_ON_BAR)

    def compose_body(self) -> ComposeResult:
        """The screen's own widgets."""
        raise NotImplementedError

    def not_for_them(self) -> Collection[Command | Act]:
        """What whoever is identified has no key for here."""
        return ()

    def not_now(self) -> Collection[Command | Act]:
        """What would do nothing here as things are."""
        return ()

    def shown_keys(self) -> list[Key]:
        """The keys on the bar."""
        no_use = {*self.not_for_them(), *self.not_now()}
        usable = [key for key in self.KEYS if not key.hidden and key.does not in no_use]
        return in_order(usable[:MOST_ON_BAR])

    def word_of(self, key: Key) -> str:
        """What the key does, in a word."""
        return self.words(f"key.{key.id}")

    def refresh_keys(self) -> None:
        """Bring the bar of keys up to date."""
        words = self.words
        self.query_one(KeyBar).show(
            [
                BarKey(key.name, words.key(key.name), self.word_of(key), words(f"tip.{key.id}"))
                for key in self.shown_keys()
            ]
        )

    def on_mount(self) -> None:
        """Show how things are now."""
        self.on_screen_resume()

    def on_screen_resume(self) -> None:
        """Show how things are now."""
        self.refresh_frame()
        self.refresh_board()

    def on_resize(self, event: events.Resize) -> None:
        """Warn where the terminal is too small, and fill the new size."""
        width, height = event.size
        fits = width >= MIN_WIDTH and height >= MIN_HEIGHT
        warning = self.query_one(".too-small", Static)
        warning.display = not fits
        warning.update("" if fits else self.words("too_small", width=width, height=height))
        # How much room each part has is known only after the layout, and this screen may be gone by then.
        self.call_after_refresh(self.kiosk.bring_up)

    def refresh_frame(self) -> None:
        """Bring station, connection, clock and the state of the office's sheet up to date."""
        self.query_one(TopBar).show(
            self.kiosk.feed, self.kiosk.board, self.words, station=self.kiosk.session.configured.station
        )
        self.query_one(SheetLine).show(self.kiosk.feed, self.words)
        self.query_one(Panel).look_at_clock(self.kiosk.session.clock())
        self.refresh_keys()

    def refresh_board(self) -> None:
        """Bring what the screen shows of the board up to date."""

    def show_typed(self, text: str) -> None:
        """Show what is being typed by hand."""
        self.query_one(ScanLine).show("•" * len(text) if self.secret else text)

    def show_hint(self, text: str) -> None:
        """Show a hint where typed text is shown; nothing when it is empty."""
        self.query_one(ScanLine).hint(text)
