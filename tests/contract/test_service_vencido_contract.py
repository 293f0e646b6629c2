"""How an occupation ends without its holder's doing, over every ledger: its life runs out, or a supervisor acts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.domain.errors import (
    LockExpiredError,
    NoAutorizadoError,
    SpoolOccupiedError,
)
from core.domain.model import Avance, Displaced, EstadoAvance, Operacion
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.rulebook.policy import Policy
from core.ledger.locks import LockService
from core.occupation import OccupationService
from tests.asking import (
    ask,
    cancelar,
    completar,
    desbloquear,
    extender,
    liberar,
    pausar,
    rechazar,
    refused,
    tomar,
)
from tests.contract.interference import ClockAhead
from tests.plants import (
    CARLA,
    JUAN,
    MIGUEL,
    START,
    TAG,
    Etapa,
)
from tests.shopfloor import HOUR, FixedClock

TWELVE_HOURS = 12 * HOUR


async def log_length(service: OccupationService) -> int:
    return (await service.snapshot()).seq


@pytest.mark.parametrize("seconds", [TWELVE_HOURS, 10 * TWELVE_HOURS])
async def test_an_occupation_whose_life_ran_out_stays_on_record_as_vencido(
    service: OccupationService, clock: FixedClock, seconds: int
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=seconds)
    status = await service.status(TAG)
    assert (status.vencido, status.ocupado_por) == (True, "MR(93)")
    assert status.estado_detalle == "VENCIDO, lo tenía MR(93) - ARM en progreso, SOLD pendiente"
    assert await log_length(service) == 2


async def test_the_holder_of_a_vencido_spool_may_take_it_again_with_a_new_lock(
    service: OccupationService, clock: FixedClock
):
    first = await service.tomar(tomar(MIGUEL))
    old_lock = await service.ledger.locks.value(spool_lock(TAG))
    clock.advance(seconds=TWELVE_HOURS)
    again = await service.tomar(tomar(MIGUEL))
    assert (again.changed, again.seq) == (True, first.seq + 1)
    assert not again.spool.vencido
    assert await service.ledger.locks.value(spool_lock(TAG)) not in {None, old_lock}
    await service.pausar(pausar(MIGUEL))


async def test_a_renewal_by_the_holder_displaces_nobody(service: OccupationService, clock: FixedClock):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS)
    await service.tomar(tomar(MIGUEL))
    assert "desplaza" not in (await service.history(TAG))[-1].metadata


async def test_another_may_take_a_vencido_spool_and_the_event_names_whom_it_displaced(
    service: OccupationService, clock: FixedClock
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS)
    response = await service.tomar(tomar(JUAN))
    assert response.spool.ocupado_por == "JP(94)"
    told = {
        "worker_id": 93,
        "worker_nombre": "MR(93)",
        "operacion": "ARM",
        "fecha_ocupacion": START.isoformat(),
        "station": "ARM-01",
    }
    assert (await service.history(TAG))[-1].metadata["desplaza"] == told
    displaced = Displaced(**told | {"fecha_ocupacion": START})
    assert response.desplaza == response.as_dict()["desplaza"] == displaced
    assert (await service.spool(TAG)).ocupacion.desplaza == displaced
    again = await service.tomar(tomar(JUAN))
    assert (again.changed, again.desplaza) == (False, None)
    with refused(NoAutorizadoError, ocupado_por="JP(94)"):
        await service.pausar(pausar(MIGUEL))


@pytest.mark.parametrize("make", [pausar, completar, cancelar, extender])
async def test_after_the_life_of_the_lock_its_holder_must_take_the_spool_again(
    service: OccupationService, clock: FixedClock, make
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS)
    with refused(LockExpiredError, tag_spool=TAG, worker_id=93, vencio=START + timedelta(seconds=TWELVE_HOURS)):
        await ask(service, make(MIGUEL))
    assert await log_length(service) == 2


@pytest.mark.parametrize("make", [pausar, completar, cancelar, extender])
async def test_a_lock_that_was_released_by_hand_is_gone_for_its_holder(service: OccupationService, make):
    await service.tomar(tomar(MIGUEL))
    locks = LockService(service.ledger)
    _, token = await locks.owner(TAG)
    await locks.release(TAG, token)
    with refused(LockExpiredError, tag_spool=TAG, worker_id=93):
        await ask(service, make(MIGUEL))
    assert await log_length(service) == 2


async def test_extender_starts_the_life_anew(service: OccupationService, clock: FixedClock):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=TWELVE_HOURS - 1)
    response = await service.extender(extender(MIGUEL))
    assert response.spool.vence == clock() + timedelta(seconds=TWELVE_HOURS)
    clock.advance(seconds=TWELVE_HOURS - 1)
    await service.pausar(pausar(MIGUEL))
    assert (await service.status(TAG)).estado_detalle == "Disponible - ARM parcial, SOLD pendiente"


async def test_with_a_life_of_zero_an_occupation_lasts_until_released(service, make_service, clock: FixedClock):
    patient = make_service(service.ledger, policy=Policy(lock_ttl=0))
    await patient.tomar(tomar(MIGUEL))
    await patient.extender(extender(MIGUEL))
    clock.advance(seconds=80 * 86_400)
    status = await patient.status(TAG)
    assert (status.vence, status.vencido) == (None, False)
    with refused(SpoolOccupiedError):
        await patient.tomar(tomar(JUAN))
    await patient.pausar(pausar(MIGUEL))


@pytest.mark.parametrize("seconds", [0, TWELVE_HOURS], ids=["living", "vencido"])
async def test_liberar_by_a_supervisor_frees_the_spool_and_its_lock(
    service: OccupationService, clock: FixedClock, seconds: int
):
    await service.tomar(tomar(MIGUEL))
    clock.advance(seconds=seconds)
    response = await service.liberar(liberar(CARLA, motivo="fin de turno"))
    assert response.spool.ocupado_por is None
    assert response.spool.arm == Avance(EstadoAvance.PAUSADO, "MR(93)")
    assert await LockService(service.ledger).owner(TAG) == (None, None)
    last = (await service.history(TAG))[-1]
    assert (last.evento_tipo, last.worker_nombre) == ("LIBERAR_ARM", "CP(95)")
    assert last.metadata == {"motivo": "fin de turno", "liberado": {"worker_id": 93, "worker_nombre": "MR(93)"}}
    with refused(LockExpiredError):
        await service.pausar(pausar(MIGUEL))
    await service.tomar(tomar(JUAN))


async def test_desbloquear_allows_one_more_repair_and_records_the_motive(service: OccupationService):
    response = await service.desbloquear(desbloquear(CARLA, Etapa.BLOQUEADO, motivo="lo pide calidad"))
    assert not response.spool.bloqueado
    [event] = await service.history(Etapa.BLOQUEADO)
    assert (event.evento_tipo, event.metadata) == ("DESBLOQUEAR", {"motivo": "lo pide calidad"})
    await service.tomar(tomar(JUAN, Operacion.REPARACION, Etapa.BLOQUEADO))
    await service.completar(completar(JUAN, Etapa.BLOQUEADO))
    await service.completar(rechazar(CARLA, Etapa.BLOQUEADO))
    assert (await service.status(Etapa.BLOQUEADO)).bloqueado


async def test_a_station_whose_clock_is_ahead_cannot_displace_a_living_holder(
    service: OccupationService, make_service: Callable[..., OccupationService]
):
    await service.tomar(tomar(MIGUEL))
    hasty = make_service(ClockAhead(service.ledger, seconds=TWELVE_HOURS))
    assert (await hasty.status(TAG)).vencido
    with refused(SpoolOccupiedError, ocupado_por="MR(93)"):
        await hasty.tomar(tomar(JUAN))
    assert await log_length(service) == 2
