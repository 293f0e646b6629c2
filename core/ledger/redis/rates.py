"""A rate limit's window in Redis, by the server's clock."""

from typing import Any, Final

from pyrate_limiter import Rate, RateItem, RedisBucket
from pyrate_limiter.buckets.redis_bucket import LuaScript
from redis.exceptions import NoScriptError

from core.ledger.redis.calls import Calls
from core.ledger.redis.keys import Keys
from core.ledger.redis.servers import Asked, connect

_PUT: Final = LuaScript.PUT_ITEM.replace("window_start, now)", "window_start, '+inf')")
"""pyrate-limiter's step, that counts to the newest use there is. As it comes it counts to the instant the asker took
before: whoever took an earlier one and comes later would not count the uses in between, and one too many passes."""


class RedisWindow:
    """As `core.ledger.rates.Window`."""

    def __init__(self, url: str, *, site: str, name: str, rate: Rate) -> None:
        self._servers = connect(url)
        self._calls = Calls(self._servers, url)
        self._key = Keys(site)(f"rate:{name}")
        self._rate = rate
        # Typed for clients that wait and for those that do not; this one's answers are awaited.
        self._bucket: Any = None

    async def put(self) -> float:
        return await self._calls.run(self._put)

    async def _put(self, asked: Asked) -> float:
        # pyrate-limiter speaks to a client of redis-py's; the connections for long reads have one.
        client: Any = self._servers.bulk
        seconds, microseconds = await asked.execute_command("TIME")
        now = int(seconds) * 1000 + int(microseconds) // 1000
        try:
            return await self._put_at(client, now)
        except NoScriptError:
            self._bucket = None
            return await self._put_at(client, now)

    async def _put_at(self, client: Any, now: int) -> float:
        if self._bucket is None:
            self._bucket = RedisBucket([self._rate], client, self._key, await client.script_load(_PUT))
        # Uses of a clock that was ahead and set back would count until it is there again.
        await client.zremrangebyscore(self._key, f"({now + self._rate.interval}", "+inf")
        item = RateItem(self._key, now)
        if await self._bucket.put(item):
            await self._bucket.leak(now)
            return 0.0
        return max(await _settled(self._bucket.waiting(item)), 1) / 1000

    async def aclose(self) -> None:
        """Close the connections."""
        await self._servers.aclose()


async def _settled(milliseconds: Any) -> int:
    """pyrate-limiter answers at once what it knows already, and later what it must ask for."""
    return int(milliseconds if isinstance(milliseconds, int) else await milliseconds)
