"""Fixtures that every test may use: a clock that stands still, a ledger of each engine, a service over a plant."""

import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from core.domain.rulebook.policy import Policy
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from tests.plants import PLANT
from tests.processes import plant, service_on
from tests.redis_servers import PATIENCE, RedisServer, ServerClock, redis_server
from tests.shopfloor import SANTIAGO, FixedClock

settings.register_profile("shop", deadline=None, print_blob=True)
settings.load_profile("shop")

# Children that compile every module anew start three times as slowly: where an environment keeps Python from writing
# down what it compiled, here it may.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Each kiosk leaves much garbage at once: looked for as often as usual, it costs 40 % of the time of tests with kiosks.
gc.set_threshold(50_000, 10, 10)

SITE = "planta-1"
MEMORY = Path("/dev/shm")
ENOUGH = 2 << 30
"""Bytes: several runs may be kept."""
OpenLedger = Callable[..., Awaitable[Ledger]]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory where there is room: what they show does not depend on a disk, which is slow."""
    if config.option.basetemp is None and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the collector need not walk over it again and again."""
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: at any time some test waits for another process, a disk or a clock."""
    return (os.cpu_count() or 1) + 1


@dataclass(frozen=True, slots=True)
class Store:
    """Where a test's ledgers are, and the clock they go by: it stands still, also inside a server."""

    url: str
    clock: FixedClock


@pytest.fixture(scope="session")
def clocked_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server with a clock that stands still, for one test after the other: each begins by emptying it."""
    folder = tmp_path_factory.mktemp("redis")
    with redis_server(folder, clock=ServerClock(folder / "clock")) as server:
        yield server


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the server away: what it answers late, on a busy machine, must not be asked twice or given up."""
    for name in ("ledger.ATTEMPT", "ledger.PATIENCE", "connection.PATIENCE"):
        monkeypatch.setattr(f"core.ledger.redis.{name}", PATIENCE)


@pytest.fixture(params=["sqlite", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each engine in turn."""
    match request.param:
        case "sqlite":
            return Store(f"sqlite:///{tmp_path / 'ledger.db'}", FixedClock())
        case "redis":
            # Asked for here and not as a parameter, so that only this engine's tests start a server.
            server: RedisServer = request.getfixturevalue("clocked_redis")
            clock = ServerClock(server.folder / "clock")
            for command in ("FLUSHALL", "SCRIPT FLUSH", "FUNCTION FLUSH"):
                server.command(*command.split())
            request.getfixturevalue("patient")
            return Store(server.url, clock)
        case engine:
            raise ValueError(f"no store for {engine}")


@pytest.fixture
def store_url(store: Store) -> str:
    return store.url


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> FixedClock:
    """The clock of the test's store; of nobody in particular in a test that has none."""
    return request.getfixturevalue("store").clock if "store" in request.fixturenames else FixedClock()


@pytest.fixture
async def another_ledger(store: Store) -> AsyncIterator[OpenLedger]:
    """Opens one more ledger object on the test's store, as another process would: by default of the same site."""
    async with AsyncExitStack() as opened:

        async def open_one(site: str = SITE, *, request_memory: timedelta = timedelta(hours=1)) -> Ledger:
            ledger = open_ledger(store.url, site=site, clock=store.clock, request_memory=request_memory)
            return await opened.enter_async_context(ledger)

        yield open_one


@pytest.fixture
async def ledger(another_ledger: OpenLedger) -> Ledger:
    """The ledger of an empty site."""
    return await another_ledger()


@pytest.fixture
def make_service() -> Callable[..., OccupationService]:
    """A station's service over a ledger."""
    return partial(OccupationService, station="ARM-01", timezone=SANTIAGO, policy=Policy())


@pytest.fixture
async def service(ledger: Ledger, make_service: Callable[..., OccupationService]) -> OccupationService:
    """Station ARM-01 of a plant that was just loaded: its log has one event."""
    service = make_service(ledger)
    await service.load_plant(PLANT, source="tests")
    return service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
async def kiosk(file: Path) -> AsyncIterator[OccupationService]:
    """A service over a new file with three spools and two workers; its log has one event."""
    async with service_on(file) as service:
        await service.load_plant(plant(spools=3, workers=2))
        yield service
