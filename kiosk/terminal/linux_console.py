"""What the Linux console can show: the signs of its fonts, eight colours behind text; its bold is a brighter colour."""

from functools import lru_cache
from typing import Final

from rich.color import Color as Hue
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from typing_extensions import override

SIGNS: Final = str.maketrans(
    "✔✓⚠○◐◆◇□▷◁✎▪▫″␣▌▏▀▁▂▃▄▅▆▇",
    '☑☑!☐◈♦♦☐→←*■☐"_█_█___████',
)
"""For each sign that Debian's console fonts (Lat15, Uni2) lack, one that they have."""

BLACK, GREY, WHITE, DARK_GREY = 0, 7, 15, 8
BRIGHT: Final = 8
UNDER_BLACK: Final = frozenset({2, 6, GREY})
"""The colours behind text on which black is read better than white: green, cyan and grey."""


class LinuxConsole(LineFilter):
    """Shows each cell as the console can, so that it can be read, whatever the theme.

    Otherwise colours are replaced by those nearest in value, and bold black becomes grey: on a coloured ground,
    nobody could read it.
    """

    @override
    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text.translate(SIGNS), style and _plain(style), control) for text, style, control in segments]


LINUX_CONSOLE: Final = LinuxConsole()


@lru_cache(maxsize=1024)
def _plain(style: Style) -> Style:
    ground = _number(style.bgcolor, is_ground=True) if style.bgcolor else BLACK
    text = _number(style.color, is_ground=False) if style.color else GREY
    # What has the hue of its ground is an edge.
    if ground not in {BLACK, text % BRIGHT}:
        text = BLACK if ground in UNDER_BLACK else WHITE
    look = Style(color=Hue.from_ansi(text), bgcolor=Hue.from_ansi(ground), bold=bool(style.bold) and text != BLACK)
    return style + look


def _number(hue: Hue, *, is_ground: bool) -> int:
    """The number of the console's colour of the same hue: for a ground 0 to 7, for text 0 to 15."""
    red, green, blue = hue.get_truecolor()
    top = max(red, green, blue)
    if top < 64 or top - min(red, green, blue) < 0.4 * top:  # noqa: PLR2004
        shades = (BLACK, BLACK, GREY, GREY) if is_ground else (BLACK, DARK_GREY, GREY, WHITE)
        return shades[sum(top >= level for level in (32, 110, 230))]
    number = sum(bit for bit, part in ((1, red), (2, green), (4, blue)) if part > 0.7 * top)
    return number if is_ground or top < 200 else number + BRIGHT  # noqa: PLR2004
