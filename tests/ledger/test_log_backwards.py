"""The log from its end backwards, on either engine, also when its beginning is cut off."""

import pytest

from core.ledger.feed import pages_back
from core.ledger.protocol import Ledger
from core.ledger.redis.schema import Keys
from core.occupation import OccupationService
from tests.asking import nota
from tests.conftest import SITE
from tests.plants import MIGUEL, TAG
from tests.redis_servers import RedisServer

NOTES = 9
NEWEST = NOTES + 1
"""The plant's load is an event as well."""


@pytest.fixture
async def log(service: OccupationService) -> Ledger:
    for number in range(NOTES):
        await service.nota(nota(MIGUEL, TAG, texto=f"nota {number}"))
    return service.ledger


async def numbers(log: Ledger, *, page: int, newest: int = NEWEST, oldest: int = 0) -> list[list[int]]:
    pages = pages_back(log, newest=newest, page=page, oldest=oldest)
    return [[event.seq for event in events] async for events in pages]


async def test_the_last_page_comes_first_and_each_is_in_order(log: Ledger) -> None:
    assert await numbers(log, page=4) == [[7, 8, 9, 10], [3, 4, 5, 6], [1, 2]]
    assert await numbers(log, page=NEWEST) == [list(range(1, NEWEST + 1))]


async def test_it_ends_above_the_oldest_that_is_asked_for(log: Ledger) -> None:
    assert await numbers(log, page=4, newest=9, oldest=3) == [[6, 7, 8, 9], [4, 5]]
    assert await numbers(log, page=4, newest=3, oldest=3) == []


@pytest.mark.parametrize("store", ["redis"], indirect=True)
@pytest.mark.parametrize(
    ("first", "pages"),
    [
        (4, [[7, 8, 9, 10], [4, 5, 6]]),
        (7, [[7, 8, 9, 10]]),
        (9, [[9, 10]]),
    ],
)
async def test_of_a_page_that_is_partly_gone_the_rest_is_told(
    log: Ledger, clocked_redis: RedisServer, first: int, pages: list[list[int]]
) -> None:
    clocked_redis.command("XTRIM", Keys(SITE).events, "MINID", f"{first}-0")
    assert await numbers(log, page=4) == pages


@pytest.mark.parametrize("store", ["redis"], indirect=True)
async def test_what_is_cut_off_meanwhile_is_not_waited_for(log: Ledger, clocked_redis: RedisServer) -> None:
    pages = pages_back(log, newest=NEWEST, page=4)
    assert [event.seq for event in await anext(pages)] == [7, 8, 9, 10]
    clocked_redis.command("XTRIM", Keys(SITE).events, "MINID", "8-0")
    assert [events async for events in pages] == []
