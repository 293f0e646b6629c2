"""So many of something in any minute, counted together by every process that shares a ledger's store.

The counting is pyrate-limiter's sliding window log: in Redis a sorted set on the site's node, on one machine a file
beside the ledger's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from core.ledger.open import REDIS_SCHEMES, sqlite_path

if TYPE_CHECKING:
    from pyrate_limiter import Rate

MINUTE_MS: Final = 60_000


class Window(Protocol):
    """One engine's count of the last minute."""

    async def put(self) -> float:
        """Count one more and return 0, or the seconds after which it may be tried again, above 0."""
        ...


class RateLimit:
    """At most so many uses in any minute. Safe to use from many tasks; those that wait go in turn."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._turn = asyncio.Lock()

    async def try_now(self) -> bool:
        """Whether one more use was allowed just now; it is counted then. Raises LedgerUnavailableError."""
        return await self._window.put() == 0

    async def wait(self) -> None:
        """Return as soon as one more use is allowed; it is counted then. Raises LedgerUnavailableError."""
        async with self._turn:
            while True:
                seconds = await self._window.put()
                if not seconds:
                    return
                await asyncio.sleep(seconds)


@asynccontextmanager
async def open_rate_limit(url: str, *, site: str, name: str, per_minute: int) -> AsyncIterator[RateLimit]:
    """The limit called `name` of a site whose ledger is at `url`, closed when the block ends.

    Raises LedgerUnavailableError when the store cannot be used, InvalidRequestError for a URL no engine knows.
    """
    from pyrate_limiter import Rate

    rate = Rate(per_minute, MINUTE_MS)
    open_window = _redis_window if urlsplit(url).scheme in REDIS_SCHEMES else _sqlite_window
    window, close = await open_window(url, site, name, rate)
    try:
        yield RateLimit(window)
    finally:
        await close()


Opened = tuple[Window, Callable[[], Awaitable[None]]]


async def _redis_window(url: str, site: str, name: str, rate: Rate) -> Opened:
    from core.ledger.redis.rates import RedisWindow

    window = RedisWindow(url, site=site, name=name, rate=rate)
    return window, window.aclose


async def _sqlite_window(url: str, site: str, name: str, rate: Rate) -> Opened:
    from core.ledger.sqlite.rates import FileWindow

    window = await FileWindow.open(sqlite_path(url), site=site, name=name, rate=rate)
    return window, window.aclose
