"""What a request accepts: texts are cleaned and bounded at the door, and nonsense never reaches a rule."""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from core.domain.model import BATCH_MAX_SIZE, TAG_MAX_LENGTH, Accion, Operacion, Resultado
from core.domain.requests import (
    BatchTomarRequest,
    CompletarRequest,
    DesbloquearRequest,
    LiberarRequest,
    NotaRequest,
    Request,
    TomarRequest,
)
from tests.asking import (
    aprobar,
    cancelar,
    completar,
    desbloquear,
    extender,
    liberar,
    nota,
    pausar,
    tomar,
)
from tests.plants import MIGUEL, TAG

CONTROL_CHARACTERS = ["\x00", "\x1b", "\x7f", "\x85", "\n", "\t", "\u2028", "\u2029"]
COMPOSED, DECOMPOSED = "\u00f1", "n\u0303"
GROWS_WHEN_COMPOSED = "\u0958"
"""One character whose NFC form is two (Unicode, composition exclusions)."""


def request_for(tag: object) -> Request:
    return Request(tag_spool=tag, worker_id=93)


def batch_of(*tags: str) -> BatchTomarRequest:
    return BatchTomarRequest(tag_spools=tags, worker_id=93, operacion=Operacion.ARM)


@pytest.mark.parametrize("tag", [TAG, "x", "x" * TAG_MAX_LENGTH, "[A]", "ñ/1", "二-1", "MK 1335"])
def test_a_tag_of_one_to_64_printable_characters_is_accepted(tag: str):
    assert request_for(tag).tag_spool == tag


@pytest.mark.parametrize("tag", ["", " ", "\t\n ", "x" * 65, None, 7])
def test_a_tag_that_is_empty_too_long_or_no_text_is_refused(tag: object):
    with pytest.raises(ValidationError, match="tag_spool"):
        request_for(tag)


@pytest.mark.parametrize("char", CONTROL_CHARACTERS, ids=ascii)
def test_a_tag_with_a_control_character_inside_is_refused(char: str):
    with pytest.raises(ValidationError, match="CARACTERES_DE_CONTROL"):
        request_for(f"MK{char}1")


@pytest.mark.parametrize("blank", [" ", "  \t", "\n", "\r\n", "\u00a0"], ids=ascii)
def test_blanks_around_a_tag_are_stripped(blank: str):
    assert request_for(f"{blank}MK-1{blank}").tag_spool == "MK-1"


def test_an_accent_typed_two_ways_is_one_tag():
    assert request_for(f"A{DECOMPOSED}O").tag_spool == request_for(f"A{COMPOSED}O").tag_spool == f"A{COMPOSED}O"


def test_a_tag_is_measured_as_it_will_be_stored():
    assert request_for(DECOMPOSED * TAG_MAX_LENGTH).tag_spool == COMPOSED * TAG_MAX_LENGTH
    with pytest.raises(ValidationError, match="tag_spool"):
        request_for(GROWS_WHEN_COMPOSED * TAG_MAX_LENGTH)


@pytest.mark.parametrize("worker_id", [1, 2**31 - 1, "93"])
def test_a_workers_number_is_positive_and_fits_in_31_bits(worker_id: object):
    assert Request(tag_spool=TAG, worker_id=worker_id).worker_id == int(worker_id)


@pytest.mark.parametrize("worker_id", [0, -1, 2**31, "W.93", 9.5, None])
def test_any_other_workers_number_is_refused(worker_id: object):
    with pytest.raises(ValidationError, match="worker_id"):
        Request(tag_spool=TAG, worker_id=worker_id)


def test_each_request_has_a_request_id_of_its_own_unless_given():
    given = UUID(int=7)
    assert tomar(MIGUEL).request_id != tomar(MIGUEL).request_id
    assert tomar(MIGUEL, request_id=given).request_id == given


def test_a_request_is_frozen_and_takes_no_field_it_does_not_know():
    with pytest.raises(ValidationError, match="frozen"):
        tomar(MIGUEL).worker_id = 94
    with pytest.raises(ValidationError, match="extra"):
        tomar(MIGUEL, estacion="ARM-01")


def test_every_request_knows_its_verb():
    makers = (tomar, pausar, completar, cancelar, extender, liberar, desbloquear, nota)
    assert [make(MIGUEL).accion for make in makers] == [
        Accion.TOMAR,
        Accion.PAUSAR,
        Accion.COMPLETAR,
        Accion.CANCELAR,
        Accion.EXTENDER,
        Accion.LIBERAR,
        Accion.DESBLOQUEAR,
        Accion.NOTA,
    ]


@pytest.mark.parametrize("operacion", ["arm", "SOLDADURA", "", None])
def test_tomar_needs_an_operation_that_exists(operacion: object):
    with pytest.raises(ValidationError, match="operacion"):
        TomarRequest(tag_spool=TAG, worker_id=93, operacion=operacion)


@pytest.mark.parametrize(
    ("operacion", "resultado"),
    [
        (None, None),
        (Operacion.ARM, None),
        (Operacion.REPARACION, None),
        (None, Resultado.APROBADO),
        (Operacion.METROLOGIA, Resultado.RECHAZADO),
    ],
)
def test_completar_takes_a_verdict_exactly_when_it_inspects(operacion, resultado):
    request = completar(MIGUEL, operacion=operacion, resultado=resultado)
    assert (request.operacion, request.resultado) == (operacion, resultado)


def test_completar_metrologia_without_a_verdict_is_refused():
    with pytest.raises(ValidationError, match="FALTA_RESULTADO"):
        completar(MIGUEL, operacion=Operacion.METROLOGIA)


@pytest.mark.parametrize("operacion", [Operacion.ARM, Operacion.SOLD, Operacion.REPARACION])
def test_a_verdict_on_any_other_operation_is_refused(operacion: Operacion):
    with pytest.raises(ValidationError, match="SOLO_METROLOGIA"):
        aprobar(MIGUEL, operacion=operacion)


@pytest.mark.parametrize("resultado", ["aprobado", "OK", ""])
def test_a_verdict_is_aprobado_or_rechazado(resultado: str):
    with pytest.raises(ValidationError, match="resultado"):
        CompletarRequest(tag_spool=TAG, worker_id=93, resultado=resultado)


def test_completar_reads_a_date():
    assert completar(MIGUEL, fecha_operacion="2025-11-20").fecha_operacion == date(2025, 11, 20)


TEXTS = [
    (NotaRequest, "texto"),
    (LiberarRequest, "motivo"),
    (DesbloquearRequest, "motivo"),
    (CompletarRequest, "motivo"),
]
each_text = pytest.mark.parametrize(("kind", "field"), TEXTS)


@each_text
@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "dos\nlíneas", "\x00"], ids=ascii)
def test_an_empty_endless_or_unprintable_text_is_refused(kind: type[Request], field: str, text: str):
    with pytest.raises(ValidationError, match=field):
        kind(tag_spool=TAG, worker_id=93, **{field: text})


@each_text
def test_a_text_is_stripped_and_composed(kind: type[Request], field: str):
    request = kind(tag_spool=TAG, worker_id=93, **{field: f"  ma{DECOMPOSED}ana [hoy] 🔧 "})
    assert getattr(request, field) == f"ma{COMPOSED}ana [hoy] 🔧"


@pytest.mark.parametrize(("kind", "field"), TEXTS[:3])
def test_a_note_and_a_motive_must_be_given(kind: type[Request], field: str):
    with pytest.raises(ValidationError, match=field):
        kind(tag_spool=TAG, worker_id=93)


@pytest.mark.parametrize("size", [1, BATCH_MAX_SIZE])
def test_a_batch_has_1_to_50_tags_in_the_order_asked(size: int):
    tags = tuple(f"MK-{n}" for n in reversed(range(size)))
    assert batch_of(*tags).tag_spools == tags


@pytest.mark.parametrize("size", [0, BATCH_MAX_SIZE + 1])
def test_a_batch_of_none_or_of_51_is_refused(size: int):
    with pytest.raises(ValidationError, match="tag_spools"):
        batch_of(*(f"MK-{n}" for n in range(size)))


@pytest.mark.parametrize("second", ["MK-1", " MK-1 "], ids=["the same", "the same but for blanks"])
def test_a_batch_with_a_tag_twice_is_refused_and_names_it(second: str):
    with pytest.raises(ValidationError, match="TAGS_REPETIDOS: tags=MK-1"):
        batch_of("MK-1", "MK-2", second)


def test_a_batch_with_a_tag_typed_two_ways_is_refused():
    with pytest.raises(ValidationError, match="TAGS_REPETIDOS"):
        batch_of(f"A{COMPOSED}O", f"A{DECOMPOSED}O")


def test_one_bad_tag_spoils_the_batch():
    with pytest.raises(ValidationError, match="tag_spools"):
        batch_of("MK-1", "")
