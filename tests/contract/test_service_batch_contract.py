"""Taking many spools in one request, over every ledger: each on its own, each refusal with its reason."""

from collections.abc import Callable

from core.conflicts import Backoff, ConflictService
from core.domain.errors import LedgerUnavailableError, WorkerNoEncontradoError
from core.domain.model import Operacion, Plant
from core.domain.requests import BatchTomarRequest, EntregarRequest, PausarRequest
from core.occupation import OccupationService
from tests.asking import nota, refused, tomar
from tests.contract.interference import LosesOneReply, OvertakenLedger
from tests.plants import (
    FREE_TAGS,
    JUAN,
    MIGUEL,
    TAG,
    UNKNOWN_WORKER_ID,
    Etapa,
    spool_at,
)
from tests.shopfloor import HOUR

TWELVE_HOURS = 12 * HOUR


async def log_length(service: OccupationService) -> int:
    return (await service.snapshot()).seq


def a_batch(tags: tuple[str, ...] = FREE_TAGS[:10]) -> BatchTomarRequest:
    return BatchTomarRequest(tag_spools=tags, worker_id=MIGUEL.worker_id, operacion=Operacion.ARM)


async def test_a_batch_of_ten_with_three_occupied_takes_seven_and_gives_three_reasons(service: OccupationService):
    occupied = (FREE_TAGS[1], FREE_TAGS[4], FREE_TAGS[9])
    for tag in occupied:
        await service.tomar(tomar(JUAN, tag=tag))
    batch = await service.batch_tomar(a_batch())
    assert (batch.total, batch.succeeded, batch.failed) == (10, 7, 3)
    assert [detail.tag_spool for detail in batch.details] == list(FREE_TAGS[:10])
    for detail in batch.details:
        if detail.tag_spool in occupied:
            assert (detail.success, detail.error_code, detail.seq) == (False, "SPOOL_OCCUPIED", None)
            assert detail.error["ocupado_por"] == "JP(94)"
        else:
            assert (detail.success, detail.error_code, detail.error) == (True, None, None)
            assert detail.spool == await service.status(detail.tag_spool)
            assert (await service.history(detail.tag_spool))[-1].seq == detail.seq


async def test_a_batch_finds_each_spool_however_its_tag_is_spelled_and_answers_with_the_offices_tag(
    service: OccupationService,
):
    slip = FREE_TAGS[2].replace("25238", "25283")
    batch = await service.batch_tomar(a_batch((TAG.lower(), FREE_TAGS[1], slip)))
    assert [(detail.tag_spool, detail.error_code) for detail in batch.details] == [
        (TAG, None),
        (FREE_TAGS[1], None),
        (slip, "SPOOL_NO_ENCONTRADO"),
    ]
    assert batch.details[2].error["parecidos"] == (FREE_TAGS[2],)


async def test_each_spool_of_a_batch_fails_for_its_own_reason(service: OccupationService):
    tags = (TAG, "NO-EXISTE", Etapa.SIN_MATERIALES, Etapa.ARMADO, Etapa.BLOQUEADO)
    batch = await service.batch_tomar(a_batch(tags))
    assert [detail.error_code for detail in batch.details] == [
        None,
        "SPOOL_NO_ENCONTRADO",
        "DEPENDENCIAS_NO_SATISFECHAS",
        "OPERACION_NO_DISPONIBLE",
        "OPERACION_NO_DISPONIBLE",
    ]


async def test_a_batch_by_an_unknown_worker_tries_nothing(service: OccupationService):
    with refused(WorkerNoEncontradoError, worker_id=UNKNOWN_WORKER_ID):
        await service.batch_tomar(a_batch().model_copy(update={"worker_id": UNKNOWN_WORKER_ID}))
    assert await log_length(service) == 1


async def test_a_batch_takes_as_many_as_fifty(service: OccupationService):
    tags = tuple(f"LOTE-{n}" for n in range(50))
    await service.load_plant(Plant(spools=tuple(spool_at(Etapa.LIBRE, tag) for tag in tags)))
    assert (await service.batch_tomar(a_batch(tags))).succeeded == 50


async def test_a_lost_answer_leaves_only_those_spools_in_doubt_that_it_was_about(
    service: OccupationService, make_service: Callable[..., OccupationService]
):
    """Somebody overtakes the batch at one spool; the answer to the second try, of that spool alone, is lost."""
    tags = FREE_TAGS[:3]
    overtaken = OvertakenLedger(service.ledger, lambda: service.nota(nota(JUAN, tags[1])), times=1)
    terminal = make_service(
        LosesOneReply(overtaken, after=1), conflicts=ConflictService(Backoff(attempts=4, base=0, cap=0))
    )
    asked = a_batch(tags)
    batch = await terminal.batch_tomar(asked)
    assert [detail.success for detail in batch.details] == [True, False, True]
    assert isinstance(batch.details[1].refusal, LedgerUnavailableError)
    fates = await service.settle(asked.each())
    assert [response is not None for response in fates.values()] == [True, True, True]


async def test_what_one_worker_asks_for_at_once_is_done_each_on_its_own(service: OccupationService):
    for tag in FREE_TAGS[:3]:
        await service.tomar(tomar(MIGUEL, tag=tag))
    await service.entregar(
        EntregarRequest(tag_spool=FREE_TAGS[1], worker_id=MIGUEL.worker_id, a_worker_id=JUAN.worker_id)
    )
    before = await log_length(service)
    batch = await service.act_each([PausarRequest(tag_spool=tag, worker_id=MIGUEL.worker_id) for tag in FREE_TAGS[:3]])
    assert [detail.error_code for detail in batch.details] == [None, "NO_AUTORIZADO", None]
    assert [(await service.status(tag)).ocupado_por for tag in FREE_TAGS[:3]] == [None, "JP(94)", None]
    assert await log_length(service) == before + 2
