"""`kiosk serve`: the board in a browser, to look at; who is let in, how many at once, and that nothing is changed."""

import asyncio
import json
import resource
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from core.domain.errors import InvalidRequestError
from kiosk.cli.console import Console
from kiosk.cli.families.serve import COOKIE, BoardServer
from kiosk.cli.families.visitor import MEMORY, VisitorApp
from kiosk.scanning.codes import Command
from kiosk.screens.keys import TABLE
from kiosk.session import Session
from kiosk.theme import TALLER
from tests.forking import forked
from tests.kiosk.browser import browser
from tests.kiosk.commands import PATIENCE, environment, run_kiosk
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, Terminal, TestedKiosk, case, terminal

TOKEN = "una-palabra-de-paso"
FULL = ("las visitas que caben (1)", "as many visitors as may be (1)")
LOOK_ONLY = "AQUÍ SOLO SE MIRA"


class TestedVisitor(TestedKiosk, VisitorApp):
    """A visitor, with what only tests need."""

    __test__ = False


@pytest.fixture
async def visitor(clock: FrozenClock, demo: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Terminal]:
    monkeypatch.setenv("KIOSK_MODE", "1")  # as the server sets it
    async with terminal(clock=clock, kind=TestedVisitor) as running:
        yield running


# What a visitor sees


async def test_a_visitor_filters_the_board_and_reads_a_spools_history(visitor: Terminal) -> None:
    assert visitor.screen_name == "visitorboard"
    await visitor.press("right")
    assert "VENCIDOS" in visitor.text
    await visitor.press("backspace")
    tag = visitor.rows[-1]
    await visitor.type(tag[-6:])
    assert tag in visitor.rows
    await visitor.press(*["backspace"] * 6)
    await visitor.scan(tag)
    assert visitor.screen_name == "visitorspool"
    await visitor.until(lambda: any("tomó" in cell for entry in visitor.entries for cell in entry.cells))
    await visitor.press("escape", "f9")
    assert visitor.screen_name == "visitorspool"
    await visitor.scan("C.TABLERO")
    assert visitor.screen_name == "visitorboard"


async def test_no_badge_no_code_and_no_key_of_a_visitor_changes_anything(visitor: Terminal) -> None:
    before = await visitor.service.ledger.position()
    moves = {Command.SALIR, Command.TABLERO, Command.HISTORIA}
    codes = [f"C.{command}" for command in Command if command not in moves]
    keys = {key.name for key in TABLE if key.does not in moves}
    for place, screen in (("C.TABLERO", "visitorboard"), (FREE_SPOOL, "visitorspool")):
        with case(screen):
            await visitor.scan(place)
            for badge in (MIGUEL, "W.95", "W.999999"):
                await visitor.scan(badge, *codes, "C.1", "C.U1", FREE_SPOOL, place, badge)
                assert LOOK_ONLY in visitor.text
            await visitor.press(*keys, "ctrl+q", "ctrl+c")
            assert visitor.screen_name in {"visitorboard", "visitorspool"}
    assert visitor.app.worker is None
    assert visitor.app.is_running
    assert await visitor.service.ledger.position() == before


# Who is let in


@pytest.fixture
def console(demo_of_today: None) -> Console:
    return Console(Session(demo=True))


def server(console: Console, host: str = "127.0.0.1", port: int = 0) -> BoardServer:
    return BoardServer(console, host=host, port=port, most=1)


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.1.10", "taller.local"])
async def test_an_address_that_others_reach_needs_a_token(host: str, console: Console) -> None:
    with pytest.raises(InvalidRequestError, match="KIOSK_SERVE_TOKEN"):
        await server(console, host).run()


async def test_an_address_that_is_taken_is_named(console: Console) -> None:
    async with TestServer(await server(console)._make_app()) as taken:
        with pytest.raises(InvalidRequestError, match=f"127.0.0.1:{taken.port}"):
            await server(console, port=taken.port).run()


async def test_a_ledger_that_is_not_there_is_refused_as_by_every_command(tmp_path: Path) -> None:
    done = await run_kiosk("serve", "--json", KIOSK_LEDGER_URL=f"sqlite:///{tmp_path / 'no.db'}")
    assert (done.status, done.json["error_code"]) == (5, "LEDGER_UNAVAILABLE")


async def test_without_a_token_only_this_machines_own_pages_are_served(console: Console) -> None:
    async with TestClient(TestServer(await server(console)._make_app())) as client:
        here = f"127.0.0.1:{client.port}"
        for path in ("/", "/ws", "/static/js/textual.js", "/download/1"):
            for headers in ({"Host": "example.com"}, {"Origin": "http://example.com"}, {"Origin": "null"}):
                with case(path, headers):
                    assert (await client.get(path, headers=headers)).status == 403
        for host in (here, f"localhost:{client.port}"):
            assert (await client.get("/", headers={"Host": host, "Origin": f"http://{host}"})).status == 200


async def test_with_a_token_nothing_is_served_without_it_and_a_browser_keeps_it_as_a_cookie(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_SERVE_TOKEN", TOKEN)
    app = await server(console, "0.0.0.0")._make_app()
    async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as client:
        for path in ("/", "/ws", "/static/js/textual.js", "/download/1"):
            for query, cookie in (("", ""), ("?token=", ""), ("?token=otra", ""), ("", "otra"), ("?token=ñ", "ñ")):
                with case(path, query, cookie):
                    answer = await client.get(path + query, headers={"Cookie": f"{COOKIE}={cookie}"})
                    assert answer.status == 403
                    assert "Abra una vez" in (text := await answer.text())
                    assert "Open the address once" in text
        answer = await client.get(f"/?fontsize=30&token={TOKEN}", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/?fontsize=30")
        cookie = answer.cookies[COOKIE]
        assert cookie["httponly"]
        for path in ("/", "/static/js/textual.js"):
            answer = await client.get(path, headers={"Cookie": f"{COOKIE}={cookie.value}"})
            assert answer.status == 200
        assert "://" not in await (await client.get("/", headers={"Cookie": f"{COOKIE}={TOKEN}"})).text()


# In a browser


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until_served(client: ClientSession, url: str) -> None:
    """Return when there is room for one more visitor."""
    while True:
        async with client.get(url) as answer:
            if answer.status == 200:
                return
        await asyncio.sleep(0.02)


def pids_alive(*pids: int) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def test_a_browser_shows_the_board_to_one_visitor_and_nothing_can_be_done_there(
    demo_of_today: None, tmp_path: Path
) -> None:
    program = ("kiosk", "serve", "--json", "--port", "0", "--visitors", "1")
    settings = environment(KIOSK_SERVE_TOKEN=TOKEN)
    async with forked(*program, environment=settings) as served, asyncio.timeout(2 * PATIENCE):
        url = json.loads(await served.stdout.readline())["url"]
        async with browser(tmp_path / "browser") as page, ClientSession(cookies={COOKIE: TOKEN}) as other:
            await page.open(f"{url}?token={TOKEN}")
            await page.shows("TOMADOS", "MK-1335-CW", "Carga")
            assert await page.value("location.href + document.cookie") == url
            assert {address[: len(url)] for address in page.asked} == {url}
            await page.paints(TALLER.primary, 2_000)  # what is chosen, above the board

            log = await run_kiosk("history", FREE_SPOOL, "--json")
            for typed in (MIGUEL, FREE_SPOOL, "C.TOMAR", "C.ARM"):
                await page.type(typed)
            await page.type(MIGUEL)
            await page.shows(FREE_SPOOL, LOOK_ONLY)
            assert await run_kiosk("history", FREE_SPOOL, "--json") == log

            [visitor] = children_of(served.pid)
            assert resource.prlimit(visitor, resource.RLIMIT_DATA) == (MEMORY, MEMORY)
            for full in (url, f"{url}ws"):
                async with other.get(full) as answer:
                    assert (answer.status, [text in await answer.text() for text in FULL]) == (503, [True, True])
            await page.open("about:blank")
            await until_served(other, url)
            assert children_of(served.pid) == []
            async with other.ws_connect(f"{url}ws") as socket:
                await socket.receive()
                [another] = children_of(served.pid)
                served.send_signal(signal.SIGTERM)
                async for _ in socket:
                    pass
                assert await served.wait() == 0
        assert pids_alive(visitor, another) == []
