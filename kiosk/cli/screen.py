"""The full-screen program's life: from the checks of its terminal to its end by a key, a signal or a failure.

However it ends, the ledger is closed and the terminal is as it was. In kiosk mode no key ends it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.domain.errors import KioskError
from kiosk.cli.console import USAGE, Console
from kiosk.terminal.abilities import is_dumb, is_utf8
from kiosk.terminal.logs import EventLog, log_folder

if TYPE_CHECKING:
    from kiosk.cli.guard import GuardedApp
    from kiosk.session import Session

KEYS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
"""What ctrl+c, ctrl+\\ and ctrl+z send before the full screen takes the keys, and after it."""

GRACE: Final = 10.0
"""Seconds from a signal to the end of the process, whatever still hangs. What was confirmed is saved."""


def run_app(session: Session) -> None:
    """Show the kiosk until it is closed. Wrong settings end the program as they end any command.

    SIGTERM and SIGHUP end it with 128 and their number, SIGINT too outside kiosk mode; a lost terminal counts as
    SIGHUP. A failure is reported; then kiosk mode restarts the program, and without it the status is 1.
    """
    console = Console(session)
    try:
        settings, site = session.configured, session.site
    except KioskError as error:
        console.refuse(error)
    if settings.mode:
        for key in KEYS:
            signal.signal(key, signal.SIG_IGN)
        os.environ.pop("TEXTUAL_ALLOW_SIGNALS", None)
    # Textual removes NO_COLOR from the environment.
    environment = dict(os.environ)
    if problem := _terminal_problem(console):
        console.warn(problem)
        raise SystemExit(USAGE)
    log = EventLog(log_folder(settings.data_dir), station=settings.station, site=site)
    run = _Run(session, log)
    run.log.event("start", kiosk_mode=settings.mode, theme=session.theme, pid=os.getpid())
    try:
        console.run_alone(run.show)
        run.log.event("end", status=run.status or int(run.failure is not None))
    finally:
        run.log.close()
    if run.failure is not None and run.status == 0:
        _recover(console, run, run.failure, environment)
    if run.status:
        raise SystemExit(run.status)


def _terminal_problem(console: Console) -> str:
    """Why this terminal cannot show a full screen, in words; empty when it can."""
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        return console.words("cli.no_terminal")
    if is_dumb(os.environ):
        return console.words("cli.no_screen", term=os.environ["TERM"])
    if not is_utf8(sys.stdout.encoding):
        return console.words("cli.encoding", encoding=sys.stdout.encoding)
    return ""


class _Run:
    """One run of the app. `status` is the exit status that a signal gave it, `failure` the exception that ended it.

    `failed_in_secret` says that the failure may quote what somebody typed on a screen that keeps secrets.
    """

    def __init__(self, session: Session, log: EventLog) -> None:
        self._session = session
        self.log = log
        self.started = time.monotonic()
        self.status = 0
        self.failure: BaseException | None = None
        self.failed_in_secret = False
        self._last_resort = threading.Timer(GRACE, lambda: os._exit(self.status))
        self._last_resort.daemon = True

    async def show(self) -> None:
        """Run the app to its end. Raises KioskError when the settings name no usable ledger; keeps other failures."""
        try:
            # Textual takes long to import; by now the keys that stop a program are ignored.
            from kiosk.cli.guard import GuardedApp
            from kiosk.terminal.driver import terminal_watched, tolerate_stray_bytes

            tolerate_stray_bytes()
            app = GuardedApp(self._session, self.log)
            asyncio.get_running_loop().set_exception_handler(self._log_failed_task)
            with self._ended_by_signals(app), terminal_watched(lambda: self._end(app, signal.SIGHUP)):
                refusal = await app.run_async()
            self.failure, self.failed_in_secret = app.failure, app.failed_in_secret
        except KioskError:
            raise
        except Exception as exc:  # noqa: BLE001  # whatever it is, a report and a restart follow
            self.failure = exc
            return
        if self.status == 0 and refusal is not None:
            raise refusal

    def _log_failed_task(self, _: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        self.log.event("task_failed", message=context.get("message"), error=repr(context.get("exception")))

    @contextmanager
    def _ended_by_signals(self, app: GuardedApp) -> Iterator[None]:
        signals = [signal.SIGTERM, signal.SIGHUP, *([] if self._session.configured.mode else [signal.SIGINT])]
        loop = asyncio.get_running_loop()
        for number in signals:
            loop.add_signal_handler(number, self._end, app, number)
        try:
            yield
        finally:
            self._last_resort.cancel()
            for number in signals:
                # One signal is enough: another must not interrupt what is being closed.
                loop.remove_signal_handler(number)
                signal.signal(number, signal.SIG_IGN)

    def _end(self, app: GuardedApp, number: signal.Signals) -> None:
        if self.status == 0:
            self.status = 128 + number
            self._last_resort.start()
            app.log_event("signal", signal=number.name)
            app.exit()


def _recover(console: Console, run: _Run, failure: BaseException, environment: dict[str, str]) -> None:
    """Write a report; then restart, or without kiosk mode end with status 1 and name the report."""
    from kiosk.terminal import crash

    settings, now = console.session.configured, datetime.now(UTC)
    text = crash.failure_text(failure, with_words=not run.failed_in_secret)
    report = crash.report_text(text, recent=run.log.recent, now=now)
    file = crash.write_report(log_folder(settings.data_dir), report, now=now)
    if not settings.mode:
        console.warn(console.words("crash.report", file=file or console.words("crash.no_report")))
        raise SystemExit(1)
    runs = [*crash.earlier_runs(environment), time.monotonic() - run.started]
    if number := crash.show_calm_screen(crash.pause_after(runs)):
        raise SystemExit(128 + number)
    with suppress(OSError):
        crash.restart(runs, environment)
    raise SystemExit(1)
