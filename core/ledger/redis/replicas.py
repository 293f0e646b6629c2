"""Waiting for replicas: what fewer of them have than a shop asks for could be taken back when its master dies."""

from typing import Final

from redis.asyncio import RedisCluster
from redis.exceptions import ResponseError

from core.domain.errors import InvalidRequestError, ReplicasUnconfirmedError
from core.domain.reasons import Defecto
from core.ledger.redis.servers import Commands, Servers

WAIT_MS: Final = 1200
"""Milliseconds an answer waits for the replicas: within what a worker waits for the whole request."""

WAITAOF_SINCE: Final = (7, 2)
"""Servers that know what their replicas have on disk (https://redis.io/docs/latest/commands/waitaof/)."""


class Replicas:
    """How many replicas must have what an answer rests on before it is given; with 0 none are waited for."""

    def __init__(self, needed: int, servers: Servers) -> None:
        if needed and isinstance(servers.commands, RedisCluster):
            # A cluster's client cannot wait on the connection that wrote.
            raise InvalidRequestError("KIOSK_REDIS_MIN_REPLICAS", Defecto.CLUSTER_SIN_REPLICAS, needed)
        self.needed = needed
        self._servers = servers
        self._wait: tuple[str | int, ...] = ()

    async def wait(self, line: Commands, channel: str) -> int:
        """How many replicas have, in time, all that the server of `line` has until now."""
        if not self.needed:
            return 0
        waiting = await self._waiting()
        try:
            # WAIT counts the replicas that have what this connection sent them: so it must send something, and what
            # it sends must not be refused by a server whose memory is full.
            await line.execute_command("PUBLISH", channel, "")
            confirmed = await line.execute_command(*waiting)
        except ResponseError:
            # It lost its place as master, or the kiosk may not ask. What came before is done all the same.
            return 0
        return int(confirmed[1] if isinstance(confirmed, list) else confirmed)

    async def require(self, confirmed: int, *, saved: bool) -> None:
        """Raise ReplicasUnconfirmedError when that many replicas are too few."""
        if confirmed >= self.needed:
            return
        # It may no longer be the master: the next request asks the sentinels again.
        await self._servers.forget_master()
        raise ReplicasUnconfirmedError(needed=self.needed, confirmed=confirmed, saved=saved)

    async def _waiting(self) -> tuple[str | int, ...]:
        """The command that waits for the replicas: for their disks, where the server supports it."""
        if not self._wait:
            info = await self._servers.bulk.info()
            version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
            on_disk = version >= WAITAOF_SINCE and info.get("aof_enabled")
            self._wait = ("WAITAOF", 1, self.needed, WAIT_MS) if on_disk else ("WAIT", self.needed, WAIT_MS)
        return self._wait
