"""The minute quotas of the Sheets API: how many reads and how many writes it lets through."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal

from tests.sheets_api.errors import quota_exceeded

Kind = Literal["read", "write"]

MINUTE: Final = timedelta(minutes=1)


class Quota:
    """Counts each kind in the last 60 seconds, or by the clock's minutes if `aligned`, for each user and for all.

    What it refuses it does not count. `tells_when`: whether a refusal carries Retry-After.
    """

    def __init__(
        self,
        *,
        reads: int | None = 60,
        writes: int | None = 60,
        per_project: int | None = 300,
        tells_when: bool = False,
        aligned: bool = False,
    ) -> None:
        self._limits: dict[Kind, int | None] = {"read": reads, "write": writes}
        self._per_project = per_project
        self._tells_when = tells_when
        self._aligned = aligned
        self._admitted: dict[tuple[Kind, str | None], deque[datetime]] = {}

    def admit(self, kind: Kind, user: str, now: datetime) -> None:
        """Count one request. Raises GoogleError 429, and then counts nothing."""
        limits = {(kind, user): self._limits[kind], (kind, None): self._per_project}
        for key, limit in limits.items():
            times = self._recent(key, now)
            if limit is not None and len(times) >= limit:
                raise quota_exceeded(
                    kind.capitalize(),
                    limit,
                    per_user=key[1] is not None,
                    retry_after=self._wait(times, limit, now) if self._tells_when else None,
                )
        for key in limits:
            self._recent(key, now).append(now)

    def _recent(self, key: tuple[Kind, str | None], now: datetime) -> deque[datetime]:
        times = self._admitted.setdefault(key, deque())
        start = now.replace(second=0, microsecond=0) if self._aligned else now - MINUTE
        while times and (times[0] < start if self._aligned else times[0] <= start):
            times.popleft()
        return times

    def _wait(self, times: deque[datetime], limit: int, now: datetime) -> int:
        """Whole seconds until one more is let through."""
        if limit == 0:
            return 60
        free = now.replace(second=0, microsecond=0) + MINUTE if self._aligned else times[-limit] + MINUTE
        return max(1, ceil((free - now).total_seconds()))


def busiest_minute(times: list[datetime]) -> int:
    """The most of these instants that lie within any 60 seconds."""
    window: deque[datetime] = deque()
    most = 0
    for instant in sorted(times):
        window.append(instant)
        while window[0] <= instant - MINUTE:
            window.popleft()
        most = max(most, len(window))
    return most


Clock = Callable[[], datetime]
