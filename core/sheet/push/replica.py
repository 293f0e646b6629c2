"""The mirror's copy of the plant: brought up to date from the ledger's log when the mirror asks."""

from datetime import datetime
from typing import Final

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.domain.model import Spool
from core.ledger.feed import PAGE
from core.ledger.protocol import Ledger
from core.ledger.replica import Replica


class MirrorReplica(Replica):
    """A replica that names its ledger, and collects which spools changed, and which with their joints."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger: Final = ledger
        self.identity = ""
        self._changed: set[str] = set()
        self._rejointed: set[str] = set()
        self._expired: set[str] = set()

    async def begin(self) -> None:
        """Take the ledger as it is now. Raises what the ledger raises."""
        self.identity = (await self._ledger.position()).identity
        self.load(await self._ledger.snapshot())
        for tags in (self._changed, self._rejointed, self._expired):
            tags.clear()

    def take_changes(self, now: datetime) -> tuple[set[str], set[str]]:
        """The tags of the spools that changed since it was asked last, and of those whose joints did.

        A spool that is VENCIDO by now changed as well: locks end without an event.
        """
        spools = self.spools.values()
        expired = {spool.tag_spool for spool in spools if spool.ocupacion and spool.ocupacion.is_expired(now)}
        taken = self._changed | (expired - self._expired), self._rejointed
        self._changed, self._rejointed, self._expired = set(), set(), expired
        return taken

    async def follow(self) -> bool:
        """Apply the events since; False when this is another ledger now, and a supervisor accepted that."""
        if (await self._ledger.position()).identity != self.identity:
            return False
        try:
            while events := await self._ledger.events(after=self.seq, limit=PAGE):
                if not all(self.apply(event) for event in events):
                    await self._load_again()
        except LogTrimmedError:
            await self._load_again()
        return True

    async def _load_again(self) -> None:
        before = self.spools
        self.load(await self._ledger.snapshot())
        for tag, spool in self.spools.items():
            if before.get(tag) != spool:
                self._note(before.get(tag), spool)

    def _change(self, before: Spool, event: Event) -> Spool:
        after = super()._change(before, event)
        self._note(before, after)
        return after

    def _note(self, before: Spool | None, after: Spool) -> None:
        self._changed.add(after.tag_spool)
        if before is None or before.uniones != after.uniones:
            self._rejointed.add(after.tag_spool)
