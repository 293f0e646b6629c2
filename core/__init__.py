"""Who has which spool right now: the rules, the ledger and the one door to them. No screens.

Names are imported when they are first used: a terminal paints its first screen before it needs any of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.conflicts import Backoff, ConflictMetrics, ConflictService, HotSpot
    from core.errors import (
        DependenciasNoSatisfechasError,
        FechaInvalidaError,
        InvalidRequestError,
        KioskError,
        LedgerTooNewError,
        LedgerUnavailableError,
        LockExpiredError,
        NoAutorizadoError,
        OperacionNoDisponibleError,
        RolNoAutorizadoError,
        SpoolBloqueadoError,
        SpoolNoEncontradoError,
        SpoolOccupiedError,
        VersionConflictError,
        WorkerNoEncontradoError,
    )
    from core.events import Event
    from core.ledger.protocol import LoadReport
    from core.locks import LockService
    from core.model import Accion, Operacion, Plant, Policy, Resultado, Rol, Snapshot, Spool, Worker
    from core.occupation import OccupationService
    from core.plant import PlantReading, RowProblem, read_plant
    from core.requests import (
        BatchDetail,
        BatchResponse,
        BatchTomarRequest,
        CancelarRequest,
        CompletarRequest,
        DesbloquearRequest,
        ExtenderRequest,
        LiberarRequest,
        NotaRequest,
        PausarRequest,
        Response,
        SpoolStatus,
        TomarRequest,
    )
    from core.wiring import open_occupation

__all__ = [
    "Accion",
    "Backoff",
    "BatchDetail",
    "BatchResponse",
    "BatchTomarRequest",
    "CancelarRequest",
    "CompletarRequest",
    "ConflictMetrics",
    "ConflictService",
    "DependenciasNoSatisfechasError",
    "DesbloquearRequest",
    "Event",
    "ExtenderRequest",
    "FechaInvalidaError",
    "HotSpot",
    "InvalidRequestError",
    "KioskError",
    "LedgerTooNewError",
    "LedgerUnavailableError",
    "LiberarRequest",
    "LoadReport",
    "LockExpiredError",
    "LockService",
    "NoAutorizadoError",
    "NotaRequest",
    "OccupationService",
    "Operacion",
    "OperacionNoDisponibleError",
    "PausarRequest",
    "Plant",
    "PlantReading",
    "Policy",
    "Response",
    "Resultado",
    "Rol",
    "RolNoAutorizadoError",
    "RowProblem",
    "Snapshot",
    "Spool",
    "SpoolBloqueadoError",
    "SpoolNoEncontradoError",
    "SpoolOccupiedError",
    "SpoolStatus",
    "TomarRequest",
    "VersionConflictError",
    "Worker",
    "WorkerNoEncontradoError",
    "open_occupation",
    "read_plant",
]

_HOMES: Final = {
    "Backoff": "core.conflicts",
    "ConflictMetrics": "core.conflicts",
    "ConflictService": "core.conflicts",
    "HotSpot": "core.conflicts",
    "DependenciasNoSatisfechasError": "core.errors",
    "FechaInvalidaError": "core.errors",
    "InvalidRequestError": "core.errors",
    "KioskError": "core.errors",
    "LedgerTooNewError": "core.errors",
    "LedgerUnavailableError": "core.errors",
    "LockExpiredError": "core.errors",
    "NoAutorizadoError": "core.errors",
    "OperacionNoDisponibleError": "core.errors",
    "RolNoAutorizadoError": "core.errors",
    "SpoolBloqueadoError": "core.errors",
    "SpoolNoEncontradoError": "core.errors",
    "SpoolOccupiedError": "core.errors",
    "VersionConflictError": "core.errors",
    "WorkerNoEncontradoError": "core.errors",
    "Event": "core.events",
    "LoadReport": "core.ledger.protocol",
    "LockService": "core.locks",
    "Accion": "core.model",
    "Operacion": "core.model",
    "Plant": "core.model",
    "Policy": "core.model",
    "Resultado": "core.model",
    "Rol": "core.model",
    "Snapshot": "core.model",
    "Spool": "core.model",
    "Worker": "core.model",
    "OccupationService": "core.occupation",
    "PlantReading": "core.plant",
    "RowProblem": "core.plant",
    "read_plant": "core.plant",
    "BatchDetail": "core.requests",
    "BatchResponse": "core.requests",
    "BatchTomarRequest": "core.requests",
    "CancelarRequest": "core.requests",
    "CompletarRequest": "core.requests",
    "DesbloquearRequest": "core.requests",
    "ExtenderRequest": "core.requests",
    "LiberarRequest": "core.requests",
    "NotaRequest": "core.requests",
    "PausarRequest": "core.requests",
    "Response": "core.requests",
    "SpoolStatus": "core.requests",
    "TomarRequest": "core.requests",
    "open_occupation": "core.wiring",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
