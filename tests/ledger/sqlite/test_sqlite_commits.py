"""Commits of the embedded ledger that fail, are cancelled, are waited for, or come from another process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import apsw
import pytest

from core.domain.errors import LedgerUnavailableError
from core.domain.events import Event
from core.domain.requests import BatchTomarRequest, NotaRequest, PausarRequest, TomarRequest
from core.ledger.locks import LockService
from core.occupation import OccupationService
from tests.processes import PATIENCE, children, plant, service_on
from tests.sqlite_files import database, pragma, rows_of, trace

TAKE = TomarRequest(tag_spool="S-1", worker_id=1, operacion="ARM")


async def soon(awaitable: Any) -> Any:
    """What `awaitable` comes to; the test fails when it takes beyond all patience."""
    return await asyncio.wait_for(awaitable, PATIENCE)


@asynccontextmanager
async def held_up(service: OccupationService, file: Path) -> AsyncIterator[tuple[asyncio.Event, apsw.Connection]]:
    """Another process's transaction holds commits up until it is committed; the event tells that one has begun."""
    begun = asyncio.Event()
    await trace(service, "writer", lambda sql: begun.set() if sql.startswith("BEGIN") else None)
    with database(file) as other:
        other.execute("BEGIN IMMEDIATE")
        yield begun, other


@pytest.mark.parametrize(
    "write",
    ["UPDATE ON sites", "INSERT ON locks", "INSERT ON events", "UPDATE ON spools", "INSERT ON requests"],
)
async def test_a_commit_that_fails_at_any_of_its_writes_changes_nothing_and_may_be_sent_again(
    kiosk: OccupationService, file: Path, write: str
) -> None:
    before = rows_of(file)
    with database(file) as saboteur:
        saboteur.execute(f"CREATE TRIGGER broken BEFORE {write} BEGIN SELECT RAISE(ABORT, 'broken'); END")
        with pytest.raises(LedgerUnavailableError):
            await kiosk.tomar(TAKE)
        assert rows_of(file) == before
        saboteur.execute("DROP TRIGGER broken")
    assert (await kiosk.tomar(TAKE)).seq == 2


async def test_a_batch_that_fails_at_one_spool_leaves_none_of_them_half_taken(
    kiosk: OccupationService, file: Path
) -> None:
    batch = BatchTomarRequest(tag_spools=("S-1", "S-2", "S-3"), worker_id=1, operacion="ARM")
    before = rows_of(file)
    with database(file) as saboteur:
        saboteur.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON requests WHEN NEW.seq = 3"
            " BEGIN SELECT RAISE(ROLLBACK, 'broken'); END"
        )
        with pytest.raises(LedgerUnavailableError):
            await kiosk.batch_tomar(batch)
        assert rows_of(file) == before
        saboteur.execute("DROP TRIGGER broken")
    assert (await kiosk.batch_tomar(batch)).succeeded == 3


async def test_a_commit_gives_up_on_another_process_that_never_lets_go_and_works_once_it_does(
    kiosk: OccupationService, file: Path
) -> None:
    await pragma(kiosk, "writer", "busy_timeout", 1)
    async with held_up(kiosk, file) as (_, other):
        with pytest.raises(LedgerUnavailableError, match="ARCHIVO_OCUPADO"):
            await kiosk.tomar(TAKE)
        other.execute("ROLLBACK")
        assert (await kiosk.tomar(TAKE)).seq == 2


async def test_reading_does_not_wait_for_a_commit_under_way(kiosk: OccupationService, file: Path) -> None:
    async with held_up(kiosk, file) as (begun, other):
        taking = asyncio.create_task(kiosk.tomar(TAKE))
        await soon(begun.wait())
        assert (await soon(kiosk.status("S-1"))).ocupado_por is None
        other.execute("COMMIT")
        await soon(taking)
    assert (await kiosk.status("S-1")).ocupado_por == "AR(1)"


async def test_closing_waits_for_the_commit_under_way(file: Path) -> None:
    ended: list[str] = []
    opened = AsyncExitStack()
    service = await opened.enter_async_context(service_on(file))
    await service.load_plant(plant(spools=1, workers=1))
    async with held_up(service, file) as (begun, other):
        taking = asyncio.create_task(service.tomar(TAKE))
        taking.add_done_callback(lambda _: ended.append("commit"))
        await soon(begun.wait())
        closing = asyncio.create_task(opened.aclose())
        closing.add_done_callback(lambda _: ended.append("close"))
        other.execute("COMMIT")
        assert (await soon(taking)).seq == 2
        await soon(closing)
    assert ended == ["commit", "close"]
    async with service_on(file) as again:
        assert (await again.status("S-1")).seq == 2


async def test_a_closed_ledger_says_that_it_is_unavailable(file: Path) -> None:
    async with service_on(file) as service:
        await service.load_plant(plant(spools=1, workers=1))
    with pytest.raises(LedgerUnavailableError):
        await service.status("S-1")
    with pytest.raises(LedgerUnavailableError):
        await service.nota(NotaRequest(tag_spool="S-1", worker_id=1, texto="tarde"))


async def test_when_the_caller_is_cancelled_during_its_commit_the_commit_is_still_whole(
    kiosk: OccupationService, file: Path
) -> None:
    async with held_up(kiosk, file) as (begun, other):
        taking = asyncio.create_task(kiosk.tomar(TAKE))
        await soon(begun.wait())
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        other.execute("COMMIT")
        await soon(kiosk.ledger.admin.check())  # waits its turn behind the commit
    assert (await kiosk.status("S-1")).ocupado_por == "AR(1)"
    assert [event.evento_tipo for event in await kiosk.history("S-1")] == ["TOMAR_ARM"]
    assert (await LockService(kiosk.ledger).owner("S-1"))[0] == 1
    assert (await kiosk.tomar(TAKE)).seq == 2


async def test_a_commit_that_is_cancelled_in_the_queue_happened_wholly_or_not_at_all(
    kiosk: OccupationService, file: Path
) -> None:
    second = TomarRequest(tag_spool="S-2", worker_id=2, operacion="ARM")
    async with held_up(kiosk, file) as (begun, other):
        first_taking = asyncio.create_task(kiosk.tomar(TAKE))
        await soon(begun.wait())
        second_taking = asyncio.create_task(kiosk.tomar(second))
        await soon(kiosk.status("S-2"))  # the second has been read and decided by now, and queues
        second_taking.cancel()
        other.execute("COMMIT")
        await soon(first_taking)
        await soon(kiosk.ledger.admin.check())
    events = await kiosk.history("S-2")
    status = await kiosk.status("S-2")
    owner, _ = await LockService(kiosk.ledger).owner("S-2")
    assert (status.seq, status.worker_id, owner) == ((events[0].seq, 2, 2) if events else (0, None, None))
    assert (await kiosk.tomar(second)).seq == 3


async def test_another_processs_commit_is_noticed_without_reading_the_log_while_nothing_changes(
    kiosk: OccupationService, file: Path
) -> None:
    looks: asyncio.Queue[str] = asyncio.Queue()
    reads: list[str] = []
    seen: asyncio.Queue[Event] = asyncio.Queue()

    async def watch() -> None:
        async for event in kiosk.watch(after=1):
            seen.put_nowait(event)

    await trace(kiosk, "observer", looks.put_nowait)
    await trace(kiosk, "reader", reads.append)
    async with children("tests.races.station", [("obey", file)]) as [station]:
        watching = asyncio.create_task(watch())
        for _ in range(10):
            assert "data_version" in await soon(looks.get())
        # Once to begin with, and once for what may have come before the first look.
        assert len([statement for statement in reads if "seq > ?" in statement]) <= 2
        assert seen.empty()
        assert await station.ask(verb="tomar", tag_spool="S-1", worker_id=1, operacion="ARM") == {"seq": 2}
        assert (await soon(seen.get())).evento_tipo == "TOMAR_ARM"
        watching.cancel()


async def test_a_watcher_sees_its_own_processs_commits_and_anothers_in_one_order(
    kiosk: OccupationService, file: Path
) -> None:
    watched = kiosk.watch(after=1)
    async with children("tests.races.station", [("obey", file)]) as [station]:
        await station.ask(verb="tomar", tag_spool="S-1", worker_id=1, operacion="ARM")
        await kiosk.tomar(TomarRequest(tag_spool="S-2", worker_id=2, operacion="ARM"))
        await station.ask(verb="pausar", tag_spool="S-1", worker_id=1)
        await kiosk.pausar(PausarRequest(tag_spool="S-2", worker_id=2))
        events = [await soon(anext(watched)) for _ in range(4)]
    assert [(event.seq, event.tag_spool, event.accion) for event in events] == [
        (2, "S-1", "TOMAR"),
        (3, "S-2", "TOMAR"),
        (4, "S-1", "PAUSAR"),
        (5, "S-2", "PAUSAR"),
    ]
