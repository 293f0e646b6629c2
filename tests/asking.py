"""Asking for things in tests, and telling how a refusal must look."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.domain.errors import KioskError
from core.domain.model import Operacion, Resultado, Worker
from core.domain.requests import (
    CancelarRequest,
    CompletarRequest,
    DesbloquearRequest,
    DeshacerRequest,
    EntregarRequest,
    ExtenderRequest,
    LiberarRequest,
    NotaRequest,
    PausarRequest,
    ReanudarRequest,
    Request,
    RetenerRequest,
    TomarRequest,
)
from core.domain.responses import Response
from core.occupation import OccupationService
from tests.plants import TAG

REFUSALS: dict[str, tuple[str, int]] = {
    "InvalidRequestError": ("INVALID_REQUEST", 400),
    "SpoolOccupiedError": ("SPOOL_OCCUPIED", 409),
    "VersionConflictError": ("VERSION_CONFLICT", 409),
    "NoAutorizadoError": ("NO_AUTORIZADO", 403),
    "RolNoAutorizadoError": ("ROL_NO_AUTORIZADO", 403),
    "SpoolBloqueadoError": ("SPOOL_BLOQUEADO", 403),
    "SpoolRetenidoError": ("SPOOL_RETENIDO", 403),
    "SpoolNoEncontradoError": ("SPOOL_NO_ENCONTRADO", 404),
    "WorkerNoEncontradoError": ("WORKER_NO_ENCONTRADO", 404),
    "LockExpiredError": ("LOCK_EXPIRED", 410),
    "DependenciasNoSatisfechasError": ("DEPENDENCIAS_NO_SATISFECHAS", 422),
    "OperacionNoDisponibleError": ("OPERACION_NO_DISPONIBLE", 422),
    "FechaInvalidaError": ("FECHA_INVALIDA", 422),
    "SheetUnusableError": ("SHEET_UNUSABLE", 422),
    "SheetUnavailableError": ("SHEET_UNAVAILABLE", 503),
    "SheetHasHistoryError": ("SHEET_HAS_HISTORY", 409),
    "PullInProgressError": ("PULL_IN_PROGRESS", 409),
    "LedgerUnavailableError": ("LEDGER_UNAVAILABLE", 503),
    "LedgerTooNewError": ("LEDGER_TOO_NEW", 503),
    "ClockDoubtfulError": ("CLOCK_DOUBTFUL", 503),
    "LedgerRolledBackError": ("LEDGER_ROLLED_BACK", 503),
    "LogTrimmedError": ("LOG_TRIMMED", 410),
    "LedgerNotEmptyError": ("LEDGER_NOT_EMPTY", 409),
    "CopyFailedError": ("COPY_FAILED", 409),
}
"""Each error's code and status, as the contract with outside tools has them."""


def tomar(worker: Worker, operacion: Operacion = Operacion.ARM, tag: str = TAG, **fields: Any) -> TomarRequest:
    return TomarRequest(tag_spool=tag, worker_id=worker.worker_id, operacion=operacion, **fields)


def pausar(worker: Worker, tag: str = TAG, **fields: Any) -> PausarRequest:
    return PausarRequest(tag_spool=tag, worker_id=worker.worker_id, **fields)


def completar(worker: Worker, tag: str = TAG, **fields: Any) -> CompletarRequest:
    return CompletarRequest(tag_spool=tag, worker_id=worker.worker_id, **fields)


def aprobar(worker: Worker, tag: str = TAG, **fields: Any) -> CompletarRequest:
    return completar(worker, tag, resultado=Resultado.APROBADO, **fields)


def rechazar(worker: Worker, tag: str = TAG, **fields: Any) -> CompletarRequest:
    return completar(worker, tag, resultado=Resultado.RECHAZADO, **fields)


def cancelar(worker: Worker, tag: str = TAG, **fields: Any) -> CancelarRequest:
    return CancelarRequest(tag_spool=tag, worker_id=worker.worker_id, **fields)


def entregar(worker: Worker, receiver: Worker, tag: str = TAG, **fields: Any) -> EntregarRequest:
    return EntregarRequest(tag_spool=tag, worker_id=worker.worker_id, a_worker_id=receiver.worker_id, **fields)


def retener(worker: Worker, tag: str = TAG, motivo: str = "espera al cliente", **fields: Any) -> RetenerRequest:
    return RetenerRequest(tag_spool=tag, worker_id=worker.worker_id, motivo=motivo, **fields)


def reanudar(worker: Worker, tag: str = TAG, motivo: str = "llegó la respuesta", **fields: Any) -> ReanudarRequest:
    return ReanudarRequest(tag_spool=tag, worker_id=worker.worker_id, motivo=motivo, **fields)


def extender(worker: Worker, tag: str = TAG, **fields: Any) -> ExtenderRequest:
    return ExtenderRequest(tag_spool=tag, worker_id=worker.worker_id, **fields)


def liberar(worker: Worker, tag: str = TAG, motivo: str = "fin de turno", **fields: Any) -> LiberarRequest:
    return LiberarRequest(tag_spool=tag, worker_id=worker.worker_id, motivo=motivo, **fields)


def desbloquear(worker: Worker, tag: str = TAG, motivo: str = "lo pide calidad", **fields: Any) -> DesbloquearRequest:
    return DesbloquearRequest(tag_spool=tag, worker_id=worker.worker_id, motivo=motivo, **fields)


def nota(worker: Worker, tag: str = TAG, texto: str = "falta un codo", **fields: Any) -> NotaRequest:
    return NotaRequest(tag_spool=tag, worker_id=worker.worker_id, texto=texto, **fields)


def deshacer(worker: Worker, seq: int, tag: str = TAG, **fields: Any) -> DeshacerRequest:
    return DeshacerRequest(tag_spool=tag, worker_id=worker.worker_id, seq=seq, **fields)


async def ask(service: OccupationService, request: Request) -> Response:
    """The service's answer, by the verb the request names."""
    return await getattr(service, request.accion.lower())(request)


@contextmanager
def refused(expected: type[KioskError], **data: object) -> Iterator[None]:
    """The block is refused with exactly this error, its code and status, naming at least this data."""
    with pytest.raises(KioskError) as caught:
        yield
    refusal = caught.value
    assert type(refusal) is expected, repr(refusal)
    assert (refusal.error_code, refusal.status) == REFUSALS[expected.__name__]
    assert {key: refusal.details.get(key) for key in data} == data
