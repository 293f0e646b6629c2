"""Which joints of a spool its holder ticks as made, before they are saved. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.model import Operacion, Spool
from core.domain.requests import PausarRequest
from core.domain.rulebook.joints import finished_by
from core.domain.uniones import pulgadas, remaining

COUNTED = frozenset({Operacion.ARM, Operacion.SOLD})
"""The operations that make joints."""


def counts_joints(spool: Spool, worker_id: int) -> bool:
    """Whether the worker holds the spool for an operation that makes its joints."""
    held = spool.ocupacion
    return held is not None and held.worker_id == worker_id and held.operacion in COUNTED and bool(spool.uniones)


@dataclass
class Ticks:
    """The ticks of one worker for one operation of one spool, as the board last knew it."""

    spool: Spool
    operacion: Operacion
    worker_id: int
    numbers: set[int] = field(default_factory=set)

    @property
    def remaining(self) -> tuple[int, ...]:
        """The joints that the operation has still to make."""
        return remaining(self.spool.uniones, self.operacion)

    @property
    def ready(self) -> set[int]:
        """Those of them that can be made now."""
        return {union.numero for union in self.spool.uniones if union.is_ready(self.operacion)}

    @property
    def is_held(self) -> bool:
        """Whether the worker still holds the spool for this operation."""
        held = self.spool.ocupacion
        return held is not None and (held.worker_id, held.operacion) == (self.worker_id, self.operacion)

    @property
    def left(self) -> tuple[int, ...]:
        """The joints that would remain."""
        return tuple(number for number in self.remaining if number not in self.numbers)

    @property
    def completes(self) -> bool:
        """Whether the operation is completed with these joints."""
        spool = self.spool
        welds_too_early = self.operacion is Operacion.SOLD and not spool.arm.completado
        return not self.left and not welds_too_early and spool.retencion is None

    @property
    def inches(self) -> Decimal:
        """The diameter-inches of the joints that are ticked."""
        return pulgadas(union for union in self.spool.uniones if union.numero in self.numbers)

    def follow(self, spool: Spool) -> set[int]:
        """Take the spool as it is now. Returns the joints whose tick had to go: they cannot be made any more."""
        self.spool = spool
        lost = self.numbers - self.ready
        self.numbers -= lost
        return lost

    def toggle(self, numbers: tuple[int, ...]) -> None:
        """Tick these joints, or take their ticks away where all have one.

        Raises OperacionNoDisponibleError or DependenciasNoSatisfechasError, and ticks none, when one cannot be made.
        """
        if self.numbers.issuperset(numbers):
            self.numbers.difference_update(numbers)
            return
        request = PausarRequest(tag_spool=self.spool.tag_spool, worker_id=self.worker_id, uniones=numbers)
        finished_by(self.spool, request, self.operacion)
        self.numbers.update(numbers)

    def toggle_all(self) -> None:
        """Tick every joint that can be made now, or none where all are ticked."""
        self.numbers = set() if self.numbers >= self.ready else self.ready
