"""Who has which spool right now: the rules, the ledger and the one door to them. No screens.

Names are imported when they are first used: a terminal paints its first screen before it needs any of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.conflicts import Backoff, ConflictMetrics, ConflictService
    from core.domain.errors import (
        CopyFailedError,
        DependenciasNoSatisfechasError,
        FechaInvalidaError,
        InvalidRequestError,
        KioskError,
        LedgerNotEmptyError,
        LedgerRolledBackError,
        LedgerTooNewError,
        LedgerUnavailableError,
        LockExpiredError,
        LogTrimmedError,
        NoAutorizadoError,
        OperacionNoDisponibleError,
        PullInProgressError,
        ReplicasUnconfirmedError,
        RolNoAutorizadoError,
        SheetHasHistoryError,
        SheetUnavailableError,
        SheetUnusableError,
        SpoolBloqueadoError,
        SpoolNoEncontradoError,
        SpoolOccupiedError,
        VersionConflictError,
        WorkerNoEncontradoError,
    )
    from core.domain.events import Event
    from core.domain.model import Accion, Operacion, Plant, Policy, Resultado, Rol, Snapshot, Spool, Worker
    from core.domain.reasons import Defecto, FallaPlanilla, FallaRegistro, Riesgo
    from core.domain.requests import (
        AceptarRegistroRequest,
        BatchTomarRequest,
        CancelarRequest,
        CompletarRequest,
        DesbloquearRequest,
        DeshacerRequest,
        ExtenderRequest,
        LiberarRequest,
        NotaRequest,
        PausarRequest,
        TomarRequest,
    )
    from core.domain.responses import BatchDetail, BatchResponse, Response, SpoolStatus
    from core.domain.undo import Act
    from core.ledger.locks import LockService
    from core.ledger.protocol import LoadReport
    from core.occupation import OccupationService
    from core.plant.reading import PlantReading, read_plant
    from core.plant.tables import RowProblem
    from core.wiring import open_occupation

__all__ = [
    "Accion",
    "AceptarRegistroRequest",
    "Act",
    "Backoff",
    "BatchDetail",
    "BatchResponse",
    "BatchTomarRequest",
    "CancelarRequest",
    "CompletarRequest",
    "ConflictMetrics",
    "ConflictService",
    "CopyFailedError",
    "Defecto",
    "DependenciasNoSatisfechasError",
    "DesbloquearRequest",
    "DeshacerRequest",
    "Event",
    "ExtenderRequest",
    "FallaPlanilla",
    "FallaRegistro",
    "FechaInvalidaError",
    "InvalidRequestError",
    "KioskError",
    "LedgerNotEmptyError",
    "LedgerRolledBackError",
    "LedgerTooNewError",
    "LedgerUnavailableError",
    "LiberarRequest",
    "LoadReport",
    "LockExpiredError",
    "LockService",
    "LogTrimmedError",
    "NoAutorizadoError",
    "NotaRequest",
    "OccupationService",
    "Operacion",
    "OperacionNoDisponibleError",
    "PausarRequest",
    "Plant",
    "PlantReading",
    "Policy",
    "PullInProgressError",
    "ReplicasUnconfirmedError",
    "Response",
    "Resultado",
    "Riesgo",
    "Rol",
    "RolNoAutorizadoError",
    "RowProblem",
    "SheetHasHistoryError",
    "SheetUnavailableError",
    "SheetUnusableError",
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

_EXPORTS: Final = {
    "core.conflicts": "Backoff ConflictMetrics ConflictService",
    "core.domain.errors": """
        CopyFailedError DependenciasNoSatisfechasError FechaInvalidaError InvalidRequestError KioskError
        LedgerNotEmptyError LedgerRolledBackError LedgerTooNewError LedgerUnavailableError
        LockExpiredError LogTrimmedError NoAutorizadoError OperacionNoDisponibleError PullInProgressError
        ReplicasUnconfirmedError RolNoAutorizadoError SheetHasHistoryError SheetUnavailableError
        SheetUnusableError SpoolBloqueadoError SpoolNoEncontradoError SpoolOccupiedError VersionConflictError
        WorkerNoEncontradoError
    """,
    "core.domain.events": "Event",
    "core.domain.reasons": "Defecto FallaPlanilla FallaRegistro Riesgo",
    "core.ledger.protocol": "LoadReport",
    "core.ledger.locks": "LockService",
    "core.domain.model": "Accion Operacion Plant Policy Resultado Rol Snapshot Spool Worker",
    "core.occupation": "OccupationService",
    "core.plant.reading": "PlantReading read_plant",
    "core.domain.requests": """
        AceptarRegistroRequest BatchTomarRequest CancelarRequest CompletarRequest DesbloquearRequest DeshacerRequest
        ExtenderRequest LiberarRequest NotaRequest PausarRequest TomarRequest
    """,
    "core.domain.responses": "BatchDetail BatchResponse Response SpoolStatus",
    "core.plant.tables": "RowProblem",
    "core.domain.undo": "Act",
    "core.wiring": "open_occupation",
}
_HOMES: Final = {name: module for module, names in _EXPORTS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
