"""The mirror's own copy of the plant, kept up to date from the log."""

from collections.abc import Mapping
from typing import Final

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.domain.model import Accion, Spool
from core.domain.replay import apply_event
from core.ledger.protocol import Ledger

PAGE: Final = 1000
"""Events read at a time."""
_NEW_PLANT: Final = frozenset({Accion.CARGAR_PLANTA, Accion.RECONSTRUIR})


class Replica:
    """Every spool of a ledger as of event `seq`, and the id of each one's last event: the version its row shows."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.identity = ""
        self.seq = 0
        self._spools: dict[str, Spool] = {}
        self._versions: dict[str, tuple[int, str]] = {}

    @property
    def spools(self) -> Mapping[str, Spool]:
        """The spools by tag."""
        return self._spools

    async def begin(self) -> None:
        """Take the ledger as it is now. Raises what the ledger raises."""
        # In another past the same number is another event.
        self._versions.clear()
        self.identity = (await self._ledger.position()).identity
        await self._take_snapshot()

    async def follow(self) -> bool:
        """Take in what happened since; False when this is another ledger now, and somebody accepted that."""
        if (await self._ledger.position()).identity != self.identity:
            return False
        try:
            while events := await self._ledger.events(after=self.seq, limit=PAGE):
                for event in events:
                    self.apply(event)
                self.seq = events[-1].seq
                if any(event.accion in _NEW_PLANT for event in events):
                    await self._take_snapshot()
        except LogTrimmedError:
            await self._take_snapshot()
        return True

    def apply(self, event: Event) -> None:
        """An event of a spool, unless it is known already."""
        spool = self._spools.get(event.tag_spool)
        if spool is not None and spool.seq < event.seq:
            self._spools[event.tag_spool] = apply_event(spool, event)
            self._versions[event.tag_spool] = (event.seq, str(event.id))

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

    async def _take_snapshot(self) -> None:
        snapshot = await self._ledger.snapshot()
        self.seq = snapshot.seq
        self._spools = {spool.tag_spool: spool for spool in snapshot.spools}
