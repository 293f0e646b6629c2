"""Errors, answers and events in operator words, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from string import Formatter
from uuid import UUID

import pytest
from pydantic import JsonValue

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
from core.domain.estado import Situacion, estado_of
from core.domain.events import Event
from core.domain.model import Accion, Occupation, Operacion, Plant, Retencion, Rol
from core.domain.reasons import Defecto, FallaPlanilla, FallaRegistro, Falta, Impedimento, InvalidValueError
from core.domain.requests import Request
from core.domain.responses import Response
from core.domain.rulebook.policy import Policy
from core.domain.sheet_errors import (
    PullInProgressError,
    SheetDisagreesError,
    SheetHasHistoryError,
    SheetUnavailableError,
    SheetUnusableError,
)
from core.extras import MissingPackageError
from core.occupation import OccupationService
from kiosk.labels.printing import PrinterError, PrinterFault
from kiosk.words import CATALOGUE
from kiosk.words.event_words import event_line
from kiosk.words.naming import LANGUAGES
from kiosk.words.wording import Notice, Wording, elapsed
from tests.asking import (
    aprobar,
    ask,
    cancelar,
    completar,
    desbloquear,
    deshacer,
    extender,
    liberar,
    nota,
    pausar,
    rechazar,
    tomar,
)
from tests.conftest import Store
from tests.plants import CARLA, JUAN, MIGUEL, START, TAG, Etapa, a_worker, held_by, spool_at
from tests.shopfloor import SANTIAGO, FixedClock

NOW = START + timedelta(minutes=5)
HOLD = Retencion(motivo="Cliente", worker_id=95, worker_nombre="CP(95)", desde=START)
TOO_EARLY = FechaInvalidaError(
    date(1900, 1, 1), Defecto.ANTES_DE_MATERIALES, hoy=date(2025, 11, 21), fecha_materiales=date(2025, 11, 1)
)
UNFILLED = re.compile(r"[{}]|\bNone\b")
ONCE = UUID("0d1f2a4e-6a0b-4c3b-9d7e-0123456789ab")
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


@pytest.fixture
def clock(store: Store) -> FixedClock:
    """The ledger's, and not the terminals'."""
    return store.clock


@pytest.fixture
async def service(ledger: object) -> OccupationService:
    """A plant where the second rejection blocks, with one spool at each stage that is asked for here."""
    service = OccupationService(ledger, station="ARM-01", timezone=SANTIAGO, policy=Policy(max_reparaciones=1))
    spools = [spool_at(Etapa.LIBRE, TAG), *(spool_at(etapa) for etapa in Etapa)]
    await service.load_plant(Plant(spools=tuple(spools), workers=(MIGUEL, JUAN, CARLA)))
    return service


async def answer(service: OccupationService, *requests: Request, wording: Wording = ES) -> Notice:
    """What a worker is told after the last of these requests."""
    responses = [await ask(service, request) for request in requests]
    return wording.answer(responses[-1], now=service.now())


TAKEN = tomar(MIGUEL)
RECHAZADO_UNA_VEZ = Etapa.REPARADO.value


@pytest.mark.parametrize(
    ("requests", "title", "detail", "next_step"),
    [
        ((TAKEN,), "TOMADO", f"{TAG} · ARMADO · guardado", "Al terminar, escanéelo otra vez"),
        (
            (TAKEN, pausar(MIGUEL)),
            "PAUSADO",
            f"{TAG} · ARMADO · guardado",
            "El spool queda libre. Escanee el siguiente",
        ),
        (
            (TAKEN, completar(MIGUEL)),
            "COMPLETADO",
            f"{TAG} · ARMADO · guardado",
            "El spool queda libre. Escanee el siguiente",
        ),
        (
            (TAKEN, cancelar(MIGUEL)),
            "CANCELADO",
            f"{TAG} · ARMADO · guardado",
            "El spool queda libre. Escanee el siguiente",
        ),
        (
            (TAKEN, liberar(CARLA)),
            "LIBERADO",
            f"{TAG} · ARMADO · guardado",
            "El spool queda libre. Escanee el siguiente",
        ),
        (
            (aprobar(CARLA, Etapa.FABRICADO),),
            "APROBADO",
            "FABRICADO · METROLOGÍA · guardado",
            "Escanee el siguiente spool",
        ),
        (
            (rechazar(CARLA, Etapa.FABRICADO),),
            "RECHAZADO",
            "FABRICADO · METROLOGÍA · guardado",
            "Escanee el siguiente spool",
        ),
        (
            (rechazar(CARLA, RECHAZADO_UNA_VEZ),),
            "RECHAZADO",
            "REPARADO · METROLOGÍA · guardado",
            "Queda BLOQUEADO: avise a un supervisor",
        ),
        (
            (TAKEN, deshacer(MIGUEL, 2)),
            "DESHECHO",
            f"{TAG} · ARMADO · guardado",
            "Quedó como antes. Escanee el siguiente",
        ),
        ((TAKEN, tomar(MIGUEL)), "YA ES SUYO", f"{TAG} · ARMADO · desde hace 0 s", "¿Pausar o completar?"),
    ],
    ids=[
        "taken",
        "paused",
        "completed",
        "cancelled",
        "released",
        "approved",
        "rejected",
        "blocked",
        "undone",
        "already",
    ],
)
async def test_the_answer_says_what_was_done_and_what_comes_next(
    service: OccupationService, requests: tuple[Request, ...], title: str, detail: str, next_step: str
) -> None:
    notice = await answer(service, *requests)
    assert replace(notice, facts=()) == Notice(title, detail, next_step)
    assert bool(notice.facts) is (title == "TOMADO")


@pytest.mark.parametrize(
    ("requests", "title"),
    [
        ((TAKEN,), "TAKEN"),
        ((TAKEN, pausar(MIGUEL)), "PAUSED"),
        ((TAKEN, completar(MIGUEL)), "COMPLETED"),
        ((TAKEN, cancelar(MIGUEL)), "CANCELLED"),
        ((TAKEN, extender(MIGUEL)), "TIME RENEWED"),
        ((TAKEN, liberar(CARLA)), "RELEASED"),
        ((desbloquear(CARLA, Etapa.BLOQUEADO),), "UNBLOCKED"),
        ((nota(MIGUEL),), "NOTE SAVED"),
        ((TAKEN, deshacer(MIGUEL, 2)), "UNDONE"),
        ((aprobar(CARLA, Etapa.FABRICADO),), "APPROVED"),
        ((rechazar(CARLA, Etapa.FABRICADO),), "REJECTED"),
        ((TAKEN, tomar(MIGUEL)), "YOU HAVE IT"),
    ],
)
async def test_the_answer_is_in_the_terminals_language(
    service: OccupationService, requests: tuple[Request, ...], title: str
) -> None:
    notice = await answer(service, *requests, wording=EN)
    assert notice.title == title
    assert notice.detail
    assert notice.next_step
    assert not UNFILLED.search(words_of(notice))


@pytest.mark.parametrize(
    "requests",
    [(TAKEN, extender(MIGUEL)), (TAKEN, nota(JUAN))],
    ids=["extended", "noted"],
)
async def test_no_answer_says_that_a_spool_was_freed_when_it_was_not(
    service: OccupationService, requests: tuple[Request, ...]
) -> None:
    assert "queda libre" not in words_of(await answer(service, *requests))


async def test_how_long_it_is_theirs_already_is_told(service: OccupationService, clock: FixedClock) -> None:
    response = await ask(service, tomar(MIGUEL))
    clock.advance(seconds=125)
    assert (await answer(service, tomar(MIGUEL))).detail == f"{TAG} · ARMADO · desde hace 2 min"
    assert ES.answer(response, now=service.now()).title == "TOMADO"


@pytest.mark.parametrize(
    ("since", "first", "title"),
    [
        (
            (tomar(MIGUEL, Operacion.REPARACION, Etapa.FABRICADO), completar(MIGUEL, Etapa.FABRICADO)),
            rechazar,
            "RECHAZADO",
        ),
        (
            (
                tomar(MIGUEL, Operacion.REPARACION, Etapa.FABRICADO),
                completar(MIGUEL, Etapa.FABRICADO),
                aprobar(CARLA, Etapa.FABRICADO),
            ),
            rechazar,
            "RECHAZADO",
        ),
        ((nota(MIGUEL, Etapa.FABRICADO),), aprobar, "APROBADO"),
    ],
    ids=["repaired since", "approved since", "noted since"],
)
async def test_a_verdict_asked_for_twice_is_told_as_it_was_given(
    service: OccupationService, since: tuple[Request, ...], first: object, title: str
) -> None:
    """The second response carries the spool as it stands by then, which may be further on than the verdict."""
    verdict = first(CARLA, Etapa.FABRICADO, request_id=ONCE)
    assert (await answer(service, verdict)).title == title
    assert (await answer(service, *since, verdict)).title == title


async def test_an_answer_about_no_operation_names_the_spool_alone(service: OccupationService) -> None:
    assert (await answer(service, nota(MIGUEL))).detail == TAG


async def test_every_action_a_response_can_tell_of_has_an_answer(service: OccupationService) -> None:
    response = await ask(service, tomar(MIGUEL))
    for accion in Accion:
        told: Response = replace(response, accion=accion)
        for words in (ES, EN):
            notice = words.answer(told, now=service.now())
            assert all((notice.title, notice.detail, notice.next_step))


def event(accion: Accion, operacion: Operacion | None = None, **metadata: JsonValue) -> Event:
    return Event(
        seq=1,
        id=ONCE,
        ts=datetime(2025, 11, 21, 15, tzinfo=UTC),
        evento_tipo=str(accion),
        tag_spool=TAG,
        worker_id=93,
        worker_nombre="MR(93)",
        operacion=operacion,
        accion=accion,
        fecha_operacion=date(2025, 11, 21),
        station="ARM-01",
        metadata=metadata,
    )


EVENTS = [
    (event(Accion.TOMAR, Operacion.ARM, lock_ttl=43_200), "MR(93) tomó ARMADO", "MR(93) took FIT-UP"),
    (event(Accion.PAUSAR, Operacion.SOLD), "MR(93) pausó SOLDADURA", "MR(93) paused WELDING"),
    (event(Accion.COMPLETAR, Operacion.REPARACION), "MR(93) completó REPARACIÓN", "MR(93) completed REPAIR"),
    (
        event(Accion.COMPLETAR, Operacion.METROLOGIA, resultado="APROBADO"),
        "MR(93) completó METROLOGÍA: APROBADO",
        "MR(93) completed INSPECTION: APPROVED",
    ),
    (
        event(Accion.COMPLETAR, Operacion.METROLOGIA, motivo="Poros", ciclo=2, bloqueado=False, resultado="RECHAZADO"),
        "MR(93) completó METROLOGÍA: RECHAZADO, ciclo 2: Poros",
        "MR(93) completed INSPECTION: REJECTED, cycle 2: Poros",
    ),
    (
        event(Accion.COMPLETAR, Operacion.METROLOGIA, motivo="Poros", ciclo=4, bloqueado=True, resultado="RECHAZADO"),
        "MR(93) completó METROLOGÍA: RECHAZADO, ciclo 4, queda BLOQUEADO: Poros",
        "MR(93) completed INSPECTION: REJECTED, cycle 4, now BLOCKED: Poros",
    ),
    (
        event(Accion.TOMAR, Operacion.ARM, lock_ttl=60, desplaza={"worker_id": 94, "worker_nombre": "JP(94)"}),
        "MR(93) tomó ARMADO: desplazó a JP(94)",
        "MR(93) took FIT-UP: displaced JP(94)",
    ),
    (
        event(Accion.LIBERAR, Operacion.SOLD, liberado={"worker_id": 94, "worker_nombre": "JP(94)"}, motivo="se fue"),
        "MR(93) liberó SOLDADURA: lo tenía JP(94): se fue",
        "MR(93) released WELDING: JP(94) had it: se fue",
    ),
    (
        event(Accion.DESHACER, Operacion.ARM, deshace={"seq": 7, "evento_tipo": "TOMAR_ARM"}, restaura={}),
        "MR(93) deshizo: TOMAR ARMADO",
        "MR(93) undid: TAKE FIT-UP",
    ),
    (
        event(Accion.DESHACER, Operacion.METROLOGIA, deshace={"evento_tipo": "COMPLETAR_METROLOGIA"}, restaura={}),
        "MR(93) deshizo: COMPLETAR METROLOGÍA",
        "MR(93) undid: COMPLETE INSPECTION",
    ),
    (
        event(Accion.DESHACER, deshace={"seq": 7, "evento_tipo": "DESBLOQUEAR"}, restaura={"bloqueado": True}),
        "MR(93) deshizo: DESBLOQUEAR",
        "MR(93) undid: UNBLOCK",
    ),
    (
        event(Accion.PAUSAR, Operacion.ARM, uniones={"1": "4", "2": "1.5", "3": "4", "5": "0.75"}),
        "MR(93) pausó ARMADO: 4 uniones (1-3, 5) · 10,3″",
        "MR(93) paused FIT-UP: 4 joints (1-3, 5) · 10.3″",
    ),
    (
        event(Accion.COMPLETAR, Operacion.SOLD, uniones={"7": "10"}, motivo="último"),
        "MR(93) completó SOLDADURA: 1 unión (7) · 10,0″: último",
        "MR(93) completed WELDING: 1 joint (7) · 10.0″: último",
    ),
    (
        event(Accion.ENTREGAR, Operacion.ARM, lock_ttl=60, a_worker_id=94, a_worker_nombre="JP(94)"),
        "MR(93) entregó ARMADO: lo recibe JP(94)",
        "MR(93) handed over FIT-UP: JP(94) takes it on",
    ),
    (
        event(Accion.RETENER, motivo="Cliente"),
        "MR(93) retuvo el spool: Cliente",
        "MR(93) held the spool back: Cliente",
    ),
    (
        event(Accion.REANUDAR, motivo="Llegó"),
        "MR(93) reanudó el spool: Llegó",
        "MR(93) resumed the spool: Llegó",
    ),
    (event(Accion.CANCELAR, Operacion.ARM), "MR(93) canceló ARMADO", "MR(93) cancelled FIT-UP"),
    (
        event(Accion.EXTENDER, Operacion.ARM, lock_ttl=60),
        "MR(93) renovó el plazo de ARMADO",
        "MR(93) renewed the time for FIT-UP",
    ),
    (
        event(Accion.LIBERAR, Operacion.ARM, motivo="Cambio de turno"),
        "MR(93) liberó ARMADO: Cambio de turno",
        "MR(93) released FIT-UP: Cambio de turno",
    ),
    (
        event(Accion.DESBLOQUEAR, motivo="Calidad"),
        "MR(93) desbloqueó el spool: Calidad",
        "MR(93) unblocked the spool: Calidad",
    ),
    (
        event(Accion.NOTA, texto="Falta {brida} [x]"),
        "MR(93) anotó: Falta {brida} [x]",
        "MR(93) noted: Falta {brida} [x]",
    ),
    (event(Accion.CARGAR_PLANTA, origen="planta.csv"), "Planta cargada", "Plant loaded"),
    (
        event(Accion.ACEPTAR_REGISTRO, motivo="el servidor se perdió"),
        "MR(93) aceptó el registro como está: el servidor se perdió",
        "MR(93) accepted the ledger as it is: el servidor se perdió",
    ),
    (
        event(Accion.CONFLICTO_HOJA, columnas={"Armador": {"hoja": "JP(94)", "registro": "MR(93)"}}),
        "La planilla decía otra cosa: Armador «JP(94)» por «MR(93)»",
        "The sheet said otherwise: Armador “JP(94)” for “MR(93)”",
    ),
    (
        event(Accion.RECONSTRUIR, spools=2),
        "Registro reconstruido de la planilla",
        "Ledger rebuilt from the sheet",
    ),
    (
        event(Accion.INVENTARIO, contados=212, faltan=3, sobran=1, en_otra_parte=2),
        "MR(93) contó el patio: 212 contados, 3 faltan, 1 sobran, 2 en otra parte",
        "MR(93) counted the yard: 212 counted, 3 missing, 1 unexpected, 2 elsewhere",
    ),
]


def test_an_event_is_one_line() -> None:
    assert {happened.accion for happened, _, _ in EVENTS} == set(Accion)
    for happened, spanish, english in EVENTS:
        assert event_line(happened, ES) == spanish
        assert event_line(happened, EN) == english


@pytest.mark.parametrize(
    ("changes", "metadata", "told"),
    [
        ({"accion": "PINTAR", "evento_tipo": "PINTAR"}, {"motivo": "pedido"}, "MR(93) PINTAR: pedido"),
        ({"accion": "PINTAR", "evento_tipo": "PINTAR", "worker_nombre": ""}, {}, "PINTAR"),
        ({"operacion": "PINTURA", "evento_tipo": "TOMAR_PINTURA"}, {}, "MR(93) tomó PINTURA"),
        ({"accion": "DESHACER"}, {"deshace": {"evento_tipo": "PINTAR_TAPA"}}, "MR(93) deshizo: PINTAR TAPA"),
        ({"accion": "COMPLETAR", "operacion": "METROLOGIA"}, {"resultado": "OBSERVADO"}, "OBSERVADO"),
    ],
)
def test_what_only_a_newer_program_knows_of_an_event_is_told_as_it_is(
    changes: dict[str, str], metadata: dict[str, JsonValue], told: str
) -> None:
    known = event(Accion.TOMAR, Operacion.ARM, **metadata).model_dump(mode="json")
    newer = Event.model_validate({**known, **changes, "lote": 7})
    assert event_line(newer, ES).endswith(told)
    assert newer.resultado is None
    assert newer.model_dump(mode="json")["lote"] == 7


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ((Rol.SOLDADOR, Rol.ARMADOR), "Armador · Soldador"),
        ((Rol.SUPERVISOR, Rol.METROLOGIA), "Metrología · Supervisor"),
        ((), ""),
    ],
)
def test_a_workers_roles_are_told_in_one_order(roles: tuple[Rol, ...], told: str) -> None:
    assert ES.roles(a_worker(1, "Ana", "Soto", *roles)) == told


def test_a_text_that_is_not_in_the_catalogue_is_an_error_at_once() -> None:
    for words in (ES, EN):
        with pytest.raises(KeyError):
            words("no.such.text")


def test_the_words_of_a_language_are_found_by_its_name() -> None:
    for language in LANGUAGES:
        words = Wording.of(language)
        assert words is not None
        assert words.language == language
    assert [Wording.of(language) for language in ("", "fr", "ES")] == [None, None, None]


ARM, SOLD, _, REPARACION = Operacion
WITH_ONE_EXTRA = replace(spool_at(Etapa.REPARADO), rechazos=4, ciclos_extra=1)
ONCE_REJECTED = replace(spool_at(Etapa.BLOQUEADO), rechazos=1)
STANDINGS = [
    (spool_at(Etapa.SIN_MATERIALES), "Sin materiales", "No materials"),
    (
        spool_at(Etapa.LIBRE),
        "Libre · ARMADO: pendiente, SOLDADURA: pendiente",
        "Free · FIT-UP: not begun, WELDING: not begun",
    ),
    (
        spool_at(Etapa.SOLD_PARCIAL),
        "Libre · ARMADO: completado, SOLDADURA: a medias",
        "Free · FIT-UP: completed, WELDING: half done",
    ),
    (spool_at(Etapa.FABRICADO), "Espera metrología", "Awaits inspection"),
    (spool_at(Etapa.APROBADO), "APROBADO", "APPROVED"),
    (
        spool_at(Etapa.RECHAZADO),
        "RECHAZADO, ciclo 1 de 3 · REPARACIÓN: pendiente",
        "REJECTED, cycle 1 of 3 · REPAIR: not begun",
    ),
    (
        spool_at(Etapa.REPARACION_PARCIAL),
        "RECHAZADO, ciclo 1 de 3 · REPARACIÓN: a medias",
        "REJECTED, cycle 1 of 3 · REPAIR: half done",
    ),
    (
        spool_at(Etapa.REPARADO),
        "Reparado, espera metrología · ciclo 1 de 3",
        "Repaired, awaits inspection · cycle 1 of 3",
    ),
    (WITH_ONE_EXTRA, "Reparado, espera metrología · ciclo 4 de 4", "Repaired, awaits inspection · cycle 4 of 4"),
    (
        spool_at(Etapa.BLOQUEADO),
        "BLOQUEADO, 4 rechazos · avise a un supervisor",
        "BLOCKED, 4 rejections · call a supervisor",
    ),
    (ONCE_REJECTED, "BLOQUEADO, 1 rechazo · avise a un supervisor", "BLOCKED, 1 rejection · call a supervisor"),
    (
        held_by(MIGUEL, SOLD, spool_at(Etapa.ARMADO)),
        "Lo tiene MR(93) · ARMADO: completado, SOLDADURA: en curso",
        "MR(93) has it · FIT-UP: completed, WELDING: under way",
    ),
    (
        held_by(MIGUEL, REPARACION, spool_at(Etapa.RECHAZADO)),
        "Lo tiene MR(93) · REPARACIÓN: en curso, ciclo 1 de 3",
        "MR(93) has it · REPAIR: under way, cycle 1 of 3",
    ),
    (
        held_by(JUAN, ARM, spool_at(Etapa.LIBRE), ttl=300),
        "VENCIDO, lo tenía JP(94) · ARMADO: en curso, SOLDADURA: pendiente",
        "EXPIRED, JP(94) had it · FIT-UP: under way, WELDING: not begun",
    ),
]


def test_how_a_spool_stands_is_one_line() -> None:
    said = {estado_of(spool, now=NOW, max_reparaciones=3).situacion for spool, _, _ in STANDINGS}
    assert said == set(Situacion)
    for spool, spanish, english in STANDINGS:
        assert ES.estado(spool, now=NOW, max_reparaciones=3) == spanish
        assert EN.estado(spool, now=NOW, max_reparaciones=3) == english


def test_where_repairs_are_unlimited_no_limit_is_told() -> None:
    assert ES.estado(spool_at(Etapa.REPARADO), now=NOW, max_reparaciones=0).endswith("· ciclo 1")
    assert EN.estado(spool_at(Etapa.REPARADO), now=NOW, max_reparaciones=0).endswith("· cycle 1")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (86_399, "23 h"),
        (86_400, "1 d"),
        (40 * 86_400, "40 d"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_fitting_unit(seconds: float, text: str) -> None:
    assert elapsed(timedelta(seconds=seconds)) == text
