"""A ledger file seen from outside the program (versions, schema, rows, bytes), and the ledger's own connections."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from core.ledger.sqlite.connection import SiteThread
from core.ledger.sqlite.ledger import SqliteLedger
from core.occupation import OccupationService


@contextmanager
def database(file: Path) -> Iterator[apsw.Connection]:
    """A bare connection to the file, closed when the block ends."""
    connection = apsw.Connection(str(file))
    try:
        yield connection
    finally:
        connection.close()


def schema_of(connection: apsw.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def rows_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database(file) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}


def contents_of(file: Path) -> tuple[object, ...]:
    """The versions, the schema and every row."""
    with database(file) as connection:
        return (
            connection.pragma("application_id"),
            connection.pragma("user_version"),
            schema_of(connection),
            rows_of(file),
        )


def version_of(file: Path) -> int:
    with database(file) as connection:
        return int(connection.pragma("user_version"))


def hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def hashes_in(folder: Path) -> dict[str, str]:
    """Every file in the folder, SQLite's side files too, by the hash of its bytes."""
    return {file.name: hash_of(file) for file in folder.iterdir()}


def thread_of(service: OccupationService, connection: str) -> SiteThread:
    """One of the connections of a service's ledger, by its name: `writer`, `reader`, `observer`."""
    assert isinstance(service.ledger, SqliteLedger)
    return getattr(service.ledger._connections, connection)


async def pragma(service: OccupationService, connection: str, name: str, value: int | None = None) -> Any:
    """Read or set a PRAGMA on one of the ledger's connections."""
    arguments = (name,) if value is None else (name, value)
    return await thread_of(service, connection).run(lambda site: site.db.pragma(*arguments))


async def trace(service: OccupationService, connection: str, each: Callable[[str], object]) -> None:
    """From now on call `each`, in the event loop, with every statement that one of the ledger's connections begins."""
    loop = asyncio.get_running_loop()

    def begins(_: object, sql: str, __: object) -> bool:
        loop.call_soon_threadsafe(each, sql)
        return True

    await thread_of(service, connection).run(lambda site: setattr(site.db, "exec_trace", begins))
