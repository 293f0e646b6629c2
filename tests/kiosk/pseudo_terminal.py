"""The real program in a real pseudo-terminal, as the person in front of it has it: keys in, a picture out."""

import asyncio
import fcntl
import os
import re
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from core.ledger.feed import Bell
from tests.kiosk.commands import PATIENCE, environment

_ESCAPES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves, modes
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, links
    r"|[PX^_][^\x1b]*\x1b\\"  # DCS and the like
    r"|[ -/]*[0-~])"
)
_CURSOR_LINE: Final = re.compile(r"\x1b\[(\d+);\d+H")

# A terminal of its own is what a program has that a shop's terminal starts: SIGWINCH and SIGHUP reach it by that.
_LAUNCHER: Final = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""

_LAUNCHER_ON_A_BORROWED_TERMINAL: Final = """
import os, sys
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


class PseudoTerminal:
    """A running kiosk. What it wrote since the last `forget` can be waited for and looked at.

    `is_open` says whether the program, or anybody, still has the terminal open.
    """

    def __init__(self, process: asyncio.subprocess.Process, ours: int) -> None:
        self._process = process
        self._ours = ours
        self.is_open = True
        self._output = bytearray()
        self._bell = Bell()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(ours, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._ours, 65_536)
        except BlockingIOError:
            return
        except OSError:
            # EIO: nobody has the other end open any more.
            data = b""
        if not data:
            self.is_open = False
            self._loop.remove_reader(self._ours)
        self._output += data
        self._bell.ring()

    # What a person sees

    @property
    def raw(self) -> str:
        """Everything written since the last `forget`, escape sequences and all."""
        return self._output.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """The texts written since the last `forget`, in the order they were painted."""
        return _ESCAPES.sub("", self.raw)

    @property
    def lowest_line(self) -> int:
        """The lowest line of the screen, counted from 1, that was painted since the last `forget`."""
        return max((int(line) for line in _CURSOR_LINE.findall(self.raw)), default=0)

    @property
    def modes(self) -> list[Any]:
        """The line discipline as `stty` would tell it."""
        return termios.tcgetattr(self._ours)

    def forget(self) -> None:
        """Look only at what is painted from now on."""
        self._output.clear()

    async def shows(self, *texts: str) -> None:
        """Wait until each of these texts was painted."""
        await self.until(lambda: all(text in self.text for text in texts))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds`, looked at each time something was painted, and no longer than the program is there."""

        async def seen() -> None:
            while not holds():
                if not self.is_open:
                    raise AssertionError(f"the program went away; the last of it was:\n{self.text[-4000:]}")
                await self._bell.wait(beyond=self._bell.rings)

        try:
            await asyncio.wait_for(seen(), PATIENCE)
        except TimeoutError:
            raise AssertionError(f"never seen; the end of what was:\n{self.text[-4000:]}") from None

    # What a person does

    async def type(self, keys: str | bytes) -> None:
        """Send keys, all in one write as far as the terminal's buffer takes them."""
        data = keys.encode() if isinstance(keys, str) else keys
        async with asyncio.timeout(PATIENCE):
            while data:
                with suppress(BlockingIOError):
                    data = data[os.write(self._ours, data) :]
                if data:
                    await self._writable()

    async def _writable(self) -> None:
        ready = self._loop.create_future()
        self._loop.add_writer(self._ours, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            self._loop.remove_writer(self._ours)

    def resize(self, columns: int, lines: int) -> None:
        """Make the window this large; the kernel tells the program."""
        set_size(self._ours, columns, lines)

    def signal(self, number: int) -> None:
        """What somebody elsewhere, or the system, asks of the program."""
        self._process.send_signal(number)

    def unplug(self) -> None:
        """Take the terminal away: nobody has its other end any more."""
        self._loop.remove_reader(self._ours)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, self._ours)
        os.close(nothing)

    def kill(self) -> None:
        """SIGKILL: the program gets no chance to finish anything."""
        self._process.kill()

    async def ended(self) -> int:
        """Wait for the program to end: its exit status, or minus the signal that ended it."""
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    @property
    def pid(self) -> int:
        """The program's process, as the system counts them."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None


def set_size(terminal: int, columns: int, lines: int) -> None:
    """Set a terminal's size in cells."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


@asynccontextmanager
async def pseudo_terminal(
    *arguments: str,
    program: tuple[str, ...] = ("-m", "kiosk"),
    own: bool = True,
    columns: int = 80,
    lines: int = 24,
    **settings: str,
) -> AsyncIterator[PseudoTerminal]:
    """`kiosk arguments...` in a terminal of this size; it has ended when the block ends.

    `program` is what Python runs in its place; a terminal that is not its `own` sends it no signals.
    """
    ours, theirs = os.openpty()
    # Sizes in the environment would win over the terminal's own.
    known = environment(**{"TERM": "xterm-256color", **settings})
    env = {name: value for name, value in known.items() if name not in {"COLUMNS", "LINES"}}
    if "NO_COLOR" not in settings:
        env.pop("NO_COLOR", None)
    try:
        os.set_blocking(ours, False)
        set_size(theirs, columns, lines)
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", _LAUNCHER if own else _LAUNCHER_ON_A_BORROWED_TERMINAL),
                *(*program, *arguments),
                env=env,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        terminal = PseudoTerminal(process, ours)
        try:
            yield terminal
        finally:
            if terminal.is_running:
                terminal.kill()
            await terminal.ended()
            asyncio.get_running_loop().remove_reader(ours)
    finally:
        os.close(ours)
