"""Reading one site: each function sees one moment of the file, by `Connections.read` or inside a transaction."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from pydantic_core import from_json

from core.domain.events import Event
from core.domain.model import Snapshot, Spool, Worker
from core.ledger.codec import spool_from_json, worker_from_json
from core.ledger.feed import contiguous
from core.ledger.protocol import Reading, Repeated, WorkerRecord
from core.ledger.sqlite.site import Site, to_microseconds

_EVENTS: Final = (
    "SELECT seq, id, ts, evento_tipo, tag_spool, worker_id, worker_nombre, operacion, accion, fecha_operacion,"
    " station, metadata FROM events WHERE site = ?1 AND "
)
"""The columns are in the order of the fields of `Event`."""

NEVER: Final = 0
"""Stands for the event of a request that was given up: it becomes none."""


def read(site: Site, tags: Sequence[str], worker_id: int, requests: Sequence[UUID]) -> Reading:
    """As `Ledger.read`."""
    spools = {tag: spool(site, tag) for tag in tags}
    document, identity = worker_document(site, worker_id), site.stored_position().identity
    repeated = {request_id: repeated_request(site, request_id) for request_id in requests}
    return Reading(
        spools={tag: found for tag, found in spools.items() if found is not None},
        record=WorkerRecord(worker=worker_from_json(document), document=document, identity=identity)
        if document
        else None,
        repeated={request_id: found for request_id, found in repeated.items() if found is not None},
    )


def worker_document(site: Site, worker_id: int) -> str | None:
    """What is stored of a worker; None for an unknown one."""
    state: str | None = site.db.execute(
        "SELECT state FROM workers WHERE site = ? AND worker_id = ?", (site.number, worker_id)
    ).get
    return state


def remembered(site: Site, request_id: UUID) -> int | None:
    """The number of the event that this request became, `NEVER` when it must become none, None when it is not known."""
    seq: int | None = site.db.execute(
        "SELECT seq FROM requests WHERE site = ? AND request_id = ? AND expires_at > ?",
        (site.number, str(request_id), to_microseconds(site.clock())),
    ).get
    return seq


def repeated_request(site: Site, request_id: UUID) -> Repeated | None:
    """What this request became, while it is remembered."""
    seq = remembered(site, request_id)
    if not seq:
        return None
    [event] = (_event(row) for row in site.db.execute(_EVENTS + "seq = ?2", (site.number, seq)))
    present = spool(site, event.tag_spool)
    return None if present is None else Repeated(event, present)


def snapshot(site: Site) -> Snapshot:
    """As `Ledger.snapshot`."""
    seq = site.db.execute("SELECT last_seq FROM sites WHERE site = ?", (site.number,)).get
    spools, workers = tuple(all_spools(site)), tuple(all_workers(site))
    return Snapshot(seq=seq, spools=spools, workers=workers)


def spool(site: Site, tag: str) -> Spool | None:
    """The spool with this tag."""
    state = site.db.execute("SELECT state FROM spools WHERE site = ? AND tag_spool = ?", (site.number, tag)).get
    return None if state is None else spool_from_json(state)


def all_spools(site: Site) -> Iterable[Spool]:
    """Every spool, by tag."""
    rows = site.db.execute("SELECT state FROM spools WHERE site = ? ORDER BY tag_spool", (site.number,))
    return (spool_from_json(state) for (state,) in rows)


def all_workers(site: Site) -> Iterable[Worker]:
    """Every worker, by number."""
    rows = site.db.execute("SELECT state FROM workers WHERE site = ? ORDER BY worker_id", (site.number,))
    return (worker_from_json(state) for (state,) in rows)


def history(site: Site, tag_spool: str) -> list[Event]:
    """As `Ledger.history`."""
    rows = site.db.execute(_EVENTS + "tag_spool = ?2 ORDER BY seq", (site.number, tag_spool))
    return [_event(row) for row in rows]


def events(site: Site, *, after: int, limit: int) -> list[Event]:
    """As `Ledger.events`."""
    site.require_in_place()
    newest = site.require_past().seq
    rows = site.db.execute(_EVENTS + "seq > ?2 ORDER BY seq LIMIT ?3", (site.number, after, limit))
    return contiguous([_event(row) for row in rows], after=after, newest=newest)


def _event(row: Sequence[object]) -> Event:
    fields = dict(zip(Event.model_fields, row, strict=True))
    return Event.model_validate({**fields, "metadata": from_json(str(fields["metadata"]))})
