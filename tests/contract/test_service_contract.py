"""What the occupation service promises over every ledger: who has which spool, once and for everyone."""

import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest

from core.domain.errors import (
    NoAutorizadoError,
    OperacionNoDisponibleError,
    RolNoAutorizadoError,
    SpoolBloqueadoError,
    SpoolNoEncontradoError,
    SpoolOccupiedError,
    WorkerNoEncontradoError,
)
from core.domain.model import Accion, Avance, EstadoAvance, Operacion, Resultado
from core.domain.requests import Request
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
from tests.contract.commits import next_of
from tests.plants import (
    ARMADORES,
    CARLA,
    FREE_TAGS,
    JUAN,
    MIGUEL,
    PLANT,
    START,
    TAG,
    UNKNOWN_WORKER_ID,
    Etapa,
    spool_at,
)
from tests.shopfloor import HOUR, SANTIAGO, FixedClock

TWELVE_HOURS = 12 * HOUR


async def log_length(service: OccupationService) -> int:
    return (await service.snapshot()).seq


async def test_tomar_tells_what_was_done_and_how_the_spool_stands(service: OccupationService):
    response = await service.tomar(tomar(MIGUEL))
    assert (response.success, response.changed, response.tag_spool) == (True, True, TAG)
    assert response.message == f"{TAG}: TOMAR_ARM"
    assert (response.seq, response.evento_tipo) == (2, "TOMAR_ARM")
    assert response.spool == await service.status(TAG)


async def test_status_of_a_taken_spool_says_who_has_it_for_what_since_when_and_where(service: OccupationService):
    await service.tomar(tomar(MIGUEL))
    status = await service.status(TAG)
    assert (status.tag_spool, status.ocupado_por, status.worker_id) == (TAG, "MR(93)", 93)
    assert (status.operacion, status.fecha_ocupacion, status.station) == (Operacion.ARM, START, "ARM-01")
    assert (status.vence, status.vencido) == (START + timedelta(seconds=TWELVE_HOURS), False)
    assert status.estado_detalle == "Ocupado por MR(93) - ARM en progreso, SOLD pendiente"
    assert (status.version, status.seq) == (2, 2)
    assert status.arm == Avance(EstadoAvance.EN_PROGRESO, "MR(93)")


async def test_status_of_a_free_spool_names_nobody(service: OccupationService):
    status = await service.status(TAG)
    nobody = (status.ocupado_por, status.worker_id, status.operacion, status.fecha_ocupacion, status.station)
    assert nobody == (None, None, None, None, None)
    assert (status.vence, status.vencido) == (None, False)
    assert (status.estado_detalle, status.version) == ("Disponible - ARM pendiente, SOLD pendiente", 1)
    assert (status.ot, status.nv, status.fecha_materiales) == ("OT-7", "NV-3", spool_at(Etapa.LIBRE).fecha_materiales)


async def test_status_as_json_has_the_fields_outside_tools_rely_on(service: OccupationService):
    document = (await service.status(TAG)).model_dump(mode="json")
    relied_on = {"tag_spool", "ocupado_por", "operacion", "fecha_ocupacion", "estado_detalle", "version"}
    assert relied_on <= document.keys()


async def test_an_unknown_spool_is_refused_by_every_question(service: OccupationService):
    for question in (service.status("NO-EXISTE"), service.history("NO-EXISTE"), service.spool("NO-EXISTE")):
        with refused(SpoolNoEncontradoError, tag_spool="NO-EXISTE"):
            await question


OTHERWISE = TAG.lower().replace("-", "\u2013", 2)


async def test_a_spool_is_found_however_its_tag_is_spelled(service: OccupationService):
    request = tomar(MIGUEL, tag=OTHERWISE)
    taken = await service.tomar(request)
    assert (taken.tag_spool, taken.changed) == (TAG, True)
    assert await service.tomar(request) == taken
    assert (await service.status(OTHERWISE)).ocupado_por == "MR(93)"
    assert (await service.history(OTHERWISE)) == (await service.history(TAG))
    assert (await service.pausar(pausar(MIGUEL, OTHERWISE))).tag_spool == TAG
    assert await log_length(service) == 3


async def test_a_slip_is_refused_with_the_nearest_tags(service: OccupationService):
    slip = TAG.replace("25238", "25283")
    for question in (service.status(slip), service.history(slip), service.tomar(tomar(MIGUEL, tag=slip))):
        with refused(SpoolNoEncontradoError, tag_spool=slip, parecidos=(TAG,)):
            await question
    assert await log_length(service) == 1


async def test_an_unknown_worker_is_refused(service: OccupationService):
    with refused(WorkerNoEncontradoError, worker_id=UNKNOWN_WORKER_ID):
        await service.worker(UNKNOWN_WORKER_ID)
    assert await service.worker(93) == MIGUEL


EVERY_VERB = [tomar, pausar, completar, aprobar, cancelar, extender, liberar, desbloquear, nota]


@pytest.mark.parametrize("make", EVERY_VERB)
async def test_every_verb_refuses_an_unknown_spool_and_an_unknown_worker(service: OccupationService, make):
    with refused(SpoolNoEncontradoError, tag_spool="NO-EXISTE"):
        await ask(service, make(CARLA, tag="NO-EXISTE"))
    with refused(WorkerNoEncontradoError, worker_id=UNKNOWN_WORKER_ID):
        await ask(service, make(CARLA).model_copy(update={"worker_id": UNKNOWN_WORKER_ID}))
    assert await log_length(service) == 1


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (tomar(JUAN), SpoolOccupiedError),
        (pausar(JUAN), NoAutorizadoError),
        (aprobar(JUAN), RolNoAutorizadoError),
        (liberar(JUAN), RolNoAutorizadoError),
        (desbloquear(CARLA), OperacionNoDisponibleError),
        (tomar(MIGUEL, Operacion.REPARACION, Etapa.BLOQUEADO), SpoolBloqueadoError),
    ],
    ids=lambda value: getattr(value, "accion", None),
)
async def test_a_refused_request_changes_nothing(service: OccupationService, request_: Request, refusal: type):
    await service.tomar(tomar(MIGUEL))
    before = await service.snapshot()
    with refused(refusal):
        await ask(service, request_)
    assert await service.snapshot() == before


async def test_an_occupied_spool_names_its_holder_operation_station_and_since_when(
    service: OccupationService, clock: FixedClock
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=60)
    with refused(
        SpoolOccupiedError,
        tag_spool=TAG,
        worker_id=93,
        ocupado_por="MR(93)",
        operacion=Operacion.ARM,
        station="ARM-01",
        fecha_ocupacion=START,
    ):
        await service.tomar(tomar(JUAN))


async def test_tomar_by_the_present_holder_is_no_event_and_names_the_first(
    service: OccupationService, clock: FixedClock
):
    first = await service.tomar(tomar(MIGUEL))
    await service.nota(nota(JUAN))
    clock.advance(seconds=120)
    second = await service.tomar(tomar(MIGUEL))
    assert (second.success, second.changed, second.seq, second.evento_tipo) == (True, False, first.seq, "TOMAR_ARM")
    assert second.message == f"{TAG}: TOMAR_ARM (no change)"
    assert second.spool == await service.status(TAG)
    assert await log_length(service) == 3


async def test_a_spool_goes_all_the_way_from_fit_up_to_repair_to_approval(service: OccupationService):
    for request in (
        tomar(JUAN),
        pausar(JUAN),
        tomar(MIGUEL),
        completar(MIGUEL),
        tomar(MIGUEL, Operacion.SOLD),
        completar(MIGUEL),
        rechazar(CARLA),
        tomar(JUAN, Operacion.REPARACION),
        completar(JUAN),
        aprobar(CARLA),
    ):
        await ask(service, request)
    assert [event.evento_tipo for event in await service.history(TAG)] == [
        "TOMAR_ARM",
        "PAUSAR_ARM",
        "TOMAR_ARM",
        "COMPLETAR_ARM",
        "TOMAR_SOLD",
        "COMPLETAR_SOLD",
        "COMPLETAR_METROLOGIA",
        "TOMAR_REPARACION",
        "COMPLETAR_REPARACION",
        "COMPLETAR_METROLOGIA",
    ]
    status = await service.status(TAG)
    assert (status.estado_detalle, status.inspeccion.resultado) == ("METROLOGIA APROBADO", Resultado.APROBADO)
    assert status.version == 11


async def test_history_tells_who_did_what_where_and_when(service: OccupationService, clock: FixedClock):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=60)
    await service.nota(nota(JUAN, texto="falta un codo"))
    taken, noted = await service.history(TAG)
    assert (taken.worker_id, taken.worker_nombre, taken.operacion, taken.accion, taken.station) == (
        93,
        "MR(93)",
        Operacion.ARM,
        Accion.TOMAR,
        "ARM-01",
    )
    assert (taken.ts, noted.ts - taken.ts) == (START, timedelta(seconds=60))
    assert taken.fecha_operacion == START.astimezone(SANTIAGO).date()
    assert (noted.evento_tipo, noted.operacion, noted.metadata) == ("NOTA", None, {"texto": "falta un codo"})


async def test_history_of_a_spool_nothing_happened_to_is_empty(service: OccupationService):
    assert await service.history(TAG) == []


async def test_work_counts_for_the_day_in_the_plants_time_zone(service: OccupationService, clock: FixedClock):
    clock.advance(seconds=11.5 * HOUR)
    await service.tomar(tomar(MIGUEL))
    await service.completar(completar(MIGUEL))
    assert clock().date() == START.date() + timedelta(days=1)
    assert (await service.status(TAG)).arm.fecha == START.date()


async def test_of_ten_who_take_one_spool_at_once_exactly_one_gets_it(
    service: OccupationService, another_ledger: OpenLedger, make_service
):
    elsewhere = make_service(await another_ledger(), station="ARM-02")
    results = await asyncio.gather(
        *((service, elsewhere)[n % 2].tomar(tomar(worker)) for n, worker in enumerate(ARMADORES)),
        return_exceptions=True,
    )
    [winner] = [result for result in results if not isinstance(result, Exception)]
    assert {type(result) for result in results if isinstance(result, Exception)} == {SpoolOccupiedError}
    assert (await elsewhere.status(TAG)).ocupado_por == winner.spool.ocupado_por
    assert await log_length(service) == 2


async def test_a_worker_may_hold_many_spools(service: OccupationService):
    for tag in FREE_TAGS[:5]:
        await service.tomar(tomar(MIGUEL, tag=tag))
    held = [spool.tag_spool for spool in (await service.snapshot()).spools if spool.ocupacion]
    assert sorted(held) == sorted(FREE_TAGS[:5])


async def test_watch_tells_another_stations_events(
    service: OccupationService, another_ledger: OpenLedger, make_service
):
    elsewhere = make_service(await another_ledger(), station="ARM-02")
    async with aclosing(service.watch(after=1)) as stream:
        coming = asyncio.create_task(next_of(stream, 2))
        await elsewhere.tomar(tomar(MIGUEL))
        await elsewhere.pausar(pausar(MIGUEL))
        assert [(event.evento_tipo, event.station) for event in await coming] == [
            ("TOMAR_ARM", "ARM-02"),
            ("PAUSAR_ARM", "ARM-02"),
        ]


async def test_watch_from_the_start_begins_with_the_plant(service: OccupationService):
    async with aclosing(service.watch()) as stream:
        [event] = await next_of(stream, 1)
    assert (event.evento_tipo, event.metadata["origen"]) == ("CARGAR_PLANTA", "tests")


async def test_loading_the_plant_again_is_no_event(service: OccupationService):
    await service.tomar(tomar(MIGUEL))
    report = await service.load_plant(PLANT, source="tests")
    assert (report.event, report.unchanged) == (None, len(PLANT.spools))
    assert (await service.status(TAG)).ocupado_por == "MR(93)"


async def test_possible_operations_are_told_by_the_ledgers_clock(service: OccupationService, clock: FixedClock):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS - 1)
    assert isinstance(service.possible_operations(await service.spool(TAG), JUAN)[Operacion.ARM], SpoolOccupiedError)
    clock.advance(seconds=1)
    assert service.possible_operations(await service.spool(TAG), JUAN)[Operacion.ARM] is None
