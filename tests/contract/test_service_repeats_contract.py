"""A request that is sent again acts once, over every ledger; one that was overtaken is tried again."""

from uuid import uuid4

import pytest

from core.conflicts import Backoff, ConflictService
from core.domain.errors import (
    InvalidRequestError,
    LedgerUnavailableError,
    SpoolOccupiedError,
    VersionConflictError,
)
from core.domain.model import Accion, Operacion
from core.domain.requests import BatchTomarRequest, Request
from core.occupation import OccupationService
from tests.asking import (
    aprobar,
    ask,
    cancelar,
    completar,
    desbloquear,
    extender,
    liberar,
    nota,
    pausar,
    rechazar,
    refused,
    tomar,
)
from tests.conftest import OpenLedger
from tests.contract.interference import LosesOneReply, OvertakenLedger
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, TAG, Etapa
from tests.shopfloor import HOUR, FixedClock

QUICK = Backoff(attempts=4, base=0, cap=0)

REPEATABLE: list[tuple[list[Request], Request]] = [
    ([], tomar(MIGUEL)),
    ([tomar(MIGUEL)], pausar(MIGUEL)),
    ([tomar(MIGUEL)], completar(MIGUEL)),
    ([tomar(MIGUEL)], cancelar(MIGUEL)),
    ([tomar(MIGUEL)], extender(MIGUEL)),
    ([tomar(MIGUEL)], liberar(CARLA)),
    ([], aprobar(CARLA, Etapa.FABRICADO)),
    ([], rechazar(CARLA, Etapa.FABRICADO)),
    ([], desbloquear(CARLA, Etapa.BLOQUEADO)),
    ([], nota(JUAN)),
]
"""What goes before, and a request that may be sent again."""

each_repeatable = pytest.mark.parametrize(
    ("before", "request_"), REPEATABLE, ids=[f"{request.accion} {request.tag_spool}" for _, request in REPEATABLE]
)


async def ask_all(service: OccupationService, requests: list[Request]) -> None:
    """Ask each as a new scan."""
    for request in requests:
        await ask(service, request.model_copy(update={"request_id": uuid4()}))


@each_repeatable
async def test_a_repeat_returns_the_first_response_and_appends_nothing(
    service: OccupationService, before: list[Request], request_: Request
):
    await ask_all(service, before)
    first = await ask(service, request_)
    snapshot = await service.snapshot()
    assert await ask(service, request_) == first
    assert await service.snapshot() == snapshot


@each_repeatable
async def test_a_repeat_after_the_spool_moved_on_returns_the_first_events_number(
    service: OccupationService, before: list[Request], request_: Request
):
    await ask_all(service, before)
    first = await ask(service, request_)
    await service.nota(nota(JUAN, request_.tag_spool))
    again = await ask(service, request_)
    assert {**again.as_dict(), "spool": None} == {**first.as_dict(), "spool": None}
    assert again.spool == await service.status(request_.tag_spool)
    assert len(await service.history(request_.tag_spool)) == len(before) + 2


@each_repeatable
async def test_a_repeat_after_a_lost_reply_acts_once(
    service: OccupationService, make_service, before: list[Request], request_: Request
):
    await ask_all(service, before)
    unlucky = make_service(LosesOneReply(service.ledger))
    with refused(LedgerUnavailableError):
        await ask(unlucky, request_)
    response = await ask(unlucky, request_)
    assert response.success
    assert response.seq == (await service.history(request_.tag_spool))[-1].seq
    assert len(await service.history(request_.tag_spool)) == len(before) + 1


async def test_a_repeated_pausar_is_not_refused_though_another_holds_the_spool_by_now(service: OccupationService):
    await service.tomar(tomar(MIGUEL))
    request = pausar(MIGUEL)
    first = await service.pausar(request)
    await service.tomar(tomar(JUAN))
    again = await service.pausar(request)
    assert (again.success, again.seq, again.message) == (True, first.seq, first.message)
    assert again.spool.ocupado_por == "JP(94)"


async def test_a_repeated_tomar_does_not_take_the_spool_back(service: OccupationService):
    request = tomar(MIGUEL)
    first = await service.tomar(request)
    await service.pausar(pausar(MIGUEL))
    again = await service.tomar(request)
    assert (again.seq, again.spool.ocupado_por) == (first.seq, None)


async def test_a_repeat_at_another_station_is_recognised(
    service: OccupationService, another_ledger: OpenLedger, make_service
):
    elsewhere = make_service(await another_ledger(), station="ARM-02")
    request = tomar(MIGUEL)
    assert await elsewhere.tomar(request) == await service.tomar(request)


async def test_a_repeat_after_the_memorys_hour_is_a_new_request(service: OccupationService, clock: FixedClock):
    request = nota(JUAN)
    await service.nota(request)
    clock.advance(seconds=HOUR)
    await service.nota(request)
    assert len(await service.history(TAG)) == 2


@pytest.mark.parametrize(
    "other",
    [
        tomar(MIGUEL, tag=FREE_TAGS[1]),
        tomar(JUAN),
        tomar(MIGUEL, Operacion.SOLD),
        pausar(MIGUEL),
        nota(MIGUEL),
    ],
    ids=["another spool", "another worker", "another operation", "another verb", "a note"],
)
async def test_a_request_id_that_was_used_for_another_request_is_refused(service: OccupationService, other: Request):
    first = await service.tomar(tomar(MIGUEL, request_id=(request_id := uuid4())))
    with refused(InvalidRequestError, field="request_id", value=str(request_id)):
        await ask(service, other.model_copy(update={"request_id": request_id}))
    assert (await service.snapshot()).seq == first.seq


async def test_an_approval_is_no_repeat_of_a_rejection(service: OccupationService):
    request = rechazar(CARLA, Etapa.FABRICADO)
    await service.completar(request)
    with refused(InvalidRequestError, field="request_id"):
        await service.completar(aprobar(CARLA, Etapa.FABRICADO, request_id=request.request_id))


async def test_a_refused_request_may_be_sent_again_and_is_judged_anew(service: OccupationService):
    await service.tomar(tomar(MIGUEL))
    request = tomar(JUAN)
    with refused(SpoolOccupiedError):
        await service.tomar(request)
    await service.pausar(pausar(MIGUEL))
    assert (await service.tomar(request)).spool.ocupado_por == "JP(94)"


def a_batch(operacion: Operacion = Operacion.ARM, **fields: object) -> BatchTomarRequest:
    return BatchTomarRequest(tag_spools=FREE_TAGS[:10], worker_id=93, operacion=operacion, **fields)


async def test_a_repeated_batch_returns_the_first_response_and_appends_nothing(service: OccupationService):
    await service.tomar(tomar(JUAN, tag=FREE_TAGS[3]))
    request = a_batch()
    first = await service.batch_tomar(request)
    before = await service.snapshot()
    assert await service.batch_tomar(request) == first
    assert await service.snapshot() == before


async def test_a_repeated_batch_remembers_the_spools_that_moved_on_and_tries_the_refused_ones_anew(
    service: OccupationService,
):
    freed, paused = FREE_TAGS[3], FREE_TAGS[5]
    await service.tomar(tomar(JUAN, tag=freed))
    request = a_batch()
    first = await service.batch_tomar(request)
    await service.pausar(pausar(JUAN, freed))
    await service.pausar(pausar(MIGUEL, paused))
    again = await service.batch_tomar(request)
    assert (first.succeeded, again.succeeded) == (9, 10)
    numbers = {detail.tag_spool: detail.seq for detail in first.details if detail.tag_spool != freed}
    assert {detail.tag_spool: detail.seq for detail in again.details if detail.tag_spool != freed} == numbers
    assert (await service.status(paused)).ocupado_por is None


async def test_a_repeated_batch_after_a_lost_reply_acts_once(service: OccupationService, make_service):
    unlucky = make_service(LosesOneReply(service.ledger))
    request = a_batch()
    with refused(LedgerUnavailableError):
        await unlucky.batch_tomar(request)
    assert (await unlucky.batch_tomar(request)).succeeded == 10
    assert (await service.snapshot()).seq == 11


@pytest.fixture
def overtaken(service: OccupationService, make_service):
    """A service that somebody overtakes `times` times, each time by a note on TAG."""

    def make(times: int) -> OccupationService:
        rival = OvertakenLedger(service.ledger, lambda: service.nota(nota(JUAN)), times=times)
        return make_service(rival, conflicts=ConflictService(QUICK))

    return make


async def test_a_request_that_was_overtaken_is_tried_again(service: OccupationService, overtaken):
    slow = overtaken(times=3)
    response = await slow.tomar(tomar(MIGUEL))
    assert (response.success, response.spool.version) == (True, 5)
    figures = slow.conflicts.metrics(TAG)
    assert (figures.requests, figures.retries, figures.failures) == (1, 3, 0)


async def test_a_request_that_is_overtaken_every_time_is_refused_in_the_end(service: OccupationService, overtaken):
    slow = overtaken(times=4)
    with refused(VersionConflictError, tag_spool=TAG):
        await slow.tomar(tomar(MIGUEL))
    figures = slow.conflicts.metrics(TAG)
    assert (figures.requests, figures.retries, figures.failures) == (1, 3, 1)
    assert {event.accion for event in await service.history(TAG)} == {Accion.NOTA}


async def test_a_request_overtaken_by_a_tomar_is_judged_by_the_spool_as_it_is_now(
    service: OccupationService, make_service
):
    rival = OvertakenLedger(service.ledger, lambda: service.tomar(tomar(JUAN)), times=1)
    with refused(SpoolOccupiedError, ocupado_por="JP(94)"):
        await make_service(rival).tomar(tomar(MIGUEL))


async def test_the_spool_of_a_batch_that_was_overtaken_is_tried_again_alone(service: OccupationService, overtaken):
    batch = await overtaken(times=1).batch_tomar(a_batch())
    assert batch.succeeded == 10
    assert [len(await service.history(tag)) for tag in FREE_TAGS[:10]] == [2] + [1] * 9
