"""One site's rows in an SQLite file. Every method is one read, or one write transaction; none knows a rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self
from uuid import UUID, uuid4

import apsw
from pydantic_core import from_json, to_json

from core.domain.errors import LedgerNotEmptyError, LedgerUnavailableError, VersionConflictError
from core.domain.events import Event, EventDraft
from core.domain.lock_steps import spool_lock
from core.domain.model import Plant, Snapshot, Spool, Worker
from core.domain.reasons import Riesgo
from core.domain.replay import apply_event
from core.ledger.codec import spool_from_json, spool_to_json, worker_from_json, worker_to_json
from core.ledger.continuity import Continuity
from core.ledger.feed import contiguous
from core.ledger.loading import PlantChange, with_first_event
from core.ledger.protocol import Commit, Committed, Conflict, Health, LoadReport, Outcome, Position, Reading, Repeated
from core.ledger.sqlite.database import connect
from core.ledger.sqlite.locks import LockTable, to_microseconds
from core.ledger.sqlite.notes import NoteTable
from core.ledger.sqlite.schema import schema_version
from core.ledger.sqlite.transactions import transaction

_EVENT_COLUMNS: Final = (
    "seq, id, ts, evento_tipo, tag_spool, worker_id, worker_nombre, operacion, accion, fecha_operacion, "
    "station, metadata"
)


class SiteTables:
    """The rows of one site, over one connection: to be used from one thread.

    `clock` (aware, UTC) gives events their time and decides which locks live. `request_memory` is how long a
    request id is remembered. `continuity` is what was seen of this ledger.
    """

    def __init__(
        self,
        connection: apsw.Connection,
        *,
        site: str,
        clock: Callable[[], datetime],
        request_memory: timedelta,
        continuity: Continuity,
    ) -> None:
        self._db = connection
        self._file = _file_at(connection)
        self._clock = clock
        self._request_memory = request_memory
        self._continuity = continuity
        self._site = self._site_number(site)
        self.locks = LockTable(connection, site=self._site, clock=clock)
        self.notes = NoteTable(connection, site=self._site, locks=self.locks, require_in_place=self._require_in_place)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        site: str,
        clock: Callable[[], datetime],
        request_memory: timedelta,
        continuity: Continuity,
    ) -> Self:
        return cls(connect(path), site=site, clock=clock, request_memory=request_memory, continuity=continuity)

    def _site_number(self, name: str) -> int:
        found = self._db.execute("SELECT site FROM sites WHERE name = ?", (name,)).get
        if found is None:
            with transaction(self._db):
                self._db.execute(
                    "INSERT INTO sites (name, identity) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, str(uuid4()))
                )
            return self._site_number(name)
        return int(found)

    def close(self) -> None:
        self._db.close()

    def _require_in_place(self) -> None:
        """A file that was moved, deleted or replaced would take commits that nobody who opens its path ever sees."""
        if _file_at(self._db) != self._file:
            raise LedgerUnavailableError("el archivo fue movido o reemplazado", path=self._db.filename)

    def position(self) -> Position:
        """Where the log stands. Raises LedgerRolledBackError when that does not continue what was seen."""
        self._require_in_place()
        with self._db:
            seen, found = self._continuity.seen, self._standing()
            at_seen = self._event_id(seen.seq)
            accepted = self._db.execute(
                "SELECT 1 FROM accepted WHERE site = ? AND identity = ?", (self._site, seen.identity)
            ).get
        self._continuity.require(found, seen=seen, id_at_seen=at_seen, accepted=accepted is not None)
        return found

    def accept(self, draft: EventDraft) -> Event:
        """Take the ledger as it is, under a new identity, with the event that says so."""
        self._require_in_place()
        broken = self._continuity.broken
        with transaction(self._db):
            found = self._standing()
            if broken is None or found.identity != broken.found.identity:
                raise VersionConflictError("", expected=self._continuity.seen.seq)
            event = self._append(draft, self._clock())
            self._db.execute("UPDATE sites SET identity = ? WHERE site = ?", (str(uuid4()), self._site))
            self._db.executemany(
                "INSERT OR IGNORE INTO accepted (site, identity) VALUES (?, ?)",
                [(self._site, found.identity), (self._site, self._continuity.seen.identity)],
            )
        self.position()
        return event

    def _standing(self) -> Position:
        identity, seq, event_id = self._db.execute(
            "SELECT identity, last_seq, (SELECT id FROM events WHERE site = ?1 AND seq = last_seq)"
            " FROM sites WHERE site = ?1",
            (self._site,),
        ).get
        return Position(identity=identity, seq=seq, event_id=None if event_id is None else UUID(event_id))

    def _event_id(self, seq: int) -> UUID | None:
        found = self._db.execute("SELECT id FROM events WHERE site = ? AND seq = ?", (self._site, seq)).get
        return None if found is None else UUID(found)

    def _require_past(self) -> Position:
        """Where the log stands, inside the caller's transaction. Raises LedgerRolledBackError as `position` does."""
        self._continuity.require_whole()
        # In this order: what another task sees meanwhile must not be asked of an older moment of the file.
        seen, found = self._continuity.seen, self._standing()
        if found == seen:
            return found
        same = found.identity == seen.identity and found.seq >= seen.seq
        if not seen.seq:
            self._continuity.require(found, seen=seen, id_at_seen=None, accepted=False)
        elif not same or (seen.event_id is not None and self._event_id(seen.seq) != seen.event_id):
            raise self._continuity.broke(seen, found)
        return found

    def data_version(self) -> int:
        """A number that changes when another connection, of any process, has committed."""
        self._require_in_place()
        return int(self._db.pragma("data_version"))

    def read(self, tags: Sequence[str], worker_id: int, requests: Sequence[UUID]) -> Reading:
        with self._db:
            spools = {tag: spool for tag in tags if (spool := self._spool(tag)) is not None}
            state = self._db.execute(
                "SELECT state FROM workers WHERE site = ? AND worker_id = ?", (self._site, worker_id)
            ).get
            found = {request_id: self._remembered(request_id) for request_id in requests}
        return Reading(
            spools=spools,
            worker=None if state is None else worker_from_json(state),
            repeated={request_id: repeated for request_id, repeated in found.items() if repeated is not None},
        )

    def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        self._require_in_place()
        now = self._clock()
        with transaction(self._db):
            self._require_past()
            self._forget_requests(now)
            return [self._commit_one(commit, now) for commit in commits]

    def _commit_one(self, commit: Commit, now: datetime) -> Outcome:
        if (repeated := self._remembered(commit.request_id)) is not None:
            return repeated
        tag = commit.draft.tag_spool
        version = self._db.execute("SELECT version FROM spools WHERE site = ? AND tag_spool = ?", (self._site, tag)).get
        if version != commit.spool.version:
            return Conflict()
        if (refusal := self.locks.step(spool_lock(tag), commit.lock, now)) is not None:
            return refusal
        event = self._append(commit.draft, now)
        spool = apply_event(commit.spool, event)
        self._db.execute(
            "UPDATE spools SET version = ?, state = ? WHERE site = ? AND tag_spool = ?",
            (spool.version, spool_to_json(spool), self._site, tag),
        )
        expires_at = to_microseconds(now + self._request_memory)
        self._db.execute(
            "INSERT INTO requests (site, request_id, seq, expires_at) VALUES (?, ?, ?, ?)",
            (self._site, str(commit.request_id), event.seq, expires_at),
        )
        return Committed(event, spool)

    def _append(self, draft: EventDraft, now: datetime) -> Event:
        """The draft as the log's next event."""
        seq = self._db.execute(
            "UPDATE sites SET last_seq = last_seq + 1 WHERE site = ? RETURNING last_seq", (self._site,)
        ).get
        event = draft.committed(seq=seq, ts=now)
        self._insert(event)
        return event

    def _insert(self, event: Event) -> None:
        self._db.execute(
            f"INSERT INTO events (site, {_EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._site,
                event.seq,
                str(event.id),
                event.ts.astimezone(UTC).isoformat(),
                event.evento_tipo,
                event.tag_spool,
                event.worker_id,
                event.worker_nombre,
                event.operacion,
                event.accion,
                event.fecha_operacion.isoformat(),
                event.station,
                to_json(event.metadata).decode(),
            ),
        )

    def _forget_requests(self, now: datetime) -> None:
        self._db.execute("DELETE FROM requests WHERE expires_at <= ?", (to_microseconds(now),))

    def _remembered(self, request_id: UUID) -> Repeated | None:
        row = self._db.execute(
            f"SELECT {_EVENT_COLUMNS} FROM events WHERE site = ?1 AND seq ="
            " (SELECT seq FROM requests WHERE site = ?1 AND request_id = ?2 AND expires_at > ?3)",
            (self._site, str(request_id), to_microseconds(self._clock())),
        ).fetchone()
        if row is None:
            return None
        event = _event(row)
        spool = self._spool(event.tag_spool)
        return None if spool is None else Repeated(event, spool)

    def load(self, plant: Plant, draft: EventDraft) -> LoadReport:
        self._require_in_place()
        now = self._clock()
        with transaction(self._db):
            self._require_past()
            change = PlantChange.between(self._spools(), self._workers(), plant)
            event = None
            if change:
                event = self._append(change.told_in(draft), now)
                self._write_spools([*(self._with_first_lock(spool, event) for spool in change.added), *change.updated])
                self._write_workers(change.people)
        return change.report(event)

    def _write_workers(self, people: Sequence[Worker]) -> None:
        self._db.execute("DELETE FROM workers WHERE site = ?", (self._site,))
        self._db.executemany(
            "INSERT INTO workers (site, worker_id, state) VALUES (?, ?, ?)",
            ((self._site, worker.worker_id, worker_to_json(worker)) for worker in people),
        )

    def _write_spools(self, spools: Iterable[Spool]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO spools (site, tag_spool, version, state) VALUES (?, ?, ?, ?)",
            ((self._site, spool.tag_spool, spool.version, spool_to_json(spool)) for spool in spools),
        )

    def _with_first_lock(self, spool: Spool, loaded: Event) -> Spool:
        if spool.ocupacion is not None:
            self.locks.put(spool_lock(spool.tag_spool), spool.ocupacion.lock_token, spool.ocupacion.vence)
        return with_first_event(spool, loaded.seq)

    def begin_restoring(self, snapshot: Snapshot, *, identity: str, locks: Mapping[str, str]) -> None:
        """Write the state of another ledger's copy; nobody sees it before `end_restoring`."""
        self._db.execute("BEGIN IMMEDIATE")
        seq = self._standing().seq
        spools = int(self._db.execute("SELECT count(*) FROM spools WHERE site = ?", (self._site,)).get)
        if seq or spools:
            raise LedgerNotEmptyError(seq=seq, spools=spools)
        self.notes.clear()
        self._write_spools(snapshot.spools)
        self._write_workers(snapshot.workers)
        for spool in snapshot.spools:
            name = spool_lock(spool.tag_spool)
            if spool.ocupacion is not None and name in locks:
                self.locks.put(name, locks[name], spool.ocupacion.vence)
        self._db.execute(
            "UPDATE sites SET identity = ?, last_seq = ? WHERE site = ?", (identity, snapshot.seq, self._site)
        )

    def restore_events(self, events: Sequence[Event]) -> None:
        """Append part of the other ledger's log, with its numbers."""
        for event in events:
            self._insert(event)

    def end_restoring(self, *, whole: bool) -> None:
        """Let everybody see the copy, or undo it."""
        if self._db.in_transaction:
            self._db.execute("COMMIT" if whole else "ROLLBACK")
        if whole:
            self._continuity.forget()
            self.position()

    def snapshot(self) -> Snapshot:
        with self._db:
            seq = self._db.execute("SELECT last_seq FROM sites WHERE site = ?", (self._site,)).get
            spools, workers = tuple(self._spools()), tuple(self._workers())
        return Snapshot(seq=seq, spools=spools, workers=workers)

    def _spool(self, tag: str) -> Spool | None:
        state = self._db.execute("SELECT state FROM spools WHERE site = ? AND tag_spool = ?", (self._site, tag)).get
        return None if state is None else spool_from_json(state)

    def _spools(self) -> Iterable[Spool]:
        rows = self._db.execute("SELECT state FROM spools WHERE site = ? ORDER BY tag_spool", (self._site,))
        return (spool_from_json(state) for (state,) in rows)

    def _workers(self) -> Iterable[Worker]:
        rows = self._db.execute("SELECT state FROM workers WHERE site = ? ORDER BY worker_id", (self._site,))
        return (worker_from_json(state) for (state,) in rows)

    def history(self, tag_spool: str) -> list[Event]:
        rows = self._db.execute(
            f"SELECT {_EVENT_COLUMNS} FROM events WHERE site = ? AND tag_spool = ? ORDER BY seq",
            (self._site, tag_spool),
        )
        return [_event(row) for row in rows]

    def events(self, *, after: int, limit: int) -> list[Event]:
        self._require_in_place()
        with self._db:
            newest = self._require_past().seq
            rows = self._db.execute(
                f"SELECT {_EVENT_COLUMNS} FROM events WHERE site = ? AND seq > ? ORDER BY seq LIMIT ?",
                (self._site, after, limit),
            )
            events = [_event(row) for row in rows]
        return contiguous(events, after=after, newest=newest)

    def check(self, *, thorough: bool) -> Health:
        with transaction(self._db):
            self._db.execute("UPDATE sites SET last_seq = last_seq WHERE site = ?", (self._site,))
        standing = self._standing()
        synchronous = {0: "off", 1: "normal", 2: "full", 3: "extra"}[self._db.pragma("synchronous")]
        sound = str(self._db.execute("PRAGMA quick_check(1)").get) if thorough else "?"
        risks = {
            Riesgo.DISCO_NO_ESPERA: synchronous not in {"full", "extra"},
            Riesgo.ARCHIVO_DANADO: sound not in {"ok", "?"},
        }
        return Health(
            facts={
                "engine": "sqlite",
                "sqlite_version": apsw.sqlite_lib_version(),
                "file": self._db.filename,
                "schema_version": str(schema_version(self._db)),
                "journal_mode": str(self._db.pragma("journal_mode")),
                "synchronous": synchronous,
                "foreign_keys": "on" if self._db.pragma("foreign_keys") else "off",
                "quick_check": sound,
                "identity": standing.identity,
                "last_seq": str(standing.seq),
            },
            risks=tuple(risk for risk, present in risks.items() if present),
        )


def _file_at(connection: apsw.Connection) -> tuple[int, int] | None:
    """Which file stands at the connection's path now, None for none."""
    try:
        found = Path(connection.filename).stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _event(row: "Sequence[apsw.SQLiteValue]") -> Event:
    seq, id_, ts, tipo, tag, worker_id, worker_nombre, operacion, accion, fecha, station, metadata = row
    return Event.model_validate(
        {
            "seq": seq,
            "id": id_,
            "ts": ts,
            "evento_tipo": tipo,
            "tag_spool": tag,
            "worker_id": worker_id,
            "worker_nombre": worker_nombre,
            "operacion": operacion,
            "accion": accion,
            "fecha_operacion": fecha,
            "station": station,
            "metadata": from_json(str(metadata)),
        }
    )
