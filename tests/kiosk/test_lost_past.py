"""The server comes back without its past under open terminals: nobody works on it until a supervisor says so."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.domain.model import Accion, Plant
from core.ledger.redis import doorbell
from kiosk.live import feed
from kiosk.words import CATALOGUE
from tests.asking import nota, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, Terminal, Tone
from tests.ledger.redis.sites import key, station
from tests.plants import CARLA as THE_CARLA
from tests.plants import JUAN as THE_JUAN
from tests.plants import MIGUEL as THE_MIGUEL
from tests.plants import PLANT
from tests.proxy import Proxy
from tests.redis_servers import RedisServer, redis_server

ANOTHER_SPOOL = "MK-1335-CW-25238-012"
LOST = "EL REGISTRO PERDIÓ DATOS"


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "HEARTBEAT", 0.3)
    monkeypatch.setattr(feed, "RECONNECT_AFTER", 0.2)
    monkeypatch.setattr(feed, "CONFIRM_EVERY", 0.2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis", durable=True) as server:
        yield server


@pytest.fixture(autouse=True)
async def plant(server: RedisServer, site: str) -> None:
    """Juan holds a spool; the log ends at event 2."""
    async with station(server.url, site) as office:
        await office.load_plant(PLANT)
        await office.tomar(tomar(THE_JUAN, tag=ANOTHER_SPOOL))


def emptied(server: RedisServer) -> None:
    server.command("FLUSHALL")


def started_empty(server: RedisServer) -> None:
    server.kill()
    shutil.move(server.folder / "appendonlydir", server.folder / "past")
    server.start()


def past_returns(server: RedisServer) -> None:
    server.kill()
    shutil.rmtree(server.folder / "appendonlydir")
    shutil.move(server.folder / "past", server.folder / "appendonlydir")
    server.start()


async def tells(kiosk: Terminal) -> None:
    await kiosk.until(lambda: kiosk.app.feed.lost_past is not None and LOST in kiosk.text)


def nothing_written(server: RedisServer, site: str) -> bool:
    """Whether the site has nothing but, perhaps, the identity that a look gave it."""
    return {name.decode() for name in server.command("KEYS", "*")} <= {key(site, "ledger"), key(site, "probe")}


@pytest.mark.parametrize("lose", [emptied, started_empty], ids=lambda lose: lose.__name__)
async def test_a_lost_past_is_told_the_board_stays_and_nobody_takes_anything(
    open_kiosk: OpenKiosk, server: RedisServer, site: str, lose: Callable[[RedisServer], None]
) -> None:
    kiosk = await open_kiosk(server.url)
    await kiosk.scan(JUAN)
    lose(server)
    await tells(kiosk)
    assert kiosk.rows == [ANOTHER_SPOOL]
    # Who is at work reads it at once, and nothing is asked of them.
    await kiosk.until(lambda: "Llame al supervisor" in kiosk.panel)
    assert kiosk.tone is Tone.REFUSED
    await kiosk.scan(FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert LOST in kiosk.panel
    assert "Terminaba en el evento 2; este termina en el 0" in kiosk.panel
    await kiosk.scan(ANOTHER_SPOOL, "C.PAUSAR")
    assert LOST in kiosk.panel
    await kiosk.scan(MIGUEL)
    assert kiosk.tone is Tone.REFUSED
    assert "Llame al supervisor: no se toma nada hasta que lo acepte" in kiosk.panel
    await kiosk.scan("C.SI")
    assert kiosk.tone is Tone.REFUSED
    assert nothing_written(server, site)
    await kiosk.press("f6")
    assert kiosk.rows == [ANOTHER_SPOOL]


async def test_a_supervisor_is_asked_and_may_leave_it_as_it_is(
    open_kiosk: OpenKiosk, server: RedisServer, site: str
) -> None:
    kiosk = await open_kiosk(server.url)
    emptied(server)
    await tells(kiosk)
    await kiosk.scan(CARLA)
    assert kiosk.tone is Tone.ASK
    assert LOST in kiosk.panel
    assert "¿Aceptarlo como está?" in kiosk.panel
    await kiosk.scan("C.NO")
    assert kiosk.tone is not Tone.ASK
    assert nothing_written(server, site)
    assert LOST in kiosk.text
    await kiosk.scan("C.SI")
    assert kiosk.tone is Tone.REFUSED
    assert nothing_written(server, site)


@pytest.mark.parametrize("yes", ["C.SI", "2"])
async def test_a_supervisor_accepts_and_every_terminal_works_again(
    open_kiosk: OpenKiosk, server: RedisServer, site: str, yes: str
) -> None:
    here, there = await open_kiosk(server.url, "ARM-02"), await open_kiosk(server.url, "SOL-07")
    emptied(server)
    await tells(here)
    await tells(there)
    await here.scan(CARLA, yes)
    assert here.tone is Tone.DONE
    assert "REGISTRO ACEPTADO" in here.panel
    for kiosk in (here, there):
        await kiosk.until(lambda kiosk=kiosk: kiosk.app.feed.is_live and LOST not in kiosk.text.partition("\n")[0])
    async with station(server.url, site) as office:
        [event] = await office.ledger.events(after=0, limit=10)
        assert (event.accion, event.worker_nombre, event.station) == (Accion.ACEPTAR_REGISTRO, "CP(95)", "ARM-02")
        assert event.worker_id == THE_CARLA.worker_id
        assert event.metadata["se_conocia_hasta"] == 2
        await office.load_plant(PLANT)
    for kiosk in (here, there):
        await kiosk.until(lambda kiosk=kiosk: FREE_SPOOL in kiosk.app.board.spools)
    await there.scan(MIGUEL, FREE_SPOOL)
    assert "TOMADO" in there.panel
    await here.scan(JUAN, ANOTHER_SPOOL)
    assert "TOMADO" in here.panel


async def test_when_the_true_past_returns_both_terminals_go_on_and_nobody_accepted(
    open_kiosk: OpenKiosk, server: RedisServer
) -> None:
    here, there = await open_kiosk(server.url, "ARM-02"), await open_kiosk(server.url, "SOL-07")
    await there.scan(JUAN)
    started_empty(server)
    await tells(here)
    await tells(there)
    past_returns(server)
    await there.until(lambda: "Llame al supervisor" not in there.panel)
    for kiosk in (here, there):
        await kiosk.until(lambda kiosk=kiosk: kiosk.app.feed.is_live)
        assert [spool.tag_spool for spool in kiosk.app.board.occupied()] == [ANOTHER_SPOOL]
    await here.scan(MIGUEL, FREE_SPOOL)
    assert "TOMADO" in here.panel
    await there.until(lambda: there.app.board.occupied_count == 2)
    log = await here.service.ledger.events(after=0, limit=10)
    assert [event.accion for event in log] == [Accion.CARGAR_PLANTA, Accion.TOMAR, Accion.TOMAR]


async def test_a_past_accepted_at_one_terminal_meanwhile_is_no_crowd_at_the_other(
    open_kiosk: OpenKiosk, server: RedisServer
) -> None:
    here, there = await open_kiosk(server.url, "ARM-02"), await open_kiosk(server.url, "SOL-07")
    emptied(server)
    await tells(here)
    await tells(there)
    await there.scan(CARLA)
    await here.scan(CARLA, "C.SI")
    await there.until(lambda: there.app.feed.is_live)
    await there.scan("C.SI")
    assert "DEMASIADA GENTE" not in there.panel
    assert len(await there.service.ledger.events(after=0, limit=10)) == 1


async def test_a_log_that_was_trimmed_while_a_terminal_was_away_is_told_and_the_board_is_true(
    open_kiosk: OpenKiosk, server: RedisServer, site: str
) -> None:
    async with Proxy(server.port) as proxy:
        kiosk = await open_kiosk(proxy.url)
        proxy.refuse()
        async with station(server.url, site) as other:
            await other.tomar(tomar(THE_MIGUEL, tag=FREE_SPOOL))
            await other.nota(nota(THE_MIGUEL, FREE_SPOOL))
        server.command("XTRIM", key(site, "events"), "MAXLEN", 1)
        await proxy.heal()
        await kiosk.until(lambda: kiosk.app.feed.is_live and kiosk.app.board.seq == 4)
        assert sorted(spool.tag_spool for spool in kiosk.app.board.occupied()) == [FREE_SPOOL, ANOTHER_SPOOL]
        await kiosk.until(lambda: kiosk.notifications == [CATALOGUE["feed_jumped"].es])
        await kiosk.scan(MIGUEL, FREE_SPOOL, "C.PAUSAR")
        assert "PAUSADO" in kiosk.panel


async def test_a_past_that_is_lost_while_the_board_cannot_be_read_is_told(
    open_kiosk: OpenKiosk, server: RedisServer, site: str
) -> None:
    """A terminal that opens its ledger anew still knows what it knew."""
    async with Proxy(server.port) as proxy:
        kiosk = await open_kiosk(proxy.url)
        proxy.cut_next_reply(1000, containing=b"PING")
        async with station(server.url, site) as office:
            await office.load_plant(Plant(spools=PLANT.spools, workers=PLANT.workers[:3]))
        await kiosk.until(lambda: kiosk.app.feed.occupation is None)
        emptied(server)
        async with station(server.url, site) as office:
            await office.load_plant(PLANT)
        await proxy.heal()
        await kiosk.until(lambda: kiosk.app.feed.occupation is not None)
        await tells(kiosk)
        assert [spool.tag_spool for spool in kiosk.app.board.occupied()] == [ANOTHER_SPOOL]
