"""The lines that frame every screen: where we are and whether all is well above, what is being typed below."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from core.domain.errors import LedgerTooNewError
from kiosk.live.board import Board
from kiosk.live.feed import Feed
from kiosk.live.mirror_watch import Queue, QueueState
from kiosk.scanning.codes import Pressed
from kiosk.widgets.touch import TouchLine
from kiosk.words.wording import Wording, elapsed

LIVE, AT_RISK, DOWN = "$text-success", "bold $text-warning", "bold auto on $error"
"""How the ledger's state looks."""

MAX_STATE: Final = 60
"""Cells of the line above that may say how the ledger stands."""


class TopBar(Widget):
    """Station, how many spools are taken, connection and clock: one widget, so that no text moves another."""

    DEFAULT_CSS = "TopBar { height: 1; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._shown = ("", Content(), "")

    def show(self, feed: Feed, board: Board, words: Wording, *, station: str) -> None:
        """Show how the ledger stands; a ledger at risk stands out, one that is away more."""
        look = (AT_RISK if feed.risks else LIVE) if feed.is_live else DOWN
        state = Content.styled(f" {connection_text(feed, board, words)} ", look)
        # The first picture is painted before the ledger was tried: until then the plant's time is not known.
        clock = feed.now().strftime("%H:%M:%S") if feed.tried.is_set() else ""
        shown = (words("station", station=station), state.truncate(MAX_STATE, ellipsis=True), clock)
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    @override
    def render(self) -> Content:
        station, state, clock = self._shown
        # In the middle, but behind the station, if that is in sight then.
        spare = self.size.width - state.cell_length - cell_len(clock) - 2
        before = max((self.size.width - state.cell_length) // 2, min(cell_len(station) + 2, spare), 0)
        after = self.size.width - before - state.cell_length
        left, right = set_cell_size(f" {station}", before), f"{clock} ".rjust(after)
        return Content.styled(left, "bold") + state + Content.styled(right, "bold")


class ScanLine(Static):
    """What is being typed by hand; else what there is to say by the way."""

    DEFAULT_CSS = """
    ScanLine {
        width: 1fr;
        height: 1;
        padding: 0 2;
        color: $text-warning;
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
        &.-late { color: $text-warning; text-style: bold; }
        &.-bad { color: auto; background: $error; text-style: bold; }
    }
    """

    def show(self, feed: Feed, words: Wording) -> None:
        """Show what waits, which stands out when it is late, and more when nothing is on its way."""
        # Without the ledger nothing is known of the sheet, and the top line says why.
        queue = feed.mirror.queue(feed.now()) if feed.is_live else None
        text = queue_text(queue, words) if queue else ""
        self.set_class(queue is not None and queue.state is QueueState.LATE, "-late")
        self.set_class(queue is not None and queue.state.is_bad, "-bad")
        self.display = bool(text)
        if self.content != text:
            # While it waits its age changes every second: only another length moves anything.
            self.update(text, layout=cell_len(str(self.content)) != cell_len(text))


class BarKey(NamedTuple):
    """A key on the bar: Textual's name of it, its own, and what it does in a word and in a sentence."""

    name: str
    label: str
    does: str
    tip: str

    @property
    def room(self) -> int:
        """Cells it takes on the bar."""
        return cell_len(f" {self.label}  {self.does} ")


class KeyButton(TouchLine):
    """The place of one key on the bar, where it can also be touched."""

    def __init__(self) -> None:
        super().__init__(None)
        self.display = False

    def show(self, key: BarKey | None) -> None:
        """Show this key; without one, take no room."""
        self.display = key is not None
        if key is not None:
            self.code = Pressed(key.name)
            name = Content.styled(f" {key.label} ", "bold $background on $primary")
            self.update(name + Content(f" {key.does}"), layout=False)
            self.tooltip = key.tip


class KeyBar(Grid):
    """Up to so many keys, in as few lines as show each whole, one under the other."""

    DEFAULT_CSS = """
    KeyBar {
        height: auto;
        grid-rows: 1;
        background: $panel;
        & KeyButton { width: 1fr; height: 1; }
    }
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._shown: tuple[BarKey, ...] = ()

    @override
    def compose(self) -> ComposeResult:
        for _ in range(self._most):
            yield KeyButton()

    def show(self, keys: Sequence[BarKey]) -> None:
        """Show these keys in place of those before. Costs next to nothing when they are the same."""
        if tuple(keys) == self._shown:
            return
        before, self._shown = self._shown, tuple(keys)
        for button, was, key in zip_longest(self.query(KeyButton), before, keys):
            if was != key:
                button.show(key)
        self._lay_out()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        """Give each column the width of its widest key."""
        rooms = [key.room for key in self._shown]
        lines, columns, widths = 1, len(rooms) or 1, rooms
        while sum(widths) > self.size.width and columns > 1:
            lines += 1
            columns = -(-len(rooms) // lines)
            widths = [max(rooms[at::columns]) for at in range(columns)]
        self.styles.grid_size_columns = columns
        self.styles.grid_columns = " ".join(map(str, widths))


def connection_text(feed: Feed, board: Board, words: Wording) -> str:
    """How many spools are taken; or, without a ledger, how old what is shown is."""
    if feed.is_live:
        taken = "● " + words("taken_count", count=board.occupied_count)
        return f"{taken} · ⚠ {words.at_risk(feed.risks)}" if feed.risks else taken
    if feed.lost_past is not None:
        return words("past_lost")
    if not feed.ever_connected:
        return words("connecting") if feed.trouble is None else words.why(feed.trouble)
    if isinstance(feed.trouble, LedgerTooNewError):
        return words("too_new", age=elapsed(feed.age()))
    return words("disconnected", age=elapsed(feed.age()))


def queue_text(queue: Queue, words: Wording) -> str:
    """What waits for the office's sheet, in a few words."""
    what = str(queue.count) if queue.count else words("hoja.rows_wait", count=queue.rows)
    match queue.state:
        case QueueState.ALL_IN:
            return words("hoja.all_in")
        case QueueState.WAITING | QueueState.LATE:
            head = words("hoja.waiting", what=what)
        case QueueState.STOPPED:
            head = words("hoja.stopped", what=what)
        case QueueState.TROUBLE:
            head = words("hoja.trouble", what=what) if queue.waits else words("hoja.trouble_idle")
    text = head if queue.age is None else f"{head} · {elapsed(queue.age)}"
    return f"⚠ {text}" if queue.state is QueueState.LATE else text
