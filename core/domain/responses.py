"""What the occupation service answers: to people through words made elsewhere, to other programs as JSON."""

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Final, Self

from pydantic import BaseModel, ConfigDict

from core.domain.errors import KioskError
from core.domain.estado import estado_detalle
from core.domain.events import evento_tipo
from core.domain.model import Accion, Avance, Displaced, Inspeccion, Operacion, Resultado, Retencion, Spool
from core.domain.rulebook.policy import Policy
from core.domain.uniones import Hecho, Union, pulgadas


class UnionStatus(BaseModel):
    """A joint as people and other programs read it: `dn` in inches, who fitted and who welded it, and when."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    numero: int
    dn: float
    tipo: str
    solo_armado: bool
    arm: Hecho | None
    sold: Hecho | None

    @classmethod
    def of(cls, union: Union) -> Self:
        """The status of `union`."""
        return cls(**{name: getattr(union, name) for name in cls.model_fields})


class SpoolStatus(BaseModel):
    """A spool as people and other programs read it, at the moment it was asked for.

    `vencido` says that the lock's life ran out while the occupation is still on record. `pulgadas_arm` and
    `pulgadas_sold` are the diameter-inches of the joints that are finished; `retencion` says why it is held back.
    `datos` are the office's own columns by name, `cambios` what it changed since the spool was taken: before and now.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    tag_spool: str
    ocupado_por: str | None
    worker_id: int | None
    operacion: Operacion | None
    fecha_ocupacion: datetime | None
    station: str | None
    vence: datetime | None
    vencido: bool
    estado_detalle: str
    ot: str
    nv: str
    fecha_materiales: date | None
    arm: Avance
    sold: Avance
    reparacion: Avance
    inspeccion: Inspeccion
    rechazos: int
    bloqueado: bool
    retencion: Retencion | None
    datos: dict[str, str]
    cambios: dict[str, tuple[str, str]]
    uniones: tuple[UnionStatus, ...]
    total_uniones: int
    uniones_arm_completadas: int
    uniones_sold_completadas: int
    pulgadas_arm: float
    pulgadas_sold: float
    version: int
    seq: int

    @classmethod
    def of(cls, spool: Spool, *, now: datetime, policy: Policy) -> Self:
        """The status of `spool` as of `now` (aware)."""
        held = spool.ocupacion
        fitted = [union for union in spool.uniones if union.arm is not None]
        welded = [union for union in spool.uniones if union.sold is not None]
        return cls(
            ocupado_por=held.worker_nombre if held else None,
            worker_id=held.worker_id if held else None,
            operacion=held.operacion if held else None,
            fecha_ocupacion=held.fecha_ocupacion if held else None,
            station=held.station if held else None,
            vence=held.vence if held else None,
            vencido=held.is_expired(now) if held else False,
            estado_detalle=estado_detalle(spool, now=now, max_reparaciones=policy.max_reparaciones),
            datos={dato.nombre: dato.valor for dato in spool.datos},
            cambios={cambio.nombre: (cambio.antes, cambio.ahora) for cambio in spool.cambios},
            uniones=tuple(map(UnionStatus.of, spool.uniones)),
            total_uniones=len(spool.uniones),
            uniones_arm_completadas=len(fitted),
            uniones_sold_completadas=len(welded),
            pulgadas_arm=float(pulgadas(fitted)),
            pulgadas_sold=float(pulgadas(welded)),
            **{name: getattr(spool, name) for name in _AS_STORED},
        )


_AS_STORED: Final = (SpoolStatus.model_fields.keys() & {field.name for field in fields(Spool)}) - {"uniones", "datos"}
"""The fields of a status that are the spool's own."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """What was done. `seq` is the number of the event that made it so; for a repeat or no-op, the earlier one's.

    `changed` is False when nothing had to be done. `desplaza` is whoever held the spool before, when a TOMAR displaced
    somebody. `state` is the spool as of `as_of` (aware), which for a repeat may
    be further on than the event.
    """

    changed: bool
    tag_spool: str
    seq: int
    accion: Accion
    operacion: Operacion | None
    resultado: Resultado | None = None
    desplaza: Displaced | None = None
    state: Spool = field(repr=False)
    as_of: datetime = field(repr=False, compare=False)
    policy: Policy = field(repr=False)
    success: bool = True

    @cached_property
    def spool(self) -> SpoolStatus:
        """The spool as it stands now, as people and JSON read it. Made on demand: no screen needs it."""
        return SpoolStatus.of(self.state, now=self.as_of, policy=self.policy)

    @property
    def evento_tipo(self) -> str:
        """The type of event number `seq`."""
        return evento_tipo(self.accion, self.operacion)

    @property
    def message(self) -> str:
        """The fact in one line, the same in every language: `MK-1: TOMAR_ARM`."""
        return f"{self.tag_spool}: {self.evento_tipo}{'' if self.changed else ' (no change)'}"

    def as_dict(self) -> dict[str, object]:
        """The response as JSON shows it."""
        names = ("success", "changed", "tag_spool", "message", "seq", "accion", "operacion", "resultado", "desplaza")
        return {name: getattr(self, name) for name in (*names, "spool")}


@dataclass(frozen=True)
class BatchDetail:
    """One spool of a batch: `result` is the response, or the refusal."""

    tag_spool: str
    result: Response | KioskError

    @property
    def refusal(self) -> KioskError | None:
        """Why nothing was done to the spool; None when it was done, or was so already."""
        return self.result if isinstance(self.result, KioskError) else None

    @property
    def success(self) -> bool:
        """Whether it is so now as was asked."""
        return self.refusal is None

    @property
    def seq(self) -> int | None:
        """The number of the event that made it so; None for a refusal."""
        return self.result.seq if isinstance(self.result, Response) else None

    @property
    def message(self) -> str:
        """The outcome in one line."""
        return self.result.message

    @property
    def spool(self) -> SpoolStatus | None:
        """The spool as it stands now; None for a refusal."""
        return self.result.spool if isinstance(self.result, Response) else None

    @property
    def error_code(self) -> str | None:
        """The refusal's code."""
        return self.refusal.error_code if self.refusal else None

    @property
    def error(self) -> dict[str, object] | None:
        """The refusal as JSON shows it."""
        return self.refusal.as_dict() if self.refusal else None

    def as_dict(self) -> dict[str, object]:
        """The detail as JSON shows it."""
        names = ("tag_spool", "success", "message", "seq", "spool", "error_code", "error")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class BatchResponse:
    """A batch's outcome, one detail per tag in the order asked."""

    details: tuple[BatchDetail, ...]

    @property
    def total(self) -> int:
        """How many spools were asked for."""
        return len(self.details)

    @property
    def succeeded(self) -> int:
        """How many are so now as was asked."""
        return sum(detail.success for detail in self.details)

    @property
    def failed(self) -> int:
        """How many were refused."""
        return self.total - self.succeeded

    def as_dict(self) -> dict[str, object]:
        """The batch as JSON shows it."""
        counts = {"total": self.total, "succeeded": self.succeeded, "failed": self.failed}
        return {**counts, "details": [detail.as_dict() for detail in self.details]}
