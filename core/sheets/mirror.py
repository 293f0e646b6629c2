"""The log into the office's sheet, a cycle at a time: each event once, in order, and each spool's row as it stands.

A cycle looks before it writes. Which events are in Metadata is what its rows say, not what was sent; where a spool
stands in Operaciones is where its tag stands now. So a lost reply, a crash between any two steps or a row that somebody
moved costs a cycle, never an event.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic_core import to_jsonable_python

from core.errors import KioskError, LogTrimmedError, SheetUnusableError
from core.events import Event
from core.occupation import OccupationService
from core.sheets import metadata
from core.sheets.metadata_mirror import ROTATE_AT, MetadataMirror, cells_of
from core.sheets.operaciones_mirror import OperacionesMirror, RowsDone
from core.sheets.replica import Replica
from core.sheets.rows import Standing
from core.sheets.source import OPERACIONES, find_worksheets
from core.sheets.spreadsheet import Spreadsheet, Worksheet
from core.sheets.state import BOOK, NAMED, Cursor, MirrorNotes, Named, Status, Trouble, read_cursor, read_status

CHUNK: Final = 500
"""Events in one append, and rows in one update: what a request carries well within its deadline."""
LOOK_BACK: Final = 2 * CHUNK + 50
"""Rows of Metadata read again in each cycle: more than could be in doubt after a lost reply and a second try."""
WORKSHEETS_AGE: Final = 60.0
"""Seconds for which the worksheets are taken to be called, and to be as large, as they were."""
STATUS_AGE: Final = timedelta(seconds=5)
"""How old the status may be that others read."""
_LOOKS: Final = 4
"""How often columns may turn out to be elsewhere before the sheet is given up for this cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a cycle did, and what is left: events not in the sheet yet, rows that do not say the truth yet."""

    events: int = 0
    rows: int = 0
    conflicts: int = 0
    waiting: int = 0
    rows_waiting: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the sheet says all that the ledger does, as far as is known."""
        return not (self.waiting or self.rows_waiting or self.events or self.rows)


class Mirror:
    """The holder of the lease at work. Not to be used any more once it raised LeaseLostError.

    `chunk` is how many events or rows one request carries, `rotate_at` how many rows a Metadata worksheet gets.
    """

    def __init__(
        self,
        service: OccupationService,
        spreadsheet: Spreadsheet,
        notes: MirrorNotes,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chunk: int = CHUNK,
        rotate_at: int = ROTATE_AT,
    ) -> None:
        self._service = service
        self._ledger = service.ledger
        self._sheet = spreadsheet
        self._notes = notes
        self._monotonic = monotonic
        self._chunk = chunk
        self._rotate_at = rotate_at
        self._replica = Replica(self._ledger)
        self._operaciones = OperacionesMirror(service, self._replica, notes, at_once=chunk, monotonic=monotonic)
        self._cursor = Cursor(identity="", seq=0)
        self._metadata = MetadataMirror(self._cursor, look_back=LOOK_BACK)
        self._worksheets: tuple[Worksheet, ...] = ()
        self._worksheets_at = float("-inf")
        self._status = Status(at=service.now(), station=service.station)
        self._saved: tuple[Cursor, Status] | None = None

    async def begin(self) -> None:
        """Take up where the last mirror of this ledger stopped. Raises what the ledger raises."""
        await self._replica.begin()
        notes = await self._notes.read(BOOK)
        cursor, status = read_cursor(notes), read_status(notes)
        if cursor is None or cursor.identity != self._replica.identity or cursor.seq > self._replica.seq:
            # What this log has in the sheet is not known: the rows there will tell.
            cursor = Cursor(identity=self._replica.identity, seq=0)
        self._cursor = cursor
        self._metadata = MetadataMirror(cursor, look_back=LOOK_BACK, rotate_at=self._rotate_at)
        self._status = Status(
            at=self._service.now(),
            station=self._service.station,
            trouble=status.trouble if status else None,
            lost=status.lost if status else 0,
        )
        await self._operaciones.begin(conflicts=status.conflicts if status else 0)
        self.look_anew()

    def look_anew(self) -> None:
        """Take nothing for granted of how the spreadsheet is built: something failed that may come of it."""
        self._worksheets_at = float("-inf")
        self._operaciones.forget()
        self._metadata.forget()

    async def has_news(self) -> bool:
        """Whether anything happened in the ledger since the last cycle."""
        return (await self._ledger.position()).seq > self._replica.seq

    async def cycle(self) -> Progress:
        """Bring the sheet nearer to the ledger by at most two writing requests.

        The rows of Operaciones go first, those of the spools that changed last before the others; then the next events.
        Raises SheetUnavailableError, SheetUnusableError, LeaseLostError, and what the ledger raises: then the next
        cycle looks again.
        """
        if not await self._replica.follow():
            await self.begin()
        standing = await self._look()
        conflicts = self._operaciones.conflicts
        rows = await self._operaciones.write(self._sheet, standing)
        events = await self._append()
        progress = Progress(
            events=events,
            rows=rows.written,
            conflicts=self._operaciones.conflicts - conflicts,
            waiting=self._replica.seq - self._cursor.seq,
            rows_waiting=rows.waiting,
        )
        await self._save(self._found(standing, rows))
        return progress

    async def _look(self) -> Standing:
        """The sheet as it stands: Operaciones, and the end of Metadata; one request unless something has moved."""
        if self._monotonic() - self._worksheets_at >= WORKSHEETS_AGE:
            self._worksheets = await self._sheet.worksheets()
            self._worksheets_at = self._monotonic()
        title = find_worksheets((one.title for one in self._worksheets), (OPERACIONES,))[OPERACIONES]
        self._operaciones.choose(next(one for one in self._worksheets if one.title == title))
        self._metadata.choose(self._worksheets)
        for _ in range(_LOOKS):
            ranges = self._operaciones.ranges
            found = await self._sheet.read([*ranges, *self._metadata.ranges])
            standing = self._operaciones.take(found[: len(ranges)])
            if self._metadata.take(found[len(ranges) :]) and standing is not None:
                await self._metadata.find_end(self._sheet)
                return standing
        raise SheetUnusableError(OPERACIONES, "sus columnas cambian de lugar mientras se leen")

    async def _append(self) -> int:
        """Add the next events to Metadata; how many more of the log are known to be there now."""
        before = self._cursor.seq
        if await self._metadata.mend(self._sheet):
            # What is there must be read again.
            return 0
        missing = await self._next_missing()
        if await self._metadata.remove_repeats(self._sheet):
            # Rows have moved: what is missing is added in the next cycle.
            return self._cursor.seq - before
        if missing and self._metadata.is_full:
            # Also when no answer says so: it may be there.
            self._worksheets_at = float("-inf")
            await self._metadata.begin_next(self._sheet)
        elif missing:
            rows = [metadata.row_of(event, self._service.timezone) for event in missing]
            if await self._metadata.append(self._sheet, missing, rows):
                self._advance(missing[-1])
        else:
            self._metadata.caught_up()
        return self._cursor.seq - before

    async def _next_missing(self) -> list[Event]:
        """The next events that are not in the sheet; the cursor passes those that are."""
        while self._cursor.seq < self._replica.seq:
            try:
                events = await self._ledger.events(after=self._cursor.seq, limit=self._chunk)
            except LogTrimmedError as trimmed:
                self._skip(to=trimmed.available_after)
                continue
            missing = [event for event in events if event not in self._metadata]
            if not missing:
                self._advance(events[-1])
                continue
            if present := events[: events.index(missing[0])]:
                self._advance(present[-1])
            return missing
        return []

    def _advance(self, event: Event) -> None:
        self._cursor = Cursor(
            identity=self._replica.identity,
            seq=event.seq,
            event_id=event.id,
            worksheet=self._metadata.title,
            row=self._metadata.last_row,
        )

    def _skip(self, *, to: int) -> None:
        """The log no longer has the events up to number `to`: they will never be in the sheet."""
        self._status = self._status.model_copy(update={"lost": self._status.lost + to - self._cursor.seq})
        self._cursor = self._cursor.model_copy(update={"seq": to})

    def _found(self, standing: Standing, rows: RowsDone) -> Status:
        """How the mirror stands after a whole cycle."""
        figures = self._sheet.figures
        return self._status.model_copy(
            update={
                "trouble": None,
                "rows_waiting": rows.waiting,
                "unknown": _named(tag for tag in standing.rows if tag not in self._replica.spools),
                "missing": _named(tag for tag in self._replica.spools if tag not in standing.rows),
                "repeated": _named(sorted(standing.repeated)),
                "columns": _named(standing.places.missing),
                "strays": _named(self._operaciones.strays),
                "cells": cells_of(self._worksheets),
                "reads": figures.reads,
                "writes": figures.writes,
                "refused": figures.refused_429,
            }
        )

    async def note_trouble(self, error: KioskError) -> None:
        """Let everybody know what keeps the mirror from its work. Raises LeaseLostError, and what the ledger raises."""
        before = self._status.trouble
        since = before.since if before else self._service.now()
        trouble = Trouble(error=to_jsonable_python(error.as_dict()), since=since)
        await self._save(self._status.model_copy(update={"trouble": trouble}))

    async def _save(self, status: Status) -> None:
        """Remember the cursor and the status, where they say something new or are about to look old."""
        now = self._service.now()
        self._status = status = status.model_copy(update={"conflicts": self._operaciones.conflicts})
        if self._saved is not None:
            cursor, told = self._saved
            quiet = told.model_copy(update={"at": status.at, "reads": status.reads, "writes": status.writes})
            if cursor == self._cursor and quiet == status and timedelta() <= now - told.at < STATUS_AGE:
                return
        self._status = status.model_copy(update={"at": now})
        await self._notes.save(cursor=self._cursor, status=self._status)
        self._saved = (self._cursor, self._status)


def _named(names: Iterable[str]) -> Named:
    every = list(names)
    return Named(count=len(every), first=tuple(every[:NAMED]))
