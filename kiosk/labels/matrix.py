"""A text as Data Matrix (ISO/IEC 16022), beside fine bars: a camera reads it where a laser meets those in vain."""

from functools import lru_cache
from typing import Final

import zxingcpp
from reportlab.pdfgen.canvas import Canvas

_SMALLEST: Final = 0.35
"""Millimetres of a module that a printer at 203 dpi still prints as a square."""

_LARGEST: Final = 0.7
_QUIET: Final = 1
"""Modules that must stay white on every side."""


@lru_cache(maxsize=1)
def _modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the text's symbol, dark or not."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    image = memoryview(zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False))
    height, width = image.shape or (0, 0)
    return tuple(tuple(not image[row, column] for column in range(width)) for row in range(height))


def draw_matrix(canvas: Canvas, right: float, top: float, text: str, *, width: float, height: float) -> float:
    """Draw the text's symbol in so much room, its upper right corner there, on a canvas in millimetres from above.

    Returns the width it takes with its quiet zone; 0 when there is too little room, and nothing is drawn.
    """
    rows = _modules(text)
    across, down = len(rows[0]) + 2 * _QUIET, len(rows) + 2 * _QUIET
    module = min(width / across, height / down, _LARGEST)
    if module < _SMALLEST:
        return 0.0
    # Filled as one shape, as bars are: lone squares are widened to whole dots.
    shape = canvas.beginPath()
    left = right - (across - _QUIET) * module
    for number, row in enumerate(rows):
        for column, is_dark in enumerate(row):
            if is_dark:
                shape.rect(left + column * module, top + (number + _QUIET) * module, module, module)
    canvas.drawPath(shape, stroke=0, fill=1)
    return across * module
