"""What a site's ledger says of spools, workers and events, and what the rules make of it. Nothing is changed."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.errors import KioskError, LedgerRolledBackError, SpoolNoEncontradoError, WorkerNoEncontradoError
from core.domain.events import Event
from core.domain.model import Operacion, Snapshot, Spool, Worker
from core.domain.requests import tag_of
from core.domain.responses import SpoolStatus
from core.domain.rulebook.availability import possible_operations
from core.domain.rulebook.policy import Policy
from core.ledger.protocol import Ledger
from core.ledger.replica import Replica
from core.spelling import meanings


class Queries:
    """Looks up what the ledger has.

    A `replica` (optional, kept live by whoever follows the log) knows how tags are spelled without a look at the plant.
    """

    def __init__(self, ledger: Ledger, *, timezone: ZoneInfo, policy: Policy) -> None:
        self.ledger = ledger
        self.timezone = timezone
        self.replica: Replica | None = None
        self._policy = policy

    @property
    def policy(self) -> Policy:
        """The plant's choices within the rules."""
        return self._policy

    async def status(self, tag_spool: str) -> SpoolStatus:
        """How the spool stands now. Raises SpoolNoEncontradoError."""
        return self.describe(await self.spool(tag_spool))

    async def spool(self, tag_spool: str) -> Spool:
        """The spool itself. Raises SpoolNoEncontradoError, InvalidRequestError for what cannot be a tag."""
        tag_spool = tag_of(tag_spool)
        found = (await self.ledger.read([tag_spool], 0)).spools
        if not found:
            meant = (await meanings([tag_spool], self.ledger, self.replica))[tag_spool]
            if isinstance(meant, KioskError):
                raise meant
            found = (await self.ledger.read([meant], 0)).spools
        # What others wrote is shown once it is as safe as a commit.
        await self.ledger.settle(())
        for spool in found.values():
            return spool
        raise SpoolNoEncontradoError(tag_spool)

    async def worker(self, worker_id: int) -> Worker:
        """The worker with this number. Raises WorkerNoEncontradoError."""
        reading = await self.ledger.read([], worker_id)
        if reading.worker is None:
            raise WorkerNoEncontradoError(worker_id)
        return reading.worker

    async def history(self, tag_spool: str) -> list[Event]:
        """The spool's events, oldest first; of an unknown spool, SpoolNoEncontradoError."""
        tag_spool = tag_of(tag_spool)
        events = await self.ledger.history(tag_spool)
        if not events and (written := (await self.spool(tag_spool)).tag_spool) != tag_spool:
            events = await self.ledger.history(written)
        return events

    async def watch(self, *, after: int = 0) -> AsyncGenerator[Event]:
        """Every event after number `after`, in order, without gaps or repeats, forever.

        Raises LedgerRolledBackError when the log does not reach `after`, or later loses events that were read;
        LogTrimmedError when it no longer has what follows `after`.
        """
        position = await self.ledger.position()
        if after > position.seq:
            raise LedgerRolledBackError(known_seq=after, found_seq=position.seq, same_ledger=True)
        async with aclosing(self.ledger.watch(after=after)) as events:
            async for event in events:
                yield event

    async def snapshot(self) -> Snapshot:
        """Every spool and worker as of one event."""
        return await self.ledger.snapshot()

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone."""
        return self.ledger.now().astimezone(self.timezone)

    def describe(self, spool: Spool) -> SpoolStatus:
        """The spool as people read it, now."""
        return SpoolStatus.of(spool, now=self.now(), policy=self.policy)

    def possible_operations(self, spool: Spool, worker: Worker) -> dict[Operacion, KioskError | None]:
        """For each operation the worker has a role for: None if it may begin now, else why not."""
        return possible_operations(spool, worker, self.now(), self.policy)
