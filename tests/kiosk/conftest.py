"""A terminal with a demo plant of its own and a clock that stands still; terminals of one site on Redis."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from core.domain.model import Plant
from core.settings import Settings
from kiosk.demo import demo_settings
from kiosk.live import mirror_watch
from tests import redis_servers
from tests.kiosk.terminal import FrozenClock, Terminal, terminal
from tests.ledger.redis.sites import station
from tests.plants import PLANT
from tests.redis_servers import RedisServer

OpenKiosk = Callable[..., Awaitable[Terminal]]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing configured but a folder of this test's own."""
    monkeypatch.setenv("KIOSK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KIOSK_STATION", "ARM-02")
    monkeypatch.delenv("KIOSK_LEDGER_URL", raising=False)
    monkeypatch.setenv("KIOSK_IDLE_LOGOUT", "0")
    monkeypatch.delenv("KIOSK_LANG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo plant as of the frozen clock: its past day is played once for all tests that begin with it."""
    folder = tmp_path_factory.mktemp("demo")
    settings = Settings(data_dir=folder)
    asyncio.run(demo_settings(settings, now=FrozenClock().now))
    return folder / "demo.sqlite3"


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> None:
    """This test's own demo plant."""
    shutil.copy(demo_file, tmp_path / demo_file.name)


@pytest.fixture(scope="session")
def demo_file_of_today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo plant as of now, for commands and programs, which go by the real clock."""
    folder = tmp_path_factory.mktemp("demo")
    asyncio.run(demo_settings(Settings(data_dir=folder), now=datetime.now(UTC)))
    return folder / "demo.sqlite3"


@pytest.fixture
def demo_of_today(demo_file_of_today: Path, tmp_path: Path) -> None:
    """This test's own demo plant: no command has to make it first."""
    shutil.copy(demo_file_of_today, tmp_path / demo_file_of_today.name)


@pytest.fixture
async def kiosk(clock: FrozenClock, demo: None) -> AsyncIterator[Terminal]:
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
async def redis_shop(redis_server: RedisServer, site: str) -> str:
    """The address of a server where the test's site has its plant."""
    async with station(redis_server.url, site) as office:
        await office.load_plant(PLANT)
    return redis_server.url


@pytest.fixture
def shop_plant() -> Plant:
    """A small plant, with a spool at every stage."""
    return PLANT


@pytest.fixture(params=["sqlite", "redis"])
async def shop(
    request: pytest.FixtureRequest,
    shop_plant: Plant,
    tmp_path: Path,
    site: str,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Terminal]:
    """A terminal of the small plant, on a ledger of each engine in turn."""
    # Asked for here and not as a parameter, so that only this engine's tests start a server.
    on_redis = request.param == "redis"
    url = request.getfixturevalue("redis_server").url if on_redis else f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    async with station(url, site, clock=clock) as office:
        await office.load_plant(shop_plant)
    monkeypatch.setenv("KIOSK_LEDGER_URL", url)
    monkeypatch.setenv("KIOSK_SITE", site)
    async with terminal(clock=clock) as running:
        yield running


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal looks at the mirror as soon as it has looked."""
    for pause in ("LOOK_EVERY", "LOOK_SELDOM"):
        monkeypatch.setattr(mirror_watch, pause, 0.02)


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
