"""The lines that frame every screen: where we are and whether all is well above, what is being typed below."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from core.domain.errors import LedgerTooNewError
from kiosk.live.board import Board
from kiosk.live.feed import Feed
from kiosk.live.mirror_watch import Queue, QueueState
from kiosk.scanning.codes import Pressed
from kiosk.widgets.touch import Touched
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


class KeyBar(Widget):
    """The keys, in as few lines as show each whole. To touch one is to press it.

    One widget: where each key had its own, other keys would lay out the whole screen.
    """

    DEFAULT_CSS = "KeyBar { height: 1; background: $panel; text-wrap: nowrap; }"

    keys: tuple[BarKey, ...] = ()
    """The keys shown."""

    def show(self, keys: Sequence[BarKey]) -> None:
        """Show these keys in place of those before. Costs next to nothing when they are the same."""
        if tuple(keys) != self.keys:
            self.keys = tuple(keys)
            self._fit()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._fit()

    def _fit(self) -> None:
        self.styles.height = -(-len(self.keys) // len(self._widths())) or 1
        self.refresh()

    def _widths(self) -> list[int]:
        """Of each column the width of its widest key."""
        widths = rooms = [key.room for key in self.keys] or [0]
        lines = 1
        while sum(widths) > self.size.width and len(widths) > 1:
            lines += 1
            columns = -(-len(rooms) // lines)
            widths = [max(rooms[at::columns]) for at in range(columns)]
        return widths

    @override
    def render(self) -> Content:
        widths = self._widths()
        lines = (self.keys[at : at + len(widths)] for at in range(0, len(self.keys), len(widths)))
        return Content("\n").join([Content("").join(map(_on_bar, line, widths)).rstrip() for line in lines])

    def _key_at(self, event: events.MouseEvent) -> BarKey | None:
        return next((key for key in self.keys if key.name == event.style.meta.get("key")), None)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the key under the mouse."""
        key = self._key_at(event)
        self.tooltip = key.tip if key else None

    def on_click(self, event: events.Click) -> None:
        """Press the key that was touched."""
        if key := self._key_at(event):
            self.post_message(Touched(Pressed(key.name)))


def _on_bar(key: BarKey, width: int) -> Content:
    text = Content.styled(f" {key.label} ", "bold $background on $primary") + Content(f" {key.does}")
    rest = Content(" " * (width - text.cell_length))
    touched = Style.from_meta({"key": key.name})
    return text.stylize(touched) + rest.stylize(touched)


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
