"""The lookups of a worksheet: where they are, what they show, and how they follow what they refer to."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from tests.sheets_api import formulas
from tests.sheets_api.a1 import Box
from tests.sheets_api.cells import Cell
from tests.sheets_api.grid import Grid
from tests.sheets_api.references import renamed, shifted
from tests.sheets_api.shifts import Shift


@dataclass(frozen=True, slots=True)
class Anchor:
    """A cell with a lookup. `lost`: it was written when there was no such worksheet, or that was deleted since.

    A new worksheet of the same title does not bring it back, only writing the formula again does.
    """

    row: int
    column: int
    lost: bool


class Lookups:
    """Those whose cell still has its formula."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.anchors: tuple[Anchor, ...] = ()
        self._calculated: dict[tuple[int, int], tuple[tuple[object, ...], dict[int, Cell]]] = {}
        """By cell, what it showed last, and of what that was calculated."""

    def note(self, row: int, column: int, cell: Cell, titles: Collection[str]) -> None:
        """A cell that was entered. A lookup in it is bound to one of these worksheets."""
        self.anchors = tuple(anchor for anchor in self.anchors if (anchor.row, anchor.column) != (row, column))
        lookup = formulas.parse(cell.formula) if cell.formula is not None else None
        if lookup is not None:
            is_lost = lookup.table is not None and lookup.table.title not in titles
            self.anchors = (*self.anchors, Anchor(row, column, is_lost))

    def spilled(self, box: Box, find: Callable[[str], Grid | None]) -> dict[int, dict[int, Cell]]:
        """By column and row what those in these columns show."""
        indexes: formulas.Indexes = {}
        shown: dict[int, dict[int, Cell]] = {}
        for anchor, formula in self._present():
            lookup = formulas.parse(formula)
            if lookup is None or anchor.column < box.left or (box.right is not None and anchor.column >= box.right):
                continue
            table = None if anchor.lost or lookup.table is None else find(str(lookup.table.title))
            place = (anchor.row, anchor.column)
            of_what = (formula, table is None, self._grid.version, table and table.version)
            before, cells = self._calculated.get(place, (None, {}))
            if before != of_what:
                cells = formulas.spill(lookup, place, self._grid, table, indexes)
                self._calculated[place] = (of_what, cells)
            shown.setdefault(anchor.column, {}).update(cells)
        return shown

    def shift(self, shift: Shift) -> None:
        """The cells themselves have shifted."""
        moved = []
        for anchor in self.anchors:
            place = anchor.row if shift.rows else anchor.column
            span = shift.span(place, place + 1)
            if span is not None:
                moved.append(replace(anchor, row=span[0]) if shift.rows else replace(anchor, column=span[0]))
        self.anchors = tuple(moved)

    def follow(self, own: str, edited: str, shift: Shift) -> None:
        """Cells of the worksheet titled `edited` have shifted; `own` is the title of the lookups' worksheet."""
        for anchor, formula in self._present():
            if own == edited or not anchor.lost:
                self._rewrite(anchor, shifted(formula, own, edited, shift))

    def rename(self, old: str, new: str) -> None:
        """A worksheet has another title."""
        for anchor, formula in self._present():
            if not anchor.lost:
                self._rewrite(anchor, renamed(formula, old, new))

    def lose(self, title: str) -> None:
        """A worksheet is deleted."""
        anchors = []
        for anchor, formula in self._present():
            lookup = formulas.parse(formula)
            is_lost = lookup is not None and lookup.table is not None and lookup.table.title == title
            anchors.append(replace(anchor, lost=anchor.lost or is_lost))
        self.anchors = tuple(anchors)

    def _present(self) -> Iterator[tuple[Anchor, str]]:
        for anchor in self.anchors:
            cell = self._grid.get(anchor.row, anchor.column)
            if cell is not None and cell.formula is not None and formulas.parse(cell.formula) is not None:
                yield anchor, cell.formula

    def _rewrite(self, anchor: Anchor, formula: str) -> None:
        before = self._grid.get(anchor.row, anchor.column) or Cell()
        self._grid.put(anchor.row, anchor.column, replace(before, formula=formula))
