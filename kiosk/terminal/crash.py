"""After a failure that nobody foresaw: a report for the developer, a calm screen, and a restart.

It never shows or keeps what people typed, and never restarts without a pause.
"""

from __future__ import annotations

import os
import platform
import select
import shutil
import signal
import sys
import termios
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from core.domain.writing.texts import masked
from core.private import private_folder, private_opener
from kiosk.words.naming import LANGUAGES
from kiosk.words.wording import Wording

KEPT_REPORTS: Final = 20

PAUSE: Final = 3.0
"""Seconds that the calm screen stays before the restart."""

LONG_PAUSE: Final = 30.0
"""Seconds that it stays when restarts do not help."""

LOOP_LENGTH: Final = 5
LOOP_SPAN: Final = 60.0
"""This many runs that together lasted less than this many seconds are a crash loop."""

_RUNS: Final = "SPOOL_KIOSK_RUNS"
"""The variable that hands the next run the lengths of the failed ones, in seconds."""


def earlier_runs(environment: Mapping[str, str]) -> list[float]:
    """The lengths of the runs that failed before this one, in seconds, oldest first."""
    try:
        return [float(span) for span in environment.get(_RUNS, "").split()]
    except ValueError:
        return []


def pause_after(runs: Sequence[float]) -> float:
    """Seconds to wait before the restart, after failed runs of these lengths in seconds."""
    last = runs[-LOOP_LENGTH:]
    return LONG_PAUSE if len(last) == LOOP_LENGTH and sum(last) < LOOP_SPAN else PAUSE


def restart(runs: Sequence[float], environment: Mapping[str, str]) -> None:
    """Replace this process by a new run of the same command, in its first environment. Raises OSError."""
    lengths = {_RUNS: " ".join(f"{span:.1f}" for span in runs[-LOOP_LENGTH:])}
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**environment, **lengths})  # noqa: S606  # the very command that runs


def failure_text(error: BaseException, *, with_words: bool) -> str:
    """The traceback with its causes, without values of variables and passwords of URLs.

    Without words it lacks the failure's own message, which may quote what somebody typed.
    """
    if with_words:
        return _masked_lines("".join(traceback.format_exception(error)))
    return "".join([*traceback.format_tb(error.__traceback__), type(error).__name__])


def _masked_lines(text: str) -> str:
    return "\n".join(masked(line) for line in text.splitlines())


def report_text(failure: str, *, recent: Iterable[str], now: datetime) -> str:
    """A report: the time, the versions, the last facts of the log, and the failure's text."""
    libraries = " ".join(f"{name} {version(name)}" for name in ("spool-kiosk", "textual", "rich"))
    return "\n".join(
        [
            f"{now.astimezone(UTC).isoformat(timespec='seconds')}",
            f"{libraries} python {platform.python_version()} {platform.platform()}",
            f"TERM={os.environ.get('TERM', '')}",
            "",
            *map(_masked_lines, recent),
            "",
            failure,
            "",
        ]
    )


def write_report(folder: Path, text: str, *, now: datetime) -> Path | None:
    """Write the report and delete all but the newest few; its file, None when the folder cannot be written."""
    file = folder / f"crash-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.txt"
    try:
        private_folder(folder)
        with open(file, "w", encoding="utf-8", errors="backslashreplace", opener=private_opener) as stream:
            stream.write(text)
    except OSError:
        return None
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT_REPORTS]:
        with suppress(OSError):
            old.unlink()
    return file


def show_calm_screen(seconds: float) -> int:
    """Show the calm screen and ignore every key; the number of the signal that ended it early, else 0."""
    before = None
    with _signals_heard() as reader:
        try:
            with suppress(termios.error, OSError):
                before = termios.tcgetattr(0)
                deaf = termios.tcgetattr(0)
                deaf[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
                termios.tcsetattr(0, termios.TCSANOW, deaf)
                _write(_calm_screen(seconds))
            received = os.read(reader, 1) if select.select([reader], [], [], seconds)[0] else b""
        finally:
            with suppress(termios.error, OSError):
                if before is not None:
                    termios.tcsetattr(0, termios.TCSAFLUSH, before)
                _write("\x1b[2J\x1b[H\x1b[?25h")
    if received:
        return received[0]
    # Without its terminal the program cannot restart.
    return 0 if os.isatty(0) else signal.SIGHUP


@contextmanager
def _signals_heard() -> Iterator[int]:
    """A descriptor that has the number of a signal which would end the program, as a byte, once it comes."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    try:
        yield reader
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        os.close(reader)
        os.close(writer)


def _calm_screen(seconds: float) -> str:
    """One screen in both languages, as the text that paints it."""
    width, height = shutil.get_terminal_size()
    lines = [
        line
        for words in map(Wording, LANGUAGES)
        for line in (words("crash.title"), words("crash.detail", seconds=round(seconds)), "")
    ]
    top = max((height - len(lines)) // 2, 1)
    painted = [
        f"\x1b[{top + place};{max((width - len(line)) // 2, 0) + 1}H{line[:width]}" for place, line in enumerate(lines)
    ]
    return "\x1b[0m\x1b[2J\x1b[?25l" + "".join(painted)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
