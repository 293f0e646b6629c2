"""What happened at this terminal, as JSON lines in `<data_dir>/logs/kiosk.log`, for whoever looks into trouble later.

It must never be the reason for a failure, never hold up a scan, and never hold a PIN or a password.
"""

from __future__ import annotations

import logging
import queue
import sys
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.domain.texts import masked

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from kiosk.session import Session

FILE_NAME: Final = "kiosk.log"
MAX_BYTES: Final = 1_000_000
KEPT_FILES: Final = 4
"""Older files beside the one in use."""

QUEUE_LENGTH: Final = 10_000
"""Lines that may wait for a slow disk; what comes on top is left out, work goes on."""

LONGEST_TEXT: Final = 4_000
"""Characters of one field that are kept."""

RECENT: Final = 30
"""Facts remembered for the report of a crash."""

_SECRET: Final = frozenset({"pin", "password", "secret", "token", "credentials"})


def log_folder(data_dir: Path) -> Path:
    """Where logs and reports of crashes are kept."""
    return data_dir / "logs"


def without_secrets(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields as they may be written: no password of a URL, and nothing under a name that says it is a secret."""
    return {
        name: _told(value) if isinstance(value, str) else value
        for name, value in fields.items()
        if name.lower() not in _SECRET
    }


def _told(text: str) -> str:
    # Looking for passwords takes long in a long text: only one that may have any is looked through.
    may_hide = "://" in text or "password=" in text.lower()
    return (masked(text) if may_hide else text)[:LONGEST_TEXT]


class EventLog:
    """One run's facts. They are taken from the start and written once `open` was called, by a thread of its own.

    `trouble` is called once, in that thread, with the reason when the file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE_NAME
        self.recent: deque[str] = deque(maxlen=RECENT)
        self.trouble: Callable[[str], None] = _nobody_listens
        self._waiting: list[tuple[str, dict[str, object]]] = []
        self._logger: FilteringBoundLogger | None = None
        self._listener: QueueListener | None = None

    @property
    def is_open(self) -> bool:
        return self._listener is not None

    def event(self, name: str, /, **fields: object) -> None:
        """Note a fact: a name in snake_case and its data. Never fails and never waits."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        told: dict[str, object] = {"timestamp": now, **without_secrets(fields)}
        self.recent.append(f"{name} {told}")
        if self._logger is None:
            self._waiting.append((name, told))
        else:
            self._logger.info(name, **told)

    def open(self, **always: object) -> None:
        """Begin to write; each line also has the fields `always`. What was noted so far is written first."""
        from importlib.metadata import version

        import structlog

        lines: queue.Queue[Any] = queue.Queue(QUEUE_LENGTH)
        self._listener = QueueListener(lines, _KeptFile(self.file, self.trouble))
        self._listener.start()
        # A logger of no tree: nothing that others log through the root gets into this file, nor the reverse.
        output = logging.Logger("kiosk", logging.INFO)  # noqa: LOG001
        output.addHandler(_NeverWaiting(lines))
        self._logger = structlog.wrap_logger(
            output,
            processors=[structlog.stdlib.add_log_level, structlog.processors.JSONRenderer(ensure_ascii=False)],
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        ).bind(**without_secrets(always), version=version("spool-kiosk"))
        waiting, self._waiting = self._waiting, []
        for name, told in waiting:
            self._logger.info(name, **told)

    def close(self) -> None:
        """Write what is still to be written. A log that was never opened writes nothing."""
        if self._listener is None:
            return
        listener, self._listener, self._logger = self._listener, None, None
        try:
            listener.stop()
        except queue.Full:
            # The disk has long stopped taking lines.
            return
        for handler in listener.handlers:
            handler.close()


def open_log(session: Session, log: EventLog) -> None:
    """Open the log of this session's terminal; a setting that is wrong is no reason to have none."""
    from core.domain.errors import InvalidRequestError

    try:
        site = session.site
    except InvalidRequestError:
        site = "?"
    log.open(station=session.station, site=site)


def _nobody_listens(reason: str) -> None:
    """Trouble before there is a screen to tell it on."""


class _NeverWaiting(QueueHandler):
    """Puts lines where the writing thread takes them; one that finds no room is left out."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        pass


class _KeptFile(RotatingFileHandler):
    """The file and its older ones. Trouble is told once; the next line tries again."""

    def __init__(self, file: Path, trouble: Callable[[str], None]) -> None:
        super().__init__(file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
        self._tell = trouble
        self._told = False

    def _open(self) -> Any:  # noqa: ANN401  # as logging has it
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # as logging has it
        if not self._told:
            self._told = True
            self._tell(f"{self.baseFilename}: {sys.exc_info()[1]}")

    def close(self) -> None:
        try:
            super().close()
        except OSError:
            # What a full disk did not take is lost, and was told.
            self.stream = None
