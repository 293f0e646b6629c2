"""Roles, spools and lengths of time in words, and the catalogue that all words are in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.estado import Situacion, estado_of
from core.domain.model import Operacion, Rol
from kiosk.words.naming import LANGUAGES
from kiosk.words.wording import Wording, elapsed
from tests.plants import JUAN, MIGUEL, START, Etapa, a_worker, held_by, spool_at

NOW = START + timedelta(minutes=5)
ES, EN = (Wording(language) for language in LANGUAGES)


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
