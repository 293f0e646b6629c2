"""Lines of names to choose from: the counts of the board, and the pages of a screen."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of something: a code to tell it by, its words, and whether a number above 0 is an alarm."""

    code: str
    label: str
    number: int
    chosen: bool = False
    alert: bool = False

    @property
    def text(self) -> str:
        """The count in words."""
        # Colour must not be the only sign.
        mark = "! " if self.alert and self.number else ""
        return f" {mark}{self.label} {self.number} "


class CountStrip(Static):
    """Counts beside each other, over as many lines as they need."""

    DEFAULT_CSS = """
    CountStrip {
        height: auto;
        padding: 0 1;
    }
    """

    class Chosen(Message):
        """A count was touched."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._counts: tuple[Count, ...] = ()

    def show(self, counts: Sequence[Count]) -> None:
        """Show these counts in place of those before."""
        if tuple(counts) != self._counts:
            self._counts = tuple(counts)
            self._lay_out()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        lines = [Content("").join([self._content(count) for count in line]) for line in self._lines()]
        self.update(Content("\n").join(lines))

    def _lines(self) -> Iterator[list[Count]]:
        """The counts line by line: none is broken over two."""
        line: list[Count] = []
        used = 0
        for count in self._counts:
            width = cell_len(count.text)
            if line and used + width > self.content_size.width:
                yield line
                line, used = [], 0
            line.append(count)
            used += width
        if line:
            yield line

    @staticmethod
    def _content(count: Count) -> Content:
        if count.chosen:
            look = "bold $background on $primary"
        elif count.alert and count.number:
            look = "bold $text-error"
        else:
            look = "$foreground" if count.number else "$text-muted"
        return Content.styled(count.text, look).stylize(Style.from_meta({"count": count.code}))

    def on_click(self, event: events.Click) -> None:
        """Choose the count that was touched."""
        code = event.style.meta.get("count")
        if code is not None:
            self.post_message(self.Chosen(code))


class PageBar(Horizontal):
    """The pages' names in one line, and who looks at them at its end."""

    DEFAULT_CSS = """
    PageBar {
        height: 1;
        margin: 1 1 0 1;
        & .pages { width: 1fr; height: 1; text-wrap: nowrap; }
        & .who { width: auto; height: 1; padding-right: 1; color: $primary; text-style: bold; }
    }
    """

    @override
    def compose(self) -> ComposeResult:
        yield Static(markup=False, classes="pages")
        yield Static(markup=False, classes="who")

    def show(self, names: Sequence[str], *, shown: int, who: str, alert: Collection[int] = ()) -> None:
        """Show these names, the one at place `shown` as the page in front, those at places in `alert` in red.

        Where they take more room than there is, they move together, and who looks at them is left out.
        """
        texts = [f"{'▸' if at == shown else ' '}{at + 1} {name} " for at, name in enumerate(names)]
        gap, width = " ", self.size.width
        needed = cell_len("".join(texts))
        if needed + len(texts) - 1 + cell_len(who) + 1 > width > 0:
            gap = ""
        if needed + cell_len(who) + 1 > width > 0:
            who = ""
        parts = [Content.styled(text, self._style(at, shown, alert)) for at, text in enumerate(texts)]
        self.query_one(".pages", Static).update(Content(gap).join(parts))
        end = self.query_one(".who", Static)
        end.update(who)
        end.display = bool(who)

    @staticmethod
    def _style(at: int, shown: int, alert: Collection[int]) -> str:
        if at == shown:
            return "bold $background on $primary"
        return "bold $text-error" if at in alert else "$text-muted"
