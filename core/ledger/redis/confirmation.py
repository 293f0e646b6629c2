"""Waiting until replicas have a commit too, so that losing the server does not lose it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from redis.exceptions import NoScriptError

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto
from core.ledger.redis.lines import Command, Line
from core.ledger.redis.scripts import Script
from core.ledger.redis.servers import Asked, Servers

WAIT_MS: Final = 1200
"""Milliseconds a commit waits for its replicas: within what a worker waits for the whole request."""

CONFIRMED_ATTEMPT: Final = WAIT_MS / 1000 + 0.3
"""Seconds one connection may take to answer a commit that waits for replicas."""

WAITAOF_SINCE: Final = (7, 2)
"""Servers that can tell what their replicas have on disk (https://redis.io/docs/latest/commands/waitaof/)."""


@dataclass(slots=True)
class Confirmation:
    """How many replicas must have a commit before it is told; none by default."""

    replicas: int
    servers: Servers
    _wait: Command | None = None

    @classmethod
    def of(cls, replicas: int, servers: Servers) -> Self:
        """Raises InvalidRequestError for a cluster, whose client cannot wait on the connection that wrote."""
        if replicas and servers.is_cluster:
            raise InvalidRequestError("KIOSK_REDIS_MIN_REPLICAS", Defecto.CLUSTER_SIN_REPLICAS, replicas)
        return cls(replicas, servers)

    @property
    def always_writes(self) -> str:
        """For the commit script: '1' when a repeat must write something that can be waited for."""
        return "1" if self.replicas else "0"

    async def run(
        self, client: Asked, script: Script, keys: Sequence[str], arguments: Sequence[str | int]
    ) -> tuple[list[Any], int]:
        """The script's reply, and how many replicas confirmed it within the wait (0 when none are asked for)."""
        if not self.replicas or not isinstance(client, Line):
            return await script.run(client, keys, *arguments), 0
        wait = await self._waiting()
        try:
            return await _run_and_wait(client, ("EVALSHA", script.sha, len(keys), *keys, *arguments), wait)
        except NoScriptError:
            return await _run_and_wait(client, ("EVAL", script.text, len(keys), *keys, *arguments), wait)

    async def _waiting(self) -> Command:
        """The command that waits for the replicas: for their disks, where the server can tell."""
        if self._wait is None:
            info = await self.servers.bulk.info()
            version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
            on_disk = version >= WAITAOF_SINCE and info.get("aof_enabled")
            self._wait = ("WAITAOF", 1, self.replicas, WAIT_MS) if on_disk else ("WAIT", self.replicas, WAIT_MS)
        return self._wait


async def _run_and_wait(line: Line, script: Command, wait: Command) -> tuple[list[Any], int]:
    """Both on one connection: the wait is for what this connection wrote."""
    reply, confirmed = await line.execute_in_turn([script, wait])
    return reply, int(confirmed[1] if isinstance(confirmed, list) else confirmed)
