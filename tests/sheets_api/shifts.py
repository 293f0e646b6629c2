"""What rows or columns that are inserted, deleted or moved do to everything that points at a place of the worksheet."""

from dataclasses import dataclass
from typing import Any, Literal

Span = tuple[int, int | None]
"""The first row or column, from 0, and the first one after; None: to the end of the worksheet, however it grows."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One such edit: `count` rows or columns from `at` on; `to`: before which one, counted before the move."""

    kind: Literal["insert", "delete", "move"]
    rows: bool
    at: int
    count: int
    to: int = 0

    def span(self, start: int, end: int | None) -> Span | None:
        """Where these rows or columns are afterwards; None: nowhere.

        Inserting right before the first of them shifts them all, inserting further down makes them more.
        """
        match self.kind:
            case "insert":
                return _inserted(start, end, self.at, self.count)
            case "delete":
                return _deleted(start, end, self.at, self.count)
        place = self.to - self.count if self.to > self.at else self.to
        if end is not None and self.at <= start and end <= self.at + self.count:
            return start - self.at + place, end - self.at + place
        left = _deleted(start, end, self.at, self.count)
        return None if left is None else _inserted(*left, place, self.count)

    def grid_range(self, place: dict[str, Any]) -> dict[str, Any] | None:
        """The same for a GridRange, whose bounds may be left out: what is unbounded stays so."""
        first, end = bounds(rows=self.rows)
        if first not in place and end not in place:
            return place
        moved = self.span(place.get(first, 0), place.get(end))
        if moved is None:
            return None
        return {**place, first: moved[0], **({} if moved[1] is None else {end: moved[1]})}


def bounds(*, rows: bool) -> tuple[str, str]:
    """The names of a GridRange's bounds."""
    return ("startRowIndex", "endRowIndex") if rows else ("startColumnIndex", "endColumnIndex")


def _inserted(start: int, end: int | None, at: int, count: int) -> Span:
    if end is not None and at >= end:
        return start, end
    return start + count if at <= start else start, None if end is None else end + count


def _deleted(start: int, end: int | None, at: int, count: int) -> Span | None:
    first = start - min(max(start - at, 0), count)
    if end is None:
        return first, None
    last = end - min(max(end - at, 0), count)
    return (first, last) if first < last else None
