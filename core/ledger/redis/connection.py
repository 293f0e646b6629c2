"""Asking the servers: within a bound of time, again after a lost reply, and with errors that a person can act on."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
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
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from core.domain.errors import LedgerUnavailableError
from core.domain.reasons import FallaRegistro
from core.domain.writing.texts import masked
from core.ledger.redis.servers import MAX_BULK, MAX_COMMANDS, Client, Commands, connect

T = TypeVar("T")

PATIENCE: Final = 1.8
"""Seconds a worker's request may wait for the servers, all retries together."""

ATTEMPT: Final = 0.8
"""Seconds one connection may take to answer, before another is tried."""

LONG_PATIENCE: Final = 60.0
"""Seconds a whole plant may take to be read or loaded."""

FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 0.3
"""Seconds between retries, from the first to the longest; each is shortened at random."""

_FAILURES: Final[tuple[tuple[type[Exception], FallaRegistro, bool], ...]] = (
    (AuthenticationError, FallaRegistro.CREDENCIALES, False),
    (AuthorizationError, FallaRegistro.CREDENCIALES, False),
    (NoPermissionError, FallaRegistro.SIN_PERMISO, False),
    (BusyLoadingError, FallaRegistro.CARGANDO, True),
    (OutOfMemoryError, FallaRegistro.SIN_MEMORIA, False),
    (ReadOnlyError, FallaRegistro.ES_REPLICA, True),
    (ClusterDownError, FallaRegistro.CLUSTER_INCOMPLETO, True),
    (TryAgainError, FallaRegistro.ERROR_DE_REDIS, True),
    (RedisTimeoutError, FallaRegistro.LENTO, True),
    (TimeoutError, FallaRegistro.LENTO, True),
    (MasterNotFoundError, FallaRegistro.SIN_MAESTRO, True),
    (RedisConnectionError, FallaRegistro.SIN_CONEXION, True),
    (RedisClusterException, FallaRegistro.CLUSTER_SIN_CONEXION, True),
    (OSError, FallaRegistro.SIN_CONEXION, True),
    (RedisError, FallaRegistro.ERROR_DE_REDIS, False),
)
"""Whatever the driver or the network raises: why, and whether a retry may cure it. The first that fits counts."""

_REPLIES: Final = (ResponseError, BusyLoadingError)
"""What a server answered instead of doing it."""

_DENIED_IN_SCRIPT: Final = ("can't run this command", "ACL failure in script")
"""How Redis and Valkey say that a permission is missing inside a script."""


class Connection:
    """The way to the servers. What is asked must be safe to ask twice: after a lost reply it is asked again.

    Once `closed`, every call is refused.
    """

    def __init__(self, url: str, *, attempt: float = ATTEMPT) -> None:
        self.servers = connect(url)
        self._url = masked(url)
        self._attempt_timeout = attempt
        self._commands = asyncio.Semaphore(MAX_COMMANDS)
        self._bulk = asyncio.Semaphore(MAX_BULK)
        self.closed = False

    async def run(self, ask: Callable[[Commands], Awaitable[T]], *, changes: bool = False) -> T:
        """What `ask` answers, within `PATIENCE`.

        Raises LedgerUnavailableError; `doubtful` when `ask` changes something and was sent, and no reply came.
        """
        unanswered = False

        async def attempt() -> T:
            nonlocal unanswered
            self._require_open()
            async with self._commands, self.servers.line() as line:
                self._require_open()
                before, unanswered = unanswered, True
                try:
                    return await ask(line)
                except _REPLIES:
                    unanswered = before
                    raise

        deadline = asyncio.get_running_loop().time() + PATIENCE
        # The time to wait for a free connection counts: the worker waits for both.
        return await self._with_retries(
            attempt, self._attempt_timeout, deadline=deadline, is_doubtful=lambda: changes and unanswered
        )

    async def run_long(self, ask: Callable[[Client], Awaitable[T]]) -> T:
        """As `run`, for what may take long, over connections of its own."""
        # Ping first: a dead server must not cost the long timeout.
        await self.run(lambda client: client.execute_command("PING"))

        async def attempt() -> T:
            self._require_open()
            async with self._bulk:
                self._require_open()
                return await ask(self.servers.bulk)

        return await self._with_retries(attempt, LONG_PATIENCE, deadline=inf)

    async def _with_retries(
        self,
        attempt: Callable[[], Awaitable[T]],
        timeout: float,  # noqa: ASYNC109 - of one attempt
        *,
        deadline: float,
        is_doubtful: Callable[[], bool] = lambda: False,
    ) -> T:
        """What `attempt` answers within `timeout` seconds. Retries may take `PATIENCE` after the first failure, and no
        attempt goes on after the deadline.
        """
        clock = asyncio.get_running_loop().time
        last: Exception | None = None
        pause = FIRST_PAUSE
        while True:
            try:
                async with asyncio.timeout_at(min(clock() + timeout, deadline)):
                    return await attempt()
            except (RedisError, RedisClusterException, OSError) as exc:
                # The end of the time says nothing about the server; the error before it does.
                last = exc if last is None or clock() < deadline else last
            deadline = min(deadline, clock() + PATIENCE)
            reason, is_temporary = next((why, passes) for kind, why, passes in _FAILURES if isinstance(last, kind))
            if any(words in str(last) for words in _DENIED_IN_SCRIPT):
                reason, is_temporary = FallaRegistro.SIN_PERMISO, False
            if not is_temporary or clock() >= deadline:
                # What the driver says, without the connection's repr.
                detail = masked(str(last)).partition(" : <")[0]
                raise LedgerUnavailableError(reason, doubtful=is_doubtful(), server=self._url, detail=detail) from last
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - spreads out terminals, hides nothing
            pause = min(pause * 2, LONGEST_PAUSE)

    def _require_open(self) -> None:
        if self.closed:
            raise LedgerUnavailableError(FallaRegistro.CERRADO, server=self._url)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Wrap what goes wrong while an answer is parsed: then the data is damaged."""
        try:
            yield
        except (ValidationError, ValueError) as exc:
            raise LedgerUnavailableError(FallaRegistro.DATOS_DANADOS, server=self._url, detail=str(exc)) from exc

    async def aclose(self) -> None:
        """Wait for the calls in progress, but not long, and give the connections back."""
        self.closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                for _ in range(MAX_COMMANDS):
                    await self._commands.acquire()
                for _ in range(MAX_BULK):
                    await self._bulk.acquire()
        await self.servers.aclose()
