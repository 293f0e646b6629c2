"""`kiosk sync`: what the shop does into the office's sheet, until it is stopped; or, once, whatever is waiting."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final, TypeVar

from core import open_occupation
from core.sheet.news import Elected, Failed, Mirrored, News, Pulled, StandingBy
from core.sheet.pulling import Problem
from core.sheet.spreadsheet import open_spreadsheet
from core.sheet.sync import Sync
from kiosk.session import Session
from kiosk.words.sheet_words import problem_document, problem_line
from kiosk.words.wording import Wording

T = TypeVar("T")

STOPPED: Final = 130
"""The exit status of a process that was asked to end before it was done."""
FAILURES: Final = 3
"""In a row, after which bringing the sheet up to date once has failed: some seconds."""


def sync_sheet(session: Session, *, once: bool, as_json: bool) -> None:
    """Mirror the configured ledger: never the demo's. Ends in good order on SIGTERM, SIGHUP and Ctrl+C.

    A process that was to do it once ends with status 130 then: it did not.
    """

    async def act() -> None:
        settings = session.configured
        async with (
            open_spreadsheet(settings) as spreadsheet,
            open_occupation(settings=settings, clock=session.clock) as occupation,
        ):
            sync = Sync(
                service=occupation,
                spreadsheet=spreadsheet,
                pull_every=settings.sheets_pull_every,
                tell=Teller(session, as_json=as_json),
            )
            if not once:
                await _until_stopped(sync.run())
                return
            seq = await _until_stopped(sync.run_once(give_up_after=FAILURES))
            if seq is None:
                raise SystemExit(STOPPED)
            if as_json:
                session.print_json({"event": "done", "waiting": 0, "seq": seq})
            else:
                session.print(session.wording("sync.done", seq=seq))

    session.guard(act, as_json=as_json)


async def _until_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """What the work comes to; None when the process was asked to end before: it gives back what it holds."""
    task = asyncio.ensure_future(work)
    with _on_signals(task.cancel), suppress(asyncio.CancelledError):
        return await task
    return None


@contextmanager
def _on_signals(stop: Any) -> Iterator[None]:  # noqa: ANN401 - asyncio calls it and looks at nothing it returns
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


class Teller:
    """Prints each news; in words, what in the sheet is no use only when that is not what it was at the last pull."""

    def __init__(self, session: Session, *, as_json: bool) -> None:
        self._session = session
        self._as_json = as_json
        self._problems: Sequence[Problem] = ()

    def __call__(self, news: News) -> None:
        session = self._session
        if self._as_json:
            session.print_json(_as_dict(news, session.wording, session.clock()))
            return
        session.print(_in_words(session, news))
        if isinstance(news, Pulled) and news.report.problems != self._problems:
            self._problems = news.report.problems
            for problem in self._problems:
                session.print(problem_line(problem, session.wording))


def _as_dict(news: News, words: Wording, now: datetime) -> dict[str, object]:
    match news:
        case StandingBy():
            return {"event": "standing_by"}
        case Elected():
            return {"event": "elected"}
        case Mirrored(done):
            return {
                "event": "mirrored",
                "events": done.events,
                "rows": done.rows,
                "conflicts": done.conflicts,
                "waiting": done.waiting,
                "rows_waiting": done.rows_waiting,
            }
        case Pulled(report):
            loaded = report.loaded
            changed = {"added": loaded.added, "updated": loaded.updated, "workers": loaded.workers}
            return {
                "event": "pulled",
                **changed,
                "problems": [problem_document(problem, words) for problem in report.problems],
            }
        case Failed(error, delay, pulling):
            return {
                "event": "failed",
                "pulling": pulling,
                "retry_in": round(delay, 1),
                "error": words.document(error, now=now),
            }


def _in_words(session: Session, news: News) -> str:
    words = session.wording
    match news:
        case StandingBy():
            return words("sync.standing_by")
        case Elected():
            return words("sync.elected")
        case Mirrored(done):
            waiting = {"waiting": done.waiting, "rows_waiting": done.rows_waiting}
            line = words("sync.mirrored", events=done.events, rows=done.rows, **waiting)
            conflicts = words("sync.conflicts", count=done.conflicts) if done.conflicts else ""
            return " · ".join(filter(None, (line, conflicts)))
        case Pulled(report):
            return words(
                "sync.pulled",
                added=report.loaded.added,
                updated=report.loaded.updated,
                workers=report.loaded.workers,
                problems=len(report.problems),
            )
        case Failed(error, delay, pulling):
            notice = words.error(error, now=session.clock())
            what = words("sync.not_pulled") if pulling else words("sync.not_mirrored")
            reason = ": ".join(filter(None, (notice.title, notice.detail.rstrip("."))))
            return words("sync.failed", what=what, reason=reason, seconds=round(delay))
