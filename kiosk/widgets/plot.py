"""Bars side by side, one a day, with their numbers below in aligned rows: colour and height are never the only sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
NARROWEST: Final = 4
"""Cells a bar takes at least, with the gap to the one before: room for its number."""
_ROOM_FOR_LONG: Final = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label for little room and for more, a number for each of the plot's rows, and if it stands out.

    `more` stands below the numbers and makes no bar higher.
    """

    label: str
    long_label: str
    values: tuple[int, ...]
    marked: bool = False
    more: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The bar's height."""
        return sum(self.values)


def bar_column(total: int, most: int, height: int) -> list[str]:
    """A bar of `height` lines, top first, in eighths of a line; what is more than nothing is always to be seen."""
    eighths = max(round(total / most * height * 8), 1) if total and most else 0
    return [EIGHTHS[max(0, min(8, eighths - 8 * line))] for line in reversed(range(height))]


class BarPlot(Widget, can_focus=False):
    """The bars' heights are their totals. What does not fit beside the rest are the oldest bars, on the left."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"plot--bar", "plot--marked", "plot--label", "plot--total", "plot--number"}
    DEFAULT_CSS = """
    BarPlot {
        height: 1fr;
        & > .plot--bar { color: $primary; }
        & > .plot--marked { color: $accent; text-style: bold; }
        & > .plot--label { color: $text-muted; }
        & > .plot--total { color: $foreground; text-style: bold; }
        & > .plot--number { color: $foreground; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[str, ...] = ()
        self._total_name = ""
        self._more: tuple[str, ...] = ()
        self.bars: tuple[Bar, ...] = ()
        """The bars shown."""

    def show(self, *, rows: Sequence[str], total: str, bars: Sequence[Bar], more: Sequence[str] = ()) -> None:
        """Show these bars; `rows` names what each of a bar's values counts, `total` their sum, `more` what is below."""
        shown = (tuple(rows), total, tuple(bars), tuple(more))
        if shown != (self._rows, self._total_name, self.bars, self._more):
            self._rows, self._total_name, self.bars, self._more = shown
            self.refresh()

    @override
    def render_line(self, y: int) -> Strip:
        width, height = self.size
        names = (self._total_name, *self._rows, *self._more)
        gutter = max((len(name) for name in names), default=0) + 2
        each = max((width - gutter) // max(len(self.bars), 1), NARROWEST)
        bars = self.bars[-max((width - gutter) // each, 0) :] if self.bars else ()
        rising = max(height - 1 - len(names), 0)
        if y < rising:
            most = max((bar.total for bar in bars), default=0)
            cells = [bar_column(bar.total, most, rising)[y] * (each - 1) for bar in bars]
            name, style = "", "plot--bar"
        elif y == rising:
            name, cells, style = "", [self._label(bar, each) for bar in bars], "plot--label"
        elif y - rising - 1 < len(names):
            at = y - rising - 1
            name, style = names[at], "plot--number" if at else "plot--total"
            cells = [(*(str(count or "·") for count in (bar.total, *bar.values)), *bar.more)[at] for bar in bars]
        else:
            return Strip.blank(width, self.rich_style)
        return self._strip(name, gutter, cells, bars, style, each)

    @staticmethod
    def _label(bar: Bar, each: int) -> str:
        label = bar.long_label if each >= _ROOM_FOR_LONG else bar.label
        return f"▸{label}" if bar.marked else label

    def _strip(
        self, name: str, gutter: int, cells: Sequence[str], bars: Sequence[Bar], component: str, each: int
    ) -> Strip:
        plain = self.rich_style + self.get_component_rich_style(component, partial=True)
        marked = self.rich_style + self.get_component_rich_style("plot--marked", partial=True)
        segments = [Segment(set_cell_size(f" {name}", gutter), plain)]
        for cell, bar in zip(cells, bars, strict=True):
            segments.append(Segment(f"{cell:>{each}}", marked if bar.marked else plain))
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)
