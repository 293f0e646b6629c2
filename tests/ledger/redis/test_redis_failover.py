"""Redis under load while servers die, forget, and take each other's place: what was acknowledged is there, once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import pytest
import redis
from redis.crc import key_slot

from core.domain.events import Event
from core.domain.model import Accion, Plant
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.protocol import Commit, Committed, Ledger, Repeated
from core.ledger.redis import scripts
from tests.contract.commits import (
    LOCK,
    PATIENCE,
    committed,
    load,
    next_of,
    noting,
    spool_of,
    taking,
    watching,
    whole_log,
)
from tests.ledger.redis.ledgers import insist, kill_clients, note, terminal
from tests.plants import FREE_TAGS, MIGUEL, TAG, Etapa, spool_at
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, cluster, redis_server, sentinel_group

WORKERS = FREE_TAGS[:4]
"""The spools of as many terminals that each work on one of their own."""


class Work:
    """Terminals that write notes without a pause, each repeating a request until it is acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[Event] = []
        self.last: dict[str, Commit] = {}
        self._over = False

    async def write(self, ledger: Ledger, tag: str) -> None:
        spool = await spool_of(ledger, tag)
        while not self._over:
            self.last[tag] = noting(spool)
            outcome = await insist(ledger, self.last[tag])
            spool = outcome.spool
            self.acknowledged.append(outcome.event)

    async def more(self, number: int) -> None:
        """So many more were acknowledged: everybody is at work."""
        enough = len(self.acknowledged) + number
        async with asyncio.timeout(PATIENCE):
            while len(self.acknowledged) < enough:  # noqa: ASYNC110 - the list has no bell
                await asyncio.sleep(0.002)

    def end(self) -> None:
        self._over = True


@asynccontextmanager
async def at_work(url: str, site: str) -> AsyncIterator[Work]:
    """Terminals at work within the block, on a plant of their own; they finish what they began."""
    async with AsyncExitStack() as opened:
        ledgers = [await opened.enter_async_context(terminal(url, site)) for _ in WORKERS]
        await load(ledgers[0])
        work = Work()
        tasks = [asyncio.create_task(work.write(one, tag)) for one, tag in zip(ledgers, WORKERS, strict=True)]
        try:
            yield work
            work.end()
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


async def assert_all_is_there_once(url: str, site: str, acknowledged: Sequence[Event]) -> None:
    """The log is the load and what was acknowledged, each once, and the spools say so too."""
    async with terminal(url, site) as ledger:
        log = await whole_log(ledger)
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        assert log[1:] == sorted(acknowledged, key=lambda event: event.seq)
        for tag in WORKERS:
            history = await ledger.history(tag)
            spool = await spool_of(ledger, tag)
            assert (spool.version, spool.seq) == (1 + len(history), history[-1].seq)


async def assert_the_last_are_remembered(url: str, site: str, work: Work) -> None:
    """Each terminal sends its last request once more: it was done already."""
    async with terminal(url, site) as ledger:
        before = (await ledger.position()).seq
        for outcome in await ledger.commit([work.last[tag] for tag in WORKERS]):
            assert isinstance(outcome, Repeated)
            assert outcome.event in work.acknowledged
        assert (await ledger.position()).seq == before


async def test_what_was_acknowledged_survives_kills_of_a_durable_server_once(tmp_path: Path, site: str):
    with redis_server(tmp_path, durable=True) as server:
        async with at_work(server.url, site) as work:
            for _ in range(4):
                await work.more(50)
                # Beside the terminals and not between their steps, so that answers are on their way.
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            await work.more(50)
        await assert_all_is_there_once(server.url, site, work.acknowledged)
        await assert_the_last_are_remembered(server.url, site, work)


async def every_few_ms(do: Callable[[], object]) -> None:
    """Beside the event loop and not between its steps: what is asked is on its way."""
    while True:
        await asyncio.to_thread(do)
        await asyncio.sleep(0.004)


@pytest.mark.parametrize("kind", ["SCRIPT FLUSH", "CLIENT KILL", "both"])
async def test_work_goes_on_while_scripts_are_forgotten_and_connections_killed(
    redis_server: RedisServer, site: str, kind: str
):
    turns = count()

    def disturb() -> None:
        if kind == "SCRIPT FLUSH" or (kind == "both" and next(turns) % 2):
            redis_server.command("SCRIPT", "FLUSH")
        else:
            kill_clients(redis_server, "normal")

    async with at_work(redis_server.url, site) as work:
        disturbing = asyncio.create_task(every_few_ms(disturb))
        await work.more(300)
        disturbing.cancel()
        with suppress(asyncio.CancelledError):
            await disturbing
    await assert_all_is_there_once(redis_server.url, site, work.acknowledged)


async def test_a_load_whose_answer_was_lost_is_told_as_done(redis_server: RedisServer, site: str):
    redis_server.command("SCRIPT", "LOAD", scripts.LOAD.text)
    async with Proxy(redis_server.port) as proxy, terminal(proxy.url, site) as ledger:
        proxy.cut_next_reply(containing=Accion.CARGAR_PLANTA.encode())
        report = await load(ledger)
        assert proxy.cuts_left == 0
        assert [report.event] == await whole_log(ledger)
        assert report.added == len((await ledger.snapshot()).spools)


async def test_who_gives_up_waiting_never_gets_anothers_answer(redis_server: RedisServer, site: str):
    """A connection whose reader went away still has the reply to come: nobody else may be given it."""
    async with terminal(redis_server.url, site) as ledger:
        await load(ledger)
        for n in range(200):
            waiting = [asyncio.create_task(ledger.read([tag], 0)) for tag in FREE_TAGS]
            for _ in range(n % 12):
                await asyncio.sleep(0)
            for task in waiting[::2]:
                task.cancel()
            for tag, told in zip(FREE_TAGS, await asyncio.gather(*waiting, return_exceptions=True), strict=True):
                if not isinstance(told, BaseException):
                    assert told.spools.keys() == {tag}
                else:
                    assert isinstance(told, asyncio.CancelledError)


def replicas_have_all(master: RedisServer) -> None:
    """Wait until both replicas have what the master has: WAIT is for what its own connection wrote."""
    with redis.Redis(unix_socket_path=str(master.socket), socket_timeout=PATIENCE) as client:
        wrote = client.pipeline(transaction=False)
        wrote.set("marker", 1)
        wrote.execute_command("WAIT", 2, 10_000)
        assert wrote.execute() == [True, 2]


async def test_when_the_master_is_lost_the_same_ledgers_go_on_with_the_next(tmp_path: Path, site: str):
    with sentinel_group(tmp_path) as group:
        async with terminal(group.url, site) as ledger, terminal(group.url, site) as other, watching(other) as stream:
            await load(ledger)
            for tag in FREE_TAGS:
                await note(ledger, tag)
            known = await ledger.position()
            seen = await next_of(stream, known.seq)
            coming = asyncio.create_task(next_of(stream, 5))
            spool = await spool_of(ledger)

            replicas_have_all(group.master)
            group.master.kill()
            lost = time.monotonic()
            first = await insist(ledger, noting(spool))
            away = time.monotonic() - lost
            assert isinstance(first, Committed)
            assert first.event.seq == known.seq + 1
            assert away < 15

            assert group.master_port() != group.master.port
            for _ in range(2):
                await note(ledger)
                await note(other)
            seen += await coming
            assert [event.seq for event in seen] == list(range(1, known.seq + 6))
            assert seen == await whole_log(ledger)
            assert (await ledger.position()).identity == known.identity
            await ledger.snapshot()


def node_of(site: str) -> int:
    return key_slot(site.encode()) * 3 // 16384


async def test_two_sites_on_two_nodes_of_a_cluster_work_and_never_see_each_other(tmp_path: Path):
    here, there = (next(name for n in count() if node_of(name := f"planta-{n}") == node) for node in (0, 2))
    with cluster(tmp_path) as three:
        async with terminal(three.url, here) as one, terminal(three.url, there) as two:
            await exercise(one, "aquí")
            assert await whole_log(two) == []
            assert (await two.snapshot()).spools == ()
            assert await two.locks.value("turno") is None
            await exercise(two, "allá")
            for ledger, text in ((one, "aquí"), (two, "allá")):
                log = await whole_log(ledger)
                assert [event.seq for event in log] == list(range(1, len(log) + 1))
                assert {event.metadata["texto"] for event in log if event.accion is Accion.NOTA} == {text}
                assert await ledger.locks.value("turno") == text
            assert await one.locks.value(LOCK) != await two.locks.value(LOCK)
            await watch_both(one, two, three.nodes)
        for site in (here, there):
            keys = [len(node.command("KEYS", f"{{{site}}}:*")) for node in three.nodes]
            assert [number > 0 for number in keys] == [node == node_of(site) for node in range(3)]


async def exercise(ledger: Ledger, text: str) -> None:
    """Everything a site can do."""
    assert (await load(ledger)).added > 0
    async with watching(ledger) as stream:
        assert [event.seq for event in await next_of(stream, 1)] == [1]
        reading = await ledger.read(FREE_TAGS, MIGUEL.worker_id)
        assert (reading.spools.keys(), reading.worker) == (set(FREE_TAGS), MIGUEL)
        outcomes = await ledger.commit([noting(spool, {"texto": text}) for spool in reading.spools.values()])
        assert [outcome.event.seq for outcome in outcomes] == list(range(2, 2 + len(FREE_TAGS)))
        taken = await committed(ledger, taking(await spool_of(ledger)))
        assert await ledger.locks.value(spool_lock(TAG)) == taken.spool.ocupacion.lock_token
        assert (await load(ledger, Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO"),)))).added == 1
        told = [event.seq for event in await next_of(stream, len(FREE_TAGS) + 2)]
        assert told == list(range(2, 4 + len(FREE_TAGS)))
    snapshot = await ledger.snapshot()
    assert snapshot.seq == told[-1]
    assert {spool.tag_spool for spool in snapshot.spools if spool.ocupacion} == {TAG}
    assert [event.accion for event in await ledger.history(TAG)] == [Accion.NOTA, Accion.TOMAR]
    assert await ledger.locks.acquire("turno", text, 60)
    assert not await ledger.locks.acquire("turno", "otro", 60)
    assert await ledger.locks.extend("turno", text, 60)
    assert not await ledger.locks.release("turno", "otro")


async def watch_both(one: Ledger, two: Ledger, nodes: Sequence[RedisServer]) -> None:
    """Each site's watch goes on over lost connections, and tells its own."""
    first, second = (await one.snapshot()).seq, (await two.snapshot()).seq
    async with watching(one, after=first) as here, watching(two, after=second) as there:
        coming = [asyncio.create_task(next_of(stream, 3)) for stream in (here, there)]
        for _ in range(3):
            for node in nodes:
                kill_clients(node, "pubsub")
            written = [await insist(ledger, noting(await spool_of(ledger, FREE_TAGS[1]))) for ledger in (one, two)]
        told = await asyncio.gather(*coming)
    assert [event.seq for event in told[0]] == [first + 1, first + 2, first + 3]
    assert [event.seq for event in told[1]] == [second + 1, second + 2, second + 3]
    assert [events[-1] for events in told] == [outcome.event for outcome in written]
    # The last note of each must be its own, not the other's of the same number.
    assert told[0][-1].id != told[1][-1].id
