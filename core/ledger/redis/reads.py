"""Reading one site. A snapshot is read a page at a time: a large plant must not hold up other terminals' commits."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from core.domain.errors import LedgerUnavailableError
from core.domain.events import Event
from core.domain.model import Snapshot, Spool
from core.domain.reasons import FallaRegistro
from core.domain.replay import apply_event
from core.ledger.codec import worker_from_json
from core.ledger.feed import contiguous
from core.ledger.protocol import Reading, Repeated, WorkerRecord
from core.ledger.redis import scripts
from core.ledger.redis.schema import Keys, spool_from_state
from core.ledger.redis.servers import Client
from core.ledger.redis.site import Site

PAGE: Final = 1000
"""Spools, events or notes read at a time."""

TRIES: Final = 20
"""How often a plant, or a book of notes, is read again because it was changed meanwhile."""


async def read(site: Site, tags: Sequence[str], worker_id: int, requests: Sequence[UUID]) -> Reading:
    """As `Ledger.read`: one script, one round trip. It does not wait for the replicas: what is decided on it will."""
    keys = (*site.keys.of_every_script, *map(site.keys.request, requests))
    reply = await site.connection.run(lambda line: scripts.READ.run(line, keys, worker_id, *tags))
    worker, identity, states, repeated = site.accepted(reply)
    with site.connection.reading():
        return Reading(
            spools={tag: spool_from_state(state) for tag, state in zip(tags, states, strict=True) if state},
            record=WorkerRecord(worker=worker_from_json(worker), document=worker, identity=identity)
            if worker
            else None,
            repeated={
                requests[index]: Repeated(Event.model_validate_json(event), spool_from_state(state))
                for index, event, state in repeated
            },
        )


async def history(site: Site, tag_spool: str) -> list[Event]:
    """As `Ledger.history`."""
    found = await site.run(scripts.HISTORY, keys=(site.keys.history(tag_spool),))
    with site.connection.reading():
        return [Event.model_validate_json(event) for event in found]


async def events(site: Site, *, after: int, limit: int) -> list[Event]:
    """As `Ledger.events`."""
    await site.require_past()
    newest, *found = await site.run(scripts.PAGE, *site.known(), after, limit)
    with site.connection.reading():
        page = contiguous([Event.model_validate_json(event) for event in found], after=after, newest=int(newest))
    if page:
        site.continuity.saw(page[-1])
    return page


async def snapshot(site: Site) -> tuple[Snapshot, str]:
    """Everything as of one event, and how many plants were loaded until then."""
    with site.connection.reading():
        return await site.connection.run_long(lambda client: _read_snapshot(client, site))


async def _read_snapshot(client: Client, site: Site) -> tuple[Snapshot, str]:
    """Spools are read while others work on them; the log then says what changed meanwhile.

    Only a load, and a newer program, changes spools without saying how: then everything is read again.
    """
    for _ in range(TRIES):
        before, loads, _ = await _read_head(site)
        spools = await _read_spools(client, site.keys)
        seq, loads_after, workers = await _read_head(site)
        if loads_after == loads and await _bring_up_to_date(client, site.keys, spools, after=before, until=seq):
            people = sorted(map(worker_from_json, workers), key=lambda worker: worker.worker_id)
            by_tag = tuple(spools[tag] for tag in sorted(spools))
            return Snapshot(seq=seq, spools=by_tag, workers=tuple(people)), loads
    raise LedgerUnavailableError(FallaRegistro.PLANTA_CAMBIA)


async def _read_head(site: Site) -> tuple[int, str, list[str]]:
    """The newest number, the loads so far, and the workers."""
    seq, loads, workers = await site.run(scripts.SNAPSHOT)
    return int(seq), loads, workers


async def _read_spools(client: Client, keys: Keys) -> dict[str, Spool]:
    """Every spool, each as of some moment of the reading. A scan may return one twice, and misses none."""
    spools: dict[str, Spool] = {}
    cursor = 0
    page: Any
    while True:
        cursor, page = await client.hscan(keys.spools, cursor, count=PAGE)
        spools.update({tag: spool_from_state(state) for tag, state in page.items()})
        if int(cursor) == 0:
            return spools


async def _bring_up_to_date(client: Client, keys: Keys, spools: dict[str, Spool], *, after: int, until: int) -> bool:
    """Apply the events after number `after`; whether the log still had them all, and they are known."""
    while after < until:
        count = min(PAGE, until - after)
        page: Any = await client.xrange(keys.events, f"{after + 1}-0", f"{until}-0", count=count)
        if len(page) < count:
            return False
        for _, entry in page:
            event = Event.model_validate_json(entry["event"])
            if not event.is_known:
                return False
            spool = spools.get(event.tag_spool)
            if spool is not None and spool.seq < event.seq:
                spools[event.tag_spool] = apply_event(spool, event)
        after += count
    return True
