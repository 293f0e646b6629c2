"""The programs that the Redis benchmarks run in processes of their own: `python -m tests.benchmarks.redis_station`."""

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from redis.asyncio import Redis

from core.domain.errors import KioskError
from core.domain.events import Event
from core.domain.requests import PausarRequest, TomarRequest
from core.ledger.redis.schema import Keys
from core.occupation import OccupationService
from tests.benchmarks.redis_terminals import terminal
from tests.processes import SITE, service_on
from tests.races.station import say

HOT: Final = 4
"""Spools that everybody wants."""

OWN: Final = 100
"""Spools that only one process works on."""

LIFE: Final = 43_200


async def order() -> dict[str, Any]:
    """The next line of stdin; empty at its end."""
    line = await asyncio.to_thread(sys.stdin.readline)
    return json.loads(line) if line else {}


async def watch(url: str, watchers: str) -> None:
    """So many terminals, and as many bare subscribers of channel `bare`.

    An order is answered with a message for each pair of them: what it saw when, number to seconds of the machine.
    """
    async with AsyncExitStack() as stack:
        events: list[dict[int, float]] = [{} for _ in range(int(watchers))]
        notices: list[dict[int, float]] = [{} for _ in range(int(watchers))]

        def noting(seen: dict[int, float]) -> Callable[[Event], None]:
            def note(event: Event) -> None:
                seen[event.seq] = time.monotonic()

            return note

        async def subscriber(seen: dict[int, float]) -> None:
            client = await stack.enter_async_context(Redis.from_url(url))
            subscription = await stack.enter_async_context(client.pubsub())
            await subscription.subscribe("bare")
            subscribed.put_nowait(None)
            async for message in subscription.listen():
                if message["type"] == "message":
                    seen[int(message["data"])] = time.monotonic()

        subscribed: asyncio.Queue[None] = asyncio.Queue()
        for seen in events:
            await stack.enter_async_context(terminal(url, seen=noting(seen)))
        tasks = [asyncio.create_task(subscriber(seen)) for seen in notices]
        for _ in tasks:
            await subscribed.get()
        say(ready=True)
        while await order():
            for seen, heard in zip(events, notices, strict=True):
                say(events=seen, notices=heard)
                seen.clear()
                heard.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def work(url: str, number: str) -> None:
    """For each order, work the `way` it says for `seconds` from `start` on, and say how many changes were made."""
    ways = {"distinct": distinct, "hot": hot, "live": live, "bare distinct": bare_distinct, "bare hot": bare_hot}
    async with service_on(url) as service, Redis.from_url(url) as client:
        say(ready=True)
        while asked := await order():
            go = Working(int(number), asked["start"], asked["seconds"])
            say(changes=await ways[asked["way"]](go, service, client, url))


class Working:
    """Which worker this process is, and until when there is work."""

    def __init__(self, number: int, start: float, seconds: float) -> None:
        self.number = number
        self._start = start
        self._ends = start + seconds
        self._chance = random.Random(number)

    def __bool__(self) -> bool:
        return time.monotonic() < self._ends

    async def begin(self) -> None:
        """Wait for the moment when all begin."""
        ahead = self._start - time.monotonic()
        assert ahead > 0, "too late for the start"
        await asyncio.sleep(ahead)

    def own(self) -> str:
        return f"S-{self.number * OWN + self._chance.randrange(OWN)}"

    def hot(self) -> str:
        return f"S-{self._chance.randint(1, HOT)}"


async def _change(service: OccupationService, go: Working, pick: Callable[[], str]) -> int:
    changes = 0
    while go:
        tag = pick()
        try:
            await service.tomar(TomarRequest(tag_spool=tag, worker_id=go.number, operacion="ARM"))
            changes += 1
            await service.pausar(PausarRequest(tag_spool=tag, worker_id=go.number))
            changes += 1
        except KioskError:
            continue
    return changes


async def distinct(go: Working, service: OccupationService, client: Redis, url: str) -> int:
    """Each process on its own spools, asking the ledger before each commit."""
    await go.begin()
    return await _change(service, go, go.own)


async def hot(go: Working, service: OccupationService, client: Redis, url: str) -> int:
    """All processes on the same few spools: most are refused, because another has the spool."""
    await go.begin()
    return await _change(service, go, go.hot)


async def live(go: Working, service: OccupationService, client: Redis, url: str) -> int:
    """Each process on its own spools, with a live board that takes in what all others do."""
    async with terminal(url) as one:
        await go.begin()
        return await _change(one.occupation, go, go.own)


async def _bare(client: Redis, go: Working, pick: Callable[[], str]) -> int:
    changes = 0
    while go:
        key = f"bare:{pick()}"
        if await client.set(key, str(uuid4()), nx=True, ex=LIFE):
            await client.delete(key)
            changes += 2
    return changes


async def bare_distinct(go: Working, service: OccupationService, client: Redis, url: str) -> int:
    await go.begin()
    return await _bare(client, go, go.own)


async def bare_hot(go: Working, service: OccupationService, client: Redis, url: str) -> int:
    await go.begin()
    return await _bare(client, go, go.hot)


async def pace(url: str, number: str, count: str) -> None:
    """So many live terminals of worker `number`; for each order so many of them act, once a second each.

    The answer: the seconds that each act took, and what this process took of a processor.
    """
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(terminal(url)) for _ in range(int(count))]
        say(ready=True)
        while asked := await order():
            begun = time.process_time()
            taken = await asyncio.gather(
                *(
                    _once_a_second(one.occupation, int(number), at, asked)
                    for at, one in enumerate(opened[: asked["terminals"]])
                )
            )
            say(taken=[seconds for one in taken for seconds in one], processor=time.process_time() - begun)


async def _once_a_second(service: OccupationService, worker: int, at: int, asked: dict[str, Any]) -> list[float]:
    """Take and put down a spool of the terminal's own, at no particular moment of the second."""
    tag, taken = f"S-{worker * OWN + at}", []
    start = asked["start"] + random.Random(worker * OWN + at).random()
    for number in range(asked["seconds"]):
        await asyncio.sleep(start + number - time.monotonic())
        begun = time.monotonic()
        if number % 2:
            await service.pausar(PausarRequest(tag_spool=tag, worker_id=worker))
        else:
            await service.tomar(TomarRequest(tag_spool=tag, worker_id=worker, operacion="ARM"))
        taken.append(time.monotonic() - begun)
    return taken


def resident() -> int:
    """Bytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def most_resident() -> int:
    """The most bytes of this process that were ever in memory."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def snapshot(url: str) -> None:
    """Told to, read the whole plant once; the seconds it took, and by how many bytes the process grew."""
    async with service_on(url) as service:
        await service.status("S-1")
        await _measured(service.snapshot)


async def hvals(url: str) -> None:
    """Told to, read the same states bare, as text."""
    async with Redis.from_url(url, decode_responses=True) as client:
        await client.ping()
        await _measured(lambda: client.hvals(Keys(SITE).spools))


async def _measured(read: Callable[[], Awaitable[object]]) -> None:
    say(ready=True)
    await order()
    before = resident()
    begun = time.monotonic()
    kept = await read()
    ended = time.monotonic()
    say(begun=begun, ended=ended, held=resident() - before, most=most_resident() - before)
    del kept


ROLES: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    "watch": watch,
    "work": work,
    "pace": pace,
    "snapshot": snapshot,
    "hvals": hvals,
}

if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    asyncio.run(ROLES[role](*arguments))
