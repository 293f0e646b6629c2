"""Filling an empty site with the copy of another ledger, a piece at a time."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Final
from uuid import uuid4

from pydantic_core import to_json

from core.domain.errors import KioskError, LedgerNotEmptyError, LedgerUnavailableError
from core.domain.events import Event
from core.domain.lock_steps import spool_lock
from core.domain.model import Snapshot, Spool
from core.ledger.codec import worker_to_json
from core.ledger.redis import scripts
from core.ledger.redis.calls import Calls
from core.ledger.redis.documents import milliseconds, stored_state
from core.ledger.redis.keys import Keys
from core.ledger.redis.servers import Client

PIECE: Final = 1000
"""Spools in one step: other work on the server goes on between steps."""


class Copying:
    """One copy on its way into a site; it has a name, so that it knows when another has begun since."""

    def __init__(self, calls: Calls, keys: Keys) -> None:
        self._calls = calls
        self._keys = keys
        self._name = str(uuid4())

    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        """As `Ledger.restore`. What was written is taken away again when anything fails."""
        await self._write("begin")
        try:
            # What a copy that was left halfway had written, the locks and histories among it.
            await self._remove(but=self._keys.ledger)
            newest = ""
            async for page in pages:
                newest = str(page[-1].id)
                await self._write("events", _json([_event_row(event, self._keys) for event in page]))
            for start in range(0, len(snapshot.spools), PIECE):
                piece = snapshot.spools[start : start + PIECE]
                await self._write("state", _json([_spool_row(spool, self._keys, locks) for spool in piece]))
            people = [(str(worker.worker_id), worker_to_json(worker)) for worker in snapshot.workers]
            await self._write("people", _json(people))
            await self._write("end", identity, snapshot.seq, newest)
        except BaseException:
            with suppress(KioskError):
                await self._write("own")
                await self._remove()
            raise

    async def _write(self, piece: str, *arguments: str | int) -> None:
        keys = (self._keys.ledger, self._keys.events, self._keys.spools, self._keys.workers)
        reply = await self._calls.run_long(
            lambda client: scripts.RESTORE.run(client, keys, piece, self._name, *arguments)
        )
        match reply:
            case ["not_empty", seq, spools]:
                raise LedgerNotEmptyError(seq=seq, spools=spools)
            case ["conflict"]:
                raise LedgerUnavailableError("otra copia se está escribiendo en él")

    async def _remove(self, *, but: str = "") -> None:
        """Remove everything the site has; of its keys, `but` stays."""
        await self._calls.run_long(lambda client: _remove(client, self._keys, but=but))


def _spool_row(spool: Spool, keys: Keys, locks: Mapping[str, str]) -> tuple[str, ...]:
    name = spool_lock(spool.tag_spool)
    if spool.ocupacion is None or name not in locks:
        return (spool.tag_spool, stored_state(spool), "", "", "")
    ends = spool.ocupacion.vence
    last_moment = "" if ends is None else str(milliseconds(ends) - 1)
    return (spool.tag_spool, stored_state(spool), keys(name), locks[name], last_moment)


def _event_row(event: Event, keys: Keys) -> tuple[str, ...]:
    return (str(event.seq), event.model_dump_json(), keys.history(event.tag_spool) if event.tag_spool else "")


async def _remove(client: Client, keys: Keys, *, but: str) -> None:
    pattern = re.sub(r"([*?\[\]\\^])", r"\\\1", keys("")) + "*"
    async for key in client.scan_iter(match=pattern, count=1000):
        if key != but:
            await client.unlink(key)


def _json(rows: Sequence[tuple[str, ...]]) -> str:
    return to_json(rows).decode()
