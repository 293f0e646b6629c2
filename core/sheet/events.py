"""The end of the office's log of events, the Metadata worksheets: each event of the log in a row of its own, in order.

Only the mirror writes there, so it chooses the rows: the event after the cursor goes into the row after the cursor's.
To send an event again writes the same cells again. A lost reply, a late write or a crash before the cursor was saved
can therefore neither lose nor double an event.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.domain.errors import LogTrimmedError, SheetUnavailableError, SheetUnusableError
from core.domain.events import Event
from core.domain.reasons import Defecto, FallaPlanilla
from core.ledger.feed import pages_back
from core.ledger.protocol import Ledger
from core.plant.cells import Grid, shown
from core.sheet import metadata
from core.sheet.client import SPARE, Batch, Spreadsheet, Worksheet, a1, grow, read_whole_columns
from core.sheet.state import CELLS_MAX, Cursor
from core.sheet.template import next_metadata_worksheet

ROTATE_AT: Final = 500_000
"""Rows of a worksheet after which the next one begins: over half of what a whole spreadsheet may hold."""
LOOK_BACK: Final = 50
"""Rows above the cursor that are checked in each cycle."""
PAGE: Final = 1000
"""Events read from the log at a time."""
LAST_COLUMN: Final = "K"


@dataclass(frozen=True, slots=True)
class Tail:
    """A row that is known to hold an event."""

    row: int
    event_id: UUID
    seq: int


class Events:
    """The half of the mirror that writes Metadata. `cursor` is the last event that is there, and its row; `seq` 0 is
    unknown. `chunk` is how many events one request carries.

    The methods `choose` to `written` are called in this order in each cycle (see `core.sheet.mirror.Half`).
    """

    def __init__(
        self,
        ledger: Ledger,
        spreadsheet: Spreadsheet,
        cursor: Cursor,
        *,
        timezone: ZoneInfo,
        chunk: int,
        rotate_at: int,
    ) -> None:
        self._ledger = ledger
        self._spreadsheet = spreadsheet
        self._timezone = timezone
        self._chunk = chunk
        self._rotate_at = rotate_at
        self._all: Sequence[Worksheet] = ()
        self._worksheets: list[Worksheet] = []
        self._below: dict[int, UUID] = {}
        self._sent: list[Event] = []
        self.done = 0
        """Events that were written in this cycle."""
        self._tail: deque[Tail] = deque(maxlen=LOOK_BACK)
        self._needs_next = False
        self._is_placed = cursor.seq > 0
        self.cursor = cursor
        self.lost = 0
        """How many events were gone from the log before they could be written."""
        if cursor.seq and cursor.event_id:
            self._tail.append(Tail(cursor.row, cursor.event_id, cursor.seq))

    def choose(self, worksheets: Sequence[Worksheet]) -> None:
        """The worksheets of the spreadsheet, as they are now. Raises SheetUnusableError when none is for events."""
        by_title = {worksheet.title: worksheet for worksheet in worksheets}
        titles = metadata.in_order(by_title)
        if not titles:
            raise SheetUnusableError(metadata.METADATA, Defecto.HOJA_NO_EXISTE)
        self._all = worksheets
        self._worksheets = [by_title[title] for title in titles]
        if self.cursor.worksheet != titles[-1] and self._is_placed:
            # The next worksheet was begun, or the office renamed or moved some: the last one is written to.
            self._start_at_top(titles[-1])

    def _start_at_top(self, title: str) -> None:
        self._tail.clear()
        self.cursor = self.cursor.model_copy(update={"worksheet": title, "row": 1})

    def ranges(self) -> list[str]:
        """What is to be read: the header, and the ids from some rows above the cursor on."""
        title = self._worksheets[-1].title
        return [a1(title, f"A1:{LAST_COLUMN}1"), a1(title, f"A{self._first_read}:A")]

    @property
    def _first_read(self) -> int:
        return max(2, self.cursor.row - LOOK_BACK + 1)

    async def take(self, found: Sequence[Grid]) -> None:
        """What was read of `ranges`. Finds the place again where the rows are not as the mirror left them.

        Raises SheetUnusableError when the columns are not where the mirror put them, SheetUnavailableError.
        """
        header, rows = found
        title = self._worksheets[-1].title
        names = tuple(shown(cell) for cell in (header[0] if header else [])[: len(metadata.COLUMNS)])
        if names != metadata.COLUMNS:
            raise SheetUnusableError(title, Defecto.CABECERA_CAMBIADA)
        if not self._is_placed:
            await self._find_place()
            return
        cells = [row[0] if row else None for row in rows]
        ids = {number: metadata.read_event_id(cell) for number, cell in enumerate(cells, start=self._first_read)}
        while self._tail and ids.get(self._tail[-1].row) is None:
            # Rows at the end were deleted: their events are written again.
            self._tail.pop()
        if any(ids.get(tail.row) != tail.event_id for tail in self._tail):
            # Rows were sorted, inserted or deleted further up: what is there stays, and the next worksheet begins.
            self._needs_next = True
        elif self._tail:
            last = self._tail[-1]
            self._move(seq=last.seq, event_id=last.event_id, row=last.row)
        elif self.cursor.row > 1:
            # All of the last rows are gone.
            self._is_placed = False
            await self._find_place()
            return
        self._below = {number: event_id for number, event_id in ids.items() if number > self.cursor.row and event_id}

    async def _find_place(self) -> None:
        """Which events are in the sheet is read from the ids of all rows: the last one of the log is the cursor."""
        columns = await read_whole_columns(self._spreadsheet, [(worksheet, "A") for worksheet in self._worksheets])
        ids = [[metadata.read_event_id(cell) for cell in column] for column in columns]
        present = {event_id for column in ids for event_id in column if event_id}
        last = await self._last_present(present) if present else None
        title = self._worksheets[-1].title
        filled = [number for number, event_id in enumerate(ids[-1], start=1) if event_id]
        self._below = {}
        self._is_placed = True
        self._tail.clear()
        self.cursor = self.cursor.model_copy(update={"worksheet": title, "row": 1})
        if last is not None:
            self._move(seq=last.seq, event_id=last.id, row=1)
        elif present:
            self._move(seq=0, event_id=None, row=1)
        if not filled:
            # Nothing is there: the office moved the rows elsewhere, or the worksheet is new.
            return
        if last is None or ids[-1][filled[-1] - 1] != last.id:
            self._needs_next = True
            return
        self.cursor = self.cursor.model_copy(update={"row": filled[-1]})
        self._tail.append(Tail(filled[-1], last.id, last.seq))

    async def _last_present(self, present: set[UUID]) -> Event | None:
        newest = (await self._ledger.position()).seq
        async with aclosing(pages_back(self._ledger, newest=newest, page=PAGE)) as pages:
            async for events in pages:
                for event in reversed(events):
                    if event.id in present:
                        return event
        return None

    def _move(self, *, seq: int, event_id: UUID | None, row: int) -> None:
        self.cursor = self.cursor.model_copy(update={"seq": seq, "event_id": event_id, "row": row})

    async def plan(self) -> Batch:
        """The next events after the cursor; first the next worksheet, where one is due.

        Raises SheetUnavailableError when the spreadsheet would have more cells than Google allows.
        """
        self._sent = await self._next_events()
        worksheet = self._worksheets[-1]
        if not self._sent:
            return Batch()
        if self._needs_next or self.cursor.row >= self._rotate_at:
            self._sent = []
            number = (metadata.number_of(worksheet.title) or 1) + 1
            return Batch(next_metadata_worksheet(metadata.title_of(number), self._all, self._spreadsheet.account))
        first = self.cursor.row + 1
        changes = grow(worksheet, self.cursor.row + len(self._sent))
        if changes and self._cells() + SPARE * worksheet.columns > CELLS_MAX:
            raise SheetUnavailableError(FallaPlanilla.LLENA)
        rows = [metadata.row_of(event, self._timezone) for event in self._sent]
        last = first + len(rows) - 1
        return Batch(changes, {a1(worksheet.title, f"A{first}:{LAST_COLUMN}{last}"): rows})

    async def _next_events(self) -> list[Event]:
        """At most `chunk` events after the cursor."""
        try:
            events = await self._ledger.events(after=self.cursor.seq, limit=self._chunk)
        except LogTrimmedError as trimmed:
            # What the log no longer has cannot be written any more.
            self.lost += trimmed.available_after - self.cursor.seq
            self._move(seq=trimmed.available_after, event_id=None, row=self.cursor.row)
            return await self._next_events()
        for number, event in enumerate(events, start=self.cursor.row + 1):
            if self._below.get(number, event.id) != event.id:
                # Somebody else's rows stand where the events would go.
                self._needs_next = True
        return events

    def written(self) -> None:
        """What was planned is in the sheet."""
        for event in self._sent:
            self._tail.append(Tail(self.cursor.row + 1, event.id, event.seq))
            self._move(seq=event.seq, event_id=event.id, row=self.cursor.row + 1)
        self.done = len(self._sent)
        self._needs_next = False

    def _cells(self) -> int:
        return sum(worksheet.rows * worksheet.columns for worksheet in self._all)
