"""The log read from its end backwards, for whoever looks for what happened lately."""

from collections.abc import AsyncGenerator

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.ledger.protocol import Ledger


async def pages_back(ledger: Ledger, *, newest: int, page: int, oldest: int = 0) -> AsyncGenerator[list[Event], None]:
    """The events from number `newest` down to above `oldest`, `page` at a time: the last page first, each in order.

    Ends where the log no longer has any. Raises LedgerUnavailableError and LedgerRolledBackError.
    """
    before, end = newest, oldest
    while before > end:
        after = max(before - page, end)
        try:
            events = await ledger.events(after=after, limit=before - after)
        except LogTrimmedError as trimmed:
            # The page ends there; what was still there a moment ago may be gone by then as well.
            end = trimmed.available_after
            continue
        yield events
        before = after
