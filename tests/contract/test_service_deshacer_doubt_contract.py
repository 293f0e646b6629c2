"""DESHACER where an answer is lost, asked for again, or known late: done once, and it takes nothing from anybody."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from core.domain.errors import (
    InvalidRequestError,
    LedgerUnavailableError,
    OperacionNoDisponibleError,
)
from core.domain.reasons import Impedimento
from core.domain.requests import BatchTomarRequest, Request
from core.domain.responses import Response
from core.occupation import OccupationService
from tests.asking import (
    ask,
    deshacer,
    liberar,
    pausar,
    refused,
    tomar,
)
from tests.conftest import OpenLedger
from tests.contract.interference import LosesOneReply, OvertakenLedger
from tests.contract.undoing import (
    ARM,
    Copy,
    MakeService,
    ask_all,
    do,
    each_act,
    lock_of,
    undo,
    worker_of,
)
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, TAG


async def test_a_repeat_returns_the_first_response_and_appends_nothing(service: OccupationService):
    done = await service.tomar(tomar(MIGUEL))
    request = deshacer(MIGUEL, done.seq)
    first = await service.deshacer(request)
    assert await service.deshacer(request) == first
    await service.tomar(tomar(JUAN))
    again = await service.deshacer(request)
    assert (again.seq, again.message, again.spool.ocupado_por) == (first.seq, first.message, "JP(94)")
    assert [event.seq for event in await service.history(TAG)] == [2, 3, 4]


async def test_a_number_used_for_one_undoing_is_no_answer_to_another(service: OccupationService):
    done = await service.tomar(tomar(MIGUEL))
    first = deshacer(MIGUEL, done.seq)
    await service.deshacer(first)
    with refused(InvalidRequestError, field="request_id"):
        await service.deshacer(deshacer(MIGUEL, done.seq + 7, request_id=first.request_id))


@each_act
async def test_an_undoing_whose_reply_was_lost_is_done_once(
    service: OccupationService, make_service: MakeService, before: list[Request], act: Request
):
    await ask_all(service, before)
    unlucky = LosesOneReply(service.ledger, after=1)
    terminal = make_service(unlucky)
    done = await do(terminal, act)
    request = deshacer(worker_of(act), done.seq, act.tag_spool)
    with refused(LedgerUnavailableError):
        await terminal.deshacer(request)
    undone = await terminal.deshacer(request)
    assert undone.seq == done.seq + 1
    assert (await service.history(act.tag_spool))[-1].seq == undone.seq
    assert terminal.undoable(act.worker_id) is None


@each_act
@pytest.mark.parametrize("knows", ["the ledger", "a replica"])
async def test_an_act_whose_reply_was_lost_can_be_undone_once_it_was_repeated(
    service: OccupationService, make_service: MakeService, before: list[Request], act: Request, knows: str
):
    await ask_all(service, before)
    spool, lock = await service.spool(act.tag_spool), await lock_of(service, act.tag_spool)
    terminal = make_service(LosesOneReply(service.ledger))
    terminal.replica = await Copy.of(service) if knows == "a replica" else None
    request = act.model_copy(update={"request_id": uuid4()})
    with refused(LedgerUnavailableError):
        await ask(terminal, request)
    assert terminal.undoable(act.worker_id) is None
    await ask(terminal, request)
    undone = await undo(terminal, worker_of(act))
    assert await service.spool(act.tag_spool) == replace(spool, version=spool.version + 2, seq=undone.seq)
    assert await lock_of(service, act.tag_spool) == lock


async def test_of_a_batch_the_spool_that_was_taken_last_is_undone(service: OccupationService):
    tags = FREE_TAGS[:5]
    await service.tomar(tomar(JUAN, tag=tags[4]))
    await service.batch_tomar(BatchTomarRequest(tag_spools=tags, worker_id=MIGUEL.worker_id, operacion=ARM))
    undone = await undo(service, MIGUEL)
    assert undone.tag_spool == tags[3]
    held = [spool.tag_spool for spool in (await service.snapshot()).spools if spool.ocupacion]
    assert held == [*tags[:3], tags[4]]
    assert service.undoable(MIGUEL.worker_id) is None


@each_act
async def test_a_fresh_replica_is_enough_to_decide(service: OccupationService, before: list[Request], act: Request):
    await ask_all(service, before)
    spool = await service.spool(act.tag_spool)
    await do(service, act)
    service.replica = await Copy.of(service)
    undone = await undo(service, worker_of(act))
    assert await service.spool(act.tag_spool) == replace(spool, version=spool.version + 2, seq=undone.seq)


@each_act
async def test_a_replica_that_has_not_heard_of_the_act_yet_is_no_hindrance(
    service: OccupationService, before: list[Request], act: Request
):
    await ask_all(service, before)
    service.replica = await Copy.of(service)
    spool = await service.spool(act.tag_spool)
    await do(service, act)
    undone = await undo(service, worker_of(act))
    assert await service.spool(act.tag_spool) == replace(spool, version=spool.version + 2, seq=undone.seq)


async def test_a_replica_that_knows_of_a_later_change_offers_nothing(
    service: OccupationService, another_ledger: OpenLedger, make_service: MakeService
):
    await service.tomar(tomar(MIGUEL))
    await make_service(await another_ledger(), station="ARM-02").liberar(liberar(CARLA))
    assert service.undoable(MIGUEL.worker_id) is not None
    service.replica = await Copy.of(service)
    assert service.undoable(MIGUEL.worker_id) is None


async def test_a_replica_that_has_not_heard_of_anothers_tomar_takes_nothing_away(
    service: OccupationService, another_ledger: OpenLedger, make_service: MakeService
):
    await service.tomar(tomar(MIGUEL))
    done = await service.pausar(pausar(MIGUEL))
    service.replica = await Copy.of(service)
    await make_service(await another_ledger(), station="ARM-02").tomar(tomar(JUAN))
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.CAMBIO_DESPUES):
        await service.deshacer(deshacer(MIGUEL, done.seq))
    assert (await service.status(TAG)).ocupado_por == "JP(94)"


async def test_an_undoing_that_anothers_tomar_overtakes_takes_nothing_away(
    service: OccupationService, make_service: MakeService
):
    rival = OvertakenLedger(service.ledger, lambda: service.tomar(tomar(JUAN)), times=0)
    slow = make_service(rival)
    await slow.tomar(tomar(MIGUEL))
    done = await slow.pausar(pausar(MIGUEL))
    rival.times = 1
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.CAMBIO_DESPUES):
        await slow.deshacer(deshacer(MIGUEL, done.seq))
    spool = await service.spool(TAG)
    assert spool.ocupacion.worker_id == JUAN.worker_id
    assert await lock_of(service, TAG) == spool.ocupacion.lock_token


async def test_of_an_undoing_and_anothers_tomar_at_once_exactly_one_gets_the_spool(
    service: OccupationService, another_ledger: OpenLedger, make_service: MakeService
):
    elsewhere = make_service(await another_ledger(), station="ARM-02")
    for tag in FREE_TAGS:
        await service.tomar(tomar(MIGUEL, tag=tag))
        done = await service.pausar(pausar(MIGUEL, tag))
        back, taken = await asyncio.gather(
            service.deshacer(deshacer(MIGUEL, done.seq, tag)),
            elsewhere.tomar(tomar(JUAN, tag=tag)),
            return_exceptions=True,
        )
        assert isinstance(back, Response) != isinstance(taken, Response), (back, taken)
        spool = await service.spool(tag)
        assert spool.ocupacion.worker_id == (MIGUEL if isinstance(back, Response) else JUAN).worker_id
        assert await lock_of(service, tag) == spool.ocupacion.lock_token
