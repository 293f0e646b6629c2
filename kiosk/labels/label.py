"""One label: its lines above, its Code 128 barcode below, in any room.

Millimetres from the upper left corner, on a canvas that counts downwards.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from core.domain.model import Spool, Worker
from kiosk.labels.matrix import draw_matrix
from kiosk.words.wording import Wording

# The barcode

QUIET: Final = 10
"""Modules that must stay white on either side of a symbol (ISO/IEC 15417)."""

FINEST: Final = 0.19
"""Millimetres of the narrowest module that common scanners still read (7.5 mil)."""

DELICATE: Final = 0.25
"""Millimetres of a module below which an office printer at 203 dpi blurs the bars."""

COMFORTABLE: Final = 0.33
"""Millimetres of a module that any scanner reads from a hand's distance, and any printer prints."""

WIDEST: Final = 0.45
"""Millimetres of a module beyond which a symbol gains nothing."""

LOWEST: Final = 10.0
"""Millimetres of the lowest bars: a hand with a scanner is not steady."""

_HIGHEST: Final = 20.0

CLEAR: Final = 15.0
"""Millimetres between the bars of neighbours on a page, so that a scanner meets one of them alone."""


class NotCode128Error(ValueError):
    """Code 128 has no symbol for `char` of the text."""

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
        # reportlab would drop it, or print a control code, without an error.
        if not " " <= char <= "~":
            raise NotCode128Error(char)
    return round(float(Code128(text, barWidth=1, quiet=0).width))


def draw_symbol(canvas: Canvas, x: float, y: float, text: str, *, module: float, height: float) -> None:
    """Draw the text's symbol, without quiet zones, with its upper left corner there."""
    _Symbol(text, barWidth=module, barHeight=height, quiet=0).drawOn(canvas, x, y)


def module_width(code: str, room: float, *, clear: float = 0.0) -> float:
    """Millimetres of a module when the code has `room`: its quiet zones fit, and so does `clear` beside its bars.

    Raises NotCode128Error.
    """
    count = modules(code)
    return min(WIDEST, room / (count + 2 * QUIET), (room - clear) / count)


# The letters. The two fonts are among those every PDF reader has. They hold the letters of Western Europe (WinAnsi).

_SMALLEST: Final = 5.0
"""Points of the smallest letters that can be read."""

_WITHOUT_ACCENT: Final = str.maketrans("łŁđĐıħĦŧŦ", "lLdDihHtT")
"""Letters that Unicode does not take apart into a plain one and its mark."""


class Font(StrEnum):
    """The fonts, by their PDF names."""

    PLAIN = "Helvetica"
    BOLD = "Helvetica-Bold"


def printable(text: str) -> str:
    """The text as it can be printed: a foreign accent is dropped, a foreign letter becomes `?`."""
    return "".join(_printable(char) for char in unicodedata.normalize("NFC", text))


def _printable(char: str) -> str:
    for variant in (char, unicodedata.normalize("NFKD", char.translate(_WITHOUT_ACCENT))):
        letters = "".join(letter for letter in variant if not unicodedata.combining(letter))
        if letters.isprintable() and letters.encode("cp1252", "ignore").decode("cp1252") == letters:
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


# The label

INDENT: Final = QUIET * WIDEST
"""Millimetres from a label's left edge to its lines and bars, where there is room: all begin at the same line."""

_LARGEST_TITLE: Final = 11.0
"""Millimetres of a line of a title."""

_LARGEST_DETAIL: Final = 5.0
_SMALLEST_DETAIL: Final = 2.0
_DETAIL: Final = 0.62
"""The height of a detail's line, to a title's."""

_LETTERS: Final = 0.82 * mm
"""Points of the letters to a millimetre of their line."""

_BASELINE: Final = 0.22
"""The part of a line's height below its letters' foot."""

_LEGEND: Final = 8.0
"""Points."""

_ROOM_FOR_MARK: Final = 8.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label's content: `code` is the barcode's text, `legend` what to type instead.

    `mark` is printed beside the bars, where there is room for it.
    """

    code: str
    titles: tuple[str, ...]
    detail: str = ""
    mark: str = ""
    legend: str = ""


def badge(worker: Worker, words: Wording) -> Label:
    """A worker's badge: the name to read from afar, the roles, and `W.93` to scan or to type."""
    code = f"W.{worker.worker_id}"
    names = tuple(filter(None, (worker.nombre, worker.apellido)))
    return Label(code=code, titles=names, detail=words.roles(worker), mark=worker.worker_nombre, legend=code)


def spool_label(spool: Spool, words: Wording) -> Label:
    """A spool's label: its tag, which is also the barcode's text, and the order it belongs to."""
    # Many plants write the letters into the cell as well.
    ot = spool.ot if not spool.ot or spool.ot.upper().startswith("OT") else words("labels.ot", ot=spool.ot)
    nv = spool.nv if not spool.nv or spool.nv.upper().startswith("NV") else words("labels.nv", nv=spool.nv)
    return Label(code=spool.tag_spool, titles=(spool.tag_spool,), detail="   ".join(filter(None, (ot, nv))))


def draw_label(canvas: Canvas, box: Box, label: Label, module: float) -> None:
    """Draw the label into its box, its barcode with modules of `module_width`, beside fine bars a Data Matrix too."""
    margin = min(4.0, max(1.2, 0.09 * box.height))
    height = min(_HIGHEST, max(LOWEST, 0.34 * box.height))
    quiet, length = QUIET * module, modules(label.code) * module
    bars = Box(
        box.x + min(max(margin, INDENT), box.width - length - quiet), box.bottom - margin - height, length, height
    )
    draw_symbol(canvas, bars.x, bars.y, label.code, module=module, height=height)
    lines = Box(bars.x, box.y + margin, box.right - margin - bars.x, bars.y - 1.5 - box.y - margin)
    taken = 0.0
    if module < DELICATE:
        taken = draw_matrix(canvas, lines.right, lines.y, label.code, width=lines.width / 2, height=lines.height)
    _draw_lines(canvas, Box(lines.x, lines.y, lines.width - taken, lines.height), label)
    room_beside = box.right - margin - bars.right - max(quiet, 2.0)
    if label.mark and room_beside >= _ROOM_FOR_MARK:
        mark, size = fitted(printable(label.mark), Font.BOLD, 20, room_beside)
        write(canvas, (box.right - margin, bars.bottom), mark, Font.BOLD, size, ends=True)


def _draw_lines(canvas: Canvas, room: Box, label: Label) -> None:
    detail_line = 0.0
    if label.detail:
        detail_line = min(_LARGEST_DETAIL, _DETAIL * room.height / (len(label.titles) + _DETAIL))
        detail_line = detail_line if detail_line >= _SMALLEST_DETAIL else 0.0
    title_line = min(_LARGEST_TITLE, (room.height - detail_line) / len(label.titles))
    foot = room.y + (1 - _BASELINE) * title_line
    title_room = room.width
    if label.legend:
        write(canvas, (room.right, foot), label.legend, Font.PLAIN, _LEGEND, ends=True)
        title_room -= width(label.legend, Font.PLAIN, _LEGEND) + 2
    titles = [fitted(printable(title), Font.BOLD, title_line * _LETTERS, title_room) for title in label.titles]
    common = min(size for _, size in titles)
    for number, (title, _) in enumerate(titles):
        write(canvas, (room.x, foot + number * title_line), title, Font.BOLD, common)
    if detail_line:
        text, size = fitted(printable(label.detail), Font.PLAIN, detail_line * _LETTERS, room.width)
        bottom = room.y + title_line * len(titles) + detail_line
        write(canvas, (room.x, bottom - _BASELINE * detail_line), text, Font.PLAIN, size)
