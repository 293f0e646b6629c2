"""Which rows of Taller must be written: what is read, what the ledger says, and what a person changed there."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from pydantic import JsonValue

from core.domain.events import EventDraft
from core.domain.model import Accion, Spool
from core.domain.reasons import Defecto
from core.domain.sheet_errors import SheetUnusableError
from core.ledger.protocol import Commit, Committed, Repeated
from core.occupation import OccupationService
from core.plant.cells import Grid, shown
from core.sheet.client import Batch, Worksheet, a1
from core.sheet.plant import find_worksheets
from core.sheet.ranges import column_of, grow, runs
from core.sheet.replica import MirrorReplica
from core.sheet.taller import (
    COLUMNS,
    LAST_COLUMN,
    TALLER,
    Texts,
    is_written_by_mirror,
    texts_in,
    texts_of,
    version_of,
)

AT_ONCE: Final = 2000
"""Rows in one writing request: what it carries well within its deadline."""
READ_WHOLE: Final = 2000
"""A worksheet of at most so many rows is read whole in each cycle; a longer one once, and then so many rows in turn."""
BLOCKS: Final = 80
"""Ranges in one request, at most: its address must not become too long."""
GAP: Final = 25
"""Rows between two rows to be read for which one range is cheaper than two."""
QUIET: Final = 60.0
"""Seconds for which a row stays as a person left it after their last change there was put on record: whoever writes
the same cell again and again is answered once a minute."""
_FINDINGS: Final = UUID("7a1f0d3e-6c2b-4b8e-9d55-2f6f0c1e8a47")
"""The namespace of the requests that put conflicts on record."""

Block: TypeAlias = tuple[int, int]
"""The first and the last row (from 1) of rows that follow one another."""


class Rows:
    """The half of the mirror that writes Taller: its rows as they were last read, and the spools whose row is stale.

    The methods `choose` to `written` are called in this order in each cycle (see `core.sheet.mirror.Half`).
    """

    def __init__(self, service: OccupationService, replica: MirrorReplica, *, monotonic: Callable[[], float]) -> None:
        self._service = service
        self._replica = replica
        self._monotonic = monotonic
        self._tags: list[str] = []
        self._places: dict[str, int] = {}
        self._repeats: list[int] = []
        self._blocks: list[Block] = []
        self._audited = 1
        self._is_read = False
        self._stale: set[str] = set()
        self._expired: set[str] = set()
        self._by_hand: dict[str, Texts] = {}
        self._recorded: dict[str, tuple[Texts, float]] = {}
        self._sent: list[str] = []
        self._worksheet = Worksheet(TALLER, 0, 0, 0)
        self.conflicts = 0
        """Changes of persons that were put on record so far, by this mirror and those before it."""
        self.done = 0
        """Rows that were written in this cycle."""

    def begin(self) -> None:
        """Know nothing of what the rows say: all are read in the next cycle."""
        self._is_read = False
        self._stale.clear()
        self._expired.clear()

    def _mark_stale(self) -> None:
        """The rows of the spools that changed, and of those that are VENCIDO by now: locks end without an event."""
        now, spools = self._service.now(), self._replica.spools.values()
        expired = {spool.tag_spool for spool in spools if spool.ocupacion and spool.ocupacion.is_expired(now)}
        self._stale |= self._replica.changed | (expired - self._expired)
        self._replica.changed.clear()
        self._expired = expired

    @property
    def unknown(self) -> list[str]:
        """The tags in Taller that the ledger does not have."""
        return [tag for tag in self._places if tag not in self._replica.spools]

    @property
    def waiting(self) -> int:
        """How many rows do not say the truth yet, as far as is known."""
        return len(self._stale)

    # What is read

    def choose(self, worksheets: Sequence[Worksheet]) -> None:
        """The worksheets as they are now. Raises SheetUnusableError when Taller is missing."""
        by_title = {worksheet.title: worksheet for worksheet in worksheets}
        self._worksheet = by_title[find_worksheets(by_title, (TALLER,))[TALLER]]

    def ranges(self) -> list[str]:
        """What is to be read: the header, the tags, and some rows whole; all of them the first time."""
        self._mark_stale()
        self._blocks = self._wanted_blocks()
        wanted = [f"A{first}:{LAST_COLUMN}{last}" for first, last in self._blocks]
        return [a1(self._worksheet.title, cells) for cells in (f"A1:{LAST_COLUMN}1", "A2:A", *wanted)]

    def _wanted_blocks(self) -> list[Block]:
        """The stale rows, the newest changes first, and the next rows in turn."""
        last = len(self._tags) + 1 if self._is_read else self._worksheet.rows
        if not self._is_read or last <= READ_WHOLE:
            return [(2, max(last, 2))]
        first = self._audited + 1 if self._audited < last else 2
        self._audited = min(first + READ_WHOLE - 1, last)
        newest = sorted(self._stale & self._places.keys(), key=self._seq, reverse=True)
        stale = runs((self._places[tag] for tag in newest[: 10 * BLOCKS]), gap=GAP)
        return [(first, self._audited), *stale[: BLOCKS - 1]]

    def _seq(self, tag: str) -> int:
        return self._replica.spools[tag].seq

    async def take(self, found: Sequence[Grid]) -> None:
        """What was read of `ranges`. Raises SheetUnusableError when the columns are not where the mirror put them."""
        header, tags, *blocks = found
        now = self._service.now()
        if texts_in(header[0] if header else []) != COLUMNS:
            raise SheetUnusableError(self._worksheet.title, Defecto.CABECERA_CAMBIADA)
        self._take_tags([shown(cell).strip() for cell in column_of(tags)])
        # A large plant takes a second, in which the lease must be renewed.
        await asyncio.to_thread(self._take_rows, blocks, now)

    def _take_tags(self, tags: list[str]) -> None:
        if tags != self._tags:
            self._tags, self._places, self._repeats = tags, {}, []
            for number, text in enumerate(tags, start=2):
                tag = self._key(text)
                if tag and self._places.setdefault(tag, number) != number:
                    self._repeats.append(number)
        self._stale |= self._replica.spools.keys() - self._places.keys()

    def _key(self, text: str) -> str:
        """The tag in the ledger that the text spells; a text that spells none as it is."""
        spool = self._replica.find(text) if text else None
        return spool.tag_spool if spool else text

    def _take_rows(self, blocks: Sequence[Grid], now: datetime) -> None:
        self._by_hand.clear()
        for (first, _), rows in zip(self._blocks, blocks, strict=True):
            for number, cells in enumerate(rows, start=first):
                texts = texts_in(cells)
                tag = self._key(texts[0])
                spool = self._replica.spools.get(tag)
                if spool is None or self._places.get(tag) != number:
                    continue
                if texts == self._truth(spool, now):
                    self._stale.discard(tag)
                    continue
                self._stale.add(tag)
                if not is_written_by_mirror(texts):
                    self._by_hand[tag] = texts
        self._is_read = True

    def _truth(self, spool: Spool, now: datetime) -> Texts:
        return texts_of(spool, now=now, timezone=self._service.timezone, policy=self._service.policy)

    # What is written

    async def plan(self) -> Batch:
        """The rows to write now, those of the spools that changed last first.

        A person's change is put on record before its row is written over. Only rows that were just read are written,
        and new ones.
        """
        now, end = self._service.now(), len(self._tags) + 1
        # A spool has one row: another one was written for a row that somebody moved meanwhile, or is a copy.
        rows: dict[int, Texts] = dict.fromkeys(self._repeats[:AT_ONCE], ("",) * len(COLUMNS))
        self._sent = []
        for tag in sorted(self._stale, key=lambda tag: (-self._seq(tag), tag)):
            number = self._places.get(tag)
            if len(rows) >= AT_ONCE:
                break
            if (number is not None and not self._was_read(number)) or (
                tag in self._by_hand and not await self._record(tag)
            ):
                continue
            if number is None:
                number = end = end + 1
            rows[number] = self._truth(self._replica.spools[tag], now)
            self._sent.append(tag)
        ranges = {
            a1(self._worksheet.title, f"A{first}:{LAST_COLUMN}{last}"): [rows[at] for at in range(first, last + 1)]
            for first, last in runs(rows)
        }
        return Batch(grow(self._worksheet, max(rows, default=0)), ranges)

    def _was_read(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self._blocks)

    def written(self) -> None:
        """What was planned is in the sheet."""
        self._stale.difference_update(self._sent)
        self.done = len(self._sent)

    async def _record(self, tag: str) -> bool:
        """Put what a person wrote into the row on record; False when that must wait for a later cycle."""
        spool, found = self._replica.spools[tag], self._by_hand[tag]
        recorded, at = self._recorded.get(tag, (None, float("-inf")))
        if recorded == found:
            # It is on record, and the write that followed did not arrive.
            return True
        if self._monotonic() - at < QUIET:
            return False
        truth = self._truth(spool, self._service.now())
        cells: dict[str, JsonValue] = {
            column: {"hoja": there, "registro": ours}
            for column, there, ours in zip(COLUMNS, found, truth, strict=True)
            if there != ours and column != "version"
        } or {"version": {"hoja": version_of(found), "registro": version_of(truth)}}
        commit = Commit(
            # The same finding after a crash is the same request, which is not put on record twice. The row names the
            # event it was made of: the same change of a later row is another finding.
            request_id=uuid5(_FINDINGS, "|".join((tag, *found))),
            spool=spool,
            draft=EventDraft(
                tag_spool=tag,
                accion=Accion.CONFLICTO_HOJA,
                fecha_operacion=self._service.now().date(),
                station=self._service.station,
                metadata={"columnas": cells},
            ),
            lock=None,
        )
        [outcome] = await self._service.ledger.commit([commit])
        if not isinstance(outcome, (Committed, Repeated)):
            # The spool changed this very moment.
            return False
        self.conflicts += isinstance(outcome, Committed)
        self._recorded[tag] = found, self._monotonic()
        self._replica.apply_ahead(outcome.event)
        return True
