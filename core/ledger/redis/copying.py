"""Filling an empty site with the copy of another ledger, a piece at a time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Final
from uuid import uuid4

from pydantic_core import to_json

from core.errors import KioskError, LedgerNotEmptyError, LedgerUnavailableError
from core.events import Event
from core.ledger.codec import worker_to_json
from core.ledger.protocol import spool_lock
from core.ledger.redis import scripts
from core.ledger.redis.calls import Calls
from core.ledger.redis.documents import milliseconds, stored_state
from core.ledger.redis.keys import Keys
from core.ledger.redis.servers import Client
from core.model import Snapshot, Spool

PIECE: Final = 1000
"""Spools in one step: other work on the server goes on between steps."""


async def restore(
    calls: Calls,
    keys: Keys,
    snapshot: Snapshot,
    *,
    identity: str,
    pages: AsyncIterator[Sequence[Event]],
    locks: Mapping[str, str],
) -> None:
    """As `Ledger.restore`. What was written is taken away again when anything fails."""
    copy = str(uuid4())
    site = (keys.ledger, keys.events, keys.spools, keys.workers)

    async def step(piece: str, *arguments: str | int) -> None:
        reply = await calls.run_long(lambda client: scripts.RESTORE.run(client, site, piece, copy, *arguments))
        match reply:
            case ["not_empty", seq, spools]:
                raise LedgerNotEmptyError(seq=seq, spools=spools)
            case ["conflict"]:
                raise LedgerUnavailableError("otra copia se está escribiendo en él")

    def spool_row(spool: Spool) -> tuple[str, ...]:
        name = spool_lock(spool.tag_spool)
        if spool.ocupacion is None or name not in locks:
            return (spool.tag_spool, stored_state(spool), "", "", "")
        ends = spool.ocupacion.vence
        last_moment = "" if ends is None else str(milliseconds(ends) - 1)
        return (spool.tag_spool, stored_state(spool), keys(name), locks[name], last_moment)

    def event_row(event: Event) -> tuple[str, ...]:
        history = keys.history(event.tag_spool) if event.tag_spool else ""
        return (str(event.seq), event.model_dump_json(), history)

    await step("begin")
    try:
        newest = ""
        async for page in pages:
            newest = str(page[-1].id)
            await step("events", _json([event_row(event) for event in page]))
        for start in range(0, len(snapshot.spools), PIECE):
            await step("state", _json([spool_row(spool) for spool in snapshot.spools[start : start + PIECE]]))
        await step("people", _json([(str(worker.worker_id), worker_to_json(worker)) for worker in snapshot.workers]))
        await step("end", identity, snapshot.seq, newest)
    except BaseException:
        with suppress(KioskError):
            await calls.run_long(lambda client: _remove(client, keys))
        raise


async def _remove(client: Client, keys: Keys) -> None:
    """Remove everything the site has."""
    async for key in client.scan_iter(match=keys("*").replace("[", "\\["), count=1000):
        await client.unlink(key)


def _json(rows: list[tuple[str, ...]]) -> str:
    return to_json(rows).decode()
