"""The end of the office's log of events, the Metadata worksheets: each event of the log in a row of its own, in order.

Only the mirror writes there, so it chooses the rows: the event after the cursor goes into the row after the cursor's.
To send an event again writes the same cells again. A lost reply, a late write or a crash before the cursor was saved
can therefore neither lose nor double an event.
"""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.domain.reasons import Defecto, FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.ledger.feed import pages_back
from core.ledger.protocol import Ledger
from core.plant.cells import Grid, shown
from core.sheet import metadata
from core.sheet.spreadsheet.client import Batch, Spreadsheet, Worksheet, a1
from core.sheet.spreadsheet.ranges import SPARE, column_of, grow, read_whole
from core.sheet.state import CELLS_MAX, Cursor
from core.sheet.template import next_metadata_worksheet

CHUNK: Final = 500
"""Events in one request: what it carries well within its deadline."""
ROTATE_AT: Final = 500_000
"""Rows of a worksheet after which the next one begins: over half of what a whole spreadsheet may hold."""
LOOK_BACK: Final = 50
"""Rows above the cursor in which its event is looked for when it is no longer there."""
PAGE: Final = 1000
"""Events read from the log at a time."""
LAST_COLUMN: Final = "K"


class Events:
    """The part of the mirror that writes Metadata. `cursor` is the last event that is there, and its row; `seq` 0 is
    unknown.

    The methods `choose` to `written` are called in this order in each cycle (see `core.sheet.push.mirror.Part`).
    """

    def __init__(self, ledger: Ledger, spreadsheet: Spreadsheet, cursor: Cursor, *, timezone: ZoneInfo) -> None:
        self._ledger = ledger
        self._spreadsheet = spreadsheet
        self._timezone = timezone
        self._all: Sequence[Worksheet] = ()
        self._worksheets: list[Worksheet] = []
        self._below: dict[int, UUID] = {}
        self._sent: list[Event] = []
        self.done = 0
        """Events that were written in this cycle."""
        self._needs_next = False
        self._is_placed = cursor.seq > 0
        self.cursor = cursor
        self.lost = 0
        """How many events were gone from the log before they could be written."""

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
            self._move(worksheet=titles[-1], row=1)

    def ranges(self) -> list[str]:
        """What is to be read: the header, and the ids from some rows above the cursor on."""
        title = self._worksheets[-1].title
        return [a1(title, f"A1:{LAST_COLUMN}1"), a1(title, f"A{self._first_read}:A")]

    @property
    def _first_read(self) -> int:
        return max(2, min(self.cursor.row, self._worksheets[-1].rows) - LOOK_BACK + 1)

    async def take(self, found: Sequence[Grid]) -> None:
        """What was read of `ranges`. Finds the place again where the rows are not as the mirror left them.

        Raises SheetUnusableError when the columns are not where the mirror put them, SheetUnavailableError.
        """
        header, rows = found
        title = self._worksheets[-1].title
        names = tuple(shown(cell) for cell in (header[0] if header else [])[: len(metadata.COLUMNS)])
        if names != metadata.COLUMNS:
            raise SheetUnusableError(title, Defecto.CABECERA_CAMBIADA)
        found_ids = map(metadata.read_event_id, column_of(rows))
        ids = {number: event_id for number, event_id in enumerate(found_ids, start=self._first_read) if event_id}
        last = self.cursor.event_id if self.cursor.row > 1 else None
        if last and self.cursor.row not in ids and last not in ids.values():
            # Rows at the end were deleted: their events are written again.
            self._is_placed = False
        if not self._is_placed:
            await self._find_place()
            return
        if last and ids.get(self.cursor.row) != last:
            # Rows were sorted, inserted or deleted further up: what is there stays, and the next worksheet begins.
            self._needs_next = True
        self._below = {number: event_id for number, event_id in ids.items() if number > self.cursor.row}

    async def _find_place(self) -> None:
        """Which events are in the sheet is read from the ids of all rows: the last one of the log is the cursor."""
        columns = [column_of(await read_whole(self._spreadsheet, worksheet, "A")) for worksheet in self._worksheets]
        if not all(columns):
            # There is a header in each: an answer without any cell says nothing of what is there.
            raise SheetUnavailableError(FallaPlanilla.RESPUESTA_ILEGIBLE)
        ids = [[metadata.read_event_id(cell) for cell in column] for column in columns]
        present = {event_id for column in ids for event_id in column if event_id}
        last = await self._last_present(present) if present else None
        filled = [number for number, event_id in enumerate(ids[-1], start=1) if event_id]
        self._below = {}
        self._is_placed = True
        self._move(worksheet=self._worksheets[-1].title, row=1)
        if last is not None:
            self._move(seq=last.seq, event_id=last.id)
        elif present:
            self._move(seq=0, event_id=None)
        if not filled:
            # Nothing is there: the office moved the rows elsewhere, or the worksheet is new.
            return
        if last is None or ids[-1][filled[-1] - 1] != last.id:
            self._needs_next = True
            return
        self._move(row=filled[-1])

    async def _last_present(self, present: set[UUID]) -> Event | None:
        newest = (await self._ledger.position()).seq
        async with aclosing(pages_back(self._ledger, newest=newest, page=PAGE)) as pages:
            async for events in pages:
                for event in reversed(events):
                    if event.id in present:
                        return event
        return None

    def _move(self, **to: object) -> None:
        self.cursor = self.cursor.model_copy(update=to)

    async def plan(self) -> Batch:
        """The next events after the cursor; first the next worksheet, where one is due.

        Raises SheetUnavailableError when the spreadsheet would have more cells than Google allows.
        """
        self._sent = await self._next_events()
        worksheet = self._worksheets[-1]
        if not self._sent:
            return Batch()
        if self._needs_next or self.cursor.row >= ROTATE_AT:
            self._sent = []
            number = (metadata.number_of(worksheet.title) or 1) + 1
            return Batch(next_metadata_worksheet(metadata.title_of(number), self._all, self._spreadsheet.account))
        first = self.cursor.row + 1
        changes = grow(worksheet, self.cursor.row + len(self._sent))
        cells = sum(each.rows * each.columns for each in self._all)
        if changes and cells + SPARE * worksheet.columns > CELLS_MAX:
            raise SheetUnavailableError(FallaPlanilla.LLENA)
        rows = [metadata.row_of(event, self._timezone) for event in self._sent]
        last = first + len(rows) - 1
        return Batch(changes, {a1(worksheet.title, f"A{first}:{LAST_COLUMN}{last}"): rows})

    async def _next_events(self) -> list[Event]:
        """At most CHUNK events after the cursor."""
        try:
            events = await self._ledger.events(after=self.cursor.seq, limit=CHUNK)
        except LogTrimmedError as trimmed:
            # What the log no longer has cannot be written any more.
            self.lost += trimmed.available_after - self.cursor.seq
            self._move(seq=trimmed.available_after)
            return await self._next_events()
        for number, event in enumerate(events, start=self.cursor.row + 1):
            if self._below.get(number, event.id) != event.id:
                # Somebody else's rows stand where the events would go.
                self._needs_next = True
        return events

    def written(self) -> None:
        """What was planned is in the sheet."""
        if self._sent:
            last = self._sent[-1]
            self._move(seq=last.seq, event_id=last.id, row=self.cursor.row + len(self._sent))
        self.done = len(self._sent)
        self._needs_next = False
