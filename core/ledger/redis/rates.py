"""A rate limit in Redis, by the server's clock."""

from uuid import uuid4

from typing_extensions import override

from core.ledger.rates import WINDOW_MS, RateLimit
from core.ledger.redis import scripts
from core.ledger.redis.connection import Connection
from core.ledger.redis.schema import Keys


class RedisRateLimit(RateLimit):
    """Uses as a sorted set beside the site's other keys."""

    def __init__(self, url: str, *, site: str, name: str, limit: int) -> None:
        super().__init__()
        self._connection = Connection(url)
        self._key = Keys(site)(f"rate:{name}")
        self._limit = limit

    @override
    async def put(self) -> float:
        arguments = (self._limit, WINDOW_MS, str(uuid4()))
        milliseconds = await self._connection.run(lambda client: scripts.RATE.run(client, (self._key,), *arguments))
        return int(milliseconds) / 1000

    @override
    async def aclose(self) -> None:
        await self._connection.aclose()
