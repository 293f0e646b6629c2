"""The subscription that rings when something may be new. It heals itself; what is new, the log tells."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from redis import RedisError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from core.domain.errors import KioskError
from core.ledger.feed import Bell

HEARTBEAT: Final = 2.0
"""Seconds of silence after which the connection and the log are looked after."""

FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 2.0
"""Seconds between tries to subscribe again, from the first to the longest; each is shortened at random."""


class Doorbell:
    """Rings `bell` for each notice of news on `channel`, after each new subscription, and at every heartbeat.

    A notice is the number of the newest event; `is_new` tells whether somebody must be woken for it.

    A notice can be lost (a dropped connection, a server that was replaced): whoever is woken reads the log.
    redis-py's own reconnecting is not used: it does not notice every lost subscription (redis/redis-py issues
    1464, 1572, 2089). `look` is called at every heartbeat, with the bell.
    """

    def __init__(
        self,
        subscriber: Callable[[], Redis],
        channel: str,
        bell: Bell,
        *,
        is_new: Callable[[str], bool],
        look: Callable[[], Awaitable[object]],
    ) -> None:
        self._subscriber = subscriber
        self._channel = channel
        self._bell = bell
        self._is_new = is_new
        self._look = look
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen, once; does not wait for the server."""
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
            client = self._subscriber()
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(self._channel)
                    await self._next(subscription)
                    wait = FIRST_WAIT
                    await self._listen(subscription)
            except (RedisError, OSError, TimeoutError):
                # A full look tells whoever asks that the ledger is away, or that only the bell was.
                await self._look_after_ledger()
            finally:
                with suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(random.uniform(0, wait))  # noqa: S311 - spreads out terminals, hides nothing
            wait = min(wait * 2, LONGEST_WAIT)

    async def _listen(self, subscription: PubSub) -> None:
        """Ring until the connection fails. A connection that answers no ping has failed."""
        await self._look_after_ledger()
        asked = False
        while True:
            message = await subscription.get_message(timeout=HEARTBEAT)
            if message is not None:
                asked = False
                if message["type"] != "message" or self._is_new(message["data"]):
                    self._bell.ring()
                continue
            if asked:
                raise TimeoutError
            await subscription.ping()
            asked = True
            await self._look_after_ledger()

    async def _next(self, subscription: PubSub) -> None:
        """Wait for the server's word that the subscription is there."""
        if await subscription.get_message(timeout=HEARTBEAT) is None:
            raise TimeoutError

    async def _look_after_ledger(self) -> None:
        with suppress(KioskError):
            await self._look()
        self._bell.ring()
