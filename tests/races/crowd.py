"""The client processes of a round, some of which die and are replaced, or stand still for a while."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from tests.processes import Child, child
from tests.races.client import Orders

CLIENT: Final = "tests.races.client"
PROCESSES: Final = 4
SPOOLS: Final = 4
WORKERS: Final = 4
LIVES: Final = (1, 1, 12 * 3600, 12 * 3600)
"""Seconds that a lock lives that a process takes: half of them see locks expire."""


class Crowd:
    """A few processes, each of two workers; a worker is at two terminals at once. Every other process watches the log.

    Made by `crowd`.
    """

    def __init__(self, urls: tuple[str, ...], folder: Path, *, seed: str, min_replicas: int) -> None:
        self._urls = urls
        self._folder = folder
        self._seed = seed
        self._min_replicas = min_replicas
        self._names = count(1)
        self._clients: list[Child] = []
        self._started = AsyncExitStack()

    async def start(self) -> None:
        for place in range(PROCESSES):
            self._clients.append(await self._begin(place))

    async def kill_some(self, dice: Random) -> None:
        """SIGKILL one or two of them, at any moment of their work; others start in their places."""
        for place in dice.sample(range(PROCESSES), dice.choice([1, 2])):
            self._clients[place].kill()
            self._clients[place] = await self._begin(place)

    async def freeze_one(self, dice: Random) -> None:
        """SIGSTOP one of them, with whatever it holds, and let it go on after a while."""
        frozen = dice.choice(self._clients)
        frozen.freeze()
        await asyncio.sleep(dice.uniform(0.2, 1.5))
        frozen.thaw()

    async def finish(self) -> None:
        """Everyone finishes what they began. A client that failed by itself proves nothing: then the round fails."""
        statuses = await asyncio.gather(*(client.end() for client in self._clients))
        assert statuses == [0] * PROCESSES, f"clients ended with {statuses}"

    async def close(self) -> None:
        await self._started.aclose()

    async def _begin(self, place: int) -> Child:
        name = f"client-{next(self._names)}"
        orders = Orders(
            url=self._urls[place % len(self._urls)],
            folder=str(self._folder),
            name=name,
            seed=f"{self._seed} {name}",
            spools=SPOOLS,
            workers=(1 + place % WORKERS, 1 + (place + 1) % WORKERS),
            lock_ttl=LIVES[place],
            min_replicas=self._min_replicas,
            watches=place % 2 == 0,
        )
        client = await self._started.enter_async_context(child(CLIENT, json.dumps(asdict(orders))))
        assert await client.read() == {"ready": True}
        return client


@asynccontextmanager
async def crowd(urls: tuple[str, ...], folder: Path, *, seed: str, min_replicas: int) -> AsyncIterator[Crowd]:
    """Clients at work, who reach the store by the `urls` in turn; none of them runs when the block ends."""
    everyone = Crowd(urls, folder, seed=seed, min_replicas=min_replicas)
    try:
        await everyone.start()
        yield everyone
    finally:
        await everyone.close()
