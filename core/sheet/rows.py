"""Which rows of Taller must be written: what is read, what the ledger says, and what a person changed there."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

from pydantic import JsonValue

from core.domain.errors import SheetUnusableError
from core.domain.events import EventDraft
from core.domain.model import Accion, Spool
from core.domain.reasons import Defecto
from core.ledger.protocol import Commit, Committed, Repeated
from core.occupation import OccupationService
from core.plant.cells import Grid
from core.sheet.client import Batch, Worksheet, a1, grow
from core.sheet.plant import find_worksheets
from core.sheet.replica import MirrorReplica
from core.sheet.taller import (
    COLUMNS,
    LAST_COLUMN,
    TALLER,
    VERSION_COLUMN,
    Texts,
    is_written_by_mirror,
    texts_in,
    texts_of,
    version_of,
)

AT_ONCE: Final = 2000
"""Rows in one writing request: what it carries well within its deadline."""
READ_WHOLE: Final = 2000
"""A worksheet with at most so many rows is read whole in each cycle; of a longer one so many rows in turn."""
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
        self._versions_known = False
        self._stale: set[str] = set()
        self._held: set[str] = set()
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
        """Know nothing of what the rows say: the checksums of all are read in the next cycle."""
        self._versions_known = False
        self._stale.clear()
        self._expired.clear()
        self._held = {tag for tag, spool in self._replica.spools.items() if spool.ocupacion is not None}

    def _apply_changes(self) -> None:
        """The rows of the spools that changed in the replica are stale."""
        for tag in self._replica.changed:
            self._stale.add(tag)
            self._expired.discard(tag)
            (self._held.add if self._replica.spools[tag].ocupacion is not None else self._held.discard)(tag)
        self._replica.changed.clear()
        self._expire(self._service.now())

    def _expire(self, now: datetime) -> None:
        """Locks end without an event: the rows of the spools that are VENCIDO by now are stale."""
        for tag in self._held - self._expired:
            held = self._replica.spools[tag].ocupacion
            if held is not None and held.is_expired(now):
                self._expired.add(tag)
                self._stale.add(tag)

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
        title = find_worksheets((worksheet.title for worksheet in worksheets), (TALLER,))[TALLER]
        self._worksheet = next(worksheet for worksheet in worksheets if worksheet.title == title)

    def ranges(self) -> list[str]:
        """What is to be read: the header, the tags, all checksums while they are unknown, and some rows whole."""
        self._apply_changes()
        self._blocks = self._wanted_blocks()
        wanted = [f"A1:{LAST_COLUMN}1", "A2:A"]
        if not self._versions_known:
            wanted.append(f"{VERSION_COLUMN}2:{VERSION_COLUMN}")
        wanted += [f"A{first}:{LAST_COLUMN}{last}" for first, last in self._blocks]
        return [a1(self._worksheet.title, cells) for cells in wanted]

    def _wanted_blocks(self) -> list[Block]:
        """The stale rows, the newest changes first, and the next rows in turn."""
        last = len(self._tags) + 1 if self._versions_known else self._worksheet.rows
        if last <= READ_WHOLE:
            return [(2, max(last, 2))]
        first = self._audited + 1 if self._audited < last else 2
        self._audited = min(first + READ_WHOLE - 1, last)
        newest = sorted(self._stale & self._places.keys(), key=self._seq, reverse=True)
        stale = _blocks([self._places[tag] for tag in newest[: 10 * BLOCKS]])
        return [(first, self._audited), *stale[: BLOCKS - 1]]

    def _seq(self, tag: str) -> int:
        return self._replica.spools[tag].seq

    async def take(self, found: Sequence[Grid]) -> None:
        """What was read of `ranges`. Raises SheetUnusableError when the columns are not where the mirror put them."""
        header, tags, *rest = found
        now = self._service.now()
        if texts_in(header[0] if header else []) != COLUMNS:
            raise SheetUnusableError(self._worksheet.title, Defecto.CABECERA_CAMBIADA)
        self._take_tags([str(row[0]).strip() if row else "" for row in tags])
        if not self._versions_known:
            versions, *rest = rest
            # A large plant takes a second, in which the lease must be renewed.
            texts = [str(row[0]) if row else "" for row in versions]
            await asyncio.to_thread(self._take_versions, texts, now)
        self._by_hand.clear()
        for (first, _), rows in zip(self._blocks, rest, strict=True):
            for number, cells in enumerate(rows, start=first):
                self._take_row(number, texts_in(cells), now)

    def _take_tags(self, tags: list[str]) -> None:
        if tags != self._tags:
            self._tags, self._places, self._repeats = tags, {}, []
            for number, tag in enumerate(tags, start=2):
                if tag and self._places.setdefault(tag, number) != number:
                    self._repeats.append(number)
        self._stale |= self._replica.spools.keys() - self._places.keys()

    def _take_versions(self, versions: Sequence[str], now: datetime) -> None:
        for tag, number in self._places.items():
            spool = self._replica.spools.get(tag)
            version = versions[number - 2] if number - 2 < len(versions) else ""
            if spool is not None and version != version_of(self._truth(spool, now)):
                self._stale.add(tag)
        self._versions_known = True

    def _take_row(self, number: int, texts: Texts, now: datetime) -> None:
        tag = texts[0]
        spool = self._replica.spools.get(tag)
        if spool is None or self._places.get(tag) != number:
            return
        if texts == self._truth(spool, now):
            self._stale.discard(tag)
            return
        self._stale.add(tag)
        if not is_written_by_mirror(texts):
            self._by_hand[tag] = texts

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
        return Batch(grow(self._worksheet, max(rows, default=0)), dict(_ranges(self._worksheet.title, rows)))

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


def _blocks(numbers: Iterable[int]) -> list[Block]:
    """Rows to be read, as blocks: rows that are close together in one."""
    blocks: list[Block] = []
    for number in sorted(numbers):
        if blocks and number - blocks[-1][1] <= GAP:
            blocks[-1] = (blocks[-1][0], number)
        else:
            blocks.append((number, number))
    return blocks


def _ranges(title: str, rows: dict[int, Texts]) -> Iterator[tuple[str, list[Texts]]]:
    """The rows to write as ranges: rows that follow one another in one."""
    numbers = sorted(rows)
    start = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            run = numbers[start:at]
            yield a1(title, f"A{run[0]}:{LAST_COLUMN}{run[-1]}"), [rows[number] for number in run]
            start = at
