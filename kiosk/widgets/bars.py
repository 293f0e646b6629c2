"""The lines that frame every screen: where we are and whether all is well above, what is being typed below."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static


class TopBar(Horizontal):
    """Station, how many spools are taken, connection and clock."""

    DEFAULT_CSS = """
    TopBar {
        dock: top;
        height: 1;
        background: $panel;
        & Static { width: 1fr; height: 1; }
        & .station { text-style: bold; padding-left: 1; }
        & .state { width: auto; max-width: 60; padding: 0 1; color: $success; }
        & .state.-at-risk { color: $warning; text-style: bold; }
        & .state.-down { color: $background; background: $error; text-style: bold; }
        & .clock { text-align: right; padding-right: 1; text-style: bold; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="station")
        yield Static(markup=False, classes="state")
        yield Static(markup=False, classes="clock")

    def show(self, *, station: str, state: str, clock: str, healthy: bool, at_risk: bool) -> None:
        """Show these texts; a state at risk stands out, an unhealthy one more."""
        self.query_one(".station", Static).update(station)
        self.query_one(".clock", Static).update(clock)
        shown = self.query_one(".state", Static)
        shown.update(state)
        shown.set_class(at_risk, "-at-risk")
        shown.set_class(not healthy, "-down")


class DemoBanner(Static):
    """Says that this is not real work."""

    DEFAULT_CSS = """
    DemoBanner {
        dock: top;
        height: 1;
        margin-top: 1;
        background: $warning;
        color: $background;
        text-align: center;
        text-style: bold;
    }
    """


class ScanLine(Static):
    """What is being typed by hand."""

    DEFAULT_CSS = """
    ScanLine {
        dock: bottom;
        height: 1;
        margin-bottom: 1;
        padding: 0 2;
        color: $text-muted;
        &.-typing { background: $surface; color: $foreground; text-style: bold; }
    }
    """

    def show(self, text: str) -> None:
        """Show the text typed so far; nothing when it is empty."""
        self.set_class(bool(text), "-typing")
        self.update(f"▸ {text}▏" if text else "")


@dataclass(frozen=True, slots=True)
class Key:
    """A key the screen answers to: its name, what it does in a word and in a sentence, and the action."""

    name: str
    label: str
    tip: str
    action: str


class KeyButton(Static):
    """A key that can also be touched."""

    def __init__(self, key: Key) -> None:
        name, label = Content.styled(f" {key.name} ", "bold $background on $primary"), Content(f" {key.label}")
        super().__init__(name + label)
        self.tooltip = key.tip
        self._action = key.action

    async def on_click(self) -> None:
        await self.screen.run_action(self._action)


class KeyBar(Horizontal):
    """The keys of the screen, in one line."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        background: $panel;
        & KeyButton { width: auto; height: 1; margin-right: 1; }
    }
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        for key in self._keys:
            yield KeyButton(key)
