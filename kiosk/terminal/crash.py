"""What happens after a failure that nobody foresaw: a report for whoever mends it, a calm screen, and a new start.

It must never show or keep what people typed, and never start anew without a pause.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from core.domain.texts import masked
from kiosk.words.wording import LANGUAGES, Wording

KEPT_REPORTS: Final = 20
PAUSE: Final = 3.0
"""Seconds the calm screen stands before the program starts anew."""

LONG_PAUSE: Final = 30.0
"""Seconds it stands when starting anew does not help."""

LOOP_LENGTH: Final = 5
LOOP_SPAN: Final = 60.0
"""So many runs that together lasted less than so many seconds are a loop."""

_RUNS: Final = "SPOOL_KIOSK_RUNS"
"""The variable by which a run tells the next how long the ones before it lasted, in seconds."""


def earlier_runs(environment: Mapping[str, str]) -> list[float]:
    """How long the runs before this one lasted until they failed, in seconds, oldest first."""
    try:
        return [float(span) for span in environment.get(_RUNS, "").split()]
    except ValueError:
        return []


def pause_after(runs: Sequence[float]) -> float:
    """Seconds to wait before the next start, after runs of these lengths in seconds that all failed."""
    last = runs[-LOOP_LENGTH:]
    return LONG_PAUSE if len(last) == LOOP_LENGTH and sum(last) < LOOP_SPAN else PAUSE


def start_anew(runs: Sequence[float], environment: Mapping[str, str]) -> None:
    """Put a new run of the same command in this one's place, with the environment it began with. Raises OSError."""
    told = {_RUNS: " ".join(f"{span:.1f}" for span in runs[-LOOP_LENGTH:])}
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, command, {**environment, **told})  # noqa: S606  # the very command that runs


def failure_text(error: BaseException, *, with_words: bool) -> str:
    """Where it failed and why, with the causes; no values of variables, no passwords of URLs.

    Without words the failure's own message is left out, which may quote what somebody typed.
    """
    if with_words:
        return _masked_lines("".join(traceback.format_exception(error)))
    return "".join([*traceback.format_tb(error.__traceback__), type(error).__name__])


def _masked_lines(text: str) -> str:
    return "\n".join(masked(line) for line in text.splitlines())


def report_text(failure: str, *, recent: Iterable[str], now: datetime) -> str:
    """A report: when, which versions, what happened just before, and the failure's text."""
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
    """Keep the report, and no more than the newest few; its file, None when the folder takes none."""
    file = folder / f"crash-{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    for old in sorted(folder.glob("crash-*.txt"))[:-KEPT_REPORTS]:
        with suppress(OSError):
            old.unlink()
    return file


def calm_screen(seconds: float) -> str:
    """One screen, in both languages, as the bytes that paint it: for whoever stands there while the program rests."""
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
