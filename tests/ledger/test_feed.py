"""Following a log: whatever is committed while the reader looks the other way is still told, once and in order."""

import asyncio
from contextlib import aclosing

from core.domain.events import Event
from core.ledger.feed import PAGE, Bell, OwnEvents, follow
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


def own_events(*seqs: int) -> OwnEvents:
    own = OwnEvents()
    for seq in seqs:
        own.add(an_event(seq))
    return own


def test_own_events_are_told_as_far_as_they_follow_without_a_gap():
    own = own_events(4, 5, 7)
    assert [[event.seq for event in own.after(seq)] for seq in (2, 3, 4, 5, 6, 7)] == [[], [4, 5], [5], [], [7], []]


def test_own_events_that_were_forgotten_are_not_told():
    own = own_events(4, 5)
    own.forget()
    assert own.after(3) == []


def test_of_own_events_the_last_are_kept():
    own = own_events(*range(1, OwnEvents.KEPT + 3))
    assert own.after(0) == []
    assert len(own.after(2)) == OwnEvents.KEPT


def test_a_notice_is_new_once_and_not_when_it_tells_what_was_committed_here():
    own = own_events(4)
    assert [own.is_new(notice) for notice in ("3", "4", "6", "6", "5", "7")] == [
        False,
        False,
        True,
        False,
        False,
        True,
    ]


def test_a_notice_that_is_no_number_is_new():
    assert own_events(4).is_new("?")
