"""Joints, ENTREGAR and RETENER over every ledger: in one atomic step, and with a history that says it all."""

from dataclasses import replace

import pytest

from core.domain.errors import NoAutorizadoError, SpoolRetenidoError, WorkerNoEncontradoError
from core.domain.model import Operacion, Plant
from core.domain.reasons import Defecto
from core.domain.replay import apply_event
from core.domain.requests import EntregarRequest
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.uniones import MadeJoint, remaining
from core.ledger.copying import copy_ledger
from core.ledger.replica import Replica
from core.occupation import OccupationService
from tests.asking import ask, completar, deshacer, entregar, pausar, reanudar, refused, retener, tomar
from tests.conftest import OpenLedger
from tests.plants import CARLA, JUAN, MIGUEL, TAG, UNKNOWN_WORKER_ID, WORKERS, Etapa, joint, spool_at
from tests.shopfloor import FixedClock

JOINTS = (joint(1), joint(2, "1½"), joint(3, "2", "fw"))
LISTED = Plant(spools=(replace(spool_at(Etapa.LIBRE, TAG), uniones=JOINTS),), workers=WORKERS, uniones_listed=True)


@pytest.fixture
async def shop(service: OccupationService) -> OccupationService:
    await service.load_plant(LISTED)
    return service


async def lock_of(service: OccupationService) -> str | None:
    return await service.ledger.locks.value(spool_lock(TAG))


async def test_a_plants_types_that_need_no_weld_are_marked_when_it_is_loaded(shop: OccupationService):
    assert remaining((await shop.spool(TAG)).uniones, Operacion.SOLD) == (1, 2)


async def test_everything_is_stored_as_the_log_replays_it(shop: OccupationService, clock: FixedClock):
    loaded = await shop.spool(TAG)
    replica = Replica()
    replica.load(await shop.snapshot())
    for request in (
        *(tomar(JUAN), retener(CARLA), entregar(JUAN, MIGUEL), pausar(MIGUEL, uniones="1,3"), reanudar(CARLA)),
        *(tomar(MIGUEL, Operacion.SOLD), pausar(MIGUEL, uniones="1"), retener(CARLA)),
    ):
        clock.advance(seconds=1)
        response = await ask(shop, request)
        stored = await shop.spool(TAG)
        assert response.state == stored
        loaded = apply_event(loaded, (await shop.history(TAG))[-1])
        assert loaded == stored
        for event in await shop.ledger.events(after=replica.seq, limit=9):
            assert replica.apply(event)
        assert replica.spools[TAG] == stored == (await shop.snapshot()).spools[[*replica.spools].index(TAG)]
    assert stored.retencion is not None
    assert stored.retencion.desde == clock()


async def test_a_copy_has_joints_and_holds(shop: OccupationService, another_ledger: OpenLedger):
    for request in (tomar(JUAN), pausar(JUAN, uniones="1"), retener(CARLA)):
        await ask(shop, request)
    target = await another_ledger("copia")
    await copy_ledger(shop.ledger, target)
    assert await target.snapshot() == await shop.snapshot()


async def test_a_spool_is_handed_over_in_one_step_with_its_lock(shop: OccupationService):
    await shop.tomar(tomar(MIGUEL))
    request = entregar(MIGUEL, JUAN)
    response = await shop.entregar(request)
    held = response.state.ocupacion
    assert held is not None
    assert (response.spool.ocupado_por, await lock_of(shop)) == ("JP(94)", held.lock_token)
    [*_, event] = await shop.history(TAG)
    assert (event.worker_nombre, event.receiver) == ("MR(93)", (94, "JP(94)"))
    assert await shop.entregar(request) == response
    with refused(NoAutorizadoError, ocupado_por="JP(94)"):
        await shop.completar(completar(MIGUEL))
    await shop.completar(completar(JUAN))


async def test_the_receiver_is_looked_up_on_a_replica_too(shop: OccupationService):
    shop.replica = Replica()
    shop.replica.load(await shop.snapshot())
    await shop.tomar(tomar(MIGUEL))
    with refused(WorkerNoEncontradoError, worker_id=UNKNOWN_WORKER_ID):
        await shop.entregar(EntregarRequest(tag_spool=TAG, worker_id=93, a_worker_id=UNKNOWN_WORKER_ID))
    assert (await shop.entregar(entregar(MIGUEL, JUAN))).spool.worker_id == 94


async def test_a_hand_over_is_undone_with_its_lock(shop: OccupationService, clock: FixedClock):
    taken = await shop.tomar(tomar(MIGUEL))
    clock.advance(seconds=5)
    given = await shop.entregar(entregar(MIGUEL, JUAN))
    clock.advance(seconds=5)
    undone = await shop.deshacer(deshacer(MIGUEL, given.seq))
    assert undone.state == replace(taken.state, version=undone.spool.version, seq=undone.seq)
    assert await lock_of(shop) == taken.state.ocupacion.lock_token


async def test_what_is_held_back_is_not_taken_and_says_why(shop: OccupationService, clock: FixedClock):
    await shop.retener(retener(CARLA))
    with refused(SpoolRetenidoError, motivo="espera al cliente", retenido_por="CP(95)", desde=clock()):
        await shop.tomar(tomar(MIGUEL))
    status = (await shop.status(TAG)).model_dump(mode="json")
    assert status["retencion"]["motivo"] == "espera al cliente"
    await shop.reanudar(reanudar(CARLA))
    await shop.tomar(tomar(MIGUEL))


async def test_an_office_that_changes_a_joint_already_made_is_told_and_what_was_made_stays(shop: OccupationService):
    for request in (tomar(JUAN), pausar(JUAN, uniones="1-2")):
        await ask(shop, request)
    before = await shop.spool(TAG)
    changed = (joint(1, "6"), joint(3, "8"), joint(4))
    report = await shop.load_plant(replace(LISTED, spools=(replace(LISTED.spools[0], uniones=changed),)))
    assert report.made_joints == (
        MadeJoint(tag_spool=TAG, numero=1, reason=Defecto.UNION_HECHA_CAMBIADA),
        MadeJoint(tag_spool=TAG, numero=2, reason=Defecto.UNION_HECHA_QUITADA),
    )
    assert (await shop.spool(TAG)).uniones == (*before.uniones[:2], joint(3, "8"), joint(4))
    again = await shop.load_plant(replace(LISTED, spools=(replace(LISTED.spools[0], uniones=changed),)))
    assert (again.event, again.made_joints) == (None, report.made_joints)


@pytest.mark.parametrize(
    "doubt",
    [
        {"uniones_listed": False},
        {"uniones_incomplete": True},
        {"uniones_doubtful": frozenset({TAG.casefold()})},
    ],
)
async def test_without_a_list_that_could_be_read_whole_no_joint_goes(shop: OccupationService, doubt: dict):
    before = await shop.spool(TAG)
    await shop.load_plant(replace(LISTED, spools=(spool_at(Etapa.LIBRE, TAG),), **doubt))
    assert await shop.spool(TAG) == before
    await shop.load_plant(replace(LISTED, spools=(spool_at(Etapa.LIBRE, TAG),)))
    assert (await shop.spool(TAG)).uniones == ()


async def test_joints_listed_for_an_operation_that_is_completed_are_its_workers(service: OccupationService):
    spools = tuple(replace(spool_at(etapa), uniones=JOINTS) for etapa in (Etapa.ARMADO, Etapa.FABRICADO))
    await service.load_plant(replace(LISTED, spools=(spools[0], replace(spools[1], tag_spool="NUEVO"))))
    for tag, welded in ((Etapa.ARMADO, [None, None, None]), ("NUEVO", ["MR(93)", "MR(93)", None])):
        spool = await service.spool(tag)
        assert [one.arm.worker_nombre for one in spool.uniones] == ["JP(94)"] * 3
        assert [one.sold and one.sold.worker_nombre for one in spool.uniones] == welded
    assert spool.fabricado
