"""What a service remembers saves it a read and never makes it say anything that is not so, over every ledger."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from uuid import uuid4

import pytest

from core.conflicts import Backoff, ConflictService
from core.domain.errors import KioskError, RolNoAutorizadoError, SpoolOccupiedError
from core.domain.model import Operacion, Plant, Snapshot, Worker
from core.domain.requests import BatchTomarRequest, Request
from core.domain.responses import Response
from core.domain.rulebook.decisions import Accepted, AlreadySo, Circumstances
from core.domain.rules import decide
from core.ledger.memory import KEPT, Memory
from core.ledger.protocol import WorkerRecord
from core.occupation import OccupationService
from tests.asking import (
    ask,
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
from tests.contract.interference import CountedLedger
from tests.contract.undoing import Copy
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, TAG

ARM, SOLD = Operacion.ARM, Operacion.SOLD
TAGS = FREE_TAGS[:3]
MakeService = Callable[..., OccupationService]


def batch(worker: Worker) -> BatchTomarRequest:
    return BatchTomarRequest(tag_spools=TAGS, worker_id=worker.worker_id, operacion=ARM)


@pytest.fixture
async def elsewhere(service: OccupationService, another_ledger: OpenLedger, make_service: MakeService):
    """Another station of the same plant, of which the first hears nothing."""
    return make_service(await another_ledger(), station="ARM-02")


async def with_workers(office: OccupationService, *changed: Worker) -> None:
    """The office loads its list of workers with these changes."""
    workers = {worker.worker_id: worker for worker in (*PLANT.workers, *changed)}
    await office.load_plant(Plant(workers=tuple(workers.values())))


async def test_an_act_on_what_was_done_here_is_one_request(service: OccupationService, make_service: MakeService):
    ledger = CountedLedger(service.ledger)
    station = make_service(ledger)
    for tag in TAGS:
        await station.tomar(tomar(MIGUEL, tag=tag))
        await station.pausar(pausar(MIGUEL, tag))
    ledger.calls.clear()
    assert (await station.batch_tomar(batch(MIGUEL))).succeeded == len(TAGS)
    done = await station.pausar(pausar(MIGUEL))
    await station.deshacer(deshacer(MIGUEL, done.seq))
    assert ledger.calls == ["commit"] * 3


async def test_with_a_replica_no_act_is_read_for(service: OccupationService, make_service: MakeService):
    ledger = CountedLedger(service.ledger)
    station = make_service(ledger)
    station.replica = await Copy.of(service)
    await station.tomar(tomar(MIGUEL))
    await station.tomar(tomar(MIGUEL, tag=TAGS[1]))
    await station.pausar(pausar(MIGUEL))
    assert ledger.calls == ["commit"] * 3


async def test_nothing_is_decided_on_a_replica_of_another_ledger(
    service: OccupationService, elsewhere: OccupationService
):
    await service.nota(nota(MIGUEL, TAGS[1]))
    copy = await Copy.of(service)
    taken = (await elsewhere.tomar(tomar(JUAN))).state
    # The version is the one that the ledger has, the state is not.
    copy.spools[TAG] = replace(copy.spools[TAG], version=taken.version)
    service.replica = replace(copy, identity="another")
    assert (await service.nota(nota(MIGUEL))).state.ocupacion == taken.ocupacion


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_stale_memory_costs_no_try(
    service: OccupationService, make_service: MakeService, elsewhere: OccupationService, *, allowed: bool
):
    station = make_service(service.ledger, conflicts=ConflictService(Backoff(attempts=1)))
    await station.tomar(tomar(MIGUEL))
    await station.pausar(pausar(MIGUEL))
    await elsewhere.tomar(tomar(JUAN))
    if allowed:
        await elsewhere.pausar(pausar(JUAN))
        await station.tomar(tomar(MIGUEL))
    else:
        with refused(SpoolOccupiedError, ocupado_por="JP(94)", station="ARM-02"):
            await station.tomar(tomar(MIGUEL))
    assert station.conflicts.metrics(TAG).retries == 0


async def test_whoever_was_deactivated_elsewhere_takes_nothing_more(
    service: OccupationService, elsewhere: OccupationService
):
    for tag in TAGS:
        await service.tomar(tomar(MIGUEL, tag=tag))
        await service.pausar(pausar(MIGUEL, tag))
    await with_workers(elsewhere, replace(MIGUEL, activo=False))
    before = await elsewhere.snapshot()
    with refused(RolNoAutorizadoError, activo=False):
        await service.tomar(tomar(MIGUEL))
    response = await service.batch_tomar(batch(MIGUEL))
    assert {detail.error_code for detail in response.details} == {"ROL_NO_AUTORIZADO"}
    assert await elsewhere.snapshot() == before
    await with_workers(elsewhere)
    assert (await service.batch_tomar(batch(MIGUEL))).succeeded == len(TAGS)


@pytest.mark.parametrize("seed", range(4))
async def test_every_answer_is_of_the_present_whatever_is_remembered(
    service: OccupationService, another_ledger: OpenLedger, make_service: MakeService, seed: int
):
    chance = Random(seed)
    stations = [service, *[make_service(await another_ledger(), station=f"ARM-0{n}") for n in (2, 3)]]
    witness = make_service(await another_ledger())
    activos = {MIGUEL: True, JUAN: True}
    for _ in range(60):
        if chance.random() < 0.1:
            worker = chance.choice([MIGUEL, JUAN])
            activos[worker] = not activos[worker]
            await with_workers(witness, *(replace(worker, activo=activo) for worker, activo in activos.items()))
        station, worker, tag = chance.choice(stations), chance.choice([MIGUEL, JUAN]), chance.choice(TAGS)
        present = await witness.snapshot()
        if chance.random() < 0.2:
            asked = batch(worker)
            expected = [expectation(present, station, request) for request in asked.each()]
            details = (await station.batch_tomar(asked)).details
            assert [told(detail.result) for detail in details] == expected
            continue
        request = chance.choice(
            [
                tomar(worker, ARM, tag),
                tomar(worker, SOLD, tag),
                pausar(worker, tag),
                cancelar(worker, tag),
                extender(worker, tag),
                completar(worker, tag) if chance.random() < 0.2 else pausar(worker, tag),
                liberar(CARLA, tag),
                nota(worker, tag),
            ]
        )
        try:
            result: Response | KioskError = await ask(station, request)
        except KioskError as refusal:
            result = refusal
        assert told(result) == expectation(present, station, request)
        if isinstance(result, Response):
            assert result.state == await witness.spool(tag)


def expectation(present: Snapshot, station: OccupationService, request: Request) -> object:
    """What the rules say of the request as everything is at present."""
    [spool] = [spool for spool in present.spools if spool.tag_spool == request.tag_spool]
    [worker] = [worker for worker in present.workers if worker.worker_id == request.worker_id]
    given = Circumstances(
        worker=worker, station=station.station, now=station.now(), policy=station.policy, event_id=uuid4()
    )
    try:
        match decide(spool, request, given):
            case AlreadySo(held):
                return held.seq
            case Accepted():
                return spool.version + 1
    except KioskError as refusal:
        return told(refusal)


def told(result: Response | KioskError) -> object:
    if isinstance(result, KioskError):
        return result.as_dict()
    return result.state.version if result.changed else result.seq


def test_what_was_used_longest_ago_is_forgotten_first():
    memory = Memory()
    record = WorkerRecord(worker=MIGUEL, document="", identity="here")
    memory.has_read(record)
    spools = [replace(PLANT.spools[0], tag_spool=f"S-{n}") for n in range(KEPT + 1)]
    for spool in (*spools[:-1], spools[0], spools[-1]):
        memory.has_committed(spool, record.identity)
    assert [n for n, spool in enumerate(spools) if memory.spool(spool.tag_spool, None, "here") is None] == [1]


def test_of_another_ledger_nothing_is_remembered():
    memory = Memory()
    here, there = (WorkerRecord(worker=MIGUEL, document="", identity=identity) for identity in ("here", "there"))
    memory.has_read(here)
    memory.has_committed(PLANT.spools[0], here)
    memory.has_read(replace(there, worker=JUAN))
    assert memory.worker(MIGUEL.worker_id, None) is None
    assert memory.spool(PLANT.spools[0].tag_spool, None, "there") is None
    memory.has_committed(PLANT.spools[1], there)
    assert memory.spool(PLANT.spools[1].tag_spool, None, "here") is None
