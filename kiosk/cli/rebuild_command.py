"""`kiosk rebuild`: an empty ledger out of the office's sheet, and what of it could not be known."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final

from core import open_occupation
from core.domain.dates import format_datetime
from core.domain.texts import one_line
from core.sheet.recovery.rebuilding import RebuildReport, rebuild
from core.sheet.recovery.recovered_spools import Doubt, Fuente
from core.sheet.spreadsheet import open_spreadsheet
from kiosk.session import Session
from kiosk.words.sheet_words import problem_document, row_problem_line
from kiosk.words.wording import Wording

NAMED: Final = 20
"""How many of a kind are told one by one; with --json all are."""


def rebuild_ledger(session: Session, *, as_json: bool) -> None:
    """Restore the configured ledger, which must be empty: never the demo's."""

    async def act() -> None:
        settings = session.configured
        async with (
            open_occupation(settings=settings, clock=session.clock) as occupation,
            open_spreadsheet(settings) as spreadsheet,
        ):
            with _progress(session) as advance:
                report = await rebuild(occupation, spreadsheet, source=settings.sheets_id or "", progress=advance)
            last = format_datetime(report.last, occupation.timezone)
        if as_json:
            problems = [problem_document(problem, session.wording) for problem in report.problems]
            session.print_json(asdict(report) | {"problems": problems})
        else:
            _tell(session, report, last)

    session.guard(act, as_json=as_json, saving=True)


@contextmanager
def _progress(session: Session) -> Iterator[Callable[[int], None]]:
    """A line that says how many requests have been answered; how many there will be is not known before."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    answered = 0

    def advance(requests: int) -> None:
        nonlocal answered
        answered += requests
        sys.stderr.write("\r" + session.wording("rebuild.reading", count=answered))
        sys.stderr.flush()

    try:
        yield advance
    finally:
        if answered:
            sys.stderr.write("\n")


def _tell(session: Session, report: RebuildReport, last: str) -> None:
    """What is restored goes to stdout, what is not certain to stderr."""
    words = session.wording
    _first(session, [row_problem_line(problem, words) for problem in report.problems])
    _first(session, [_doubt(words, doubt) for doubt in report.doubts])
    _first(session, [words("rebuild.unknown", tag=tag, events=count) for tag, count in report.unknown.items()])
    if report.missing:
        count = sum(last - first + 1 for first, last in report.missing)
        ranges = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in report.missing[:NAMED])
        session.tell(words("rebuild.missing", count=count, numbers=ranges))
    if report.inexact:
        session.tell(words("rebuild.inexact", count=report.inexact))
    if report.repeated:
        session.tell(words("rebuild.repeated", count=report.repeated))
    if report.expired:
        session.tell(
            words("rebuild.expired", tags=one_line(", ".join(report.expired[:NAMED])), count=len(report.expired))
        )
    session.tell(words("rebuild.after_last", last=last) if last else words("rebuild.no_history"))
    counts = {"spools": report.spools, "workers": report.workers, "occupied": report.occupied}
    session.print(words("rebuild.done", events=report.events, **counts))
    if report.doubts:
        session.print(words("rebuild.doubtful", count=len(report.doubts)))
    if report.renumbered:
        session.print(words("rebuild.renumbered"))
    session.print(words("rebuild.next"))


def _first(session: Session, lines: Iterable[str]) -> None:
    told = [one_line(line) for line in lines]
    for line in told[:NAMED]:
        session.tell(line)
    if len(told) > NAMED:
        session.tell(session.wording("rebuild.and_more", count=len(told) - NAMED))


def _doubt(words: Wording, doubt: Doubt) -> str:
    """The spool, why it is not certain, what differs, and which of the two was taken."""
    differing = ", ".join(
        words("rebuild.column", column=column, sheet=sheet, log=log) for column, (sheet, log) in doubt.columns.items()
    )
    taken = words("rebuild.taken_sheet") if doubt.taken is Fuente.HOJA else words("rebuild.taken_log")
    reason = words(f"rebuild.duda.{doubt.duda}")
    parts = [words("rebuild.doubt", tag=doubt.tag_spool, row=doubt.row, reason=reason), differing, taken]
    return "; ".join(part for part in parts if part)
