"""A limit of so many uses in any minute, counted together by every process that shares a ledger's store.

The count is a sliding window of timestamps: in Redis a sorted set on the site's node, on one machine a small file
beside the ledger's.
"""

import asyncio
from abc import ABC, abstractmethod
from typing import Final

WINDOW_MS: Final = 60_000


class RateLimit(ABC):
    """At most so many uses in any minute. Safe to use from many tasks, which wait in turn.

    Its methods raise LedgerUnavailableError.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Return as soon as one more use is allowed; it is counted then."""
        async with self._turn:
            while True:
                seconds = await self.put()
                if not seconds:
                    return
                await asyncio.sleep(seconds)

    @abstractmethod
    async def put(self) -> float:
        """Count one more use and return 0, or the seconds after which it may be tried again, above 0."""

    @abstractmethod
    async def aclose(self) -> None:
        """Close connections."""
