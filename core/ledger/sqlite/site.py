"""One site's part of an SQLite file, seen over one connection: its number there, its log's position, its clock."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import apsw

from core.domain.errors import ClockDoubtfulError, LedgerUnavailableError
from core.domain.plausible import clock_doubt
from core.domain.reasons import FallaRegistro
from core.ledger.continuity import Continuity
from core.ledger.protocol import Position
from core.ledger.sqlite.schema import connect, connect_to_read, one_moment, require_known, transaction


class Site:
    """What the functions of `commits`, `reads`, `locks`, `notes` and `admin` work on, all in one thread.

    `number` is the site's in the tables. `clock` (aware, UTC) gives events their time and decides which locks live.
    A request id is remembered for `request_memory`. `continuity` is shared by the ledger's connections.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        clock: Callable[[], datetime],
        request_memory: timedelta,
        continuity: Continuity,
    ) -> None:
        self._path = path
        self.clock = clock
        self.request_memory = request_memory
        self.continuity = continuity
        self.opened = 0
        """How often the file was opened."""
        self._open()
        self.number = self._number_of(name)

    def _open(self) -> None:
        """Open the file; only to read when there is no room, or no leave, to write anything beside it."""
        self._cannot_write: apsw.Error | None = None
        try:
            self.db = connect(self._path)
        except (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError) as exc:
            still = connect_to_read(self._path)
            if still is None:
                raise
            # A file that can be read, and not opened to write, is read-only.
            self._cannot_write = apsw.ReadOnlyError(str(exc)) if isinstance(exc, apsw.CantOpenError) else exc
            self.db = still
        self._file = _file_at(self.db)
        self.opened += 1

    def refresh(self, *, writing: bool) -> None:
        """Open a file again that could only be read: it may have changed, and there may be room by now.

        Raises why not when it is for `writing` and can still only be read.
        """
        if not self.db.readonly("main") or not self._path.is_file():
            return
        before = self.db
        self._open()
        before.close()
        if writing and self._cannot_write is not None:
            raise self._cannot_write

    def _number_of(self, name: str) -> int:
        number = self.db.execute("SELECT site FROM sites WHERE name = ?", (name,)).get
        if number is None:
            with self.changing():
                self.db.execute(
                    "INSERT INTO sites (name, identity) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, str(uuid4()))
                )
            return self._number_of(name)
        return int(number)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A write transaction, all or nothing. Raises LedgerTooNewError when a newer program upgraded the file."""
        with transaction(self.db):
            self.require_format()
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One moment of the file. Raises LedgerTooNewError instead of what a newer program's data led to."""
        with one_moment(self.db):
            try:
                yield
            finally:
                # At the end: what was seen before must not be newer than this moment (see `require_past`).
                self.require_format()

    def require_format(self) -> None:
        """Raise LedgerTooNewError when a newer program upgraded the file; inside a transaction it stays as it is."""
        require_known(int(self.db.pragma("user_version")))

    def require_in_place(self) -> None:
        """Raise LedgerUnavailableError when the file was moved, deleted or replaced: commits to it would be lost."""
        if _file_at(self.db) != self._file:
            raise LedgerUnavailableError(FallaRegistro.ARCHIVO_REEMPLAZADO, path=self.db.filename)

    def stored_position(self) -> Position:
        """The log's position in the file."""
        identity, seq, event_id = self.db.execute(
            "SELECT identity, last_seq, (SELECT id FROM events WHERE site = ?1 AND seq = last_seq)"
            " FROM sites WHERE site = ?1",
            (self.number,),
        ).get
        return Position(identity=identity, seq=seq, event_id=None if event_id is None else UUID(event_id))

    def position(self) -> Position:
        """As `Ledger.position`."""
        self.require_in_place()
        with one_moment(self.db):
            seen, found = self.continuity.seen, self.stored_position()
            id_at_seen = self._event_id(seen.seq)
            accepted = self.db.execute(
                "SELECT 1 FROM accepted WHERE site = ? AND identity = ?", (self.number, seen.identity)
            ).get
        self.continuity.require(found, seen=seen, id_at_seen=id_at_seen, accepted=accepted is not None)
        return found

    def require_past(self) -> Position:
        """The log's position, inside the caller's transaction. Raises LedgerRolledBackError as `position` does."""
        self.continuity.require_whole()
        # In this order: `seen` must not be newer than the transaction's view of the file.
        seen, found = self.continuity.seen, self.stored_position()
        if found != seen:
            self.continuity.require(found, seen=seen, id_at_seen=self._event_id(seen.seq), accepted=False)
        return found

    def clock_doubt(self, now: datetime) -> ClockDoubtfulError | None:
        """Why the next event cannot happen at `now`; None when it can."""
        newest = self.db.execute(
            "SELECT ts FROM events WHERE site = ?1 AND seq = (SELECT last_seq FROM sites WHERE site = ?1)",
            (self.number,),
        ).get
        return clock_doubt(None if newest is None else datetime.fromisoformat(newest), now)

    def _event_id(self, seq: int) -> UUID | None:
        event_id = self.db.execute("SELECT id FROM events WHERE site = ? AND seq = ?", (self.number, seq)).get
        return None if event_id is None else UUID(event_id)


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970, UTC: how the file stores the end of a lock or of a request's memory."""
    return round(instant.timestamp() * 1_000_000)


def _file_at(connection: apsw.Connection) -> tuple[int, int] | None:
    """Device and inode of the file that is at the connection's path now, None for none."""
    try:
        # Asked many times a second, in which a `Path` would take longer than the system's answer.
        found = os.stat(connection.filename)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
