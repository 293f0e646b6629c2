"""Two terminals on one Redis: each shows at once what the other did, and neither believes its own board too long."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from core.domain.errors import SpoolOccupiedError
from core.domain.model import Accion, Plant
from core.ledger.redis import doorbell, scripts
from core.ledger.redis.ledger import RedisLedger
from kiosk.live import feed
from tests.asking import nota, pausar, refused, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, Tone, terminal
from tests.ledger.redis.sites import station
from tests.plants import JUAN as THE_JUAN
from tests.plants import MIGUEL as THE_MIGUEL
from tests.plants import PLANT, Etapa, spool_at
from tests.proxy import Proxy
from tests.redis_servers import RedisServer

_SCRIPTS = {name: script for name, script in vars(scripts).items() if isinstance(script, scripts.Script)}


@pytest.fixture(autouse=True)
def no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen was told by a notice: nobody looks by himself within a test's time."""
    monkeypatch.setattr(doorbell, "HEARTBEAT", 3600.0)
    monkeypatch.setattr(feed, "CONFIRM_EVERY", 3600.0)
    monkeypatch.setattr(feed, "LIVE_FOR", 3600.0)


@pytest.fixture(autouse=True)
async def plant(redis_server: RedisServer, site: str) -> None:
    """Loaded, on a server that knows the scripts."""
    for script in _SCRIPTS.values():
        redis_server.command("SCRIPT", "LOAD", script.text)
    async with station(redis_server.url, site) as office:
        await office.load_plant(PLANT)


@pytest.fixture
async def proxy(redis_server: RedisServer) -> AsyncIterator[Proxy]:
    async with Proxy(redis_server.port) as proxy:
        yield proxy


def asked(proxy: Proxy) -> list[str]:
    """The commands that were asked for, in order, but the reading of the log that keeps the board live.

    Of a new connection, what it says of itself is left out as well.
    """
    shas = {script.sha: name for name, script in _SCRIPTS.items()}
    sent = (request.decode() for request in proxy.requests)
    names = (next((name for sha, name in shas.items() if sha in one), one) for one in sent)
    return [name for name in names if name != "PAGE" and "SETINFO" not in name]


async def quiet(kiosk: Terminal) -> None:
    """The terminal has asked all it asks by itself: a server like this one is a risk, which it finds out last."""
    await kiosk.until(lambda: bool(kiosk.app.feed.risks))


@contextmanager
def deaf(kiosk: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The terminal's board stays as it is, whatever the log tells."""
    with monkeypatch.context() as patched:
        patched.setattr(kiosk.app.board, "apply", lambda event: True)
        yield


async def test_a_spool_taken_at_one_is_on_the_others_board_and_count_by_itself(
    open_kiosk: OpenKiosk, redis_server: RedisServer
) -> None:
    here, there = await open_kiosk(redis_server.url, "ARM-02"), await open_kiosk(redis_server.url, "SOL-07")
    resting = await open_kiosk(redis_server.url, "OFICINA")
    await there.press("f6")
    assert there.rows == []
    await here.scan(MIGUEL, FREE_SPOOL)
    await there.until(lambda: there.rows == [FREE_SPOOL])
    assert "MR(93)" in there.text
    assert "ARM-02" in there.text
    assert "1 de 1" in there.text
    await resting.until(lambda: "● 1 tomado " in resting.text)
    await resting.type("migue")
    assert "1 en mano" in resting.text
    await here.scan("C.PAUSAR")
    await there.until(lambda: there.rows == [])
    await resting.until(lambda: "● 0 tomados" in resting.text)
    assert "en mano" not in resting.text


async def test_a_spool_the_other_has_just_taken_is_refused_naming_the_holder(
    open_kiosk: OpenKiosk, redis_server: RedisServer
) -> None:
    here, there = await open_kiosk(redis_server.url, "ARM-02"), await open_kiosk(redis_server.url, "SOL-07")
    await there.scan(JUAN)
    await here.scan(MIGUEL, FREE_SPOOL)
    await there.scan(FREE_SPOOL)
    assert there.tone is Tone.REFUSED
    assert "LO TIENE MR(93)" in there.panel
    assert "ARM-02" in there.panel
    assert [event.worker_id for event in await there.service.history(FREE_SPOOL)] == [93]


async def test_a_plant_that_is_loaded_appears_on_every_terminal(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str
) -> None:
    kiosks = [await open_kiosk(redis_server.url, name) for name in ("ARM-02", "SOL-07")]
    async with station(redis_server.url, site) as office:
        await office.load_plant(Plant(spools=(spool_at(Etapa.LIBRE, "NUEVO-1"),), workers=(THE_MIGUEL,)))
    for kiosk in kiosks:
        await kiosk.until(lambda kiosk=kiosk: kiosk.rows == ["93"])
    await kiosks[1].scan(MIGUEL, "nuevo-1")
    assert "TOMADO" in kiosks[1].panel
    await kiosks[0].until(lambda: kiosks[0].app.board.occupied_count == 1)


async def test_a_scan_that_takes_a_spool_is_one_commit_and_no_read(open_kiosk: OpenKiosk, proxy: Proxy) -> None:
    kiosk = await open_kiosk(proxy.url)
    await quiet(kiosk)
    await kiosk.scan(MIGUEL)
    before = len(asked(proxy))
    await kiosk.scan(FREE_SPOOL)
    assert "TOMADO" in kiosk.panel
    assert asked(proxy)[before:] == ["COMMIT"]
    await kiosk.scan(FREE_SPOOL, "C.COMPLETAR")
    assert "COMPLETADO" in kiosk.panel
    assert asked(proxy)[before:] == ["COMMIT", "COMMIT"]


async def test_a_board_that_was_late_meets_a_conflict_and_names_the_holder(
    open_kiosk: OpenKiosk, proxy: Proxy, redis_server: RedisServer, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = await open_kiosk(proxy.url)
    await quiet(kiosk)
    await kiosk.scan(JUAN)
    async with station(redis_server.url, site) as other:
        with deaf(kiosk, monkeypatch):
            await other.tomar(tomar(THE_MIGUEL, tag=FREE_SPOOL))
            assert kiosk.app.board.spools[FREE_SPOOL].ocupacion is None
            before = len(asked(proxy))
            await kiosk.scan(FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert "LO TIENE MR(93)" in kiosk.panel
    assert asked(proxy)[before:] == ["COMMIT", "READ"]
    assert [event.accion for event in await kiosk.service.history(FREE_SPOOL)] == [Accion.TOMAR]


async def test_a_board_that_was_late_about_a_note_still_takes_the_spool_with_one_scan(
    open_kiosk: OpenKiosk, proxy: Proxy, redis_server: RedisServer, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = await open_kiosk(proxy.url)
    await quiet(kiosk)
    await kiosk.scan(JUAN)
    async with station(redis_server.url, site) as other:
        with deaf(kiosk, monkeypatch):
            await other.nota(nota(THE_MIGUEL, FREE_SPOOL))
            before = len(asked(proxy))
            await kiosk.scan(FREE_SPOOL)
    assert "TOMADO" in kiosk.panel
    assert asked(proxy)[before:] == ["COMMIT", "READ", "COMMIT"]


async def test_a_worker_who_took_it_elsewhere_a_moment_ago_is_asked_and_nothing_is_taken_twice(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = await open_kiosk(redis_server.url)
    await kiosk.scan(JUAN)
    async with station(redis_server.url, site) as other:
        with deaf(kiosk, monkeypatch):
            await other.tomar(tomar(THE_JUAN, tag=FREE_SPOOL))
            await kiosk.scan(FREE_SPOOL)
    assert "YA ES SUYO" in kiosk.panel
    assert len(await kiosk.service.history(FREE_SPOOL)) == 1


async def test_a_refusal_of_the_replica_is_confirmed_by_the_ledger_before_it_is_told(
    open_kiosk: OpenKiosk, proxy: Proxy, redis_server: RedisServer, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = await open_kiosk(proxy.url)
    await quiet(kiosk)
    async with station(redis_server.url, site) as other:
        await other.tomar(tomar(THE_MIGUEL, tag=FREE_SPOOL))
        await kiosk.until(lambda: kiosk.app.board.occupied_count == 1)
        before = len(asked(proxy))
        with refused(SpoolOccupiedError, ocupado_por="MR(93)"):
            await kiosk.service.tomar(tomar(THE_JUAN, tag=FREE_SPOOL))
        assert asked(proxy)[before:] == ["READ"]
        with deaf(kiosk, monkeypatch):
            await other.pausar(pausar(THE_MIGUEL, FREE_SPOOL))
            assert (await kiosk.service.tomar(tomar(THE_JUAN, tag=FREE_SPOOL))).changed


async def test_a_spool_put_down_a_moment_ago_is_taken_though_the_board_still_names_its_holder(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = await open_kiosk(redis_server.url)
    await kiosk.scan(JUAN)
    async with station(redis_server.url, site) as other:
        await other.tomar(tomar(THE_MIGUEL, tag=FREE_SPOOL))
        await kiosk.until(lambda: kiosk.app.board.occupied_count == 1)
        with deaf(kiosk, monkeypatch):
            await other.pausar(pausar(THE_MIGUEL, FREE_SPOOL))
            await kiosk.scan(FREE_SPOOL)
    assert "TOMADO" in kiosk.panel


async def test_a_terminal_that_is_closed_leaves_no_connection_behind(
    redis_server: RedisServer, site: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_LEDGER_URL", redis_server.url)
    monkeypatch.setenv("KIOSK_SITE", site)
    closed = []
    whole = RedisLedger.aclose

    async def noted(ledger: RedisLedger) -> None:
        await whole(ledger)
        closed.append(ledger)

    monkeypatch.setattr(RedisLedger, "aclose", noted)
    async with terminal(clock=clock) as kiosk:
        await kiosk.scan(MIGUEL, FREE_SPOOL)
        servers = kiosk.service.ledger._site.connection.servers
    try:
        assert closed
    finally:
        await servers.aclose()
