"""The full-width answer to the last scan: a colour, a sign and three lines, to be read from afar."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from textual.widgets import Static
from typing_extensions import override

from kiosk.scanning.codes import Choice
from kiosk.widgets.touch import TouchLine
from kiosk.words.wording import Notice


class Tone(StrEnum):
    """What kind of answer it is; also its CSS class."""

    INFO = "info"
    DONE = "done"
    ASK = "ask"
    REFUSED = "refused"


_SIGNS: Final = {Tone.INFO: "▸", Tone.DONE: "✔", Tone.ASK: "?", Tone.REFUSED: "✘"}


SETTLES_AFTER: Final = timedelta(seconds=3)
"""How long a success stands out as a block of colour."""


class Panel(Vertical):
    """Shows a notice in a tone, with the numbered answers to a question if it asks one."""

    DEFAULT_CSS: ClassVar[str] = """
    Panel {
        height: auto;
        & .title { text-style: bold; width: 1fr; height: 1; }
        & .detail { width: 1fr; height: 2; }
        & .next { width: 1fr; height: 1; }
        & Grid { height: auto; display: none; grid-size: 3; grid-gutter: 0 2; grid-rows: 1; }
        & .option { width: 1fr; height: 1; text-style: bold; }
        &.-asking Grid { display: block; }
        &.-asking .next { display: none; }
    }
    """

    _seen_since: datetime | None = None
    _facts: tuple[str, ...] = ()
    """What stands below the second line of what is shown."""
    _answers: Sequence[str] = ()

    @override
    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="title")
        yield Static(markup=False, classes="detail")
        yield Static(markup=False, classes="next")
        yield Grid()

    def on_resize(self) -> None:
        """Fill the new width."""
        if self._answers:
            self._set_columns()

    def _set_columns(self) -> None:
        """Show the answers side by side: three as long as their words are few, fewer where they would lose some."""
        longest, width = max(map(cell_len, self._answers)), self.content_size.width
        most = 3 if len(self._answers) > 4 or longest <= 18 else 2  # noqa: PLR2004
        gutter, around = 2, len(" 1   ")
        whole = (width + gutter) // (longest + around + gutter) if width else most
        self.query_one(Grid).styles.grid_size_columns = max(1, min(most, whole))

    def amend(self, detail: str) -> None:
        """Say more in the second line of what is shown."""
        facts = fitting(self._facts, self.content_size.width)
        self.query_one(".detail", Static).update("\n".join(filter(None, (detail, facts))), layout=False)

    def look_at_clock(self, now: datetime) -> None:
        """Let a success go calm some time after it was shown, at which this is called for the first time."""
        self._seen_since = self._seen_since or now
        # A clock that was set back must not keep it.
        if abs(now - self._seen_since) >= SETTLES_AFTER:
            self.settle()

    def settle(self) -> None:
        """Let a success go calm: the same words, no block of colour."""
        self.set_class(self.has_class("-done"), "-settled")

    def show(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        """Show an answer in place of the one before."""
        self._seen_since = None
        self.remove_class("-settled")
        for other in Tone:
            self.set_class(other is tone, f"-{other}")
        # Each line keeps its place: a new layout would take longer than to paint the words.
        self.query_one(".title", Static).update(f"{_SIGNS[tone]}  {notice.title}", layout=False)
        self._facts = notice.facts
        self.amend(notice.detail)
        self.query_one(".next", Static).update(notice.next_step, layout=False)
        self.set_class(bool(answers), "-asking")
        offered = self.query_one(Grid)
        if offered.children:
            offered.remove_children()
        self._answers = answers
        if answers:
            self._set_columns()
            offered.mount_all(
                TouchLine(Choice(number), f" {number}  {label} ", classes="option")
                for number, label in enumerate(answers, start=1)
            )


def fitting(parts: Sequence[str], width: int) -> str:
    """The parts on a line of so many cells (0: of any length); the last ones are left out where they are too long."""
    for count in range(len(parts), 0, -1):
        line = " · ".join(parts[:count]) + (" …" if count < len(parts) else "")
        if not width or cell_len(line) <= width:
            return line
    return f"{set_cell_size(parts[0], width - 1)}…" if parts else ""


class QuietPanel(Panel):
    """A panel that takes no room while it has nothing to say."""

    DEFAULT_CSS = "QuietPanel { min-height: 5; &.-quiet { display: none; } }"

    @override
    def show(self, tone: Tone, notice: Notice, answers: Sequence[str] = ()) -> None:
        self.remove_class("-quiet")
        super().show(tone, notice, answers)

    def hush(self) -> None:
        """Give the room back: there is nothing to say."""
        self.add_class("-quiet")
