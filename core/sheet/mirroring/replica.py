"""The mirror's own copy of the plant, kept up to date from the log."""

from typing import Final

from typing_extensions import override

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.domain.model import Spool
from core.ledger.protocol import Ledger
from core.ledger.replica import Replica

PAGE: Final = 1000
"""Events read at a time."""


class MirrorReplica(Replica):
    """A replica that reads the log itself, and knows the id of each spool's last event: the version its row shows."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self.identity = ""
        self._versions: dict[str, tuple[int, str]] = {}

    async def begin(self) -> None:
        """Load the ledger as it is now. Raises what the ledger raises."""
        # In another past the same number is another event.
        self._versions.clear()
        self.identity = (await self._ledger.position()).identity
        self.load(await self._ledger.snapshot())

    async def follow(self) -> bool:
        """Apply what happened since; False when this is another ledger now, and somebody accepted that."""
        if (await self._ledger.position()).identity != self.identity:
            return False
        try:
            while events := await self._ledger.events(after=self.seq, limit=PAGE):
                whole = [self.apply(event) for event in events]
                if not all(whole):
                    self.load(await self._ledger.snapshot())
        except LogTrimmedError:
            self.load(await self._ledger.snapshot())
        return True

    @override
    def _change(self, before: Spool, event: Event) -> Spool:
        self._versions[event.tag_spool] = (event.seq, str(event.id))
        return super()._change(before, event)

    async def version(self, spool: Spool, *, known: str = "") -> str:
        """The id of the spool's last event; empty when it has none, or the log no longer has it.

        `known` is that id where somebody knows it: then nothing is asked.
        """
        if not spool.seq:
            return ""
        seq, version = self._versions.get(spool.tag_spool, (0, ""))
        if seq != spool.seq:
            version = known or await self._event_id(spool.seq)
            self._versions[spool.tag_spool] = (spool.seq, version)
        return version

    async def _event_id(self, seq: int) -> str:
        try:
            [event] = await self._ledger.events(after=seq - 1, limit=1)
        except LogTrimmedError:
            return ""
        return str(event.id)
