"""What a plant may choose within the rules."""

from dataclasses import dataclass, replace

from core.domain.model import ROLES_POR_OPERACION, Operacion, Plant, Rol, Worker
from core.domain.uniones import typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The plant's choices within the rules.

    `lock_ttl` is the life of a lock in seconds, 0 for until released. `max_reparaciones` is how many repair
    cycles a spool may have before the next rejection blocks it, 0 for unlimited. Joints of the types
    `uniones_solo_armado` (in capitals) need no weld, from the next load of the plant on. Helpers may do `ayudante`.
    `columnas` are the office's own columns of Operaciones that are kept and shown.
    """

    lock_ttl: int = 12 * 3600
    max_reparaciones: int = 3
    uniones_solo_armado: frozenset[str] = frozenset({"FW"})
    ayudante: frozenset[Operacion] = frozenset()
    columnas: tuple[str, ...] = ()

    def lets(self, worker: Worker, operacion: Operacion) -> bool:
        """Whether the worker is active and has a role that allows the operation."""
        return worker.activo and not worker.roles.isdisjoint(self.roles_for(operacion))

    def roles_for(self, operacion: Operacion) -> frozenset[Rol]:
        """The roles that allow the operation in this plant."""
        helpers = frozenset({Rol.AYUDANTE}) if operacion in self.ayudante else frozenset()
        return ROLES_POR_OPERACION[operacion] | helpers

    def applied_to(self, plant: Plant) -> Plant:
        """The plant, its joints marked that need no weld here."""
        spools = (
            replace(one, uniones=typed(one.uniones, self.uniones_solo_armado)) if one.uniones else one
            for one in plant.spools
        )
        return replace(plant, spools=tuple(spools))
