"""One site's part of an SQLite file, seen over one connection: its number there, its log's position, its clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import apsw

from core.domain.errors import ClockDoubtfulError, LedgerUnavailableError
from core.domain.plausible import clock_doubt
from core.domain.reasons import FallaRegistro
from core.ledger.continuity import Continuity
from core.ledger.protocol import Position
from core.ledger.sqlite.schema import connect, transaction


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
        self.db = connect(path)
        self.clock = clock
        self.request_memory = request_memory
        self.continuity = continuity
        self._file = _file_at(self.db)
        self.number = self._number_of(name)

    def _number_of(self, name: str) -> int:
        number = self.db.execute("SELECT site FROM sites WHERE name = ?", (name,)).get
        if number is None:
            with transaction(self.db):
                self.db.execute(
                    "INSERT INTO sites (name, identity) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, str(uuid4()))
                )
            return self._number_of(name)
        return int(number)

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
        with self.db:
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
        found = Path(connection.filename).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
