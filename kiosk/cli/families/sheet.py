"""The commands about the office's sheet. They work on the configured ledger, never on the demo's."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from typing import Annotated, Final

import typer

from core import InvalidRequestError, OccupationService, RowProblem, open_occupation
from core.domain.reasons import Defecto
from core.domain.sheet_errors import SheetDisagreesError
from core.domain.writing.dates import format_datetime
from core.domain.writing.texts import one_line
from core.ledger.open import require_ledger
from core.sheet.pull import pull as pull_sheet
from core.sheet.pull_note import Problem, read_pull_note
from core.sheet.push.lookups import LookupsReport, write_lookups
from core.sheet.rebuild import RebuildReport
from core.sheet.rebuild import rebuild as rebuild_ledger
from core.sheet.recovery import Columns, Source
from core.sheet.spreadsheet.client import Spreadsheet, open_spreadsheet
from core.sheet.sync import Sync
from core.sheet.sync_events import Elected, Failed, Mirrored, Pulled, StandingBy, SyncEvent
from core.sheet.template import write_worksheets
from kiosk.cli.console import INTERRUPTED, Console, until_stopped
from kiosk.cli.families.plant import load_counts, print_load
from kiosk.cli.options import Json
from kiosk.words.sheet_words import problem_document, problem_line, row_problem_line
from kiosk.words.wording import Wording

commands = typer.Typer()

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
        if console.session.configured.sheets_id is not None:
            require_ledger(console.session.configured.effective_ledger_url)
        async with _open_both(console) as (occupation, spreadsheet):
            mirror = Sync(
                service=occupation,
                spreadsheet=spreadsheet,
                pull_every=console.session.configured.sheets_pull_every,
                tell=SyncReporter(console),
            )
            if not once:
                await until_stopped(mirror.run())
                return
            seq = await until_stopped(mirror.run_once(give_up_after=FAILURES))
            if seq is None:
                raise SystemExit(INTERRUPTED)
            console.answer({"event": "done", "waiting": 0, "seq": seq}, [console.words("sync.done", seq=seq)])

    console.run_alone(act)


class SyncReporter:
    """Prints what a sync does. In words, the sheet's problems only when they differ from those of the last pull."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._problems: Sequence[Problem] = ()

    def __call__(self, event: SyncEvent) -> None:
        """Print one event of the sync."""
        document, line = _described(event, self._console)
        lines = [line]
        if isinstance(event, Pulled) and event.report.problems != self._problems:
            self._problems = event.report.problems
            lines += [problem_line(problem, self._console.words) for problem in self._problems]
        self._console.answer(document, lines)


def _described(event: SyncEvent, console: Console) -> tuple[dict[str, object], str]:
    """The event as JSON, and in words."""
    words, now = console.words, console.session.clock()
    match event:
        case StandingBy():
            return {"event": "standing_by"}, words("sync.standing_by")
        case Elected():
            return {"event": "elected"}, words("sync.elected")
        case Mirrored(done):
            counts = asdict(done)
            conflicts = words("sync.conflicts", count=done.conflicts) if done.conflicts else ""
            line = " · ".join(filter(None, (words("sync.mirrored", **counts), conflicts)))
            del counts["mirrored"]
            return {"event": "mirrored", **counts}, line
        case Pulled(report):
            counts = load_counts(report.loaded)
            changed = {name: counts[name] for name in ("added", "updated", "workers")}
            line = words("sync.pulled", **counts, problems=len(report.problems))
            return {"event": "pulled", **changed, "problems": _problems(report.problems, words)}, line
        case Failed(error, delay, pulling):
            document = words.document(error, now=now)
            notice = words.error(error, now=now)
            what = words("sync.not_pulled") if pulling else words("sync.not_mirrored")
            reason = ": ".join(filter(None, (notice.title, notice.detail.rstrip("."))))
            line = words("sync.failed", what=what, reason=reason, seconds=round(delay))
            return {"event": "failed", "pulling": pulling, "retry_in": round(delay, 1), "error": document}, line


def _problems(problems: Sequence[Problem] | Sequence[RowProblem], words: Wording) -> list[dict[str, object]]:
    return [problem_document(problem, words) for problem in problems]


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
            console.print_json({**load_counts(report.loaded), "problems": _problems(report.problems, console.words)})
            return
        for problem in report.problems:
            console.print(problem_line(problem, console.words))
        print_load(console, report.loaded, left_out=sum(not problem.kept for problem in report.problems))

    console.run_alone(act)


@commands.command()
def sheet_template(
    context: typer.Context,
    *,
    plain: Annotated[bool, typer.Option("--plain")] = False,
    repair: Annotated[bool, typer.Option("--repair")] = False,
    adopt: Annotated[bool, typer.Option("--adopt")] = False,
    as_json: Json = False,
) -> None:
    """Give the spreadsheet the worksheets that it lacks, and Operaciones the shop's columns as lookup formulas."""
    console = Console(context.obj, as_json=as_json)

    async def act() -> None:
        if adopt:
            # What stands in Operaciones must be in the ledger before formulas take its place.
            require_ledger(console.session.configured.effective_ledger_url)
            async with open_occupation(settings=console.session.configured, clock=console.session.clock) as occupation:
                note = await read_pull_note(occupation.ledger)
            if note is None or note.at is None:
                raise InvalidRequestError("--adopt", Defecto.SIN_LECTURA)
        async with open_spreadsheet(console.session.configured) as spreadsheet:
            report = await write_worksheets(spreadsheet)
            lookups = LookupsReport() if plain else await write_lookups(spreadsheet, adopt=adopt, repair=repair)
        document = {**asdict(report), "lookups": asdict(lookups)}
        written = console.words("sheet.written", names=", ".join(report.written))
        lines = [written if report.written else console.words("sheet.nothing_written")]
        if report.left:
            lines.append(console.words("sheet.left", names=", ".join(report.left)))
        console.answer(document, [*lines, *_lookup_lines(lookups, console.words)])

    console.run_alone(act)


def _lookup_lines(report: LookupsReport, words: Wording) -> Iterator[str]:
    left = [name for name in report.with_content if name not in report.written]
    broken = [name for name in report.broken if name not in report.written]
    if report.written:
        yield words("sheet.lookups", names=", ".join(report.written))
    if broken:
        yield words("sheet.lookups_broken", names=", ".join(broken))
    if left:
        yield words("sheet.lookups_left", names=", ".join(left))


@commands.command()
def rebuild(
    context: typer.Context, *, take: Annotated[Source | None, typer.Option("--take")] = None, as_json: Json = False
) -> None:
    """Restore an empty ledger out of the sheet after the ledger was lost.

    Where a spool's row in Taller and its events in Metadata disagree, `take` says which of the two counts.
    """
    console = Console(context.obj, as_json=as_json, saving=True)

    async def act() -> None:
        async with _open_both(console) as (occupation, spreadsheet):
            with _counter(console) as advance:
                source = spreadsheet.spreadsheet_id
                try:
                    report = await rebuild_ledger(occupation, spreadsheet, take=take, source=source, progress=advance)
                except SheetDisagreesError as disagreement:
                    _warn_of_first(console, _disagreement_lines(disagreement.spools, console.words))
                    raise
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
    _warn_of_first(console, _disagreement_lines(report.disagreements, words))
    _warn_of_first(console, [words("rebuild.unknown", tag=tag, events=n) for tag, n in report.unknown.items()])
    if report.missing:
        count = sum(last - first + 1 for first, last in report.missing)
        ranges = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in report.missing[:NAMED])
        console.warn(words("rebuild.missing", count=count, numbers=ranges))
    if report.superseded:
        console.warn(words("rebuild.superseded", count=report.superseded))
    if report.expired:
        tags = one_line(", ".join(report.expired[:NAMED]))
        console.warn(words("rebuild.expired", tags=tags, count=len(report.expired)))
    console.warn(words("rebuild.after_last", last=last) if last else words("rebuild.no_history"))
    counts = {"spools": report.spools, "workers": report.workers, "occupied": report.occupied}
    console.print(words("rebuild.done", events=report.events, **counts))
    if report.disagreements:
        console.print(words("rebuild.doubtful", count=len(report.disagreements)))
    console.print(words("rebuild.next"))


def _warn_of_first(console: Console, lines: Sequence[str]) -> None:
    for line in lines[:NAMED]:
        console.warn(one_line(line))
    if len(lines) > NAMED:
        console.warn(console.words("rebuild.and_more", count=len(lines) - NAMED))


def _disagreement_lines(spools: Mapping[str, Columns], words: Wording) -> list[str]:
    """A line a spool: what its row of Taller says, and what its events say."""
    return [
        "; ".join(
            words("rebuild.column", tag=tag, column=column, row=row, log=log) for column, (row, log) in columns.items()
        )
        for tag, columns in spools.items()
    ]
