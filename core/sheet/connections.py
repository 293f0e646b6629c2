"""HTTP connections that end when their time is up, however slowly the other side sends; they never try twice.

It costs time to import: only `core.sheet.access` does, when a spreadsheet is opened.
"""

import socket
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError


class Exchange:
    """One request and the time it has. `cut` may be called from another thread, the rest from the request's own.

    `total`, `connect` and `silence` are seconds: for all of it, for one address, and between two bytes.
    """

    def __init__(self, *, total: float, connect: float, silence: float) -> None:
        self.sent = False
        """Whether anything of it may have reached the Sheets API."""
        self.response: requests.Response | None = None
        """What was answered, if the whole answer came."""
        self._ends = monotonic() + total
        self._connect = connect
        self._silence = silence
        self._lock = Lock()
        self._cut = False
        self._socket: socket.socket | None = None

    def remaining(self) -> float:
        """Seconds, 0 when the time is up."""
        return max(self._ends - monotonic(), 0.0)

    @property
    def is_over(self) -> bool:
        """Whether the time is up or the exchange was cut off."""
        return self._cut or not self.remaining()

    def timeouts(self) -> tuple[float, float]:
        """To connect, and between two bytes. Raises requests' ConnectTimeout when the time is up."""
        if self.is_over:
            raise requests.exceptions.ConnectTimeout("no time left")
        remaining = max(self.remaining(), 0.001)
        return min(self._connect, remaining), min(self._silence, remaining)

    def begin(self, connected: socket.socket | None) -> bool:
        """Whether there is still time to send over this socket, which `cut` ends from now on."""
        with self._lock:
            self._socket = connected
            return not self.is_over

    def cut(self) -> None:
        """End it now: what waits for the other side stops waiting."""
        with self._lock:
            self._cut = True
            # Closing it here could hand its number to another thread's file; a TLS close would wait for an answer.
            if isinstance(self._socket, socket.socket):
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def end(self) -> None:
        """Nothing of it is under way any more: its connection may serve the next one."""
        with self._lock:
            self._socket = None


class Wire:
    """What the connections of one client share: the exchange that is under way."""

    def __init__(self) -> None:
        self.exchange: Exchange | None = None

    def current(self) -> Exchange:
        """Raises RuntimeError when nothing was begun."""
        if self.exchange is None:
            raise RuntimeError("no exchange was begun")
        return self.exchange


class TimedAdapter(HTTPAdapter):
    """Carries requests in the time of the wire's exchange. `to_api`: whether what it sends reaches the Sheets API."""

    def __init__(self, wire: Wire, *, to_api: bool) -> None:
        self._wire = wire
        self._pools: Final = _timed_pools(wire, to_api=to_api)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as requests has it
        """Let each connection keep the time of its exchange."""
        super().init_poolmanager(*args, **kwargs)  # type: ignore[no-untyped-call,unused-ignore]
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> ProxyManager:  # noqa: ANN401  # as requests has it
        """The same by a proxy."""
        manager: ProxyManager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002  # as requests has it
        timeout: object = None,  # noqa: ARG002  # the exchange knows better
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: Any = None,  # noqa: ANN401
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """The answer, within the time of the exchange. Raises requests' errors."""
        timeouts = self._wire.current().timeouts()
        return super().send(request, stream=stream, timeout=timeouts, verify=verify, cert=cert, proxies=proxies)


def _timed_pools(wire: Wire, *, to_api: bool) -> dict[str, type[HTTPConnectionPool]]:
    def begin(connection: HTTPConnection) -> None:
        """Raises ConnectTimeoutError when it took too long to connect: nothing was sent then, and nothing will be."""
        exchange = wire.current()
        if connection.sock is None:
            connection.connect()
        if not exchange.begin(connection.sock):
            raise ConnectTimeoutError(connection, "no time left to send")
        exchange.sent = exchange.sent or to_api

    class Plain(HTTPConnection):
        def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as urllib3 has it
            begin(self)
            super().request(*args, **kwargs)

    class Secure(HTTPSConnection):
        def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # as urllib3 has it
            begin(self)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
