"""Short questions to one server, over a few connections that are kept open.

redis-py's client does much for each command that is of no use here (its own retries, events, counters) and costs
more than the round trip itself; its connections do what matters: reaching the server, TLS, logging in, Sentinel.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import hiredis
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

Command: TypeAlias = tuple[str | int, ...]

GET_READY: Final = 4
"""Idle connections that are kept; a burst may open more, which are closed after it."""


class Line:
    """The way to the server that a redis-py client would use. A connection carries one question at a time."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._idle: list[AbstractConnection] = []

    async def execute_command(self, *command: str | int) -> Any:
        """The server's answer. Raises redis-py's errors; after any but an answer the connection is given up."""
        [reply] = await self.execute_together([command])
        return reply

    async def execute_together(self, commands: Sequence[Command]) -> list[Any]:
        """The answers to several commands in one round trip, on one connection; the first refusal is raised."""
        connection = self._idle.pop() if self._idle else self._new()
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
            packed = [hiredis.pack_command(command) for command in commands]  # type: ignore[arg-type]
            await connection.send_packed_command(packed, check_health=False)
            replies = [await _reply(connection) for _ in commands]
        except BaseException as exc:
            await connection.disconnect(nowait=True)
            if isinstance(exc, RedisConnectionError):
                # The server went away, or is no longer the master: the others are of no use either.
                await self._give_up_idle()
            raise
        if len(self._idle) < GET_READY:
            self._idle.append(connection)
        else:
            await connection.disconnect(nowait=True)
        for reply in replies:
            if isinstance(reply, ResponseError):
                raise reply
        return replies

    def _new(self) -> AbstractConnection:
        made: AbstractConnection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        return made

    async def _give_up_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect(nowait=True)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._give_up_idle()
        await self._client.aclose()


async def _reply(connection: AbstractConnection) -> Any:
    """The next answer; a refusal is an answer too, and leaves the connection in order."""
    try:
        return await connection.read_response()
    except ResponseError as refusal:
        return refusal
