"""An empty ledger out of the office's sheet, after the one that was there is lost. The sheet is only read.

All of it is read and judged before anything is restored, and that is all or nothing. What could not be known is told:
a rebuilt ledger is as good as the sheet was, and no better.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from core.domain.errors import LedgerBeingFilledError, LedgerNotEmptyError
from core.domain.events import Event, EventDraft
from core.domain.lock_steps import spool_lock
from core.domain.model import Accion, Snapshot
from core.ledger.loading import with_first_event
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.plant.tables import RowProblem
from core.sheet import metadata
from core.sheet.recovery.recovered_log import RENUMBERED, Numbers
from core.sheet.recovery.recovered_site import RecoveredSite, Tables
from core.sheet.recovery.recovered_spools import Doubt
from core.sheet.source import WORKSHEETS, find_worksheets
from core.sheet.spreadsheet import Spreadsheet, Worksheet, a1

ROWS_AT_ONCE: Final = 50_000
"""Rows in one request: what an answer can bring well within its deadline."""
PAGE: Final = 1000
"""Events restored at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What was restored, and what could not be known.

    `events` are those out of the sheet, `inexact` of them those whose rows do not hold them exactly; `seq` is the
    number of the event that tells of the rebuilding, the last of the log. `last` is the newest event that the sheet
    had: what was saved after it is not known, nor whether there was anything. `missing` are the numbers that Metadata
    should have and does not, `repeated` its rows that told what another had told. `doubts` are spools that may have
    stood otherwise, `expired` those that are held by a lock that has run out, `unknown` tags that have so many events
    and no row.
    """

    seq: int
    spools: int
    workers: int
    occupied: int
    events: int
    inexact: int
    renumbered: bool
    repeated: int
    missing: tuple[Numbers, ...]
    last: datetime | None
    doubts: tuple[Doubt, ...]
    expired: tuple[str, ...]
    unknown: Mapping[str, int]
    problems: tuple[RowProblem, ...]


async def rebuild(
    service: OccupationService,
    spreadsheet: Spreadsheet,
    *,
    source: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> RebuildReport:
    """Restore the empty ledger of `service` from the sheet. `source` is told in the log; `progress` of requests made.

    Raises LedgerNotEmptyError, SheetUnavailableError, SheetUnusableError, LedgerUnavailableError: then nothing is
    in the ledger that was not there before.
    """
    ledger = service.ledger
    await _require_empty(ledger)
    plant, logs = await _read(spreadsheet, progress)
    found = RecoveredSite.of(plant, logs, timezone=service.timezone, policy=service.policy)
    last = found.log.events[-1] if found.log.events else None
    event = _rebuilt(service, found, source=source)
    now = ledger.now()
    spools = tuple(with_first_event(spool, event.seq) if not spool.seq else spool for spool in found.spools)
    held = {spool.tag_spool: spool.ocupacion for spool in spools if spool.ocupacion is not None}
    living = {tag: occupation for tag, occupation in held.items() if not occupation.is_expired(now)}
    await ledger.admin.restore(
        Snapshot(seq=event.seq, spools=spools, workers=found.workers),
        identity=str(uuid4()),
        pages=_pages([*found.log.events, event]),
        locks={spool_lock(tag): occupation.lock_token for tag, occupation in living.items()},
    )
    return RebuildReport(
        seq=event.seq,
        spools=len(spools),
        workers=len(found.workers),
        occupied=len(held),
        events=len(found.log.events),
        inexact=len(found.log.inexact),
        renumbered=found.log.renumbered,
        repeated=found.log.repeated,
        missing=found.log.missing,
        last=last.ts if last else None,
        doubts=found.doubts,
        expired=tuple(sorted(held.keys() - living.keys())),
        unknown=found.unknown,
        problems=found.problems,
    )


async def _require_empty(ledger: Ledger) -> None:
    """Raise LedgerNotEmptyError before anything is asked of the sheet; the ledger itself looks once more."""
    # What was left halfway may be begun again.
    with suppress(LedgerBeingFilledError):
        if (await ledger.position()).seq:
            snapshot = await ledger.snapshot()
            raise LedgerNotEmptyError(seq=snapshot.seq, spools=len(snapshot.spools))


async def _pages(log: Sequence[Event]) -> AsyncIterator[Sequence[Event]]:
    for start in range(0, len(log), PAGE):
        yield log[start : start + PAGE]


def _rebuilt(service: OccupationService, found: RecoveredSite, *, source: str) -> Event:
    """The event that tells, in the log itself, where the log comes from."""
    draft = EventDraft(
        id=uuid4(),
        tag_spool="",
        worker_id=0,
        worker_nombre="",
        accion=Accion.RECONSTRUIR,
        operacion=None,
        fecha_operacion=service.now().date(),
        station=service.station,
        metadata={
            "planilla": source,
            "spools": len(found.spools),
            "eventos": len(found.log.events),
            "inciertos": len(found.doubts),
            RENUMBERED: found.log.renumbered,
        },
    )
    return draft.committed(seq=len(found.log.events) + 1, ts=service.ledger.now())


async def _read(spreadsheet: Spreadsheet, progress: Callable[[int], None]) -> tuple[Tables, Tables]:
    """The plant's worksheets, and those of Metadata in their order."""
    worksheets = {worksheet.title: worksheet for worksheet in await spreadsheet.worksheets()}
    progress(1)
    plant = list(find_worksheets(worksheets, WORKSHEETS).values())
    logs = metadata.in_order(worksheets)
    rows: dict[str, list[Sequence[object]]] = {title: [] for title in (*plant, *logs)}
    for pieces in _requests([worksheets[title] for title in rows]):
        answers = await spreadsheet.read([a1(title, f"{first}:{last}") for title, first, last in pieces])
        progress(1)
        for (title, first, _), answer in zip(pieces, answers, strict=True):
            # Rows that are empty at the end of a piece are left out of its answer.
            if answer:
                rows[title] += [[]] * (first - 1 - len(rows[title]))
                rows[title] += answer
    return {title: rows[title] for title in plant}, {title: rows[title] for title in logs}


def _requests(worksheets: Iterable[Worksheet]) -> list[list[tuple[str, int, int]]]:
    """What to ask for together, as title, first and last row: of no more rows than an answer can bring."""
    requests: list[list[tuple[str, int, int]]] = []
    room = 0
    for worksheet in worksheets:
        first = 1
        while first <= max(1, worksheet.rows):
            if not room:
                requests.append([])
                room = ROWS_AT_ONCE
            last = min(worksheet.rows, first + room - 1)
            requests[-1].append((worksheet.title, first, last))
            room -= last - first + 1
            first = last + 1
    return requests
