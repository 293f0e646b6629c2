"""Small servers on 127.0.0.1 beside the stand-in: one that answers anything, one for tokens, a proxy, a deaf one."""

import json
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import trustme


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> "Canned":
        return cls(status, json.dumps(value).encode(), {name.replace("_", "-"): text for name, text in headers.items()})


class Answering(ThreadingHTTPServer):
    """Gives the answers of its list, the last one over and over, whatever is asked."""

    daemon_threads = True

    def __init__(self, *answers: Canned) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []
        """Method, path and the form that was sent."""
        self.authorizations: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Answering

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, parse_qs(sent.decode())))
        self.server.authorizations.append(self.headers.get("Authorization"))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(answer.status)
        for name, text in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = True

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        pass


@contextmanager
def answering(*answers: Canned) -> Iterator[Answering]:
    with Answering(*answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class GoogleInFront(ThreadingTCPServer):
    """A proxy that takes connections for any host and is that host: it speaks TLS and hands on to a stand-in."""

    daemon_threads = True

    def __init__(self, stand_in: str, authority: trustme.CA, host: str) -> None:
        self.stand_in = ("127.0.0.1", int(stand_in.rpartition(":")[2]))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(self.tls)
        self.connected_to: list[str] = []
        super().__init__(("127.0.0.1", 0), _Tunnel)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Tunnel(StreamRequestHandler):
    rbufsize = 0
    server: GoogleInFront

    def handle(self) -> None:
        method, target, _ = self.rfile.readline().decode().split()
        assert method == "CONNECT"
        self.server.connected_to.append(target)
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with ExitStack() as opened, suppress(OSError):
            client = opened.enter_context(self.server.tls.wrap_socket(self.connection, server_side=True))
            stand_in = opened.enter_context(socket.create_connection(self.server.stand_in))
            _hand_on(client, stand_in)


def _hand_on(client: ssl.SSLSocket, stand_in: socket.socket) -> None:
    """What either side sends goes to the other, until one goes away."""
    others = {client: stand_in, stand_in: client}
    while True:
        ready = [client] if client.pending() else select.select([client, stand_in], [], [])[0]
        for source in ready:
            piece = source.recv(65_536)
            if not piece:
                return
            others[source].sendall(piece)


@contextmanager
def google_in_front(stand_in: str, authority: trustme.CA, host: str) -> Iterator[GoogleInFront]:
    with GoogleInFront(stand_in, authority, host) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def deaf() -> Iterator[int]:
    """A port where a connection is never established: its queue is full and nobody takes from it."""
    with ExitStack() as opened:
        listening = opened.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [opened.enter_context(socket.socket()) for _ in range(3)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003 - the name of the parameter is no keyword
            one.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
