"""Asking the servers: within a bound of time, again when a reply was lost, and with errors a person can act on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final, TypeVar

from pydantic import ValidationError
from redis.asyncio.sentinel import MasterNotFoundError
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    ClusterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from tenacity import AsyncRetrying, retry_if_exception, wait_random_exponential

from core.domain.errors import LedgerUnavailableError
from core.domain.texts import masked
from core.ledger.redis.servers import MAX_BULK, MAX_COMMANDS, Asked, Client, Servers

T = TypeVar("T")

PATIENCE: Final = 1.8
"""Seconds a worker's request may wait for the servers, all tries together."""

ATTEMPT: Final = 0.8
"""Seconds one connection may take to answer, before another is tried."""

LONG_PATIENCE: Final = 60.0
"""Seconds a whole plant may take to be read or loaded."""

_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (AuthenticationError, "el servidor no acepta el usuario o la contraseña"),
    (AuthorizationError, "el servidor no acepta el usuario o la contraseña"),
    (NoPermissionError, "al usuario del servidor le falta un permiso"),
    (BusyLoadingError, "el servidor está cargando sus datos"),
    (OutOfMemoryError, "el servidor no tiene memoria libre"),
    (ReadOnlyError, "el servidor es una réplica, de solo lectura"),
    (ClusterDownError, "al cluster le falta una parte"),
    (RedisTimeoutError, "el servidor no respondió a tiempo"),
    (TimeoutError, "el servidor no respondió a tiempo"),
    (MasterNotFoundError, "ningún sentinel nombra un maestro"),
    (RedisConnectionError, "no hay conexión con el servidor"),
    (RedisClusterException, "no hay conexión con el cluster"),
    (OSError, "no hay conexión con el servidor"),
)


_DENIED_IN_SCRIPT: Final = ("can't run this command", "ACL failure in script")
"""How Redis and Valkey say that a permission is missing inside a script."""


def _reason(error: Exception) -> str:
    if any(words in str(error) for words in _DENIED_IN_SCRIPT):
        error = NoPermissionError()
    return next((text for kind, text in _REASONS if isinstance(error, kind)), "error de Redis")


def _detail(error: Exception) -> str:
    """What the driver says, without the objects it shows of itself."""
    return masked(str(error)).partition(" : <")[0]


_LOST: Final = (
    RedisConnectionError,
    RedisTimeoutError,
    ReadOnlyError,
    ClusterDownError,
    TryAgainError,
    RedisClusterException,
    OSError,
)
"""What may be otherwise a moment later: the server restarts, or another takes its place."""

_FINAL: Final = (AuthenticationError, AuthorizationError)
"""What will be the same (both are connection errors to redis-py)."""


_DRIVER_ERRORS: Final = (RedisError, RedisClusterException, OSError)
"""Whatever the driver or the network raises."""


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, _LOST) and not isinstance(error, _FINAL)


class Calls:
    """The way to the servers. What is asked must be safe to ask twice: a lost reply is asked for again.

    `trouble` is why the last call failed, None when it did not.
    """

    def __init__(self, servers: Servers, url: str, *, attempt: float = ATTEMPT) -> None:
        self._servers = servers
        self._url = masked(url)
        self._attempt_timeout = attempt
        self._commands = asyncio.Semaphore(MAX_COMMANDS)
        self._long = asyncio.Semaphore(MAX_BULK)
        self.trouble: LedgerUnavailableError | None = None
        self.closed = False

    async def run(self, ask: Callable[[Asked], Awaitable[T]]) -> T:
        """What `ask` answers, within `PATIENCE`. Raises LedgerUnavailableError."""
        begun = monotonic()
        try:
            # The machinery of trying again costs as much as a call: only those that failed pay for it.
            reply = await self._attempt(ask)
        except _DRIVER_ERRORS as exc:
            return await self._again(lambda: self._attempt(ask), exc, PATIENCE - (monotonic() - begun))
        self.trouble = None
        return reply

    async def _attempt(self, ask: Callable[[Asked], Awaitable[T]]) -> T:
        # The time to wait for a free connection counts: the worker waits for both.
        async with asyncio.timeout(self._attempt_timeout), self._commands:
            self._require_open()
            return await ask(self._servers.commands)

    async def run_long(self, ask: Callable[[Client], Awaitable[T]]) -> T:
        """As `run`, for what may take long, over connections of its own."""
        # It must not be waited for when nobody is there.
        await self.run(lambda client: client.execute_command("PING"))
        try:
            reply = await self._long_attempt(ask)
        except _DRIVER_ERRORS as exc:
            return await self._again(lambda: self._long_attempt(ask), exc, PATIENCE)
        self.trouble = None
        return reply

    async def _long_attempt(self, ask: Callable[[Client], Awaitable[T]]) -> T:
        async with asyncio.timeout(LONG_PATIENCE), self._long:
            self._require_open()
            return await ask(self._servers.bulk)

    async def _again(self, attempt: Callable[[], Awaitable[T]], first: Exception, seconds: float) -> T:
        """What `attempt` answers, tried again after `first` while that may help; at last the last error, wrapped."""
        last = first

        async def noting() -> T:
            nonlocal last
            try:
                return await attempt()
            except _DRIVER_ERRORS as exc:
                last = exc
                raise

        again = AsyncRetrying(
            retry=retry_if_exception(_may_pass), wait=wait_random_exponential(0.02, max=0.3), reraise=True
        )
        try:
            if _may_pass(first):
                async with asyncio.timeout(seconds):
                    reply: T = await again(noting)
                self.trouble = None
                return reply
        except _DRIVER_ERRORS:
            # Told below; the end of the time is no news.
            pass
        self.trouble = LedgerUnavailableError(_reason(last), server=self._url, detail=_detail(last))
        raise self.trouble from last

    def close(self) -> None:
        """Refuse every call from now on."""
        self.closed = True

    async def settled(self) -> None:
        """Return when the calls under way are over; a server that does not answer is not waited for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                for _ in range(MAX_COMMANDS):
                    await self._commands.acquire()
                for _ in range(MAX_BULK):
                    await self._long.acquire()

    def _require_open(self) -> None:
        if self.closed:
            raise LedgerUnavailableError("ya está cerrado", server=self._url)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Wrap what goes wrong while an answer is read: then somebody else wrote there."""
        try:
            yield
        except (ValidationError, ValueError) as exc:
            self.trouble = LedgerUnavailableError("sus datos están dañados", server=self._url, detail=str(exc))
            raise self.trouble from exc
