"""Textual's terminal driver, for a terminal that may go away and a scanner that may send bytes that are no UTF-8."""

from __future__ import annotations

import asyncio
import codecs
import errno
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

if TYPE_CHECKING:
    from textual.app import App


class _Output:
    """A file to write to. When the terminal is gone, writes succeed and nobody sees them.

    Otherwise the driver's writing thread would die of the error, and the event loop wait for it forever.
    """

    def __init__(self, terminal: IO[str]) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        """Write the text, if anybody can see it."""
        self._quietly(lambda: self._terminal.write(text))
        return len(text)

    def flush(self) -> None:
        """Send what is still in the buffer."""
        self._quietly(self._terminal.flush)

    def __getattr__(self, name: str) -> object:
        """Everything else is the terminal's."""
        return getattr(self._terminal, name)

    @staticmethod
    def _quietly(act: Callable[[], object]) -> None:
        try:
            act()
        except OSError as exc:
            if exc.errno not in {errno.EIO, errno.ENXIO, errno.EPIPE}:
                raise


class KioskDriver(LinuxDriver):
    """Writes to a terminal that may be gone. A failure of the input thread ends the app."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        stop_keys = signal.getsignal(signal.SIGTSTP)
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if stop_keys is signal.SIG_IGN:
            # In kiosk mode the program must not be stopped; Textual takes the signal back.
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        # Textual writes to stderr, which may be a file that somebody collects messages in.
        self._file = cast("Any", _Output(cast("IO[str]", sys.__stdout__)))

    @override
    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as exc:  # noqa: BLE001  # a kiosk that hears nothing must end, whatever the reason
            # `terminal_watched` ends the program when the terminal is gone.
            if not (isinstance(exc, OSError) and exc.errno == errno.EIO):
                self._app.call_later(self._app._handle_exception, exc)  # noqa: SLF001  # where Textual takes failures


@contextmanager
def terminal_watched(lost: Callable[[], None]) -> Iterator[None]:
    """Call `lost` once when the terminal is gone, and replace it by the null device.

    Otherwise Textual's input thread would read the end of file over and over. Where there is no epoll (macOS), SIGHUP
    alone tells of a lost terminal.
    """
    if not hasattr(select, "epoll"):
        yield
        return
    loop = asyncio.get_running_loop()
    with select.epoll() as watch:
        # Edge-triggered: a key wakes it once, and it reads nothing.
        watch.register(0, select.EPOLLIN | select.EPOLLET)

        def look() -> None:
            if any(mask & (select.EPOLLHUP | select.EPOLLERR) for _, mask in watch.poll(0)):
                loop.remove_reader(watch.fileno())
                _replace_terminal()
                lost()

        loop.add_reader(watch.fileno(), look)
        try:
            yield
        finally:
            loop.remove_reader(watch.fileno())


def _replace_terminal() -> None:
    """Put the null device in the place of the three standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def tolerate_stray_bytes() -> None:
    """From now on Textual's driver reads bytes that are no UTF-8 as U+FFFD: an unknown code, refused like any other.

    Textual 8.2 decodes strictly (`LinuxDriver.run_input_thread`): a scanner set to Latin-1 would end its input thread.
    """
    vars(linux_driver)["getincrementaldecoder"] = lambda encoding: partial(
        codecs.getincrementaldecoder(encoding), errors="replace"
    )
