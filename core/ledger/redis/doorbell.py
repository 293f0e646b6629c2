"""The subscription that rings when something may be new. It heals itself; what is new is in the log."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from redis import RedisError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from core.domain.errors import KioskError
from core.ledger.feed import Bell

HEARTBEAT: Final = 2.0
"""Seconds of silence after which the connection and the log are checked."""

FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 2.0
"""Seconds between tries to subscribe again, from the first to the longest; each is shortened at random."""


@dataclass(slots=True)
class Doorbell:
    """Rings `bell` at each notice on `channel` that `is_new`, after each new subscription, and at every heartbeat.

    A notice is the number of the newest event. It can be lost (a dropped connection, a server that was replaced), so
    whoever is woken reads the log, and `look` is called at every heartbeat. redis-py's own reconnecting is not used: it
    does not notice every lost subscription (redis/redis-py issues 1464, 1572, 2089).
    """

    subscriber: Callable[[], Redis]
    channel: str
    bell: Bell
    is_new: Callable[[str], bool]
    look: Callable[[], Awaitable[object]]
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def start(self) -> None:
        """Begin to listen, if it does not yet; does not wait for the server."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_forever(), name="ledger-doorbell")

    async def aclose(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen_forever(self) -> None:
        wait = FIRST_WAIT
        while True:
            client = self.subscriber()
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(self.channel)
                    await self._confirm(subscription)
                    wait = FIRST_WAIT
                    await self._listen(subscription)
            except (RedisError, OSError, TimeoutError):
                # Ask the ledger whether it is away, or only the subscription was.
                await self._look_and_ring()
            finally:
                with suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(random.uniform(0, wait))  # noqa: S311 - spreads out terminals, hides nothing
            wait = min(wait * 2, LONGEST_WAIT)

    async def _confirm(self, subscription: PubSub) -> None:
        """Wait for the server's answer that the subscription exists."""
        if await subscription.get_message(timeout=HEARTBEAT) is None:
            raise TimeoutError

    async def _listen(self, subscription: PubSub) -> None:
        """Ring until the connection fails. A connection that answers no ping has failed."""
        await self._look_and_ring()
        clock = asyncio.get_running_loop().time
        pinged, due = False, clock() + HEARTBEAT
        while True:
            if clock() >= due:
                # However many notices come, they do not say whether the log is still the same.
                if pinged:
                    raise TimeoutError
                await subscription.ping()
                pinged, due = True, clock() + HEARTBEAT
                await self._look_and_ring()
            message = await subscription.get_message(timeout=max(due - clock(), 0.0))
            if message is not None:
                pinged = False
                if message["type"] == "message" and self.is_new(message["data"]):
                    self.bell.ring()

    async def _look_and_ring(self) -> None:
        with suppress(KioskError):
            await self.look()
        self.bell.ring()
