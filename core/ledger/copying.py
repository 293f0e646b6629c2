"""Moving a plant from one ledger to another: its state, its occupations with their locks, its log with its numbers."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from core.domain.errors import CopyFailedError, LogTrimmedError
from core.domain.events import Event
from core.domain.reasons import Defecto
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.feed import PAGE, pages
from core.ledger.protocol import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What was copied, and found equal. `first_seq` is above 1 when the source's log had been trimmed."""

    spools: int
    workers: int
    occupied: int
    events: int
    first_seq: int
    last_seq: int


async def copy_ledger(
    source: Ledger, target: Ledger, *, progress: Callable[[int], None] = lambda _: None
) -> CopyReport:
    """Make the empty `target` the copy of `source`, and compare them. `progress` is called with the size of each page.

    Nobody may work on the source meanwhile. The copy has the source's identity: terminals that knew the source go on
    with the copy. Raises LedgerNotEmptyError, CopyFailedError when the two differ in the end.
    """
    snapshot = await source.snapshot()
    position = await source.position()
    occupied = [spool for spool in snapshot.spools if spool.ocupacion is not None]
    values = {spool_lock(spool.tag_spool): await source.locks.value(spool_lock(spool.tag_spool)) for spool in occupied}
    locks = {name: value for name, value in values.items() if value is not None}
    before_first = await _trimmed(source)

    await target.admin.restore(
        snapshot,
        identity=position.identity,
        pages=_whole_log(source, after=before_first, until=snapshot.seq, progress=progress),
        locks=locks,
    )
    if await target.snapshot() != snapshot:
        raise CopyFailedError(Defecto.OTROS_SPOOLS)
    for name, value in locks.items():
        # A lock may run out meanwhile, in both at the same instant.
        if await target.locks.value(name) not in {value, await source.locks.value(name)}:
            raise CopyFailedError(Defecto.OTRA_TOMA, lock=name)
    copied = pages(target, after=before_first, until=snapshot.seq, page=PAGE)
    async for page in pages(source, after=before_first, until=snapshot.seq, page=PAGE):
        progress(len(page))
        if await anext(copied, None) != page:
            raise CopyFailedError(Defecto.OTRA_HISTORIA, seq=page[0].seq)
    return CopyReport(
        spools=len(snapshot.spools),
        workers=len(snapshot.workers),
        occupied=len(occupied),
        events=snapshot.seq - before_first,
        first_seq=before_first + 1,
        last_seq=snapshot.seq,
    )


async def _trimmed(ledger: Ledger) -> int:
    """The number after which the log begins: 0 unless it was trimmed."""
    try:
        await ledger.events(after=0, limit=1)
    except LogTrimmedError as trimmed:
        return trimmed.available_after
    return 0


async def _whole_log(
    source: Ledger, *, after: int, until: int, progress: Callable[[int], None]
) -> AsyncIterator[Sequence[Event]]:
    """The log to be copied. Raises CopyFailedError at its end when the source changed meanwhile."""
    async for page in pages(source, after=after, until=until, page=PAGE):
        progress(len(page))
        yield page
    if (await source.position()).seq != until:
        raise CopyFailedError(Defecto.ORIGINAL_CAMBIO)
