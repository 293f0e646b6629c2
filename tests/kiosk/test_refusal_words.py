"""Every refusal in words, in both languages: what is wrong, whether it was saved, and what to do next."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from string import Formatter

import pytest

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
from core.domain.model import Accion, Occupation, Operacion, Retencion
from core.domain.reasons import Defecto, FallaPlanilla, FallaRegistro, Falta, Impedimento, InvalidValueError
from core.domain.sheet_errors import (
    PullInProgressError,
    SheetDisagreesError,
    SheetHasHistoryError,
    SheetUnavailableError,
    SheetUnusableError,
)
from core.extras import MissingPackageError
from kiosk.labels.printing import PrinterError, PrinterFault
from kiosk.words import CATALOGUE
from kiosk.words.naming import LANGUAGES
from kiosk.words.wording import Notice, Wording
from tests.plants import JUAN, START, TAG, Etapa, held_by, spool_at

NOW = START + timedelta(minutes=5)
HOLD = Retencion(motivo="Cliente", worker_id=95, worker_nombre="CP(95)", desde=START)
TOO_EARLY = FechaInvalidaError(
    date(1900, 1, 1), Defecto.ANTES_DE_MATERIALES, hoy=date(2025, 11, 21), fecha_materiales=date(2025, 11, 1)
)
UNFILLED = re.compile(r"[{}]|\bNone\b")
ES, EN = (Wording(language) for language in LANGUAGES)


def occupation(station: str = "ARM-02") -> Occupation:
    held = held_by(JUAN, Operacion.ARM, spool_at(Etapa.LIBRE, TAG)).ocupacion
    assert held is not None
    return replace(held, station=station)


DATA = {
    name: f"<{name}>"
    for defecto in Defecto
    for _, name, _, _ in Formatter().parse(CATALOGUE[f"reason.{defecto}"].es)
    if name
}
"""Something for every place that the sentence of a defect has."""


def errors() -> Iterator[KioskError]:
    """Every refusal there is, with every reason it may have."""
    yield SpoolOccupiedError(TAG, occupation())
    yield VersionConflictError(TAG, expected=3)
    yield NoAutorizadoError(TAG, ocupado_por="JP(94)", worker_id=94)
    for activo in (True, False):
        yield RolNoAutorizadoError("MR(93)", activo=activo, roles=["Ayudante"], faltan=["Armador", "Soldador"])
    yield SpoolBloqueadoError(TAG, rechazos=4)
    yield SpoolRetenidoError(TAG, HOLD)
    yield SpoolNoEncontradoError(TAG)
    yield WorkerNoEncontradoError(404)
    yield LockExpiredError(TAG)
    yield LockExpiredError(TAG, worker_id=93, vencio=START)
    for falta in Falta:
        for operacion in Operacion:
            yield DependenciasNoSatisfechasError(TAG, operacion=operacion, falta=falta)
    for impedimento in Impedimento:
        for which in (None, *Operacion):
            yield OperacionNoDisponibleError(TAG, accion=Accion.TOMAR, operacion=which, impedimento=impedimento)
    yield FechaInvalidaError(date(2026, 1, 31), Defecto.EN_EL_FUTURO, hoy=date(2025, 11, 21))
    yield TOO_EARLY
    for defecto in Defecto:
        yield InvalidRequestError("tag_spool", defecto, "", **DATA)
        yield SheetUnusableError("Operaciones", defecto, **DATA)
        yield SheetUnavailableError(FallaPlanilla.LLAVE_INVALIDA, key=InvalidValueError(defecto, **DATA))
    for falla in FallaRegistro:
        details = {"schema_found": 9, "schema_known": 3, "replicas_needed": 2, "replicas_confirmed": 1}
        details |= {"apart": timedelta(hours=3)}
        yield LedgerUnavailableError(falla, path="ledger.db", detail="database or disk is full", **details)
    yield LedgerTooNewError(found=9, known=3)
    yield ClockDoubtfulError(now=START, newest=START + timedelta(hours=3))
    yield LedgerBeingFilledError()
    yield ReplicasUnconfirmedError(needed=2, confirmed=1, saved=True)
    yield ReplicasUnconfirmedError(needed=2, confirmed=1, saved=False)
    yield LedgerUnavailableError(FallaRegistro.LENTO, doubtful=True)
    yield LedgerRolledBackError(known_seq=120, found_seq=100, same_ledger=True)
    yield LogTrimmedError(after=3, available_after=500)
    yield LedgerNotEmptyError(seq=7, spools=240)
    yield CopyFailedError(Defecto.OTROS_SPOOLS)
    yield KioskError(noted={"error_code": "NEW"})
    yield MissingPackageError("redis")
    yield SheetHasHistoryError("Metadata 2")
    yield SheetDisagreesError({TAG: {"Armador": ("JP(94)", "MR(93)")}})
    yield PullInProgressError()
    for fault in PrinterFault:
        yield PrinterError(fault, queue="zebra-2", detail="lp: no such printer")
    for planilla in FallaPlanilla:
        for account in ("", "planilla@taller.example"):
            key = InvalidValueError(Defecto.NO_ES_JSON)
            yield SheetUnavailableError(planilla, detail="x.json", retry_after=7, account=account, key=key)


ERRORS = tuple(errors())


def every_kind(kind: type[KioskError] = KioskError) -> set[type[KioskError]]:
    return {found for child in kind.__subclasses__() for found in {child, *every_kind(child)}}


def words_of(notice: Notice) -> str:
    return f"{notice.title}\n{notice.detail}\n{notice.next_step}"


def test_the_table_of_errors_has_every_kind_there_is() -> None:
    assert {type(error) for error in ERRORS} == {KioskError, *every_kind()}


@pytest.mark.parametrize("saving", [False, True], ids=["read", "saved"])
def test_every_refusal_has_a_title_a_line_and_what_to_do_next_in_each_language(*, saving: bool) -> None:
    for error in ERRORS:
        spanish, english = (words.error(error, now=NOW, saving=saving) for words in (ES, EN))
        for notice in (spanish, english):
            assert all((notice.title, notice.detail, notice.next_step)), error
            assert not UNFILLED.search(words_of(notice)), notice
            assert notice.title == notice.title.strip()
            assert len(notice.title) <= 40
        assert spanish.title != english.title
        assert spanish.detail != english.detail or not re.search("[a-z]{4}", spanish.detail)
        assert spanish.next_step != english.next_step


FATES = {
    "not saved": ("NO SE GUARDÓ", "NOT SAVED"),
    "in doubt": ("NO SE SABE TODAVÍA", "NOT KNOWN YET"),
    "saved, unconfirmed": ("GUARDADO, SIN COPIA", "SAVED, WITHOUT A COPY"),
}


def test_what_was_being_saved_is_said_to_be_unsaved_only_where_that_is_known() -> None:
    for error in ERRORS:
        match error:
            case ReplicasUnconfirmedError(saved=True):
                fate = "saved, unconfirmed"
            case LedgerUnavailableError(doubtful=True):
                fate = "in doubt"
            case LedgerUnavailableError():
                fate = "not saved"
            case _:
                fate = ""
        for language, words in enumerate((ES, EN)):
            looked_up, saving = (words.error(error, now=NOW, saving=saving) for saving in (False, True))
            titles = {name: said[language] for name, said in FATES.items()}
            assert [name for name, title in titles.items() if title in words_of(looked_up)] == []
            assert [name for name, title in titles.items() if title == saving.title] == [fate] * bool(fate)


def test_no_word_of_spanish_reaches_an_english_terminal() -> None:
    spanish = re.compile(r"[áéíóúñ¿¡]|\b(el|la|los|las|una|del|por|que|se|ya|está|falta|con)\b")
    for error in ERRORS:
        said = words_of(EN.error(error, now=NOW)).replace("America/Santiago", "")
        assert not spanish.search(said), said


def test_an_error_as_a_json_document_has_its_message_in_the_terminals_language() -> None:
    for error in ERRORS:
        for words in (ES, EN):
            notice = words.error(error, now=NOW)
            document = words.document(error, now=NOW)
            assert document == {**error.as_dict(), "message": f"{notice.title}: {notice.detail}"}


def test_a_reason_that_an_older_program_noted_is_said_as_it_is() -> None:
    assert EN.reason("no es una fecha", {}) == "no es una fecha"
    assert EN.reason(Defecto.MUY_LARGO, {"limit": 80}) == "it has more than 80 characters"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SpoolOccupiedError(TAG, occupation()), ("JP(94)", TAG, "ARMADO", "ARM-02", "5 min")),
        (SpoolOccupiedError(TAG, occupation(station="")), ("JP(94)", "ARMADO en ?", "5 min")),
        (NoAutorizadoError(TAG, ocupado_por="JP(94)", worker_id=94), (TAG, "JP(94)")),
        (
            RolNoAutorizadoError("MR(93)", activo=True, roles=[], faltan=["Metrologia", "Supervisor"]),
            ("MR(93)", "Metrología / Supervisor"),
        ),
        (RolNoAutorizadoError("LV(97)", activo=False, roles=[], faltan=["Armador"]), ("LV(97) está inactivo",)),
        (SpoolBloqueadoError(TAG, rechazos=4), (TAG, "4 veces", "supervisor")),
        (SpoolRetenidoError(TAG, HOLD), (TAG, "Cliente", "CP(95)", "5 min")),
        (
            DependenciasNoSatisfechasError(TAG, operacion=Operacion.ARM, falta=Falta.UNIONES, uniones=(1, 2, 4)),
            ("todas sus uniones", "3 uniones (1-2, 4)"),
        ),
        (SpoolNoEncontradoError("A{0}"), ("«A{0}»",)),
        (WorkerNoEncontradoError(404), ("404",)),
        (
            DependenciasNoSatisfechasError(TAG, operacion=Operacion.SOLD, falta=Falta.ARM_COMPLETADO),
            (TAG, "SOLDADURA", "el armado completo"),
        ),
        (
            OperacionNoDisponibleError(
                TAG, accion=Accion.TOMAR, operacion=Operacion.ARM, impedimento=Impedimento.YA_COMPLETADA
            ),
            (TAG, "ya está completada"),
        ),
        (
            FechaInvalidaError(date(2026, 1, 31), Defecto.EN_EL_FUTURO, hoy=date(2025, 11, 21)),
            ("31-01-2026", "después de hoy, 21-11-2025"),
        ),
        (TOO_EARLY, ("01-01-1900", "antes", "materiales, 01-11-2025", "--force")),
        (InvalidRequestError("tag_spool", Defecto.VACIO, ""), ("tag_spool: está vacío",)),
        (LedgerUnavailableError(FallaRegistro.DISCO_LLENO), ("el disco está lleno",)),
        (LedgerTooNewError(found=9, known=3), ("9", "3", "actualice")),
        (ClockDoubtfulError(now=START - timedelta(days=400), newest=START), ("reloj", "400 d antes")),
        (ClockDoubtfulError(now=START + timedelta(days=91), newest=START), ("reloj", "91 d después")),
        (LedgerBeingFilledError(), ("copia",)),
        (ReplicasUnconfirmedError(needed=2, confirmed=1, saved=True), ("1 de 2",)),
        (LedgerRolledBackError(known_seq=120, found_seq=100, same_ledger=True), ("120", "100", "supervisor")),
        (LogTrimmedError(after=3, available_after=500), ("500",)),
        (LedgerNotEmptyError(seq=7, spools=240), ("240", "7")),
        (CopyFailedError(Defecto.OTRA_HISTORIA, seq=8), ("la misma historia desde el evento 8",)),
        (SheetUnusableError("Operaciones", Defecto.COLUMNA_VACIA, column="OT"), ("Operaciones", "OT está vacía")),
        (SheetHasHistoryError("Metadata 2"), ("Metadata 2", "kiosk rebuild", "kiosk pull --anew")),
        (SheetUnavailableError(FallaPlanilla.SIN_CREDENCIALES), ("KIOSK_GOOGLE_CREDENTIALS",)),
        (SheetUnavailableError(FallaPlanilla.ARCHIVO_NO_EXISTE, detail="/etc/llave.json"), ("/etc/llave.json",)),
        (
            SheetUnavailableError(
                FallaPlanilla.LLAVE_INVALIDA,
                detail="/etc/llave.json",
                key=InvalidValueError(Defecto.LLAVE_INCOMPLETA, name="token_uri"),
            ),
            ("/etc/llave.json", "le falta token_uri"),
        ),
        (SheetUnavailableError(FallaPlanilla.LLAVE_RECHAZADA), ("hora",)),
        (SheetUnavailableError(FallaPlanilla.NO_COMPARTIDA, account="a@b.example"), ("a@b.example", "Compártala")),
        (SheetUnavailableError(FallaPlanilla.NO_COMPARTIDA), ("la cuenta de servicio",)),
        (SheetUnavailableError(FallaPlanilla.SOLO_LECTURA, account="a@b.example"), ("a@b.example", "editor")),
        (SheetUnavailableError(FallaPlanilla.ID_INCORRECTO), ("KIOSK_SHEETS_ID",)),
        (SheetUnavailableError(FallaPlanilla.OTRO_REGISTRO, detail="OFICINA", account="ARM-9"), ("OFICINA", "ARM-9")),
        (SheetUnavailableError(FallaPlanilla.RECHAZADA, detail="protected cell"), ("protected cell",)),
    ],
    ids=lambda value: getattr(value, "error_code", ""),
)
def test_a_refusal_names_what_a_person_needs_to_act_on_it(error: KioskError, told: tuple[str, ...]) -> None:
    words = words_of(ES.error(error, now=NOW))
    assert [part for part in told if part not in words] == []


def test_an_inactive_worker_is_not_sent_to_get_a_role() -> None:
    error = RolNoAutorizadoError("LV(97)", activo=False, roles=["Armador"], faltan=["Armador"])
    assert "necesita" not in ES.error(error, now=NOW).detail


def test_each_failure_of_the_sheet_is_told_in_words_of_its_own() -> None:
    for words in (ES, EN):
        notices = [words.error(SheetUnavailableError(falla), now=NOW) for falla in FallaPlanilla]
        assert len({notice.title for notice in notices}) == len({notice.detail for notice in notices}) == len(notices)


def test_how_long_another_has_held_the_spool_is_told() -> None:
    error = SpoolOccupiedError(TAG, occupation())
    assert ES.error(error, now=START + timedelta(hours=13)).detail.endswith("desde hace 13 h")
    assert ES.error(error, now=START - timedelta(seconds=3)).detail.endswith("desde hace 0 s")
