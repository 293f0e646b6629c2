"""Where each row of a worksheet of the shop stands, as it was last read, and which rows are to be read next. Pure."""

from collections.abc import Callable, Iterable, Iterator
from heapq import nsmallest
from typing import Final, TypeAlias

from core.sheet.shop_rows import Key
from core.sheet.spreadsheet.ranges import PIECE, runs

READ_WHOLE: Final = 2000
"""A worksheet of at most so many rows is read whole in each cycle; a longer one once, and then so many rows in turn."""
BLOCKS: Final = 60
"""Ranges of a worksheet in one request, at most: its address must not become too long."""
GAP: Final = 25
"""Rows between two rows to be read for which one range is cheaper than two."""

Block: TypeAlias = "tuple[int, int | None]"
"""The first and the last row (from 1) of rows that follow one another; None for the worksheet's last."""


class Places:
    """Whose row each is, from row 2 on. Once all were read it is known: then `is_complete`.

    `surplus` are the numbers of rows that are to be emptied: copies, and what the office removed.
    """

    def __init__(self) -> None:
        self._keys: list[Key | None] = []
        self._numbers: dict[Key, int] = {}
        self._blocks: list[Block] = []
        self._audited = 1
        self.surplus: set[int] = set()
        self.is_complete = False

    def __contains__(self, key: Key) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[Key]:
        return iter(self._numbers)

    def get(self, key: Key) -> int | None:
        """The number of its row; None when none was seen."""
        return self._numbers.get(key)

    @property
    def end(self) -> int:
        """The last row that says anything; 1 is the header."""
        return len(self._keys) + 1

    def forget(self) -> None:
        """Know nothing: all rows must be read."""
        self._keys, self._numbers = [], {}
        self.surplus.clear()
        self.is_complete = False
        self._audited = 1

    def blocks(self, rows: int, stale: Iterable[Key], newest_first: Callable[[Key], tuple[int, Key]]) -> list[Block]:
        """What is to be read of a worksheet with so many rows: all where there are few, or where not all is known.

        Else the stale rows, the newest changes first, the next rows in turn, and whatever is below the last one.
        """
        if self.end <= READ_WHOLE:
            self.forget()
        last, below = self.end, self.end + 1
        # The API refuses to be asked for what is below a worksheet's last row.
        rest: list[Block] = [(below, None)] if below <= rows else []
        if not self.is_complete:
            self._blocks = [(below, below + PIECE - 1)] if below + PIECE <= rows else rest
            return self._blocks
        first = self._audited + 1 if self._audited < last else 2
        self._audited = min(first + READ_WHOLE - 1, last)
        newest = nsmallest(10 * BLOCKS, (key for key in stale if key in self), key=newest_first)
        changed = runs((self._numbers[key] for key in newest), gap=GAP)
        self._blocks = [(first, self._audited), *changed[: BLOCKS - 2], *rest]
        return self._blocks

    def was_read(self, number: int) -> bool:
        """Whether the row is among the last `blocks`."""
        return any(first <= number and (last is None or number <= last) for first, last in self._blocks)

    def see(self, number: int, key: Key | None) -> bool:
        """Take note of whose row it is, None for nobody's; False when it was another's before."""
        at = number - 2
        if at < len(self._keys):
            return self._keys[at] == key
        self._keys += [None] * (at - len(self._keys)) + [key]
        if key is not None and self._numbers.setdefault(key, number) != number:
            # A row was written for one that somebody moved meanwhile, or this is a copy.
            self.surplus.add(number)
        return True

    def completed(self) -> bool:
        """Whether all rows are known from now on, and were not before the last `blocks` were read."""
        before, self.is_complete = self.is_complete, self.is_complete or all(last is None for _, last in self._blocks)
        return self.is_complete and not before

    def write(self, number: int, key: Key | None) -> None:
        """The row is the key's now, or nobody's."""
        if key is not None:
            self.see(number, key)
            return
        self.surplus.discard(number)
        old, self._keys[number - 2] = self._keys[number - 2], None
        if old is not None and self._numbers.get(old) == number:
            del self._numbers[old]
