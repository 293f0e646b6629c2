"""Following a log and paging through it. The bell says that something may be new, the log says what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Final

from core.domain.errors import LogTrimmedError

if TYPE_CHECKING:
    from core.domain.events import Event
    from core.ledger.protocol import Ledger


PAGE: Final = 1000
"""Events read at a time while catching up."""


class Bell:
    """Wakes everyone who waits for new events. A ring between reading and waiting is never missed."""

    def __init__(self) -> None:
        self.rings = 0
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake everyone who waits."""
        self.rings += 1
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, *, beyond: int) -> None:
        """Return once `rings` is above `beyond`, at once if it is already."""
        if self.rings <= beyond:
            await self._next.wait()


class OwnEvents:
    """The last events committed by this process: its own watches get them without asking the store, and wake once."""

    KEPT: Final = 256
    """Events that are kept."""

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}
        self._newest = 0

    def add(self, event: Event) -> None:
        """Keep an event that was committed here; its watches are woken for it now."""
        self._events[event.seq] = event
        self._newest = max(self._newest, event.seq)
        while len(self._events) > self.KEPT:
            del self._events[next(iter(self._events))]

    def after(self, seq: int) -> list[Event]:
        """The events that follow number `seq` without a gap, as far as they were committed here."""
        found = []
        while (event := self._events.get(seq + 1)) is not None:
            found.append(event)
            seq += 1
        return found

    def forget(self) -> None:
        """Drop everything: what was committed here may no longer be in the store."""
        self._events.clear()
        self._newest = 0

    def is_new(self, notice: str) -> bool:
        """Whether a notice of the newest number is above what the watches here were woken for."""
        seq = int(notice) if notice.isdecimal() else self._newest + 1
        known, self._newest = self._newest, max(self._newest, seq)
        return seq > known


async def follow(read: Callable[..., Awaitable[list[Event]]], bell: Bell, *, after: int) -> AsyncIterator[Event]:
    """Every event after number `after`, in order, once each, forever. `read` is like `Ledger.events`."""
    while True:
        rings = bell.rings
        events = await read(after=after, limit=PAGE)
        for event in events:
            yield event
            after = event.seq
        if len(events) < PAGE:
            await bell.wait(beyond=rings)


async def pages(ledger: Ledger, *, after: int, until: int, page: int = PAGE) -> AsyncGenerator[list[Event]]:
    """The events above number `after` up to number `until`, `page` at a time, in order.

    Raises LogTrimmedError when the log no longer has them all.
    """
    while after < until and (events := await ledger.events(after=after, limit=min(page, until - after))):
        yield events
        after = events[-1].seq


async def pages_back(ledger: Ledger, *, newest: int, page: int, oldest: int = 0) -> AsyncGenerator[list[Event]]:
    """The events from number `newest` down to above `oldest`, the last page first, each page in order.

    Ends early where the log was trimmed.
    """
    before, end = newest, oldest
    while before > end:
        after = max(before - page, end)
        try:
            events = await ledger.events(after=after, limit=before - after)
        except LogTrimmedError as trimmed:
            # Read this page again from where the log begins now; by then that may be trimmed too.
            end = trimmed.available_after
            continue
        yield events
        before = after


def contiguous(events: list[Event], *, after: int, newest: int) -> list[Event]:
    """`events`, a page that was read after number `after` of a log that ends with number `newest`.

    Raises LogTrimmedError when there is a gap.
    """
    expected = after + 1
    for event in events:
        if event.seq != expected:
            raise LogTrimmedError(after=expected - 1, available_after=event.seq - 1)
        expected += 1
    if not events and newest > after:
        raise LogTrimmedError(after=after, available_after=newest)
    return events
