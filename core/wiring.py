"""Settings to ledger to service: the one place that knows all the parts."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from core.conflicts import Backoff, ConflictService
from core.ledger.open import open_ledger, utc_now
from core.ledger.protocol import Position
from core.occupation import OccupationService
from core.settings import Settings


@asynccontextmanager
async def open_occupation(
    url: str | None = None,
    *,
    site: str | None = None,
    station: str | None = None,
    settings: Settings | None = None,
    clock: Callable[[], datetime] = utc_now,
    seen: Position | None = None,
) -> AsyncIterator[OccupationService]:
    """The occupation service over the ledger at `url`, closed when the block ends.

    `url`, `site` and `station` default to those of `settings`, which default to those in force (environment,
    `kiosk.toml`). `clock` is for an engine that has none of its own, `seen` the furthest position known of the ledger.
    Raises LedgerUnavailableError when the ledger cannot be opened, InvalidRequestError for a bad setting.
    """
    settings = settings or Settings.load()
    backoff = Backoff(attempts=settings.conflict_attempts, base=settings.conflict_base, cap=settings.conflict_cap)
    async with open_ledger(
        url or settings.effective_ledger_url,
        site=site or settings.site,
        request_memory=settings.request_memory_span,
        clock=clock,
        min_replicas=settings.redis_min_replicas,
        seen=seen,
    ) as ledger:
        yield OccupationService(
            ledger,
            station=settings.station if station is None else station,
            timezone=settings.zone,
            policy=settings.policy,
            conflicts=ConflictService(backoff),
        )
