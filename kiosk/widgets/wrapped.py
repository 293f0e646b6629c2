"""A list whose last column wraps and whose length costs nothing: only the lines on screen are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override


class Look(StrEnum):
    """How an entry looks; also its component class. Its words or signs must say the same."""

    HEADING = "heading"
    PLAIN = "plain"
    MARKED = "marked"
    DIM = "dim"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its cells, the last of which may be long; a heading has one cell, over the whole width."""

    cells: tuple[str, ...]
    look: Look = Look.PLAIN


class WrappedList(ScrollView, can_focus=False):
    """Entries in columns of these widths, and a last one that takes the rest and wraps. Text is shown as it is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"wrapped--{look}" for look in Look}
    DEFAULT_CSS = """
    WrappedList {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .wrapped--heading { color: $primary; text-style: bold; }
        & > .wrapped--plain { color: $foreground; }
        & > .wrapped--marked { color: $text-warning; text-style: bold; }
        & > .wrapped--dim { color: $text-muted; }
    }
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self._columns = tuple(widths)
        self.entries: tuple[Entry, ...] = ()
        """The entries shown."""
        self._lines: list[tuple[str, Look]] = []

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these entries; what was scrolled to stays where it was, as far as that exists."""
        entries = tuple(entries)
        if entries != self.entries:
            self.entries = entries
            self._wrap()

    def move(self, lines: int) -> None:
        """Scroll so many lines, as far as it goes."""
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, immediate=True)

    def to_top(self) -> None:
        """Scroll to the first entry."""
        self.scroll_to(y=0, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self._wrap()

    def _wrap(self) -> None:
        width = self.size.width
        self._lines = [(line, entry.look) for entry in self.entries for line in self._lines_of(entry, width)]
        self.virtual_size = Size(0, len(self._lines))
        self.refresh()

    def _lines_of(self, entry: Entry, width: int) -> list[str]:
        *fixed, last = entry.cells
        head = " " + "".join(f"{set_cell_size(cell, size)} " for cell, size in zip(fixed, self._columns, strict=False))
        indent = " " * cell_len(head)
        first, *others = wrapped(last, width - cell_len(head) - 1)
        return [head + first, *(indent + line for line in others)]

    @override
    def render_line(self, y: int) -> Strip:
        place, width = self.scroll_offset.y + y, self.size.width
        if place >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text, look = self._lines[place]
        style = self.rich_style + self.get_component_rich_style(f"wrapped--{look}")
        return Strip([Segment(set_cell_size(text, width), style)])


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words where that is possible; at least one line."""
    if cell_len(text) <= width:
        return [text]
    lines = [""]
    for word in text.split():
        for piece in chop_cells(word, max(width, 1)):
            longer = f"{lines[-1]} {piece}" if lines[-1] else piece
            if cell_len(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines
