"""Waiting until replicas have a commit too, so that losing the server does not lose it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, ResponseError

from core.errors import InvalidRequestError
from core.ledger.redis.scripts import Script
from core.ledger.redis.servers import Client, Servers

WAIT_MS: Final = 1200
"""Milliseconds a commit waits for its replicas: within what a worker waits for the whole request."""

CONFIRMED_ATTEMPT: Final = WAIT_MS / 1000 + 0.3
"""Seconds one connection may take to answer a commit that waits for replicas."""

WAITAOF_SINCE: Final = (7, 2)
"""Servers that can tell what their replicas have on disk (https://redis.io/docs/latest/commands/waitaof/)."""


@dataclass(slots=True)
class Confirmation:
    """How many replicas must have a commit before it is told; none by default."""

    replicas: int = 0
    _wait: tuple[str | int, ...] | None = None

    @classmethod
    def of(cls, replicas: int, servers: Servers) -> Self:
        """Raises InvalidRequestError for a cluster, whose client cannot wait on the connection that wrote."""
        if replicas and servers.is_cluster:
            raise InvalidRequestError("KIOSK_REDIS_MIN_REPLICAS", "no se puede pedir a un cluster", replicas)
        return cls(replicas)

    @property
    def always_writes(self) -> str:
        """For the commit script: '1' when a repeat must write something that can be waited for."""
        return "1" if self.replicas else "0"

    async def run(
        self, client: Client, script: Script, keys: Sequence[str], arguments: Sequence[str | int]
    ) -> tuple[list[Any], int]:
        """The script's reply, and how many replicas confirmed it within the wait (0 when none are asked for)."""
        if not self.replicas or not isinstance(client, Redis):
            return await script.run(client, keys, *arguments), 0
        if self._wait is None:
            self._wait = await _waiting(client, self.replicas)
        try:
            return await self._run_and_wait(client, "EVALSHA", script.sha, keys, arguments, self._wait)
        except NoScriptError:
            return await self._run_and_wait(client, "EVAL", script.text, keys, arguments, self._wait)
        except ResponseError:
            # Another server may have taken this one's place: it is asked anew what it can do.
            self._wait = None
            raise

    async def _run_and_wait(
        self,
        client: Redis,
        command: str,
        script: str,
        keys: Sequence[str],
        arguments: Sequence[str | int],
        wait: tuple[str | int, ...],
    ) -> tuple[list[Any], int]:
        """Both in one round trip, on one connection: the wait is for what this connection wrote."""
        pipeline = client.pipeline(transaction=False)
        pipeline.execute_command(command, script, len(keys), *keys, *arguments)
        pipeline.execute_command(*wait)
        reply, confirmed = await pipeline.execute()
        return reply, int(confirmed[1] if isinstance(confirmed, list) else confirmed)


async def _waiting(client: Redis, replicas: int) -> tuple[str | int, ...]:
    """The command that waits for the replicas: for their disks, where the server can tell."""
    info = await client.info()
    version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
    if version >= WAITAOF_SINCE and info.get("aof_enabled"):
        return ("WAITAOF", 1, replicas, WAIT_MS)
    return ("WAIT", replicas, WAIT_MS)
