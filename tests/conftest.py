"""Fixtures that every test may use: a clock that stands still, a ledger of each engine, a service over a plant."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from core.ledger import open_ledger
from core.ledger.protocol import Ledger
from core.model import Policy
from core.occupation import OccupationService
from tests.plants import PLANT
from tests.shopfloor import SANTIAGO, FixedClock

settings.register_profile("shop", deadline=None, print_blob=True)
settings.load_profile("shop")

SITE = "planta-1"

OpenLedger = Callable[..., Awaitable[Ledger]]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of each engine in turn."""
    match request.param:
        case "sqlite":
            return f"sqlite:///{tmp_path / 'ledger.db'}"
        case engine:
            raise ValueError(f"no store for {engine}")


@pytest.fixture
async def another_ledger(store_url: str, clock: FixedClock) -> AsyncIterator[OpenLedger]:
    """Opens one more ledger object on the test's store, as another process would: by default of the same site."""
    async with AsyncExitStack() as opened:

        async def open_one(site: str = SITE, *, request_memory: timedelta = timedelta(hours=1)) -> Ledger:
            ledger = open_ledger(store_url, site=site, clock=clock, request_memory=request_memory)
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
