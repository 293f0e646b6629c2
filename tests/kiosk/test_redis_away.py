"""The Redis server goes away under an open terminal: it says so, does nothing by halves, and goes on by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.model import Accion
from core.ledger.redis import doorbell, scripts
from kiosk.live import feed
from kiosk.live.board import Board
from tests.asking import nota, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, Tone
from tests.ledger.redis.sites import station, told_soon
from tests.plants import JUAN as THE_JUAN
from tests.plants import MIGUEL as THE_MIGUEL
from tests.plants import PLANT
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, redis_server

NOTICED_WITHIN = 6.0
"""Seconds until the top bar tells (5, and the machine's own slowness)."""

ANOTHER_SPOOL = "MK-1335-CW-25238-012"


@dataclass(frozen=True)
class Shop:
    """A server that keeps what it acknowledged, the network to it, and its site."""

    server: RedisServer
    proxy: Proxy
    site: str


@pytest.fixture(autouse=True)
def try_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is awaited here is that they notice; how long they wait between tries is their own business."""
    monkeypatch.setattr(doorbell, "LONGEST_WAIT", 0.3)
    monkeypatch.setattr(feed, "RECONNECT_AFTER", 0.3)
    monkeypatch.setattr(feed, "CONFIRM_EVERY", 0.3)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis", durable=True) as server:
        yield server


@pytest.fixture
async def shop(server: RedisServer, site: str) -> AsyncIterator[Shop]:
    async with station(server.url, site) as office:
        await office.load_plant(PLANT)
    async with Proxy(server.port) as proxy:
        yield Shop(server, proxy, site)


async def stopped(shop: Shop) -> None:
    shop.server.stop()
    shop.proxy.refuse()


async def refused(shop: Shop) -> None:
    shop.proxy.refuse()


async def silent(shop: Shop) -> None:
    shop.proxy.hang()


async def back(shop: Shop) -> None:
    if not shop.server.running:
        shop.server.start()
    await shop.proxy.heal()


Fault = Callable[[Shop], Awaitable[None]]
FAULTS: list[Fault] = [stopped, silent]
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)


async def says(kiosk: Terminal, *texts: str) -> None:
    """The screen says so soon."""
    async with asyncio.timeout(NOTICED_WITHIN):
        await kiosk.until(lambda: all(text in kiosk.text for text in texts))


async def is_true(kiosk: Terminal) -> None:
    """The board comes to tell what the ledger tells."""
    await kiosk.until(lambda: kiosk.app.feed.is_live)
    told = Board()
    told.load(await kiosk.service.snapshot())
    await kiosk.until(lambda: kiosk.app.board.seq >= told.seq)
    assert (kiosk.app.board.seq, kiosk.app.board.spools) == (told.seq, told.spools)
    assert [spool.tag_spool for spool in kiosk.app.board.occupied()] == [spool.tag_spool for spool in told.occupied()]


@each_fault
async def test_an_open_terminal_tells_that_the_server_is_away_and_recovers_by_itself(
    shop: Shop, open_kiosk: OpenKiosk, clock: FrozenClock, fault: Fault
) -> None:
    kiosk = await open_kiosk(shop.proxy.url)
    await kiosk.scan(JUAN, ANOTHER_SPOOL, MIGUEL)
    await kiosk.press("f6")
    assert kiosk.rows == [ANOTHER_SPOOL]
    await kiosk.press("escape")
    # A server that stops closes its connections: nothing is sent to it once that was seen.
    fates = ["NO SE SABE TODAVÍA", *["NO SE GUARDÓ"] * (fault is stopped)]
    with told_soon():
        await fault(shop)
        # Before anybody noticed.
        await kiosk.scan(FREE_SPOOL)
        assert kiosk.tone is Tone.REFUSED
        assert any(fate in kiosk.panel for fate in fates)
        assert kiosk.rows == []
        await says(kiosk, "SIN CONEXIÓN · datos de hace 0 s")
        await kiosk.scan(FREE_SPOOL)
        assert any(fate in kiosk.panel for fate in fates)
        # What was never sent cannot have been saved.
        await kiosk.scan(ANOTHER_SPOOL, "C.NOTA", "1")
        assert "NO SE GUARDÓ" in kiosk.panel
        clock.now += timedelta(seconds=90)
        await says(kiosk, "SIN CONEXIÓN · datos de hace 1 min")
        await kiosk.press("f6")
        assert kiosk.rows == [ANOTHER_SPOOL]
        await kiosk.press("escape")

    await back(shop)
    await kiosk.until(lambda: kiosk.app.feed.is_live and not kiosk.app.feed.doubts)
    assert "SIN CONEXIÓN" not in kiosk.text
    await is_true(kiosk)
    assert await kiosk.service.history(FREE_SPOOL) == []
    await kiosk.scan(FREE_SPOOL)
    assert "TOMADO" in kiosk.panel
    assert [event.accion for event in await kiosk.service.history(FREE_SPOOL)] == [Accion.TOMAR]


async def test_what_others_did_meanwhile_is_on_the_board_when_the_network_is_back(
    shop: Shop, open_kiosk: OpenKiosk
) -> None:
    kiosk = await open_kiosk(shop.proxy.url)
    await refused(shop)
    with told_soon():
        await says(kiosk, "SIN CONEXIÓN")
    async with station(shop.server.url, shop.site) as other:
        await other.tomar(tomar(THE_JUAN, tag=ANOTHER_SPOOL))
        await other.nota(nota(THE_MIGUEL, FREE_SPOOL))
    assert kiosk.app.board.occupied_count == 0
    await back(shop)
    await kiosk.until(lambda: "● 1 tomado" in kiosk.text)
    await is_true(kiosk)
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert "TOMADO" in kiosk.panel


async def test_a_terminal_that_is_started_while_the_server_is_away_opens_by_itself(
    shop: Shop, open_kiosk: OpenKiosk
) -> None:
    await stopped(shop)
    with told_soon():
        kiosk = await open_kiosk(shop.server.url)
    assert "no hay conexión con el servidor" in kiosk.text
    with told_soon():
        await kiosk.scan(MIGUEL)
    assert kiosk.tone is Tone.REFUSED
    assert "EL REGISTRO NO RESPONDE" in kiosk.panel
    await back(shop)
    await kiosk.until(lambda: kiosk.app.feed.is_live)
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert "TOMADO" in kiosk.panel


async def test_a_board_that_cannot_be_read_is_not_called_live_although_the_server_answers(
    shop: Shop, open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LIVE_FOR", 1.0)
    kiosk = await open_kiosk(shop.proxy.url)
    shop.proxy.cut_next_reply(10_000, containing=scripts.PAGE.sha.encode())
    async with station(shop.server.url, shop.site) as other:
        await other.tomar(tomar(THE_JUAN, tag=ANOTHER_SPOOL))
    await says(kiosk, "SIN CONEXIÓN")
    await kiosk.scan(MIGUEL)
    assert "SIN CONEXIÓN" in kiosk.text
    await shop.proxy.heal()
    await is_true(kiosk)
    assert ANOTHER_SPOOL in [spool.tag_spool for spool in kiosk.app.board.occupied()]


async def test_a_lost_reply_is_not_noticed_by_the_worker(shop: Shop, open_kiosk: OpenKiosk) -> None:
    kiosk = await open_kiosk(shop.proxy.url)
    await kiosk.scan(JUAN, ANOTHER_SPOOL, MIGUEL)
    shop.proxy.cut_next_reply(containing=scripts.COMMIT.sha.encode())
    await kiosk.scan(FREE_SPOOL)
    assert shop.proxy.cuts_left == 0
    # The commit itself is recognised: nothing had to be read to find out.
    assert not any(scripts.READ.sha.encode() in request for request in shop.proxy.requests)
    assert kiosk.tone is Tone.DONE
    assert "TOMADO" in kiosk.panel
    assert kiosk.rows == [FREE_SPOOL]
    assert [event.accion for event in await kiosk.service.history(FREE_SPOOL)] == [Accion.TOMAR]


async def test_when_every_reply_is_lost_the_terminal_tells_by_itself_what_was_saved(
    shop: Shop, open_kiosk: OpenKiosk
) -> None:
    kiosk = await open_kiosk(shop.proxy.url)
    await kiosk.scan(JUAN, ANOTHER_SPOOL, MIGUEL)
    shop.proxy.cut_next_reply(1000, containing=scripts.COMMIT.sha.encode())
    with told_soon():
        await kiosk.scan(FREE_SPOOL)
    assert "NO SE SABE TODAVÍA" in kiosk.panel
    await back(shop)
    await kiosk.until(lambda: "SÍ SE GUARDÓ" in kiosk.panel)
    assert kiosk.tone is Tone.DONE
    await kiosk.until(lambda: kiosk.rows == [FREE_SPOOL])
    assert len(await kiosk.service.history(FREE_SPOOL)) == 1


async def test_the_same_order_repeated_in_doubt_counts_once(shop: Shop, open_kiosk: OpenKiosk) -> None:
    """A PAUSAR that was saved without a word must not become a TOMAR when the worker scans again."""
    kiosk = await open_kiosk(shop.proxy.url)
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    shop.proxy.cut_next_reply(1000, containing=scripts.COMMIT.sha.encode())
    with told_soon():
        await kiosk.scan("C.PAUSAR")
    assert "NO SE SABE TODAVÍA" in kiosk.panel
    await shop.proxy.heal()
    await kiosk.scan(FREE_SPOOL)
    assert "SÍ SE GUARDÓ" in kiosk.panel
    await is_true(kiosk)
    assert [event.accion for event in await kiosk.service.history(FREE_SPOOL)] == [Accion.TOMAR, Accion.PAUSAR]


async def test_a_count_of_the_yard_in_doubt_is_confirmed_again_and_counts_once(
    shop: Shop, open_kiosk: OpenKiosk
) -> None:
    kiosk = await open_kiosk(shop.proxy.url)
    await kiosk.scan(CARLA, "C.INVENTARIO", FREE_SPOOL, "C.TOMAR")
    before = kiosk.app.board.seq
    shop.proxy.cut_next_reply(1000, containing=scripts.RECORD.sha.encode())
    with told_soon():
        await kiosk.scan("C.SI")
    assert "NO SE SABE TODAVÍA" in kiosk.panel
    assert "Confírmelo otra vez" in kiosk.panel
    await shop.proxy.heal()
    await kiosk.scan("C.TOMAR", "C.SI")
    assert "CONTEO GUARDADO" in kiosk.panel
    assert [event.accion for event in await kiosk.service.ledger.events(after=before, limit=9)] == [Accion.INVENTARIO]


@pytest.mark.parametrize("who", [MIGUEL, JUAN], ids=["still there", "gone"])
async def test_a_server_that_stood_still_is_asked_what_became_of_it_and_the_answer_stays_true(
    shop: Shop, open_kiosk: OpenKiosk, who: str
) -> None:
    kiosk = await open_kiosk(shop.server.url)
    await kiosk.scan(MIGUEL)
    shop.server.pause()
    try:
        with told_soon():
            await kiosk.scan(FREE_SPOOL)
        assert "NO SE SABE TODAVÍA" in kiosk.panel
        if who == JUAN:
            await kiosk.scan(JUAN)
    finally:
        shop.server.resume()
    await kiosk.until(lambda: not kiosk.app.feed.doubts and (who == MIGUEL or bool(kiosk.notifications)))
    told = kiosk.panel if who == MIGUEL else " ".join(kiosk.notifications)
    assert FREE_SPOOL in told
    saved = "SÍ SE GUARDÓ" in told
    assert saved or "NO SE GUARDÓ" in told
    await is_true(kiosk)
    history = await kiosk.service.history(FREE_SPOOL)
    assert [event.accion for event in history] == [Accion.TOMAR] * saved


async def test_a_terminal_that_is_closed_while_the_server_is_silent_closes_soon(
    shop: Shop, open_kiosk: OpenKiosk
) -> None:
    kiosk = await open_kiosk(shop.proxy.url)
    await silent(shop)
    async with asyncio.timeout(NOTICED_WITHIN):
        await kiosk.press("ctrl+q")
        await asyncio.gather(*(worker.wait() for worker in kiosk.app.workers), return_exceptions=True)
