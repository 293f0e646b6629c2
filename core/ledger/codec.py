"""Values to JSON and back, the same for every engine that stores documents."""

from typing import Any, Final

from pydantic import TypeAdapter

from core.domain.model import Spool, Worker

SPOOLS: Final = TypeAdapter(Spool)
WORKERS: Final = TypeAdapter(Worker)


def spool_to_json(spool: Spool, *, without: dict[str, Any] | None = None) -> str:
    """The spool as a document; fields at their default are left out, and those in `without` (as pydantic's exclude)."""
    return SPOOLS.dump_json(spool, exclude_defaults=True, exclude=without).decode()


def worker_to_json(worker: Worker) -> str:
    """The worker as a document."""
    return WORKERS.dump_json(worker).decode()
