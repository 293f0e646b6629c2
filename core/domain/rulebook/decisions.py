"""What a decision is made in, and what it may be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from core.domain.events import EventDraft
from core.domain.model import Occupation, Operacion, Worker
from core.domain.requests import CompletarRequest, Request
from core.domain.rulebook.lock_steps import LockStep
from core.domain.rulebook.policy import Policy
from core.domain.undo import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Who asks, where, when (`now` in the plant's time zone), under which policy; `event_id` is a fresh uuid4.

    `last_act` is what the worker did last at this terminal, as far as it is remembered. `receiver` is whom an ENTREGAR
    names, None when nobody has that number.
    """

    worker: Worker
    station: str
    now: datetime
    policy: Policy
    event_id: UUID
    last_act: Act | None = None
    receiver: Worker | None = None

    def fact(self, request: Request, operacion: Operacion | None, **metadata: JsonValue) -> EventDraft:
        """What `request` becomes when it is accepted."""
        fecha = request.fecha_operacion if isinstance(request, CompletarRequest) else None
        return EventDraft(
            id=self.event_id,
            tag_spool=request.tag_spool,
            worker_id=request.worker_id,
            worker_nombre=self.worker.worker_nombre,
            accion=request.accion,
            operacion=operacion,
            fecha_operacion=fecha or self.now.date(),
            station=self.station,
            metadata=metadata,
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """To be committed: the fact, and what becomes of the spool's lock."""

    draft: EventDraft
    lock: LockStep


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """Nothing to do: the worker holds the spool for this operation already, by `occupation`."""

    occupation: Occupation


Decision = Accepted | AlreadySo
