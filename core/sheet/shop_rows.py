"""What the rows of the shop's worksheets have in common: who wrote one, and which spool it is of. Pure.

Each row carries a checksum of itself in the column `version`. A row whose checksum fits was written by a mirror,
whenever that was: a lost reply, a late write or a crash can only leave an older row behind. A row whose checksum does
not fit was changed by a person. So nothing has to be remembered of what was written.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain.model import Spool
from core.domain.rulebook.policy import Policy
from core.plant.cells import shown, write_cell
from core.sheet.state import CELLS_MAX

VERSION: Final = "version"

Texts: TypeAlias = tuple[str, ...]
"""The cells of a row in the order of its columns, each as the text that it is read as."""
Key: TypeAlias = tuple[str, str]
"""Whose row it is: a spool's tag, and which part of the spool; an empty text for all of it."""
Values: TypeAlias = Callable[[Spool, str, datetime, Policy], Sequence[object] | None]
"""What the row of a part of the spool says as of an instant, all but its checksum; None when it has no such part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRows:
    """The rows of one of the shop's worksheets: its columns from A on, and what stands in them.

    `parts` are those of a spool, each with a row of its own; the column `part` says which. Of the `numbers` the cells
    are numbers, which the office can add up. Older programs wrote the first `older` columns; 0 when there are none.
    The worksheet grows only while the spreadsheet has at most `most` cells. Where it is `optional`, it may be missing
    as long as no spool has a part.
    """

    title: str
    columns: tuple[str, ...]
    values: Values
    parts: Callable[[Spool], Iterable[str]] = lambda _: ("",)
    part: str = ""
    numbers: frozenset[str] = frozenset()
    older: int = 0
    most: int = CELLS_MAX
    optional: bool = False

    def keys_of(self, spool: Spool) -> list[Key]:
        """Whose rows the spool has."""
        return [(spool.tag_spool, part) for part in self.parts(spool)]

    def is_older(self, names: Texts) -> bool:
        """Whether a header with these names is an older program's, which lacks the newer columns.

        What stands in their place is somebody's own.
        """
        older, newer = self.columns[: self.older], {*self.columns[self.older :]}
        return self.older > 0 and names[: self.older] == older and not newer & {*names[self.older :]}

    def part_in(self, texts: Texts) -> str:
        """Which part of its spool the row is of."""
        return texts[self.columns.index(self.part)] if self.part else ""

    def texts_of(self, spool: Spool, part: str, *, now: datetime, timezone: ZoneInfo, policy: Policy) -> Texts | None:
        """The row as of `now` (aware); None when the spool has no such part."""
        values = self.values(spool, part, now, policy)
        if values is None:
            return None
        # As it is read back: without blanks around it.
        texts = [write_cell(value, timezone).strip() for value in values]
        at = self.columns.index(VERSION)
        return (*texts[:at], self._checksum([*texts[:at], "", *texts[at:]]), *texts[at:])

    def texts_in(self, cells: Sequence[object]) -> Texts:
        """The texts of a row that was read; cells that are missing at its end are empty."""
        texts = [shown(cell).strip() for cell in cells[: len(self.columns)]]
        return (*texts, *[""] * (len(self.columns) - len(texts)))

    def cells_of(self, texts: Texts) -> list[object]:
        """The cells to be sent RAW."""
        return [
            float(text) if text and column in self.numbers else text
            for column, text in zip(self.columns, texts, strict=True)
        ]

    def version_of(self, texts: Texts) -> str:
        """The checksum that the row carries."""
        return texts[self.columns.index(VERSION)]

    def is_written_by_mirror(self, texts: Texts) -> bool:
        """Whether the row says what some mirror wrote, whole and unchanged."""
        return self.version_of(texts) == self._checksum(texts)

    def _checksum(self, texts: Sequence[str]) -> str:
        # A row that says nothing in the newer columns has the checksum that it had before there were any.
        is_older = self.older and not any(texts[self.older :])
        columns = self.columns[: self.older] if is_older else self.columns
        covered = "\x1f".join(text for column, text in zip(columns, texts, strict=False) if column != VERSION)
        return blake2b(covered.encode(), digest_size=6).hexdigest()
