"""The locks of one site in an SQLite file. A row whose life has run out counts as absent everywhere."""

from collections.abc import Callable
from datetime import datetime, timedelta

import apsw

from core.domain.lock_steps import ClearLock, DropLock, ExtendLock, LockStep, RestoreLock, TakeLock
from core.ledger.protocol import LockGone, LockHeld
from core.ledger.sqlite.transactions import transaction


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970, UTC: how the file stores the ends of lives."""
    return round(instant.timestamp() * 1_000_000)


class LockTable:
    """Named locks over one connection: to be used from one thread."""

    def __init__(self, connection: apsw.Connection, *, site: int, clock: Callable[[], datetime]) -> None:
        self._db = connection
        self._site = site
        self._clock = clock

    def acquire(self, name: str, value: str, ttl: int) -> bool:
        return self._apply(name, TakeLock(value, ttl))

    def extend(self, name: str, value: str, ttl: int) -> bool:
        return self._apply(name, ExtendLock(value, ttl))

    def release(self, name: str, value: str) -> bool:
        return self._apply(name, DropLock(value))

    def value(self, name: str) -> str | None:
        return self._living(name, self._clock())

    def _apply(self, name: str, step: LockStep) -> bool:
        with transaction(self._db):
            return self.step(name, step, self._clock()) is None

    def step(self, name: str, step: LockStep, now: datetime) -> LockHeld | LockGone | None:
        """Do one step inside the caller's transaction; a refusal has changed nothing."""
        match step:
            case None:
                return None
            case TakeLock(token, ttl):
                if self._living(name, now) is not None:
                    return LockHeld()
                self.put(name, token, _end(now, ttl))
            case ExtendLock(token, ttl):
                if self._living(name, now) != token:
                    return LockGone()
                self.put(name, token, _end(now, ttl))
            case DropLock(token):
                if self._living(name, now) != token:
                    return LockGone()
                self._remove(name)
            case RestoreLock(token, until):
                if self._living(name, now) is not None:
                    return LockHeld()
                self.put(name, token, until)
            case ClearLock():
                self._remove(name)
        return None

    def put(self, name: str, value: str, expires: datetime | None) -> None:
        """Set the lock, whatever was there, until `expires` (None: until released)."""
        self._db.execute(
            "INSERT OR REPLACE INTO locks (site, name, value, expires_at) VALUES (?, ?, ?, ?)",
            (self._site, name, value, None if expires is None else to_microseconds(expires)),
        )

    def _living(self, name: str, now: datetime) -> str | None:
        value = self._db.execute(
            "SELECT value FROM locks WHERE site = ? AND name = ? AND (expires_at IS NULL OR expires_at > ?)",
            (self._site, name, to_microseconds(now)),
        ).get
        return None if value is None else str(value)

    def _remove(self, name: str) -> None:
        self._db.execute("DELETE FROM locks WHERE site = ? AND name = ?", (self._site, name))


def _end(now: datetime, ttl: int) -> datetime | None:
    return now + timedelta(seconds=ttl) if ttl else None
