"""The notes of one site in an SQLite file. They are written only while the writer's lock lives."""

from collections.abc import Callable, Mapping

import apsw

from core.ledger.sqlite.locks import LockTable
from core.ledger.sqlite.transactions import transaction


class NoteTable:
    """Notes by book and key over one connection: to be used from one thread.

    `require_in_place` raises LedgerUnavailableError when the file is no longer the one at its path.
    """

    def __init__(
        self, connection: apsw.Connection, *, site: int, locks: LockTable, require_in_place: Callable[[], None]
    ) -> None:
        self._db = connection
        self._site = site
        self._locks = locks
        self._require_in_place = require_in_place

    def read(self, book: str) -> dict[str, str]:
        """Every note of the book, by key."""
        rows = self._db.execute("SELECT key, value FROM notes WHERE site = ? AND book = ?", (self._site, book))
        return {str(key): str(value) for key, value in rows}

    def write(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        """Set notes (None: remove) in one transaction, if `lock` lives with this token; whether it did."""
        self._require_in_place()
        with transaction(self._db):
            if self._locks.value(lock) != token:
                return False
            self._db.executemany(
                "INSERT INTO notes (site, book, key, value) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET value = excluded.value",
                ((self._site, book, key, value) for key, value in changes.items() if value is not None),
            )
            self._db.executemany(
                "DELETE FROM notes WHERE site = ? AND book = ? AND key = ?",
                ((self._site, book, key) for key, value in changes.items() if value is None),
            )
            return True

    def clear(self) -> None:
        """Remove every note of the site, inside the caller's transaction."""
        self._db.execute("DELETE FROM notes WHERE site = ?", (self._site,))
