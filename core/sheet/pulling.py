"""The office's sheet into the ledger: read, judged, loaded, and remembered how it went. It never writes to the sheet.

One pull at a time: a slow one must not bring back an older sheet than the one that was loaded meanwhile. What stops a
pull leaves the ledger's plant as it was.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from pydantic import Field, JsonValue, ValidationError

from core.domain.errors import (
    KioskError,
    PullInProgressError,
    SheetUnavailableError,
    SheetUnusableError,
)
from core.ledger.feed import pages_back
from core.ledger.protocol import Ledger, LoadReport
from core.occupation import OccupationService
from core.plant.cells import Grid
from core.plant.reading import PlantReading
from core.plant.tables import RowProblem
from core.sheet.lease import Lease
from core.sheet.mirroring import copied_rows
from core.sheet.mirroring.copied_rows import VersionedRow
from core.sheet.past_events import require_no_past
from core.sheet.source import OPERACIONES, ROLES, TRABAJADORES, find_worksheets, read_sheet_plant
from core.sheet.spreadsheet import Spreadsheet, a1
from core.sheet.state import BOOK, ROWS_BOOK, LeaseLostError, Note

LOCK: Final = "sheet-pull"
LOCK_LIFE: Final = 120
"""Seconds: more than any one step takes (waiting for quota, and an answer), little enough to wait for a dead one's."""
NOTE: Final = "pull"
SOURCE: Final = "planilla"
"""What the load's event tells as its origin."""
NAMED_PROBLEMS: Final = 200
PAGE: Final = 1000
"""Events read at a time."""
SHOWN_VALUE: Final = 80
"""Characters of a cell that is a problem; it may hold 50,000."""


class Problem(Note):
    """A row of the sheet that was left out; or, when it was `kept`, a cell that counts as empty. `row` is from 1.

    `reason` is the code of a Defecto; an older program noted a sentence.
    """

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    data: dict[str, object] = Field(default_factory=dict)
    kept: bool = False

    @classmethod
    def of(cls, problem: RowProblem) -> "Problem":
        """The problem with where it is in the worksheet."""
        return cls(
            sheet=problem.file,
            row=problem.line,
            column=problem.column,
            value=problem.value[:SHOWN_VALUE],
            reason=problem.reason,
            data=dict(problem.data),
            kept=problem.kept,
        )


class PullNote(Note):
    """What the ledger remembers: the last pull that loaded, as of `at`, and why none does since `failing_since`.

    `at` is None when none ever did. `seq` is the load's event, None when the pull changed nothing. Of the problems the
    first NAMED_PROBLEMS are kept; `problems_total` counts all. `error` has an error's fields, as
    `KioskError.as_dict` gives them, None when the last pull loaded.
    """

    at: datetime | None = None
    seq: int | None = None
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    workers: int = 0
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    error: dict[str, JsonValue] | None = None
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What a pull changed in the ledger, and the rows and cells of the sheet that it could not use."""

    loaded: LoadReport
    problems: tuple[Problem, ...]


async def read_pull_note(ledger: Ledger) -> PullNote | None:
    """How the last pull went; None when there was none, or none that this version can read.

    Raises LedgerUnavailableError.
    """
    notes = await ledger.notes.read(BOOK)
    try:
        return PullNote.model_validate_json(notes[NOTE])
    except (KeyError, ValidationError):
        return None


async def pull(service: OccupationService, spreadsheet: Spreadsheet, *, anew: bool = False) -> PullReport:
    """Load the plant of the spreadsheet, in two requests, and remember in the ledger how it went.

    Rows that cannot be used are problems and stay as the ledger has them. A row copied for a new spool brings that
    spool without the work it shows, which is another's. A sheet equal to what the ledger has leaves
    no event. An empty ledger takes nothing from a sheet that has another's events (SheetHasHistoryError), unless it is
    to begin `anew`: once it is filled nobody can rebuild the other. Raises SheetUnusableError, SheetUnavailableError,
    LedgerUnavailableError, LedgerRolledBackError, and PullInProgressError: then nothing was loaded.
    """
    lease = await Lease.take(service.ledger, LOCK, life=LOCK_LIFE)
    if lease is None:
        raise PullInProgressError
    try:
        return await _Pull(service, spreadsheet, lease, anew).run()
    except LeaseLostError as lost:
        # Another may have pulled meanwhile.
        raise PullInProgressError from lost
    finally:
        await lease.give_back()


@dataclass(frozen=True, slots=True)
class _Pull:
    """One pull, under its lock."""

    service: OccupationService
    spreadsheet: Spreadsheet
    lease: Lease
    anew: bool

    async def run(self) -> PullReport:
        try:
            reading = await self._read()
        except (SheetUnusableError, SheetUnavailableError) as error:
            await self._remember_error(error)
            raise
        await self.lease.renew()
        loaded = await self.service.load_plant(reading.plant, source=SOURCE)
        report = PullReport(loaded=loaded, problems=tuple(map(Problem.of, reading.problems)))
        await self._remember(report)
        return report

    async def _read(self) -> PlantReading:
        worksheets = await self.spreadsheet.worksheets()
        titles = find_worksheets(worksheet.title for worksheet in worksheets)
        await self.lease.renew()
        if not self.anew and not (await self.service.ledger.position()).seq:
            await require_no_past(self.spreadsheet, worksheets, self.service.timezone)
            await self.lease.renew()
        # Whole worksheets, whatever their size by now: a row that was cut off would look like one that was deleted.
        answers = await self.spreadsheet.read([a1(title) for title in titles.values()])
        tables = dict(zip(titles.values(), answers, strict=True))
        title = titles[OPERACIONES]
        copied = await self._copied(tables[title])
        if not copied:
            return await self._judge(tables)
        lines = {row.line for row, _ in copied}
        reading = await self._judge({**tables, title: copied_rows.without_work(tables[title], lines)})
        told = tuple(copied_rows.problem_of(title, row, owner) for row, owner in copied)
        return replace(reading, problems=told + reading.problems)

    async def _copied(self, operaciones: Grid) -> Sequence[tuple[VersionedRow, str]]:
        """The rows of new spools with what the shop did to others, and whose that is."""
        rows = await asyncio.to_thread(copied_rows.find_versioned, operaciones)
        shown = await self.service.ledger.notes.read(ROWS_BOOK) if rows else {}
        # The mirror has noted every spool that it wrote a version for: seldom is there a row of any other.
        if all(row.tag in shown for row in rows):
            return ()
        known = {spool.tag_spool for spool in (await self.service.snapshot()).spools}
        logged = await self._owners({row.version for row in rows if row.tag not in known})
        return await asyncio.to_thread(copied_rows.find_copied, rows, shown, known, logged)

    async def _owners(self, versions: set[UUID]) -> Mapping[UUID, str]:
        """Whose these events are, as far as the log has them. The newest are looked at first: rows copied of late."""
        owners: dict[UUID, str] = {}
        ledger = self.service.ledger
        newest = (await ledger.position()).seq if versions else 0
        async with aclosing(pages_back(ledger, newest=newest, page=PAGE)) as pages:
            async for events in pages:
                owners |= {event.id: event.tag_spool for event in events if event.id in versions}
                if versions == owners.keys():
                    break
        return owners

    async def _judge(self, tables: Mapping[str, Grid]) -> PlantReading:
        # In a thread: a large plant takes seconds, in which a kiosk's screen would stand still.
        read = partial(read_sheet_plant, tables, timezone=self.service.timezone, lock_ttl=self.service.policy.lock_ttl)
        try:
            return await asyncio.to_thread(read)
        except SheetUnusableError:
            # Asked only now: the snapshot of a large plant is no small thing, and a new plant is rare.
            may_be_empty = await self._unknown_so_far()
            if not may_be_empty:
                raise
            return await asyncio.to_thread(partial(read, may_be_empty=may_be_empty))

    async def _unknown_so_far(self) -> frozenset[str]:
        """The worksheets of which the ledger knows nothing yet: only they may have no row."""
        snapshot = await self.service.snapshot()
        known = {
            OPERACIONES: bool(snapshot.spools),
            TRABAJADORES: bool(snapshot.workers),
            ROLES: any(worker.roles for worker in snapshot.workers),
        }
        return frozenset(name for name, is_known in known.items() if not is_known)

    async def _remember(self, report: PullReport) -> None:
        loaded = report.loaded
        note = PullNote(
            at=self.service.ledger.now(),
            seq=loaded.event.seq if loaded.event else None,
            added=loaded.added,
            updated=loaded.updated,
            unchanged=loaded.unchanged,
            workers=loaded.workers,
            problems=report.problems[:NAMED_PROBLEMS],
            problems_total=len(report.problems),
        )
        await self._write(note)

    async def _remember_error(self, error: KioskError) -> None:
        last = await read_pull_note(self.service.ledger) or PullNote()
        since = last.failing_since or self.service.ledger.now()
        await self._write(last.model_copy(update={"error": error.as_dict(), "failing_since": since}))

    async def _write(self, note: PullNote) -> None:
        # Refused when the lock is another's by now: then the other's note is the newer one.
        changes = {NOTE: note.model_dump_json()}
        await self.service.ledger.notes.write(BOOK, changes, lock=LOCK, token=self.lease.token)
