"""Which occupations have run out by now, without looking at all of them each time somebody asks."""

from collections.abc import Mapping
from datetime import datetime
from heapq import heappop, heappush

from core.domain.model import Spool


class Expiry:
    """Keeps the spools whose occupation ends, by when; asking costs what ran out since it was asked last."""

    def __init__(self) -> None:
        self._ends: dict[str, Spool] = {}
        self._expired: dict[str, Spool] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._asked: datetime | None = None

    def put(self, spool: Spool) -> None:
        """Know the spool as it is now; one that is free, or held without an end, is forgotten."""
        self.drop(spool.tag_spool)
        if spool.ocupacion is not None and spool.ocupacion.vence is not None:
            self._ends[spool.tag_spool] = spool
            heappush(self._heap, (spool.ocupacion.vence, spool.tag_spool))

    def drop(self, tag: str) -> None:
        """Forget the spool."""
        self._ends.pop(tag, None)
        self._expired.pop(tag, None)

    def at(self, now: datetime) -> Mapping[str, Spool]:
        """The spools whose occupation has run out, by tag."""
        if self._asked is not None and now < self._asked:
            self._turn_back(now)
        self._asked = now
        while self._heap and self._heap[0][0] <= now:
            vence, tag = heappop(self._heap)
            spool = self._ends.get(tag)
            # An end that was put off, or a spool that was freed, left its old end behind.
            if spool is not None and spool.ocupacion is not None and spool.ocupacion.vence == vence:
                self._expired[tag] = spool
        return self._expired

    def _turn_back(self, now: datetime) -> None:
        """A clock was put right: some of what had run out has not yet."""
        for tag, spool in list(self._expired.items()):
            if spool.ocupacion is not None and not spool.ocupacion.is_expired(now):
                self.put(self._expired.pop(tag))
