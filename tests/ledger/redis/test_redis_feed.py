"""Watching over Redis: no event is missed, told twice or out of order, whatever happens to notices and connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, suppress
from itertools import count
from pathlib import Path

import pytest

from core.domain.errors import KioskError, LedgerRolledBackError, LedgerUnavailableError, LogTrimmedError
from core.domain.events import Event
from core.domain.model import Accion
from core.ledger.protocol import Committed, Ledger
from core.ledger.redis import doorbell, scripts
from core.ledger.redis.schema import Keys
from core.ledger.redis.servers import MAX_BULK, MAX_COMMANDS
from tests.contract.commits import PATIENCE, committed, draft, load, next_of, noting, spool_of, watching, whole_log
from tests.ledger.redis.ledgers import clients_of, eventually, insist, kill_clients, note, terminal
from tests.ledger.redis.sites import is_away
from tests.plants import FREE_TAGS, TAG
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, redis_server


@pytest.fixture
async def writer(redis_server: RedisServer, site: str) -> AsyncIterator[Ledger]:
    """Another terminal, with a good network, on a site with one event."""
    async with terminal(redis_server.url, site) as ledger:
        await load(ledger)
        yield ledger


@pytest.fixture
async def proxy(redis_server: RedisServer) -> AsyncIterator[Proxy]:
    async with Proxy(redis_server.port) as started:
        yield started


@pytest.fixture
async def watcher(proxy: Proxy, writer: Ledger, site: str) -> AsyncIterator[Ledger]:
    """A terminal whose network is the proxy."""
    async with terminal(proxy.url, site) as ledger:
        yield ledger


@pytest.fixture
def quick_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is looked into sooner, so that the tests need not wait for it as long."""
    monkeypatch.setattr(doorbell, "HEARTBEAT", 0.3)


@pytest.fixture
def no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is not looked into within a test's time: what is told was told by a notice or a new subscription."""
    monkeypatch.setattr(doorbell, "HEARTBEAT", 600.0)


class Seen:
    """What a watch from the log's beginning tells, as it comes."""

    def __init__(self, ledger: Ledger) -> None:
        self.events: list[Event] = []
        self.task = asyncio.create_task(self._watch(ledger))

    async def _watch(self, ledger: Ledger) -> None:
        async with aclosing(ledger.watch(after=0)) as stream:
            async for event in stream:
                self.events.append(event)

    @property
    def seqs(self) -> list[int]:
        return [event.seq for event in self.events]

    async def reaches(self, seq: int) -> None:
        """The watch has told everything up to this number, once and in order."""

        def there() -> bool:
            if self.task.done():
                self.task.result()
            return seq in self.seqs

        await eventually(there, f"{seq} was never told, only {self.seqs[-3:]}")
        assert self.seqs == list(range(1, len(self.events) + 1))


@pytest.fixture
async def seen(watcher: Ledger) -> AsyncIterator[Seen]:
    """A watch that has told the load and listens."""
    found = Seen(watcher)
    await found.reaches(1)
    yield found
    found.task.cancel()
    with suppress(asyncio.CancelledError):
        await found.task


def subscribers(server: RedisServer, site: str) -> int:
    _, number = server.command("PUBSUB", "NUMSUB", Keys(site).channel)
    return int(number)


async def subscribed(server: RedisServer, site: str) -> None:
    await eventually(lambda: subscribers(server, site) == 1, "nobody subscribes")


@pytest.mark.usefixtures("no_heartbeat")
async def test_a_commit_made_elsewhere_is_told_at_once_and_not_at_the_next_heartbeat(
    watcher: Ledger, writer: Ledger, redis_server: RedisServer, site: str
):
    async with watching(watcher, after=1) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await subscribed(redis_server, site)
        # The look that follows a new subscription is over once its ring has nothing to tell.
        await watcher.position()
        for seq in (2, 3, 4):
            await note(writer)
            assert [event.seq for event in await coming] == [seq]
            coming = asyncio.create_task(next_of(stream, 1))
        coming.cancel()
        await asyncio.wait([coming])


@pytest.mark.usefixtures("no_heartbeat")
async def test_what_was_committed_here_is_told_here_without_asking_the_server(
    seen: Seen, watcher: Ledger, proxy: Proxy, redis_server: RedisServer, site: str
):
    await subscribed(redis_server, site)
    await watcher.position()
    spool = await spool_of(watcher)
    for seq in range(2, 40):
        before = len(proxy.requests)
        spool = (await committed(watcher, noting(spool))).spool
        await seen.reaches(seq)
        # The server's own notice has come by now: a round trip later.
        await watcher.position()
        if not any(scripts.PAGE.sha.encode() in request for request in proxy.requests[before:]):
            return
        # The notice overtook the answer that it is about, on its own connection.
    pytest.fail("the log was read for every event that was committed here")


@pytest.mark.usefixtures("no_heartbeat")
async def test_what_happens_after_a_shorter_log_was_accepted_is_told_at_once(
    watcher: Ledger, redis_server: RedisServer, site: str
):
    """Its numbers begin below those that were told before."""
    for _ in range(5):
        await note(watcher)
    async with watching(watcher, after=6) as stream:
        lost = asyncio.create_task(next_of(stream, 1))
        await subscribed(redis_server, site)
        redis_server.command("DEL", *redis_server.command("KEYS", Keys(site)("*")))
        with pytest.raises(LedgerRolledBackError):
            await watcher.position()
        lost.cancel()
        await asyncio.wait([lost])
    await watcher.admin.accept(draft("", Accion.ACEPTAR_REGISTRO))
    async with watching(watcher, after=1) as stream, terminal(redis_server.url, site) as other:
        coming = asyncio.create_task(next_of(stream, 2))
        await watcher.position()
        await load(other)
        written = await note(other)
        assert [event.seq for event in await coming] == [2, 3]
        assert written.seq == 3


@pytest.mark.usefixtures("quick_heartbeat")
async def test_the_log_is_looked_at_however_many_notices_come(
    watcher: Ledger, proxy: Proxy, redis_server: RedisServer, site: str
):
    async with watching(watcher, after=1) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await subscribed(redis_server, site)
        looks = len(looked(proxy))
        async with asyncio.timeout(PATIENCE):
            while len(looked(proxy)) < looks + 3:
                redis_server.command("PUBLISH", Keys(site).channel, "1")
                await asyncio.sleep(0.01)
        coming.cancel()
        await asyncio.wait([coming])


def looked(proxy: Proxy) -> list[bytes]:
    """The requests that asked where the log is."""
    return [request for request in proxy.requests if scripts.POSITION.sha.encode() in request]


@pytest.mark.usefixtures("no_heartbeat")
async def test_events_written_while_the_subscription_is_killed_are_told(
    seen: Seen, writer: Ledger, redis_server: RedisServer, site: str
):
    for _ in range(5):
        await subscribed(redis_server, site)
        kill_clients(redis_server, "pubsub")
        for _ in range(3):
            written = await note(writer)
        await seen.reaches(written.seq)


@pytest.mark.usefixtures("quick_heartbeat")
async def test_a_notice_that_nobody_sent_is_made_up_for_by_the_heartbeat(
    seen: Seen,
    writer: Ledger,
    redis_server: RedisServer,
    site: str,
    monkeypatch: pytest.MonkeyPatch,
):
    await subscribed(redis_server, site)
    silent = scripts.COMMIT.text.replace("redis.call('PUBLISH', ARGV[5], digits(seq))", "")
    assert silent != scripts.COMMIT.text
    monkeypatch.setattr(scripts, "COMMIT", scripts.Script(silent))
    for _ in range(3):
        await seen.reaches((await note(writer)).seq)


async def test_nothing_is_missed_while_connections_are_dropped_under_load(
    seen: Seen, writer: Ledger, proxy: Proxy, redis_server: RedisServer
):
    for n in count():
        written = await note(writer, FREE_TAGS[n % len(FREE_TAGS)])
        if n % 15 == 5:
            proxy.drop()
        if n % 15 == 10:
            kill_clients(redis_server, ("normal", "pubsub")[n % 2])
        # The writer itself is killed as well: what it asks is asked again.
        if n >= 150 and proxy.connections > 12:
            break
        assert n < 3000, "the watcher connects too seldom"
        await asyncio.sleep(0.005)
    await seen.reaches(written.seq)


@pytest.mark.usefixtures("quick_heartbeat")
async def test_a_connection_that_fell_silent_is_given_up_and_what_was_missed_is_told_when_it_heals(
    seen: Seen, writer: Ledger, watcher: Ledger, proxy: Proxy, redis_server: RedisServer, site: str
):
    await subscribed(redis_server, site)
    proxy.hang()
    for _ in range(3):
        written = await note(writer)
    # Nobody but the watcher closes its subscription: it found out by itself.
    await eventually(lambda: subscribers(redis_server, site) == 0, "the watcher trusts a silent connection")
    assert seen.seqs == [1]
    await proxy.heal()
    await seen.reaches(written.seq)
    await seen.reaches((await note(writer)).seq)


async def test_a_server_that_is_away_for_three_seconds_is_told_and_its_watchers_go_on(tmp_path: Path, site: str):
    with redis_server(tmp_path, durable=True) as server:
        async with terminal(server.url, site) as ledger, terminal(server.url, site) as other:
            await load(ledger)
            found = Seen(ledger)
            await found.reaches(1)
            written = await note(other)
            server.kill()
            away_until = asyncio.get_running_loop().time() + 3
            trouble = await is_away(ledger.position())
            assert (trouble.error_code, trouble.details["reason"]) == ("LEDGER_UNAVAILABLE", "SIN_CONEXION")
            await asyncio.sleep(away_until - asyncio.get_running_loop().time())
            assert not found.task.done()
            server.start()
            await found.reaches(written.seq)
            await found.reaches((await note(other)).seq)
            assert await whole_log(ledger) == found.events
            found.task.cancel()
            await asyncio.wait([found.task])


async def test_twenty_watchers_cost_one_subscription_and_do_not_keep_fifty_commands_waiting(
    watcher: Ledger, writer: Ledger, proxy: Proxy, redis_server: RedisServer, site: str
):
    async with AsyncExitStack() as opened:
        streams = [await opened.enter_async_context(watching(watcher)) for _ in range(20)]
        coming = [asyncio.create_task(next_of(stream, 1 + len(FREE_TAGS))) for stream in streams]
        await subscribed(redis_server, site)
        commits = (committed(watcher, noting(await spool_of(watcher, tag))) for tag in FREE_TAGS)
        done = [asyncio.create_task(one) async for one in commits]
        asked = [asyncio.create_task(watcher.read([TAG], 93)) for _ in range(50)]
        snapshots = [asyncio.create_task(watcher.snapshot()) for _ in range(5)]
        most = proxy.open_connections
        async with asyncio.timeout(PATIENCE):
            while not all(task.done() for task in (*done, *asked, *snapshots)):
                await asyncio.sleep(0)
                most = max(most, proxy.open_connections)
            await asyncio.gather(*done, *asked, *snapshots)
        for told in await asyncio.gather(*coming):
            assert [event.seq for event in told] == list(range(1, 2 + len(FREE_TAGS)))
        assert subscribers(redis_server, site) == 1
        assert clients_of(redis_server, "pubsub") == 1
        # One that is being closed may still be open while its successor is.
        assert most <= 2 * (MAX_COMMANDS + MAX_BULK) + 1


async def test_a_closed_ledger_leaves_no_connection_behind_whatever_its_watchers_did(tmp_path: Path, site: str):
    with redis_server(tmp_path) as server:
        async with terminal(server.url, site) as ledger:
            await load(ledger)
            waiting = [asyncio.create_task(next_of(ledger.watch(after=0), 99)) for _ in range(5)]
            async with watching(ledger) as left:
                await next_of(left, 1)
            await subscribed(server, site)
            waiting[0].cancel()
            waiting[1].cancel()
            await asyncio.wait(waiting[:2])
            assert clients_of(server) > 0
        await eventually(lambda: clients_of(server) == 0, "connections are left behind")
        # Those who still waited learn that no news will come.
        await asyncio.wait(waiting, timeout=PATIENCE)
        assert [task.exception().error_code for task in waiting[2:]] == ["LEDGER_UNAVAILABLE"] * 3


async def test_a_watch_that_was_never_begun_or_was_cancelled_at_once_costs_nothing(
    watcher: Ledger, writer: Ledger, redis_server: RedisServer, site: str
):
    watcher.watch(after=0)
    for _ in range(20):
        task = asyncio.create_task(next_of(watcher.watch(after=0), 99))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await subscribed(redis_server, site)
    async with watching(watcher) as stream:
        written = await note(writer)
        assert [event.seq for event in await next_of(stream, written.seq)] == list(range(1, written.seq + 1))
    assert clients_of(redis_server, "pubsub") == 1


async def notes(ledger: Ledger, number: int) -> None:
    for _ in range(number):
        await note(ledger)


@pytest.mark.parametrize("after", [0, 1, 4])
async def test_a_trimmed_log_says_from_where_it_is_whole(
    writer: Ledger, redis_server: RedisServer, site: str, after: int
):
    await notes(writer, 9)
    redis_server.command("XTRIM", Keys(site).events, "MINID", "6-0")
    async with watching(writer, after=after) as stream:
        with pytest.raises(LogTrimmedError) as told:
            await next_of(stream, 1)
        assert told.value.details == {"after": after, "available_after": 5}
    with pytest.raises(LogTrimmedError) as told:
        await writer.events(after=after, limit=100)
    assert told.value.details == {"after": after, "available_after": 5}
    async with watching(writer, after=5) as stream:
        assert [event.seq for event in await next_of(stream, 5)] == [6, 7, 8, 9, 10]


async def test_after_a_trim_a_new_snapshot_and_a_watch_from_there_go_on(
    writer: Ledger, watcher: Ledger, redis_server: RedisServer, site: str
):
    await notes(writer, 9)
    redis_server.command("XTRIM", Keys(site).events, "MAXLEN", 0)
    with pytest.raises(LogTrimmedError) as told:
        await whole_log(watcher)
    assert told.value.details == {"after": 0, "available_after": 10}
    snapshot = await watcher.snapshot()
    assert snapshot.seq == 10
    assert (await watcher.position()).seq == 10
    async with watching(watcher, after=snapshot.seq) as stream:
        coming = asyncio.create_task(next_of(stream, 3))
        await notes(writer, 2)
        await note(watcher)
        assert [event.seq for event in await coming] == [11, 12, 13]
    assert (await watcher.position()).seq == (await writer.position()).seq == 13


@pytest.mark.parametrize("missing", [2, 5, 9])
async def test_a_hole_in_the_log_is_told_and_not_skipped(
    writer: Ledger, redis_server: RedisServer, site: str, missing: int
):
    await notes(writer, 9)
    redis_server.command("XDEL", Keys(site).events, f"{missing}-0")
    with pytest.raises(LogTrimmedError) as hole:
        await whole_log(writer)
    assert hole.value.details == {"after": missing - 1, "available_after": missing}
    watch = Seen(writer)
    await asyncio.wait([watch.task], timeout=PATIENCE)
    assert watch.task.exception().details == {"after": missing - 1, "available_after": missing}
    assert 1 not in watch.seqs or watch.seqs == list(range(1, missing))


async def test_a_hole_at_the_very_end_of_the_log_is_told(writer: Ledger, redis_server: RedisServer, site: str):
    await notes(writer, 3)
    redis_server.command("XDEL", Keys(site).events, "4-0")
    with pytest.raises(LogTrimmedError) as hole:
        async with watching(writer, after=3) as stream:
            await next_of(stream, 1)
    assert hole.value.details == {"after": 3, "available_after": 4}


async def test_a_request_that_is_repeated_after_its_event_was_trimmed_is_not_done_again(
    writer: Ledger, redis_server: RedisServer, site: str
):
    commit = noting(await spool_of(writer))
    first = await insist(writer, commit)
    redis_server.command("XTRIM", Keys(site).events, "MAXLEN", 0)
    with pytest.raises(KioskError):
        await writer.commit([commit])
    assert (await writer.snapshot()).seq == first.event.seq


async def test_closing_waits_for_a_commit_under_way_and_gives_its_connection_back(tmp_path: Path, site: str):
    with redis_server(tmp_path) as server:
        async with Proxy(server.port) as proxy:
            async with terminal(proxy.url, site) as ledger:
                await load(ledger)
                commit = noting(await spool_of(ledger))
                proxy.delay(0.2)
                committing = asyncio.create_task(ledger.commit([commit]))
                await asyncio.sleep(0.05)
            waited = committing.done()
            [outcome] = await committing
            assert isinstance(outcome, Committed)
            assert waited
            async with asyncio.timeout(PATIENCE):
                while proxy.open_connections:  # noqa: ASYNC110 - the proxy rings no bell
                    await asyncio.sleep(0.01)


@pytest.mark.usefixtures("quick_heartbeat")
async def test_a_damaged_event_is_told_as_trouble_and_the_watch_goes_on_when_it_is_mended(
    writer: Ledger, watcher: Ledger, redis_server: RedisServer, site: str
):
    keys = Keys(site)
    async with watching(watcher, after=1) as stream:
        coming = asyncio.create_task(next_of(stream, 1))
        await subscribed(redis_server, site)
        sound = {key: redis_server.command("DUMP", key) for key in (keys.events, keys.ledger)}
        redis_server.command("XADD", keys.events, "2-0", "event", "{")
        redis_server.command("HSET", keys.ledger, "seq", "2")
        for ask in (writer.position, lambda: writer.events(after=0, limit=10)):
            with pytest.raises(LedgerUnavailableError, match="DATOS_DANADOS"):
                await ask()
        for key, dump in sound.items():
            redis_server.command("RESTORE", key, 0, dump, "REPLACE")
        written = await note(writer)
        assert await coming == [written]
