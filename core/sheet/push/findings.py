"""What persons changed in the shop's rows, put on record in the ledger before it is written over."""

from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid5

from pydantic import JsonValue

from core.domain.events import EventDraft
from core.domain.model import Accion
from core.ledger.protocol import Commit, Committed, Repeated
from core.occupation import OccupationService
from core.sheet.push.replica import MirrorReplica
from core.sheet.shop_rows import VERSION, Key, ShopRows, Texts

QUIET: Final = 60.0
"""Seconds for which a row stays as a person left it after their last change there was put on record: whoever writes
the same cell again and again is answered once a minute."""
_FINDINGS: Final = UUID("7a1f0d3e-6c2b-4b8e-9d55-2f6f0c1e8a47")
"""The namespace of the requests that put conflicts on record."""


class Findings:
    """Puts changes of persons on record (CONFLICTO_HOJA). `count` are those so far, by this mirror and those before."""

    def __init__(self, service: OccupationService, replica: MirrorReplica, monotonic: Callable[[], float]) -> None:
        self._service = service
        self._replica = replica
        self._monotonic = monotonic
        self._recorded: dict[Key, tuple[Texts, float]] = {}
        self.count = 0

    async def record(self, design: ShopRows, key: Key, found: Texts, truth: Texts) -> bool:
        """Put the row that was found, in place of the true one, on record; False when that must wait."""
        recorded, at = self._recorded.get(key, (None, float("-inf")))
        if recorded == found:
            # It is on record, and the write that followed did not arrive.
            return True
        if self._monotonic() - at < QUIET:
            return False
        tag, part = key
        cells: dict[str, JsonValue] = {
            column: {"hoja": there, "registro": ours}
            for column, there, ours in zip(design.columns, found, truth, strict=True)
            if there != ours and column != VERSION
        } or {VERSION: {"hoja": design.version_of(found), "registro": design.version_of(truth)}}
        commit = Commit(
            # The same finding after a crash is the same request, which is not put on record twice. A row of Taller
            # names the event it was made of: the same change of a later row is another finding.
            request_id=uuid5(_FINDINGS, "|".join((tag, *found))),
            spool=self._replica.spools[tag],
            draft=EventDraft(
                tag_spool=tag,
                accion=Accion.CONFLICTO_HOJA,
                fecha_operacion=self._service.now().date(),
                station=self._service.station,
                metadata={"columnas": cells, **({"union": int(part)} if part else {})},
            ),
            lock=None,
        )
        [outcome] = await self._service.ledger.commit([commit])
        if not isinstance(outcome, (Committed, Repeated)):
            # The spool changed this very moment.
            return False
        self.count += isinstance(outcome, Committed)
        self._recorded[key] = found, self._monotonic()
        self._replica.apply_ahead(outcome.event)
        return True
