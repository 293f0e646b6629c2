"""The embedded ledger takes its time from the machine: with a clock that is off nothing is recorded."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import ClockDoubtfulError, RolNoAutorizadoError, VersionConflictError
from core.domain.model import Accion, Plant
from core.domain.reasons import FallaRegistro, Riesgo
from core.domain.requests import AceptarRegistroRequest
from core.occupation import OccupationService
from core.settings import sqlite_url
from core.wiring import open_occupation
from tests.asking import liberar, nota, pausar, refused, tomar
from tests.plants import CARLA, MIGUEL, PLANT, START, Etapa, spool_at
from tests.shopfloor import FixedClock

SECOND = timedelta(seconds=1)
ACCEPT = AceptarRegistroRequest(worker_id=CARLA.worker_id, motivo="es la hora")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def service(file: Path, clock: FixedClock) -> AsyncIterator[OccupationService]:
    """Miguel took a spool at START."""
    async with open_occupation(sqlite_url(file), site="planta-1", station="ARM-01", clock=clock) as service:
        await service.load_plant(PLANT)
        await service.tomar(tomar(MIGUEL))
        yield service


async def is_doubtful(service: OccupationService) -> bool:
    return Riesgo.RELOJ_DUDOSO in (await service.ledger.admin.check(thorough=False)).risks


@pytest.mark.parametrize("off", [timedelta(minutes=-10), timedelta(), timedelta(days=90)])
async def test_a_clock_that_is_a_little_off_is_no_trouble(
    service: OccupationService, clock: FixedClock, off: timedelta
) -> None:
    clock.instant += off
    assert not await is_doubtful(service)
    await service.nota(nota(MIGUEL))
    assert (await service.history(tomar(MIGUEL).tag_spool))[-1].ts == START + off
    with pytest.raises(VersionConflictError):
        await service.aceptar_registro(ACCEPT)


OFF = [
    (timedelta(minutes=-10) - SECOND, FallaRegistro.RELOJ_ATRASADO),
    (timedelta(days=-40_000), FallaRegistro.RELOJ_ATRASADO),
    (timedelta(days=90) + SECOND, FallaRegistro.RELOJ_ADELANTADO),
    (timedelta(days=4000), FallaRegistro.RELOJ_ADELANTADO),
]


@pytest.mark.parametrize(("off", "reason"), OFF)
async def test_a_clock_that_is_off_records_nothing_until_it_is_right_again(
    service: OccupationService, clock: FixedClock, off: timedelta, reason: FallaRegistro
) -> None:
    before = await service.snapshot()
    clock.instant += off
    assert await is_doubtful(service)
    doubt = {"reason": reason, "apart": abs(off), "newest": START, "doubtful": False}
    with refused(ClockDoubtfulError, **doubt):
        await service.nota(nota(MIGUEL))
    with refused(ClockDoubtfulError, **doubt):
        await service.load_plant(Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO-1"),)))
    assert await service.snapshot() == before
    clock.instant = START
    assert not await is_doubtful(service)
    await service.pausar(pausar(MIGUEL))


@pytest.mark.parametrize(("off", "reason"), OFF)
async def test_a_supervisor_accepts_it_once_by_an_event(
    service: OccupationService, clock: FixedClock, off: timedelta, reason: FallaRegistro
) -> None:
    identity = service.ledger.seen.identity
    clock.instant += off
    with refused(RolNoAutorizadoError):
        await service.aceptar_registro(ACCEPT.model_copy(update={"worker_id": MIGUEL.worker_id}))
    event = await service.aceptar_registro(ACCEPT)
    assert (event.accion, event.seq, event.ts, event.metadata["reloj"]) == (
        Accion.ACEPTAR_REGISTRO,
        3,
        clock.instant,
        reason,
    )
    assert not await is_doubtful(service)
    assert (await service.liberar(liberar(CARLA))).seq == 4
    assert service.ledger.seen.identity == identity
    clock.instant += timedelta(days=91)
    with pytest.raises(ClockDoubtfulError):
        await service.nota(nota(MIGUEL))


async def test_a_repeat_is_answered_whatever_the_clock_says(service: OccupationService, clock: FixedClock) -> None:
    once = nota(MIGUEL)
    done = await service.nota(once)
    clock.instant -= timedelta(days=400)
    assert (await service.nota(once)).seq == done.seq
