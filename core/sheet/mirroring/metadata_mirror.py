"""The end of the office's log of events, the Metadata worksheets: what is there, and what comes after it.

Which events are there is read, each time, from the rows themselves: an append whose reply was lost is found there, and
one that arrives late, behind the same rows sent again, is taken away.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final
from uuid import UUID

from core.domain.errors import SheetUnavailableError, SheetUnusableError
from core.domain.events import Event
from core.domain.reasons import Defecto, FallaPlanilla, InvalidValueError
from core.plant.cells import Grid, shown
from core.plant.columns import letters, place_of
from core.plant.tables import says_something
from core.sheet import metadata
from core.sheet.spreadsheet import Spreadsheet, Worksheet, a1
from core.sheet.state import Cursor
from core.sheet.template import next_metadata_worksheet
from core.sheet.whole_columns import read_whole_columns

ROTATE_AT: Final = 500_000
"""Rows of a worksheet after which the next one begins: over half of what a whole spreadsheet may hold."""
CELLS_MAX: Final = 10_000_000
"""Cells that a spreadsheet may have (support.google.com/drive/answer/37603)."""
NEWCOMERS: Final = 20
"""How many of the rows that appeared are looked at more closely: the last ones."""
_UPDATED: Final = re.compile(r".*!(?P<column>[A-Z]+)(?P<first>\d+)(?::[A-Z]+\d+)?")


@dataclass(frozen=True, slots=True)
class _Appended:
    """Rows that were sent: where they begin (from 1), and where their columns were then."""

    first: int
    places: Mapping[str, int]
    rows: Sequence[metadata.Record]


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Rows that went to other columns than they were meant for: the first cell's row (from 1) and column (from 0)."""

    row: int
    column: int
    lines: Sequence[Sequence[object]]


class MetadataMirror:
    """The last rows of the last Metadata worksheet, as they were read in this cycle.

    `look_back` is how many rows are read again each time: more than requests can be in doubt at once.
    """

    def __init__(self, cursor: Cursor, *, look_back: int, rotate_at: int = ROTATE_AT) -> None:
        self._look_back = look_back
        self._rotate_at = rotate_at
        self._all: Sequence[Worksheet] = ()
        self._worksheets: list[Worksheet] = []
        self._title = cursor.worksheet
        self._last_row = cursor.row
        self._anchor = (cursor.row, cursor.event_id) if cursor.event_id else None
        self._places: Mapping[str, int] | None = None
        self.is_known = False
        """Whether it was read since anything moved."""
        self._names: Sequence[object] = ()
        self._left = 0
        self._left_was_told = False
        self._rows: list[tuple[int, UUID]] = []
        self._ids: set[UUID] = set()
        self._newcomers: list[int] = []
        self._was_read = False
        self._elsewhere: _Elsewhere | None = None
        self._appended: _Appended | None = None
        self._unlike: set[UUID] = set()
        self._everything: set[UUID] | None = set() if cursor.seq else None

    @property
    def title(self) -> str:
        """The worksheet that is written to."""
        return self._title

    @property
    def last_row(self) -> int:
        """The number of the last row with an event, 1 when there is none yet."""
        return self._last_row

    def forget(self) -> None:
        """Rows and columns may be anywhere: find them anew."""
        self._places, self._last_row, self.is_known = None, 1, False

    def choose(self, worksheets: Sequence[Worksheet]) -> None:
        """The worksheets of the spreadsheet, as they are now. Raises SheetUnusableError when none is for events."""
        titles = metadata.in_order(worksheet.title for worksheet in worksheets)
        if not titles:
            raise SheetUnusableError(metadata.METADATA, Defecto.HOJA_NO_EXISTE)
        self._all = worksheets
        by_title = {worksheet.title: worksheet for worksheet in worksheets}
        self._worksheets = [by_title[title] for title in titles]
        if self._title != titles[-1]:
            # What was written last may stand in the one before.
            self._title, self._anchor = titles[-1], None
            self.forget()
            self._everything = None

    @property
    def ranges(self) -> list[str]:
        """What is to be read: the names of the columns; and the events' ids, once it is known where they stand."""
        header = a1(self._title, "1:1")
        if self._places is None:
            return [header]
        column = letters(self._places["ID"])
        return [header, a1(self._title, f"{column}{self._first_read}:{column}")]

    @property
    def _first_read(self) -> int:
        return max(1, self._last_row - self._look_back)

    def take(self, found: Sequence[Grid]) -> None:
        """What was read of `ranges`. It `is_known` then, unless the columns were not known, or have moved.

        Raises SheetUnusableError when a column is missing.
        """
        [headers, *ids] = found
        try:
            names = headers[0] if headers else []
            places = metadata.find_places(names)
        except InvalidValueError as exc:
            raise SheetUnusableError(self._title, exc.reason, **exc.data) from exc
        known, self._places = self._places, places
        if known != places or self._names != names:
            self._names, self._left, self._left_was_told = names, _left_edge(names, min(places.values())), False
        self.is_known = known is not None and known["ID"] == places["ID"]
        if self.is_known:
            before = self._ids
            self._take_ids(self._first_read, [row[0] if row else None for row in ids[0]])
            # The rows further up were not read the last time.
            last, _ = self._anchor or (1, None)
            read_before = last - (self._look_back if before else 0)
            newcomers = [row for row, event in self._rows if row > read_before and event not in before]
            self._newcomers = [*self._newcomers, *newcomers][-NEWCOMERS:]

    def _take_ids(self, first: int, cells: Iterable[object]) -> None:
        """The ids below each other in the worksheet that is written to, from row number `first` on."""
        rows = [(number, metadata.read_event_id(cell)) for number, cell in enumerate(cells, start=first)]
        self._rows = [(number, event_id) for number, event_id in rows if event_id is not None]
        self._ids = {event_id for _, event_id in self._rows}

    async def find_end(self, spreadsheet: Spreadsheet) -> bool:
        """Know where the events end. When the rows are not where they were, every worksheet is read; whether it was."""
        is_lost = self._everything is None or (self._anchor is not None and self._anchor not in self._rows)
        if is_lost:
            await self._read_everything(spreadsheet)
            self._newcomers = []
        if self._rows:
            self._anchor = self._rows[-1]
            self._last_row, _ = self._anchor
        else:
            self._last_row, self._anchor = 1, None
        return is_lost

    async def read_newcomers(self, spreadsheet: Spreadsheet) -> list[tuple[UUID, metadata.Exact]]:
        """Ledgers' events that appeared since this was last asked and that no answer spoke of, and any among them.

        They are another's, or a lost reply's. Of many only the last NEWCOMERS. Asks nothing where there are none.
        """
        newcomers, self._newcomers = self._newcomers, []
        if not newcomers:
            return []
        places, first = self._require_places(), min(newcomers)
        columns = [letters(places[name]) for name in ("ID", "Metadata_JSON")]
        # Both at once: rows may have moved since the ids were read.
        ids, documents = await spreadsheet.read_columns(
            [a1(self._title, f"{column}{first}:{column}{self._last_row}") for column in columns]
        )
        told = ((metadata.read_event_id(cell), document) for cell, document in zip(ids, documents, strict=False))
        return [
            (event_id, exact)
            for event_id, document in told
            if event_id is not None and (exact := metadata.read_exact(document))
        ]

    def caught_up(self) -> None:
        """Every event of the log has a row: what is further back will not be asked for."""
        if self._everything:
            self._everything = set()

    async def _read_everything(self, spreadsheet: Spreadsheet) -> None:
        """Every id in every worksheet. Worksheets that were filled before may have their columns elsewhere."""
        titles = [worksheet.title for worksheet in self._worksheets]
        headers = await spreadsheet.read([a1(title, "1:1") for title in titles])
        self._everything = None
        wanted = []
        for worksheet, rows in zip(self._worksheets, headers, strict=True):
            try:
                wanted.append((worksheet, letters(metadata.find_places(rows[0] if rows else [])["ID"])))
            except InvalidValueError as exc:
                raise SheetUnusableError(worksheet.title, exc.reason, **exc.data) from exc
        everything = set()
        for cells in await read_whole_columns(spreadsheet, wanted):
            self._take_ids(1, cells)
            everything |= self._ids
        self._everything = everything
        self._was_read = True

    def reads_whole(self) -> bool:
        """Whether every row was read since this was last asked: what is not there then is nowhere."""
        was_read, self._was_read = self._was_read, False
        return was_read

    @property
    def has_events(self) -> bool:
        """Whether there is any event of any log, as far as was looked."""
        return bool(self._everything or self._ids)

    def __contains__(self, event_id: UUID) -> bool:
        """Whether the event with this id has a row."""
        return event_id in self._ids or event_id in (self._everything or ())

    @property
    def is_full(self) -> bool:
        """Whether the next worksheet is due."""
        return self._last_row >= self._rotate_at

    async def begin_next(self, spreadsheet: Spreadsheet) -> None:
        """Add the next worksheet. Nothing can be written to it before it was looked at."""
        number = metadata.number_of(self._title) or 1
        await spreadsheet.change(next_metadata_worksheet(metadata.title_of(number + 1), self._all))

    async def mend(self, spreadsheet: Spreadsheet) -> bool:
        """Put the rows that were added last below their names, if they went elsewhere; whether any had to be."""
        if self._elsewhere is not None:
            await self._empty(spreadsheet, self._elsewhere)
            self._elsewhere = None
            return True
        added, places = self._appended, self._require_places()
        if added is None or added.places == places:
            return False
        width = letters(max(*added.places.values(), *places.values()))
        last = added.first + len(added.rows) - 1
        [found] = await spreadsheet.read([a1(self._title, f"A{added.first}:{width}{last}")])
        lines = dict(_rearranged(added, found, places))
        await spreadsheet.write({a1(self._title, f"A{row}:{width}{row}"): [line] for row, line in lines.items()})
        self._appended = None
        return bool(lines)

    async def _empty(self, spreadsheet: Spreadsheet, there: "_Elsewhere") -> None:
        """Take the rows back from where they do not belong, if they still stand there as they were sent."""
        right, last = letters(there.column + len(there.lines[0]) - 1), there.row + len(there.lines) - 1
        cells = a1(self._title, f"{letters(there.column)}{there.row}:{right}{last}")
        [found] = await spreadsheet.read([cells])
        sent = [_shown(line) for line in there.lines]
        if [_shown(line) for line in found] == sent:
            await spreadsheet.write({cells: [[""] * len(line) for line in there.lines]})

    async def remove_repeats(self, spreadsheet: Spreadsheet) -> bool:
        """Take away rows that say the same event again, whole and alike; whether there was any to try."""
        counts = Counter(event_id for _, event_id in self._rows)
        rows = [(number, event_id) for number, event_id in self._rows if counts[event_id] > 1]
        repeated = [number for number, event_id in rows if event_id not in self._unlike]
        if not repeated:
            return False
        await spreadsheet.change([self._without_repeats(repeated[0], self._last_row)])
        # Rows that are not alike, because a person changed one of them, both stay.
        self._unlike |= {event_id for _, event_id in rows}
        return True

    def _without_repeats(self, first: int, last: int) -> Mapping[str, object]:
        """Whole rows go, so that what the office has beside them stays beside its row."""
        sheet_id = self._worksheets[-1].sheet_id
        request: dict[str, object] = {"range": {"sheetId": sheet_id, "startRowIndex": first - 1, "endRowIndex": last}}
        if sum(number >= first for number, _ in self._rows) == last - first + 1:
            # Rows of other things among them, blank ones even, are compared by all that they say.
            request["comparisonColumns"] = [
                {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
                for place in sorted(self._require_places().values())
            ]
        return {"deleteDuplicates": request}

    async def append(self, spreadsheet: Spreadsheet, events: Sequence[Event], rows: Sequence[metadata.Record]) -> bool:
        """Add the events' rows below the last one; False when they went elsewhere and must be added again.

        Raises SheetUnavailableError when the spreadsheet is full; SheetUnusableError when its table cannot be found.
        """
        places = self._require_places()
        left, width = self._left, max(places.values())
        if cells_of(self._all) + len(rows) * self._worksheets[-1].columns > CELLS_MAX:
            raise SheetUnavailableError(FallaPlanilla.LLENA)
        table = a1(self._title, f"{letters(left)}{self._last_row}:{letters(width)}{self._last_row}")
        lines = [metadata.arranged(row, places)[left:] for row in rows]
        # As long as no answer says otherwise.
        self._appended = _Appended(self._last_row + 1, places, rows)
        place = await spreadsheet.append(table, lines)
        match = _UPDATED.fullmatch(place)
        if match is None or (self._left_was_told and place_of(match["column"]) != left):
            raise SheetUnusableError(self._title, Defecto.FILAS_FUERA, place=place)
        start, landed = int(match["first"]), place_of(match["column"])
        if landed != left:
            # The office's table begins elsewhere than its names do, and so do the new rows: they are taken back.
            self._appended, self._elsewhere = None, _Elsewhere(start, landed, lines)
            self._left, self._left_was_told = landed, True
            return False
        self._appended = _Appended(start, places, rows)
        self._rows += [(start + at, event.id) for at, event in enumerate(events)]
        self._ids |= {event.id for event in events}
        self._anchor = self._rows[-1]
        self._last_row, _ = self._anchor
        return True

    def _require_places(self) -> Mapping[str, int]:
        if self._places is None:
            raise RuntimeError("the Metadata worksheet was not looked at")
        return self._places


def _shown(line: Sequence[object]) -> list[str]:
    """What a row's cells show, up to the last one that shows anything."""
    texts = [shown(cell) for cell in line]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def cells_of(worksheets: Iterable[Worksheet]) -> int:
    """How many cells the worksheets have together, empty ones included."""
    return sum(worksheet.rows * worksheet.columns for worksheet in worksheets)


def _rearranged(added: _Appended, found: Grid, places: Mapping[str, int]) -> Iterator[tuple[int, list[object]]]:
    """The rows, by number, that still say what was sent in the very cells it was sent to: moved to where it belongs."""
    for at, row in enumerate(added.rows):
        sent = metadata.arranged(row, added.places)
        says = found[at] if at < len(found) else []
        if any(text and text != (says[place] if place < len(says) else "") for place, text in enumerate(sent)):
            continue
        right = metadata.arranged(row, places)
        yield (
            added.first + at,
            [
                text if text is not None else "" if cell else None
                for text, cell in zip_longest(right, sent, fillvalue=None)
            ],
        )


def _left_edge(names: Sequence[object], place: int) -> int:
    """Where the table begins that has a column at `place`: names beside each other are of one table."""
    while place and says_something(names[place - 1]):
        place -= 1
    return place
