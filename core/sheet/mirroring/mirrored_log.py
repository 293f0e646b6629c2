"""How far the log is in the sheet: which of its events Metadata has, by what its rows say, and which comes next."""

from contextlib import aclosing
from typing import Final

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.ledger.feed import pages_back
from core.ledger.protocol import Ledger
from core.sheet.mirroring.metadata_mirror import MetadataMirror
from core.sheet.mirroring.replica import MirrorReplica
from core.sheet.state import Cursor


class MirroredLog:
    """The log beside the events of Metadata, up to `cursor`; one at 0 knows nothing of this log in this sheet.

    `page` is how many events are read at a time.
    """

    def __init__(
        self, ledger: Ledger, replica: MirrorReplica, events: MetadataMirror, cursor: Cursor, *, page: int
    ) -> None:
        self._ledger: Final = ledger
        self._replica = replica
        self._metadata = events
        self._page = page
        self._knows_place = cursor.seq > 0
        self.cursor = cursor
        self.lost = 0
        """How many events were gone from the log before they could be written."""

    @property
    def seq(self) -> int:
        """The number up to which the log is in the sheet."""
        return self.cursor.seq

    async def next_missing(self, most: int) -> list[Event]:
        """The next events that are not in the sheet, `most` at most; the cursor passes those that are."""
        was_read = self._metadata.reads_whole()
        if not self._knows_place:
            await self._find_place()
        elif was_read and self.cursor.event_id is not None and self.cursor.event_id not in self._metadata:
            await self._step_back()
        while self.seq < self._replica.seq:
            try:
                events = await self._ledger.events(after=self.seq, limit=most)
            except LogTrimmedError as trimmed:
                self._skip(to=trimmed.available_after)
                continue
            missing = [event for event in events if event.id not in self._metadata]
            if not missing:
                self.advance(events[-1])
                continue
            if present := events[: events.index(missing[0])]:
                self.advance(present[-1])
            return missing
        return []

    async def _find_place(self) -> None:
        """Of a log whose cursor is lost: what comes before the first of its events in the sheet was there once.

        The office moved it elsewhere: Metadata is in the log's order.
        """
        after = 0
        while self._metadata.has_events and after < self._replica.seq:
            try:
                events = await self._ledger.events(after=after, limit=self._page)
            except LogTrimmedError as trimmed:
                after = trimmed.available_after
                continue
            first = next((event.seq for event in events if event.id in self._metadata), None)
            if first is not None:
                self.cursor = self.cursor.model_copy(update={"seq": first - 1})
                break
            after = events[-1].seq
        self._knows_place = True

    async def _step_back(self) -> None:
        """The last events are no longer in the sheet: they were deleted, or an older version of it was restored.

        Where there is none at all any more, the office moved them elsewhere, and begins anew.
        """
        if not self._metadata.has_events:
            return
        async with aclosing(pages_back(self._ledger, newest=self.seq, page=self._page)) as pages:
            async for events in pages:
                last = next((event for event in reversed(events) if event.id in self._metadata), None)
                if last is not None:
                    self.advance(last)
                    return

    def advance(self, event: Event) -> None:
        """Everything up to this event is in the sheet."""
        place = {"worksheet": self._metadata.title, "row": self._metadata.last_row}
        self.cursor = self.cursor.model_copy(update={"seq": event.seq, "event_id": event.id, **place})

    def _skip(self, *, to: int) -> None:
        """The log no longer has the events up to number `to`: what of them is not in the sheet never will be."""
        self.lost += to - self.seq
        self.cursor = self.cursor.model_copy(update={"seq": to})
