"""Copies between ledgers of either engine: equal in all that can be asked, and never half there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import CopyFailedError, LedgerNotEmptyError, LedgerUnavailableError
from core.domain.events import Event
from core.domain.reasons import Defecto
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.rulebook.policy import Policy
from core.ledger import copying
from core.ledger.copying import copy_ledger
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger, Position
from core.occupation import OccupationService
from tests.asking import completar, deshacer, nota, pausar, rechazar, tomar
from tests.contract.commits import whole_log
from tests.plants import CARLA, FREE_TAGS, JUAN, MIGUEL, PLANT, Etapa
from tests.redis_servers import RedisServer, ServerClock
from tests.shopfloor import HOUR, SANTIAGO, FixedClock

Open = Callable[..., Awaitable[Ledger]]
HELD, KEPT, LATE, DONE, UNDONE = FREE_TAGS[:5]
TTL = 12 * HOUR


@pytest.fixture
def clock(clocked_redis: RedisServer) -> FixedClock:
    clocked_redis.command("FLUSHALL")
    return ServerClock(clocked_redis.folder / "clock")


@pytest.fixture
async def open_one(clocked_redis: RedisServer, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Open]:
    """Opens a ledger of an engine, each site a store of its own, all by one clock."""
    async with AsyncExitStack() as opened:

        async def opening(engine: str, site: str, *, seen: Position | None = None) -> Ledger:
            url = clocked_redis.url if engine == "redis" else f"sqlite:///{tmp_path / site}.sqlite3"
            ledger = open_ledger(url, site=site, clock=clock, request_memory=timedelta(hours=1), seen=seen)
            return await opened.enter_async_context(ledger)

        yield opening


def service(ledger: Ledger, *, ttl: int = TTL) -> OccupationService:
    return OccupationService(ledger, station="ARM-01", timezone=SANTIAGO, policy=Policy(lock_ttl=ttl))


@pytest.fixture(params=["sqlite", "redis"])
async def source(request: pytest.FixtureRequest, open_one: Open, clock: FixedClock) -> Ledger:
    """A plant with work of each kind, on either engine."""
    ledger = await open_one(request.param, "vieja")
    await service(ledger).load_plant(PLANT)
    await service(ledger, ttl=60).tomar(tomar(JUAN, tag=LATE))
    clock.advance(seconds=61.25)
    await service(ledger).tomar(tomar(MIGUEL, tag=HELD))
    await service(ledger, ttl=0).tomar(tomar(JUAN, tag=KEPT))
    await service(ledger).tomar(tomar(MIGUEL, tag=DONE))
    await service(ledger).completar(completar(MIGUEL, DONE))
    await service(ledger).nota(nota(MIGUEL, DONE, texto="Falta [brida] 🔧 管"))
    await service(ledger).completar(rechazar(CARLA, Etapa.FABRICADO, motivo="poro"))
    here = service(ledger)
    await here.tomar(tomar(JUAN, tag=UNDONE))
    clock.advance(seconds=5)
    put_down = await here.pausar(pausar(JUAN, UNDONE))
    await here.deshacer(deshacer(JUAN, put_down.seq, UNDONE))
    return ledger


@pytest.fixture(params=["sqlite", "redis"])
async def target(request: pytest.FixtureRequest, open_one: Open) -> Ledger:
    return await open_one(request.param, "nueva")


async def everything(ledger: Ledger) -> tuple[object, ...]:
    snapshot = await ledger.snapshot()
    tags = [spool.tag_spool for spool in snapshot.spools]
    histories = {tag: await ledger.history(tag) for tag in tags}
    locks = {tag: await ledger.locks.value(spool_lock(tag)) for tag in tags}
    return await ledger.position(), snapshot, await whole_log(ledger), histories, locks


async def test_a_copy_tells_all_that_the_original_tells(source: Ledger, target: Ledger) -> None:
    report = await copy_ledger(source, target)
    assert await everything(target) == await everything(source)
    assert (report.spools, report.workers) == (len(PLANT.spools), len(PLANT.workers))
    assert (report.occupied, report.events, report.first_seq, report.last_seq) == (4, 11, 1, 11)


async def test_copied_locks_live_exactly_as_long(source: Ledger, target: Ledger, clock: FixedClock) -> None:
    await copy_ledger(source, target)
    for ledger in (source, target):
        assert await ledger.locks.value(spool_lock(LATE)) is None
    clock.advance(seconds=TTL - 5.001)
    for ledger in (source, target):
        assert await ledger.locks.value(spool_lock(HELD)) is not None
    clock.advance(seconds=0.001)
    for ledger in (source, target):
        assert await ledger.locks.value(spool_lock(HELD)) is None
    clock.advance(seconds=365 * 24 * HOUR)
    for ledger in (source, target):
        assert await ledger.locks.value(spool_lock(KEPT)) is not None


async def test_notes_are_not_copied_and_those_of_the_target_are_removed(source: Ledger, target: Ledger) -> None:
    for ledger in (source, target):
        await ledger.locks.acquire("sheet-mirror", "1:token", 0)
        assert await ledger.notes.write("sheet", {"cursor": "9"}, lock="sheet-mirror", token="1:token")
    await copy_ledger(source, target)
    assert await target.notes.read("sheet") == {}
    assert await source.notes.read("sheet") == {"cursor": "9"}


async def test_holders_go_on_with_the_copy(source: Ledger, target: Ledger) -> None:
    await copy_ledger(source, target)
    assert (await service(target).pausar(pausar(MIGUEL, HELD))).seq == 12
    assert (await service(target).pausar(pausar(JUAN, KEPT))).seq == 13
    assert (await service(target).tomar(tomar(MIGUEL, tag=LATE))).seq == 14
    assert (await service(target).pausar(pausar(JUAN, UNDONE))).seq == 15
    assert [event.seq for event in await target.history(HELD)] == [3, 12]


async def test_who_knew_the_original_goes_on_with_the_copy(
    source: Ledger, target: Ledger, open_one: Open, request: pytest.FixtureRequest
) -> None:
    await copy_ledger(source, target)
    engine = "redis" if "Redis" in type(target).__name__ else "sqlite"
    known = await open_one(engine, "nueva", seen=source.seen)
    assert await known.position() == await source.position()
    assert (await service(known).nota(nota(MIGUEL, HELD))).seq == 12


async def test_a_copy_of_a_copy_is_refused_and_the_first_stays(source: Ledger, target: Ledger) -> None:
    await copy_ledger(source, target)
    before = await everything(target)
    with pytest.raises(LedgerNotEmptyError):
        await copy_ledger(source, target)
    assert await everything(target) == before


async def test_a_source_that_is_worked_on_is_given_up_and_the_target_may_be_used(
    source: Ledger, target: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGE", 3)
    events = source.events

    async def while_work_goes_on(*, after: int, limit: int) -> list[Event]:
        page = await events(after=after, limit=limit)
        await service(source).nota(nota(MIGUEL, HELD))
        return page

    with monkeypatch.context() as patched:
        patched.setattr(source, "events", while_work_goes_on)
        with pytest.raises(CopyFailedError):
            await copy_ledger(source, target)
    snapshot = await target.snapshot()
    assert (snapshot.seq, snapshot.spools, snapshot.workers) == (0, (), ())
    await copy_ledger(source, target)
    assert await everything(target) == await everything(source)


async def test_a_lock_that_runs_out_meanwhile_is_no_failure(source: Ledger, target: Ledger, clock: FixedClock) -> None:
    moved = []

    def time_passes(count: int) -> None:
        if not moved:
            moved.append(count)
            clock.advance(seconds=TTL)

    await copy_ledger(source, target, progress=time_passes)
    assert await target.locks.value(spool_lock(HELD)) is None


async def test_a_copy_that_differs_is_told_as_one_not_to_be_used(
    source: Ledger, target: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def anothers(name: str) -> str:
        return "94:another"

    monkeypatch.setattr(target.locks, "value", anothers)
    with pytest.raises(CopyFailedError, match="OTRA_TOMA"):
        await copy_ledger(source, target)


@pytest.fixture
async def redis_target(open_one: Open) -> Ledger:
    return await open_one("redis", "nueva")


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
async def test_a_copy_that_was_overtaken_leaves_the_other_alone(
    source: Ledger, redis_target: Ledger, open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGE", 3)
    overtaking = await open_one("redis", "nueva")
    go_on, begun = asyncio.Event(), asyncio.Event()
    events = source.events

    async def slow(*, after: int, limit: int) -> list[Event]:
        if after == 3 and asyncio.current_task() is first:
            begun.set()
            await go_on.wait()
        return await events(after=after, limit=limit)

    monkeypatch.setattr(source, "events", slow)
    first = asyncio.create_task(copy_ledger(source, redis_target))
    await begun.wait()
    await copy_ledger(source, overtaking)
    go_on.set()
    with pytest.raises(LedgerUnavailableError):
        await first
    assert await everything(overtaking) == await everything(source)


@pytest.mark.parametrize("source", ["redis"], indirect=True)
async def test_a_copy_that_fails_removes_nothing_of_another_site(source: Ledger, open_one: Open) -> None:
    before = await everything(source)
    target = await open_one("redis", "viej")

    def give_up(count: int) -> None:
        raise CopyFailedError(Defecto.OTROS_SPOOLS)

    with pytest.raises(CopyFailedError):
        await copy_ledger(source, target, progress=give_up)
    assert await everything(source) == before
