"""The log into the office's sheet, a cycle at a time: each event once, in order, and each spool's row as it stands.

A cycle reads before it writes: one request reads the worksheets, one writes the rows of Taller and Taller Uniones and
the next events of Metadata together. A lost reply or a crash between any two steps costs a cycle, never an event.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from pydantic_core import to_jsonable_python

from core.domain.errors import KioskError
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.occupation import OccupationService
from core.plant.reading import OPERACIONES
from core.sheet.lease import Lease
from core.sheet.owner import Owner, claim_request
from core.sheet.plant import find_worksheets
from core.sheet.push.events import Events
from core.sheet.push.findings import Findings
from core.sheet.push.lookups import LookupWatch
from core.sheet.push.replica import MirrorReplica
from core.sheet.push.rows import Rows
from core.sheet.spreadsheet.client import Batch, Spreadsheet, Worksheet, a1
from core.sheet.state import BOOK, CURSOR, NAMED, STATUS, Cursor, Named, Status, Trouble, read_note
from core.sheet.taller import SPOOL_ROWS, UNION_ROWS

OUTLINE_AGE: Final = 60.0
"""Seconds for which the worksheets are taken to be called, and to be as large, as they were."""
STATUS_AGE: Final = timedelta(seconds=5)
"""How old the status may be that other processes read."""
_OF_ONE_PART: Final = frozenset({FallaPlanilla.RECHAZADA, FallaPlanilla.SOLO_LECTURA, FallaPlanilla.LLENA})
"""What may be wrong with one worksheet and not with the others."""


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


Part: TypeAlias = Rows | Events
"""One of the worksheets the mirror writes. In each cycle, in this order: `choose` takes the worksheets as they are
now, `ranges` says what is to be read, `take` takes what was read, `plan` says what is to be written, and after all of
that is in the sheet comes `written`."""


def is_of_one_part(error: KioskError) -> bool:
    """Whether it comes of one of the worksheets, and not of the way there."""
    return isinstance(error, SheetUnusableError) or (
        isinstance(error, SheetUnavailableError) and error.falla in _OF_ONE_PART
    )


@contextmanager
def _keeping_the_others(troubles: list[KioskError]) -> Iterator[None]:
    """What is wrong with one worksheet is one of the `troubles`, and does not keep the others waiting."""
    try:
        yield
    except KioskError as error:
        if not is_of_one_part(error):
            raise
        troubles.append(error)


class Mirror:
    """The holder of the lease at work. Not to be used any more once it raised LeaseLostError."""

    def __init__(
        self,
        service: OccupationService,
        spreadsheet: Spreadsheet,
        lease: Lease,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._ledger = service.ledger
        self._sheet = spreadsheet
        self._lease = lease
        self._monotonic = monotonic
        self._replica = MirrorReplica(self._ledger)
        self._findings = Findings(service, self._replica, monotonic)
        self._rows = [Rows(each, service, self._replica, self._findings) for each in (SPOOL_ROWS, UNION_ROWS)]
        self._events: Events
        self._worksheets: tuple[Worksheet, ...] = ()
        self._outline_at = float("-inf")
        self._apart = False
        self._lookups = LookupWatch()
        self._status = Status(at=service.now(), station=service.station)
        self._saved: tuple[Cursor, Status] | None = None
        self.has_begun = False
        """Whether it took up where the last mirror stopped."""

    async def begin(self) -> None:
        """Take up where the last mirror of this ledger stopped. Raises what the ledger raises."""
        self.has_begun = False
        await self._replica.begin()
        notes = await self._ledger.notes.read(BOOK)
        cursor, status = read_note(notes, CURSOR, Cursor), read_note(notes, STATUS, Status)
        identity, spreadsheet = self._replica.identity, self._sheet.spreadsheet_id
        if cursor is None or not cursor.is_of(identity, spreadsheet) or not 0 < cursor.seq <= self._replica.seq:
            # What this log has in this spreadsheet is not known: the rows of Metadata will say.
            cursor = Cursor(identity=identity, spreadsheet=spreadsheet, seq=0)
        self._events = Events(self._ledger, self._sheet, cursor, timezone=self._service.timezone)
        self._events.lost = status.lost if status else 0
        self._findings.count = status.conflicts if status else 0
        self._status = Status(
            at=self._service.now(), station=self._service.station, trouble=status.trouble if status else None
        )
        for rows in self._rows:
            rows.begin()
        self.look_again()
        self.has_begun = True

    def look_again(self) -> None:
        """Trust nothing about how the spreadsheet is built: something failed that may come of it."""
        self._outline_at = float("-inf")

    async def has_news(self) -> bool:
        """Whether anything happened in the ledger since the last cycle."""
        return (await self._ledger.position()).seq > self._replica.seq

    async def cycle(self) -> Progress:
        """Bring the sheet nearer to the ledger.

        Raises SheetUnavailableError, SheetUnusableError, LeaseLostError, and what the ledger raises: then the next
        cycle reads again. Where only one worksheet is of no use, the others are up to date all the same.
        """
        if not (self.has_begun and await self._replica.follow()):
            await self.begin()
        await self._refresh_outline()
        conflicts = self._findings.count
        troubles: list[KioskError] = []
        batches = await self._plan(troubles)
        await self._write(batches, troubles)
        progress = Progress(
            mirrored=self._events.cursor.seq,
            events=self._events.done,
            rows=sum(rows.done for rows in self._rows),
            conflicts=self._findings.count - conflicts,
            waiting=max(self._replica.seq - self._events.cursor.seq, 0),
            rows_waiting=self._rows_waiting,
        )
        await self._save(self._found())
        if troubles:
            raise troubles[0]
        return progress

    async def _refresh_outline(self) -> None:
        """See which worksheets there are, and claim the spreadsheet for this ledger."""
        if self._monotonic() - self._outline_at < OUTLINE_AGE:
            return
        outline = await self._sheet.outline()
        me = Owner(identity=self._replica.identity, station=self._service.station)
        if (request := await claim_request(self._ledger, outline.marks, me)) is not None:
            await self._sheet.change([request])
        self._worksheets, self._outline_at = outline.worksheets, self._monotonic()

    async def _plan(self, troubles: list[KioskError]) -> list[tuple[Part, Batch]]:
        """What each part wants to write, after one request that reads for all."""
        changed, rejointed = self._replica.take_changes(self._service.now())
        for rows, tags in zip(self._rows, (changed, rejointed), strict=True):
            rows.mark(tags)
        wanted: list[tuple[Part, list[str]]] = []
        parts: list[Part] = [*self._rows, self._events]
        for part in parts:
            part.done = 0
            with _keeping_the_others(troubles):
                part.choose(self._worksheets)
                wanted.append((part, part.ranges()))
        header = self._operaciones_first_rows()
        found = iter(await self._sheet.read([*(cells for _, ranges in wanted for cells in ranges), *header]))
        batches: list[tuple[Part, Batch]] = []
        for part, ranges in wanted:
            grids = [next(found) for _ in ranges]
            with _keeping_the_others(troubles):
                await part.take(grids)
                batches.append((part, await part.plan()))
        for grid in found:
            await self._lookups.look(self._sheet, header[0], grid)
        return batches

    def _operaciones_first_rows(self) -> list[str]:
        try:
            titles = find_worksheets((worksheet.title for worksheet in self._worksheets), (OPERACIONES,))
        except SheetUnusableError:
            # The pull says so.
            return []
        return [a1(titles[OPERACIONES], "1:2")]

    async def _write(self, batches: Sequence[tuple[Part, Batch]], troubles: list[KioskError]) -> None:
        """Write all parts in one request; each in its own after one that was refused for what one of them holds."""
        groups = [[each] for each in batches] if self._apart else [list(batches)]
        apart, self._apart = self._apart, False
        known = len(troubles)
        for group in groups:
            changes = [change for _, batch in group for change in batch.changes]
            ranges = {cells: rows for _, batch in group for cells, rows in batch.ranges.items()}
            with _keeping_the_others(troubles):
                if changes:
                    # Also when no answer says so, the worksheets may be others or larger now.
                    self.look_again()
                    await self._sheet.change(changes)
                await self._sheet.write(ranges)
                for part, _ in group:
                    part.written()
        self._apart = len(troubles) > known and (apart or len(batches) > 1)

    @property
    def _rows_waiting(self) -> int:
        return sum(rows.waiting for rows in self._rows)

    def _found(self) -> Status:
        """How the mirror stands after a whole cycle."""
        figures = self._sheet.figures
        return self._status.model_copy(
            update={
                "trouble": None,
                "rows_waiting": self._rows_waiting,
                "unknown": _named(name for rows in self._rows for name in rows.unknown),
                "broken": _named(self._lookups.broken),
                "cells": sum(worksheet.rows * worksheet.columns for worksheet in self._worksheets),
                "reads": figures.reads,
                "writes": figures.writes,
                "refused": figures.refused_429,
            }
        )

    async def note_trouble(self, error: KioskError) -> None:
        """Let everybody know what keeps the mirror from its work. Raises LeaseLostError, and what the ledger raises."""
        status = self._status
        if not self.has_begun:
            status = read_note(await self._ledger.notes.read(BOOK), STATUS, Status) or status
        since = status.trouble.since if status.trouble else self._service.now()
        trouble = Trouble(error=to_jsonable_python(error.as_dict()), since=since)
        noted = status.model_copy(update={"trouble": trouble})
        if self.has_begun:
            await self._save(noted)
        else:
            # Where the last mirror stopped is not known yet: only that this one cannot begin may be noted.
            await self._lease.write(status=noted.model_copy(update={"at": self._service.now()}))

    async def _save(self, status: Status) -> None:
        """Save the cursor and the status, where they say something new or are about to look old."""
        now = self._service.now()
        counts = {"conflicts": self._findings.count, "lost": self._events.lost}
        self._status = status = status.model_copy(update=counts)
        if self._saved is not None:
            cursor, saved = self._saved
            quiet = saved.model_copy(update={"at": status.at, "reads": status.reads, "writes": status.writes})
            if cursor == self._events.cursor and quiet == status and timedelta() <= now - saved.at < STATUS_AGE:
                return
        self._status = status.model_copy(update={"at": now})
        await self._lease.write(cursor=self._events.cursor, status=self._status)
        self._saved = (self._events.cursor, self._status)


def _named(names: Iterable[str]) -> Named:
    every = list(names)
    return Named(count=len(every), first=tuple(every[:NAMED]))
