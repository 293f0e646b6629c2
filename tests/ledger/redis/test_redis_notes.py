"""Notes on a real Redis server: replies that are lost, books that are written while they are read, copies half done."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from core.domain.errors import LedgerBeingFilledError, LedgerUnavailableError
from core.ledger.protocol import Ledger
from core.ledger.redis import notes
from core.ledger.redis.ledger import RedisLedger
from core.ledger.redis.notes import read_notes
from tests import redis_servers
from tests.ledger.redis.ledgers import terminal
from tests.ledger.redis.sites import contents, key
from tests.proxy import Proxy
from tests.redis_servers import RedisServer

BOOK, LOCK, MINE = "sheet-rows", "sheet-mirror", "1:mine"
TAGS = tuple(f"MK-{n}" for n in range(600))


async def put(ledger: Ledger, changes: dict[str, str | None]) -> bool:
    return await ledger.notes.write(BOOK, changes, lock=LOCK, token=MINE)


@pytest.fixture
async def mirror(redis_server: RedisServer, site: str) -> AsyncIterator[Ledger]:
    """Who holds the lock, and wrote each tag's note."""
    async with terminal(redis_server.url, site) as ledger:
        assert await ledger.locks.acquire(LOCK, MINE, 0)
        assert await put(ledger, dict.fromkeys(TAGS, "0"))
        yield ledger


async def test_a_write_whose_reply_was_lost_is_asked_again_and_answered(redis_server: RedisServer, site: str):
    async with Proxy(redis_server.port) as proxy, terminal(proxy.url, site) as ledger:
        assert await ledger.locks.acquire(LOCK, MINE, 60)
        assert await put(ledger, {"MK-1": "1", "MK-2": "2"})
        proxy.cut_next_reply(containing=b"tres")
        assert await put(ledger, {"MK-1": "tres", "MK-2": None})
        assert proxy.cuts_left == 0
        assert await ledger.notes.read(BOOK) == {"MK-1": "tres"}


async def test_a_server_that_is_away_is_told_and_nothing_is_written(redis_server: RedisServer, site: str):
    async with Proxy(redis_server.port) as proxy, terminal(proxy.url, site) as ledger:
        assert await ledger.locks.acquire(LOCK, MINE, 60)
        before = contents(redis_server, site)
        proxy.refuse()
        for asked in (put(ledger, {"MK-1": "1"}), ledger.notes.read(BOOK)):
            with pytest.raises(LedgerUnavailableError):
                await asked
    assert contents(redis_server, site) == before


class Overtaken:
    """A client where `rival` acts after each answer, `times` times."""

    def __init__(self, client: Redis, rival: Callable[[], Awaitable[object]], *, times: int) -> None:
        self._client = client
        self._rival = rival
        self.times = times

    async def execute_command(self, *command: Any) -> Any:
        reply = await self._client.execute_command(*command)
        if self.times:
            self.times -= 1
            await self._rival()
        return reply


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a book for tests takes many."""
    monkeypatch.setattr(notes, "PAGE", 40)


async def read_while(mirror: Ledger, site: str, *, times: int) -> dict[str, str]:
    """The book, read while it is written anew after each of the first `times` pages."""
    written = 0

    async def write_anew() -> None:
        nonlocal written
        written += 1
        assert await put(mirror, dict.fromkeys(TAGS, str(written)))

    assert isinstance(mirror, RedisLedger)
    client: Any = Overtaken(mirror._site.connection.servers.bulk, write_anew, times=times)
    return await read_notes(client, mirror._site, BOOK)


@pytest.mark.usefixtures("small_pages")
async def test_a_book_that_is_written_between_two_pages_is_read_anew(mirror: Ledger, site: str):
    assert await read_while(mirror, site, times=3) == dict.fromkeys(TAGS, "3")


@pytest.mark.usefixtures("small_pages")
async def test_a_book_that_is_written_without_end_is_given_up_and_told(mirror: Ledger, site: str):
    with pytest.raises(LedgerUnavailableError, match="NOTAS_CAMBIAN"):
        await read_while(mirror, site, times=10_000)


async def test_another_books_changes_do_not_disturb_a_reader(
    mirror: Ledger, site: str, small_pages: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(notes, "TRIES", 1)

    async def write_elsewhere() -> None:
        assert await mirror.notes.write("sheet", {"cursor": "1"}, lock=LOCK, token=MINE)

    assert isinstance(mirror, RedisLedger)
    client: Any = Overtaken(mirror._site.connection.servers.bulk, write_elsewhere, times=5)
    assert await read_notes(client, mirror._site, BOOK) == dict.fromkeys(TAGS, "0")


async def test_while_a_copy_fills_the_site_notes_are_neither_read_nor_written(
    redis_server: RedisServer, mirror: Ledger, site: str
):
    redis_server.command("HSET", key(site, "ledger"), "copying", "copy-1")
    before = contents(redis_server, site)
    for asked in (put(mirror, {"MK-1": "9"}), mirror.notes.read(BOOK)):
        with pytest.raises(LedgerBeingFilledError):
            await asked
    assert contents(redis_server, site) == before


async def test_a_write_is_not_heard_on_the_sites_channel(redis_server: RedisServer, mirror: Ledger, site: str):
    channel = key(site, "spools:updates")
    async with Redis.from_url(redis_server.url) as client, client.pubsub() as heard:
        await heard.subscribe(channel)
        await heard.get_message(timeout=redis_servers.PATIENCE)
        assert await put(mirror, {"MK-1": "9"})
        await client.publish(channel, "the test's own")
        message = await heard.get_message(timeout=redis_servers.PATIENCE)
        assert message is not None
        assert message["data"] == b"the test's own"


async def test_notes_live_on_the_sites_node_of_a_cluster(tmp_path: Path, site: str):
    with redis_servers.cluster(tmp_path) as cluster:
        async with terminal(cluster.url, site) as ledger:
            assert await ledger.locks.acquire(LOCK, MINE, 60)
            assert await put(ledger, dict.fromkeys(TAGS, "ñ"))
            assert await put(ledger, {TAGS[0]: None})
            assert await ledger.notes.read(BOOK) == dict.fromkeys(TAGS[1:], "ñ")
