"""The SQLite file: opened so that commits survive a power cut, changed all or nothing, and brought up to date.

The schema's version is `PRAGMA user_version`, which is also the format number of the documents in it; `PRAGMA
application_id` marks the file as ours. A file that is not a ledger, or is newer than this program, is refused before
anything in it is changed.
"""

import errno
import os
import random
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import apsw

from core.domain.errors import LedgerTooNewError, LedgerUnavailableError
from core.domain.reasons import FallaRegistro
from core.private import private_folder

APPLICATION_ID: Final = 0x53504C4B
"""`SPLK`, the mark of a spool ledger (https://www.sqlite.org/pragma.html#pragma_application_id)."""

BUSY_TIMEOUT: Final = 5000
"""Milliseconds that a writer waits for another process's transaction."""


_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system answers when a disk, a quota or a file's largest size is reached; SQLite knows only the first."""


def connect(path: Path) -> apsw.Connection:
    """A connection to the ledger file at `path`, which is created or upgraded if need be."""
    create_file(path)
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(BUSY_TIMEOUT)
        schema_version(connection)
        _use_wal(connection)
        connection.pragma("synchronous", "full")
        connection.pragma("foreign_keys", "on")
        migrate(connection)
    except BaseException as exc:
        full = _no_room(connection, exc)
        connection.close()
        if full is not None:
            raise full from exc
        raise
    return connection


def connect_to_read(path: Path) -> apsw.Connection | None:
    """A connection to a ledger file beside which nothing can be written, not even SQLite's index of the WAL.

    It shows the file as it is now: use it for one read. None when the file alone does not say all, because there is
    a WAL, or is not of this version.
    """
    wal = path.with_name(f"{path.name}-wal")
    if not path.is_file() or (wal.exists() and wal.stat().st_size):
        return None
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    connection = apsw.Connection(f"{path.absolute().as_uri()}?immutable=1", flags=flags)
    try:
        is_current = schema_version(connection) == migrations()[-1].number
    except BaseException:
        connection.close()
        raise
    if not is_current:
        connection.close()
        return None
    return connection


def create_file(path: Path) -> None:
    """Make a missing file for its user alone; in a folder that a group may write to, for the group as well.

    SQLite gives the files that it keeps beside it (-wal, -shm) the same rights.
    """
    private_folder(path.parent)
    shared = path.parent.stat().st_mode & (stat.S_IRGRP | stat.S_IWGRP)
    mode = 0o600 | (shared if shared & stat.S_IWGRP else 0)
    # SQLite says better why a file cannot be made. A file that is there is not opened: to close it would end SQLite's
    # locks.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))


def _no_room(connection: apsw.Connection, exc: BaseException) -> apsw.FullError | None:
    """The error of a full disk, when something was not written for want of room: it is certain that it was not."""
    cause = connection.system_errno
    # What could not be synced may have been written.
    unwritten = {apsw.SQLITE_CANTOPEN, apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_SHMSIZE}
    if not isinstance(exc, apsw.Error) or getattr(exc, "extendedresult", 0) not in unwritten or cause not in _NO_ROOM:
        return None
    return apsw.FullError(f"{exc}: {os.strerror(cause)}")


def _use_wal(connection: apsw.Connection) -> None:
    """Switch a new file to WAL. SQLite does not wait here (no busy handler) while another process opens the file."""
    deadline = monotonic() + BUSY_TIMEOUT / 1000
    while True:
        try:
            mode = connection.pragma("journal_mode", "wal")
        except apsw.BusyError:
            if monotonic() > deadline:
                raise
            sleep(random.uniform(0, 0.02))  # noqa: S311 - spreads out processes, hides nothing
            continue
        if mode != "wal":
            raise LedgerUnavailableError(FallaRegistro.DISCO_SIN_WAL)
        return


class UnsureCommitError(apsw.IOError):
    """A transaction failed at its very end: it may be in the file all the same."""


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """A write transaction: all of it is in the file when the block ends, or nothing when anything raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        try:
            connection.execute("COMMIT")
        except apsw.IOError as exc:
            if _no_room(connection, exc) is not None:
                raise
            # The pages may be in the file although it could not be synced: the next to recover it decides.
            raise UnsureCommitError(str(exc)) from exc
    except BaseException as exc:
        full = _no_room(connection, exc)
        _roll_back(connection)
        if full is not None:
            raise full from exc
        raise


@contextmanager
def one_moment(connection: apsw.Connection) -> Iterator[None]:
    """A read transaction, or a part of one: all that is read in the block is as of one moment."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        _roll_back(connection)


def _roll_back(connection: apsw.Connection) -> None:
    # SQLite rolls back by itself after some errors (a full disk, for one).
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of the schema, with its SQL upwards and downwards."""

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
    with one_moment(connection):  # another process may be creating this very file
        version = int(connection.pragma("user_version"))
        ours = connection.pragma("application_id") == APPLICATION_ID
        empty = not version and not connection.execute("SELECT count(*) FROM sqlite_schema").get
    if not ours:
        if not empty:
            raise LedgerUnavailableError(FallaRegistro.ARCHIVO_AJENO)
        return 0
    require_known(version)
    return version


def require_known(version: int) -> None:
    """Raise LedgerTooNewError when a newer program gave the file this schema version."""
    known = migrations()[-1].number
    if version > known:
        raise LedgerTooNewError(found=version, known=known)


def migrate(connection: apsw.Connection, to: int | None = None) -> None:
    """Bring the schema up (or down) to version `to`, the newest by default, in one transaction."""
    target = migrations()[-1].number if to is None else to
    if schema_version(connection) == target:
        return
    with transaction(connection):
        # Another process may have migrated before this one got the write lock.
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        version = schema_version(connection)
        for migration in migrations():
            if version < migration.number <= target:
                connection.execute(migration.up)
        for migration in reversed(migrations()):
            if target < migration.number <= version:
                connection.execute(migration.down)
        connection.execute(f"PRAGMA user_version = {target}")
