"""Textual's terminal driver, made to survive a terminal that goes away and to tell when its input fails."""

from __future__ import annotations

import asyncio
import errno
import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class _Output:
    """A terminal to write to. Once nobody has the other end, what is written goes nowhere, and that is no failure.

    The driver's writing thread would die of the failure, and the event loop wait for it forever.
    """

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._quietly(lambda: self._terminal.write(text))
        return len(text)

    def flush(self) -> None:
        self._quietly(self._terminal.flush)

    def fileno(self) -> int:
        return self._terminal.fileno()

    def isatty(self) -> bool:
        return self._terminal.isatty()

    @staticmethod
    def _quietly(act: Callable[[], object]) -> None:
        try:
            act()
        except OSError as exc:
            if exc.errno not in {errno.EIO, errno.ENXIO, errno.EPIPE}:
                raise


class KioskDriver(LinuxDriver):
    """Writes to a terminal that may be gone; a failure of the input thread is a failure of the app."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        stop_keys = signal.getsignal(signal.SIGTSTP)
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if stop_keys is signal.SIG_IGN:
            # Whoever started the program wants it not to be stopped; Textual would take the signal back.
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self._file = cast("Any", _Output(cast("IO[str]", self._file)))

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError as exc:
            # A terminal that is gone ends the program by `terminal_watched`.
            if exc.errno != errno.EIO:
                self._fail(exc)
        except Exception as exc:  # noqa: BLE001  # deaf is not dead: whatever it was, the app must end of it
            self._fail(exc)

    def _fail(self, error: Exception) -> None:
        self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001  # where Textual takes failures


@contextmanager
def terminal_watched(lost: Callable[[], None]) -> Iterator[None]:
    """Call `lost` once when nobody has the other end of the terminal any more, and let its place be taken by nothing.

    Textual's input thread would read the end of a lost terminal over and over.
    """
    loop = asyncio.get_running_loop()
    with select.epoll() as watch:
        # Edge-triggered: what is typed wakes it once, and it reads nothing.
        watch.register(0, select.EPOLLIN | select.EPOLLET)

        def look() -> None:
            if any(mask & (select.EPOLLHUP | select.EPOLLERR) for _, mask in watch.poll(0)):
                loop.remove_reader(watch.fileno())
                let_go_of_terminal()
                lost()

        loop.add_reader(watch.fileno(), look)
        try:
            yield
        finally:
            loop.remove_reader(watch.fileno())


def let_go_of_terminal() -> None:
    """Put nothing in the place of the three standard streams: writes succeed, and nobody sees them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
