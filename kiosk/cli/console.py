"""What every command shares: its session, its output in words or JSON, and its exit status."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO, TypeVar

from core.domain.errors import InvalidRequestError, KioskError, LedgerRolledBackError, LedgerUnavailableError
from core.domain.reasons import Defecto
from core.domain.sheet_errors import SheetUnavailableError
from kiosk.labels.printing import PrinterError
from kiosk.session import Session

if TYPE_CHECKING:
    from core import OccupationService

USAGE: Final = 2
LEFT_OUT: Final = 3
"""Rows of the office's files could not be used."""
REFUSED: Final = 4
UNREACHABLE: Final = 5
INTERRUPTED: Final = 130

T = TypeVar("T")


def exit_status(error: KioskError) -> int:
    """2 for a request that makes no sense, 5 for a ledger, sheet or printer out of reach, 4 for what a rule refused."""
    match error:
        case InvalidRequestError():
            return USAGE
        case LedgerUnavailableError() | LedgerRolledBackError() | SheetUnavailableError() | PrinterError():
            return UNREACHABLE
        case _:
            return REFUSED


class Console:
    """One command's output: words for people, or JSON documents with `--json`. Each line is written at once.

    `saving` says that the command saves work of the shop: then a failure is also that it was not saved.
    """

    def __init__(self, session: Session, *, as_json: bool = False, saving: bool = False) -> None:
        self.session = session
        self.as_json = as_json
        self._saving = saving
        self.words = session.wording

    def run(self, act: Callable[[OccupationService], Awaitable[None]]) -> None:
        """Do `act` with the service over the plant in use; a refusal ends the program with its exit status."""

        async def with_service() -> None:
            if self.session.is_demo:
                self.warn(self.words("cli.demo"))
            async with self.session.occupation() as occupation:
                await act(occupation)

        self.run_alone(with_service)

    def run_alone(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do `act`, which opens what it needs itself; a refusal ends the program with its exit status."""
        with self.guarded():
            try:
                asyncio.run(act())
            except KioskError as error:
                self.refuse(error)
            except KeyboardInterrupt:
                raise SystemExit(INTERRUPTED) from None

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """End the program with 1 when its output or a file cannot be used, with 0 when the reader went away."""
        try:
            yield
        except BrokenPipeError:
            # The reader of the output went away (`kiosk board | head`): there is nobody left to write to.
            sys.stdout = None
            raise SystemExit(0) from None
        except OSError as exc:
            if exc.filename is None:
                # The act is done; only its output failed.
                sys.stdout = None
            reason = self.words.reason(Defecto.NO_SE_PUEDE_USAR, {"detail": exc.strerror})
            self.warn(f"{exc.filename or 'stdout'}: {reason}")
            raise SystemExit(1) from None

    def refuse(self, error: KioskError, *, hint: str = "") -> NoReturn:
        """Say why, and what to do next if there is a hint, and end the program with the error's exit status."""
        now = self.session.clock()
        notice = self.words.error(error, now=now, saving=self._saving)
        self.warn(f"{error.error_code}: {notice.title}. {notice.detail}")
        detail = str(error.details.get("detail") or "")
        if detail not in notice.detail:
            self.warn(detail)
        hint = notice.next_step if isinstance(error, SheetUnavailableError) else hint
        if hint:
            self.warn(hint)
        if self.as_json:
            self.print_json(self.words.document(error, now=now, saving=self._saving))
        raise SystemExit(exit_status(error))

    def answer(self, document: object, lines: Iterable[str]) -> None:
        """Print the document with `--json`, else the lines, which may be a generator that never runs."""
        if self.as_json:
            self.print_json(document)
        else:
            for line in lines:
                self.print(line)

    def print(self, text: str) -> None:
        """A line on stdout. Raises OSError when it cannot be written."""
        if sys.stdout is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        _write(sys.stdout, text)

    def print_json(self, value: object) -> None:
        """A JSON document on one line of stdout."""
        from pydantic_core import to_json

        self.print(to_json(value).decode())

    def warn(self, text: str) -> None:
        """A line on stderr, if it can be written: what is done, and its exit status, do not depend on that."""
        try:
            if sys.stderr is not None:
                _write(sys.stderr, text)
        except OSError:
            sys.stderr = None


def _write(stream: TextIO, text: str) -> None:
    """Write the line at once."""
    stream.write(f"{text}\n")
    stream.flush()


async def until_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """The result of the work; None when a signal stopped it first. It has then released what it held."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, lambda: bool(task.cancel()))
    try:
        with suppress(asyncio.CancelledError):
            return await task
        return None
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


@contextmanager
def while_read() -> Iterator[None]:
    """Raise BrokenPipeError in the block as soon as the reader of stdout goes away, not only at the next line."""
    pipe = _pipe_of(sys.stdout)
    if pipe is None:
        yield
        return
    loop, task, is_gone = asyncio.get_running_loop(), asyncio.current_task(), False

    def end() -> None:
        nonlocal is_gone
        is_gone = True
        loop.remove_reader(pipe)
        if task is not None:
            task.cancel()

    # A pipe's end for writing becomes readable, to an event loop, when nobody has the other one any more.
    loop.add_reader(pipe, end)
    try:
        yield
    except asyncio.CancelledError:
        if is_gone:
            raise BrokenPipeError from None
        raise
    finally:
        loop.remove_reader(pipe)


def _pipe_of(stream: TextIO) -> int | None:
    """The stream's descriptor when it is a pipe."""
    try:
        descriptor = stream.fileno()
        return descriptor if stat.S_ISFIFO(os.fstat(descriptor).st_mode) else None
    except (OSError, AttributeError):
        return None


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines, each column as wide as its widest cell; a wide character counts as two."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
