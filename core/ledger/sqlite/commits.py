"""Changing one site: each function is one write transaction, in the site's thread, or a part of one."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from pydantic_core import to_json

from core.domain.events import Event, EventDraft
from core.domain.model import Plant, Spool, Worker
from core.domain.replay import apply_event
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.codec import spool_to_json, worker_to_json
from core.ledger.loading import PlantChange, with_first_event
from core.ledger.protocol import Commit, Committed, Conflict, LoadReport, Outcome, WorkerRecord
from core.ledger.sqlite.locks import lock_step, put_lock
from core.ledger.sqlite.reads import (
    NEVER,
    all_spools,
    all_workers,
    events,
    remembered,
    repeated_request,
    worker_document,
)
from core.ledger.sqlite.site import Site, to_microseconds

_INSERT_EVENT: Final = """
INSERT INTO events (site, seq, id, ts, evento_tipo, tag_spool, worker_id, worker_nombre, operacion, accion,
                    fecha_operacion, station, metadata)
VALUES (:site, :seq, :id, :ts, :evento_tipo, :tag_spool, :worker_id, :worker_nombre, :operacion, :accion,
        :fecha_operacion, :station, :metadata)
"""


def commit(site: Site, commits: Sequence[Commit], people: Sequence[WorkerRecord]) -> list[Outcome]:
    """As `Ledger.commit`: one transaction, in which a refused commit changes nothing."""
    site.require_in_place()
    now = site.clock()
    with site.changing():
        position = site.require_past()
        site.db.execute("DELETE FROM requests WHERE expires_at <= ?", (to_microseconds(now),))
        are_people_same = all(
            person.identity == position.identity
            and person.document in {"", worker_document(site, person.worker.worker_id)}
            for person in people
        )
        return [_commit_one(site, one, now, are_people_same=are_people_same) for one in commits]


def _commit_one(site: Site, commit: Commit, now: datetime, *, are_people_same: bool) -> Outcome:
    if remembered(site, commit.request_id) is not None:
        return repeated_request(site, commit.request_id) or Conflict()
    tag = commit.draft.tag_spool
    version = site.db.execute("SELECT version FROM spools WHERE site = ? AND tag_spool = ?", (site.number, tag)).get
    if version != commit.spool.version or not are_people_same:
        return Conflict()
    if (refusal := lock_step(site, spool_lock(tag), commit.lock, now)) is not None:
        return refusal
    event = append(site, commit.draft, now)
    spool = apply_event(commit.spool, event)
    site.db.execute(
        "UPDATE spools SET version = ?, state = ? WHERE site = ? AND tag_spool = ?",
        (spool.version, spool_to_json(spool), site.number, tag),
    )
    _remember(site, commit.request_id, event.seq, now)
    return Committed(event, spool)


def _remember(site: Site, request_id: UUID, seq: int, now: datetime) -> None:
    site.db.execute(
        "INSERT OR REPLACE INTO requests (site, request_id, seq, expires_at) VALUES (?, ?, ?, ?)",
        (site.number, str(request_id), seq, to_microseconds(now + site.request_memory)),
    )


def record(site: Site, draft: EventDraft) -> Event:
    """As `Ledger.record`."""
    site.require_in_place()
    now = site.clock()
    with site.changing():
        site.require_past()
        if known := remembered(site, draft.id):
            [event] = events(site, after=known - 1, limit=1)
            return event
        event = append(site, draft, now)
        _remember(site, draft.id, event.seq, now)
    return event


def settle(site: Site, requests: Collection[UUID]) -> set[UUID]:
    """As `Ledger.settle`."""
    site.require_in_place()
    now = site.clock()
    with site.changing():
        site.require_past()
        known = {request_id: remembered(site, request_id) for request_id in requests}
        for request_id, seq in known.items():
            if seq is None:
                _remember(site, request_id, NEVER, now)
    return {request_id for request_id, seq in known.items() if seq}


def append(site: Site, draft: EventDraft, now: datetime) -> Event:
    """The draft as the log's next event, inside the caller's transaction. Raises ClockDoubtfulError."""
    if (doubt := site.clock_doubt(now)) is not None:
        raise doubt
    return append_at(site, draft, now)


def append_at(site: Site, draft: EventDraft, now: datetime) -> Event:
    """As `append`, whatever the clock says."""
    seq = site.db.execute(
        "UPDATE sites SET last_seq = last_seq + 1 WHERE site = ? RETURNING last_seq", (site.number,)
    ).get
    event = draft.committed(seq=seq, ts=now)
    insert_event(site, event)
    return event


def insert_event(site: Site, event: Event) -> None:
    """Write an event that has its number."""
    row = {
        **event.model_dump(mode="json"),
        "site": site.number,
        "ts": event.ts.astimezone(UTC).isoformat(),
        "metadata": to_json(event.metadata).decode(),
    }
    site.db.execute(_INSERT_EVENT, row)


def load(site: Site, plant: Plant, draft: EventDraft) -> LoadReport:
    """As `Ledger.load`."""
    site.require_in_place()
    now = site.clock()
    with site.changing():
        site.require_past()
        change = PlantChange.between(all_spools(site), all_workers(site), plant)
        if not change:
            return change.report(None)
        event = append(site, change.described_in(draft), now)
        write_spools(site, change.updated)
        write_spools(site, (with_first_event(spool, event.seq) for spool in change.added))
        for spool in change.added:
            if spool.ocupacion is not None:
                put_lock(site, spool_lock(spool.tag_spool), spool.ocupacion.lock_token, spool.ocupacion.vence)
        write_workers(site, change.people)
    return change.report(event)


def write_spools(site: Site, spools: Iterable[Spool]) -> None:
    """Write whole states, inside the caller's transaction."""
    site.db.executemany(
        "INSERT INTO spools (site, tag_spool, version, state) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state",
        ((site.number, spool.tag_spool, spool.version, spool_to_json(spool)) for spool in spools),
    )


def write_workers(site: Site, workers: Iterable[Worker]) -> None:
    """Write the whole list of workers, inside the caller's transaction."""
    site.db.execute("DELETE FROM workers WHERE site = ?", (site.number,))
    site.db.executemany(
        "INSERT INTO workers (site, worker_id, state) VALUES (?, ?, ?)",
        ((site.number, worker.worker_id, worker_to_json(worker)) for worker in workers),
    )
