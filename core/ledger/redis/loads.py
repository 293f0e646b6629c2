"""What the load script is told of a plant."""

from pydantic_core import to_json

from core.domain.events import EventDraft
from core.domain.model import Spool
from core.ledger.codec import worker_to_json
from core.ledger.loading import PlantChange
from core.ledger.redis.documents import event_rest, first_state, milliseconds, stored_state
from core.ledger.redis.keys import Keys

SpoolRow = tuple[str, str, str, str, str, str]
"""Tag, version before ('' for a new one), state, lock ('' for none), its value, its end in ms ('' for none)."""


def load_arguments(change: PlantChange, draft: EventDraft, keys: Keys) -> tuple[str, str, str]:
    """The event without its number and time, the spools that change, the people: the last two as JSON of strings."""
    spools = [*(_added(spool, keys) for spool in change.added), *map(_updated, change.updated)]
    people = [(str(worker.worker_id), worker_to_json(worker)) for worker in change.people]
    return event_rest(draft), to_json(spools).decode(), to_json(people).decode()


def _added(spool: Spool, keys: Keys) -> SpoolRow:
    held = spool.ocupacion
    if held is None:
        return (spool.tag_spool, "", first_state(spool), "", "", "")
    end = "" if held.vence is None else str(milliseconds(held.vence))
    return (spool.tag_spool, "", first_state(spool), keys.spool_lock(spool.tag_spool), held.lock_token, end)


def _updated(spool: Spool) -> SpoolRow:
    return (spool.tag_spool, str(spool.version - 1), stored_state(spool), "", "", "")
