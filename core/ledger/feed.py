"""Following a log: the bell says that something may be new, the log says what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING, Final, Protocol

from core.errors import LogTrimmedError

if TYPE_CHECKING:
    from core.events import Event


PAGE: Final = 1000
"""Events read at a time while catching up."""


class Bell:
    """Wakes everyone who waits for news. A ring between looking and waiting is never missed."""

    def __init__(self) -> None:
        self.rings = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        self.rings += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def wait(self, *, beyond: int) -> None:
        """Return once `rings` is above `beyond`, at once if it is already."""
        if self.rings > beyond:
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)


class ReadEvents(Protocol):
    """A page of the log, as `Ledger.events` gives it."""

    def __call__(self, *, after: int, limit: int) -> Awaitable[list[Event]]: ...


async def follow(read: ReadEvents, bell: Bell, *, after: int) -> AsyncIterator[Event]:
    """Every event after number `after`, in order, once each, forever."""
    while True:
        rings = bell.rings
        events = await read(after=after, limit=PAGE)
        for event in events:
            yield event
            after = event.seq
        if len(events) < PAGE:
            await bell.wait(beyond=rings)


def contiguous(events: list[Event], *, after: int, newest: int) -> list[Event]:
    """`events` themselves, when they follow number `after` without a gap in a log whose newest number is `newest`.

    Raises LogTrimmedError otherwise.
    """
    expected = after + 1
    for event in events:
        if event.seq != expected:
            raise LogTrimmedError(after=expected - 1, available_after=event.seq - 1)
        expected += 1
    if not events and newest > after:
        raise LogTrimmedError(after=after, available_after=newest)
    return events
