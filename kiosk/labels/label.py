"""One label: what is on it, and how it looks in any room. Its lines stand above, its barcode below.

Millimetres from the upper left corner, on a canvas that counts downwards.
"""

from dataclasses import dataclass
from typing import Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from core.domain.model import Spool, Worker
from kiosk.labels.code128 import QUIET, draw_symbol, modules
from kiosk.labels.lettering import Font, fitted, printable, width, write
from kiosk.words.wording import Wording

WIDEST: Final = 0.45
"""Millimetres of a module beyond which a symbol gains nothing."""

CLEAR: Final = 15.0
"""Millimetres between the bars of neighbours on a page, so that a scanner meets one of them alone."""

LOWEST: Final = 10.0
"""Millimetres of the lowest bars: a hand with a scanner is not steady."""

INDENT: Final = QUIET * WIDEST
"""Millimetres from a label's left edge to its lines and bars, where there is room: then all begin at one line."""

_HIGHEST: Final = 20.0
_LARGEST_TITLE: Final = 11.0
"""Millimetres of a line of a title."""

_LARGEST_DETAIL: Final = 5.0
_SMALLEST_DETAIL: Final = 2.0
_DETAIL: Final = 0.62
"""A detail's line to a title's."""

_LETTERS: Final = 0.82 * mm
"""Points of the letters to a millimetre of their line."""

_BASELINE: Final = 0.22
"""How much of a line's height is below its letters' foot."""

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
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is on a label: `code` is what its barcode says, `legend` what to type instead.

    `mark` stands beside the bars, where there is room for it.
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
    """A spool's label: the tag, which its barcode says, and the order it belongs to."""
    # Many plants write the letters into the cell as well.
    ot = spool.ot if not spool.ot or spool.ot.upper().startswith("OT") else words("labels.ot", ot=spool.ot)
    nv = spool.nv if not spool.nv or spool.nv.upper().startswith("NV") else words("labels.nv", nv=spool.nv)
    return Label(code=spool.tag_spool, titles=(spool.tag_spool,), detail="   ".join(filter(None, (ot, nv))))


def module_width(code: str, room: float, *, clear: float = 0.0) -> float:
    """Millimetres of a module when the code has `room`: its quiet zones fit, and so does `clear` beside its bars.

    Raises NotCode128Error.
    """
    count = modules(code)
    return min(WIDEST, room / (count + 2 * QUIET), (room - clear) / count)


def draw_label(canvas: Canvas, box: Box, label: Label, module: float) -> None:
    """Draw the label into its box, its barcode with modules as wide as `module_width` says."""
    margin = min(4.0, max(1.2, 0.09 * box.height))
    height = min(_HIGHEST, max(LOWEST, 0.34 * box.height))
    quiet, length = QUIET * module, modules(label.code) * module
    bars = Box(
        box.x + min(max(margin, INDENT), box.width - length - quiet), box.bottom - margin - height, length, height
    )
    draw_symbol(canvas, bars.x, bars.y, label.code, module=module, height=height)
    _draw_lines(canvas, Box(bars.x, box.y + margin, box.right - margin - bars.x, bars.y - 1.5 - box.y - margin), label)
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
