"""The whole screen with its colours swapped, for a flash."""

from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override


class Inverted(LineFilter):
    """Swaps the colours of every cell, also of those on a terminal without any."""

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, (style or Style()) + Style(reverse=not (style and style.reverse)), control)
            for text, style, control in segments
        ]


INVERTED: Final = Inverted()
