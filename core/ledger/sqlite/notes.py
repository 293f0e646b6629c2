"""The notes of one site in an SQLite file. They are written only while the writer's lock lives."""

from collections.abc import Mapping

from typing_extensions import override

from core.ledger.protocol import Notes
from core.ledger.sqlite.connection import Connections
from core.ledger.sqlite.locks import lock_value
from core.ledger.sqlite.site import Site


class SqliteNotes(Notes):
    """The ledger's notes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @override
    async def read(self, book: str) -> Mapping[str, str]:
        return await self._connections.read(_read, book)

    @override
    async def write(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        # A copy: the caller's mapping may change before the thread comes to it.
        return await self._connections.writer.run(_write, book, dict(changes), lock=lock, token=token)


def _read(site: Site, book: str) -> dict[str, str]:
    rows = site.db.execute("SELECT key, value FROM notes WHERE site = ? AND book = ?", (site.number, book))
    return {str(key): str(value) for key, value in rows}


def _write(site: Site, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
    site.require_in_place()
    with site.changing():
        if lock_value(site, lock, site.clock()) != token:
            return False
        site.db.executemany(
            "INSERT INTO notes (site, book, key, value) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET value = excluded.value",
            ((site.number, book, key, value) for key, value in changes.items() if value is not None),
        )
        site.db.executemany(
            "DELETE FROM notes WHERE site = ? AND book = ? AND key = ?",
            ((site.number, book, key) for key, value in changes.items() if value is None),
        )
        return True
