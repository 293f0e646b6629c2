"""The family of refusals: each with its own code and status, and data that any program can read."""

import inspect
import json
from datetime import date

import pytest

from core.domain import errors
from core.domain.errors import (
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
from core.domain.model import Accion, Operacion
from core.domain.reasons import FallaPlanilla, Falta, Impedimento
from tests.asking import REFUSALS
from tests.plants import DIA, MIGUEL, START, TAG, Etapa, held_by, spool_at

HELD = held_by(MIGUEL, Operacion.ARM, spool_at(Etapa.LIBRE, TAG)).ocupacion
EXAMPLES: list[tuple[KioskError, str]] = [
    (InvalidRequestError("tag_spool", "está vacío", ""), "tag_spool: está vacío"),
    (SpoolOccupiedError(TAG, HELD), f"{TAG} lo tiene MR(93) para ARM"),
    (VersionConflictError(TAG, expected=3), "El spool cambió mientras se guardaba."),
    (NoAutorizadoError(TAG, ocupado_por="MR(93)", worker_id=93), f"{TAG} lo tiene MR(93)"),
    (NoAutorizadoError(TAG, ocupado_por=None, worker_id=93), "El spool lo tiene otra persona."),
    (
        RolNoAutorizadoError("JP(94)", activo=True, roles=["Armador"], faltan=["Soldador"]),
        "El trabajador no tiene el rol que esta acción pide.",
    ),
    (RolNoAutorizadoError("LV(97)", activo=False, roles=[], faltan=["Armador"]), "LV(97) está inactivo"),
    (SpoolBloqueadoError(TAG, rechazos=4), "El spool está BLOQUEADO: un supervisor debe desbloquearlo."),
    (SpoolNoEncontradoError(TAG), f"No existe el spool {TAG}"),
    (WorkerNoEncontradoError(404), "No existe el trabajador 404"),
    (LockExpiredError(TAG, vencio=START), "La ocupación ya no está vigente: hay que tomar el spool otra vez."),
    (
        DependenciasNoSatisfechasError(TAG, operacion=Operacion.SOLD, falta=Falta.ARM_INICIADO),
        f"{TAG}: SOLD necesita antes que ARM haya comenzado",
    ),
    (
        OperacionNoDisponibleError(
            TAG, accion=Accion.TOMAR, operacion=Operacion.ARM, impedimento=Impedimento.YA_COMPLETADA
        ),
        f"{TAG}: la operación ya está completada",
    ),
    (FechaInvalidaError(DIA, hoy=date(2025, 11, 9)), "La fecha está en el futuro."),
    (LedgerUnavailableError(), "El registro no está disponible: nada se guardó."),
    (LedgerUnavailableError("el disco está lleno"), "El registro no está disponible: el disco está lleno"),
    (
        LedgerTooNewError(found=9, known=3),
        "El registro no está disponible: su esquema es 9 y este programa conoce hasta 3; actualice el programa",
    ),
]
EXAMPLES += [
    (
        LedgerBeingFilledError(),
        "El registro no está disponible: se está llenando con la copia de otro registro, o esa copia quedó a medias",
    ),
    (
        ReplicasUnconfirmedError(needed=2, confirmed=1),
        "El registro no está disponible: lo confirmaron 1 de 2 réplicas; repita la misma orden",
    ),
    (
        LedgerRolledBackError(known_seq=120, found_seq=100, same_ledger=True),
        "El registro perdió 20 eventos: terminaba en 120 y ahora en 100",
    ),
    (
        LedgerRolledBackError(known_seq=120, found_seq=500, same_ledger=False),
        "Este registro no es el de antes: aquel terminaba en 120, este en 500",
    ),
    (
        LogTrimmedError(after=3, available_after=500),
        "El registro ya no tiene los eventos que siguen al 3, solo los que siguen al 500",
    ),
    (SheetUnusableError("Operaciones", "está vacía"), "Operaciones: está vacía"),
    (
        SheetUnavailableError(FallaPlanilla.CUOTA, detail="Quota exceeded", retry_after=30),
        "La planilla no está disponible: Google pide esperar: demasiadas solicitudes",
    ),
    (SheetHasHistoryError("Metadata"), "Metadata: tiene eventos que este registro, vacío, no tiene"),
    (PullInProgressError(), "Otra lectura de la planilla está en curso: de esta no se cargó nada."),
    (CopyFailedError("no tiene los mismos spools"), "La copia no sirve: no tiene los mismos spools"),
    (LedgerNotEmptyError(seq=7, spools=240), "El registro ya tiene 240 spools y 7 eventos"),
]
KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, KioskError)]
each_example = pytest.mark.parametrize(("error", "message"), EXAMPLES, ids=lambda value: type(value).__name__)


@pytest.mark.parametrize(("name", "code", "status"), [(name, *rest) for name, rest in REFUSALS.items()])
def test_each_error_has_the_code_and_status_outside_tools_rely_on(name: str, code: str, status: int):
    kind = getattr(errors, name)
    assert issubclass(kind, KioskError)
    assert (kind.error_code, kind.status) == (code, status)


def test_every_error_has_a_code_of_its_own_or_is_a_kind_of_the_one_it_shares_it_with():
    for kind in KINDS:
        sharing = [other for other in KINDS if other.error_code == kind.error_code]
        assert any(all(issubclass(other, one) for other in sharing) for one in sharing), kind


@each_example
def test_each_error_has_words_for_a_person(error: KioskError, message: str):
    assert error.message == str(error) == message


@each_example
def test_each_error_is_a_json_document_with_code_status_message_and_data(error: KioskError, message: str):
    document = json.loads(json.dumps(error.as_dict()))
    assert document.items() >= {"error_code": error.error_code, "status": error.status, "message": message}.items()
    assert document.keys() - {"error_code", "status", "message"} == error.details.keys()


def test_every_error_has_an_example_here():
    assert {type(error) for error, _ in EXAMPLES} == set(KINDS) - {KioskError}


def test_instants_and_days_are_told_in_iso_8601():
    assert LockExpiredError(TAG, vencio=START).as_dict()["vencio"] == "2025-11-21T15:00:00+00:00"
    assert FechaInvalidaError(DIA, hoy=DIA).as_dict()["fecha"] == "2025-11-10"


def test_an_occupied_spool_names_the_holder_the_operation_the_station_and_since_when():
    assert SpoolOccupiedError(TAG, HELD).as_dict() == {
        "error_code": "SPOOL_OCCUPIED",
        "status": 409,
        "message": f"{TAG} lo tiene MR(93) para ARM",
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


@pytest.mark.parametrize("word", [*Falta, *Impedimento, *FallaPlanilla])
def test_each_reason_is_a_code_with_words(word: Falta | Impedimento | FallaPlanilla):
    assert word == word.name
    assert word.texto
    assert json.dumps(word) == f'"{word.name}"'
