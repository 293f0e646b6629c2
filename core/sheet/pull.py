"""The office's sheet into the ledger: read, judged, loaded, and remembered how it went. It never writes to the sheet.

One pull at a time: a slow one must not bring back an older sheet than the one that was loaded meanwhile. What stops a
pull leaves the ledger's plant as it was.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from core.domain.sheet_errors import (
    PullInProgressError,
    SheetHasHistoryError,
    SheetUnavailableError,
    SheetUnusableError,
)
from core.ledger.protocol import LoadReport
from core.occupation import OccupationService
from core.plant.cells import Grid
from core.plant.reading import OPERACIONES, ROLES, TRABAJADORES, UNIONES, PlantReading
from core.plant.uniones import made_problem
from core.sheet import metadata
from core.sheet.lease import Lease, LeaseLostError
from core.sheet.owner import owner_in
from core.sheet.plant import find_worksheets, read_sheet_plant, title_among
from core.sheet.pull_note import NOTE, Problem, PullNote, read_pull_note
from core.sheet.spreadsheet.client import Spreadsheet, Worksheet, a1
from core.sheet.spreadsheet.ranges import column_of
from core.sheet.state import BOOK, CURSOR, Cursor, read_note

LOCK: Final = "sheet-pull"
LOCK_LIFE: Final = 120
"""Seconds: more than any one step takes (waiting for quota, and an answer), little enough to wait for a dead one's."""
SOURCE: Final = "planilla"
"""What the load's event tells as its origin."""
NAMED_PROBLEMS: Final = 200
LAST_ROWS: Final = 50
"""Rows of Metadata that are looked at, from the last one up: a person may have written some by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What a pull changed in the ledger, and the rows and cells of the sheet that it could not use."""

    loaded: LoadReport
    problems: tuple[Problem, ...]


async def pull(service: OccupationService, spreadsheet: Spreadsheet, *, anew: bool = False) -> PullReport:
    """Load the plant of the spreadsheet, in two requests, and note in the ledger how it went.

    Rows that cannot be used are problems and stay as the ledger has them. Progress in Operaciones (another system's,
    an older version's) counts until the mirror first wrote Taller. A sheet equal to what the ledger has leaves no
    event. An empty ledger takes nothing from a sheet that has another's events (SheetHasHistoryError), unless it is
    to begin `anew`: once it is filled nobody can rebuild the other.

    Raises SheetUnusableError, SheetUnavailableError, LedgerUnavailableError, LedgerRolledBackError, and
    PullInProgressError: then nothing was loaded.
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
        """Read, check, load, and note how it went."""
        ledger = self.service.ledger
        try:
            reading, replaces = await self._read()
        except (SheetUnusableError, SheetUnavailableError) as error:
            last = await read_pull_note(ledger) or PullNote()
            failing = {"error": error.as_dict(), "failing_since": last.failing_since or ledger.now()}
            await self._note(last.model_copy(update=failing))
            raise
        await self.lease.renew()
        loaded = await self.service.load_plant(reading.plant, source=SOURCE, replaces=replaces)
        made = (made_problem(joint, UNIONES) for joint in loaded.made_joints)
        problems = tuple(map(Problem.of, (*reading.problems, *made)))
        note = PullNote(
            at=ledger.now(),
            seq=loaded.event.seq if loaded.event else None,
            added=loaded.added,
            updated=loaded.updated,
            unchanged=loaded.unchanged,
            workers=loaded.workers,
            problems=problems[:NAMED_PROBLEMS],
            problems_total=len(problems),
        )
        await self._note(note)
        return PullReport(loaded=loaded, problems=problems)

    async def _note(self, note: PullNote) -> None:
        # When the lock is another's by now, the other's note is the newer one.
        with suppress(LeaseLostError):
            await self.lease.write(**{NOTE: note})

    async def _read(self) -> tuple[PlantReading, str]:
        """The plant; and the identity of the ledger that this one replaces, if it takes its spreadsheet over."""
        outline = await self.spreadsheet.outline()
        there = [worksheet.title for worksheet in outline.worksheets]
        titles = [*find_worksheets(there).values(), *filter(None, [title_among(there, UNIONES)])]
        await self.lease.renew()
        replaces = ""
        if not (await self.service.ledger.position()).seq:
            owner = owner_in(outline.marks)
            if self.anew:
                replaces = owner.identity if owner else ""
            else:
                await require_no_history(self.spreadsheet, outline.worksheets)
                await self.lease.renew()
        # Whole worksheets, whatever their size by now: a row that was cut off would look like one that was deleted.
        answers = await self.spreadsheet.read([a1(title) for title in titles])
        return await self._parse(dict(zip(titles, answers, strict=True))), replaces

    async def _parse(self, tables: Mapping[str, Grid]) -> PlantReading:
        cursor = read_note(await self.service.ledger.notes.read(BOOK), CURSOR, Cursor)
        identity = (await self.service.ledger.position()).identity
        # Once the shop's own columns stand in Taller, those of Operaciones only repeat them.
        has_mirrored = cursor is not None and cursor.is_of(identity, self.spreadsheet.spreadsheet_id)
        # In a thread: a large plant takes seconds, in which a kiosk's screen would stand still.
        read = partial(
            read_sheet_plant,
            tables,
            timezone=self.service.timezone,
            lock_ttl=self.service.policy.lock_ttl,
            progress=not has_mirrored,
            columnas=self.service.policy.columnas,
        )
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


async def require_no_history(spreadsheet: Spreadsheet, worksheets: Sequence[Worksheet]) -> None:
    """Raise SheetHasHistoryError when the last rows of Metadata hold an event that a ledger's mirror wrote.

    What another program or a person wrote there does not count, nor does a spreadsheet without Metadata.
    """
    # A worksheet of one row has a header at most, and the API refuses to be asked for what is below.
    by_title = {worksheet.title: worksheet for worksheet in worksheets if worksheet.rows > 1}
    for title in reversed(metadata.in_order(by_title)):
        [ids] = await spreadsheet.read([a1(title, "A2:A")])
        if not ids:
            # It may have been begun a moment ago, when the one before it was full.
            continue
        last = len(ids) + 1
        [documents] = await spreadsheet.read([a1(title, f"J{max(2, last + 1 - LAST_ROWS)}:J{last}")])
        if any(map(metadata.read_exact, column_of(documents))):
            raise SheetHasHistoryError(title)
        return
