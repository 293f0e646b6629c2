"""Whether somebody is at the terminal: how long nobody has touched it, and how long it waits for its worker."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

WARNING: Final = timedelta(seconds=10)
"""How long before a terminal lets go of its worker it says so."""


class Presence:
    """One terminal's. `clock` is its own (aware)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._touched_at = clock()

    def touched(self) -> None:
        """Somebody scanned, typed or touched just now."""
        self._touched_at = self._clock()

    def left(self, seconds: int) -> timedelta:
        """How much is left of so many seconds without a touch; without an end when they are 0."""
        limit = timedelta(seconds=seconds) if seconds else timedelta.max
        # A clock that was set back has nobody waiting since before they came.
        return limit - max(self._clock() - self._touched_at, timedelta())
