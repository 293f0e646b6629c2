"""Who stands here: the first name in letters three lines high, with the rest beside it."""

import os
import unicodedata
from functools import cache
from typing import Final

from pyfiglet import figlet_format
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static
from typing_extensions import override

from kiosk.terminal.abilities import is_console

FONT: Final = "pagga"
"""A FIGlet font of half blocks, three lines high and four cells wide: the largest that leaves room for the work."""


@cache
def large(text: str) -> str:
    """The text in large letters; empty when the font lacks one of them."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).upper()
    if not (plain.isascii() and plain.replace(" ", "").isalpha()):
        return ""
    drawn = figlet_format(plain, font=FONT, width=10_000)
    return "\n".join(line.replace("░", " ").strip("\n") for line in drawn.splitlines() if line.strip())


class NameBanner(Horizontal):
    """A worker's first name, huge where it fits; the whole name, what they are called and may do beside it."""

    DEFAULT_CSS = """
    NameBanner {
        height: 3;
        margin: 1 1 0 2;
        & .large { width: auto; height: 3; color: $primary; text-style: bold; }
        & .beside { width: 1fr; height: 3; padding-left: 1; align-horizontal: right; }
        & .beside Static { width: 1fr; height: 1; text-align: right; }
        & .full { text-style: bold; }
        & .initials { color: $primary; text-style: bold; }
        & .may { color: $text-muted; }
    }
    """

    def __init__(self, *, first: str, full: str, initials: str, may: str) -> None:
        super().__init__()
        self._first, self._full, self._initials, self._may = first, full, initials, may

    @override
    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="large")
        with Vertical(classes="beside"):
            yield Static(self._full, markup=False, classes="full")
            yield Static(self._initials, markup=False, classes="initials")
            yield Static(self._may, markup=False, classes="may")

    def on_resize(self, event: events.Resize) -> None:
        """Where large letters have no room, a name is shown in the terminal's own."""
        drawn = large(self._first)
        beside = max(len(self._full), len(self._initials), len(self._may)) + 2
        lines = drawn.splitlines() or [""]
        # The Linux console has no half blocks.
        fits = (
            drawn
            and not is_console(os.environ)
            and len(lines[0]) + beside <= event.size.width
            and len(lines) <= event.size.height
        )
        self.query_one(".large", Static).update(drawn if fits else self._first.upper())
