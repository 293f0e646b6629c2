"""How often the mirror works, and how it waits when something fails. Pure: it looks at no clock."""

import random
from dataclasses import dataclass

from core.domain.errors import KioskError
from core.domain.sheet_errors import SheetUnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds from the beginning of one cycle to the next, and how many events make a cycle a busy one.

    A cycle writes twice at most. `usual` lets an event wait little; `busy`, for hundreds of events a minute, stays
    under 30 writes. `idle` is how long a change of the office's may go unnoticed, and `poll` how often the ledger is
    polled for new events meanwhile.
    """

    usual: float = 3.0
    busy: float = 4.5
    many: int = 25
    idle: float = 10.0
    poll: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How failures are waited out: a random time up to `first` seconds times 2 for each failure in a row, up to `last`.

    Never less than half of that, nor than what Google asked for, as long as that is no more than `obeyed`: Google's
    quota is by the minute, and a date may come from a clock that is wrong.
    """

    first: float = 1.0
    last: float = 64.0
    obeyed: float = 300.0

    def delay(self, failures: int, error: KioskError) -> float:
        """Seconds to wait after this many failures in a row, above 0."""
        longest = min(self.last, self.first * 2 ** min(failures, 16))
        asked = error.retry_after if isinstance(error, SheetUnavailableError) and error.retry_after else 0.0
        return max(min(asked, self.obeyed), random.uniform(longest / 2, longest))  # noqa: S311 - jitter is no secret
