"""Values to JSON and back, the same for every engine that stores documents.

What is read is refused when it has a field that is not known: the next commit would drop it. A program that adds one
raises the format number of both engines, so that an older program never comes that far.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from core.domain.model import Spool, Worker

SPOOLS: Final = TypeAdapter(Spool)
WORKERS: Final = TypeAdapter(Worker)


def spool_to_json(spool: Spool, *, without: dict[str, Any] | None = None) -> str:
    """The spool as a document; fields at their default are left out, and those in `without` (as pydantic's exclude)."""
    return SPOOLS.dump_json(spool, exclude_defaults=True, exclude=without).decode()


def spool_from_json(document: str) -> Spool:
    """The spool of a document. Raises pydantic's ValidationError."""
    return SPOOLS.validate_json(document, extra="forbid")


def spool_of_fields(fields: Mapping[str, Any]) -> Spool:
    """The spool with these fields, as JSON has them. Raises pydantic's ValidationError."""
    return SPOOLS.validate_python(fields, extra="forbid")


def worker_to_json(worker: Worker) -> str:
    """The worker as a document."""
    return WORKERS.dump_json(worker).decode()


def worker_from_json(document: str) -> Worker:
    """The worker of a document. Raises pydantic's ValidationError."""
    return WORKERS.validate_json(document, extra="forbid")
