"""A rate limit for the processes of one machine: a small file of its own beside the ledger's."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import time_ns
from typing import Final, Self, TypeVar

import apsw
from typing_extensions import override

from core.domain.errors import LedgerUnavailableError
from core.domain.reasons import FallaRegistro
from core.ledger.rates import WINDOW_MS, RateLimit
from core.ledger.sqlite.schema import BUSY_TIMEOUT, create_file, transaction

T = TypeVar("T")

_FORGET: Final = "DELETE FROM uses WHERE at <= ? OR at > ?"
"""Also uses in the future: the clock was ahead and was set back."""


class SqliteRateLimit(RateLimit):
    """Uses as rows with their instant in milliseconds. Asked in a thread: another process may hold the file."""

    def __init__(self, ledger: Path, *, site: str, name: str, limit: int) -> None:
        super().__init__()
        self._path = ledger.with_name(f"{ledger.name}.{site}.{name}.rate")
        self._limit = limit

    @classmethod
    async def open(cls, ledger: Path, *, site: str, name: str, limit: int) -> Self:
        """The limit called `name` of a site. Raises LedgerUnavailableError when its file cannot be used."""
        rate_limit = cls(ledger, site=site, name=name, limit=limit)
        await rate_limit._in_thread(rate_limit._create)
        return rate_limit

    def _create(self) -> None:
        create_file(self._path)
        with self._transaction() as db:
            db.execute("CREATE TABLE IF NOT EXISTS uses (at INTEGER NOT NULL)")

    @override
    async def put(self) -> float:
        return await self._in_thread(self._put)

    def _put(self) -> float:
        with self._transaction() as db:
            now = time_ns() // 1_000_000
            db.execute(_FORGET, (now - WINDOW_MS, now + WINDOW_MS))
            oldest = db.execute("SELECT at FROM uses ORDER BY at DESC LIMIT 1 OFFSET ?", (self._limit - 1,)).get
            if oldest is None:
                db.execute("INSERT INTO uses (at) VALUES (?)", (now,))
        return 0.0 if oldest is None else max(int(oldest) + WINDOW_MS - now, 1) / 1000

    @contextmanager
    def _transaction(self) -> Iterator[apsw.Connection]:
        with closing(apsw.Connection(str(self._path))) as db:
            db.set_busy_timeout(BUSY_TIMEOUT)
            with transaction(db):
                yield db

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except (apsw.Error, OSError) as exc:
            raise LedgerUnavailableError(FallaRegistro.RITMO, path=str(self._path), detail=str(exc)) from exc

    @override
    async def aclose(self) -> None:
        # The file is closed after each use.
        return
