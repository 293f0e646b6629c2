"""Whose spreadsheet it is: a mark in its developer metadata names the one ledger that may be mirrored into it.

Two ledgers on one spreadsheet (a terminal that was given no address of the shop's ledger, say) would each undo the
other's rows for ever. The mark has a fixed id, so that of two ledgers that claim it at once Google refuses the second.
"""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Final

from pydantic import ValidationError

from core.domain.model import Accion
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.domain.writing.texts import TEXT_MAX_LENGTH, one_line
from core.ledger.feed import pages_back
from core.ledger.protocol import Ledger
from core.sheet.state import Note

MARK_ID: Final = 1_107_296_257
"""The id of the mark among a spreadsheet's developer metadata, an arbitrary constant."""
KEY: Final = "spool-kiosk"
_REPLACING: Final = frozenset({Accion.ACEPTAR_REGISTRO, Accion.RECONSTRUIR, Accion.CARGAR_PLANTA})
_REPLACED: Final = "registro_anterior"
"""What such an event says of the ledger before: its identity."""
PAGE: Final = 1000
"""Events read at a time."""


class Owner(Note):
    """The ledger by its identity, and the station that claimed the spreadsheet for it."""

    identity: str
    station: str = ""

    def claim(self) -> dict[str, object]:
        """The request that marks a spreadsheet without a mark."""
        return {"createDeveloperMetadata": {"developerMetadata": {"metadataId": MARK_ID, **self._fields()}}}

    def take_over(self) -> dict[str, object]:
        """The request that changes the mark of another ledger."""
        return {
            "updateDeveloperMetadata": {
                "dataFilters": [{"developerMetadataLookup": {"metadataId": MARK_ID}}],
                "developerMetadata": self._fields(),
                "fields": "metadataValue",
            }
        }

    def _fields(self) -> dict[str, object]:
        return {
            "metadataKey": KEY,
            "metadataValue": self.model_dump_json(),
            "location": {"spreadsheet": True},
            "visibility": "DOCUMENT",
        }


def owner_in(marks: Mapping[int, str]) -> Owner | None:
    """The owner that a spreadsheet's developer metadata names; None for none."""
    try:
        return Owner.model_validate_json(marks[MARK_ID])
    except (KeyError, ValidationError):
        return None


async def claim_request(ledger: Ledger, marks: Mapping[int, str], me: Owner) -> dict[str, object] | None:
    """What must be sent before anything is mirrored; None when the spreadsheet is `me`'s already.

    A ledger takes over the spreadsheet of the one that it replaces: a supervisor accepted it in that one's place, or it
    was rebuilt from this spreadsheet. Raises SheetUnavailableError when the spreadsheet is another ledger's.
    """
    if MARK_ID not in marks:
        return me.claim()
    owner = owner_in(marks)
    if owner is not None and owner.identity == me.identity:
        return None
    if owner is None or await _replaces(ledger, owner.identity):
        return me.take_over()
    # The station comes out of the spreadsheet, where anybody may have written anything.
    theirs = one_line(owner.station)[:TEXT_MAX_LENGTH]
    raise SheetUnavailableError(FallaPlanilla.OTRO_REGISTRO, detail=theirs, account=me.station)


async def _replaces(ledger: Ledger, identity: str) -> bool:
    """Whether the log has an event that names this identity as the ledger before it."""
    newest = (await ledger.position()).seq
    async with aclosing(pages_back(ledger, newest=newest, page=PAGE)) as pages:
        async for events in pages:
            if any(event.accion in _REPLACING and event.metadata.get(_REPLACED) == identity for event in events):
                return True
    return False
