"""The commands about the office's sheet. They work on the configured ledger, never on the demo's."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict
from typing import Annotated, Any, Final, TypeVar

import typer

from core import OccupationService, RowProblem, open_occupation
from core.domain.dates import format_datetime
from core.domain.texts import one_line
from core.sheet.news import Elected, Failed, Mirrored, News, Pulled, StandingBy
from core.sheet.pulling import Problem
from core.sheet.pulling import pull as pull_sheet
from core.sheet.recovery.rebuilding import RebuildReport
from core.sheet.recovery.rebuilding import rebuild as rebuild_ledger
from core.sheet.recovery.recovered_spools import Doubt, Fuente
from core.sheet.spreadsheet import Spreadsheet, open_spreadsheet
from core.sheet.sync import Sync
from core.sheet.template import write_template
from kiosk.cli.console import INTERRUPTED, Console
from kiosk.cli.options import Json
from kiosk.cli.plant import load_counts, print_load
from kiosk.words.sheet_words import problem_document, problem_line, row_problem_line
from kiosk.words.wording import Wording

commands = typer.Typer()

T = TypeVar("T")

FAILURES: Final = 3
"""Failures in a row, some seconds apart, after which `sync --once` gives up."""

NAMED: Final = 20
"""Lines of one kind that `rebuild` prints; with --json there is no limit."""


@asynccontextmanager
async def _open_both(console: Console) -> AsyncIterator[tuple[OccupationService, Spreadsheet]]:
    settings = console.session.configured
    async with (
        open_spreadsheet(settings) as spreadsheet,
        open_occupation(settings=settings, clock=console.session.clock) as occupation,
    ):
        yield occupation, spreadsheet


@commands.command()
def sync(
    context: typer.Context, *, once: Annotated[bool, typer.Option("--once")] = False, as_json: Json = False
) -> None:
    """Mirror the ledger into the sheet and pull the plant from it, until SIGTERM, SIGHUP or Ctrl+C.

    With `once` the command ends when nothing waits any more. A signal before that ends it with status 130.
    """
    console = Console(context.obj, as_json=as_json)

    async def act() -> None:
        async with _open_both(console) as (occupation, spreadsheet):
            mirror = Sync(
                service=occupation,
                spreadsheet=spreadsheet,
                pull_every=console.session.configured.sheets_pull_every,
                tell=SyncReporter(console),
            )
            if not once:
                await _until_stopped(mirror.run())
                return
            seq = await _until_stopped(mirror.run_once(give_up_after=FAILURES))
            if seq is None:
                raise SystemExit(INTERRUPTED)
            console.answer({"event": "done", "waiting": 0, "seq": seq}, [console.words("sync.done", seq=seq)])

    console.run_alone(act)


async def _until_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """The result of the work; None when a signal stopped it first. It has then released what it held."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, lambda: bool(task.cancel()))
    try:
        with suppress(asyncio.CancelledError):
            return await task
        return None
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


class SyncReporter:
    """Prints what a sync does. In words, the sheet's problems only when they differ from those of the last pull."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._problems: Sequence[Problem] = ()

    def __call__(self, news: News) -> None:
        """Print one event of the sync."""
        self._console.answer(_as_dict(self._console, news), self._lines(news))

    def _lines(self, news: News) -> Iterator[str]:
        yield _in_words(self._console, news)
        if isinstance(news, Pulled) and news.report.problems != self._problems:
            self._problems = news.report.problems
            for problem in self._problems:
                yield problem_line(problem, self._console.words)


def _as_dict(console: Console, news: News) -> dict[str, object]:
    words, now = console.words, console.session.clock()
    match news:
        case StandingBy():
            return {"event": "standing_by"}
        case Elected():
            return {"event": "elected"}
        case Mirrored(done):
            counts = asdict(done)
            del counts["mirrored"]
            return {"event": "mirrored", **counts}
        case Pulled(report):
            loaded = report.loaded
            changed = {"added": loaded.added, "updated": loaded.updated, "workers": loaded.workers}
            return {"event": "pulled", **changed, "problems": _problems(report.problems, words)}
        case Failed(error, delay, pulling):
            return {
                "event": "failed",
                "pulling": pulling,
                "retry_in": round(delay, 1),
                "error": words.document(error, now=now),
            }


def _problems(problems: Sequence[Problem] | Sequence[RowProblem], words: Wording) -> list[dict[str, object]]:
    return [problem_document(problem, words) for problem in problems]


def _in_words(console: Console, news: News) -> str:
    words = console.words
    match news:
        case StandingBy():
            return words("sync.standing_by")
        case Elected():
            return words("sync.elected")
        case Mirrored(done):
            line = words("sync.mirrored", **asdict(done))
            conflicts = words("sync.conflicts", count=done.conflicts) if done.conflicts else ""
            return " · ".join(filter(None, (line, conflicts)))
        case Pulled(report):
            return words("sync.pulled", **load_counts(report.loaded), problems=len(report.problems))
        case Failed(error, delay, pulling):
            notice = words.error(error, now=console.session.clock())
            what = words("sync.not_pulled") if pulling else words("sync.not_mirrored")
            reason = ": ".join(filter(None, (notice.title, notice.detail.rstrip("."))))
            return words("sync.failed", what=what, reason=reason, seconds=round(delay))


@commands.command()
def pull(
    context: typer.Context, *, anew: Annotated[bool, typer.Option("--anew")] = False, as_json: Json = False
) -> None:
    """Load the plant out of the sheet. With `anew` an empty ledger also takes a sheet with another ledger's history."""
    console = Console(context.obj, as_json=as_json, saving=True)

    async def act() -> None:
        async with _open_both(console) as (occupation, spreadsheet):
            report = await pull_sheet(occupation, spreadsheet, anew=anew)
        if as_json:
            problems = _problems(report.problems, console.words)
            console.print_json({**load_counts(report.loaded), "problems": problems})
            return
        for problem in report.problems:
            console.print(problem_line(problem, console.words))
        print_load(console, report.loaded, left_out=sum(not problem.kept for problem in report.problems))

    console.run_alone(act)


@commands.command()
def sheet_template(context: typer.Context, *, as_json: Json = False) -> None:
    """Give the spreadsheet the worksheets that it lacks."""
    console = Console(context.obj, as_json=as_json)
    words = console.words

    async def act() -> None:
        async with open_spreadsheet(console.session.configured) as spreadsheet:
            report = await write_template(spreadsheet)
        written = words("sheet.written", names=", ".join(report.written))
        lines = [written if report.written else words("sheet.nothing_written")]
        if report.left:
            lines.append(words("sheet.left", names=", ".join(report.left)))
        console.answer(asdict(report), lines)

    console.run_alone(act)


@commands.command()
def rebuild(context: typer.Context, *, as_json: Json = False) -> None:
    """Restore an empty ledger out of the sheet after the ledger was lost."""
    console = Console(context.obj, as_json=as_json, saving=True)

    async def act() -> None:
        async with _open_both(console) as (occupation, spreadsheet):
            with _counter(console) as advance:
                source = console.session.configured.sheets_id or ""
                report = await rebuild_ledger(occupation, spreadsheet, source=source, progress=advance)
            last = format_datetime(report.last, occupation.timezone)
        if as_json:
            console.print_json(asdict(report) | {"problems": _problems(report.problems, console.words)})
        else:
            _print_rebuilt(console, report, last)

    console.run_alone(act)


@contextmanager
def _counter(console: Console) -> Iterator[Callable[[int], None]]:
    """A line on a terminal that counts the answered requests. How many there will be is not known before."""
    answered = 0

    def advance(requests: int) -> None:
        nonlocal answered
        answered += requests
        if sys.stderr.isatty():
            sys.stderr.write("\r" + console.words("rebuild.reading", count=answered))
            sys.stderr.flush()

    try:
        yield advance
    finally:
        if answered and sys.stderr.isatty():
            sys.stderr.write("\n")


def _print_rebuilt(console: Console, report: RebuildReport, last: str) -> None:
    """What is restored goes to stdout, what is uncertain to stderr."""
    words = console.words
    _warn_of_first(console, [row_problem_line(problem, words) for problem in report.problems])
    _warn_of_first(console, [_doubt_line(doubt, words) for doubt in report.doubts])
    _warn_of_first(console, [words("rebuild.unknown", tag=tag, events=n) for tag, n in report.unknown.items()])
    if report.missing:
        count = sum(last - first + 1 for first, last in report.missing)
        ranges = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in report.missing[:NAMED])
        console.warn(words("rebuild.missing", count=count, numbers=ranges))
    if report.inexact:
        console.warn(words("rebuild.inexact", count=report.inexact))
    if report.repeated:
        console.warn(words("rebuild.repeated", count=report.repeated))
    if report.expired:
        tags = one_line(", ".join(report.expired[:NAMED]))
        console.warn(words("rebuild.expired", tags=tags, count=len(report.expired)))
    console.warn(words("rebuild.after_last", last=last) if last else words("rebuild.no_history"))
    counts = {"spools": report.spools, "workers": report.workers, "occupied": report.occupied}
    console.print(words("rebuild.done", events=report.events, **counts))
    if report.doubts:
        console.print(words("rebuild.doubtful", count=len(report.doubts)))
    if report.renumbered:
        console.print(words("rebuild.renumbered"))
    console.print(words("rebuild.next"))


def _warn_of_first(console: Console, lines: Sequence[str]) -> None:
    for line in lines[:NAMED]:
        console.warn(one_line(line))
    if len(lines) > NAMED:
        console.warn(console.words("rebuild.and_more", count=len(lines) - NAMED))


def _doubt_line(doubt: Doubt, words: Wording) -> str:
    """The spool, why it is uncertain, what differs, and which of the two values was taken."""
    differing = ", ".join(
        words("rebuild.column", column=column, sheet=sheet, log=log) for column, (sheet, log) in doubt.columns.items()
    )
    taken = words("rebuild.taken_sheet") if doubt.taken is Fuente.HOJA else words("rebuild.taken_log")
    reason = words(f"rebuild.duda.{doubt.duda}")
    parts = [words("rebuild.doubt", tag=doubt.tag_spool, row=doubt.row, reason=reason), differing, taken]
    return "; ".join(part for part in parts if part)
