"""The lines of the page about the office's sheet: what keeps it from being up to date first, figures last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from core.domain.texts import one_line
from kiosk.live.mirror_watch import Queue, Standing
from kiosk.widgets.table import Row
from kiosk.widgets.wrapped import wrapped
from kiosk.words.sheet_words import (
    cells_text,
    flaws,
    grouped,
    is_nearly_full,
    noted_notice,
    problem_place,
    problem_text,
    pulled_text,
    waiting_text,
)
from kiosk.words.wording import Wording, elapsed

if TYPE_CHECKING:
    from core import Event
    from core.sheet.pulling import PullNote
    from core.sheet.state import MirrorState, Status

NAME_WIDTH: Final = 24
PROBLEMS_SHOWN: Final = 50
CONFLICTS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What the terminal knows of the sheet; the conflicts are those of the last day, the newest first.

    `state` and `queue` are None where the sheet was read only, and is not mirrored.
    """

    state: MirrorState | None
    queue: Queue | None
    pull: PullNote | None
    conflicts: Sequence[Event]


class Weight(Enum):
    """How much a line matters."""

    ALERT = auto()
    WARN = auto()
    USUAL = auto()
    FIGURE = auto()


Line = tuple[str, str, Weight]


def sheet_rows(known: Known, *, words: Wording, now: datetime, width: int) -> list[Row]:
    """How the sheet stands, a fact a line; what is longer than `width` goes on below."""
    rows: list[Row] = []
    for name, text, weight in _lines(known, words, now):
        for at, part in enumerate(wrapped(one_line(text), width)):
            cells = ("" if at else one_line(name), part)
            rows.append(
                Row(
                    str(len(rows)),
                    cells,
                    alert=weight is Weight.ALERT,
                    warn=weight is Weight.WARN,
                    dim=weight is Weight.FIGURE,
                )
            )
    return rows


def _lines(known: Known, words: Wording, now: datetime) -> Iterator[Line]:
    status = known.state.status if known.state else None
    if known.queue is not None:
        yield _standing(known.queue, words)
    if status is not None and status.trouble is not None:
        yield from _error(words("hoja.trouble_name"), status.trouble.error, status.trouble.since, words, now)
    if known.state is not None:
        yield _mirror(known.state, words, now)
    yield from _pull(known.pull, words, now)
    yield from _conflicts(known.conflicts, words, now)
    if status is not None:
        for flaw in flaws(status, words):
            yield flaw.name, flaw.text, Weight.WARN
        yield from _figures(status, words)


def _standing(queue: Queue, words: Wording) -> Line:
    weight = Weight.WARN if queue.standing is Standing.LATE else Weight.USUAL
    weight = Weight.ALERT if queue.standing.is_bad else weight
    return words("hoja.queue"), waiting_text(words, events=queue.count, rows=queue.rows, age=queue.age), weight


def _error(
    name: str, error: Mapping[str, object], since: datetime | None, words: Wording, now: datetime
) -> Iterator[Line]:
    notice = noted_notice(error, words, now=now)
    lasting = words("hoja.since", elapsed=elapsed(now - since)) if since else ""
    yield name, " · ".join(filter(None, (notice.title, lasting))), Weight.ALERT
    if notice.detail:
        yield "", notice.detail, Weight.USUAL
    if notice.next_step:
        yield "", f"→ {notice.next_step}", Weight.USUAL


def _mirror(state: MirrorState, words: Wording, now: datetime) -> Line:
    status = state.status
    if status is None:
        return words("hoja.mirror"), words("hoja.never_mirrored"), Weight.ALERT
    places = {"station": status.station or "?", "elapsed": elapsed(now - status.at)}
    if state.running:
        return words("hoja.mirror"), words("hoja.mirrored_by", **places), Weight.USUAL
    return words("hoja.mirror"), words("hoja.mirrored_last", **places), Weight.WARN


def _pull(pull: PullNote | None, words: Wording, now: datetime) -> Iterator[Line]:
    name = words("hoja.pull")
    if pull is None:
        yield name, words("hoja.never_pulled"), Weight.USUAL
        return
    if pull.error is not None:
        yield from _error(name, pull.error, pull.failing_since, words, now)
    if pull.at is not None:
        yield (
            name if pull.error is None else words("hoja.pull_before"),
            pulled_text(pull, pull.at, words, now=now),
            Weight.USUAL,
        )
    if not pull.problems_total:
        return
    yield words("hoja.problems"), words("hoja.problem_count", count=pull.problems_total), Weight.WARN
    told = pull.problems[:PROBLEMS_SHOWN]
    for problem in told:
        yield f"  {problem_place(problem, words)}", problem_text(problem, words), Weight.USUAL
    if pull.problems_total > len(told):
        yield "", words("hoja.more", count=pull.problems_total - len(told)), Weight.USUAL


def _conflicts(conflicts: Sequence[Event], words: Wording, now: datetime) -> Iterator[Line]:
    name = words("hoja.conflicts")
    if not conflicts:
        yield name, words("hoja.no_conflicts"), Weight.USUAL
        return
    yield f"⚠ {name}", words("hoja.conflict_count", count=len(conflicts)), Weight.ALERT
    for event in conflicts[:CONFLICTS_SHOWN]:
        ago = words("repeated", elapsed=elapsed(now - event.ts))
        yield f"  {event.tag_spool}", f"{words.event_detail(event)} · {ago}", Weight.USUAL
    if len(conflicts) > CONFLICTS_SHOWN:
        yield "", words("hoja.more", count=len(conflicts) - CONFLICTS_SHOWN), Weight.USUAL


def _figures(status: Status, words: Wording) -> Iterator[Line]:
    requests = words(
        "hoja.requests_sum",
        reads=grouped(status.reads),
        writes=grouped(status.writes),
        refused=grouped(status.refused),
    )
    yield words("hoja.requests"), requests, Weight.FIGURE
    if status.cells and not is_nearly_full(status):
        yield words("hoja.cells"), cells_text(status, words), Weight.FIGURE
