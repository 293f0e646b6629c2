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

KEPT_READY: Final = 4
"""Idle connections that are kept; a burst may open more, which are closed after it."""


class Line:
    """The way to the server that a redis-py client would use. A connection carries one question at a time."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._idle: list[AbstractConnection] = []
        self._closed = False

    async def execute_command(self, *command: str | int) -> Any:
        """The server's answer. Raises redis-py's errors; after any but a refusal the connection is given up."""
        [reply] = await self.execute_in_turn([command])
        return reply

    async def execute_in_turn(self, commands: Sequence[Command]) -> list[Any]:
        """The answers to several commands, one after the other on one connection; the first refusal is raised."""
        connection = self._idle.pop() if self._idle else self._new()
        try:
            await connection.connect()  # type: ignore[no-untyped-call]
            replies = [await _ask(connection, command) for command in commands]
        except ResponseError:
            # A refusal is an answer too, and leaves the connection in order.
            await self._put_back(connection)
            raise
        except BaseException as exc:
            await connection.disconnect(nowait=True)
            if isinstance(exc, RedisConnectionError):
                # The server went away, or is no longer the master: the others are of no use either.
                await self._give_up_idle()
            raise
        await self._put_back(connection)
        return replies

    async def _put_back(self, connection: AbstractConnection) -> None:
        if len(self._idle) < KEPT_READY and not self._closed:
            self._idle.append(connection)
        else:
            await connection.disconnect(nowait=True)

    def _new(self) -> AbstractConnection:
        made: AbstractConnection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        return made

    async def _give_up_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.disconnect(nowait=True)

    async def aclose(self) -> None:
        """Close the connections; one that is in use, after its answer."""
        self._closed = True
        for connection in self._idle:
            await connection.disconnect()
        self._idle = []
        await self._client.aclose()


async def _ask(connection: AbstractConnection, command: Command) -> Any:
    packed = hiredis.pack_command(command)  # type: ignore[arg-type]
    await connection.send_packed_command([packed], check_health=False)
    return await connection.read_response()
