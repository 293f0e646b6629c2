"""The locks of one site in an SQLite file. A row whose life has run out counts as absent everywhere."""

from datetime import datetime, timedelta

from typing_extensions import override

from core.domain.rulebook.lock_steps import ClearLock, DropLock, ExtendLock, LockStep, PassLock, RestoreLock, TakeLock
from core.ledger.protocol import LockGone, LockHeld, Locks
from core.ledger.sqlite.connection import Connections
from core.ledger.sqlite.site import Site, to_microseconds


class SqliteLocks(Locks):
    """The ledger's named locks."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @override
    async def apply(self, name: str, step: LockStep) -> bool:
        return await self._connections.writer.run(_apply, name, step)

    @override
    async def value(self, name: str) -> str | None:
        return await self._connections.read(lambda site: lock_value(site, name, site.clock()))


def _apply(site: Site, name: str, step: LockStep) -> bool:
    with site.changing():
        return lock_step(site, name, step, site.clock()) is None


def lock_step(site: Site, name: str, step: LockStep, now: datetime) -> LockHeld | LockGone | None:
    """Do one step inside the caller's transaction; a refusal has changed nothing."""
    match step:
        case None:
            return None
        case TakeLock() if lock_value(site, name, now) is not None:
            return LockHeld()
        case RestoreLock() if (lock_value(site, name, now) or step.instead_of) != step.instead_of:
            return LockHeld()
        case ExtendLock() | DropLock() if lock_value(site, name, now) != step.token:
            return LockGone()
        case PassLock() if lock_value(site, name, now) != step.instead_of:
            return LockGone()
        case TakeLock(token, ttl) | ExtendLock(token, ttl) | PassLock(token, ttl):
            put_lock(site, name, token, now + timedelta(seconds=ttl) if ttl else None)
        case RestoreLock(token, until):
            put_lock(site, name, token, until)
        case DropLock() | ClearLock():
            site.db.execute("DELETE FROM locks WHERE site = ? AND name = ?", (site.number, name))
    return None


def put_lock(site: Site, name: str, value: str, expires: datetime | None) -> None:
    """Set the lock until `expires` (None: until released), whatever was there."""
    site.db.execute(
        "INSERT OR REPLACE INTO locks (site, name, value, expires_at) VALUES (?, ?, ?, ?)",
        (site.number, name, value, None if expires is None else to_microseconds(expires)),
    )


def lock_value(site: Site, name: str, now: datetime) -> str | None:
    """The living lock's value, None when there is none."""
    value = site.db.execute(
        "SELECT value FROM locks WHERE site = ? AND name = ? AND (expires_at IS NULL OR expires_at > ?)",
        (site.number, name, to_microseconds(now)),
    ).get
    return None if value is None else str(value)
