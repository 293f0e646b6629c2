"""What stands above and below every screen: station, connection and clock; what is typed, the sheet and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widgets import Static
from typing_extensions import override

from kiosk.live.board import Board
from kiosk.live.feed import Feed
from kiosk.terminal.abilities import fits, works
from kiosk.widgets.bars import BarKey, KeyBar, ScanLine, SheetLine, TopBar
from kiosk.words.wording import Notice, Wording


class Head(Vertical):
    """The lines above: with `is_demo` one says that nothing here is real."""

    warning: Notice
    """What to say where the terminal is too small."""

    def __init__(self, words: Wording, *, is_demo: bool) -> None:
        super().__init__(classes="head")
        self._words = words
        self._is_demo = is_demo

    @override
    def compose(self) -> ComposeResult:
        yield TopBar()
        if self._is_demo:
            yield Static(self._words("demo"), markup=False, classes="demo")
        yield Static(markup=False, classes="too-small")

    def show(self, feed: Feed, board: Board, words: Wording, *, station: str) -> None:
        """Bring station, connection and clock up to date."""
        self.query_one(TopBar).show(feed, board, words, station=station)

    def warn_of(self, size: Size, words: Wording) -> None:
        """Say how small the terminal is, where it is; where an answer could stay unseen, nothing else is shown."""
        self.screen.set_class(not fits(*size), "-small")
        self.screen.set_class(not works(*size), "-tiny")
        room = {"width": size.width, "height": size.height}
        self.warning = words.notice("small", **room) if works(*size) else words.notice("too_small", **room)
        lines = (self.warning.title, self.warning.detail, self.warning.next_step)
        self.query_one(".too-small", Static).update("\n\n".join(filter(None, lines)))


class Foot(Vertical):
    """The lines below."""

    DEFAULT_CLASSES = "foot"

    @override
    def compose(self) -> ComposeResult:
        with Horizontal():
            yield ScanLine(markup=False)
            yield SheetLine(markup=False)
        yield KeyBar()

    def show(self, feed: Feed, words: Wording) -> None:
        """Bring the state of the office's sheet up to date."""
        self.query_one(SheetLine).show(feed, words)

    def show_keys(self, keys: Sequence[BarKey]) -> None:
        """Bring the bar of keys up to date."""
        self.query_one(KeyBar).show(keys)

    def show_typed(self, text: str) -> None:
        """Show what is being typed by hand."""
        self.query_one(ScanLine).show(text)

    def show_hint(self, text: str) -> None:
        """Show a hint in its place; nothing when it is empty."""
        self.query_one(ScanLine).hint(text)
