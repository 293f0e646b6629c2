"""What the mirror and the last reading of the sheet found, in words: for the screen and for `kiosk doctor`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.messages import elapsed
from kiosk.mirror_watch import Queue
from kiosk.wording import Wording

if TYPE_CHECKING:
    from core.sheets.pulling import Problem, PullNote
    from core.sheets.state import Named, Status


@dataclass(frozen=True, slots=True)
class Flaw:
    """One kind of thing that is not as it should be: its code, what it is, and how many and which."""

    code: str
    name: str
    text: str


def waiting_text(queue: Queue, rows_waiting: int, words: Wording) -> str:
    """What is not in the sheet yet, and since when."""
    parts = []
    if queue.count:
        parts.append(words("hoja.events_wait", count=queue.count))
    if rows_waiting:
        parts.append(words("hoja.rows_wait", count=rows_waiting))
    if queue.count and queue.age is not None:
        parts.append(words("hoja.since", elapsed=queue.age_text))
    return " · ".join(parts) or words("hoja.nothing_waits")


def flaws(status: Status, words: Wording) -> Iterator[Flaw]:
    """What the mirror found wrong with the sheet's rows and columns."""
    if status.columns.count:
        yield Flaw("columns", words("hoja.columns"), _counted(status.columns))
    if status.unknown.count:
        yield Flaw("unknown", words("hoja.unknown"), _counted(status.unknown))
    if status.missing.count:
        yield Flaw("missing", words("hoja.missing"), _counted(status.missing))
    if status.repeated.count:
        yield Flaw("repeated", words("hoja.repeated_tags"), _counted(status.repeated))
    if status.strays.count:
        yield Flaw("strays", words("hoja.strays"), _counted(status.strays))
    if status.lost:
        yield Flaw("lost", words("hoja.lost"), words("hoja.lost_count", count=status.lost))


def _counted(named: Named) -> str:
    listed = ", ".join(named.first)
    return f"{named.count}: {listed}{', …' if named.count > len(named.first) else ''}"


def problem_place(problem: Problem, words: Wording) -> str:
    """Where in the sheet it is."""
    return words("hoja.row", sheet=problem.sheet, row=problem.row)


def problem_text(problem: Problem) -> str:
    """The column, what stands there and what is wrong with it."""
    value = f" «{problem.value}»" if problem.value else ""
    return f"{problem.column}{value}: {problem.reason}"


def pulled_text(pull: PullNote, at: datetime, words: Wording, *, now: datetime) -> str:
    """When the office's part was read, and what that changed."""
    ago = elapsed(now - at)
    if not (pull.added or pull.updated or pull.workers):
        return words("hoja.pulled_same", elapsed=ago)
    return words("hoja.pulled", elapsed=ago, added=pull.added, updated=pull.updated, workers=pull.workers)


def grouped(number: int) -> str:
    """The number with its thousands apart, as both languages read it."""
    return f"{number:,}".replace(",", " ")
