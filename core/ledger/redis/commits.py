"""Changing one site: a commit is one script in one round trip; it can wait until replicas have it too."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json
from redis.asyncio import RedisCluster

from core.domain.errors import InvalidRequestError, LedgerUnavailableError, ReplicasUnconfirmedError
from core.domain.events import Event, EventDraft
from core.domain.lock_steps import spool_lock
from core.domain.model import Plant, Spool
from core.domain.reasons import Defecto, FallaRegistro
from core.domain.replay import apply_event
from core.ledger.codec import worker_to_json
from core.ledger.loading import PlantChange
from core.ledger.protocol import Commit, Committed, Conflict, LoadReport, LockGone, LockHeld, Outcome, Repeated
from core.ledger.redis import reads, scripts
from core.ledger.redis.locks import lock_arguments
from core.ledger.redis.schema import (
    Keys,
    document_after,
    document_loaded,
    document_of,
    event_rest,
    instant,
    last_moment,
    spool_from_state,
)
from core.ledger.redis.servers import Commands, Servers
from core.ledger.redis.site import Site

WAIT_MS: Final = 1200
"""Milliseconds a commit waits for its replicas: within what a worker waits for the whole request."""

CONFIRMED_ATTEMPT: Final = WAIT_MS / 1000 + 0.3
"""Seconds one connection may take to answer a commit that waits for replicas."""

WAITAOF_SINCE: Final = (7, 2)
"""Servers that know what their replicas have on disk (https://redis.io/docs/latest/commands/waitaof/)."""


class Confirmation:
    """How many replicas must have a commit before it counts as done."""

    def __init__(self, replicas: int, servers: Servers) -> None:
        if replicas and isinstance(servers.commands, RedisCluster):
            # A cluster's client cannot wait on the connection that wrote.
            raise InvalidRequestError("KIOSK_REDIS_MIN_REPLICAS", Defecto.CLUSTER_SIN_REPLICAS, replicas)
        self.replicas = replicas
        self._servers = servers
        self._wait: tuple[str | int, ...] = ()

    async def run(
        self, line: Commands, script: scripts.Script, keys: Sequence[str], arguments: Sequence[str | int]
    ) -> tuple[list[Any], int]:
        """The script's reply, and how many replicas confirmed what it wrote in time (0 when none are asked for)."""
        reply = await script.run(line, keys, *arguments)
        if not self.replicas:
            return reply, 0
        # On the same connection: the wait is for what this connection wrote.
        confirmed = await line.execute_command(*await self._waiting())
        return reply, int(confirmed[1] if isinstance(confirmed, list) else confirmed)

    async def require(self, confirmed: int) -> None:
        """Raise ReplicasUnconfirmedError when that many replicas are too few."""
        if confirmed < self.replicas:
            # It may no longer be the master: whoever asks next asks the sentinels anew.
            await self._servers.forget_master()
            raise ReplicasUnconfirmedError(needed=self.replicas, confirmed=confirmed)

    async def _waiting(self) -> tuple[str | int, ...]:
        """The command that waits for the replicas: for their disks, where the server supports it."""
        if not self._wait:
            info = await self._servers.bulk.info()
            version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
            on_disk = version >= WAITAOF_SINCE and info.get("aof_enabled")
            self._wait = ("WAITAOF", 1, self.replicas, WAIT_MS) if on_disk else ("WAIT", self.replicas, WAIT_MS)
        return self._wait


async def commit(site: Site, commits: Sequence[Commit], *, memory_ms: int, confirmation: Confirmation) -> list[Outcome]:
    """As `Ledger.commit`. Raises ReplicasUnconfirmedError as well."""
    await site.require_past()
    keys = list(site.keys.of_every_script)
    # A repeat writes something too, so that it can be waited for.
    always_writes = int(confirmation.replicas > 0)
    arguments: list[str | int] = [*site.known(), memory_ms, site.keys.channel, always_writes]
    for one in commits:
        draft = one.draft
        tag = draft.tag_spool
        keys += (site.keys.request(one.request_id), site.keys(spool_lock(tag)), site.keys.history(tag))
        arguments += (tag, one.spool.version, *lock_arguments(one.lock))
        arguments += (str(draft.id), event_rest(draft), document_after(one.spool, draft))
    reply, confirmed = await _changing(site, confirmation, scripts.COMMIT, keys, arguments)
    now, *replies = site.accepted(reply)
    site.set_clock(now)
    with site.connection.reading():
        outcomes = [_outcome(one, reply, instant(now)) for one, reply in zip(commits, replies, strict=True)]
    saved = [outcome for outcome in outcomes if isinstance(outcome, (Committed, Repeated))]
    for outcome in saved:
        site.committed(outcome.event)
    if saved:
        await confirmation.require(confirmed)
    return outcomes


async def _changing(
    site: Site,
    confirmation: Confirmation,
    script: scripts.Script,
    keys: Sequence[str],
    arguments: Sequence[str | int],
) -> tuple[list[Any], int]:
    return await site.connection.run(lambda line: confirmation.run(line, script, keys, arguments), changes=True)


async def settle(site: Site, requests: Collection[UUID], *, memory_ms: int, confirmation: Confirmation) -> set[UUID]:
    """As `Ledger.settle`. Raises ReplicasUnconfirmedError as well."""
    await site.require_past()
    keys = (*site.keys.of_every_script, *map(site.keys.request, requests))
    reply, confirmed = await _changing(site, confirmation, scripts.SETTLE, keys, (*site.known(), memory_ms))
    fates = site.accepted(reply)
    await confirmation.require(confirmed)
    return {request_id for request_id, seq in zip(requests, fates, strict=True) if int(seq)}


def _outcome(commit: Commit, reply: list[Any], ts: datetime) -> Outcome:
    match reply:
        case ["done", seq]:
            event = commit.draft.committed(seq=int(seq), ts=ts)
            return Committed(event, apply_event(commit.spool, event))
        case ["again", event, state]:
            return Repeated(Event.model_validate_json(event), spool_from_state(state))
        case ["held"]:
            return LockHeld()
        case ["gone"]:
            return LockGone()
        case _:
            return Conflict()


async def confirm(site: Site, confirmation: Confirmation) -> None:
    """Wait until the replicas have all that was written so far. Raises ReplicasUnconfirmedError."""
    if confirmation.replicas:
        await settle(site, (), memory_ms=1, confirmation=confirmation)


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
        event = (str(described.id), event_rest(described))
        arguments = (*site.known(), loads, site.keys.channel, *event, as_json(spools), as_json(people))
        match await site.run_long(scripts.LOAD, *arguments):
            case ["done", seq, now]:
                loaded = described.committed(seq=int(seq), ts=instant(now))
                site.committed(loaded)
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
