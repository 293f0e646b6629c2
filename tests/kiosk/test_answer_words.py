"""What a worker is told when a request was done, in both languages."""

from dataclasses import replace
from uuid import uuid4

import pytest

from core.domain.model import Accion, Operacion, Plant
from core.domain.requests import Request
from core.domain.responses import Response
from core.domain.rulebook.policy import Policy
from core.occupation import OccupationService
from kiosk.words.naming import LANGUAGES
from kiosk.words.wording import Notice, Wording
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
from tests.kiosk.test_refusal_words import UNFILLED, words_of
from tests.plants import CARLA, JUAN, MIGUEL, TAG, Etapa, spool_at
from tests.shopfloor import SANTIAGO, FixedClock

ES, EN = (Wording(language) for language in LANGUAGES)


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
    verdict = first(CARLA, Etapa.FABRICADO, request_id=uuid4())
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
