"""A terminal with a demo plant of its own and a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kiosk.terminal import FrozenClock, Terminal, terminal


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
