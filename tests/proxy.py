"""A TCP proxy in the test's own event loop, with which a test makes the network between a client and Redis fail."""

import asyncio
from contextlib import suppress
from random import SystemRandom
from typing import Final, Self

from hiredis import PushNotification, Reader

from tests.redis_servers import PORTS

CHUNK: Final = 1 << 16

_NOT_YET: Final = object()


class Proxy:
    """Passes everything on between its clients and `target_port`, until it is told to do otherwise.

    A request is what a client sends until all of it is answered: one command, or a whole pipeline.
    """

    def __init__(self, target_port: int) -> None:
        self.connections = 0
        """How many connections were made."""
        self.round_trips = 0
        """How many requests were answered."""
        self.port = 0
        self._target_port = target_port
        self._requests: list[bytearray] = []
        self._listening: asyncio.Server | None = None
        self._ending: asyncio.Task[None] | None = None
        self._open: set[_Connection] = set()
        self._refuses = False
        self._hangs = False
        self._delay = 0.0
        self._cuts = 0
        self._marker = b""
        self._faults: list[BaseException] = []

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def requests(self) -> list[bytes]:
        """What was asked, as it was sent, oldest first."""
        return [bytes(request) for request in self._requests]

    @property
    def open_connections(self) -> int:
        return len(self._open)

    def cut_next_reply(self, times: int = 1, *, containing: bytes = b"") -> None:
        """The next `times` requests with these bytes in them reach the server, which acts on all of each.

        Then their connections are closed, without a byte of an answer.
        """
        self._cuts, self._marker = times, containing

    @property
    def cuts_left(self) -> int:
        return self._cuts

    def hang(self) -> None:
        """From now on connections are made and stay open, and nothing passes either way."""
        self._hangs = True

    def refuse(self) -> None:
        """Close every connection, and refuse new ones."""
        self._refuses = True
        self.drop()
        if self._listening is not None:
            for socket in self._listening.sockets:
                asyncio.get_running_loop().remove_reader(socket)
            self._ending, self._listening = asyncio.create_task(_end(self._listening)), None

    def drop(self) -> None:
        """Close every connection; new ones are welcome."""
        for connection in self._open:
            connection.task.cancel()

    def delay(self, seconds: float) -> None:
        """Every request from now on waits so long before it goes on to the server."""
        self._delay = seconds

    async def heal(self) -> None:
        """From now on everything passes. Connections that something was withheld from are closed."""
        if self._hangs:
            self.drop()
        if self._ending is not None:
            await self._ending
        self._refuses, self._hangs, self._delay, self._cuts = False, False, 0.0, 0
        if self._listening is None:
            self._listening = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def __aenter__(self) -> Self:
        for port in SystemRandom().sample(PORTS, 20):
            with suppress(OSError):
                self._listening = await asyncio.start_server(self._connected, "127.0.0.1", port)
                self.port = port
                return self
        raise RuntimeError("no free port for the proxy in 20 tries")

    async def __aexit__(self, *_: object) -> None:
        tasks = [connection.task for connection in self._open]
        self.refuse()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._ending is not None:
            await self._ending
        # A proxy that fails looks like a network that fails, and no test shall take the one for the other.
        if self._faults:
            raise BaseExceptionGroup("the proxy itself failed", self._faults)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:  # one that came just before
            writer.transport.abort()
            return
        self.connections += 1
        connection = _Connection(self, reader, writer)
        self._open.add(connection)

        def ended(task: asyncio.Task[None]) -> None:
            self._open.discard(connection)
            writer.transport.abort()  # also of a task that was cancelled before it began
            if not task.cancelled() and (fault := task.exception()) is not None:
                self._faults.append(fault)

        connection.task.add_done_callback(ended)


async def _end(listening: asyncio.Server) -> None:
    """Close what accepts no more. A client accepted just before is a connection, and is refused, one round later.

    Of a server that is closed by then, asyncio would leave its socket open.
    """
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    listening.close()
    await listening.wait_closed()


class _Connection:
    """One client, and the server on its behalf."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._from_client, self._to_client = reader, writer
        self._commands, self._replies = Reader(notEnoughData=_NOT_YET), Reader(notEnoughData=_NOT_YET)
        self._unanswered = 0
        self._request: bytearray | None = None
        self._cut = False
        self.task = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        writers = [self._to_client]
        try:
            # A server that is down is a connection that closes.
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._proxy._target_port)
                writers.append(writer)
                await self._pass_on(reader, writer)
        finally:
            for one in writers:
                one.transport.abort()
            for one in writers:
                with suppress(OSError):
                    await one.wait_closed()

    async def _pass_on(self, from_server: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        """Both ways, until either side has had enough."""
        ways = [asyncio.create_task(self._ask(to_server)), asyncio.create_task(self._answer(from_server, to_server))]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _ask(self, to_server: asyncio.StreamWriter) -> None:
        proxy = self._proxy
        while data := await self._from_client.read(CHUNK):
            if proxy._hangs:
                continue
            if self._request is None:
                self._request = bytearray()
                proxy._requests.append(self._request)
                if proxy._delay:
                    await asyncio.sleep(proxy._delay)
            self._request += data
            self._unanswered += len(_parsed(self._commands, data))
            if proxy._cuts and not self._cut and proxy._marker in self._request:
                proxy._cuts -= 1
                self._cut = True
            to_server.write(data)
            await to_server.drain()

    async def _answer(self, from_server: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        proxy = self._proxy
        while data := await from_server.read(CHUNK):
            if proxy._hangs:
                continue
            replies = _parsed(self._replies, data)
            self._unanswered -= sum(not isinstance(reply, PushNotification) for reply in replies)
            answered = self._unanswered <= 0 and not self._commands.has_data()
            if answered:
                self._unanswered = 0
            if answered and self._request is not None and not self._cut:
                self._request = None
                proxy.round_trips += 1
            if not self._cut:
                self._to_client.write(data)
                await self._to_client.drain()
            elif answered:
                # Only now: whoever sees the connection cut may count on all of the request having been done.
                return


def _parsed(reader: Reader, data: bytes) -> list[object]:
    """The commands or replies that are whole now that `data` has come."""
    reader.feed(data)
    whole = []
    while (one := reader.gets()) is not _NOT_YET:
        whole.append(one)
    return whole
