"""Real processes that are forked off one in which the program is imported already: each starts in milliseconds.

What they read, print and obey, and how they end, is as if `python -m module` had started them.
"""

import asyncio
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final, cast

ROOT: Final = Path(__file__).resolve().parents[1]
PATIENCE: Final = 30.0
"""Seconds that any one wait for a process may take; reaching it fails the test."""
LINE: Final = 1 << 24
"""Bytes of the longest line that may be read from a process."""

_IMPORTED_BEFORE: Final = [
    *("core.ledger.sqlite.ledger", "core.ledger.redis.ledger", "core.ledger.sqlite.rates", "core.ledger.redis.rates"),
    *("core.sheet.spreadsheet.access", "core.sheet.sync"),
    *("tests.races.client", "tests.races.station", "kiosk.cli.commands"),
]
"""A name that is no module any more costs time and nothing else."""
_context: Final = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_IMPORTED_BEFORE)


class Forked:
    """A running program."""

    def __init__(self, process: ForkServerProcess, stdin: Connection) -> None:
        self.stdout = asyncio.StreamReader(limit=LINE)
        self.stderr = asyncio.StreamReader(limit=LINE)
        self._process = process
        self._stdin = stdin
        self._pipes: dict[asyncio.StreamReader, asyncio.ReadTransport] = {}

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    async def listen(self, reader: asyncio.StreamReader, end: Connection) -> None:
        """Read from this end of a pipe from now on."""
        protocol = asyncio.StreamReaderProtocol(reader)
        pipe = os.fdopen(os.dup(end.fileno()), "rb", buffering=0)
        end.close()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
        self._pipes[reader] = transport

    def write(self, message: bytes) -> None:
        """Send this to its stdin; it is on its way when this returns."""
        os.write(self._stdin.fileno(), message)

    def close_stdin(self) -> None:
        """Its stdin is at its end."""
        self._stdin.close()

    def close_stdout(self) -> None:
        """Nobody reads any more what it prints."""
        self._pipes.pop(self.stdout).close()

    def send_signal(self, number: signal.Signals) -> None:
        """Send the signal; nothing happens if the process has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def wait(self) -> int:
        """The exit status, once it has ended."""
        if self.returncode is None:
            ended = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.add_reader(self._process.sentinel, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self._process.sentinel)
            self._process.join()
        return cast("int", self.returncode)

    async def close(self) -> None:
        """Kill it if it still runs, and give back what it was reached by."""
        self.send_signal(signal.SIGKILL)
        await self.wait()
        self._stdin.close()
        for pipe in self._pipes.values():
            pipe.close()


@asynccontextmanager
async def forked(
    module: str, *arguments: str, environment: Mapping[str, str], folder: Path = ROOT
) -> AsyncIterator[Forked]:
    """`python -m module arguments...` in a process of its own, which has ended when the block ends.

    With `-c` as the module, the first argument is the program itself.
    """
    _start_server()
    stdin, to_stdin = _context.Pipe(duplex=False)
    from_stdout, stdout = _context.Pipe(duplex=False)
    from_stderr, stderr = _context.Pipe(duplex=False)
    streams = (stdin, stdout, stderr)
    process = _context.Process(target=_run, args=(module, arguments, dict(environment), folder, streams), daemon=True)
    process.start()
    for theirs in streams:
        theirs.close()
    running = Forked(process, to_stdin)
    await running.listen(running.stdout, from_stdout)
    await running.listen(running.stderr, from_stderr)
    try:
        yield running
    finally:
        await running.close()


async def output_of(program: str, *arguments: str) -> str:
    """What this program prints, run in a process of its own to its end. Fails when that does not succeed."""
    async with forked("-c", program, *arguments, environment=os.environ) as process, asyncio.timeout(PATIENCE):
        out, err = await asyncio.gather(process.stdout.read(), process.stderr.read())
        assert await process.wait() == 0, err.decode()
    return out.decode()


def _start_server() -> None:
    """Let the process that forks find the project, whatever folder a test is in."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _run(
    module: str,
    arguments: Sequence[str],
    environment: dict[str, str],
    folder: Path,
    streams: tuple[Connection, Connection, Connection],
) -> None:
    """Become the program: called in the new process."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode, encoding="utf-8") for n, mode in enumerate("rww"))
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if module == "-c":
        program, *arguments = arguments
        sys.argv = ["-c", *arguments]
        exec(program, {"__name__": "__main__"})
        return
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
