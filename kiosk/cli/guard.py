"""The app as the program runs it: with a log, and with every failure kept for a report instead of painted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.worker import WorkerFailed
from typing_extensions import override

from kiosk.app import KioskApp
from kiosk.session import Session
from kiosk.terminal.abilities import is_console
from kiosk.terminal.driver import KioskDriver
from kiosk.terminal.linux_console import LINUX_CONSOLE
from kiosk.terminal.logs import EventLog

if TYPE_CHECKING:
    from textual.filter import LineFilter


class GuardedApp(KioskApp):
    """The app in people's hands. `failure` is the exception that ended it, None when none did.

    `failed_in_secret` says that a screen which keeps secrets was in front: the failure may quote one.
    """

    def __init__(self, session: Session, log: EventLog) -> None:
        super().__init__(session)
        self.driver_class = KioskDriver
        self.failure: BaseException | None = None
        self.failed_in_secret = False
        self._event_log = log
        self._said_log_trouble = False

    @override
    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([LINUX_CONSOLE] if is_console(os.environ) else [])]

    @override
    def on_mount(self) -> None:
        self.run_worker(self._start_log(), group="log", exclusive=True)

    async def _start_log(self) -> None:
        # The first picture and the ledger's first answer come first.
        await self.feed.tried.wait()
        self._event_log.start()

    @override
    def bring_up(self) -> None:
        super().bring_up()
        if self._event_log.trouble and not self._said_log_trouble:
            self._said_log_trouble = True
            self.notify(self.wording("log.trouble", reason=self._event_log.trouble), severity="warning")

    @override
    def log_event(self, name: str, **fields: object) -> None:
        # Of what is scanned or typed on a screen that keeps secrets only that it happened.
        if self._keeps_secrets:
            fields = {field: value for field, value in fields.items() if field not in {"text", "code"}}
        self._event_log.event(name, **fields)

    @property
    def _keeps_secrets(self) -> bool:
        return self.front is not None and self.front.secret

    @override
    def _handle_exception(self, error: Exception) -> None:
        # Textual would paint the traceback, with the values of variables, on the terminal.
        if self.failure is None:
            self.intake.close()
            self.failure = error.error if isinstance(error, WorkerFailed) else error
            self._return_code = 1
            self.failed_in_secret = self._keeps_secrets
            name = type(self.failure).__name__
            self.log_event("crash", error=name if self.failed_in_secret else repr(self.failure))
        self._close_messages_no_wait()
