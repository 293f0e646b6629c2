"""The log of this terminal: JSON lines in `<data_dir>/logs/kiosk.log`.

It must never cause a failure, never delay a scan, and never hold a PIN or a password.
"""

from __future__ import annotations

import logging
import queue
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from logging.handlers import QueueListener, RotatingFileHandler
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from core.domain.writing.texts import masked
from core.private import private_folder, private_opener

FILE_NAME: Final = "kiosk.log"
MAX_BYTES: Final = 1_000_000
KEPT_FILES: Final = 4
"""Older files beside the one in use."""

QUEUE_LENGTH: Final = 10_000
"""Lines that may wait for a slow disk; further ones are dropped, work goes on."""

LONGEST_TEXT: Final = 4_000
"""Characters of one field that are kept."""

RECENT: Final = 30
"""Events kept in memory for a crash report."""

_SECRET: Final = frozenset({"pin", "password", "secret", "token", "credentials"})


def log_folder(data_dir: Path) -> Path:
    """The folder of the logs and the crash reports."""
    return data_dir / "logs"


def without_secrets(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields as they may be written: no password of a URL, and no field with the name of a secret."""
    return {
        name: _safe(value) if isinstance(value, str) else value
        for name, value in fields.items()
        if name.lower() not in _SECRET
    }


def _safe(text: str) -> str:
    # Masking is slow on a long text: skip texts that cannot hold a password.
    may_hide = "://" in text or "password=" in text.lower()
    return (masked(text) if may_hide else text)[:LONGEST_TEXT]


class EventLog:
    """One run's events, written by a thread of its own. Every line also has the fields in `context`.

    Before `start` they only queue up: the writing must not delay the first picture.
    """

    def __init__(self, folder: Path, **context: object) -> None:
        self.recent: deque[str] = deque(maxlen=RECENT)
        self._context = without_secrets(context)
        self._lines: queue.Queue[Any] = queue.Queue(QUEUE_LENGTH)
        self._file = _KeptFile(folder / FILE_NAME)
        self._listener = QueueListener(self._lines, self._file)
        self._is_started = False

    @property
    def trouble(self) -> str:
        """Why the file cannot be written; empty when it can."""
        return self._file.trouble

    def event(self, name: str, /, **fields: object) -> None:
        """Log an event: a name in snake_case and its data. Never fails and never waits."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"timestamp": now, **without_secrets(fields)}
        self.recent.append(f"{name} {line}")
        with suppress(queue.Full):
            self._lines.put_nowait(logging.makeLogRecord({"msg": {**self._context, "event": name, **line}}))

    def start(self) -> None:
        """Begin to write."""
        if not self._is_started:
            self._is_started = True
            self._listener.start()

    def close(self) -> None:
        """Write the lines that still wait."""
        self.start()
        # A full queue has no room for the end mark either: the disk stopped taking lines long ago.
        with suppress(queue.Full):
            self._listener.stop()
            self._file.close()


class _KeptFile(RotatingFileHandler):
    """The file and its older ones. After a failure the next line tries again."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
        self.trouble = ""

    @override
    def format(self, record: logging.LogRecord) -> str:
        import json

        fields: Any = record.msg
        return json.dumps({**fields, "version": self._version, "level": "info"}, ensure_ascii=False, default=repr)

    @cached_property
    def _version(self) -> str:
        from importlib.metadata import version

        return version("spool-kiosk")

    @override
    def _open(self) -> Any:
        private_folder(Path(self.baseFilename).parent)
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=private_opener)

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        self.trouble = f"{self.baseFilename}: {sys.exc_info()[1]}"

    @override
    def close(self) -> None:
        try:
            super().close()
        except OSError:
            # A full disk lost these lines.
            self.stream = None
