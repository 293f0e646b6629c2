"""Which rows of a worksheet of the shop must be written: what is read, what the ledger says, what a person changed."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Final

from core.domain.reasons import Defecto, FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.occupation import OccupationService
from core.plant.cells import Grid
from core.plant.columns import letters
from core.sheet.plant import title_among
from core.sheet.push.findings import Findings
from core.sheet.push.places import Block, Places
from core.sheet.push.replica import MirrorReplica
from core.sheet.shop_rows import Key, ShopRows, Texts
from core.sheet.spreadsheet.client import Batch, Worksheet, a1
from core.sheet.spreadsheet.ranges import grow, last_with_room, runs
from core.sheet.template import widened

AT_ONCE: Final = 2000
"""Rows in one writing request: what it carries well within its deadline."""


class Rows:
    """The part of the mirror that writes one worksheet of the shop: what its rows said, and which are stale.

    `mark`, then `choose` to `written`, are called in this order in each cycle (see `core.sheet.push.mirror.Part`).
    """

    def __init__(
        self, design: ShopRows, service: OccupationService, replica: MirrorReplica, findings: Findings
    ) -> None:
        self._design = design
        self._service = service
        self._replica = replica
        self._findings = findings
        self._places = Places()
        self._blocks: Sequence[Block] = ()
        self._must_read = False
        self._is_narrow = False
        self._stale: set[Key] = set()
        self._foreign: set[Key] = set()
        self._by_hand: dict[Key, Texts] = {}
        self._planned: dict[int, Key | None] = {}
        self._worksheets: Sequence[Worksheet] = ()
        self._worksheet: Worksheet | None = None
        self._grid_rows = 0
        self.done = 0
        """Rows that were written in this cycle."""

    def begin(self) -> None:
        """Know nothing of what the rows say: all are read in the next cycle."""
        self._places.forget()
        self._must_read = False
        self._stale.clear()

    def mark(self, tags: Iterable[str]) -> None:
        """The rows of these spools may be stale."""
        for tag in tags:
            self._stale.update(self._design.keys_of(self._replica.spools[tag]))

    @property
    def unknown(self) -> list[str]:
        """The rows that are none of the ledger's, by their tags."""
        return [" ".join(filter(None, key)) for key in self._places if key in self._foreign] if self._foreign else []

    @property
    def waiting(self) -> int:
        """How many rows do not say the truth yet, as far as is known; at least one while some must be read."""
        return len(self._stale) or int(self._must_read)

    # What is read

    def choose(self, worksheets: Sequence[Worksheet]) -> None:
        """The worksheets as they are now. Raises SheetUnusableError when the one to write is missing."""
        by_title = {worksheet.title: worksheet for worksheet in worksheets}
        self._worksheets = worksheets
        self._worksheet = by_title.get(title_among(by_title, self._design.title))
        if self._worksheet is None:
            if not self._design.optional or any(map(self._design.keys_of, self._replica.spools.values())):
                raise SheetUnusableError(self._design.title, Defecto.HOJA_NO_EXISTE)
            return
        if self._grid_rows not in {0, self._worksheet.rows}:
            # Rows were inserted or deleted.
            self._places.forget()
        self._grid_rows = self._worksheet.rows

    def ranges(self) -> list[str]:
        """What is to be read: the header, and some rows."""
        if self._worksheet is None:
            return []
        self._blocks = self._places.blocks(self._worksheet.rows, self._stale, self._newest_first)
        last = letters(min(len(self._design.columns), self._worksheet.columns) - 1)
        wanted = [f"A{first}:{last}{end or ''}" for first, end in self._blocks]
        return [a1(self._worksheet.title, cells) for cells in (f"A1:{last}1", *wanted)]

    def _newest_first(self, key: Key) -> tuple[int, Key]:
        return -self._replica.spools[key[0]].seq, key

    async def take(self, found: Sequence[Grid]) -> None:
        """What was read of `ranges`. Raises SheetUnusableError when the columns are not where the mirror put them."""
        if self._worksheet is None:
            return
        header, *blocks = found
        names = self._design.texts_in(header[0] if header else [])
        self._is_narrow = self._design.is_older(names)
        if not self._is_narrow and names != self._design.columns:
            raise SheetUnusableError(self._worksheet.title, Defecto.CABECERA_CAMBIADA)
        # A large plant takes a second, in which the lease must be renewed.
        await asyncio.to_thread(self._take_rows, blocks, self._service.now())

    def _take_rows(self, blocks: Sequence[Grid], now: datetime) -> None:
        self._by_hand.clear()
        width = self._design.older if self._is_narrow else None
        for (first, last), rows in zip(self._blocks, blocks, strict=True):
            for at in range(last - first + 1 if last else len(rows)):
                texts = self._design.texts_in(rows[at][:width] if at < len(rows) else ())
                if not self._take_row(first + at, texts, now):
                    # Rows moved.
                    self._places.forget()
                    self._must_read = True
                    return
        if self._places.completed():
            self._foreign.intersection_update(self._places)
            every = (key for spool in self._replica.spools.values() for key in self._design.keys_of(spool))
            self._stale.update(key for key in every if key not in self._places)
        self._must_read = not self._places.is_complete

    def _take_row(self, number: int, texts: Texts, now: datetime) -> bool:
        """Judge the row; False when it was another's before."""
        key = self._key_in(texts)
        if not self._places.see(number, key):
            return False
        if key is None or self._places.get(key) != number:
            return True
        truth, is_ours = self._truth(key, now), self._design.is_written_by_mirror
        self._stale.discard(key)
        self._foreign.discard(key)
        if truth is None:
            if key[0] in self._replica.spools and is_ours(texts):
                # The office removed the joint.
                self._places.surplus.add(number)
            else:
                self._foreign.add(key)
        elif texts != truth:
            self._stale.add(key)
            if not is_ours(texts):
                self._by_hand[key] = texts
        return True

    def _key_in(self, texts: Texts) -> Key | None:
        """Whose row it is; None for a row without a tag. A text that spells no tag of the ledger counts as it is."""
        spool = self._replica.find(texts[0]) if texts[0] else None
        return (spool.tag_spool if spool else texts[0], self._design.part_in(texts)) if texts[0] else None

    def _truth(self, key: Key, now: datetime) -> Texts | None:
        """The row as it must be; None for one that is none of the ledger's."""
        spool, service = self._replica.spools.get(key[0]), self._service
        if spool is None:
            return None
        return self._design.texts_of(spool, key[1], now=now, timezone=service.timezone, policy=service.policy)

    # What is written

    async def plan(self) -> Batch:
        """The rows to write now, those of the spools that changed last first.

        A person's change is put on record before its row is written over. Only rows that were just read are written,
        and new ones. Raises SheetUnavailableError when nothing is left but what the spreadsheet has no room for.
        """
        self._planned = {}
        worksheet = self._worksheet
        if worksheet is None:
            return Batch()
        if self._is_narrow:
            return Batch(widened(self._design, worksheet))
        surplus = sorted(filter(self._places.was_read, self._places.surplus))
        rows: dict[int, Sequence[object]] = dict.fromkeys(surplus[:AT_ONCE], ("",) * len(self._design.columns))
        self._planned = dict.fromkeys(rows)
        last = last_with_room(worksheet, self._worksheets, self._design.most)
        if await self._plan_stale(rows, last) and not rows:
            raise SheetUnavailableError(FallaPlanilla.LLENA)
        if changes := grow(worksheet, max(rows, default=0)):
            self._grid_rows = 0
        column = letters(len(self._design.columns) - 1)
        ranges = {
            a1(worksheet.title, f"A{first}:{column}{last}"): [rows[at] for at in range(first, last + 1)]
            for first, last in runs(rows)
        }
        return Batch(changes, ranges)

    async def _plan_stale(self, rows: dict[int, Sequence[object]], last: int) -> bool:
        """Add the stale rows to `rows`, down to the last; whether any would have to stand below it."""
        now, end = self._service.now(), self._places.end
        ready = filter(self._may_be_written, self._stale)
        for key in nsmallest(AT_ONCE - len(rows), ready, key=self._newest_first):
            truth, number = self._truth(key, now), self._places.get(key) or end + 1
            if truth is None:
                # The office removed the joint before it had a row.
                self._stale.discard(key)
                continue
            if number > last:
                return True
            if key in self._by_hand:
                if not await self._findings.record(self._design, key, self._by_hand[key], truth):
                    continue
                truth = self._truth(key, now) or truth
            end = max(end, number)
            rows[number] = self._design.cells_of(truth)
            self._planned[number] = key
        return False

    def _may_be_written(self, key: Key) -> bool:
        number = self._places.get(key)
        return self._places.is_complete if number is None else self._places.was_read(number)

    def written(self) -> None:
        """What was planned is in the sheet."""
        for number, key in self._planned.items():
            self._places.write(number, key)
        written = set(filter(None, self._planned.values()))
        self._stale -= written
        self.done = len(written)
