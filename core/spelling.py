"""What a tag means that the ledger does not have as it is spelled."""

import asyncio
from collections.abc import Collection
from typing import Final

from core.domain.errors import SpoolNoEncontradoError
from core.domain.writing.tags import nearest
from core.ledger.protocol import Ledger
from core.ledger.replica import Replica

SUGGESTED_FOR: Final = 3
"""Unknown tags of one batch that get suggestions: each costs a look at the whole plant."""


async def meanings(
    tags: Collection[str], ledger: Ledger, replica: Replica | None
) -> dict[str, str | SpoolNoEncontradoError]:
    """For each tag the one of the ledger that it spells, or the refusal that suggests the nearest.

    Without a replica the whole plant is read once: few tags are spelled otherwise than on their labels.
    """
    if not tags:
        return {}
    if replica is None:
        replica = Replica()
        replica.load(await ledger.snapshot())
    found: dict[str, str | SpoolNoEncontradoError] = {}
    suggested = 0
    for tag in tags:
        if (spool := replica.find(tag)) is not None:
            found[tag] = spool.tag_spool
            continue
        suggested += 1
        known = tuple(replica.spools) if suggested <= SUGGESTED_FOR else ()
        found[tag] = SpoolNoEncontradoError(tag, await asyncio.to_thread(nearest, tag, known))
    return found
