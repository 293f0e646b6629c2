"""The public names of `core`. Import them from `core` itself."""

# mypy: implicit-reexport
# ruff: noqa: F401 - they are imported to be had from here

from core.conflicts import Backoff, ConflictMetrics, ConflictService
from core.domain.errors import (
    ClockDoubtfulError,
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
    ReplicasUnconfirmedError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolNoEncontradoError,
    SpoolOccupiedError,
    SpoolRetenidoError,
    VersionConflictError,
    WorkerNoEncontradoError,
)
from core.domain.events import Event
from core.domain.model import Accion, Operacion, Plant, Resultado, Rol, Snapshot, Spool, Worker
from core.domain.reasons import Defecto, FallaPlanilla, FallaRegistro, Riesgo
from core.domain.requests import (
    AceptarRegistroRequest,
    BatchTomarRequest,
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    EntregarRequest,
    ExtenderRequest,
    InventarioRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    RetenerRequest,
    TomarRequest,
)
from core.domain.responses import BatchDetail, BatchResponse, Response, SpoolStatus
from core.domain.rulebook.policy import Policy
from core.domain.sheet_errors import (
    PullInProgressError,
    SheetHasHistoryError,
    SheetUnavailableError,
    SheetUnusableError,
)
from core.domain.undo import Act
from core.extras import MissingPackageError
from core.ledger.locks import LockService
from core.ledger.protocol import LoadReport
from core.occupation import OccupationService
from core.plant.files import PlantFiles, open_plant, read_plant
from core.plant.reading import PlantReading
from core.plant.tables import RowProblem, Source
from core.wiring import open_occupation
