"""A site on a Redis server: opened as a station opens it, and looked at past the ledger, key by key."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any, Final

import pytest

from core.domain.errors import LedgerUnavailableError
from core.domain.events import Event
from core.domain.model import Plant, Spool
from core.domain.replay import apply_event
from core.domain.rulebook.policy import Policy
from core.ledger.open import open_ledger
from core.ledger.protocol import Health
from core.ledger.redis import connection
from core.ledger.redis.schema import spool_from_state
from core.occupation import OccupationService
from tests.plants import PLANT, WORKERS, Etapa, spool_at
from tests.redis_servers import PATIENCE, RedisServer
from tests.shopfloor import SANTIAGO

PROMPTLY: Final = 5.0
"""Seconds after which a worker must have been told that the ledger is away (2, and the machine's own slowness)."""

FIFTY: Final = tuple(f"F-{n:02}" for n in range(50))
PLANT_OF_FIFTY: Final = Plant(spools=tuple(spool_at(Etapa.LIBRE, tag) for tag in FIFTY), workers=WORKERS)


@asynccontextmanager
async def station(
    url: str, site: str, *, lock_ttl: int = 12 * 3600, request_memory: timedelta = timedelta(hours=1), **options: Any
) -> AsyncIterator[OccupationService]:
    """A station's service on the site; `options` are those of `open_ledger`."""
    async with open_ledger(url, site=site, request_memory=request_memory, **options) as ledger:
        yield OccupationService(ledger, station="ARM-01", timezone=SANTIAGO, policy=Policy(lock_ttl=lock_ttl))


async def health_of(url: str, site: str, **options: Any) -> Health:
    """What the ledger says of itself."""
    async with station(url, site, **options) as kiosk:
        return await kiosk.ledger.admin.check()


async def eventually(holds: Callable[[], bool], otherwise: str) -> None:
    """Ask until it holds, and let the loop's other tasks run meanwhile; the test fails when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, otherwise
        await asyncio.sleep(0.01)


@contextmanager
def promptly() -> Iterator[None]:
    """The block takes no longer than a worker waits."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < PROMPTLY, f"took {took:.2f} s"


@contextmanager
def told_soon() -> Iterator[None]:
    """In this block no server answers, and a worker is told so soon: how long they wait is shown elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "PATIENCE", 0.3)
        yield


@contextmanager
def all_the_time_it_takes() -> Iterator[None]:
    """In this block a server that is merely slow is waited for: only one that refuses ends what is asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "PATIENCE", PATIENCE)
        yield


async def is_away(asked: Awaitable[object]) -> LedgerUnavailableError:
    """The error of what was asked: that the ledger is out of reach, told promptly."""
    with promptly(), pytest.raises(LedgerUnavailableError) as caught:
        await asked
    return caught.value


def key(site: str, name: str) -> str:
    return f"{{{site}}}:{name}"


_READ: Final = {
    "string": ("GET",),
    "list": ("LRANGE", 0, -1),
    "hash": ("HGETALL",),
    "stream": ("XRANGE", "-", "+"),
}


def contents(server: RedisServer, site: str) -> dict[bytes, object]:
    """Every key of the site with its value: equal as long as nothing changed."""
    found = {}
    for name in server.command("KEYS", key(site, "*")):
        kind = server.command("TYPE", name).decode()
        if kind != "none" and not name.endswith(b":probe"):
            command, *arguments = _READ[kind]
            found[name] = server.command(command, name, *arguments)
    return found


def server_time(server: RedisServer) -> datetime:
    seconds, microseconds = server.command("TIME")
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=microseconds)


def consistent(server: RedisServer, site: str, *, plant: Plant = PLANT, remembered: bool = True) -> list[Event]:
    """The site's log, after a single load of `plant`. Fails unless all else in Redis is what the log says.

    `remembered`: no request was forgotten yet.
    """
    log = _log(server, site)
    tags = [spool.tag_spool for spool in plant.spools]
    own = {tag: [event for event in log if event.tag_spool == tag] for tag in tags}
    assert sum(map(len, own.values())) == len(log) - 1, "there are events of no spool of the plant"

    states = server.command("HGETALL", key(site, "spools"))
    assert {tag.decode() for tag in states} == set(tags)
    for spool in plant.spools:
        tag = spool.tag_spool
        state = states[tag.encode()].decode()
        version, found = state.partition("|")[0], spool_from_state(state)
        assert found == reduce(apply_event, own[tag], spool), f"{tag} is not what its events make of it"
        assert int(version) == found.version, tag
        _lock_agrees(server, site, found)

    histories = {event.tag_spool for event in log if event.tag_spool}
    for tag in histories:
        numbers = server.command("LRANGE", key(site, f"history:{tag}"), 0, -1)
        assert [int(number) for number in numbers] == [event.seq for event in own[tag]], f"history of {tag}"
    _requests_agree(server, site, {event.seq for event in log if event.tag_spool}, remembered=remembered)
    _nothing_else(server, site, histories)
    return log


def _log(server: RedisServer, site: str) -> list[Event]:
    entries = server.command("XRANGE", key(site, "events"), "-", "+")
    assert [name for name, _ in entries] == [f"{n}-0".encode() for n in range(1, len(entries) + 1)], "the log has gaps"
    log = [Event.model_validate_json(fields[b"event"]) for _, fields in entries]
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    assert int(server.command("HGET", key(site, "ledger"), "seq") or 0) == len(log)
    assert len({event.id for event in log}) == len(log), "an event is there twice"
    return log


def _lock_agrees(server: RedisServer, site: str, spool: Spool) -> None:
    name, held = key(site, f"spool_lock:{spool.tag_spool}"), spool.ocupacion
    before = server_time(server)
    value, late = server.command("GET", name), lock_late(server, site, spool) if held else 0
    after = server_time(server)
    if held is None or held.is_expired(before):
        assert value is None, f"{spool.tag_spool} has a lock that nobody holds"
    elif held.vence is None or not held.is_expired(after):
        assert value == held.lock_token.encode(), f"the lock of {spool.tag_spool}"
        assert late == 0, f"the lock of {spool.tag_spool} ends {late} ms after {held.vence}"


def lock_late(server: RedisServer, site: str, spool: Spool) -> int:
    """Milliseconds from the end that was told of a spool's lock to the one it has; 0 also when both have none."""
    assert spool.ocupacion is not None
    last_moment = server.command("PEXPIRETIME", key(site, f"spool_lock:{spool.tag_spool}"))
    if spool.ocupacion.vence is None:
        return last_moment + 1
    # A key is still there in the millisecond it expires at.
    return last_moment + 1 - round(spool.ocupacion.vence.timestamp() * 1000)


def _requests_agree(server: RedisServer, site: str, numbers: set[int], *, remembered: bool) -> None:
    names = server.command("KEYS", key(site, "request:*"))
    found = [int(value) for name in names if (value := server.command("GET", name))]
    assert len(set(found)) == len(found), "two requests became one event"
    assert set(found) <= numbers, "a request is remembered that became no event"
    assert set(found) == numbers or not remembered, "a request was forgotten"
    assert all(server.command("PTTL", name) != -1 for name in names), "a request is remembered for ever"


def _nothing_else(server: RedisServer, site: str, histories: set[str]) -> None:
    known = {"ledger", "events", "spools", "workers", "probe"} | {f"history:{tag}" for tag in histories}
    names = [name.decode().removeprefix(key(site, "")) for name in server.command("KEYS", key(site, "*"))]
    of_many = ("request:", "spool_lock:", "notes:", "rate:")
    unknown = [name for name in names if name not in known and not name.startswith(of_many)]
    assert not unknown, "keys of nobody"
