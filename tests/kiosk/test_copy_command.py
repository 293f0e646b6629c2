"""`kiosk copy --to`: a plant moves between ledgers whole, with its locks and its log, or not at all."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.domain.errors import LogTrimmedError
from core.domain.events import Event
from core.domain.model import Plant, Snapshot
from core.domain.rulebook.lock_steps import spool_lock
from core.ledger.protocol import Committed, Ledger
from core.occupation import OccupationService
from core.settings import sqlite_url
from tests.asking import nota, pausar, tomar
from tests.contract.commits import noting
from tests.kiosk.commands import PATIENCE, environment, run_kiosk
from tests.kiosk.conftest import OpenKiosk
from tests.ledger.redis.sites import contents, eventually, key, station, told_soon
from tests.plants import ARMADORES, FREE_TAGS, JUAN, MIGUEL, PLANT
from tests.proxy import Proxy
from tests.redis_servers import RedisServer

HELD, KEPT, LATE, DONE = FREE_TAGS[:4]
"""Taken for 12 hours; taken until released; taken and run out; taken and put down."""

ROUNDS = 100
"""Notes on each spool of the plant in a log that takes a copy several steps."""


@pytest.fixture
def source(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "source.sqlite3")


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a few thousand events, of site `larga`."""
    file = tmp_path_factory.mktemp("long") / "ledger.sqlite3"

    async def write() -> None:
        async with station(sqlite_url(file), "larga") as office:
            await office.load_plant(PLANT)
            spools = list((await office.snapshot()).spools)
            for _ in range(ROUNDS):
                outcomes = await office.ledger.commit([noting(spool) for spool in spools])
                spools = [outcome.spool for outcome in outcomes if isinstance(outcome, Committed)]

    asyncio.run(write())
    return file


@pytest.fixture
def long_source(long_log: Path, tmp_path: Path) -> str:
    return sqlite_url(Path(shutil.copy(long_log, tmp_path / "long.sqlite3")))


async def shop_day(url: str, site: str) -> None:
    """A plant with work of each kind."""
    async with station(url, site, clock=lambda: datetime.now(UTC) - timedelta(days=1), lock_ttl=3600) as yesterday:
        await yesterday.load_plant(PLANT)
        await yesterday.tomar(tomar(JUAN, tag=LATE))
    async with station(url, site) as today:
        await today.tomar(tomar(MIGUEL, tag=HELD))
        await today.tomar(tomar(MIGUEL, tag=DONE))
        await today.pausar(pausar(MIGUEL, DONE))
        await today.nota(nota(JUAN, DONE))
    async with station(url, site, lock_ttl=0) as until_released:
        await until_released.tomar(tomar(JUAN, tag=KEPT))


async def whole_log(ledger: Ledger, after: int = 0) -> list[Event]:
    return [event async for event in _events(ledger, after)]


async def _events(ledger: Ledger, after: int) -> AsyncIterator[Event]:
    while page := await ledger.events(after=after, limit=1000):
        for event in page:
            yield event
        after = page[-1].seq


async def everything(service: OccupationService) -> tuple[str, Snapshot, list[Event], dict[str, list[Event]]]:
    """The ledger's identity, its state, its log, and what it tells of each spool."""
    ledger = service.ledger
    snapshot = await ledger.snapshot()
    histories = {spool.tag_spool: await ledger.history(spool.tag_spool) for spool in snapshot.spools}
    return (await ledger.position()).identity, snapshot, await whole_log(ledger), histories


@asynccontextmanager
async def copying(source: str, site: str, to: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A `kiosk copy` that runs; it has ended when the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kiosk", "copy", "--to", to, "--json"),
        env=environment(KIOSK_LEDGER_URL=source, KIOSK_SITE=site),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_plant_goes_to_redis_and_back_whole_and_its_people_go_on(
    source: str, redis_server: RedisServer, site: str, tmp_path: Path
) -> None:
    await shop_day(source, site)
    last = sqlite_url(tmp_path / "last.sqlite3")
    first = await run_kiosk("copy", "--to", redis_server.url, "--json", KIOSK_LEDGER_URL=source, KIOSK_SITE=site)
    assert first.status == 0, first.err
    assert first.json == {
        "spools": len(PLANT.spools),
        "workers": len(PLANT.workers),
        "occupied": 3,
        "events": 7,
        "first_seq": 1,
        "last_seq": 7,
    }
    second = await run_kiosk("copy", "--to", last, KIOSK_LEDGER_URL=redis_server.url, KIOSK_SITE=site)
    assert second.status == 0, second.err
    assert "Copiado y comparado" in second.out
    assert f"KIOSK_LEDGER_URL={last}" in second.out

    async with station(source, site) as one, station(redis_server.url, site) as two, station(last, site) as three:
        original = await everything(one)
        assert await everything(two) == original
        assert await everything(three) == original
        held = {spool.tag_spool: spool.ocupacion for spool in original[1].spools if spool.ocupacion}
        assert set(held) == {HELD, KEPT, LATE}
        for service in (one, two, three):
            values = {tag: await service.ledger.locks.value(spool_lock(tag)) for tag in held}
            assert values == {HELD: held[HELD].lock_token, KEPT: held[KEPT].lock_token, LATE: None}
        ends = redis_server.command("PEXPIRETIME", key(site, spool_lock(HELD)))
        assert abs(ends - held[HELD].vence.timestamp() * 1000) < 1000
        assert redis_server.command("PTTL", key(site, spool_lock(KEPT))) == -1
        for service in (two, three):
            assert (await service.pausar(pausar(MIGUEL, HELD))).changed
            assert (await service.pausar(pausar(JUAN, KEPT))).changed
            assert (await service.tomar(tomar(ARMADORES[0], tag=LATE))).seq == 10
    async with station(last, site, clock=lambda: held[HELD].vence) as later:
        assert await later.ledger.locks.value(spool_lock(HELD)) is None


@pytest.mark.parametrize("engine", ["redis", "sqlite"])
async def test_a_target_that_has_anything_is_refused_and_left_as_it_is(
    source: str, redis_server: RedisServer, site: str, tmp_path: Path, engine: str
) -> None:
    await shop_day(source, site)
    target = redis_server.url if engine == "redis" else sqlite_url(tmp_path / "target.sqlite3")
    async with station(target, site) as there:
        await there.load_plant(Plant(spools=PLANT.spools[:3]))
        before, keys = await everything(there), contents(redis_server, site)
    done = await run_kiosk("copy", "--to", target, "--json", KIOSK_LEDGER_URL=source, KIOSK_SITE=site)
    assert (done.status, done.json["error_code"]) == (4, "LEDGER_NOT_EMPTY")
    assert (done.json["spools"], done.json["seq"]) == (3, 1)
    assert "EL REGISTRO NO ESTÁ VACÍO" in done.err
    async with station(target, site) as there:
        assert await everything(there) == before
    assert contents(redis_server, site) == keys


async def test_an_unreachable_target_exits_5_and_shows_no_password(source: str, site: str) -> None:
    await shop_day(source, site)
    url = "redis://ana:s3cr3t@127.0.0.1:1/0"
    with told_soon():
        done = await run_kiosk("copy", "--to", url, "--json", KIOSK_LEDGER_URL=source, KIOSK_SITE=site)
    assert (done.status, done.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")
    assert "s3cr3t" not in done.out + done.err
    assert "ana:***@" in done.json["server"]


async def test_the_word_of_how_to_go_on_shows_no_password(source: str, redis_server: RedisServer, site: str) -> None:
    await shop_day(source, site)
    redis_server.command("ACL", "SETUSER", "ana", "on", ">s3cr3t", "~*", "&*", "+@all")
    url = f"redis://ana:s3cr3t@{redis_server.address}/0"
    done = await run_kiosk("copy", "--to", url, KIOSK_LEDGER_URL=source, KIOSK_SITE=site)
    assert done.status == 0, done.err
    assert "s3cr3t" not in done.out + done.err
    assert "ana:***@" in done.out


async def test_a_copy_that_was_killed_halfway_is_no_ledger(
    long_source: str, redis_server: RedisServer, site: str
) -> None:
    there = {"KIOSK_LEDGER_URL": redis_server.url, "KIOSK_SITE": "larga"}
    redis_server.command("FLUSHALL")
    async with Proxy(redis_server.port) as proxy:
        proxy.delay(0.2)
        async with copying(long_source, "larga", proxy.url) as process:
            await eventually(
                lambda: redis_server.command("XLEN", key("larga", "events")) > 0, "the copy never wrote anything"
            )
            process.kill()
            await process.wait()
    assert redis_server.command("HEXISTS", key("larga", "ledger"), "copying")
    for command in (("status", HELD), ("board",)):
        refused = await run_kiosk(*command, "--json", **there)
        assert (refused.status, refused.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")
        assert refused.json["reason"] == "COPIA_A_MEDIAS"


async def test_a_copy_that_was_left_halfway_may_be_begun_again_and_leaves_nothing_of_the_first(
    source: str, redis_server: RedisServer, site: str
) -> None:
    await shop_day(source, site)
    redis_server.command("HSET", key(site, "ledger"), "copying", "the one that was killed")
    redis_server.command("XADD", key(site, "events"), "1-0", "event", "{}")
    redis_server.command("RPUSH", key(site, f"history:{DONE}"), 3)
    redis_server.command("SET", key(site, spool_lock(DONE)), "94:somebody")
    again = await run_kiosk("copy", "--to", redis_server.url, KIOSK_LEDGER_URL=source, KIOSK_SITE=site)
    assert again.status == 0, again.err
    async with station(source, site) as one, station(redis_server.url, site) as two:
        assert await everything(two) == await everything(one)
        assert await two.ledger.locks.value(spool_lock(DONE)) is None


async def test_a_source_that_is_worked_on_meanwhile_is_refused_and_the_target_is_empty(
    long_source: str, redis_server: RedisServer
) -> None:
    redis_server.command("FLUSHALL")
    async with Proxy(redis_server.port) as proxy, station(long_source, "larga") as shop:
        proxy.delay(0.2)
        async with copying(long_source, "larga", proxy.url) as process:
            await eventually(
                lambda: redis_server.command("XLEN", key("larga", "events")) > 0, "the copy never wrote anything"
            )
            await shop.nota(nota(MIGUEL, HELD))
            proxy.delay(0)
            async with asyncio.timeout(PATIENCE):
                out, _ = await process.communicate()
    assert (process.returncode, json.loads(out)["error_code"]) == (4, "COPY_FAILED")
    assert redis_server.command("KEYS", "*") == []


async def test_of_a_trimmed_log_what_is_left_is_copied(redis_server: RedisServer, site: str, tmp_path: Path) -> None:
    await shop_day(redis_server.url, site)
    redis_server.command("XTRIM", key(site, "events"), "MAXLEN", 2)
    target = sqlite_url(tmp_path / "target.sqlite3")
    done = await run_kiosk("copy", "--to", target, "--json", KIOSK_LEDGER_URL=redis_server.url, KIOSK_SITE=site)
    assert done.status == 0, done.err
    assert (done.json["events"], done.json["first_seq"], done.json["last_seq"]) == (2, 6, 7)
    async with station(redis_server.url, site) as one, station(target, site) as two:
        assert await whole_log(two.ledger, after=5) == await whole_log(one.ledger, after=5)
        assert (await two.snapshot()) == await one.snapshot()
        with pytest.raises(LogTrimmedError):
            await two.ledger.events(after=0, limit=10)
        assert await two.history(KEPT) == await one.history(KEPT)
        assert (await two.nota(nota(MIGUEL, HELD))).seq == 8


async def test_a_plant_may_go_by_another_name(source: str, redis_server: RedisServer, site: str) -> None:
    await shop_day(source, site)
    name = f"{site}-nueva"
    arguments = ("--to", redis_server.url, "--to-site", name, "--json")
    assert (await run_kiosk("copy", *arguments, KIOSK_LEDGER_URL=source, KIOSK_SITE=site)).status == 0
    async with station(source, site) as one, station(redis_server.url, name) as two:
        assert await everything(two) == await everything(one)


async def test_a_terminal_that_waits_on_the_empty_target_goes_on_with_the_copy(
    open_kiosk: OpenKiosk, source: str, redis_server: RedisServer, site: str
) -> None:
    await shop_day(source, site)
    kiosk = await open_kiosk(redis_server.url)
    assert "ESTA PLANTA NUNCA SE CARGÓ" in kiosk.panel
    copied = await run_kiosk("copy", "--to", redis_server.url, KIOSK_LEDGER_URL=source, KIOSK_SITE=site)
    assert copied.status == 0, copied.err
    await kiosk.until(lambda: kiosk.app.board.seq == 7 or kiosk.app.feed.lost_past is not None)
    assert "PERDIÓ DATOS" not in kiosk.text


async def test_a_target_that_is_no_ledger_url_exits_2(source: str, site: str) -> None:
    await shop_day(source, site)
    done = await run_kiosk("copy", "--to", "ftp://somewhere", "--json", KIOSK_LEDGER_URL=source)
    assert (done.status, done.json["error_code"]) == (2, "INVALID_REQUEST")
