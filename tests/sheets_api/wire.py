"""The HTTP side of the stand-in: reads requests off connections and puts answers, or what is left of them, back."""

import json
import os
import socket
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from tests.sheets_api.faults import Ending, Fault


class Answer:
    """A status, headers and a body, and the fault they meet on their way."""

    def __init__(self, status: int, body: bytes, *, fault: Fault | None, retry_after: int | None = None) -> None:
        self.status = status
        self.body = body
        self.fault = fault
        self.retry_after = retry_after

    @property
    def ending(self) -> Ending:
        return self.fault.ending if self.fault is not None else Ending.ANSWER


class Desk(Protocol):
    """Who answers the requests."""

    closing: Event

    def serve(self, method: str, path: str, query: dict[str, list[str]], body: Any, headers: dict[str, str]) -> Answer:
        """Called in the thread of the connection."""

    def failed(self, error: BaseException) -> None:
        """Something broke here, and no client asked for that."""


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1, one thread for each connection; closing it ends them all."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().close_request(request)

    def drop_connections(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        # A client that went away in the middle of an answer is part of the game.
        if error is not None and not isinstance(error, ConnectionError):
            self.desk.failed(error)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(sent) if sent else None
        except ValueError:
            body = sent
        headers = {name.lower(): value for name, value in self.headers.items()}
        # A base address may have a path of its own before the API's.
        path = parts.path[parts.path.find("/v4/") :] if "/v4/" in parts.path else parts.path
        self._deliver(self.server.desk.serve(self.command, path, parse_qs(parts.query), body, headers))

    def _deliver(self, answer: Answer) -> None:
        match answer.ending:
            case Ending.CLOSED:
                self.close_connection = True
            case Ending.RESET:
                self._reset()
            case Ending.CUT:
                self._head(answer)
                self.wfile.write(answer.body[: len(answer.body) // 2])
                self.close_connection = True
            case Ending.DRIBBLED:
                self._dribble(answer)
            case _:
                self._head(answer)
                self.wfile.write(answer.body)

    def _head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.retry_after is not None:
            self.send_header("Retry-After", str(answer.retry_after))
        self.end_headers()

    def _dribble(self, answer: Answer) -> None:
        fault = answer.fault
        if fault is None:
            raise ValueError("only a fault dribbles")
        self._head(answer)
        for start in range(0, len(answer.body), fault.piece):
            self.wfile.write(answer.body[start : start + fault.piece])
            self.wfile.flush()
            if self.server.desk.closing.wait(fault.pause):
                self.close_connection = True
                return

    def _reset(self) -> None:
        """Without a lingering close the system sends RST and not FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Nothing is printed: the journal has it all."""
