"""The rate limit the sheet's mirror will keep to: so many a minute, by all processes together."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.errors import InvalidRequestError, LedgerUnavailableError
from core.ledger.open import open_rate_limit
from core.ledger.rates import RateLimit
from core.ledger.redis import scripts
from core.ledger.sqlite import rates as sqlite_rates
from tests.forking import output_of
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, redis_server

COUNT = """
import asyncio, sys
from core.ledger.open import open_rate_limit

async def main(url):
    async with open_rate_limit(url, site="p", name="lecturas", per_minute=40) as limit:
        print(sum([await limit.put() == 0 for _ in range(30)]))

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("rates")) as server:
        yield server


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: RedisServer = request.getfixturevalue("server")
    server.command("FLUSHALL")
    return server.url


async def allowed(limit: RateLimit, times: int) -> list[bool]:
    return [await limit.put() == 0 for _ in range(times)]


async def test_so_many_are_allowed_and_no_more(url: str):
    async with open_rate_limit(url, site="p", name="lecturas", per_minute=5) as limit:
        assert await allowed(limit, 7) == [True] * 5 + [False] * 2


async def test_whoever_shares_the_store_counts_together(url: str):
    async with (
        open_rate_limit(url, site="p", name="lecturas", per_minute=5) as one,
        open_rate_limit(url, site="p", name="lecturas", per_minute=5) as other,
    ):
        assert await allowed(one, 3) + await allowed(other, 3) == [True] * 5 + [False]


async def test_processes_that_count_at_once_never_exceed_it_together(url: str):
    told = await asyncio.gather(*(output_of(COUNT, url) for _ in range(3)))
    assert sum(map(int, told)) == 40, told


async def test_a_clock_that_is_set_back_stops_nobody_for_longer_than_a_minute(
    server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Uses that the clock counted while it was an hour ahead are none of this minute's."""
    now = time.time_ns()
    async with open_rate_limit(f"sqlite:///{tmp_path / 'ledger.db'}", site="p", name="reloj", per_minute=2) as limit:
        for ahead in (3600, 3600, 0, 0):
            monkeypatch.setattr(sqlite_rates, "time_ns", lambda ahead=ahead: now + ahead * 10**9)
            assert await limit.put() == 0
        assert 0 < await limit.put() < 61
    ahead = now // 10**6 + 3_600_000
    server.command("ZADD", "{p}:rate:reloj", ahead, "one", ahead, "another")
    async with open_rate_limit(server.url, site="p", name="reloj", per_minute=2) as limit:
        assert await allowed(limit, 3) == [True, True, False]
        assert 0 < await limit.put() < 61


async def test_a_use_whose_reply_was_lost_is_counted_once(server: RedisServer):
    server.command("FLUSHALL")
    async with (
        Proxy(server.port) as proxy,
        open_rate_limit(proxy.url, site="p", name="perdida", per_minute=2) as limit,
    ):
        assert await limit.put() == 0
        proxy.cut_next_reply(containing=scripts.RATE.sha.encode())
        assert await limit.put() == 0
        assert proxy.cuts_left == 0
    assert server.command("ZCARD", "{p}:rate:perdida") == 2


async def test_names_and_sites_have_counts_of_their_own(url: str):
    for site, name in (("p", "lecturas"), ("p", "escrituras"), ("q", "lecturas")):
        async with open_rate_limit(url, site=site, name=name, per_minute=1) as limit:
            assert await allowed(limit, 2) == [True, False]


async def test_who_waits_goes_on_when_the_oldest_use_is_a_minute_old(url: str):
    async with open_rate_limit(url, site="p", name="lecturas", per_minute=2) as limit:
        await limit.wait()
        await limit.wait()
        again_in = await limit.put()
        assert 0 < again_in <= 60.1
        waiting = asyncio.create_task(limit.wait())
        _, pending = await asyncio.wait({waiting}, timeout=0.3)
        assert pending == {waiting}
        waiting.cancel()


async def test_a_server_that_forgot_the_script_is_told_again(server: RedisServer):
    async with open_rate_limit(server.url, site="p", name="olvidos", per_minute=5) as limit:
        assert await limit.put() == 0
        server.command("SCRIPT", "FLUSH")
        assert await limit.put() == 0


async def test_a_store_that_is_away_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    for url in ("redis://127.0.0.1:1/0", f"sqlite:///{tmp_path}/file/ledger.db"):
        with pytest.raises(LedgerUnavailableError):
            async with open_rate_limit(url, site="p", name="lecturas", per_minute=5) as limit:
                await limit.put()


async def test_a_url_no_engine_knows_is_refused():
    with pytest.raises(InvalidRequestError):
        async with open_rate_limit("ftp://x", site="p", name="lecturas", per_minute=5):
            pass
