"""When shifts change, and what is held since before."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from kiosk.live.shifts import last_change

SANTIAGO = ZoneInfo("America/Santiago")
THREE = (time(7), time(15), time(23))


@pytest.mark.parametrize(
    ("now", "changes", "expected"),
    [
        ("2026-11-20 14:59", THREE, "2026-11-20 07:00"),
        ("2026-11-20 15:00", THREE, "2026-11-20 15:00"),
        ("2026-11-20 03:00", THREE, "2026-11-19 23:00"),
        ("2026-11-20 03:00", (time(7),), "2026-11-19 07:00"),
        ("2026-11-20 03:00", (), None),
        # Where summer begins there is no midnight: the shift changes when the clocks have gone on.
        ("2026-09-06 01:30", (time(0), time(12)), "2026-09-06 00:00"),
    ],
)
def test_the_last_change_of_shifts_is_of_today_or_of_the_day_before(
    now: str, changes: tuple[time, ...], expected: str | None
) -> None:
    found = last_change(datetime.fromisoformat(now).replace(tzinfo=SANTIAGO), changes)
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=SANTIAGO) if expected else None)
