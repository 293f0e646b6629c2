"""Values to JSON and back, the same for every engine that stores documents."""

from typing import Any, Final

from pydantic import TypeAdapter

from core.domain.model import Spool, Worker

_SPOOL: Final = TypeAdapter(Spool)
_WORKER: Final = TypeAdapter(Worker)


def spool_to_json(spool: Spool, *, without: dict[str, Any] | None = None) -> str:
    """The spool as a document; fields at their default are left out, and those in `without` (as pydantic's exclude)."""
    return _SPOOL.dump_json(spool, exclude_defaults=True, exclude=without).decode()


def spool_from_json(text: str) -> Spool:
    """The spool of a document that `spool_to_json` made."""
    return _SPOOL.validate_json(text)


def spool_from_fields(fields: dict[str, Any]) -> Spool:
    """The spool of such a document after it was parsed."""
    return _SPOOL.validate_python(fields)


def worker_to_json(worker: Worker) -> str:
    """The worker as a document."""
    return _WORKER.dump_json(worker).decode()


def worker_from_json(text: str) -> Worker:
    """The worker of a document that `worker_to_json` made."""
    return _WORKER.validate_json(text)
