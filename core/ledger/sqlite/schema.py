"""The SQLite file's schema: knows a ledger from any other file, and brings an older one up to date.

The schema's version is `PRAGMA user_version`; `PRAGMA application_id` marks the file as ours. A file that is
not a ledger, or is newer than this program, is refused before anything in it is changed.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import apsw

from core.domain.errors import LedgerTooNewError, LedgerUnavailableError
from core.ledger.sqlite.transactions import transaction

APPLICATION_ID: Final = 0x53504C4B
"""`SPLK`, the mark of a spool ledger (https://www.sqlite.org/pragma.html#pragma_application_id)."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of the schema, with its way up and its way down."""

    number: int
    name: str
    up: str
    down: str


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration this program knows, by number."""
    found = []
    for file in files("core.ledger.sqlite").joinpath("migrations").iterdir():
        if match := re.fullmatch(r"(\d{4})_(\w+)\.sql", file.name):
            _, up, down = re.split(r"^-- (?:up|down)$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            found.append(Migration(int(match[1]), match[2], up, down))
    return tuple(sorted(found, key=lambda migration: migration.number))


def schema_version(connection: apsw.Connection) -> int:
    """The file's schema version, 0 for an empty file.

    Raises LedgerUnavailableError when the file is another program's, LedgerTooNewError when it is newer.
    """
    with connection:  # one moment: another process may be creating this very file
        version = int(connection.pragma("user_version"))
        ours = connection.pragma("application_id") == APPLICATION_ID
        empty = not version and not connection.execute("SELECT count(*) FROM sqlite_schema").get
    if not ours:
        if not empty:
            raise LedgerUnavailableError("el archivo es una base de datos de otro programa")
        return 0
    known = migrations()[-1].number
    if version > known:
        raise LedgerTooNewError(found=version, known=known)
    return version


def migrate(connection: apsw.Connection, to: int | None = None) -> None:
    """Bring the schema up (or down) to version `to`, the newest by default, in one transaction."""
    target = migrations()[-1].number if to is None else to
    if schema_version(connection) == target:
        return
    with transaction(connection):
        # Another process may have migrated between the look above and the write lock taken here.
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        version = schema_version(connection)
        for migration in migrations():
            if version < migration.number <= target:
                connection.execute(migration.up)
        for migration in reversed(migrations()):
            if target < migration.number <= version:
                connection.execute(migration.down)
        connection.execute(f"PRAGMA user_version = {target}")
