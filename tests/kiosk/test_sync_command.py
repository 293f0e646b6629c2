"""`kiosk sync` as scripts, units and people run it: real processes, stopped and killed, on a stand-in for Google."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from core.sheet.metadata import METADATA
from core.sheet.pull import pull
from core.sheet.spreadsheet.client import open_spreadsheet
from core.sheet.sync import LEASE_LIFE
from tests.kiosk.commands import run_forked
from tests.kiosk.syncing import SyncProcess, SyncShop
from tests.ledger.redis.sites import station
from tests.redis_servers import RedisServer, ServerClock
from tests.sheet.planilla import PLANILLA, settings_for
from tests.sheet.stage import a_small_plant, in_the_loop, writes_events
from tests.sheets_api import Request, SheetsApi, hang, status


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as api:
        api.add_book(PLANILLA, a_small_plant())
        yield api


@pytest.fixture(params=["sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "redis":
        return str(request.getfixturevalue("redis_server").url)
    if request.param == "clocked redis":
        server: RedisServer = request.getfixturevalue("clocked_redis")
        ServerClock(server.folder / "clock")
        server.command("FLUSHALL")
        return server.url
    return f"sqlite:///{tmp_path / 'taller.sqlite3'}"


@pytest.fixture
async def shop(url: str, site: str, api: SheetsApi, tmp_path: Path) -> AsyncIterator[SyncShop]:
    """A plant that was pulled from its sheet, on a ledger of each engine; nobody mirrors it yet."""
    settings = {
        "KIOSK_LEDGER_URL": url,
        "KIOSK_SITE": site,
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": api.url,
    }
    async with station(url, site) as service:
        async with open_spreadsheet(settings_for(api, f"sqlite:///{tmp_path / 'pace.db'}")) as spreadsheet:
            await pull(service, spreadsheet)
        api.journal.clear()
        yield SyncShop(api, service, settings)


on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


# Once


async def test_once_brings_in_what_waits_tells_it_a_line_at_a_time_and_exits_0(shop: SyncShop) -> None:
    await shop.happens(3)
    async with shop.sync("--once") as sync:
        assert await sync.ended() == 0
    assert [line["event"] for line in sync.lines] == ["elected", "mirrored", "done"]
    mirrored, done = sync.lines[1:]
    assert (mirrored["events"], mirrored["rows"], mirrored["waiting"]) == (4, 3, 0)
    assert done == {"event": "done", "waiting": 0, "seq": 4}
    assert await shop.says_the_log()
    assert await shop.holder() is None


@on_sqlite
async def test_once_says_in_words_what_it_did(shop: SyncShop) -> None:
    await shop.happens(1)
    done = await shop.sync_once()
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "Esta terminal lleva la planilla",
        "EN LA HOJA: 2 eventos, 3 filas; en espera: 0 eventos, 0 filas",
        "Nada espera: todo hasta el evento 2 está EN LA HOJA",
    ]
    english = await shop.sync_once(KIOSK_LANG="en")
    assert english.out.splitlines() == [
        "This terminal mirrors the sheet",
        "Nothing waits: all up to event 2 is IN THE SHEET",
    ]


@on_sqlite
async def test_once_with_a_sheet_that_cannot_be_used_exits_4_and_says_what_is_wrong(shop: SyncShop) -> None:
    shop.api.office(METADATA).rename_header("Timestamp", "Hora")
    async with shop.sync("--once") as sync:
        assert await sync.ended() == 4
    *failed, error = sync.lines[1:]
    assert [line["event"] for line in failed] == ["failed", "failed"]
    assert (error["error_code"], error["sheet"]) == ("SHEET_UNUSABLE", METADATA)
    assert await shop.holder() is None


@on_sqlite
async def test_once_with_a_sheet_out_of_reach_exits_5_and_says_why(shop: SyncShop) -> None:
    shop.api.fail(status(503), times=None)
    done = await shop.sync_once()
    assert done.status == 5
    failed = [line for line in done.out.splitlines() if "Se intenta otra vez en" in line]
    assert len(failed) == 2
    reason = "GOOGLE FALLÓ: La falla es de los servidores de Google"
    assert failed[0].startswith(f"La planilla no está al día. {reason}. Se intenta otra vez en ")
    assert "SHEET_UNAVAILABLE" in done.err


async def test_once_with_a_ledger_out_of_reach_exits_5(api: SheetsApi) -> None:
    settings = {
        "KIOSK_LEDGER_URL": "redis://127.0.0.1:1/0",
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": api.url,
    }
    asked = (("sync", "--once", "--json"), ("sync", "--json"))
    for done in await asyncio.gather(*(run_forked(*arguments, **settings) for arguments in asked)):
        assert (done.status, done.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")
    assert api.count() == 0


@pytest.mark.parametrize("arguments", [("sync",), ("sync", "--once")], ids=" ".join)
async def test_without_a_spreadsheet_configured_it_exits_2_names_the_setting_and_makes_no_ledger(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    ledger = tmp_path / "taller.sqlite3"
    done = await run_forked(*arguments, "--json", KIOSK_LEDGER_URL=f"sqlite:///{ledger}")
    assert (done.status, done.json["error_code"], done.json["field"]) == (2, "INVALID_REQUEST", "KIOSK_SHEETS_ID")
    assert not ledger.exists()


async def test_the_demo_is_never_mirrored(api: SheetsApi, tmp_path: Path) -> None:
    await run_forked("board")
    demo = tmp_path / "demo.sqlite3"
    before = demo.read_bytes()
    for arguments in (("sync", "--once"), ("--demo", "sync", "--once")):
        done = await run_forked(*arguments, KIOSK_SHEETS_ID=PLANILLA, KIOSK_SHEETS_API_URL=api.url)
        # The configured ledger is not there.
        assert (done.status, str(tmp_path / "ledger.sqlite3") in done.err) == (5, True)
    assert demo.read_bytes() == before
    assert api.office(METADATA).records() == []


# Until it is stopped


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_signal_ends_it_in_order_and_gives_the_lease_back(shop: SyncShop, number: signal.Signals) -> None:
    await shop.happens(2)
    async with shop.sync() as sync:
        await sync.prints("mirrored", waiting=0)
        assert await shop.holder() is not None
        sync.signal(number)
        assert await sync.ended() == 0
    assert await shop.holder() is None
    assert await shop.says_the_log()


@on_sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
async def test_a_signal_ends_it_in_order_also_when_it_was_to_do_it_once_but_then_it_is_not_done(
    shop: SyncShop, number: signal.Signals
) -> None:
    shop.api.fail(hang(), when=writes_events)
    await shop.happens(2)
    async with shop.sync("--once") as sync:
        await asyncio.to_thread(shop.api.wait_held)
        sync.signal(number)
        assert await sync.ended() == 130
    assert "done" not in [line["event"] for line in sync.lines]
    assert await shop.holder() is None


@on_sqlite
async def test_each_row_that_a_pull_cannot_use_is_named(shop: SyncShop) -> None:
    shop.api.office("Roles").fill([[404, "Armador", True]], "A9")
    async with shop.sync(KIOSK_SHEETS_PULL_EVERY="1") as sync:
        [problem] = (await sync.prints("pulled"))["problems"]
    assert (problem["sheet"], problem["row"], problem["column"], problem["value"]) == ("Roles", 9, "Id", "404")


@on_sqlite
async def test_a_signal_does_not_wait_for_an_answer_and_what_was_on_its_way_is_not_doubled(shop: SyncShop) -> None:
    await shop.happens(2)
    shop.api.fail(hang(), when=writes_events)
    async with shop.sync() as sync:
        await asyncio.to_thread(shop.api.wait_held)
        sync.signal(signal.SIGTERM)
        assert await sync.ended() == 0
    assert await shop.holder() is None
    once = await shop.sync_once()
    assert once.status == 0
    shop.api.release()
    await asyncio.to_thread(shop.api.wait_for, 2, lambda request: writes_events(request) and request.applied)
    assert await shop.says_the_log()
    assert (await shop.sync_once()).status == 0
    assert await shop.says_the_log()


@on_sqlite
async def test_when_nobody_reads_what_it_prints_it_ends_and_gives_the_lease_back(shop: SyncShop) -> None:
    async with shop.sync() as sync:
        await sync.prints("mirrored")
        sync.stops_listening()
        await shop.happens()
        assert await sync.ended() == 0
    assert await shop.holder() is None


@on_sqlite
async def test_what_fails_is_told_with_when_it_is_tried_again_and_nothing_is_lost(shop: SyncShop) -> None:
    await shop.happens(3)
    shop.api.fail(status(429, retry_after=1), when="write")
    async with shop.sync() as sync:
        failed = await sync.prints("failed")
        assert (failed["pulling"], failed["retry_in"], failed["error"]["falla"]) == (False, 1.0, "CUOTA")
        await sync.prints("mirrored", waiting=0)
    assert await shop.says_the_log()


# One writer


@pytest.mark.parametrize("url", ["sqlite", "clocked redis"], indirect=True)
async def test_of_two_one_mirrors_and_when_it_is_killed_the_other_takes_over_once_its_lease_has_ended(
    shop: SyncShop, url: str, request: pytest.FixtureRequest
) -> None:
    await shop.happens(3)
    async with shop.sync(KIOSK_STATION="ARM-02") as first:
        await first.prints("mirrored", waiting=0)
        async with shop.sync(KIOSK_STATION="ARM-03") as second:
            await second.prints("standing_by")
            await shop.happens(3)
            first.signal(signal.SIGKILL)
            assert await first.ended() == -signal.SIGKILL
            await shop.happens(3)
            assert await shop.holder() is not None
            if url.startswith("redis"):
                clocked_redis: RedisServer = request.getfixturevalue("clocked_redis")
                ServerClock(clocked_redis.folder / "clock").advance(seconds=LEASE_LIFE + 1)
            else:
                await shop.lease_ends()
            await second.prints("elected")
            await second.prints("mirrored", waiting=0)
            assert await shop.says_the_log()
            assert [line["event"] for line in second.lines[:2]] == ["standing_by", "elected"]


@pytest.mark.parametrize("url", ["redis"], indirect=True)
async def test_a_mirror_that_was_stopped_and_goes_on_finds_another_in_its_place_and_doubles_nothing(
    shop: SyncShop,
) -> None:
    await shop.happens(3)
    async with shop.sync(KIOSK_STATION="ARM-02") as first, shop.sync(KIOSK_STATION="ARM-03") as second:
        mirroring, standing_by = await one_and_the_other(first, second)
        stop_at(shop, mirroring.pid, when=writes_events)
        await shop.happens(3)
        await asyncio.to_thread(shop.api.wait_for, shop.api.count(writes_events) + 1, writes_events)
        await shop.lease_ends()
        await standing_by.prints("mirrored", waiting=0)
        mirroring.signal(signal.SIGCONT)
        await mirroring.prints("standing_by")
        await shop.happens(3)
        await standing_by.prints("mirrored", waiting=0)
        assert await shop.says_the_log()


async def one_and_the_other(first: SyncProcess, second: SyncProcess) -> tuple[SyncProcess, SyncProcess]:
    """Which of them mirrors, and which stands by."""
    waiting = {asyncio.ensure_future(one.prints("mirrored", waiting=0)): one for one in (first, second)}
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one in pending:
        one.cancel()
    await asyncio.wait(pending)
    [mirroring] = (waiting[one] for one in done)
    return mirroring, second if mirroring is first else first


def stop_at(shop: SyncShop, pid: int, *, when: Callable[[Request], bool]) -> None:
    shop.api.after(when, lambda _: os.kill(pid, signal.SIGSTOP))


# Killed


KIOSK_WORKS = 6
"""Writes after which somebody works at a kiosk: as many as there are until the last of these requests, twice."""


@pytest.mark.parametrize(("url", "number"), [("sqlite", 4), ("redis", 3), ("redis", 6)], indirect=["url"])
async def test_killed_at_a_request_while_a_kiosk_works_on_it_loses_and_doubles_nothing(
    shop: SyncShop, number: int
) -> None:
    """Once when the request has taken effect, once before it does: what the tests of the mirror show at any request."""
    shop.api.after(writes_events, in_the_loop(lambda: shop.happens(1, tag="MK-2")), times=KIOSK_WORKS)
    for at_request in (shop.api.after, shop.api.before):
        await shop.happens(2)
        fatal = len(shop.api.journal) + number
        async with shop.sync() as sync:
            at_request(fatal, partial(kill, sync.pid))
            assert await sync.ended() == -signal.SIGKILL
        written = shop.metadata()
        assert written == (await shop.log())[: len(written)]
        await shop.lease_ends()
    # Each brings in what waits when it begins; the kiosk works on after each of the first writes.
    for _ in range(KIOSK_WORKS + 1):
        assert (await shop.sync_once()).status == 0
        if await shop.says_the_log():
            break
    assert await shop.says_the_log()


def kill(pid: int, _: Request) -> None:
    os.kill(pid, signal.SIGKILL)
