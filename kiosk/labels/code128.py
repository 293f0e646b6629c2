"""A text as a Code 128 symbol of reportlab's, and how wide it is. Never a symbol that says anything but its text."""

from typing import Final

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

QUIET: Final = 10
"""Modules that must stay white on either side of a symbol (ISO/IEC 15417)."""

FINEST: Final = 0.19
"""Millimetres of the narrowest module that common scanners still read (7.5 mil)."""

DELICATE: Final = 0.25
"""Millimetres of a module below which an office printer at 203 dpi blurs the bars."""

COMFORTABLE: Final = 0.33
"""Millimetres of a module that any scanner reads from a hand's distance, and any printer prints."""


class NotCode128Error(ValueError):
    """The text holds `char`, which Code 128 cannot say."""

    def __init__(self, char: str) -> None:
        super().__init__(f"Code 128 lacks {char!r}")
        self.char = char


class _Symbol(Code128):
    """A symbol that is filled as one shape.

    reportlab draws each bar alone, and renderers widen a lone rectangle to whole dots: a tenth more ink at 203 dpi,
    and codes that are misread.
    """

    def draw(self) -> None:
        self._shape = self.canv.beginPath()
        super().draw()
        self.canv.drawPath(self._shape, stroke=0, fill=1)

    def rect(self, x: float, y: float, w: float, h: float) -> None:
        self._shape.rect(x, y, w, h)


def modules(text: str) -> int:
    """Width of the text's symbol without quiet zones. Raises NotCode128Error when it is not printable ASCII."""
    for char in text:
        # reportlab would drop it, or print a control code, without a word.
        if not " " <= char <= "~":
            raise NotCode128Error(char)
    return round(float(Code128(text, barWidth=1, quiet=0).width))


def draw_symbol(canvas: Canvas, x: float, y: float, text: str, *, module: float, height: float) -> None:
    """Draw the text's symbol, without quiet zones, with its upper left corner there."""
    _Symbol(text, barWidth=module, barHeight=height, quiet=0).drawOn(canvas, x, y)
