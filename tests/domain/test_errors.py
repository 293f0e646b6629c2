"""The family of refusals: each with its own code and status, and data that any program can read."""

import inspect
import json
from datetime import date, timedelta

import pytest

from core.domain import errors, sheet_errors
from core.domain.errors import (
    ClockDoubtfulError,
    CopyFailedError,
    DependenciasNoSatisfechasError,
    FechaInvalidaError,
    InvalidRequestError,
    KioskError,
    LedgerBeingFilledError,
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
from core.domain.model import Accion, Operacion, Retencion
from core.domain.reasons import Defecto, FallaPlanilla, FallaRegistro, Falta, Impedimento, InvalidValueError, Riesgo
from core.domain.sheet_errors import (
    PullInProgressError,
    SheetDisagreesError,
    SheetHasHistoryError,
    SheetUnavailableError,
    SheetUnusableError,
)
from tests.asking import REFUSALS
from tests.plants import DIA, MIGUEL, START, TAG, Etapa, held_by, spool_at

HELD = held_by(MIGUEL, Operacion.ARM, spool_at(Etapa.LIBRE, TAG)).ocupacion
EXAMPLES = [
    InvalidRequestError("tag_spool", Defecto.VACIO, ""),
    SpoolOccupiedError(TAG, HELD),
    VersionConflictError(TAG, expected=3),
    NoAutorizadoError(TAG, ocupado_por="MR(93)", worker_id=93),
    RolNoAutorizadoError("JP(94)", activo=True, roles=["Armador"], faltan=["Soldador"]),
    SpoolBloqueadoError(TAG, rechazos=4),
    SpoolRetenidoError(TAG, Retencion(motivo="cliente", worker_id=95, worker_nombre="CP(95)", desde=START)),
    SpoolNoEncontradoError(TAG),
    WorkerNoEncontradoError(404),
    LockExpiredError(TAG, vencio=START),
    DependenciasNoSatisfechasError(TAG, operacion=Operacion.SOLD, falta=Falta.ARM_INICIADO),
    OperacionNoDisponibleError(
        TAG, accion=Accion.TOMAR, operacion=Operacion.ARM, impedimento=Impedimento.YA_COMPLETADA
    ),
    FechaInvalidaError(DIA, Defecto.EN_EL_FUTURO, hoy=date(2025, 11, 9)),
    LedgerUnavailableError(FallaRegistro.DISCO_LLENO, path="ledger.db"),
    LedgerTooNewError(found=9, known=3),
    ClockDoubtfulError(now=START, newest=START + timedelta(hours=1)),
    LedgerBeingFilledError(),
    ReplicasUnconfirmedError(needed=2, confirmed=1, saved=True),
    LedgerRolledBackError(known_seq=120, found_seq=100, same_ledger=True),
    LogTrimmedError(after=3, available_after=500),
    LedgerNotEmptyError(seq=7, spools=240),
    CopyFailedError(Defecto.OTROS_SPOOLS),
    SheetUnusableError("Operaciones", Defecto.FALTA_COLUMNA, column="OT"),
    SheetHasHistoryError("Metadata"),
    SheetDisagreesError({TAG: {"Armador": ("JP(94)", "MR(93)")}}),
    SheetUnavailableError(FallaPlanilla.CUOTA, detail="Quota exceeded", retry_after=30),
    PullInProgressError(),
]
MEMBERS = {**vars(errors), **vars(sheet_errors)}
KINDS = [kind for kind in MEMBERS.values() if inspect.isclass(kind) and issubclass(kind, KioskError)]
each_example = pytest.mark.parametrize("error", EXAMPLES, ids=lambda value: type(value).__name__)


@pytest.mark.parametrize(("name", "code", "status"), [(name, *rest) for name, rest in REFUSALS.items()])
def test_each_error_has_the_code_and_status_outside_tools_rely_on(name: str, code: str, status: int):
    kind = MEMBERS[name]
    assert issubclass(kind, KioskError)
    assert (kind.error_code, kind.status) == (code, status)


def test_every_error_has_a_code_of_its_own_or_is_a_kind_of_the_one_it_shares_it_with():
    for kind in KINDS:
        sharing = [other for other in KINDS if other.error_code == kind.error_code]
        assert any(all(issubclass(other, one) for other in sharing) for one in sharing), kind


@each_example
def test_the_text_of_an_error_is_technical_and_has_its_code_and_data(error: KioskError):
    assert str(error) == error.message
    assert error.message.startswith(error.error_code)
    assert error.message.isascii()
    told = [value for value in error.details.values() if value not in (None, "", {}, ())]
    assert [value for value in told if str(value) not in error.message] == []


@each_example
def test_each_error_is_a_json_document_with_code_status_message_and_data(error: KioskError):
    document = json.loads(json.dumps(error.as_dict()))
    expected = {"error_code": error.error_code, "status": error.status, "message": error.message}
    assert document.items() >= expected.items()
    assert document.keys() - expected.keys() == error.details.keys()


def test_every_error_has_an_example_here():
    assert {type(error) for error in EXAMPLES} == set(KINDS) - {KioskError}


def test_instants_and_days_are_told_in_iso_8601():
    assert LockExpiredError(TAG, vencio=START).as_dict()["vencio"] == "2025-11-21T15:00:00+00:00"
    assert FechaInvalidaError(DIA, Defecto.EN_EL_FUTURO, hoy=DIA).as_dict()["fecha"] == "2025-11-10"


def test_an_occupied_spool_names_the_holder_the_operation_the_station_and_since_when():
    assert SpoolOccupiedError(TAG, HELD).as_dict() == {
        "error_code": "SPOOL_OCCUPIED",
        "status": 409,
        "message": SpoolOccupiedError(TAG, HELD).message,
        "tag_spool": TAG,
        "worker_id": 93,
        "ocupado_por": "MR(93)",
        "operacion": "ARM",
        "station": "ARM-02",
        "fecha_ocupacion": "2025-11-21T15:00:00+00:00",
    }


def test_a_sheet_that_is_away_tells_why_when_to_come_again_and_whether_a_write_may_have_been_applied():
    error = SheetUnavailableError(FallaPlanilla.SERVIDOR, detail="502", retry_after=2.5, doubtful=True)
    assert (error.falla, error.retry_after, error.doubtful) == (FallaPlanilla.SERVIDOR, 2.5, True)
    told = json.loads(json.dumps(error.as_dict()))
    assert told.items() >= {"falla": "SERVIDOR", "detail": "502", "retry_after": 2.5, "doubtful": True}.items()
    assert SheetUnavailableError(FallaPlanilla.RED).doubtful is False


def test_each_reason_is_a_code_that_is_its_own_name():
    for code in (*Falta, *Impedimento, *FallaPlanilla, *FallaRegistro, *Riesgo, *Defecto):
        assert code == code.name
        assert json.dumps(code) == f'"{code.name}"'


def test_a_value_that_cannot_be_read_says_why_with_its_data():
    refusal = InvalidValueError(Defecto.MUY_LARGO, limit=80)
    assert (refusal.reason, refusal.data, str(refusal)) == (Defecto.MUY_LARGO, {"limit": 80}, "MUY_LARGO: limit=80")
