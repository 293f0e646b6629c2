"""The process that mirrors is killed at each of its requests, one after the other, while a kiosk works on."""

import pytest

from core.sheet.sync import LEASE_LIFE, STAND_BY
from tests.sheet.stage import Stage, in_the_loop, writes_events
from tests.sheets_api import SheetsApi

REQUESTS = range(1, 9)
"""Those of the first cycle, which begins to know the sheet, and of the next ones; each ends with writes."""


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_before_or_after_any_request_takes_effect_it_loses_and_doubles_nothing(
    stage: Stage, api: SheetsApi, moment: str
) -> None:
    api.after(writes_events, in_the_loop(lambda: stage.happens(1, tag="MK-2")), times=3 * len(REQUESTS))
    for number in REQUESTS:
        await stage.happens(2)
        name = f"ARM-{number}"
        at_request = api.before if moment == "before" else api.after
        at_request(api.count() + number, in_the_loop(lambda name=name: stage.kills(name)))
        task = (await stage.runs(name)).task
        assert task is not None
        await stage.time.until(task.done, within=LEASE_LIFE + STAND_BY + 60)
        assert task.cancelled()
        assert (await stage.holder()) is not None
        # Looked at once: the request of a killed one may still take effect at any moment.
        written = stage.metadata()
        assert written == [str(event.id) for event in await stage.log()][: len(written)]
    await stage.runs("OFICINA")
    await stage.time.until(stage.says_the_log, within=LEASE_LIFE + STAND_BY + 60)
    await stage.time.passes(30)
    assert await stage.says_the_log()
