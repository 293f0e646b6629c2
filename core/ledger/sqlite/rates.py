"""A rate limit's window for the processes of one machine: a small file of its own beside the ledger's."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import Any, Self, TypeVar

from pyrate_limiter import Rate, RateItem, SQLiteBucket

from core.domain.errors import LedgerUnavailableError

T = TypeVar("T")


class FileWindow:
    """As `core.ledger.rates.Window`. It is asked in a thread: other processes may hold the file for a moment."""

    def __init__(self, path: Path, name: str, bucket: SQLiteBucket) -> None:
        self._path = path
        self._name = name
        self._bucket = bucket

    @classmethod
    async def open(cls, ledger: Path, *, site: str, name: str, rate: Rate) -> Self:
        """The window `name` of a site, in the file beside `ledger`. Raises LedgerUnavailableError."""
        path = ledger.with_name(f"{ledger.name}.{site}.{name}.rate")

        def made() -> SQLiteBucket:
            path.parent.mkdir(parents=True, exist_ok=True)
            return SQLiteBucket.init_from_file([rate], db_path=str(path), use_file_lock=True)

        return cls(path, name, await _in_thread(path, made))

    async def put(self) -> float:
        return await _in_thread(self._path, self._put)

    def _put(self) -> float:
        now = time_ns() // 1_000_000
        self._forget(later_than=now + self._bucket.rates[0].interval)
        item = RateItem(self._name, now)
        if self._bucket.put(item):
            self._bucket.leak(now)
            return 0.0
        waiting: Any = self._bucket.waiting(item)
        return max(int(waiting), 1) / 1000

    def _forget(self, *, later_than: int) -> None:
        """Uses of a clock that was ahead and set back would count until it is there again."""
        bucket = self._bucket
        with bucket.lock:
            bucket.conn.execute(f"DELETE FROM '{bucket.table}' WHERE item_timestamp > ?", (later_than,))  # noqa: S608
            bucket.conn.commit()

    async def aclose(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._bucket.close)


async def _in_thread(path: Path, work: Callable[[], T]) -> T:
    with _as_ledger_errors(path):
        return await asyncio.to_thread(work)


@contextmanager
def _as_ledger_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        raise LedgerUnavailableError("no se puede contar el ritmo", path=str(path), detail=str(exc)) from exc
