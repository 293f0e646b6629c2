"""A shop on each engine, its sheet, and nobody who mirrors it yet."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.conftest import Store
from tests.sheet.stage import Stage, stage_on
from tests.sheets_api import SheetsApi


@pytest.fixture
def api(store: Store) -> Iterator[SheetsApi]:
    with SheetsApi(clock=store.clock) as api:
        yield api


@pytest.fixture
async def stage(store: Store, api: SheetsApi, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage_on(store, api, f"sqlite:///{tmp_path / 'pace.db'}") as stage:
        yield stage
