"""Whether a ledger is still the one it was: its identity, and the newest event that was seen there."""

from typing import Final
from uuid import UUID

from core.domain.errors import LedgerRolledBackError
from core.domain.events import Event
from core.ledger.protocol import Position

UNKNOWN: Final = Position(identity="", seq=0)
"""No ledger was seen yet."""


class Continuity:
    """The furthest position seen of one ledger. `broken` is a position found since that does not continue it."""

    def __init__(self, seen: Position | None = None) -> None:
        self.seen = seen or UNKNOWN
        self.broken: Position | None = None

    def forget(self) -> None:
        """Forget what was seen: whatever is found next is the ledger."""
        self.seen, self.broken = UNKNOWN, None

    def saw(self, event: Event) -> None:
        """An event of this ledger was committed or read."""
        if event.seq > self.seen.seq:
            self.seen = Position(identity=self.seen.identity, seq=event.seq, event_id=event.id)

    def require_whole(self) -> None:
        """Raise LedgerRolledBackError while the last position found was of another past."""
        if self.broken is not None:
            raise self.broke(self.broken)

    def broke(self, found: Position) -> LedgerRolledBackError:
        """Note that the store is at `found`, which does not continue what was seen."""
        self.broken = found
        same = found.identity == self.seen.identity
        return LedgerRolledBackError(known_seq=self.seen.seq, found_seq=found.seq, same_ledger=same)

    def require(self, found: Position, *, seen: Position, id_at_seen: UUID | None, accepted: bool) -> None:
        """Go on from `found`. Raises LedgerRolledBackError when it does not continue `seen`, unless `accepted`.

        `seen` is what was seen before the store was asked: other tasks may have seen more since. `id_at_seen` is the
        id of the found ledger's event with that number, if it still has one: a backup that was restored and worked on
        may have a higher number under the same identity, but another event there.
        """
        if not accepted and not _continues(seen, found, id_at_seen):
            raise self.broke(found)
        if self.broken is not None or found.identity != self.seen.identity or found.seq >= self.seen.seq:
            self.seen, self.broken = found, None


def _continues(seen: Position, found: Position, id_at_seen: UUID | None) -> bool:
    if not seen.seq:
        # An empty ledger has no past to lose.
        return True
    if found.identity != seen.identity or found.seq < seen.seq:
        return False
    return None in {seen.event_id, id_at_seen} or id_at_seen == seen.event_id
