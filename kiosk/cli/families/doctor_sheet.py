"""The part of `kiosk doctor` about the office's sheet: can it be read, is it up to date, what in it is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core import Event, MissingPackageError, OccupationService
from core.domain.reasons import InvalidValueError
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.domain.writing.texts import one_line
from core.plant import columns
from core.plant.cells import Grid, shown
from core.plant.reading import OPERACIONES, ROLES, TRABAJADORES, UNIONES
from core.settings import Settings
from core.sheet import metadata, taller
from core.sheet.plant import WORKSHEETS, find_worksheets, title_among
from core.sheet.pull_note import PullNote, read_pull_note
from core.sheet.spreadsheet.client import Spreadsheet, a1, open_spreadsheet
from core.sheet.state import MirrorState
from kiosk.live.mirror_watch import QueueState, find_conflicts, judge, read_state
from kiosk.session import Session
from kiosk.words.event_words import event_detail
from kiosk.words.sheet_words import (
    cells_text,
    flaws,
    is_nearly_full,
    noted_notice,
    problem_place,
    problem_text,
    pulled_text,
    waiting_text,
)
from kiosk.words.wording import Notice, Wording, elapsed

LISTED: Final = 20
"""How many problems, and how many conflicts, are listed one by one."""

_WANTED: Final = {
    OPERACIONES: columns.OFFICES,
    TRABAJADORES: columns.TRABAJADORES,
    ROLES: columns.ROLES,
    UNIONES: columns.UNIONES,
    taller.TALLER: taller.COLUMNS,
    taller.TALLER_UNIONES: taller.UNION_COLUMNS,
    metadata.METADATA: metadata.COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. With a next step something is wrong, and that is what to do about it."""

    name: str
    value: str
    next_step: str = ""

    @property
    def ok(self) -> bool:
        """Whether nobody needs to do anything."""
        return not self.next_step


def judged(words: Wording, name: str, value: str, *, ok: bool) -> Finding:
    """The fact; unless it is `ok`, with the next step that the catalogue has for this name."""
    return Finding(name, value, "" if ok else words(f"doctor.next.{name}"))


async def check_sheet(
    session: Session, settings: Settings, occupation: OccupationService
) -> tuple[list[Finding], bool]:
    """Read the sheet's headers, and the ledger's notes about it: the findings, and whether the sheet can be reached.

    A sheet that is not configured counts as one that can. Raises LedgerUnavailableError, LedgerRolledBackError.
    """
    words, now = session.wording, occupation.now()
    findings, is_reachable = [Finding("sheet", words("doctor.no_sheet"))], True
    if settings.sheets_id is not None:
        findings, is_reachable = await _reach(settings, words, now=now)
    state, pull = await read_state(occupation.ledger, session), await read_pull_note(occupation.ledger)
    if state is not None:
        findings += _mirror(state, words, now=now)
    if state is not None or pull is not None:
        findings += _pull(pull, words, now=now)
    if state is not None:
        findings += _conflicts(await find_conflicts(occupation.ledger, newest=state.seq), words, now=now)
    return findings, is_reachable


# The sheet itself


async def _reach(settings: Settings, words: Wording, *, now: datetime) -> tuple[list[Finding], bool]:
    facts = [Finding("sheet_id", str(settings.sheets_id))]
    if settings.sheets_api_url is not None:
        facts.append(Finding("sheet_address", settings.sheets_api_url))
    try:
        async with open_spreadsheet(settings) as spreadsheet:
            if spreadsheet.account:
                facts.append(Finding("sheet_account", spreadsheet.account))
            facts += await _headers(spreadsheet, words)
    except (SheetUnavailableError, SheetUnusableError, MissingPackageError) as error:
        is_reachable = isinstance(error, SheetUnusableError)
        return [_failed("sheet", words.error(error, now=now), words), *facts], is_reachable
    return [Finding("sheet", "ok"), *facts], True


async def _headers(spreadsheet: Spreadsheet, words: Wording) -> list[Finding]:
    """Which of the columns that the program reads or writes exist. Raises SheetUnavailableError, SheetUnusableError."""
    there = {worksheet.title: worksheet for worksheet in await spreadsheet.worksheets()}
    # Of several worksheets of events the last is written to.
    last = metadata.in_order(there)[-1:] or [metadata.METADATA]
    offices, shops = [*WORKSHEETS], [taller.TALLER]
    if title_among(there, UNIONES):
        offices.append(UNIONES)
        shops.append(taller.TALLER_UNIONES)
    titles = find_worksheets(there, (*offices, *shops, *last))
    answers = await spreadsheet.read([a1(title, "1:1") for title in titles.values()])
    names = [*offices, *shops, metadata.METADATA]
    findings = [_columns_of(name, first_row, words) for name, first_row in zip(names, answers, strict=True)]
    # Into these only the program should write.
    written = [there[titles[name]] for name in (*shops, *last)]
    if open_ones := [worksheet.title for worksheet in written if not worksheet.is_protected]:
        text = words("doctor.unprotected", names=", ".join(open_ones))
        findings.append(judged(words, "sheet_unprotected", text, ok=False))
    return findings


def _columns_of(name: str, rows: Grid, words: Wording) -> Finding:
    wanted, finding = _WANTED[name], f"sheet_{name.lower().replace(' ', '_')}"
    try:
        places = columns.find_columns([shown(cell) for cell in rows[0]] if rows else [], wanted)
    except InvalidValueError as exc:
        return Finding(finding, words.reason(exc.reason, exc.data), words("doctor.next.headers"))
    # A worker's language is optional.
    missing = [column for column in wanted if column not in places and column != "Idioma"]
    if missing:
        return Finding(finding, words("doctor.no_columns", missing=", ".join(missing)), words("doctor.next.headers"))
    return Finding(finding, words("doctor.columns", count=len(places)))


def _failed(name: str, notice: Notice, words: Wording, *, since: str = "") -> Finding:
    """An error, which may be one that only a newer program knows what to do about."""
    text = one_line(". ".join(filter(None, (notice.title, notice.detail))))
    return Finding(name, " · ".join(filter(None, (text, since))), notice.next_step or words("doctor.next.newer"))


# The ledger's notes about the sheet


def _mirror(state: MirrorState, words: Wording, *, now: datetime) -> Iterator[Finding]:
    queue, status = judge(state, looked_at=now, newest=state.seq, now=now), state.status
    is_well = queue.state in {QueueState.ALL_IN, QueueState.WAITING} or not queue.waits
    waiting = waiting_text(words, events=queue.count, rows=queue.rows, age=queue.age)
    yield judged(words, "sheet_queue", waiting, ok=is_well)
    if status is None:
        yield judged(words, "sheet_mirror", words("hoja.never_mirrored"), ok=False)
        return
    places = {"station": one_line(status.station) or "?", "elapsed": elapsed(now - status.at)}
    by = words("hoja.mirrored_by", **places) if state.running else words("hoja.mirrored_last", **places)
    # A timer may run `kiosk sync --once`: while nothing waits, no process needs to run.
    yield judged(words, "sheet_mirror", by, ok=state.running or is_well)
    if status.trouble is not None:
        since = words("hoja.since", elapsed=elapsed(now - status.trouble.since))
        yield _failed("sheet_trouble", noted_notice(status.trouble.error, words, now=now), words, since=since)
    for flaw in flaws(status, words):
        yield Finding(f"sheet_{flaw.code}", one_line(flaw.text), words(f"doctor.next.{flaw.code}"))
    if status.cells and not is_nearly_full(status):
        yield Finding("sheet_cells", cells_text(status, words))


def _pull(pull: PullNote | None, words: Wording, *, now: datetime) -> Iterator[Finding]:
    if pull is None:
        yield Finding("sheet_pull", words("hoja.never_pulled"))
        return
    if pull.error is not None:
        yield _failed("sheet_pull", noted_notice(pull.error, words, now=now), words)
    elif pull.at is not None:
        yield Finding("sheet_pull", pulled_text(pull, pull.at, words, now=now))
    for number, problem in enumerate(pull.problems[:LISTED], start=1):
        text = f"{problem_place(problem, words)}: {problem_text(problem, words)}"
        step = words.remedy(problem.reason) or words("doctor.next.sheet_problems")
        yield Finding(f"sheet_problem_{number}", one_line(text), step)
    if (more := pull.problems_total - len(pull.problems[:LISTED])) > 0:
        yield judged(words, "sheet_problems", words("hoja.more", count=more), ok=False)


def _conflicts(conflicts: Sequence[Event], words: Wording, *, now: datetime) -> Iterator[Finding]:
    if not conflicts:
        yield Finding("sheet_conflicts", words("hoja.no_conflicts"))
        return
    step = words("doctor.next.conflicts")
    yield Finding("sheet_conflicts", words("hoja.conflict_count", count=len(conflicts)), step)
    for number, event in enumerate(conflicts[:LISTED], start=1):
        ago = words("repeated", elapsed=elapsed(now - event.ts))
        text = f"{event.tag_spool}: {event_detail(event, words)} · {ago}"
        yield Finding(f"sheet_conflict_{number}", one_line(text), step)
