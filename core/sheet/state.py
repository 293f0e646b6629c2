"""What the ledger remembers of the mirror: how far the office's sheet is, how it stands, and who may say so.

It is kept as notes beside the log. Only the holder of the mirror's lease can change them: a mirror that lost its lease
without noticing can write nothing here any more (`core.sheet.lease`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from core.domain.errors import KioskError, LogTrimmedError
from core.domain.reasons import Defecto, FallaPlanilla, InvalidValueError
from core.domain.sheet_errors import SheetHasHistoryError, SheetUnavailableError, SheetUnusableError
from core.ledger.protocol import Ledger

LEASE: Final = "sheet-mirror"
"""The lock of the one process that writes to the sheet."""
BOOK: Final = "sheet"
CURSOR: Final = "cursor"
STATUS: Final = "status"
CELLS_MAX: Final = 10_000_000
"""Cells that a spreadsheet may have (support.google.com/drive/answer/37603)."""
NEARLY_FULL: Final = 0.8
"""From this part of them on somebody should make room."""
NAMED: Final = 20
"""How many tags a finding names; the rest are counted."""


class Note(BaseModel):
    """A document that is kept as JSON. What a newer program adds to one is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


N = TypeVar("N", bound=Note)


class Cursor(Note):
    """Up to where the log is in the sheet: the event's number, of which ledger, and where its row was last seen.

    `seq` 0 is none of it. `spreadsheet` is Google's identifier, `worksheet` the title of the Metadata worksheet, `row`
    its last row (from 1).
    """

    identity: str
    spreadsheet: str = ""
    seq: int
    event_id: UUID | None = None
    worksheet: str = ""
    row: int = 1

    def is_of(self, identity: str, spreadsheet: str) -> bool:
        """Whether it says how far this ledger is in this spreadsheet."""
        return (self.identity, self.spreadsheet) == (identity, spreadsheet)


class Named(Note):
    """How many of something, and the first of them by name."""

    count: int = 0
    first: tuple[str, ...] = ()


class Trouble(Note):
    """What keeps the mirror from its work (an error's fields, as `KioskError.as_dict` gives them), and since when."""

    error: dict[str, JsonValue]
    since: datetime

    def as_error(self) -> KioskError:
        """The error as the mirror met it."""
        return noted_error(self.error) or KioskError(noted=self.error)


class Status(Note):
    """How the mirror stands, as of `at` by the ledger's clock; written by the `station` that mirrors.

    `unknown` are tags of Taller that the ledger does not have, `broken` columns of Operaciones whose lookup formula
    shows an error, by name and letters. `lost` counts events that were gone from the log before they could be written.
    `cells` is how many of the spreadsheet's ten million cells are in use.
    """

    at: datetime
    station: str
    trouble: Trouble | None = None
    rows_waiting: int = 0
    unknown: Named = Named()
    broken: Named = Named()
    conflicts: int = 0
    lost: int = 0
    cells: int = 0
    reads: int = 0
    writes: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """How the sheet stands against the log: what is GUARDADO up to `seq` is EN LA HOJA up to `mirrored`.

    `waiting_since` is when the first event that is not there yet happened. `running` tells whether any process mirrors
    now. `status` is None until one did. `waiting_since` is None as well when the log no longer has that event.
    """

    seq: int
    mirrored: int
    waiting_since: datetime | None
    running: bool
    status: Status | None

    @property
    def waiting(self) -> int:
        """How many events are not in the sheet yet."""
        return self.seq - self.mirrored

    @property
    def rows_waiting(self) -> int:
        """How many rows of Taller do not say the truth yet, as the mirror last knew."""
        return self.status.rows_waiting if self.status else 0

    @property
    def trouble(self) -> Trouble | None:
        """What keeps the mirror from the sheet, as it last knew; None when nothing does."""
        return self.status.trouble if self.status else None


def noted_error(fields: Mapping[str, object]) -> KioskError | None:
    """The sheet's error with these fields, as `KioskError.as_dict` gave them; None for an error of another kind."""
    match fields:
        case {"error_code": SheetUnavailableError.error_code, "falla": str(code)} if code in FallaPlanilla.__members__:
            detail, account = (str(fields.get(name) or "") for name in ("detail", "account"))
            return SheetUnavailableError(FallaPlanilla[code], detail=detail, account=account, key=_noted_value(fields))
        case {"error_code": SheetHasHistoryError.error_code, "sheet": str(sheet)}:
            return SheetHasHistoryError(sheet)
        case {"error_code": SheetUnusableError.error_code, "sheet": str(sheet)} if value := _noted_value(fields):
            return SheetUnusableError(sheet, value.reason, **value.data)
        case _:
            return None


def _noted_value(fields: Mapping[str, object]) -> InvalidValueError | None:
    """What the error says is wrong with a value; None where it says nothing that this version knows."""
    match fields:
        case {"reason": str(code), "data": dict(data)} if code in Defecto.__members__:
            return InvalidValueError(Defecto[code], **data)
        case _:
            return None


async def read_mirror_state(ledger: Ledger) -> MirrorState | None:
    """How the mirror stands; None when nothing was ever mirrored from this ledger.

    Raises LedgerUnavailableError, LedgerRolledBackError.
    """
    notes = await ledger.notes.read(BOOK)
    cursor, status = read_note(notes, CURSOR, Cursor), read_note(notes, STATUS, Status)
    if cursor is None and status is None:
        return None
    position = await ledger.position()
    mirrored = min(cursor.seq, position.seq) if cursor and cursor.identity == position.identity else 0
    return MirrorState(
        seq=position.seq,
        mirrored=mirrored,
        waiting_since=await _first_waiting(ledger, mirrored) if mirrored < position.seq else None,
        running=await ledger.locks.value(LEASE) is not None,
        status=status,
    )


async def _first_waiting(ledger: Ledger, mirrored: int) -> datetime | None:
    try:
        [event] = await ledger.events(after=mirrored, limit=1)
    except LogTrimmedError:
        # It is gone from the log: only that it waits is known.
        return None
    return event.ts


def read_note(notes: Mapping[str, str], name: str, kind: type[N]) -> N | None:
    """The document of this name among the notes of BOOK; None when there is none that can be read."""
    try:
        return kind.model_validate_json(notes[name])
    except (KeyError, ValidationError):
        return None
