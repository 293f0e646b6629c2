"""What the office holds back in its own column: events of their own, in batches, after a plant was loaded."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from core.domain.events import EventDraft
from core.domain.model import BATCH_MAX_SIZE
from core.ledger.loading import office_holds
from core.ledger.protocol import Commit, Conflict, Ledger


async def hold_back_for_office(ledger: Ledger, holds: Mapping[str, str], draft: EventDraft, *, attempts: int) -> None:
    """Hold these spools back (tag to motive), or let them go on (an empty motive), each by an event like `draft`.

    A spool that changes again and again meanwhile, `attempts` times, waits for the next load.
    """
    tags = list(holds)
    for at in range(0, len(tags), BATCH_MAX_SIZE):
        pending = tags[at : at + BATCH_MAX_SIZE]
        for _ in range(attempts):
            pending = await _try(ledger, {tag: holds[tag] for tag in pending}, draft) if pending else []


async def _try(ledger: Ledger, holds: Mapping[str, str], draft: EventDraft) -> list[str]:
    """Commit what is to be done. Returns the tags of those that somebody else changed at the same time."""
    spools = (await ledger.read(list(holds), 0)).spools.values()
    commits = []
    for spool in spools:
        motive = holds[spool.tag_spool]
        if accion := office_holds(spool, motive):
            metadata = draft.metadata | ({"motivo": motive} if motive else {})
            own = replace(draft, id=uuid4(), tag_spool=spool.tag_spool, accion=accion, metadata=metadata)
            commits.append(Commit(request_id=uuid4(), spool=spool, draft=own, lock=None))
    outcomes = await ledger.commit(commits) if commits else ()
    return [
        commit.spool.tag_spool
        for commit, outcome in zip(commits, outcomes, strict=True)
        if isinstance(outcome, Conflict)
    ]
