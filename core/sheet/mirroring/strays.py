"""Where the last update of Operaciones went, cell by cell: rows and columns may be moved while it is on its way. Pure.

What is found in those very cells is the mirror's own writing, whatever stands beside it now. In a column that is not
the shop's it is taken back only where nobody else can have anything: below no name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from core.plant import cells
from core.plant.columns import letters
from core.plant.tables import says_something
from core.sheet.mirroring.rows import Places
from core.sheet.spreadsheet import a1

RowTexts: TypeAlias = "tuple[int, Mapping[int, str]]"
"""A row's number (from 1), and by place (from 0) the text for that cell."""


class Strays:
    """The cells that were written last, and those of them that turned out to be in columns of the office's."""

    def __init__(self) -> None:
        self._columns: Mapping[int, str] = {}
        self._sent: Mapping[tuple[int, int], str] = {}
        self._astray: dict[tuple[int, int], str] = {}
        self._unnamed: frozenset[int] = frozenset()

    def sent(self, places: Places, lines: Iterable[RowTexts]) -> None:
        """An update is about to be sent, to where the columns were seen to be."""
        self._columns = {place: column for column, place in places.owned.items()}
        self._sent = {(number, place): text for number, line in lines for place, text in line.items()}

    def wrote(self, number: int, place: int, cell: object) -> bool:
        """Whether this is what the last update put into this very cell."""
        return self._sent.get((number, place)) == cells.shown(cell)

    def crossed(self, places: Places) -> bool:
        """Whether columns moved since the last update was on its way, so that only a part of it is in its place."""
        return bool(self._sent) and any(places.owned.get(column) != place for place, column in self._columns.items())

    def wanted(self, places: Places, width: int) -> list[int]:
        """The places that must be read as well, in a worksheet that is `width` columns wide."""
        moved = {place for place, column in self._columns.items() if places.owned.get(column) != place}
        written = {place for _, place in self._sent} & moved | {place for _, place in self._astray}
        return sorted(place for place in written - set(places.owned.values()) if place < width)

    def look(self, places: Places, headers: Sequence[object], found: Mapping[int, Sequence[object]]) -> None:
        """What was read at the places `wanted`, among others: the cells that still say what was written there."""
        foreign = found.keys() - set(places.owned.values())
        known = {**self._astray, **self._sent}
        self._unnamed = frozenset(
            place for place in foreign if not says_something(headers[place] if place < len(headers) else None)
        )
        self._astray = {
            (number, place): text
            for (number, place), text in sorted(known.items())
            if place in foreign and cells.shown(_cell(found[place], number)) == text
            if text or place not in self._unnamed
        }

    @property
    def to_empty(self) -> list[RowTexts]:
        """The cells below no name."""
        return [(number, {place: ""}) for number, place in self._astray if place in self._unnamed]

    def named(self, title: str) -> list[str]:
        """The cells of the office's columns that were written over, as people call them: `Operaciones!M17`."""
        astray = [(number, place) for number, place in self._astray if place not in self._unnamed]
        return [a1(title, f"{letters(place)}{number}").replace("'", "") for number, place in astray]


def _cell(column: Sequence[object], number: int) -> object:
    return column[number - 1] if number <= len(column) else None
