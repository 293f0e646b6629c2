"""Who may ask for what: the roles that each thing takes."""

from typing import Final

from core.domain.errors import RolNoAutorizadoError
from core.domain.model import Operacion, Rol, Worker
from core.domain.rulebook.policy import Policy

HOLDERS_BACK: Final = frozenset({Rol.SUPERVISOR, Rol.METROLOGIA})
"""Who may hold a spool back, and let it be worked on again."""


def may_hold_back(worker: Worker) -> bool:
    """Whether the worker is active and may hold a spool back."""
    return worker.activo and not worker.roles.isdisjoint(HOLDERS_BACK)


def require_operacion(worker: Worker, operacion: Operacion, policy: Policy) -> None:
    """Raise RolNoAutorizadoError unless the worker is active and may do the operation in this plant."""
    require_role(worker, policy.roles_for(operacion))


def require_supervisor(worker: Worker) -> None:
    """Raise RolNoAutorizadoError unless the worker is an active supervisor."""
    require_role(worker, frozenset({Rol.SUPERVISOR}))


def require_role(worker: Worker, allowed: frozenset[Rol]) -> None:
    """Raise RolNoAutorizadoError unless the worker is active and has one of these roles."""
    if not worker.activo or worker.roles.isdisjoint(allowed):
        raise role_missing(worker, allowed)


def role_missing(worker: Worker, needed: frozenset[Rol]) -> RolNoAutorizadoError:
    """The refusal of somebody who is inactive or has none of the roles `needed`."""
    return RolNoAutorizadoError(
        worker.worker_nombre, activo=worker.activo, roles=sorted(worker.roles), faltan=sorted(needed)
    )
