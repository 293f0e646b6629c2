"""A count of the yard on record, over every ledger: one event of no spool, by a supervisor, once."""

import pytest

from core.domain.errors import RolNoAutorizadoError
from core.domain.requests import InventarioRequest
from core.occupation import OccupationService
from tests.contract.commits import next_of
from tests.plants import CARLA, MIGUEL

COUNT = {"contados": 9, "faltan": 2, "sobran": 1, "en_otra_parte": 0}


async def test_a_count_is_one_event_of_no_spool_and_changes_none(service: OccupationService) -> None:
    before = await service.snapshot()
    request = InventarioRequest(worker_id=CARLA.worker_id, **COUNT)
    event = await service.inventario(request)
    assert await service.act(request) == event
    after = await service.snapshot()
    assert (after.seq, after.spools) == (event.seq, before.spools)
    assert event.seq == before.seq + 1
    assert (event.evento_tipo, event.tag_spool, event.worker_nombre) == ("INVENTARIO", "", CARLA.worker_nombre)
    assert event.metadata == COUNT
    assert await next_of(service.watch(after=before.seq), 1) == [event]


async def test_only_a_supervisor_puts_a_count_on_record(service: OccupationService) -> None:
    before = (await service.snapshot()).seq
    with pytest.raises(RolNoAutorizadoError):
        await service.inventario(InventarioRequest(worker_id=MIGUEL.worker_id, **COUNT))
    assert (await service.snapshot()).seq == before
