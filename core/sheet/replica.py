"""The mirror's copy of the plant: brought up to date from the ledger's log when the mirror asks."""

from typing import Final

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.domain.model import Spool
from core.ledger.feed import PAGE
from core.ledger.protocol import Ledger
from core.ledger.replica import Replica


class MirrorReplica(Replica):
    """A replica that names its ledger. `changed` collects the tags of changed spools until it is cleared."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger: Final = ledger
        self.identity = ""
        self.changed: set[str] = set()

    async def begin(self) -> None:
        """Take the ledger as it is now. Raises what the ledger raises."""
        self.identity = (await self._ledger.position()).identity
        self.load(await self._ledger.snapshot())
        self.changed.clear()

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
        self.changed |= {tag for tag, spool in self.spools.items() if before.get(tag) != spool}

    def _change(self, before: Spool, event: Event) -> Spool:
        self.changed.add(before.tag_spool)
        return super()._change(before, event)
