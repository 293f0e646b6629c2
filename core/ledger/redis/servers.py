"""From a ledger URL to connections: one server, a Unix socket, Sentinel or Cluster, with or without TLS.

Commands, long reads and subscriptions each have connections of their own, bounded in number, so that none starves
the others.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Self, TypeAlias
from urllib.parse import unquote, urlsplit

import hiredis
from redis import RedisError
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection, ConnectionPool, SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, ResponseError

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import masked

Client: TypeAlias = "Redis | RedisCluster"
Commands: TypeAlias = "Line | RedisCluster"

CONNECT_TIMEOUT: Final = 0.8
"""Seconds a server may take to accept a connection."""

SENTINEL_TIMEOUT: Final = 0.3
"""Seconds a sentinel may take to accept one: the next is asked then."""

MAX_COMMANDS: Final = 8
"""Connections for commands; who needs one more waits."""

MAX_BULK: Final = 2
_REDIS_PORT: Final = 6379
_SENTINEL_PORT: Final = 26379


class Line:
    """A connection to a server of one's own, connected when the block begins. Its errors are redis-py's.

    After any error but a reply it is closed, and after a replica's reply: whoever comes next asks the sentinels which
    server is the master now. Else the next line, of those that are `idle`, uses it.
    """

    def __init__(self, connection: AbstractConnection, idle: list[AbstractConnection]) -> None:
        self._connection = connection
        self._idle = idle

    async def __aenter__(self) -> Self:
        try:
            if self._connection.is_connected and await self._connection.can_read():
                # The server has closed it: what was sent there would be lost without a word.
                await self._connection.disconnect(nowait=True)
            await self._connection.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._connection.disconnect(nowait=True)
            raise
        return self

    async def __aexit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None or (issubclass(error, ResponseError) and not issubclass(error, ReadOnlyError)):
            self._idle.append(self._connection)
        else:
            await self._connection.disconnect(nowait=True)

    async def execute_command(self, *command: str | int) -> Any:
        """The server's reply."""
        packed = hiredis.pack_command(command)  # type: ignore[arg-type]
        await self._connection.send_packed_command([packed], check_health=False)
        return await self._connection.read_response()


class CommandPool:
    """A few open connections to one server, for short commands.

    redis-py's client and pool do much for each command that is of no use here (their own retries, events, counters):
    more than the round trip itself costs. Its connections do what matters: reaching the server, TLS, logging in,
    Sentinel.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._idle: list[AbstractConnection] = []

    def line(self) -> Line:
        """A connection that nobody else uses meanwhile."""
        new = self._client.connection_pool.make_connection
        connection: AbstractConnection = self._idle.pop() if self._idle else new()  # type: ignore[no-untyped-call]
        return Line(connection, self._idle)

    async def forget(self) -> None:
        """Close the connections that nobody uses: the next one is to whoever is the master then."""
        while self._idle:
            await self._idle.pop().disconnect()

    async def aclose(self) -> None:
        """Close every connection."""
        await self.forget()
        await self._client.aclose()


@dataclass(frozen=True, slots=True)
class Servers:
    """The clients of one ledger. `subscriber` makes a client for one subscription, on any node."""

    commands: CommandPool | RedisCluster
    bulk: Client
    subscriber: Callable[[], Redis]
    _owned: Sequence[Redis] = ()

    def line(self) -> AbstractAsyncContextManager[Line | RedisCluster]:
        """A connection for commands, connected when the block begins; a cluster's client connects as it sends."""
        return self.commands.line() if isinstance(self.commands, CommandPool) else nullcontext(self.commands)

    async def forget_master(self) -> None:
        """Let the next command go to whoever is the master then."""
        if isinstance(self.commands, CommandPool):
            await self.commands.forget()

    async def aclose(self) -> None:
        """Close every connection."""
        for client in (self.commands, self.bulk, *self._owned):
            await client.aclose()


def connect(url: str) -> Servers:
    """The clients for the ledger at `url`; no server is reached yet. Raises InvalidRequestError."""
    try:
        kind, options, hosts, path = _parse(url)
        match kind:
            case "sentinel":
                return _through_sentinel(options, hosts, path)
            case "cluster":
                return _through_cluster(options, hosts)
            case _:
                return _direct(options)
    except InvalidValueError as exc:
        raise InvalidRequestError("KIOSK_LEDGER_URL", exc.reason, masked(url), **exc.data) from exc
    except TypeError as exc:
        # It names the option and not its value.
        raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.OPCION_DESCONOCIDA, masked(url), detail=str(exc)) from exc
    except (ValueError, RedisError):
        # What Python says of it may quote a piece of the password.
        raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.URL_CON_SIGNOS, masked(url)) from None


def _parse(url: str) -> tuple[str, dict[str, Any], list[tuple[str, int]], str]:
    """The kind of store, its connection options, its hosts, and the URL's path."""
    parts = urlsplit(url)
    base, _, kind = parts.scheme.partition("+")
    credentials, at, hosts = parts.netloc.rpartition("@")
    default = _SENTINEL_PORT if kind == "sentinel" else _REDIS_PORT
    addresses = [_address(host, default) for host in hosts.split(",")] if kind else []
    # redis-py reads everything but several hosts: it is given the first.
    single = parts._replace(
        scheme=base,
        netloc=f"{credentials}{at}{hosts.partition(',')[0]}" if kind else parts.netloc,
        path="" if kind else parts.path,
    )
    if kind != "sentinel" and base != "unix" and not re.fullmatch(r"/?\d*", parts.path):
        raise InvalidValueError(Defecto.NO_ES_BASE_DE_DATOS)
    options = dict(parse_url(single.geturl()))
    if kind == "cluster" and (parts.path.strip("/0") or options.get("db")):
        raise InvalidValueError(Defecto.CLUSTER_SIN_BASES)
    return kind, options, addresses, parts.path


def _address(text: str, default: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise InvalidValueError(Defecto.URL_SIN_SERVIDOR)
    return unquote(parts.hostname), parts.port or default


def _options(given: dict[str, Any], *, connect_timeout: float = CONNECT_TIMEOUT) -> dict[str, Any]:
    return {
        **given,
        "decode_responses": True,
        "protocol": 2,
        # The time of a reply is bounded by the callers. redis-py's own bound rests on asyncio.wait_for, which on
        # Python 3.11 can swallow a cancellation that comes as the wait ends.
        "socket_timeout": None,
        "socket_connect_timeout": connect_timeout,
        "socket_keepalive": True,
        # The callers retry as well: they know how long the worker has waited.
        "retry": Retry(NoBackoff(), 0),
    }


def _direct(given: dict[str, Any]) -> Servers:
    def client(limit: int) -> Redis:
        options = _options(given)
        if "path" in options:
            # redis-py's Unix socket connection knows no keepalive: there is no network to lose.
            del options["socket_keepalive"]
        pool = ConnectionPool(max_connections=limit, **options)
        pool.make_connection()  # type: ignore[no-untyped-call]  # proves the options: connecting comes later
        return Redis.from_pool(pool)

    return Servers(CommandPool(client(MAX_COMMANDS)), client(MAX_BULK), lambda: client(1))


def _tls(given: dict[str, Any]) -> dict[str, Any]:
    """Options for clients that choose the connection class themselves."""
    options = {name: value for name, value in given.items() if name not in {"connection_class", "host", "port"}}
    return options | ({"ssl": True} if given.get("connection_class") is SSLConnection else {})


def _through_sentinel(given: dict[str, Any], hosts: list[tuple[str, int]], path: str) -> Servers:
    name, _, db = path.strip("/").partition("/")
    if not name:
        raise InvalidValueError(Defecto.URL_SIN_MAESTRO)
    options = _tls(given) | ({"db": int(db)} if db else {})
    # The sentinels' own credentials; their connections are as short-lived as a question.
    own = {key: options.pop(f"sentinel_{key}") for key in ("username", "password") if f"sentinel_{key}" in options}
    for_sentinels = {name: value for name, value in options.items() if name.startswith("ssl")} | own
    own_options = _options(for_sentinels, connect_timeout=SENTINEL_TIMEOUT)
    manager = Sentinel(hosts, sentinel_kwargs=own_options)  # type: ignore[no-untyped-call]

    def client(limit: int) -> Redis:
        found: Redis = manager.master_for(name, max_connections=limit, **_options(options))
        found.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # proves the options
        return found

    return Servers(CommandPool(client(MAX_COMMANDS)), client(MAX_BULK), lambda: client(1), manager.sentinels)


def _through_cluster(given: dict[str, Any], hosts: list[tuple[str, int]]) -> Servers:
    options = _tls(given)

    def client(limit: int) -> RedisCluster:
        nodes = [ClusterNode(host, port) for host, port in hosts]
        return RedisCluster(startup_nodes=nodes, max_connections=limit, **_options(options))

    commands = client(MAX_COMMANDS)

    def subscriber() -> Redis:
        # Every node of a cluster gets what is published on any.
        known = commands.get_nodes() or commands.nodes_manager.startup_nodes.values()
        node = commands.get_random_node() if commands.get_nodes() else next(iter(known))
        return Redis(host=str(node.host), port=int(node.port), **_options(options))

    return Servers(commands, client(MAX_BULK), subscriber)
