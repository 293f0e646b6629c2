"""The lines that frame every screen: where we are and whether all is well above, what is being typed below."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Head(Vertical):
    """The lines at the top of a screen."""

    DEFAULT_CSS = "Head { dock: top; height: auto; }"


class Foot(Vertical):
    """The lines at the bottom of a screen."""

    DEFAULT_CSS = "Foot { dock: bottom; height: auto; }"


class TopBar(Horizontal):
    """Station, how many spools are taken, connection and clock."""

    DEFAULT_CSS = """
    TopBar {
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
        self._update(".station", station, layout=False)
        self._update(".clock", clock, layout=False)
        self._update(".state", state, layout=True)
        shown = self.query_one(".state", Static)
        shown.set_class(at_risk, "-at-risk")
        shown.set_class(not healthy, "-down")

    def _update(self, selector: str, text: str, *, layout: bool) -> None:
        # Every second the clock alone changes: to lay out the screen for it costs more than all the rest.
        shown = self.query_one(selector, Static)
        if shown.content != text:
            shown.update(text, layout=layout and cell_len(str(shown.content)) != cell_len(text))


class DemoBanner(Static):
    """Says that this is not real work."""

    DEFAULT_CSS = """
    DemoBanner {
        height: 1;
        background: $warning;
        color: $background;
        text-align: center;
        text-style: bold;
    }
    """


class SizeWarning(Static):
    """Says in one line what a terminal that is too small needs."""

    DEFAULT_CSS = """
    SizeWarning {
        height: 1;
        display: none;
        background: $warning;
        color: $background;
        text-style: bold;
        padding: 0 1;
    }
    """

    def show(self, text: str) -> None:
        """Show this line; none when it is empty."""
        self.display = bool(text)
        self.update(text)


class ScanLine(Static):
    """What is being typed by hand; else what there is to say by the way."""

    DEFAULT_CSS = """
    ScanLine {
        width: 1fr;
        height: 1;
        padding: 0 2;
        color: $warning;
        &.-typing { background: $surface; color: $foreground; text-style: bold; }
    }
    """

    def __init__(self, *, markup: bool) -> None:
        super().__init__(markup=markup)
        self._typed = ""
        self._hint = ""

    def show(self, text: str) -> None:
        """Show the text typed so far; nothing when it is empty."""
        self._typed = text
        self._update()

    def hint(self, text: str) -> None:
        """Show this while nothing is typed."""
        if text != self._hint:
            self._hint = text
            self._update()

    def _update(self) -> None:
        self.set_class(bool(self._typed), "-typing")
        self.update(f"▸ {self._typed}▏" if self._typed else self._hint)


class SheetLine(Static):
    """How the office's sheet stands, at the end of the line below; nothing where there is no sheet."""

    DEFAULT_CSS = """
    SheetLine {
        display: none;
        width: auto;
        height: 1;
        margin-right: 1;
        padding: 0 1;
        color: $text-muted;
        &.-late { color: $warning; text-style: bold; }
        &.-bad { color: $background; background: $error; text-style: bold; }
    }
    """

    def show(self, text: str, *, late: bool, bad: bool) -> None:
        """Show these words, which stand out when what waits is late, and more when nothing is on its way."""
        self.set_class(late, "-late")
        self.set_class(bad, "-bad")
        self.display = bool(text)
        if self.content != text:
            # While it waits its age changes every second: only another length moves anything.
            self.update(text, layout=cell_len(str(self.content)) != cell_len(text))


class FootLine(Horizontal):
    """What is being typed, and how the sheet stands, side by side."""

    DEFAULT_CSS = "FootLine { height: 1; }"


@dataclass(frozen=True, slots=True)
class Key:
    """A key the screen answers to: its name, what it does in a word and in a sentence, which it is, and the action."""

    name: str
    label: str
    tip: str
    key: str
    action: str

    @property
    def width(self) -> int:
        """Cells it takes on the bar."""
        return cell_len(f" {self.name}  {self.label} ")


class KeyButton(Static):
    """A key that can also be touched."""

    class Touched(Message):
        """The key was touched."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, key: Key) -> None:
        name, label = Content.styled(f" {key.name} ", "bold $background on $primary"), Content(f" {key.label}")
        super().__init__(name + label)
        self.tooltip = key.tip
        self._key = key.key

    def on_click(self) -> None:
        self.post_message(self.Touched(self._key))


class KeyBar(Grid):
    """The keys of the screen, in one line where they fit, else in two, one under the other."""

    DEFAULT_CSS = """
    KeyBar {
        height: auto;
        grid-rows: 1;
        background: $panel;
        & KeyButton { width: 1fr; height: 1; }
    }
    """

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = tuple(keys)

    def compose(self) -> ComposeResult:
        for key in self._keys:
            yield KeyButton(key)

    def on_resize(self, event: events.Resize) -> None:
        """Give each column the width of its widest key."""
        lines = 1 if sum(key.width for key in self._keys) <= event.size.width else 2
        columns = max(-(-len(self._keys) // lines), 1)
        widths = [max(key.width for key in self._keys[at::columns]) for at in range(columns)]
        self.styles.grid_size_columns = columns
        self.styles.grid_columns = " ".join(map(str, widths))
