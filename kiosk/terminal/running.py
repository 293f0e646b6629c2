"""The full-screen program's life: from the checks of its terminal to its end by a key, a signal or a failure.

However it ends, the ledger is closed and the terminal is as it was; in kiosk mode no key ends it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

from core.domain.errors import KioskError
from kiosk.session import USAGE, Session
from kiosk.terminal.abilities import is_dumb, is_utf8
from kiosk.terminal.logs import EventLog, log_folder, open_log

if TYPE_CHECKING:
    from kiosk.terminal.guard import GuardedApp

ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
KEYS: Final = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP)
"""What ctrl+c, ctrl+\\ and ctrl+z send while no full screen takes the keys yet, or any more."""

GRACE: Final = 10.0
"""Seconds the program may take to end once it was told to; then it is gone. What was told as saved is saved."""


def run_app(session: Session) -> None:
    """Show the kiosk until it is closed; refusals of the settings end the program as any command's do.

    SIGTERM and SIGHUP end it with 128 and their number, SIGINT too outside kiosk mode; a lost terminal does as SIGHUP.
    A failure is reported; then kiosk mode starts the program anew, and without it the status is 1.
    """
    ending = {*ENDING} if session.kiosk_mode else {*ENDING, signal.SIGINT}
    if session.kiosk_mode:
        for key in KEYS:
            signal.signal(key, signal.SIG_IGN)
        os.environ.pop("TEXTUAL_ALLOW_SIGNALS", None)
    # Textual takes NO_COLOR out of the environment for itself.
    environment = dict(os.environ)
    _check_terminal(session)
    started = time.monotonic()
    log = EventLog(log_folder(session.data_dir))
    log.event("start", kiosk_mode=session.kiosk_mode, theme=session.theme, pid=os.getpid())
    ended = _Ending(ending)
    try:
        session.guard(lambda: _show(session, log, ended), as_json=False)
        log.event("end", status=ended.status or int(ended.failure is not None))
    finally:
        if not log.is_open:
            open_log(session, log)
        log.close()
    if ended.failure is not None and ended.status == 0:
        _after_failure(session, log, ended, environment, lasted=time.monotonic() - started)
    if ended.status:
        raise SystemExit(ended.status)


class _Ending:
    """How the run ended: the exit status a signal gave it; the failure, if any, and whether among secrets.

    `signals` are those that end it.
    """

    def __init__(self, signals: Collection[signal.Signals]) -> None:
        self.signals = signals
        self.status = 0
        self.failure: BaseException | None = None
        self.in_secret = False
        self.last_resort = threading.Timer(GRACE, lambda: os._exit(self.status))
        self.last_resort.daemon = True


async def _show(session: Session, log: EventLog, ended: _Ending) -> None:
    """Run the app to its end. Raises KioskError when the settings are refused; any other failure is kept."""
    try:
        # Imported here, where the keys that stop a program are already held.
        from kiosk.terminal.driver import terminal_watched
        from kiosk.terminal.guard import GuardedApp
        from kiosk.terminal.stray_bytes import tolerate_stray_bytes

        tolerate_stray_bytes()
        app = GuardedApp(session, log)
        asyncio.get_running_loop().set_exception_handler(
            lambda _, told: log.event("task_failed", message=told.get("message"), error=repr(told.get("exception")))
        )
        with _signals_end(app, ended), terminal_watched(lambda: _end(app, ended, signal.SIGHUP)):
            refusal = await app.run_async()
        ended.failure, ended.in_secret = app.failure, app.failed_in_secret
    except KioskError:
        raise
    except Exception as exc:  # noqa: BLE001  # whatever it is, a report and a new start follow
        ended.failure = exc
        return
    if ended.status == 0 and refusal is not None:
        raise refusal


@contextmanager
def _signals_end(app: GuardedApp, ended: _Ending) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in ended.signals:
        loop.add_signal_handler(number, _end, app, ended, number)
    try:
        yield
    finally:
        ended.last_resort.cancel()
        for number in ended.signals:
            # Told to end once is enough: what is being closed is closed to its end.
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)


def _end(app: GuardedApp, ended: _Ending, number: signal.Signals) -> None:
    if ended.status == 0:
        ended.status = 128 + number
        ended.last_resort.start()
        app.log_event("signal", signal=number.name)
        app.exit()


def _check_terminal(session: Session) -> None:
    """End with a line in words when there is no terminal, or none that can show a full screen."""
    words = session.wording
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        _refuse(session, words("cli.no_terminal"))
    if is_dumb(os.environ):
        _refuse(session, words("cli.no_screen", term=os.environ["TERM"]))
    if not is_utf8(sys.stderr.encoding):
        _refuse(session, words("cli.encoding", encoding=sys.stderr.encoding))


def _refuse(session: Session, text: str) -> NoReturn:
    session.tell(text)
    raise SystemExit(USAGE)


def _after_failure(
    session: Session, log: EventLog, ended: _Ending, environment: Mapping[str, str], *, lasted: float
) -> None:
    """Report; then start anew, or end with status 1 where people can see why."""
    from kiosk.terminal import crash

    now = datetime.now(UTC)
    what = crash.failure_text(ended.failure, with_words=not ended.in_secret) if ended.failure else ""
    report = crash.report_text(what, recent=log.recent, now=now)
    file = crash.write_report(log_folder(session.data_dir), report, now=now)
    if not session.kiosk_mode:
        session.tell(session.wording("crash.report", file=file or session.wording("crash.no_report")))
        raise SystemExit(1)
    runs = [*crash.earlier_runs(environment), lasted]
    if told := _rest(crash.pause_after(runs)):
        raise SystemExit(128 + told)
    with suppress(OSError):
        crash.start_anew(runs, environment)
    raise SystemExit(1)


def _rest(seconds: float) -> int:
    """Show the calm screen so long, deaf to every key; the number of the signal that ended it early, else 0."""
    import termios

    from kiosk.terminal.crash import calm_screen

    held = {signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, held)
    for number in held:
        signal.signal(number, signal.SIG_DFL)
    before = None
    try:
        with suppress(termios.error, OSError):
            before = termios.tcgetattr(0)
            deaf = termios.tcgetattr(0)
            deaf[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
            termios.tcsetattr(0, termios.TCSANOW, deaf)
            sys.stderr.write(calm_screen(seconds))
            sys.stderr.flush()
        told = signal.sigtimedwait(held, seconds)
    finally:
        with suppress(termios.error, OSError):
            if before is not None:
                termios.tcsetattr(0, termios.TCSAFLUSH, before)
            sys.stderr.write("\x1b[2J\x1b[H\x1b[?25h")
            sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, held)
    if told is None:
        # A terminal that went away meanwhile is no place to start anew on.
        return 0 if os.isatty(0) else signal.SIGHUP
    return told.si_signo
