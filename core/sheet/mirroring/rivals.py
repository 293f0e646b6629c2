"""Another ledger's mirror on the same spreadsheet: a terminal that was given no address of the shop's ledger, say.

Its lease is its own ledger's, so nothing elects one of the two, and each would undo the other's rows for ever. What
gives it away are its events: they appear in Metadata, and the log does not have them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from core.domain.errors import LogTrimmedError, SheetUnavailableError
from core.domain.reasons import FallaPlanilla
from core.domain.texts import TEXT_MAX_LENGTH, one_line
from core.ledger.protocol import Ledger
from core.sheet.mirroring.metadata_mirror import MetadataMirror
from core.sheet.spreadsheet import Spreadsheet

TRUCE: Final = 600.0
"""Seconds for which no row is written after another ledger's event was last seen."""
_OF_NOW: Final = timedelta(days=1)
"""How far from now a rival's event may be: clocks differ. Older ones somebody may have copied from elsewhere."""


class Rivals:
    """Whether another ledger writes to this spreadsheet now."""

    def __init__(self, ledger: Ledger, *, monotonic: Callable[[], float]) -> None:
        self._ledger = ledger
        self._monotonic = monotonic
        self._seen_at = float("-inf")
        self._station = ""

    async def look(self, spreadsheet: Spreadsheet, events: MetadataMirror) -> None:
        """See to the events that appeared since the last look. Raises what the spreadsheet and the ledger raise."""
        for event_id, exact in await events.read_newcomers(spreadsheet):
            if abs(self._ledger.now() - exact.ts) <= _OF_NOW and not await self._is_ours(event_id, exact.seq):
                # Out of a cell, where anybody may have written anything.
                self._seen_at, self._station = self._monotonic(), one_line(exact.station)[:TEXT_MAX_LENGTH]

    def require_none(self) -> None:
        """Raise SheetUnavailableError while another ledger is at work: which rows are true then, nobody can say."""
        if self._monotonic() - self._seen_at < TRUCE:
            raise SheetUnavailableError(FallaPlanilla.OTRO_REGISTRO, detail=self._station)

    async def _is_ours(self, event_id: UUID, seq: int) -> bool:
        if seq > (await self._ledger.position()).seq:
            return False
        try:
            events = await self._ledger.events(after=seq - 1, limit=1)
        except LogTrimmedError:
            # The log no longer tells.
            return True
        return [event.id for event in events] == [event_id]
