"""What is done to the store of a round, engine by engine; each fault is mended again when it returns."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from core.settings import sqlite_url
from tests.disks import small_disk
from tests.processes import child
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, SentinelGroup, redis_server, sentinel_group, until
from tests.sqlite_files import database

DISK: Final = 64 << 20
"""Bytes of the small disk that is filled up."""

Fault = Callable[[Random], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Store:
    """The store of a round: how it is reached (by the `urls` in turn), and what may be done to it.

    `settle` waits until the plant that was loaded is where it cannot get lost. `damage` says, after the round, what is
    broken in the store itself. `slack` is how far a client may be behind the ledger's clock: it estimates it by a reply
    that may have been late.
    """

    url: str
    urls: tuple[str, ...]
    faults: Mapping[str, Fault]
    min_replicas: int = 0
    slack: timedelta = timedelta(milliseconds=5)
    settle: Callable[[], None] = lambda: None
    damage: Callable[[], Sequence[str]] = tuple


def _some_time(dice: Random, *, longest: float) -> Awaitable[None]:
    return asyncio.sleep(dice.uniform(0.05, longest))


# SQLite


@asynccontextmanager
async def sqlite_store(folder: Path) -> AsyncIterator[Store]:
    """A ledger in a file, on a small disk of its own where root can make one."""
    with small_disk(folder / "disk", size=DISK) as disk:
        file = folder / "disk" / "ledger.sqlite3"

        async def hold(dice: Random) -> None:
            """A process has the file in the middle of its writing, stands still, and is killed there."""
            async with child("tests.races.holder", file) as holder:
                await holder.read()
                holder.freeze()
                await _some_time(dice, longest=2.5)
                holder.kill()

        async def fill(dice: Random) -> None:
            disk.fill()
            await _some_time(dice, longest=1.5)
            disk.free()

        faults: dict[str, Fault] = {"holds": hold}
        if disk.own:
            faults["fills"] = fill
        url = sqlite_url(file)
        yield Store(url=url, urls=(url,), faults=faults, damage=lambda: damage_of(file))


def damage_of(file: Path) -> list[str]:
    """What SQLite itself finds broken in the file."""
    with database(file) as connection:
        rows = (
            connection.execute("PRAGMA integrity_check").fetchall()
            + connection.execute("PRAGMA foreign_key_check").fetchall()
        )
    return [str(row) for row in rows if row != ("ok",)]


# Redis


@asynccontextmanager
async def redis_store(folder: Path) -> AsyncIterator[Store]:
    """A durable server; every other client reaches it through a proxy."""
    with redis_server(folder / "server", durable=True) as server:
        async with Proxy(server.port) as proxy:
            faults = {**_server_faults(lambda: server), **_network_faults(proxy)}

            async def kill(dice: Random) -> None:
                await asyncio.to_thread(server.kill)
                await _some_time(dice, longest=1)
                await asyncio.to_thread(server.start)

            faults["kills"] = kill
            urls = (server.url, proxy.url)
            yield Store(url=server.url, urls=urls, faults=faults, slack=timedelta(seconds=2))


def _server_faults(server: Callable[[], RedisServer]) -> dict[str, Fault]:
    """What is done to whichever server is the one that answers."""

    async def freeze(dice: Random) -> None:
        frozen = server()
        frozen.pause()
        try:
            await _some_time(dice, longest=2.5)
        finally:
            frozen.resume()

    async def fill(dice: Random) -> None:
        full = server()
        await asyncio.to_thread(full.command, "CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1")
        await _some_time(dice, longest=1)
        await asyncio.to_thread(full.command, "CONFIG", "SET", "maxmemory", "0")

    return {"freezes": freeze, "fills": fill}


def _network_faults(proxy: Proxy) -> dict[str, Fault]:
    async def cut(dice: Random) -> None:
        proxy.refuse()
        await _some_time(dice, longest=1.5)
        await proxy.heal()

    async def hang(dice: Random) -> None:
        proxy.hang()
        await _some_time(dice, longest=2.5)
        await proxy.heal()

    async def lose_replies(dice: Random) -> None:
        """The server does what it is asked, and nobody hears of it."""
        proxy.cut_next_reply(dice.randint(1, 30))
        await _some_time(dice, longest=2)
        await proxy.heal()

    return {"cuts": cut, "hangs": hang, "lost replies": lose_replies}


# Sentinel


@asynccontextmanager
async def sentinel_store(folder: Path) -> AsyncIterator[Store]:
    """A durable master with two replicas, which both must have what is acknowledged, and three sentinels.

    Both: a master that wakes up after another took its place may still have one replica, and lose what it wrote to it.
    """
    with sentinel_group(folder / "group", durable=True) as group:
        servers = {server.port: server for server in (group.master, *group.replicas)}

        def master() -> RedisServer:
            return servers[group.master_port()]

        def is_forgotten(server: RedisServer) -> bool:
            return server.port not in masters_named(group)

        async def recover(server: RedisServer, dice: Random) -> None:
            """Let the server believe for a while that it is the master; then it follows the one there is."""
            await _some_time(dice, longest=3)
            # The sentinels would do both as well, after ten seconds.
            if (port := group.master_port()) != server.port:
                await asyncio.to_thread(server.command, "REPLICAOF", "127.0.0.1", port)
                await asyncio.to_thread(server.command, "CLIENT", "KILL", "TYPE", "normal")
            await asyncio.to_thread(until, lambda: is_whole(group, servers), "the group did not become whole again")

        async def fail_over(dice: Random) -> None:
            """The master is killed, another takes its place, and it comes back as a replica."""
            lost = master()
            await asyncio.to_thread(lost.kill)
            # By all of them: one that is behind would send clients to a server that comes back with what it knew.
            await asyncio.to_thread(until, lambda: is_forgotten(lost), "nobody took the master's place")
            await asyncio.to_thread(lost.start)
            await recover(lost, dice)

        async def split(dice: Random) -> None:
            """The master stands still until another takes its place, and wakes up believing that it is the master."""
            frozen = master()
            frozen.pause()
            try:
                await asyncio.sleep(dice.uniform(2, 4))
            finally:
                frozen.resume()
            await recover(frozen, dice)

        faults = {"failovers": fail_over, "split brains": split, "fills": _server_faults(master)["fills"]}
        yield Store(
            url=group.url,
            urls=(group.url,),
            faults=faults,
            min_replicas=2,
            slack=timedelta(seconds=2),
            settle=group.replicate,
        )


def masters_named(group: SentinelGroup) -> set[int]:
    """The ports of the servers that some sentinel sends a client to.

    A sentinel that leads a failover names the next master when it is asked for the address, and the last one in its
    list of masters, until the failover is over: clients read the list.
    """
    return {int(one.command("SENTINEL", "MASTER", "mymaster")[b"port"]) for one in group.sentinels}


def is_whole(group: SentinelGroup, servers: Mapping[int, RedisServer]) -> bool:
    """Whether every sentinel knows the same master, and both others follow it."""
    named = masters_named(group)
    if len(named) != 1:
        return False
    replication = servers[named.pop()].command("INFO", "replication")
    states = [value["state"] for name, value in replication.items() if name.startswith("slave") and "state" in value]
    return replication["role"] == "master" and states == ["online", "online"]


STORES: Final = {"sqlite": sqlite_store, "redis": redis_store, "sentinel": sentinel_store}
