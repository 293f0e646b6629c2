"""Labels on pages, and pages in a PDF: a grid with cut marks on A4, or one label a page on a roll.

Millimetres from the upper left corner. A label that could not be scanned is left out, with the reason.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Final

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kiosk.labels.label import (
    CLEAR,
    COMFORTABLE,
    DELICATE,
    FINEST,
    QUIET,
    Box,
    Label,
    NotCode128Error,
    draw_label,
    module_width,
    modules,
)
from kiosk.words.wording import Wording

MOST_PAGES: Final = 20_000
"""Pages of one file: they stay in memory, some 7 kB each, until the file is written."""

MARGIN: Final = 5.5
"""Millimetres at a sheet's edge where printers may not print; the labels' own white comes besides."""

_MARK: Final = 2.0
_HAIR: Final = 0.1


@dataclass(frozen=True, slots=True)
class Paper:
    """Paper of this size as it leaves the printer; what is `turned` by a quarter is drawn along its height."""

    width: float
    height: float
    turned: bool = False


A4: Final = Paper(210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what draws it."""

    paper: Paper
    draw: Callable[[Canvas], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Labels of `width` x `height` in columns and rows, in the middle of a page."""

    paper: Paper
    columns: int = 1
    rows: int = 1
    width: float
    height: float

    def boxes(self) -> Iterator[Box]:
        """The places on a page, in the order of reading."""
        left, top = self._corner
        for row in range(self.rows):
            for column in range(self.columns):
                yield Box(left + column * self.width, top + row * self.height, self.width, self.height)

    def draw_cut_marks(self, canvas: Canvas) -> None:
        """A small cross where labels meet. A label that is a page of its own needs none."""
        if self.columns * self.rows == 1:
            return
        left, top = self._corner
        canvas.setLineWidth(_HAIR)
        for row in range(self.rows + 1):
            for column in range(self.columns + 1):
                x, y = left + column * self.width, top + row * self.height
                canvas.line(x - _MARK, y, x + _MARK, y)
                canvas.line(x, y - _MARK, x, y + _MARK)

    @property
    def _corner(self) -> tuple[float, float]:
        width, height = self.paper.width, self.paper.height
        if self.paper.turned:
            width, height = height, width
        return (width - self.columns * self.width) / 2, (height - self.rows * self.height) / 2


def roll_of(paper: str) -> Grid | None:
    """The roll with labels of this size, `62x29`; None for sheets, `a4`."""
    return None if paper == "a4" else on_roll(*map(float, paper.split("x")))


def on_roll(width: float, height: float) -> Grid:
    """One label a page; on one that is higher than wide, the label lies along its length."""
    return Grid(paper=Paper(width, height, height > width), width=max(width, height), height=min(width, height))


BADGES: Final = (Grid(paper=A4, columns=2, rows=5, width=85.6, height=54.0),)
"""Cards of the usual size, ISO/IEC 7810 ID-1."""

SPOOLS: Final = (
    Grid(paper=A4, columns=2, rows=8, width=A4.width / 2 - MARGIN, height=35.0),
    Grid(paper=A4, rows=8, width=A4.width - 2 * MARGIN, height=35.0),
    Grid(paper=Paper(A4.height, A4.width), rows=5, width=A4.height - 2 * MARGIN, height=35.0),
)
"""A label stands on the first that has room for its bars; the last has room for the longest tag there may be."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A label that is not printed: its barcode's text, and the reason in words."""

    text: str
    reason: str


@dataclass(slots=True)
class Arranged:
    """Pages to print, with `count` labels (or sheets), `delicate` of them with fine bars, and those left out."""

    count: int = 0
    pages: list[Page] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    delicate: int = 0


def arrange(labels: Iterable[Label], grids: Sequence[Grid], words: Wording) -> Arranged:
    """The labels on pages: each on the first grid with room for comfortable bars, or finer on the last grid."""
    arranged = Arranged()
    on_grid: dict[Grid, list[tuple[Label, float]]] = {grid: [] for grid in grids}
    for label in labels:
        try:
            grid, module = _place(label, grids)
        except NotCode128Error as error:
            arranged.left_out.append(LeftOut(label.code, words("labels.not_ascii", char=error.char)))
            continue
        if module < FINEST:
            # Rounded up: a label printed on paper of that length must not be refused again.
            needed = int((modules(label.code) + 2 * QUIET) * FINEST) + 1
            reason = words("labels.too_narrow", needed=needed, width=f"{grid.width:g}")
            arranged.left_out.append(LeftOut(label.code, reason))
            continue
        on_grid[grid].append((label, module))
        arranged.count += 1
        arranged.delicate += module < DELICATE
    for grid, placed in on_grid.items():
        size = grid.columns * grid.rows
        for at in range(0, len(placed), size):
            arranged.pages.append(Page(grid.paper, partial(_draw_page, grid, placed[at : at + size])))
    return arranged


def _place(label: Label, grids: Sequence[Grid]) -> tuple[Grid, float]:
    for grid in grids:
        module = module_width(label.code, grid.width, clear=CLEAR if grid.columns > 1 else 0.0)
        if module >= COMFORTABLE:
            break
    return grid, module


def _draw_page(grid: Grid, placed: Sequence[tuple[Label, float]], canvas: Canvas) -> None:
    grid.draw_cut_marks(canvas)
    for box, (label, module) in zip(grid.boxes(), placed, strict=False):
        draw_label(canvas, box, label, module)


def pdf(pages: Iterable[Page], *, title: str) -> bytes:
    """The pages as a PDF file. The same pages make the same bytes: no date, no random identifier."""
    stream = BytesIO()
    canvas = Canvas(stream, bottomup=0, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    # A barcode that was shrunk to fit is a barcode that may not scan.
    canvas.setViewerPreference("PrintScaling", "None")
    for page in pages:
        canvas.setPageSize((page.paper.width * mm, page.paper.height * mm))
        canvas.scale(mm, mm)
        if page.paper.turned:
            canvas.translate(0, page.paper.height)
            canvas.rotate(-90)
        page.draw(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
