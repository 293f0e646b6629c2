"""The hour that clocks show twice in autumn: a history says which of the two it was, on the screen and by command."""

from datetime import UTC, datetime

import pytest

from core.settings import sqlite_url
from core.wiring import open_occupation
from kiosk.widgets.timeline import timeline
from kiosk.words.wording import Wording
from tests.asking import nota, tomar
from tests.kiosk.commands import run_kiosk
from tests.plants import MIGUEL, PLANT, TAG
from tests.shopfloor import FixedClock

FIRST, SECOND = (datetime(2026, 4, 5, hour, 30, tzinfo=UTC) for hour in (2, 3))
"""Both 23:30 in Santiago."""


async def test_a_history_says_which_of_the_two(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, clock = sqlite_url(tmp_path / "ledger.sqlite3"), FixedClock(FIRST)
    async with open_occupation(url, site="planta-1", station="ARM-01", clock=clock) as service:
        await service.load_plant(PLANT)
        await service.tomar(tomar(MIGUEL))
        clock.instant = SECOND
        await service.nota(nota(MIGUEL))
        events, now = await service.history(TAG), service.now()
    shown = [entry.cells for entry in timeline(events, Wording("es"), now=now, mirrored=None)]
    assert [cells[-1].rpartition(" · ")[2] for cells in shown[1:]] == ["UTC-04:00", "UTC-03:00"]
    assert [cells[0] for cells in shown[1:]] == ["23:30", "23:30"]
    printed = (await run_kiosk("history", TAG, KIOSK_LEDGER_URL=url, KIOSK_SITE="planta-1")).out.splitlines()
    assert ["04-04-2026 23:30:00  UTC-03:00" in printed[0], "04-04-2026 23:30:00  UTC-04:00" in printed[1]] == [
        True,
        True,
    ]
