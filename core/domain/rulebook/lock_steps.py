"""What a decision does to a spool's lock. The ledger carries it out in the same atomic step as the event."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TakeLock:
    """Set the spool's lock to `token` for `ttl` seconds (0: until released), only if no lock lives there."""

    token: str
    ttl: int


@dataclass(frozen=True, slots=True)
class ExtendLock:
    """Start the lock's life of `ttl` seconds anew, only if it lives and is `token`."""

    token: str
    ttl: int


@dataclass(frozen=True, slots=True)
class DropLock:
    """Remove the spool's lock, only if it lives and is `token`."""

    token: str


@dataclass(frozen=True, slots=True)
class RestoreLock:
    """Give the spool back the lock it had: `token` until `until` (None: until released), only if no lock lives there,
    or only `instead_of`.

    When that moment has passed, there is no lock.
    """

    token: str
    until: datetime | None
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class PassLock:
    """Make the spool's lock another's: only if it lives and is `instead_of`, it becomes `token` for `ttl` seconds
    (0: until released).
    """

    token: str
    ttl: int
    instead_of: str


@dataclass(frozen=True, slots=True)
class ClearLock:
    """Remove the spool's lock, whoever's it is and whether it lives or not."""


LockStep = TakeLock | ExtendLock | DropLock | RestoreLock | PassLock | ClearLock | None


def spool_lock(tag_spool: str) -> str:
    """The name of a spool's lock among the ledger's locks."""
    return f"spool_lock:{tag_spool}"
