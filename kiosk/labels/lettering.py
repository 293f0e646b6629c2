"""Letters on paper: which can be printed, how wide a line is, and the size at which it fits.

The two fonts are among those every PDF reader has. They hold the letters of Western Europe (WinAnsi); any other is
replaced where everyone can see it, and never breaks a label.
"""

import unicodedata
from enum import StrEnum
from typing import Final

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

_ENCODING: Final = "cp1252"

_SMALLEST: Final = 5.0
"""Points of letters that can be read."""

_WITHOUT_ACCENT: Final = str.maketrans("łŁđĐıħĦŧŦ", "lLdDihHtT")
"""Letters that Unicode does not take apart into a plain one and its mark."""


class Font(StrEnum):
    """The fonts, by the names readers know them by."""

    PLAIN = "Helvetica"
    BOLD = "Helvetica-Bold"


def printable(text: str) -> str:
    """The text as it can be printed: a foreign accent is dropped, a foreign letter becomes `?`."""
    return "".join(_printable(char) for char in unicodedata.normalize("NFC", text))


def _printable(char: str) -> str:
    for shown in (char, unicodedata.normalize("NFKD", char.translate(_WITHOUT_ACCENT))):
        letters = "".join(letter for letter in shown if not unicodedata.combining(letter))
        if letters.isprintable() and letters.encode(_ENCODING, "ignore").decode(_ENCODING) == letters:
            return letters
    return "?"


def width(text: str, font: Font, size: float) -> float:
    """Millimetres of a printable text at `size` points."""
    return stringWidth(text, font, size) / mm


def fitted(text: str, font: Font, size: float, room: float) -> tuple[str, float]:
    """The printable text, and the size of at most `size` points at which it fits into `room` millimetres.

    A text too long for the smallest size is cut, with dots at its end.
    """
    needed = width(text, font, size)
    if needed <= room:
        return text, size
    if (smaller := size * room / needed) >= _SMALLEST:
        return text, smaller
    while text and width(f"{text}…", font, _SMALLEST) > room:
        text = text[:-1]
    return f"{text}…", _SMALLEST


def write(canvas: Canvas, at: tuple[float, float], text: str, font: Font, size: float, *, ends: bool = False) -> None:
    """Write a printable line of `size` points on a canvas in millimetres: its foot begins there, or `ends` there."""
    canvas.setFont(font, size / mm)
    (canvas.drawRightString if ends else canvas.drawString)(*at, text)
