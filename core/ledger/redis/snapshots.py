"""A whole site as of one moment, read a page at a time: a large plant must not hold up everybody else's commits."""

from typing import Any, Final

from core.domain.errors import LedgerBeingFilledError, LedgerUnavailableError
from core.domain.model import Snapshot, Spool
from core.domain.replay import apply_event
from core.ledger.codec import worker_from_json
from core.ledger.redis import scripts
from core.ledger.redis.documents import event_from_json, spool_from_state
from core.ledger.redis.keys import Keys
from core.ledger.redis.servers import Client

PAGE: Final = 1000
"""Spools, or events, read at a time."""

TRIES: Final = 20
"""How often the reading begins anew because a plant was loaded meanwhile."""


async def read_snapshot(client: Client, keys: Keys) -> tuple[Snapshot, str]:
    """Everything as of one event, and how many plants were loaded until then.

    Spools are read while others work on them; what happened since is then told by the log. Only a load changes spools
    without telling how: then it is read again. Raises what the driver raises, and LedgerUnavailableError.
    """
    for _ in range(TRIES):
        before, loads, _ = await _standing(client, keys)
        spools = await _spools(client, keys)
        seq, loads_after, workers = await _standing(client, keys)
        if loads_after == loads and await _bring_up_to_date(client, keys, spools, after=before, until=seq):
            people = sorted(map(worker_from_json, workers), key=lambda worker: worker.worker_id)
            by_tag = tuple(spools[tag] for tag in sorted(spools))
            return Snapshot(seq=seq, spools=by_tag, workers=tuple(people)), loads
    raise LedgerUnavailableError("la planta cambia mientras se lee")


async def _standing(client: Client, keys: Keys) -> tuple[int, str, list[str]]:
    """The newest number, the loads so far, and the workers."""
    reply: list[Any] = await scripts.SNAPSHOT.run(client, (keys.ledger, keys.workers))
    if reply == ["copying"]:
        raise LedgerBeingFilledError
    seq, loads, workers = reply
    return int(seq), loads, workers


async def _spools(client: Client, keys: Keys) -> dict[str, Spool]:
    """Every spool, each as of some moment of the reading. A scan may tell one twice, and misses none."""
    spools: dict[str, Spool] = {}
    cursor = 0
    page: Any
    while True:
        cursor, page = await client.hscan(keys.spools, cursor, count=PAGE)
        spools.update({tag: spool_from_state(state) for tag, state in page.items()})
        if int(cursor) == 0:
            return spools


async def _bring_up_to_date(client: Client, keys: Keys, spools: dict[str, Spool], *, after: int, until: int) -> bool:
    """Add what the log tells after number `after`; whether it still told everything."""
    while after < until:
        count = min(PAGE, until - after)
        page: Any = await client.xrange(keys.events, f"{after + 1}-0", f"{until}-0", count=count)
        if len(page) < count:
            return False
        for _, entry in page:
            event = event_from_json(entry["event"])
            spool = spools.get(event.tag_spool)
            if spool is not None and spool.seq < event.seq:
                spools[event.tag_spool] = apply_event(spool, event)
        after += count
    return True
