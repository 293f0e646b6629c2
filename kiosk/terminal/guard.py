"""The kiosk as the program runs it: with a log, and with every failure kept for a report instead of shown."""

from __future__ import annotations

import asyncio
from importlib import import_module

from textual.worker import WorkerFailed

from kiosk.app import KioskApp
from kiosk.session import Session
from kiosk.terminal.driver import KioskDriver
from kiosk.terminal.logs import EventLog, open_log


class GuardedApp(KioskApp):
    """A terminal in people's hands. `failure` is what ended it, None when it was not a failure.

    `failed_in_secret` says that a screen which keeps secrets was in front: the failure may quote one.
    """

    def __init__(self, session: Session, log: EventLog) -> None:
        super().__init__(session)
        self.driver_class = KioskDriver
        self.failure: BaseException | None = None
        self.failed_in_secret = False
        self._log_of_run = log
        log.trouble = self._tell_log_trouble

    def on_mount(self) -> None:
        self.run_worker(self._open_log(), group="log", exclusive=True)

    async def _open_log(self) -> None:
        # What writes the log is imported when people have their first picture and the ledger.
        await self.feed.tried.wait()
        await asyncio.to_thread(import_module, "structlog")
        open_log(self.session, self._log_of_run)

    def log_event(self, name: str, **fields: object) -> None:
        """Note a fact; of what is scanned or typed on a screen that keeps secrets only that it happened."""
        if self._keeps_secrets:
            fields = {field: value for field, value in fields.items() if field not in {"text", "code"}}
        self._log_of_run.event(name, **fields)

    @property
    def _keeps_secrets(self) -> bool:
        return self.front is not None and self.front.secret

    def _tell_log_trouble(self, reason: str) -> None:
        self.call_later(self.notify, self.wording("log.trouble", reason=reason), severity="warning")

    def _handle_exception(self, error: Exception) -> None:
        """Where Textual brings whatever nobody caught. It would paint the values of variables on the terminal."""
        if self.failure is None:
            self.failure = error.error if isinstance(error, WorkerFailed) else error
            self._return_code = 1
            self.failed_in_secret = self._keeps_secrets
            name = type(self.failure).__name__
            self.log_event("crash", error=name if self.failed_in_secret else repr(self.failure))
        self._close_messages_no_wait()
