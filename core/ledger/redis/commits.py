"""Changing one site: a commit is one script in one round trip; it can wait until replicas have it too."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from core.domain.errors import LedgerUnavailableError
from core.domain.events import Event, EventDraft
from core.domain.model import Plant, Spool
from core.domain.reasons import FallaRegistro
from core.domain.replay import apply_event
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.codec import worker_to_json
from core.ledger.loading import PlantChange
from core.ledger.protocol import (
    Commit,
    Committed,
    Conflict,
    LoadReport,
    LockGone,
    LockHeld,
    Outcome,
    Repeated,
    WorkerRecord,
)
from core.ledger.redis import reads, scripts
from core.ledger.redis.locks import lock_arguments
from core.ledger.redis.schema import (
    Keys,
    document_loaded,
    document_of,
    event_rest,
    future,
    instant,
    last_moment,
    spool_from_state,
)
from core.ledger.redis.site import Site


async def commit(
    site: Site, commits: Sequence[Commit], people: Sequence[WorkerRecord], *, memory_ms: int
) -> list[Outcome]:
    """As `Ledger.commit`. Raises ReplicasUnconfirmedError as well."""
    await site.require_past()
    keys: list[str] = []
    arguments: list[str | int] = [*site.known(), memory_ms, site.keys.channel]
    arguments += (people[0].identity if people else "", len(people))
    for person in people:
        arguments += (person.worker.worker_id, person.document)
    events = [future(one.draft) for one in commits]
    for one, event in zip(commits, events, strict=True):
        tag = event.tag_spool
        keys += (site.keys.request(one.request_id), site.keys(spool_lock(tag)), site.keys.history(tag))
        arguments += (tag, one.spool.version, *lock_arguments(one.lock))
        arguments += (str(event.id), event_rest(event), document_of(apply_event(one.spool, event)))
    reply, confirmed = await site.ask(scripts.COMMIT, *arguments, keys=keys, changes=True)
    now, *replies = reply
    site.set_clock(now)
    with site.connection.reading():
        ts = instant(now)
        outcomes = [_outcome(one, event, reply, ts) for one, event, reply in zip(commits, events, replies, strict=True)]
    saved = [outcome.event for outcome in outcomes if isinstance(outcome, (Committed, Repeated))]
    for event in saved:
        # From now on this terminal notices when it is lost.
        site.continuity.saw(event)
    if saved:
        await site.replicas.require(confirmed, saved=True)
    site.committed(saved)
    return outcomes


async def record(site: Site, draft: EventDraft, *, memory_ms: int) -> Event:
    """As `Ledger.record`. Raises ReplicasUnconfirmedError as well."""
    await site.require_past()
    arguments = (*site.known(), memory_ms, site.keys.channel, str(draft.id), event_rest(future(draft)))
    keys = (site.keys.request(draft.id),)
    [document], confirmed = await site.ask(scripts.RECORD, *arguments, keys=keys, changes=True)
    with site.connection.reading():
        event = Event.model_validate_json(document)
    site.continuity.saw(event)
    await site.replicas.require(confirmed, saved=True)
    site.committed([event])
    return event


async def settle(site: Site, requests: Collection[UUID], *, memory_ms: int) -> set[UUID]:
    """As `Ledger.settle`. Raises ReplicasUnconfirmedError as well."""
    await site.require_past()
    keys = tuple(map(site.keys.request, requests))
    fates = await site.run(scripts.SETTLE, *site.known(), memory_ms, keys=keys, saved=bool(requests))
    return {request_id for request_id, seq in zip(requests, fates, strict=True) if int(seq)}


def _outcome(commit: Commit, event: Event, reply: list[Any], ts: datetime) -> Outcome:
    match reply:
        case ["done", seq]:
            event = event.model_copy(update={"seq": int(seq), "ts": ts})
            return Committed(event, apply_event(commit.spool, event))
        case ["again", document, state]:
            return Repeated(Event.model_validate_json(document), spool_from_state(state))
        case ["held"]:
            return LockHeld()
        case ["gone"]:
            return LockGone()
        case _:
            return Conflict()


async def confirm(site: Site) -> None:
    """Wait until the replicas have what was saved. Raises ReplicasUnconfirmedError."""
    await site.run(scripts.POSITION, "", 0, "", saved=True)


async def load(site: Site, plant: Plant, draft: EventDraft) -> LoadReport:
    """As `Ledger.load`."""
    await site.require_past()
    # Compare again when other work was committed between the comparison and the step.
    for _ in range(reads.TRIES):
        before, loads = await reads.snapshot(site)
        change = await asyncio.to_thread(PlantChange.between, before.spools, before.workers, plant)
        if not change:
            return change.report(None)
        described = change.described_in(draft)
        spools = [*(_added(spool, site.keys) for spool in change.added), *map(_updated, change.updated)]
        people = [(str(worker.worker_id), worker_to_json(worker)) for worker in change.people]
        event = (str(described.id), event_rest(future(described)))
        arguments = (*site.known(), loads, site.keys.channel, *event, as_json(spools), as_json(people))
        match await site.run_long(scripts.LOAD, *arguments):
            case ["done", seq, now]:
                loaded = described.committed(seq=int(seq), ts=instant(now))
                site.continuity.saw(loaded)
                await confirm(site)
                site.committed([loaded])
                return change.report(loaded)
    raise LedgerUnavailableError(FallaRegistro.PLANTA_CAMBIA)


def _added(spool: Spool, keys: Keys) -> tuple[str, ...]:
    """A new spool as `load.lua` takes it."""
    document, seq = document_loaded(spool)
    row = (spool.tag_spool, "", str(spool.version), seq, document)
    held = spool.ocupacion
    if held is None:
        return (*row, "", "", "")
    return (*row, keys(spool_lock(spool.tag_spool)), held.lock_token, str(last_moment(held.vence)))


def _updated(spool: Spool) -> tuple[str, ...]:
    """A changed spool as `load.lua` takes it."""
    return (spool.tag_spool, str(spool.version - 1), str(spool.version), str(spool.seq), document_of(spool), "", "", "")


def as_json(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of strings for a script."""
    return to_json(rows).decode()
