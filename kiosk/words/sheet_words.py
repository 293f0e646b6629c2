"""What the mirror and the last reading of the sheet found, in words: for the screen and for `kiosk doctor`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.domain.writing.texts import one_line
from core.plant.tables import RowProblem
from core.sheet.state import CELLS_MAX, NEARLY_FULL, noted_error
from kiosk.words.wording import Notice, Wording, elapsed

if TYPE_CHECKING:
    from core.sheet.pull_note import Problem, PullNote
    from core.sheet.state import Named, Status

SHOWN_VALUE: Final = 80
"""Characters of a cell that are shown to people."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One kind of thing that is not as it should be: its code, what it is, and how many and which."""

    code: str
    name: str
    text: str


def waiting_text(words: Wording, *, events: int, rows: int, age: timedelta | None) -> str:
    """How many events and rows are not in the sheet yet, and since when."""
    parts = []
    if events:
        parts.append(words("hoja.events_wait", count=events))
    if rows:
        parts.append(words("hoja.rows_wait", count=rows))
    if events and age is not None:
        parts.append(words("hoja.since", elapsed=elapsed(age)))
    return " · ".join(parts) or words("hoja.nothing_waits")


def flaws(status: Status, words: Wording) -> Iterator[Flaw]:
    """What the mirror found wrong with the sheet: its rows, its columns, its size."""
    if status.broken.count:
        yield Flaw("broken", words("hoja.broken"), _counted(status.broken))
    if status.unknown.count:
        yield Flaw("unknown", words("hoja.unknown"), _counted(status.unknown))
    if status.lost:
        yield Flaw("lost", words("hoja.lost"), words("hoja.lost_count", count=status.lost))
    if is_nearly_full(status):
        yield Flaw("cells", words("hoja.nearly_full"), cells_text(status, words))


def is_nearly_full(status: Status) -> bool:
    """Whether somebody should make room in the spreadsheet."""
    return status.cells >= NEARLY_FULL * CELLS_MAX


def cells_text(status: Status, words: Wording) -> str:
    """How full the spreadsheet is."""
    return words("hoja.cells_of", cells=grouped(status.cells), most=grouped(CELLS_MAX))


def _counted(named: Named) -> str:
    listed = ", ".join(named.first)
    return f"{named.count}: {listed}{', …' if named.count > len(named.first) else ''}"


def problem_place(problem: Problem, words: Wording) -> str:
    """Where in the sheet it is."""
    return words("hoja.row", sheet=problem.sheet, row=problem.row) if problem.row else problem.sheet


def problem_text(problem: Problem, words: Wording) -> str:
    """The column, what stands there and what is wrong with it."""
    value = f" «{problem.value}»" if problem.value else ""
    return f"{problem.column}{value}: {words.reason(problem.reason, problem.data)}"


def problem_line(problem: Problem, words: Wording) -> str:
    """All of it on one line, for who reads it alone."""
    fields = {"place": problem_place(problem, words), "column": problem.column, "value": problem.value}
    return one_line(words("sheet.problem", **fields, reason=words.reason(problem.reason, problem.data)))


def row_problem_line(problem: RowProblem, words: Wording) -> str:
    """What is wrong with a row, and what to do about it, on one line."""
    place = words("cli.load_line", file=problem.file, line=problem.line) if problem.line else problem.file
    values = {
        "place": place,
        "value": problem.value[:SHOWN_VALUE],
        "column": problem.column or words("cli.whole_line"),
        "reason": words.reason(problem.reason, problem.data),
    }
    return one_line(". ".join(filter(None, (words("sheet.problem", **values), words.remedy(problem.reason)))))


def problem_document(problem: Problem | RowProblem, words: Wording) -> dict[str, object]:
    """The problem as JSON: its fields, and in words the reason and what to do."""
    fields = asdict(problem) if isinstance(problem, RowProblem) else problem.model_dump()
    return fields | {"message": words.reason(problem.reason, problem.data), "next_step": words.remedy(problem.reason)}


def noted_notice(fields: Mapping[str, object], words: Wording, *, now: datetime) -> Notice:
    """What to say about an error that another process noted, from its fields as `KioskError.as_dict` gave them.

    Of an error that this version does not know it is the message that came with it.
    """
    error = noted_error(fields)
    if error is None:
        return Notice(str(fields.get("message") or fields.get("error_code") or "?"))
    return words.error(error, now=now)


def pulled_text(pull: PullNote, at: datetime, words: Wording, *, now: datetime) -> str:
    """When the office's part was read, and what that changed."""
    ago = elapsed(now - at)
    if not (pull.added or pull.updated or pull.workers):
        return words("hoja.pulled_same", elapsed=ago)
    return words("hoja.pulled", elapsed=ago, added=pull.added, updated=pull.updated, workers=pull.workers)


def grouped(number: int) -> str:
    """The number with its thousands apart, as both languages read it."""
    return f"{number:,}".replace(",", " ")
