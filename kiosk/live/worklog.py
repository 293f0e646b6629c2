"""The last days of the log as counted work: read once, backwards and within bounds, then kept up by what is new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from core.domain.errors import LogTrimmedError
from core.ledger.feed import pages_back
from kiosk.live.workdays import Workdays, start_of

if TYPE_CHECKING:
    from core import Event
    from core.ledger.protocol import Ledger

PAGE: Final = 500
"""Events read at a time: few enough that a terminal answers a scan between two pages."""

MOST_EVENTS: Final = 50_000
"""How far back the log is read at most, whatever the days hold."""


class WorkLog:
    """Counted work of one ledger. `complete_since` is None while all the days asked for are known."""

    def __init__(self) -> None:
        self.days = Workdays()
        self.newest = 0
        self.complete_since: datetime | None = None
        self._first_day: date | None = None
        self._identity = ""

    def is_current(self, *, identity: str, newest: int, first_day: date) -> bool:
        """Whether all work of this ledger from `first_day` up to event `newest` is counted, as far as it can be."""
        return self._knows(identity, newest, first_day) and (self.newest, self._first_day) == (newest, first_day)

    def _knows(self, identity: str, newest: int, first_day: date) -> bool:
        begun = self._first_day is not None and self._first_day <= first_day
        return begun and self._identity == identity and newest - MOST_EVENTS <= self.newest <= newest

    async def bring_up(
        self,
        ledger: Ledger,
        *,
        newest: int,
        first_day: date,
        zone: tzinfo,
        told: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Count the ledger's work from `first_day` in `zone` up to event `newest`; `told` hears how many were read.

        What was counted before stays as it is until all is read, so that this may be cancelled at any moment. Raises
        LedgerUnavailableError and LedgerRolledBackError.
        """
        identity = ledger.seen.identity
        if self._knows(identity, newest, first_day):
            try:
                await self._read_on(ledger, newest, told)
            except LogTrimmedError:
                await self._read_anew(ledger, newest, start_of(first_day, zone), told)
        else:
            await self._read_anew(ledger, newest, start_of(first_day, zone), told)
        if self._first_day is not None and self._first_day < first_day:
            self.days.forget_before(first_day)
        if self.complete_since is not None and self.complete_since < start_of(first_day, zone):
            self.complete_since = None
        self._first_day, self._identity = first_day, identity

    async def _read_on(self, ledger: Ledger, newest: int, told: Callable[[int], None]) -> None:
        count = 0
        while self.newest < newest:
            events = await ledger.events(after=self.newest, limit=min(PAGE, newest - self.newest))
            if not events:
                return
            self.days.take_in(events)
            self.newest = events[-1].seq
            count += len(events)
            told(count)

    async def _read_anew(self, ledger: Ledger, newest: int, since: datetime, told: Callable[[int], None]) -> None:
        days = Workdays()
        earliest: datetime | None = None
        count, oldest, trimmed, whole = 0, newest, False, newest == 0
        while not whole and not trimmed and count < MOST_EVENTS:
            after = max(oldest - PAGE, 0)
            events, trimmed = await _page(ledger, after=after, up_to=oldest)
            days.take_in(events)
            count += len(events)
            told(count)
            oldest, earliest = after, events[0].ts if events else earliest
            # A clock may have been put right in between: only a whole page of earlier events is the end.
            whole = (after == 0 and not trimmed) or (bool(events) and all(event.ts < since for event in events))
        self.days, self.newest = days, newest
        self.complete_since = None if whole else earliest or ledger.now()


async def read_back(ledger: Ledger, *, newest: int, since: datetime) -> AsyncIterator[list[Event]]:
    """The log backwards from event `newest`, a page at a time, until `since`, as far as the log has it within bounds.

    Raises LedgerUnavailableError and LedgerRolledBackError.
    """
    oldest = max(newest - MOST_EVENTS, 0)
    async with aclosing(pages_back(ledger, newest=newest, page=PAGE, oldest=oldest)) as pages:
        async for events in pages:
            yield events
            if events and all(event.ts < since for event in events):
                return


async def _page(ledger: Ledger, *, after: int, up_to: int) -> tuple[list[Event], bool]:
    """The events numbered above `after` up to `up_to`, and whether the log no longer has all of them."""
    try:
        return await ledger.events(after=after, limit=up_to - after), False
    except LogTrimmedError as trimmed:
        left = up_to - trimmed.available_after
        if left <= 0:
            return [], True
        return await ledger.events(after=trimmed.available_after, limit=left), True
