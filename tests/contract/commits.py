"""What a ledger is asked to commit, and short ways to ask it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from uuid import UUID, uuid4

from pydantic import JsonValue

from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Operacion, Plant, Spool, Worker
from core.domain.rulebook.lock_steps import DropLock, LockStep, TakeLock, spool_lock
from core.ledger.protocol import Commit, Committed, Ledger, LoadReport, Outcome, Repeated
from tests.plants import DIA, MIGUEL, PLANT, TAG
from tests.shopfloor import HOUR

LOCK = spool_lock(TAG)
PATIENCE = 20
"""Seconds after which something awaited is taken for never coming."""


def draft(
    tag: str = TAG,
    accion: Accion = Accion.NOTA,
    operacion: Operacion | None = None,
    worker: Worker = MIGUEL,
    metadata: dict[str, JsonValue] | None = None,
) -> EventDraft:
    return EventDraft(
        id=uuid4(),
        tag_spool=tag,
        worker_id=worker.worker_id,
        worker_nombre=worker.worker_nombre,
        accion=accion,
        operacion=operacion,
        fecha_operacion=DIA,
        station="ARM-01",
        metadata=metadata or {},
    )


def noting(
    spool: Spool,
    metadata: dict[str, JsonValue] | None = None,
    *,
    lock: LockStep = None,
    request_id: UUID | None = None,
) -> Commit:
    """A note on the spool; with a lock step, that too."""
    return Commit(
        request_id=request_id or uuid4(),
        spool=spool,
        draft=draft(spool.tag_spool, metadata=metadata or {"texto": "nota"}),
        lock=lock,
    )


def taking(spool: Spool, worker: Worker = MIGUEL, *, ttl: int = HOUR) -> Commit:
    """A TOMAR of the spool for ARM, with its lock."""
    taken = draft(spool.tag_spool, Accion.TOMAR, Operacion.ARM, worker, {"lock_ttl": ttl})
    return Commit(request_id=uuid4(), spool=spool, draft=taken, lock=TakeLock(f"{worker.worker_id}:{taken.id}", ttl))


def putting_down(spool: Spool, *, token: str = "") -> Commit:
    """A PAUSAR of the spool by its holder; with another's token, one that must not pass."""
    assert spool.ocupacion is not None
    return Commit(
        request_id=uuid4(),
        spool=spool,
        draft=draft(spool.tag_spool, Accion.PAUSAR, spool.ocupacion.operacion),
        lock=DropLock(token or spool.ocupacion.lock_token),
    )


async def load(ledger: Ledger, plant: Plant = PLANT) -> LoadReport:
    return await ledger.load(plant, draft("", Accion.CARGAR_PLANTA, metadata={"origen": "tests"}))


async def spool_of(ledger: Ledger, tag: str = TAG) -> Spool:
    spools = (await ledger.read([tag], 0)).spools
    return spools[tag]


async def repeated_by(ledger: Ledger, *request_ids: UUID) -> Mapping[UUID, Repeated]:
    """Which of these requests the ledger remembers."""
    return (await ledger.read([], 0, requests=request_ids)).repeated


async def outcome_of(ledger: Ledger, commit: Commit) -> Outcome:
    [outcome] = await ledger.commit([commit])
    return outcome


async def committed(ledger: Ledger, commit: Commit) -> Committed:
    """The outcome of a commit that must pass."""
    outcome = await outcome_of(ledger, commit)
    assert isinstance(outcome, Committed), outcome
    return outcome


async def whole_log(ledger: Ledger) -> list[Event]:
    return await ledger.events(after=0, limit=100_000)


async def next_of(stream: AsyncIterator[Event], count: int) -> list[Event]:
    """The next `count` events, however long the stream goes on."""
    async with asyncio.timeout(PATIENCE):
        return [await anext(stream) for _ in range(count)]


def watching(ledger: Ledger, *, after: int = 0) -> aclosing:
    """A watch that is given up when the block ends."""
    return aclosing(ledger.watch(after=after))
