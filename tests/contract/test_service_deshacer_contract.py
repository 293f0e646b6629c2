"""DESHACER over every ledger: the spool and its lock as they were, and a history that keeps both."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from core.domain.errors import (
    LockExpiredError,
    OperacionNoDisponibleError,
    SpoolOccupiedError,
)
from core.domain.model import Accion, Plant, Worker
from core.domain.reasons import Impedimento
from core.domain.replay import apply_event
from core.domain.requests import Request
from core.domain.rulebook.policy import Policy
from core.ledger.protocol import Commit
from core.occupation import OccupationService
from tests.asking import (
    cancelar,
    completar,
    deshacer,
    extender,
    liberar,
    nota,
    pausar,
    refused,
    tomar,
)
from tests.conftest import OpenLedger
from tests.contract.commits import committed, draft
from tests.contract.interference import ClockAhead
from tests.contract.undoing import TWELVE_HOURS, Copy, MakeService, ask_all, do, each_act, lock_of, undo, worker_of
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, TAG, Etapa, spool_at
from tests.shopfloor import FixedClock


@each_act
@pytest.mark.parametrize("seconds", [0, 12.345])
async def test_the_spool_and_its_lock_are_as_they_were(
    service: OccupationService, clock: FixedClock, before: list[Request], act: Request, seconds: float
):
    await ask_all(service, before)
    spool, lock = await service.spool(act.tag_spool), await lock_of(service, act.tag_spool)
    clock.advance(seconds=seconds)
    await do(service, act)
    clock.advance(seconds=seconds)
    undone = await undo(service, worker_of(act))
    after = await service.spool(act.tag_spool)
    assert after == replace(spool, version=spool.version + 2, seq=undone.seq)
    assert undone.spool == service.describe(after)
    assert await lock_of(service, act.tag_spool) == lock


@each_act
async def test_history_keeps_both_and_replaying_it_gives_the_spool(
    service: OccupationService, before: list[Request], act: Request
):
    await ask_all(service, before)
    done = await do(service, act)
    undone = await undo(service, worker_of(act))
    history = await service.history(act.tag_spool)
    assert [event.accion for event in history[-2:]] == [act.accion, Accion.DESHACER]
    assert [event.seq for event in history[-2:]] == [done.seq, undone.seq]
    assert (history[-1].worker_id, history[-1].operacion) == (act.worker_id, done.operacion)
    replayed = next(spool for spool in PLANT.spools if spool.tag_spool == act.tag_spool)
    for event in history:
        replayed = apply_event(replayed, event)
    assert replayed == await service.spool(act.tag_spool)


@each_act
async def test_the_act_may_be_done_again_at_once(service: OccupationService, before: list[Request], act: Request):
    await ask_all(service, before)
    first = await do(service, act)
    await undo(service, worker_of(act))
    again = await do(service, act)
    assert (again.message, again.spool.estado_detalle) == (first.message, first.spool.estado_detalle)


async def test_the_answer_names_what_was_undone(service: OccupationService):
    done = await service.tomar(tomar(MIGUEL))
    undone = await undo(service, MIGUEL)
    assert undone.message == f"{TAG}: DESHACER_ARM"
    assert (undone.changed, undone.seq, undone.evento_tipo) == (True, done.seq + 1, "DESHACER_ARM")
    assert undone.spool.estado_detalle == "Disponible - ARM pendiente, SOLD pendiente"


async def test_after_undoing_a_tomar_another_may_take_the_spool(service: OccupationService):
    await service.tomar(tomar(MIGUEL))
    await undo(service, MIGUEL)
    assert (await service.tomar(tomar(JUAN))).spool.ocupado_por == "JP(94)"
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.NO_SE_DESHACE):
        await service.deshacer(deshacer(MIGUEL, 3))


@pytest.mark.parametrize("act", [pausar(MIGUEL), completar(MIGUEL), cancelar(MIGUEL), liberar(CARLA)])
async def test_a_restored_holder_holds_the_spool_until_the_end_that_was_told_and_no_longer(
    service: OccupationService, clock: FixedClock, act: Request
):
    taken = await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=100.25)
    await do(service, act)
    clock.advance(seconds=20)
    undone = await undo(service, worker_of(act))
    assert (undone.spool.vence, undone.spool.fecha_ocupacion) == (taken.spool.vence, taken.spool.fecha_ocupacion)
    with refused(SpoolOccupiedError, ocupado_por="MR(93)"):
        await service.tomar(tomar(JUAN))
    clock.advance(seconds=TWELVE_HOURS - 120.25 - 0.001)
    assert await lock_of(service, TAG) is not None
    clock.advance(seconds=0.001)
    assert await lock_of(service, TAG) is None
    assert (await service.tomar(tomar(JUAN))).spool.ocupado_por == "JP(94)"


async def test_a_restored_holder_goes_on_as_before(service: OccupationService):
    taken = await service.tomar(tomar(MIGUEL))
    await service.pausar(pausar(MIGUEL))
    await undo(service, MIGUEL)
    assert (await service.tomar(tomar(MIGUEL))).seq == taken.seq, "it is theirs already, by the first TOMAR"
    await service.extender(extender(MIGUEL))
    assert (await service.completar(completar(MIGUEL))).success


async def test_with_a_life_of_zero_a_restored_occupation_lasts_until_released(
    service: OccupationService, make_service: MakeService, clock: FixedClock
):
    patient = make_service(service.ledger, policy=Policy(lock_ttl=0))
    await patient.tomar(tomar(MIGUEL))
    await patient.pausar(pausar(MIGUEL))
    assert (await undo(patient, MIGUEL)).spool.vence is None
    clock.advance(seconds=80 * 86_400)
    with refused(SpoolOccupiedError):
        await patient.tomar(tomar(JUAN))
    await patient.pausar(pausar(MIGUEL))


@pytest.mark.parametrize("taker", [JUAN, MIGUEL], ids=["another", "its holder"])
async def test_undoing_a_tomar_of_an_expired_spool_gives_it_back_as_expired(
    service: OccupationService, clock: FixedClock, taker: Worker
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS)
    before = await service.spool(TAG)
    await service.tomar(tomar(taker))
    undone = await undo(service, taker)
    assert await service.spool(TAG) == replace(before, version=before.version + 2, seq=undone.seq)
    assert (undone.spool.ocupado_por, undone.spool.vencido) == ("MR(93)", True)
    assert await lock_of(service, TAG) is None
    with refused(LockExpiredError):
        await service.pausar(pausar(MIGUEL))
    assert (await service.tomar(tomar(JUAN))).spool.ocupado_por == "JP(94)"


async def test_undoing_the_release_of_an_expired_spool_gives_it_back_as_expired(
    service: OccupationService, clock: FixedClock
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS)
    await service.liberar(liberar(CARLA))
    assert (await undo(service, CARLA)).spool.vencido
    assert await lock_of(service, TAG) is None
    await service.tomar(tomar(JUAN))


async def test_an_occupation_that_ran_out_meanwhile_comes_back_without_a_lock(
    service: OccupationService, make_service: MakeService, clock: FixedClock
):
    hurried = make_service(service.ledger, policy=Policy(lock_ttl=20))
    await hurried.tomar(tomar(MIGUEL))
    await hurried.pausar(pausar(MIGUEL))
    clock.advance(seconds=20)
    undone = await undo(hurried, MIGUEL)
    assert (undone.spool.ocupado_por, undone.spool.vencido) == ("MR(93)", True)
    assert await lock_of(service, TAG) is None
    assert (await hurried.tomar(tomar(JUAN))).spool.ocupado_por == "JP(94)"


async def test_a_tomar_whose_lock_ran_out_meanwhile_is_undone_all_the_same(
    service: OccupationService, make_service: MakeService, clock: FixedClock
):
    hurried = make_service(service.ledger, policy=Policy(lock_ttl=5))
    await hurried.tomar(tomar(MIGUEL))
    clock.advance(seconds=5)
    assert (await undo(hurried, MIGUEL)).spool.ocupado_por is None


async def test_a_station_whose_clock_is_ahead_leaves_no_lock_behind(
    service: OccupationService, make_service: MakeService
):
    hasty = make_service(ClockAhead(service.ledger, seconds=20), policy=Policy(lock_ttl=10))
    await hasty.tomar(tomar(MIGUEL))
    assert (await undo(hasty, MIGUEL)).spool.ocupado_por is None
    assert await lock_of(service, TAG) is None


async def test_the_30_seconds_go_by_the_ledgers_clock(service: OccupationService, clock: FixedClock):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=29.999)
    assert (await undo(service, MIGUEL)).success


async def test_when_the_30_seconds_are_over_nothing_is_offered_and_nothing_undone(
    service: OccupationService, clock: FixedClock
):
    done = await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=30)
    assert service.undoable(MIGUEL.worker_id) is None
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.FUERA_DE_PLAZO):
        await service.deshacer(deshacer(MIGUEL, done.seq))


async def test_what_may_be_undone_is_told_with_the_spool_and_the_seconds_left(
    service: OccupationService, clock: FixedClock
):
    assert service.undoable(MIGUEL.worker_id) is None
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=10)
    act = service.undoable(MIGUEL.worker_id)
    assert (act.event.tag_spool, act.event.evento_tipo) == (TAG, "TOMAR_ARM")
    assert act.time_left(service.now()) == timedelta(seconds=20)
    assert service.undoable(JUAN.worker_id) is None
    await undo(service, MIGUEL)
    assert service.undoable(MIGUEL.worker_id) is None


async def test_a_later_act_that_cannot_be_undone_closes_the_way_to_the_one_before(
    service: OccupationService, clock: FixedClock
):
    done = await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=1)
    await service.extender(extender(MIGUEL))
    assert service.undoable(MIGUEL.worker_id) is None
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        await service.deshacer(deshacer(MIGUEL, done.seq))


async def test_a_refusal_and_what_is_theirs_already_are_no_acts(service: OccupationService):
    await service.tomar(tomar(JUAN, tag=FREE_TAGS[1]))
    done = await service.tomar(tomar(MIGUEL))
    with refused(SpoolOccupiedError):
        await service.tomar(tomar(MIGUEL, tag=FREE_TAGS[1]))
    await service.tomar(tomar(MIGUEL))
    assert (await undo(service, MIGUEL)).seq == done.seq + 1


async def test_what_was_done_at_another_terminal_is_not_undone_here(
    service: OccupationService, another_ledger: OpenLedger, make_service: MakeService
):
    elsewhere = make_service(await another_ledger(), station="ARM-02")
    done = await elsewhere.tomar(tomar(MIGUEL))
    assert service.undoable(MIGUEL.worker_id) is None
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.NO_ES_LO_ULTIMO):
        await service.deshacer(deshacer(MIGUEL, done.seq))
    await undo(elsewhere, MIGUEL)


async def test_a_spool_that_another_changed_since_stays_as_it_is(service: OccupationService):
    done = await service.tomar(tomar(MIGUEL))
    await service.liberar(liberar(CARLA))
    before = await service.snapshot()
    with refused(OperacionNoDisponibleError, impedimento=Impedimento.CAMBIO_DESPUES):
        await service.deshacer(deshacer(MIGUEL, done.seq))
    assert await service.snapshot() == before


@pytest.mark.parametrize("with_replica", [False, True])
async def test_what_changes_nothing_that_comes_back_does_not_stand_in_its_way(
    service: OccupationService, *, with_replica: bool
):
    before = await service.spool(TAG)
    done = await service.tomar(tomar(MIGUEL))
    await service.nota(nota(JUAN))
    await service.nota(nota(MIGUEL))
    await service.nota(nota(MIGUEL, FREE_TAGS[1]))
    conflict = draft(TAG, Accion.CONFLICTO_HOJA, metadata={"columnas": {"Armador": {"hoja": "x", "registro": ""}}})
    spool = await service.spool(TAG)
    await committed(service.ledger, Commit(request_id=uuid4(), spool=spool, draft=conflict, lock=None))
    if with_replica:
        service.replica = await Copy.of(service)
    act = service.undoable(MIGUEL.worker_id)
    assert act is not None
    assert act.event.seq == done.seq
    undone = await undo(service, MIGUEL)
    assert await service.spool(TAG) == replace(before, version=before.version + 5, seq=undone.seq)


async def test_what_the_office_loads_meanwhile_stays(service: OccupationService):
    await service.tomar(tomar(MIGUEL))
    await service.load_plant(Plant(spools=(replace(spool_at(Etapa.LIBRE, TAG), ot="OT-99"),)))
    await undo(service, MIGUEL)
    spool = await service.spool(TAG)
    assert (spool.ot, spool.ocupacion, spool.version) == ("OT-99", None, 4)
