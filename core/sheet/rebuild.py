"""An empty ledger out of the office's spreadsheet, after the one that was there is lost. The spreadsheet is only read.

All of it is read and judged before anything is restored, and that is all or nothing. What could not be known is named:
a rebuilt ledger is as good as the spreadsheet was, and no better.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias
from uuid import uuid4

from core.domain.errors import LedgerBeingFilledError, LedgerNotEmptyError
from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Snapshot, Spool
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.sheet_errors import SheetDisagreesError
from core.domain.writing.tags import TagIndex
from core.ledger.loading import with_first_event
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.plant.cells import Grid
from core.plant.columns import OFFICES, TAG
from core.plant.reading import OPERACIONES, UNIONES
from core.plant.tables import Layout, RowProblem
from core.sheet import metadata
from core.sheet.owner import owner_in
from core.sheet.plant import (
    WORKSHEETS,
    find_worksheets,
    has_content,
    read_sheet_plant,
    table_in,
    title_among,
)
from core.sheet.recovery import Columns, Log, Numbers, Source, SpoolRecovery, read_log
from core.sheet.spreadsheet.client import Spreadsheet, Worksheet
from core.sheet.spreadsheet.ranges import read_whole
from core.sheet.taller import COLUMNS, LOOKED_UP, SPOOL_ROWS, TALLER

PAGE: Final = 1000
"""Events restored at a time."""

_OFFICE: Final = Layout(OFFICES, required=OFFICES)

Tables: TypeAlias = "Mapping[str, Grid]"
"""Worksheets by title, each from its first row on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What was restored, and what could not be known.

    `seq` is the number of the event that records the rebuild, the last of the log; `last` is when the newest event of
    the sheet happened: what was saved after it is not known, nor whether there was anything. `missing` are the numbers
    that Metadata should have and does not. `disagreements` are the spools that `taken` decided, and those that have
    events and no row. `expired` are held by a lock that has run out, `unknown` the tags of Taller and
    Metadata that are not in Operaciones, each with its number of events.
    """

    seq: int
    spools: int
    workers: int
    occupied: int
    events: int
    superseded: int
    missing: tuple[Numbers, ...]
    last: datetime | None
    disagreements: Mapping[str, Columns]
    taken: Source | None
    expired: tuple[str, ...]
    unknown: Mapping[str, int]
    problems: tuple[RowProblem, ...]


async def rebuild(
    service: OccupationService,
    spreadsheet: Spreadsheet,
    *,
    take: Source | None = None,
    source: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> RebuildReport:
    """Restore the empty ledger of `service` from the spreadsheet.

    The log names the `source`; `progress` is called with 1 for each request. `take` says which worksheet counts where
    a spool's row and its events disagree; without it that is refused.
    Raises LedgerNotEmptyError, SheetDisagreesError, SheetUnavailableError, SheetUnusableError,
    LedgerUnavailableError: then nothing is in the ledger that was not there before.
    """
    ledger = service.ledger
    await _require_empty(ledger)
    outline = await spreadsheet.outline()
    progress(1)
    owner = owner_in(outline.marks)
    tables = await _read(spreadsheet, outline.worksheets, progress)
    titles = find_worksheets(tables, (*WORKSHEETS, TALLER))
    # People, roles, and what the office owns of each spool.
    policy = service.policy
    office = read_sheet_plant(
        tables, timezone=service.timezone, lock_ttl=policy.lock_ttl, progress=False, columnas=policy.columnas
    )
    filled = [title for title in metadata.in_order(tables) if has_content(tables[title])]
    log = read_log((table_in(title, tables[title], metadata.LAYOUT) for title in filled), station=service.station)
    spools, disagreements, unknown = _spools(service, tables, titles, log, take)
    replaced = owner.identity if owner else ""
    draft = EventDraft(
        accion=Accion.RECONSTRUIR,
        fecha_operacion=service.now().date(),
        station=service.station,
        metadata={"planilla": source, "eventos": len(log.events), "registro_anterior": replaced},
    )
    event = draft.committed(seq=len(log.events) + 1, ts=ledger.now())
    spools = tuple(with_first_event(spool, event.seq) if not spool.seq else spool for spool in spools)
    held = {spool.tag_spool: spool.ocupacion for spool in spools if spool.ocupacion is not None}
    living = {tag: occupation for tag, occupation in held.items() if not occupation.is_expired(ledger.now())}
    await ledger.admin.restore(
        Snapshot(seq=event.seq, spools=spools, workers=office.plant.workers),
        identity=str(uuid4()),
        pages=_pages([*log.events, event]),
        locks={spool_lock(tag): occupation.lock_token for tag, occupation in living.items()},
    )
    return RebuildReport(
        seq=event.seq,
        spools=len(spools),
        workers=len(office.plant.workers),
        occupied=len(held),
        events=len(log.events),
        superseded=log.superseded,
        missing=log.missing,
        last=log.events[-1].ts if log.events else None,
        disagreements=disagreements,
        taken=take,
        expired=tuple(sorted(held.keys() - living.keys())),
        unknown=unknown,
        problems=(*office.problems, *log.problems),
    )


async def _require_empty(ledger: Ledger) -> None:
    """Raise LedgerNotEmptyError before the first request to the sheet; the ledger itself looks once more."""
    # A copy that was left halfway may be begun again.
    with suppress(LedgerBeingFilledError):
        if (await ledger.position()).seq:
            snapshot = await ledger.snapshot()
            raise LedgerNotEmptyError(seq=snapshot.seq, spools=len(snapshot.spools))


def _spools(
    service: OccupationService, tables: Tables, titles: Mapping[str, str], log: Log, take: Source | None
) -> tuple[tuple[Spool, ...], Mapping[str, Columns], Mapping[str, int]]:
    """The spools as they stood, those that are not certain, and how many events each tag without spool has.

    Raises SheetDisagreesError where a row disagrees with its events and nobody said which to take.
    """
    rows = {texts[0]: texts for texts in map(SPOOL_ROWS.texts_in, tables[titles[TALLER]][1:]) if texts[0]}
    events: dict[str, list[Event]] = {}
    for event in log.events:
        if event.tag_spool:
            events.setdefault(event.tag_spool, []).append(event)
    # A spool keeps the key that the lost ledger had, however the office spells its tag by now.
    keys = TagIndex(rows.keys() | events.keys())
    # Each spool of Operaciones with the progress that its row of Taller shows.
    operaciones = titles[OPERACIONES]
    merged: list[Sequence[object]] = [(*OFFICES, *LOOKED_UP)]
    for row in table_in(operaciones, tables[operaciones], _OFFICE).rows():
        texts = rows.get(keys.find(row.shown(TAG)) or "", ("",) * len(COLUMNS))
        merged.append([*(row.cells.get(column) for column in OFFICES), *texts[1 : 1 + len(LOOKED_UP)]])
    shops = {**tables, operaciones: merged}
    reading = read_sheet_plant(shops, timezone=service.timezone, lock_ttl=service.policy.lock_ttl)
    plant = service.policy.applied_to(reading.plant)
    spools = (replace(spool, tag_spool=keys.find(spool.tag_spool) or spool.tag_spool) for spool in plant.spools)
    shown = {spool.tag_spool: spool for spool in spools}
    recovery = SpoolRecovery(
        timezone=service.timezone, policy=service.policy, take=take or Source.METADATA, loads=log.loads
    )
    nothing = ("",) * (len(COLUMNS) - 1)
    recovered = [
        recovery.recover(spool, rows.get(tag, (tag, *nothing)), events.get(tag, ())) for tag, spool in shown.items()
    ]
    disagreements = {one.spool.tag_spool: one.differs for one in recovered if one.differs}
    if take is None and any(one.differs and one.has_row for one in recovered):
        raise SheetDisagreesError(disagreements)
    unknown = {tag: len(events.get(tag, ())) for tag in sorted({*rows, *events} - shown.keys())}
    return tuple(one.spool for one in recovered), disagreements, unknown


async def _pages(log: Sequence[Event]) -> AsyncIterator[Sequence[Event]]:
    for start in range(0, len(log), PAGE):
        yield log[start : start + PAGE]


async def _read(
    spreadsheet: Spreadsheet, worksheets: Sequence[Worksheet], progress: Callable[[int], None]
) -> dict[str, list[Sequence[object]]]:
    """The plant's worksheets, Taller, and those of Metadata in their order, by title."""
    by_title = {worksheet.title: worksheet for worksheet in worksheets}
    wanted = [*find_worksheets(by_title, (*WORKSHEETS, TALLER)).values(), *metadata.in_order(by_title)]
    wanted += filter(None, [title_among(by_title, UNIONES)])
    return {title: await read_whole(spreadsheet, by_title[title], progress=progress) for title in wanted}
