"""Opening an SQLite file so that what it acknowledges survives a power cut, and naming what can go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw
from pydantic import ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

from core.domain.errors import LedgerUnavailableError
from core.ledger.sqlite.schema import migrate, schema_version

BUSY_TIMEOUT: Final = 5000
"""Milliseconds a writer waits for another process's transaction before it gives up."""

_REASONS: Final[tuple[tuple[type[apsw.Error], str], ...]] = (
    (apsw.NotADBError, "el archivo no es un registro"),
    (apsw.CantOpenError, "no se puede abrir el archivo"),
    (apsw.ReadOnlyError, "el archivo no se puede escribir"),
    (apsw.PermissionsError, "no hay permiso para usar el archivo"),
    (apsw.FullError, "el disco está lleno"),
    (apsw.BusyError, "otro proceso lo tiene ocupado"),
    (apsw.CorruptError, "el archivo está dañado"),
    (apsw.ConnectionClosedError, "ya está cerrado"),
    (apsw.IOError, "el disco no responde"),
)


@contextmanager
def as_ledger_errors(path: Path) -> Iterator[None]:
    """Wrap whatever SQLite or the file system raises, once, with a reason a person can act on."""
    try:
        yield
    except apsw.Error as exc:
        reason = next((text for kind, text in _REASONS if isinstance(exc, kind)), "error de SQLite")
        raise LedgerUnavailableError(reason, path=str(path), detail=str(exc)) from exc
    except ValidationError as exc:
        raise LedgerUnavailableError("el archivo está dañado", path=str(path), detail=str(exc)) from exc
    except OSError as exc:
        detail = exc.strerror or str(exc)
        raise LedgerUnavailableError("no se puede usar la carpeta", path=str(path), detail=detail) from exc


def connect(path: Path) -> apsw.Connection:
    """A connection to the ledger file at `path`, created or upgraded if need be; another program's is refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = apsw.Connection(str(path))
    try:
        connection.set_busy_timeout(BUSY_TIMEOUT)
        schema_version(connection)
        _use_wal(connection)
        connection.pragma("synchronous", "full")
        connection.pragma("foreign_keys", "on")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: apsw.Connection) -> None:
    """Switch a new file to WAL. SQLite asks no busy handler here: a second process opening it is refused at once."""
    switch = Retrying(
        retry=retry_if_exception_type(apsw.BusyError),
        stop=stop_after_delay(BUSY_TIMEOUT / 1000),
        wait=wait_random(0, 0.02),
        reraise=True,
    )
    if switch(connection.pragma, "journal_mode", "wal") != "wal":
        raise LedgerUnavailableError("este disco no admite el registro (WAL)")
