"""What the cells of Operaciones may say by the mirror's own hand, remembered in the ledger before it is written.

Only what none of this explains was written by a person.
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

from core.plant.columns import OWNED, VERSION
from core.sheet.mirroring.rows import SheetRow, Shown, Texts
from core.sheet.state import ROWS_BOOK, MirrorNotes

DOUBT: Final = 60.0
"""Seconds in which a write that nobody answered, or a dead mirror's last one, may yet arrive."""


class OwnWriting:
    """Of each spool the sets of cells that its row may say, and which spools were written last."""

    def __init__(self, notes: MirrorNotes, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._notes = notes
        self._monotonic = monotonic
        self._shown: dict[str, Shown] = {}
        self._unsaved: set[str] = set()
        self._last: frozenset[str] = frozenset()
        self._doubt_ends = float("-inf")

    async def begin(self, *, is_other: bool = False) -> None:
        """Take up what a mirror before this one knew; its last write may be under way.

        `is_other`: what it knew is of another spreadsheet, and of this one nothing is known.
        """
        if is_other:
            await self._notes.write(ROWS_BOOK, dict.fromkeys(await self._notes.read(ROWS_BOOK)))
        read = {tag: Shown.from_json(text) for tag, text in (await self._notes.read(ROWS_BOOK)).items()}
        self._shown = {tag: shown for tag, shown in read.items() if shown is not None}
        self._unsaved.clear()
        self.doubt()

    def doubt(self) -> None:
        """A write may have been applied, or may yet be, although no answer said so."""
        self._doubt_ends = self._monotonic() + DOUBT

    @property
    def _is_in_doubt(self) -> bool:
        return self._monotonic() < self._doubt_ends

    def of(self, tag: str) -> Shown | None:
        """What the spool's row may say; None when it was never seen."""
        return self._shown.get(tag)

    def settle(self, tag: str, row: SheetRow, truth: Texts, seq: int) -> bool:
        """The row was seen to say the truth; whether nothing else of what it may say is in doubt any more."""
        before = self._shown.get(tag)
        settled = Shown.sent(None, found=row.bare(truth), texts=truth, seq=seq)
        if before == settled:
            return True
        if before is not None and self._is_in_doubt:
            settled = Shown.sent(before, found=row.bare(truth), texts=truth, seq=seq)
        if settled != before:
            self._shown[tag] = settled
            self._unsaved.add(tag)
        return not self._is_in_doubt

    def send(self, tag: str, row: SheetRow, found: Texts, truth: Texts, seq: int) -> None:
        """The row, which says `found`, is about to be made to say the truth."""
        before = Shown.sent(self._shown.get(tag), found=found, texts=row.bare(truth), seq=seq)
        self._shown[tag] = Shown.sent(before, found=row.bare(truth), texts=truth, seq=seq)
        self._unsaved.add(tag)

    def sent(self, tags: frozenset[str]) -> None:
        """The spools whose rows are in the update that is about to be sent."""
        self._last = tags

    async def save(self) -> None:
        """Remember it. Raises LeaseLostError, and what the ledger raises."""
        if self._unsaved:
            await self._notes.write(ROWS_BOOK, {tag: self._shown[tag].to_json() for tag in self._unsaved})
            self._unsaved.clear()

    def by_version(self) -> Mapping[str, tuple[str, Texts]]:
        """What may just have been written, and into whose row, by the version that stands beside it.

        That is the last update; while anything is in doubt, all that is remembered.
        """
        tags = self._shown.keys() if self._is_in_doubt else self._last & self._shown.keys()
        every = ((tag, candidate) for tag in tags for candidate in reversed(self._shown[tag].candidates))
        at = OWNED.index(VERSION)
        return {candidate[at]: (tag, candidate) for tag, candidate in every if candidate[at]}
