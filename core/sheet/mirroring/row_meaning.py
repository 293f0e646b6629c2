"""Whether a row of Operaciones says of a spool what the ledger would say of it. Pure.

Estado_Detalle is compared by what it says of the work: how it is worded depends on the moment and on settings.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain.estado import with_starting_estado
from core.domain.model import Spool
from core.plant.columns import OWNED, VERSION
from core.plant.tables import Row, says_something
from core.sheet.mirroring.rows import text_in, texts_of

Columns: TypeAlias = Mapping[str, tuple[str, str]]
"""By column, what the row says and what the ledger would say."""

_ESTADO: Final = "Estado_Detalle"
_IN_HAND: Final = re.compile(r"\b(ARM|SOLD|REPARACION) en progreso\b")
_ALLOWED: Final = re.compile(r"\bciclo \d{1,4}/(\d{1,4})\b")
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When no lock had run out: that one has since is no difference."""


def differences(spool: Spool, row: Row, timezone: ZoneInfo) -> Columns:
    """The columns in which the row says something else than the spool would.

    A column that the sheet does not have says nothing, nor does the version: it tells when the row was written.
    """
    truth = texts_of(spool, version="", now=_LONG_AGO, timezone=timezone, max_reparaciones=0)
    found = {}
    for column, text in zip(OWNED, truth, strict=True):
        if column == VERSION or column not in row.cells:
            continue
        says = text_in(column, row.cells[column], timezone)
        if says != text and not (column == _ESTADO and _agree(says, text)):
            found[column] = (says, text)
    return found


def shown_version(row: Row) -> str | None:
    """What stands in the row's version cell, empty for nothing; None when the sheet has no such column."""
    return row.shown(VERSION) if VERSION in row.cells else None


def never_written(row: Row) -> bool:
    """Whether the shop wrote nothing into the row yet: whatever it writes goes with a version."""
    return VERSION in row.cells and not says_something(row.cells[VERSION])


def extra_cycles(row: Row, max_reparaciones: int) -> int:
    """How many repair cycles more than usual the row says that the spool may have; 0 when it says nothing of that."""
    match = _ALLOWED.search(row.shown(_ESTADO))
    return max(0, int(match[1]) - max_reparaciones) if match and max_reparaciones else 0


def _agree(says: str, text: str) -> bool:
    in_hand = _IN_HAND.findall(says), _IN_HAND.findall(text)
    return _verdict(says) == _verdict(text) and (in_hand[0] == in_hand[1] or not all(in_hand))


def _verdict(text: str) -> Spool:
    return with_starting_estado(Spool(tag_spool=""), text)
