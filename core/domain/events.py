"""Facts: what happened, to which spool, by whom, when. An event is never changed and never removed."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, NamedTuple
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from core.domain.model import Accion, Displaced, Operacion, Resultado

_FIRST: Final = Field(union_mode="left_to_right")
"""The first type that fits is taken."""


def evento_tipo(accion: Accion | str, operacion: Operacion | str | None) -> str:
    """The event's type as the Metadata worksheet names it: `TOMAR_ARM`, `NOTA`."""
    return f"{accion}_{operacion}" if operacion else str(accion)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """A fact that is about to be committed: an `Event` without the number and the instant the ledger gives it.

    With the defaults it is one of the site as a whole, by no worker.
    """

    id: UUID = field(default_factory=uuid4)
    tag_spool: str = ""
    worker_id: int = 0
    worker_nombre: str = ""
    accion: Accion
    operacion: Operacion | None = None
    fecha_operacion: date
    station: str = ""
    metadata: dict[str, JsonValue] = field(default_factory=dict)

    def committed(self, *, seq: int, ts: datetime) -> "Event":
        """The event that the ledger made of it: its number, and the ledger's clock (aware)."""
        facts = {name: getattr(self, name) for name in _FACTS}
        return Event(seq=seq, ts=ts, evento_tipo=evento_tipo(self.accion, self.operacion), **facts)


_FACTS: Final = tuple(fact.name for fact in fields(EventDraft))


class Receiver(NamedTuple):
    """To whom a spool was handed over."""

    worker_id: int
    worker_nombre: str


class Event(BaseModel):
    """One entry of the log.

    `seq` starts at 1 and has no gaps in a site. `ts` is the ledger's clock, UTC. `tag_spool` is empty for
    events that concern no spool. `fecha_operacion` is the day the work counts for, in the plant's time zone.
    A newer program's `accion` or `operacion` stays the text it is, and its further fields are kept.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    seq: Annotated[int, Field(ge=1)]
    id: UUID
    ts: AwareDatetime
    evento_tipo: str
    tag_spool: str
    worker_id: int
    worker_nombre: str
    operacion: Annotated[Operacion | str | None, _FIRST]
    accion: Annotated[Accion | str, _FIRST]
    fecha_operacion: date
    station: str
    metadata: dict[str, JsonValue]

    @property
    def is_known(self) -> bool:
        """Whether this program knows what such an event does to a spool."""
        return isinstance(self.accion, Accion) and (self.operacion is None or isinstance(self.operacion, Operacion))

    @property
    def resultado(self) -> Resultado | None:
        """The verdict, of an inspection; None also for one that this program does not know."""
        verdict = self.metadata.get("resultado")
        return Resultado(verdict) if isinstance(verdict, str) and verdict in set(Resultado) else None

    @property
    def desplaza(self) -> Displaced | None:
        """Whom it displaced, of a TOMAR. Older programs did not note the station."""
        match self.metadata.get("desplaza"):
            case {
                "worker_id": int(worker_id),
                "worker_nombre": str(worker_nombre),
                "operacion": str(operacion),
                "fecha_ocupacion": str(since),
                **more,
            }:
                return Displaced(
                    worker_id=worker_id,
                    worker_nombre=worker_nombre,
                    operacion=Operacion(operacion),
                    fecha_ocupacion=datetime.fromisoformat(since),
                    station=str(more.get("station", "")),
                )
            case _:
                return None

    @property
    def uniones(self) -> dict[int, Decimal]:
        """The joints it finished, of a PAUSAR or a COMPLETAR: by number, in order, their DN in inches."""
        made = self.metadata.get("uniones")
        return {int(number): Decimal(str(dn)) for number, dn in made.items()} if isinstance(made, dict) else {}

    @property
    def receiver(self) -> Receiver | None:
        """To whom it handed the spool over, of an ENTREGAR."""
        match self.metadata:
            case {"a_worker_id": int(worker_id), "a_worker_nombre": str(worker_nombre)}:
                return Receiver(worker_id, worker_nombre)
            case _:
                return None

    @property
    def undoes(self) -> int | None:
        """The number of the event that this one undid, of a DESHACER."""
        match self.metadata:
            case {"deshace": {"seq": int(seq)}}:
                return seq
            case _:
                return None
