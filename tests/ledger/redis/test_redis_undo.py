"""Undoing on Redis, looked at key by key: the lock ends in the millisecond that was told, and no hole is left open."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import uuid4

import pytest

from core.domain.requests import Request
from core.domain.rulebook.lock_steps import RestoreLock
from core.ledger.protocol import LockHeld
from core.occupation import OccupationService
from tests.asking import ask, cancelar, completar, deshacer, liberar, pausar, rechazar, tomar
from tests.contract.commits import committed, noting, outcome_of, spool_of
from tests.ledger.redis.sites import consistent, contents, key, server_time, station
from tests.plants import CARLA, MIGUEL, PLANT, TAG, WORKERS_BY_ID, Etapa
from tests.redis_servers import RedisServer

LOCK = f"spool_lock:{TAG}"
ACTS: list[tuple[list[Request], Request]] = [
    ([], tomar(MIGUEL)),
    ([tomar(MIGUEL)], pausar(MIGUEL)),
    ([tomar(MIGUEL)], completar(MIGUEL)),
    ([tomar(MIGUEL)], cancelar(MIGUEL)),
    ([tomar(MIGUEL)], liberar(CARLA)),
    ([], rechazar(CARLA, Etapa.FABRICADO)),
]


@pytest.fixture(params=[12 * 3600, 1, 0], ids=["twelve hours", "a second", "until released"])
async def kiosk(
    redis_server: RedisServer, site: str, request: pytest.FixtureRequest
) -> AsyncIterator[OccupationService]:
    async with AsyncExitStack() as opened:
        service = await opened.enter_async_context(station(redis_server.url, site, lock_ttl=request.param))
        await service.load_plant(PLANT)
        yield service


@pytest.mark.parametrize(("before", "act"), ACTS, ids=[act.accion for _, act in ACTS])
async def test_all_that_is_stored_is_what_the_log_says(
    kiosk: OccupationService, redis_server: RedisServer, site: str, before: list[Request], act: Request
):
    for request in (*before, act):
        done = await ask(kiosk, request.model_copy(update={"request_id": uuid4()}))
    await kiosk.deshacer(deshacer(WORKERS_BY_ID[act.worker_id], done.seq, act.tag_spool))
    log = consistent(redis_server, site)
    assert log[-1].evento_tipo.startswith("DESHACER")
    states = b"".join(redis_server.command("HVALS", key(site, "spools")))
    assert not {b"\x01", b"\x02", b"\x03"} & {bytes([byte]) for byte in states}


async def test_a_lock_is_restored_to_its_last_millisecond_and_not_beyond(
    kiosk: OccupationService, redis_server: RedisServer, site: str
):
    until = server_time(redis_server).replace(microsecond=0) + timedelta(seconds=77, milliseconds=123)
    await committed(kiosk.ledger, noting(await spool_of(kiosk.ledger), lock=RestoreLock("93:x", until)))
    assert redis_server.command("PEXPIRETIME", key(site, LOCK)) == round(until.timestamp() * 1000) - 1
    assert await kiosk.ledger.locks.value(LOCK) == "93:x"


@pytest.mark.parametrize("ago", [timedelta(milliseconds=1), timedelta(days=400)])
async def test_a_lock_whose_end_has_passed_is_not_restored(
    kiosk: OccupationService, redis_server: RedisServer, site: str, ago: timedelta
):
    past = server_time(redis_server) - ago
    await committed(kiosk.ledger, noting(await spool_of(kiosk.ledger), lock=RestoreLock("93:x", past)))
    assert redis_server.command("EXISTS", key(site, LOCK)) == 0


async def test_a_lock_that_lives_is_not_restored_over(kiosk: OccupationService, redis_server: RedisServer, site: str):
    await kiosk.ledger.locks.acquire(LOCK, "94:y", 60)
    before = contents(redis_server, site)
    step = noting(await spool_of(kiosk.ledger), lock=RestoreLock("93:x", None))
    assert await outcome_of(kiosk.ledger, step) == LockHeld()
    assert contents(redis_server, site) == before
