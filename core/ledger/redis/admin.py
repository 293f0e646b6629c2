"""What a supervisor or a technician does to a site in Redis: accept it, fill it with a copy, check it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final
from uuid import uuid4

from typing_extensions import override

from core.domain.errors import KioskError, LedgerNotEmptyError, LedgerUnavailableError, VersionConflictError
from core.domain.events import Event, EventDraft
from core.domain.model import Snapshot, Spool
from core.domain.reasons import FallaRegistro
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.codec import worker_to_json
from core.ledger.protocol import Admin, Health
from core.ledger.redis import scripts
from core.ledger.redis.commits import as_json, confirm
from core.ledger.redis.health import examine
from core.ledger.redis.schema import event_rest, future, instant, last_moment, state_of
from core.ledger.redis.servers import Client
from core.ledger.redis.site import Site

PIECE: Final = 1000
"""Spools in one step of a copy: other work on the server goes on between steps."""


class RedisAdmin(Admin):
    """What is done to the ledger as a whole."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @override
    async def accept(self, draft: EventDraft) -> Event:
        seen, broken = self._site.continuity.seen, self._site.continuity.broken
        if broken is None:
            raise VersionConflictError("", expected=seen.seq)
        identities = (broken.identity, seen.identity, str(uuid4()))
        event = (str(draft.id), event_rest(future(draft)))
        channel = self._site.keys.channel
        outcome, *done = await self._site.run(scripts.ACCEPT, *identities, channel, *event, saved=True)
        # Whether it was accepted here or, a moment earlier, elsewhere: go on with the ledger as it is.
        await self._site.position()
        if outcome != "done":
            raise VersionConflictError("", expected=broken.seq)
        seq, now = done
        return draft.committed(seq=int(seq), ts=instant(now))

    @override
    async def restore(
        self, snapshot: Snapshot, *, identity: str, pages: AsyncIterator[Sequence[Event]], locks: Mapping[str, str]
    ) -> None:
        # The name tells this copy whether another has begun since.
        name = str(uuid4())
        await self._write("begin", name)
        try:
            # Remove what a copy that was never finished had written, its locks and histories too.
            await self._remove(but=self._site.keys.ledger)
            newest = ""
            async for page in pages:
                newest = str(page[-1].id)
                await self._write("events", name, as_json([self._event_row(event) for event in page]))
            for start in range(0, len(snapshot.spools), PIECE):
                piece = snapshot.spools[start : start + PIECE]
                await self._write("state", name, as_json([self._spool_row(spool, locks) for spool in piece]))
            people = [(str(worker.worker_id), worker_to_json(worker)) for worker in snapshot.workers]
            await self._write("people", name, as_json(people))
            await self._write("end", name, identity, snapshot.seq, newest)
        except BaseException:
            with suppress(KioskError):
                await self._write("own", name)
                await self._remove()
            raise
        self._site.continuity.forget()
        self._site.own.forget()
        await confirm(self._site)
        await self._site.position()

    async def _write(self, piece: str, *arguments: str | int) -> None:
        match await self._site.run_long(scripts.RESTORE, piece, *arguments):
            case ["not_empty", seq, spools]:
                raise LedgerNotEmptyError(seq=seq, spools=spools)
            case ["conflict"]:
                raise LedgerUnavailableError(FallaRegistro.OTRA_COPIA)

    async def _remove(self, *, but: str = "") -> None:
        """Remove every key of the site except `but`."""
        pattern = self._site.keys("*")

        async def remove(client: Client) -> None:
            async for key in client.scan_iter(match=pattern, count=1000):
                if key != but:
                    await client.unlink(key)

        await self._site.connection.run_long(remove)

    def _event_row(self, event: Event) -> tuple[str, ...]:
        """An event as `restore.lua` takes it."""
        history = self._site.keys.history(event.tag_spool) if event.tag_spool else ""
        return (str(event.seq), event.model_dump_json(), history)

    def _spool_row(self, spool: Spool, locks: Mapping[str, str]) -> tuple[str, ...]:
        """A spool as `restore.lua` takes it."""
        row, name = (spool.tag_spool, state_of(spool)), spool_lock(spool.tag_spool)
        if spool.ocupacion is None or name not in locks:
            return (*row, "", "", "")
        return (*row, self._site.keys(name), locks[name], str(last_moment(spool.ocupacion.vence)))

    @override
    async def check(self, *, thorough: bool = True) -> Health:
        # A server answers everything at once: `thorough` makes no difference.
        reply, _ = await self._site.ask(scripts.POSITION, "", 0, "")
        identity, seq, *_ = reply
        health = await self._site.connection.run_long(
            lambda client: examine(client, self._site.keys, needed_replicas=self._site.replicas.needed)
        )
        return replace(health, facts={**health.facts, "identity": identity, "last_seq": seq})
