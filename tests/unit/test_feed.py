"""Following a log: whatever is committed while the reader looks the other way is still told, once and in order."""

import asyncio
from contextlib import aclosing

from core.events import Event
from core.ledger.feed import PAGE, Bell, follow
from tests.contract.commits import draft, next_of
from tests.plants import START


def an_event(seq: int) -> Event:
    return draft().committed(seq=seq, ts=START)


async def test_a_commit_between_looking_and_waiting_is_never_missed():
    log, bell = [], Bell()

    async def read(*, after: int, limit: int) -> list[Event]:
        page = log[after : after + limit]
        if len(log) < 3:
            log.append(an_event(len(log) + 1))
            bell.ring()
        return page

    async with aclosing(follow(read, bell, after=0)) as stream:
        assert [event.seq for event in await next_of(stream, 3)] == [1, 2, 3]


async def test_pages_are_read_one_after_another_until_the_log_ends():
    log, bell = [an_event(seq) for seq in range(1, 2 * PAGE + 1)], Bell()
    asked: list[int] = []

    async def read(*, after: int, limit: int) -> list[Event]:
        asked.append(after)
        return log[after : after + limit]

    async with aclosing(follow(read, bell, after=0)) as stream:
        assert await next_of(stream, 2 * PAGE) == log
    assert asked == [0, PAGE]


async def test_a_ring_without_news_tells_nothing_twice():
    log, bell = [an_event(1)], Bell()

    async def read(*, after: int, limit: int) -> list[Event]:
        return log[after : after + limit]

    async with aclosing(follow(read, bell, after=0)) as stream:
        await next_of(stream, 1)
        coming = asyncio.create_task(next_of(stream, 1))
        bell.ring()
        await asyncio.wait([coming], timeout=0)
        log.append(an_event(2))
        bell.ring()
        assert await coming == [log[1]]


async def test_who_waits_beyond_a_ring_that_already_rang_does_not_wait():
    bell = Bell()
    bell.ring()
    await asyncio.wait_for(bell.wait(beyond=0), timeout=20)
