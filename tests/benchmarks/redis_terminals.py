"""A terminal as a kiosk is one: a service that decides on a replica, and the feed that keeps the replica true."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from core.domain.events import Event
from core.occupation import OccupationService
from kiosk.live.board import Board
from tests.processes import PATIENCE, SITE, service_on


@dataclass(slots=True)
class Terminal:
    """A service, its live board, and a way to wait for what the board will know."""

    occupation: OccupationService
    board: Board
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, seen: Callable[[Event], None]) -> None:
        """Keep the board live, forever, as `kiosk/feed.py` does."""
        async for event in self.occupation.watch(after=self.board.seq):
            seen(event)
            if not self.board.apply(event):
                self.board.load(await self.occupation.snapshot())
            self._news.set()

    async def knows(self, seq: int) -> None:
        """Return once the board has event `seq`. Raises TimeoutError when it never does."""
        async with asyncio.timeout(PATIENCE):
            while self.board.seq < seq:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def terminal(
    url: str, *, site: str = SITE, seen: Callable[[Event], None] = lambda _: None
) -> AsyncIterator[Terminal]:
    """A live terminal on the ledger of `site`; `seen` is called with each event as it comes."""
    async with service_on(url, site=site) as occupation:
        board = Board()
        board.load(await occupation.snapshot())
        board.identity = occupation.ledger.seen.identity
        occupation.replica = board
        one = Terminal(occupation, board)
        following = asyncio.create_task(one.follow(seen))
        try:
            yield one
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
