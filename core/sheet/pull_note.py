"""What the ledger remembers of the last pull: apart from what pulls, for every terminal shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import Field, JsonValue

from core.ledger.protocol import Ledger
from core.sheet.state import BOOK, Note, read_note

if TYPE_CHECKING:
    from core.plant.tables import RowProblem

NOTE: Final = "pull"
SHOWN_VALUE: Final = 80
"""Characters of a cell that is a problem; it may hold 50,000."""


class Problem(Note):
    """A row of the sheet that was left out; or, when it was `kept`, a cell that counts as empty or was read otherwise.

    `row` is 0 for no row in particular. `reason` is the code of a Defecto; an older program noted a sentence.
    """

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    data: dict[str, object] = Field(default_factory=dict)
    kept: bool = False

    @classmethod
    def of(cls, problem: RowProblem) -> Problem:
        """The problem with where it is in the worksheet."""
        return cls(
            sheet=problem.file,
            row=problem.line,
            column=problem.column,
            value=problem.value[:SHOWN_VALUE],
            reason=problem.reason,
            data=dict(problem.data),
            kept=problem.kept,
        )


class PullNote(Note):
    """What the ledger remembers: the last pull that loaded, as of `at`, and why none does since `failing_since`.

    `at` is None when none ever did. `seq` is the load's event, None when the pull changed nothing. Of the problems the
    first NAMED_PROBLEMS are kept; `problems_total` counts all. `error` has an error's fields, as
    `KioskError.as_dict` gives them, None when the last pull loaded.
    """

    at: datetime | None = None
    seq: int | None = None
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    workers: int = 0
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    error: dict[str, JsonValue] | None = None
    failing_since: datetime | None = None


async def read_pull_note(ledger: Ledger) -> PullNote | None:
    """How the last pull went; None when there was none, or none that this version can read.

    Raises LedgerUnavailableError.
    """
    return read_note(await ledger.notes.read(BOOK), NOTE, PullNote)
