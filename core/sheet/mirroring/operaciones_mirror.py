"""The shop's cells of Operaciones: each row is made to say what the ledger says of its spool. No other cell is touched.

What a person wrote there is put on record, as an event with both values, before it is written over.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4, uuid5

from pydantic import JsonValue

from core.domain.errors import SheetUnavailableError
from core.domain.events import EventDraft
from core.domain.model import Accion, Spool
from core.ledger.protocol import Commit, Committed, Repeated
from core.occupation import OccupationService
from core.plant.cells import Grid
from core.plant.columns import OWNED, VERSION, letters
from core.sheet.mirroring.own_writing import OwnWriting
from core.sheet.mirroring.replica import MirrorReplica
from core.sheet.mirroring.rows import (
    Block,
    Comparison,
    Contested,
    Places,
    SheetRow,
    Standing,
    Texts,
    blocks,
    compare,
    is_meant,
    own_cells,
    texts_of,
)
from core.sheet.mirroring.strays import RowTexts, Strays
from core.sheet.spreadsheet import Spreadsheet, Worksheet, a1
from core.sheet.state import MirrorNotes

QUIET: Final = 60.0
"""Seconds for which cells in conflict are left alone in a row that was in conflict before: a person, or a script of the
office's, that writes the same cell again and again is answered once a minute. The row's other cells go on."""
FRESH: Final = 3.0
"""Seconds that an update may wait to be sent: rows and columns are where they were seen, not where they were then."""
_FINDINGS: Final = UUID("7a1f0d3e-6c2b-4b8e-9d55-2f6f0c1e8a47")
"""The namespace of the requests that put conflicts on record."""


@dataclass(frozen=True, slots=True)
class RowWrite:
    """A row to be written: what it says, what it is to say, and where these differ."""

    tag: str
    row: SheetRow
    truth: Texts
    seq: int
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class RowsDone:
    """How many rows were written, and how many are left for the next cycle."""

    written: int
    waiting: int


class OperacionesMirror:
    """The worksheet with a row for each spool. `at_once` is how many rows an update may change."""

    def __init__(
        self,
        service: OccupationService,
        replica: MirrorReplica,
        notes: MirrorNotes,
        *,
        at_once: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.conflicts = 0
        """How many changes of persons were put on record so far, by this mirror and those before it."""
        self._service = service
        self._replica = replica
        self._at_once = at_once
        self._monotonic = monotonic
        self._title = ""
        self._width = 0
        self._places: Places | None = None
        self._same_log = False
        self._notes = notes
        self._own = OwnWriting(notes, monotonic=monotonic)
        self._strays = Strays()
        self._settled: dict[str, tuple[object, ...]] = {}
        self._in_conflict: dict[str, float] = {}

    async def begin(self, *, conflicts: int, same_log: bool, is_other: bool) -> None:
        """Know what the rows may say by a mirror's hand, and how many conflicts were counted.

        `same_log`: what is known of them was written by mirrors of this very log; `is_other`: into another spreadsheet.
        """
        self.conflicts = conflicts
        self._same_log = same_log
        await self._own.begin(is_other=is_other)
        self._settled.clear()

    def forget(self) -> None:
        """Columns may be anywhere: find them anew."""
        self._places = None

    def choose(self, worksheet: Worksheet) -> None:
        """The worksheet, as it is called now."""
        self._width = worksheet.columns
        if worksheet.title != self._title:
            self._title, self._places = worksheet.title, None

    @property
    def ranges(self) -> list[str]:
        """What is to be read: the names of the columns; once they are known, the columns themselves."""
        wanted = [] if self._places is None else self._wanted(self._places)
        columns = [a1(self._title, f"{letters(place)}1:{letters(place)}") for place in wanted]
        return [a1(self._title, "1:1"), *columns]

    def _wanted(self, places: Places) -> list[int]:
        return list(dict.fromkeys((*places.wanted, *self._strays.wanted(places, self._width))))

    def take(self, found: Sequence[Grid]) -> Standing | None:
        """What was read of `ranges`; None when it must be read again, because columns were not known, or have moved.

        Raises SheetUnusableError when the columns cannot be told.
        """
        [headers, *columns] = found
        names = headers[0] if headers else []
        places = Places.find(self._title, names)
        known, self._places = self._places, places
        if known != places:
            return None
        read = {
            place: [row[0] if row else None for row in rows]
            for place, rows in zip(self._wanted(places), columns, strict=True)
        }
        if not places.hold(read):
            self._places = None
            return None
        self._strays.look(places, names, read)
        return Standing.read(self._title, places, read)

    @property
    def strays(self) -> list[str]:
        """Cells of the office's that were written over when columns moved: who can tell what stood there?"""
        return self._strays.named(self._title)

    async def write(self, spreadsheet: Spreadsheet, standing: Standing) -> RowsDone:
        """Make the rows say the truth, those of the spools that changed last first."""
        writes = await self._differences(standing, self._service.now())
        writes.sort(key=lambda write: write.seq, reverse=True)
        due, later = await self._put_on_record(standing, writes)
        lines = [_line(standing, write.row, write.comparison.writes) for write in due]
        lines += [*self._misplaced_cells(standing), *self._strays.to_empty]
        # Before anything is sent: after a crash it must still be known which cells are the mirror's own.
        await self._own.save()
        self._own.sent(frozenset(write.tag for write in due))
        self._strays.sent(standing.places, lines)
        try:
            ranges = {_range(standing.title, block): block.lines for block in blocks(lines)}
            await spreadsheet.write(ranges, within=FRESH)
        except SheetUnavailableError as error:
            if error.doubtful:
                self._own.doubt()
            raise
        return RowsDone(len(due), later)

    async def _differences(self, standing: Standing, now: datetime) -> list[RowWrite]:
        writes = []
        for tag, row in standing.rows.items():
            spool = self._replica.spools.get(tag)
            if spool is None:
                continue
            expired = spool.ocupacion is not None and spool.ocupacion.is_expired(now)
            # Most rows are as they were: reading the cells of all of them each time would take seconds.
            mark = (row.cells, spool.version, expired, tag in standing.repeated)
            if self._settled.get(tag) == mark:
                continue
            truth = await self._truth(spool, now)
            comparison = self._compare(standing, tag, row, truth)
            if comparison.writes:
                writes.append(RowWrite(tag, row, truth, spool.seq, comparison))
            elif self._own.settle(tag, row, truth, spool.seq):
                self._settled[tag] = mark
        return writes

    async def _truth(self, spool: Spool, now: datetime) -> Texts:
        shown = self._own.of(spool.tag_spool) if self._same_log else None
        known = shown.newest[-1] if shown and shown.seq == spool.seq else ""
        return texts_of(
            spool,
            version=await self._replica.version(spool, known=known),
            now=now,
            timezone=self._service.timezone,
            max_reparaciones=self._service.policy.max_reparaciones,
        )

    def _compare(self, standing: Standing, tag: str, row: SheetRow, truth: Texts) -> Comparison:
        is_mixed = self._strays.crossed(standing.places)
        comparison = compare(row.texts(self._service.timezone), self._own.of(tag), truth, is_mixed=is_mixed)
        if tag in standing.repeated:
            # Which of its rows a person meant cannot be known: the first tells the truth, all are reported, and of what
            # stands there now nothing vanishes that says anything.
            contested = {column: texts for column, texts in comparison.contested.items() if texts[0]}
            return Comparison(comparison.writes, contested)
        return comparison

    async def _put_on_record(self, standing: Standing, writes: Sequence[RowWrite]) -> tuple[list[RowWrite], int]:
        """The rows to be written now, each person's change put on record; and how many must wait for the next cycle."""
        ready: list[RowWrite] = []
        waiting = 0
        if any(write.comparison.contested for write in writes):
            # What another mirror wrote since this one lost its lease must not be taken for a person's.
            await self._notes.require_lease()
        own = self._own.by_version()
        for write in writes:
            contested = self._of_others(standing, write, own)
            is_quiet = bool(contested) and self._monotonic() < self._in_conflict.get(write.tag, float("-inf"))
            waiting += is_quiet
            one: RowWrite | None = None
            if len(ready) >= self._at_once:
                waiting += not is_quiet
            elif is_quiet:
                one = _but(write, contested)
            elif contested:
                one = await self._record(write, contested)
                waiting += one is None
            else:
                one = write
            if one is not None:
                self._remember(one, contested if is_quiet else {})
                ready.append(one)
        return ready, waiting

    def _remember(self, write: RowWrite, left: Contested) -> None:
        """The row is about to be written, but for what is left as a person wrote it: that is still to be noticed."""
        texts = zip(OWNED, write.row.texts(self._service.timezone), write.truth, strict=True)
        found = tuple(truth if column in left else text or "" for column, text, truth in texts)
        self._own.send(write.tag, write.row, found, write.truth, write.seq)

    def _of_others(self, standing: Standing, write: RowWrite, own: Mapping[str, tuple[str, Texts]]) -> Contested:
        """What of the row a person wrote: not what the mirror put there itself, for a row or a column that moved."""
        row, places = write.row, standing.places.owned
        contested = {
            column: texts
            for column, texts in write.comparison.contested.items()
            if not self._strays.wrote(row.number, places[column], row.cell(column))
        }
        _, meant = own.get(row.texts(self._service.timezone)[-1] or "", ("", None))
        return {} if meant is not None and is_meant(contested, meant) else contested

    async def _record(self, write: RowWrite, contested: Contested) -> RowWrite | None:
        """The row as it is to be written once the conflict is an event.

        None when the spool changed this very moment: the next cycle compares with what it is then.
        """
        spool = self._replica.spools[write.tag]
        [outcome] = await self._service.ledger.commit([self._commit(spool, contested)])
        if not isinstance(outcome, (Committed, Repeated)):
            return None
        self.conflicts += 1
        self._in_conflict[write.tag] = self._monotonic() + QUIET
        self._replica.apply_ahead(outcome.event)
        spool = self._replica.spools[write.tag]
        version = await self._replica.version(spool)
        changes = dict(write.comparison.writes)
        if write.row.has(VERSION):
            changes[VERSION] = version
        truth = (*write.truth[:-1], version)
        return replace(write, truth=truth, seq=spool.seq, comparison=Comparison(changes))

    def _commit(self, spool: Spool, contested: Contested) -> Commit:
        cells: dict[str, JsonValue] = {
            column: {"hoja": found, "registro": truth} for column, (found, truth) in contested.items()
        }
        # The same finding after a crash is the same request, which is not put on record twice.
        shown = self._own.of(spool.tag_spool)
        finding = f"{spool.tag_spool}|{shown.newest if shown else ''}|{sorted(contested.items())}"
        return Commit(
            request_id=uuid5(_FINDINGS, finding),
            spool=spool,
            draft=EventDraft(
                id=uuid4(),
                tag_spool=spool.tag_spool,
                worker_id=0,
                worker_nombre="",
                accion=Accion.CONFLICTO_HOJA,
                operacion=None,
                fecha_operacion=self._service.now().date(),
                station=self._service.station,
                metadata={"columnas": cells},
            ),
            lock=None,
        )

    def _misplaced_cells(self, standing: Standing) -> list[RowTexts]:
        """The mirror's own cells in rows that have no spool: rows moved while they were written. They are emptied."""
        rows = [*standing.untagged, *(row for tag, row in standing.rows.items() if tag not in self._replica.spools)]
        own = self._own.by_version() if rows else {}
        lines = []
        for row in rows:
            found = row.texts(self._service.timezone)
            tag, meant = own.get(found[-1] or "", ("", None))
            # Where the spool has no row any more, this may well be it: its tag was changed.
            columns = own_cells(found, meant) if meant is not None and tag in standing.rows else []
            columns += [
                column
                for column, place in standing.places.owned.items()
                if row.cell(column) and self._strays.wrote(row.number, place, row.cell(column))
            ]
            lines.append(_line(standing, row, dict.fromkeys(columns, "")))
        return [line for line in lines if line[1]]


def _but(write: RowWrite, contested: Contested) -> RowWrite | None:
    """The row without the contested cells; None when nothing of what the shop did is left to be told."""
    changes = {column: text for column, text in write.comparison.writes.items() if column not in contested}
    return replace(write, comparison=Comparison(changes)) if changes.keys() - {VERSION} else None


def _line(standing: Standing, row: SheetRow, changes: Mapping[str, str]) -> RowTexts:
    return row.number, {standing.places.owned[column]: text for column, text in changes.items()}


def _range(title: str, block: Block) -> str:
    last_column = block.column + len(block.lines[0]) - 1
    return a1(title, f"{letters(block.column)}{block.row}:{letters(last_column)}{block.row + len(block.lines) - 1}")
