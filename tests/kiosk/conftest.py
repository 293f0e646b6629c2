"""A terminal with a demo plant of its own and a clock that stands still; terminals of one site on Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import redis_servers
from tests.kiosk.terminal import FrozenClock, Terminal, terminal
from tests.redis_servers import RedisServer

OpenKiosk = Callable[..., Awaitable[Terminal]]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing configured but a folder of this test's own."""
    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KIOSK_STATION", "ARM-02")
    monkeypatch.delenv("KIOSK_LEDGER_URL", raising=False)
    monkeypatch.delenv("KIOSK_LANG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
async def kiosk(clock: FrozenClock) -> AsyncIterator[Terminal]:
    async with terminal(clock=clock) as running:
        yield running


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A plain server. A test that stops, empties or configures one starts its own."""
    with redis_servers.redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def site() -> str:
    """The name of a site that no other test has."""
    return f"planta-{uuid4().hex[:12]}"


@pytest.fixture
async def open_kiosk(site: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenKiosk]:
    """Opens one more terminal of the test's site, on the ledger at `url`."""
    closing = asyncio.Event()
    async with asyncio.TaskGroup() as hosts:

        async def open_one(url: str, station: str = "ARM-02") -> Terminal:
            settings = {"LEDGER_URL": url, "SITE": site, "STATION": station}
            for name, value in settings.items():
                monkeypatch.setenv(f"KIOSK_{name}", value)
            opened: asyncio.Future[Terminal] = asyncio.get_running_loop().create_future()

            async def host() -> None:
                # Textual keeps which app is the present one by task: each has a task of its own.
                async with terminal(clock=clock) as running:
                    opened.set_result(running)
                    await closing.wait()

            hosts.create_task(host())
            return await opened

        yield open_one
        closing.set()
