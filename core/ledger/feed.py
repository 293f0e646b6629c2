"""Following a log: the bell says that something may be new, the log says what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING, Final, Protocol

from core.domain.errors import LogTrimmedError

if TYPE_CHECKING:
    from core.domain.events import Event


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


class OwnEvents:
    """What was committed here last: who watches here is told without asking the store, and woken once."""

    KEPT: Final = 256

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}
        self._newest = 0

    def add(self, event: Event) -> None:
        """An event was committed, and everybody here is woken for it now."""
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
        """What was committed here may no longer be what the store tells."""
        self._events.clear()

    def is_news(self, notice: str) -> bool:
        """Whether a notice of the newest number tells more than everybody here was woken for already."""
        seq = int(notice) if notice.isdecimal() else self._newest + 1
        known, self._newest = self._newest, max(self._newest, seq)
        return seq > known


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
