"""The log into the office's sheet, a cycle at a time: each event once, in order, and each spool's row as it stands.

A cycle looks before it writes. Which events are in Metadata is what its rows say, not what was sent; where a spool
stands in Operaciones is where its tag stands now. So a lost reply, a crash between any two steps or a row that somebody
moved costs a cycle, never an event.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError, SheetUnavailableError, SheetUnusableError
from core.domain.reasons import Defecto, FallaPlanilla
from core.occupation import OccupationService
from core.sheet import metadata
from core.sheet.mirroring.metadata_mirror import ROTATE_AT, MetadataMirror, cells_of
from core.sheet.mirroring.mirrored_log import MirroredLog
from core.sheet.mirroring.operaciones_mirror import OperacionesMirror, RowsDone
from core.sheet.mirroring.replica import MirrorReplica
from core.sheet.mirroring.rivals import Rivals
from core.sheet.mirroring.rows import Standing
from core.sheet.source import OPERACIONES, find_worksheets
from core.sheet.spreadsheet import Spreadsheet, Worksheet
from core.sheet.state import BOOK, NAMED, Cursor, MirrorNotes, Named, Status, Trouble, read_cursor, read_status

T = TypeVar("T")

CHUNK: Final = 500
"""Events in one append, and rows in one update: what a request carries well within its deadline."""
LOOK_BACK: Final = 2 * CHUNK + 50
"""Rows of Metadata read again in each cycle: more than could be in doubt after a lost reply and a second try."""
WORKSHEETS_AGE: Final = 60.0
"""Seconds for which the worksheets are taken to be called, and to be as large, as they were."""
STATUS_AGE: Final = timedelta(seconds=5)
"""How old the status may be that others read."""
_FEWEST: Final = 20
"""Events that an append carries at least, however slow Google is."""
OF_ONE_HALF: Final = frozenset(
    {FallaPlanilla.RECHAZADA, FallaPlanilla.SOLO_LECTURA, FallaPlanilla.LLENA, FallaPlanilla.OTRO_REGISTRO}
)
"""What may be wrong with one worksheet and not with the other."""
_LOOKS: Final = 5
"""How often columns may turn out to be elsewhere before the sheet is given up for this cycle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a cycle did, and what is left: events not in the sheet yet, rows that do not say the truth yet.

    `mirrored` is the number up to which the log is in the sheet.
    """

    mirrored: int = 0
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
        self._replica = MirrorReplica(self._ledger)
        self._operaciones = OperacionesMirror(service, self._replica, notes, at_once=chunk, monotonic=monotonic)
        self._rivals = Rivals(self._ledger, monotonic=monotonic)
        self._metadata = MetadataMirror(Cursor(identity="", seq=0), look_back=LOOK_BACK)
        self._log = MirroredLog(self._ledger, self._replica, self._metadata, Cursor(identity="", seq=0), page=chunk)
        self._worksheets: tuple[Worksheet, ...] = ()
        self._worksheets_at = float("-inf")
        self._status = Status(at=service.now(), station=service.station)
        self._saved: tuple[Cursor, Status] | None = None
        self._events_at_once = chunk
        self.has_begun = False
        """Whether it took up where the last mirror stopped."""

    async def begin(self) -> None:
        """Take up where the last mirror of this ledger stopped. Raises what the ledger raises."""
        self.has_begun = False
        await self._replica.begin()
        notes = await self._notes.read(BOOK)
        cursor, status = read_cursor(notes), read_status(notes)
        here = self._sheet.spreadsheet_id
        is_other = cursor is not None and cursor.spreadsheet != here
        if cursor is None or is_other or not self._is_of_this_log(cursor):
            # What this log has in this sheet is not known: the rows there will tell.
            cursor = Cursor(identity=self._replica.identity, spreadsheet=here, seq=0)
        self._metadata = MetadataMirror(cursor, look_back=LOOK_BACK, rotate_at=self._rotate_at)
        self._log = MirroredLog(self._ledger, self._replica, self._metadata, cursor, page=self._chunk)
        self._log.lost = status.lost if status else 0
        self._status = Status(
            at=self._service.now(),
            station=self._service.station,
            trouble=status.trouble if status else None,
        )
        await self._operaciones.begin(
            conflicts=status.conflicts if status else 0, same_log=cursor.seq > 0, is_other=is_other
        )
        self._operaciones.forget()
        self._worksheets_at = float("-inf")
        self.has_begun = True

    def _is_of_this_log(self, cursor: Cursor) -> bool:
        return cursor.identity == self._replica.identity and 0 < cursor.seq <= self._replica.seq

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
        if not (self.has_begun and await self._replica.follow()):
            await self.begin()
        standing, trouble = await self._look()
        conflicts = self._operaciones.conflicts
        rows, refused = await self._write_rows(standing)
        events = 0
        if trouble is None:
            events, trouble = await self._add_events()
        progress = Progress(
            mirrored=self._log.seq,
            events=events,
            rows=rows.written,
            conflicts=self._operaciones.conflicts - conflicts,
            waiting=max(self._replica.seq - self._log.seq, 0),
            rows_waiting=rows.waiting,
        )
        await self._save(self._found(standing, rows))
        if error := refused or trouble:
            # The other half was not kept from its work.
            raise error
        return progress

    async def _write_rows(self, standing: Standing) -> tuple[RowsDone, KioskError | None]:
        """What was written of Operaciones, and what refused it."""
        try:
            self._rivals.require_none()
            return await self._operaciones.write(self._sheet, standing), None
        except SheetUnavailableError as error:
            if error.falla not in OF_ONE_HALF:
                raise
            return RowsDone(written=0, waiting=1), error

    async def _add_events(self) -> tuple[int, KioskError | None]:
        """How many events more are in Metadata, and what refused the next."""
        before = self._log.seq
        try:
            await self._append()
        except SheetUnavailableError as error:
            if error.falla is FallaPlanilla.LENTA:
                self._events_at_once = max(self._events_at_once // 2, min(_FEWEST, self._chunk))
            if error.falla not in OF_ONE_HALF:
                raise
            return self._log.seq - before, error
        except SheetUnusableError as error:
            return self._log.seq - before, error
        return self._log.seq - before, None

    async def _look(self) -> tuple[Standing, KioskError | None]:
        """The sheet as it stands: Operaciones, and the end of Metadata; one request unless something has moved.

        Beside it why the worksheets of events are of no use, if they are of none.
        """
        if self._monotonic() - self._worksheets_at >= WORKSHEETS_AGE:
            self._worksheets = await self._sheet.worksheets()
            self._worksheets_at = self._monotonic()
        title = find_worksheets((one.title for one in self._worksheets), (OPERACIONES,))[OPERACIONES]
        self._operaciones.choose(next(one for one in self._worksheets if one.title == title))
        trouble = _trouble_with(self._metadata.choose, self._worksheets)
        for _ in range(_LOOKS):
            ranges = self._operaciones.ranges
            found = await self._sheet.read([*ranges, *(() if trouble else self._metadata.ranges)])
            standing = self._operaciones.take(found[: len(ranges)])
            known = False
            if trouble is None:
                trouble = _trouble_with(self._metadata.take, found[len(ranges) :])
                known = trouble is None and self._metadata.is_known
            if standing is None or not (known or trouble):
                continue
            if trouble is not None:
                return standing, trouble
            # Reading every event takes long: what is to be written is not to be judged by what stood there before.
            if not await self._metadata.find_end(self._sheet):
                await self._rivals.look(self._sheet, self._metadata)
                return standing, None
        raise SheetUnusableError(OPERACIONES, Defecto.COLUMNAS_SE_MUEVEN)

    async def _append(self) -> None:
        """Add the next events to Metadata."""
        if await self._metadata.mend(self._sheet):
            # What is there must be read again.
            return
        missing = await self._log.next_missing(self._events_at_once)
        if await self._metadata.remove_repeats(self._sheet):
            # Rows have moved: what is missing is added in the next cycle.
            return
        if missing and self._metadata.is_full:
            # Also when no answer says so: it may be there.
            self._worksheets_at = float("-inf")
            await self._metadata.begin_next(self._sheet)
        elif missing:
            rows = [metadata.row_of(event, self._service.timezone) for event in missing]
            if await self._metadata.append(self._sheet, missing, rows):
                self._log.advance(missing[-1])
                self._events_at_once = min(2 * self._events_at_once, self._chunk)
        else:
            self._metadata.caught_up()

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
        status = self._status
        if not self.has_begun:
            status = read_status(await self._notes.read(BOOK)) or status
        since = status.trouble.since if status.trouble else self._service.now()
        trouble = Trouble(error=to_jsonable_python(error.as_dict()), since=since)
        told = status.model_copy(update={"trouble": trouble})
        if self.has_begun:
            await self._save(told)
        else:
            # Where the last mirror stopped is not known yet: only that this one cannot begin may be told.
            await self._notes.save(status=told.model_copy(update={"at": self._service.now()}))

    async def _save(self, status: Status) -> None:
        """Remember the cursor and the status, where they say something new or are about to look old."""
        now = self._service.now()
        counts = {"conflicts": self._operaciones.conflicts, "lost": self._log.lost}
        self._status = status = status.model_copy(update=counts)
        if self._saved is not None:
            cursor, told = self._saved
            quiet = told.model_copy(update={"at": status.at, "reads": status.reads, "writes": status.writes})
            if cursor == self._log.cursor and quiet == status and timedelta() <= now - told.at < STATUS_AGE:
                return
        self._status = status.model_copy(update={"at": now})
        await self._notes.save(cursor=self._log.cursor, status=self._status)
        self._saved = (self._log.cursor, self._status)


def _trouble_with(step: Callable[[T], None], what: T) -> KioskError | None:
    """Do the step; why it finds the worksheets of no use."""
    try:
        step(what)
    except SheetUnusableError as trouble:
        return trouble
    return None


def _named(names: Iterable[str]) -> Named:
    every = list(names)
    return Named(count=len(every), first=tuple(every[:NAMED]))
