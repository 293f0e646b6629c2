"""What the office holds back by its column Retenido: in events of its own, and only what is its own to hold."""

from dataclasses import replace

import pytest

from core.domain.errors import SpoolRetenidoError
from core.domain.model import Accion, Plant
from core.ledger.protocol import LoadReport
from core.occupation import OccupationService
from tests.asking import nota, reanudar, refused, retener, tomar
from tests.plants import CARLA, FREE_TAGS, MIGUEL, PLANT, TAG


async def listed(service: OccupationService, motive: str | None = None) -> LoadReport:
    """The office's list, with a column that says why it holds TAG back; None: without the column."""
    return await service.load_plant(Plant(spools=PLANT.spools, retenidos={} if motive is None else {TAG: motive}))


async def history(service: OccupationService) -> list[tuple[Accion | str, int, object]]:
    events = await service.history(TAG)
    return [(event.accion, event.worker_id, event.metadata.get("motivo")) for event in events]


async def test_a_filled_cell_holds_the_spool_back_and_an_emptied_one_lets_it_go_on(service: OccupationService) -> None:
    for _ in range(2):
        await listed(service, "falta plano")
        assert await history(service) == [(Accion.RETENER, 0, "falta plano")]
    with refused(SpoolRetenidoError, motivo="falta plano", worker_id=0):
        await service.tomar(tomar(MIGUEL))
    await listed(service, "cliente")
    assert (await service.spool(TAG)).retencion.motivo == "cliente"
    await listed(service)
    assert (await service.spool(TAG)).retencion is not None, "without the column nothing changes"
    for _ in range(2):
        await listed(service, "")
        assert [accion for accion, *_ in await history(service)] == [Accion.RETENER, Accion.RETENER, Accion.REANUDAR]
    await service.tomar(tomar(MIGUEL))
    await listed(service, "falta plano")
    held = await service.spool(TAG)
    assert (held.ocupacion is None, held.retencion is None) == (False, False)


async def test_what_a_person_holds_back_is_theirs(service: OccupationService) -> None:
    await service.retener(retener(CARLA, motivo="grieta"))
    for motive in ("", "cliente"):
        assert (await listed(service, motive)).holds == {}
    assert (await service.spool(TAG)).retencion.worker_id == CARLA.worker_id
    await service.reanudar(reanudar(CARLA))
    await listed(service, "cliente")
    await service.reanudar(reanudar(CARLA, motivo="llegó"))
    assert (await service.spool(TAG)).retencion is None


async def test_a_new_spool_and_many_at_once_are_held_back_too(service: OccupationService) -> None:
    new = [replace(PLANT.spools[0], tag_spool=f"N-{number}") for number in range(60)]
    retenidos = {spool.tag_spool: "cliente" for spool in new} | {FREE_TAGS[1].lower(): "cliente"}
    plant = Plant(spools=(*new, replace(PLANT.spools[1], tag_spool=FREE_TAGS[1].lower())), retenidos=retenidos)
    report = await service.load_plant(plant)
    assert (report.added, len(report.holds)) == (60, 61)
    held = [spool for spool in (await service.snapshot()).spools if spool.retencion]
    assert len(held) == 61


@pytest.mark.parametrize("times", [1, 3])
async def test_somebody_who_is_faster_is_no_reason_to_forget_it(
    service: OccupationService, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    commit, left = service.ledger.commit, [times]

    async def too_late(*arguments, **more):
        if left[0] and arguments[0][0].draft.accion is Accion.RETENER:
            left[0] -= 1
            await service.nota(nota(CARLA, TAG))
        return await commit(*arguments, **more)

    monkeypatch.setattr(service.ledger, "commit", too_late)
    await listed(service, "cliente")
    assert (await service.spool(TAG)).retencion.motivo == "cliente"
