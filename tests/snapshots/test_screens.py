"""Every screen in its main states, as a picture. The clock stands still and the size is fixed."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from syrupy import SnapshotAssertion

from core.domain.model import EstadoAvance, Spool
from core.ledger.redis import doorbell
from kiosk.live.board import Shown
from kiosk.live.counting import is_expected
from kiosk.theme import THEMES
from kiosk.widgets.panel import Tone
from tests.asking import tomar
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, terminal
from tests.kiosk.test_facts import load_revision
from tests.ledger.redis.sites import station, told_soon
from tests.plants import FREE_TAGS, PLANT
from tests.plants import JUAN as THE_JUAN
from tests.redis_servers import RedisServer, ServerClock, redis_server
from tests.snapshots.conftest import in_turn

Play = Callable[[Terminal], Awaitable[None]]

SIZES = ((80, 24), (120, 40))


async def rest(terminal: Terminal) -> None:
    """Nobody has done anything yet."""


async def unknown_badge(terminal: Terminal) -> None:
    await terminal.scan("W.4711")


async def name_typed(terminal: Terminal) -> None:
    await terminal.type("car")


async def welcome(terminal: Terminal) -> None:
    await terminal.scan(JUAN)


async def taken(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.rows)


async def asked(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.rows)
    await terminal.scan(FREE_SPOOL)


async def refused(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.app.board.spools and terminal.app.board.seq == 57)
    await terminal.scan(JUAN, FREE_SPOOL)


async def verdict_asked(terminal: Terminal) -> None:
    spools = terminal.app.board.spools.values()
    tag = next(spool.tag_spool for spool in spools if spool.fabricado and not spool.inspeccion.resultado)
    await terminal.scan(CARLA, tag)


async def board(terminal: Terminal) -> None:
    await terminal.press("f6")


async def board_filtered(terminal: Terminal) -> None:
    await terminal.press("f6")
    await terminal.type("sold")


def awaiting_inspection(terminal: Terminal) -> str:
    return next(spool.tag_spool for spool in terminal.app.board.of(Shown.POR_INSPECCIONAR))


async def undone(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL, "C.DESHACER")
    await terminal.until(lambda: terminal.app.board.occupied_count == 19)


async def motive_asked(terminal: Terminal) -> None:
    await terminal.scan(CARLA, awaiting_inspection(terminal), "C.RECHAZADO")


async def board_of_all(terminal: Terminal) -> None:
    await terminal.scan("C.TABLERO", *["C.ESTADO"] * 4, "C.ORDEN")


async def batch(terminal: Terminal) -> None:
    taken = next(iter(terminal.app.board.occupied())).tag_spool
    free = [spool.tag_spool for spool in terminal.app.board.of(Shown.DISPONIBLE)][:6]
    await terminal.scan(JUAN, "C.LOTE", "C.ARM", *free, taken)


async def batch_asked(terminal: Terminal) -> None:
    await batch(terminal)
    await terminal.scan("C.LOTE")


async def batch_told(terminal: Terminal) -> None:
    await batch(terminal)
    await terminal.scan("C.SI")


def is_untouched(spool: Spool) -> bool:
    return bool(spool.uniones) and spool.arm.estado is EstadoAvance.PENDIENTE


async def my_day(terminal: Terminal) -> None:
    free = [spool.tag_spool for spool in terminal.app.board.of(Shown.DISPONIBLE) if is_untouched(spool)]
    await terminal.scan(JUAN, free[0], "C.COMPLETAR", "C.SI", free[1], "C.PAUSAR", "C.U1", "C.SI")
    await terminal.scan("C.DIA", "C.1", "C.DIA")
    await terminal.until(lambda: terminal.app.work_log.newest == terminal.app.board.seq)


async def shift_end(terminal: Terminal) -> None:
    taken = [spool.tag_spool for spool in terminal.app.board.of(Shown.DISPONIBLE) if is_untouched(spool)][:4]
    await terminal.scan(JUAN, "C.LOTE", "C.ARM", *taken, "C.SI", "C.SALIR", "C.FIN", taken[1])


async def shift_end_told(terminal: Terminal) -> None:
    await shift_end(terminal)
    await terminal.scan("C.SI")


async def inspections(terminal: Terminal) -> None:
    await terminal.scan(CARLA, "C.METROLOGIA")


async def repairs(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, "C.REPARACION")


async def spool_page(terminal: Terminal) -> None:
    held = next(iter(terminal.app.board.occupied())).tag_spool
    await terminal.scan(held, "C.HISTORIA")
    await terminal.until(lambda: "─" in terminal.text and held in terminal.text)


async def spool_acts(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL, "C.NOTA", "C.2", "C.HISTORIA")
    await terminal.until(lambda: ("Espera" if terminal.app.wording.language == "es" else "crane") in terminal.text)


def with_joints(terminal: Terminal) -> str:
    spools = (terminal.app.board.spools[tag] for tag in terminal.untouched(20, with_joints=True))
    return next(spool.tag_spool for spool in spools if len(spool.uniones) > 6)


async def joints_asked(terminal: Terminal) -> None:
    tag = with_joints(terminal)
    await terminal.scan(JUAN, tag, tag, "C.U1", "C.2", "C.SI", MIGUEL, tag, "C.ARM", tag, "3,5-6")


async def joints_on_page(terminal: Terminal) -> None:
    tag = with_joints(terminal)
    await terminal.scan(JUAN, tag, tag, "C.U1", "C.2", "C.SI", MIGUEL, tag, "C.ARM", "C.HISTORIA")
    await terminal.until(lambda: "MR(93)" in terminal.text and "JP(94)" in terminal.text)


async def board_by_inches(terminal: Terminal) -> None:
    tag = with_joints(terminal)
    await terminal.scan(JUAN, tag, tag, "C.U1", "C.2", "C.SI", MIGUEL, tag, "C.ARM", "C.TABLERO", *["C.ORDEN"] * 4)


async def supervisor_holds(terminal: Terminal) -> None:
    await terminal.scan(CARLA, "C.SUPERVISOR")


async def supervisor_blocked(terminal: Terminal) -> None:
    await terminal.scan(CARLA, "C.SUPERVISOR", "C.ESTADO")


async def supervisor_work(terminal: Terminal) -> None:
    await terminal.scan(CARLA, "C.SUPERVISOR", "C.4")


async def supervisor_motive(terminal: Terminal) -> None:
    # In sight without scrolling: how far a list scrolls at its end depends on when the panel grew.
    [held] = terminal.app.board.held_by(94)
    await terminal.scan(CARLA, "C.SUPERVISOR", held.tag_spool, "C.LIBERAR")


async def receiver_asked(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL, FREE_TAGS[1], FREE_SPOOL, "C.ENTREGAR")


async def held_back(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL, CARLA, FREE_SPOOL, "C.RETENER", "C.2", MIGUEL, FREE_SPOOL, "C.HISTORIA")
    await terminal.until(lambda: "■ CP(95)" in terminal.text)


async def pause_offered(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL, "C.PAUSAR")


async def supervisor_pauses(terminal: Terminal) -> None:
    for worker, number in ((MIGUEL, 1), (JUAN, 3), (JUAN, 3)):
        terminal.app.session.clock.now += timedelta(minutes=7)
        await terminal.scan(worker, FREE_SPOOL, "C.PAUSAR", f"C.{number}")
    await terminal.scan(CARLA, "C.SUPERVISOR", "C.6")
    await terminal.until(lambda: "JP(94) 2" in terminal.text)


async def yard_counted(terminal: Terminal) -> None:
    held = next(spool.tag_spool for spool, held in terminal.app.board.occupations() if held.station != "ARM-02")
    await terminal.scan(CARLA, "C.INVENTARIO", *FREE_TAGS, FREE_SPOOL, held, "MK-9999-XX")


async def yard_asked(terminal: Terminal) -> None:
    expected = [tag for tag, spool in terminal.app.board.spools.items() if is_expected(spool)]
    await yard_counted(terminal)
    await terminal.scan(*expected[5:], "C.TOMAR")


async def next_up(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, "C.SIGUIENTE")


async def papers_changed(terminal: Terminal) -> None:
    await load_revision(terminal, "A")
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await load_revision(terminal, "B")
    await terminal.until(lambda: "A → B" in terminal.panel)


async def help_of_estacion(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, "C.AYUDA")


async def inspector(terminal: Terminal) -> None:
    await terminal.scan("C.LECTOR", FREE_SPOOL)


async def leaving(terminal: Terminal) -> None:
    await terminal.scan("C.CERRAR", CARLA)


PLAYS: list[Play] = [
    *(rest, unknown_badge, name_typed),
    *(welcome, taken, asked, refused, undone, verdict_asked, motive_asked),
    *(board, board_filtered, board_of_all),
    *(batch, batch_asked, batch_told),
    *(my_day, shift_end, shift_end_told),
    *(inspections, repairs, spool_page, spool_acts),
    *(joints_asked, joints_on_page, board_by_inches),
    *(supervisor_holds, supervisor_blocked, supervisor_work, supervisor_motive),
    *(receiver_asked, held_back, pause_offered, supervisor_pauses),
    *(yard_counted, yard_asked),
    *(next_up, papers_changed),
    *(help_of_estacion, inspector, leaving),
]

SMALL_ONLY = {yard_counted, yard_asked}
"""What looks no different in a larger terminal than other lists do."""


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
async def test_screen_looks_as_it_was_approved(
    approved: SnapshotAssertion, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, play: Play, language: str
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    async with terminal(clock=clock) as kiosk:
        await play(kiosk)
        for width, height in SIZES[:1] if play in SMALL_ONLY else SIZES:
            await kiosk.resize(width, height)
            kiosk.tick()
            await kiosk.answered()
            assert kiosk.picture == approved(name=f"{play.__name__}-{language}-{width}x{height}")


@pytest.mark.usefixtures("demo")
async def test_a_small_terminal_answers_in_whole_words_and_a_tiny_one_does_nothing_unseen(
    approved: SnapshotAssertion, clock: FrozenClock
) -> None:
    async with terminal(clock=clock, size=(60, 20)) as kiosk:
        await pause_offered(kiosk)
        for width, height in ((60, 20), (40, 10)):
            await kiosk.resize(width, height)
            assert kiosk.picture == approved(name=f"pause_offered-es-{width}x{height}")
        await kiosk.scan(FREE_SPOOL, "C.2")
        assert kiosk.tone is Tone.REFUSED
        assert kiosk.app.board.spools[FREE_SPOOL].ocupacion is None
        await kiosk.resize(60, 20)
        assert "PANTALLA MUY PEQUEÑA" in kiosk.panel
        await board(kiosk)
        assert kiosk.picture == approved(name="board-es-60x20")


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("theme", sorted(THEMES.keys() - {"taller"}))
async def test_theme_looks_as_it_was_approved(
    approved: SnapshotAssertion, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("KIOSK_THEME", theme)
    async with terminal(clock=clock) as kiosk:
        for play in (rest, asked, refused, board):
            await play(kiosk)
            assert kiosk.picture == approved(name=f"{theme}-{play.__name__}")


@pytest.mark.usefixtures("demo")
async def test_two_scans_look_as_they_were_approved(approved: SnapshotAssertion, clock: FrozenClock) -> None:
    async with terminal(clock=clock) as kiosk:
        pictures = [kiosk.picture]
        for code in (MIGUEL, FREE_SPOOL):
            await kiosk.scan(code)
            await kiosk.until(lambda: kiosk.app.board.seq == kiosk.service.ledger.seen.seq)
            kiosk.app.title = f"▌║│▌║▌│║  {code}"
            pictures.append(kiosk.picture)
    assert in_turn(pictures) == approved(name="two_scans")


async def at_risk(terminal: Terminal, server: RedisServer) -> None:
    """The server keeps nothing on its disk."""
    await terminal.until(lambda: bool(terminal.app.feed.risks))
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.rows)


async def past_lost(terminal: Terminal, server: RedisServer) -> None:
    """Somebody removed everything, and the supervisor is asked."""
    server.command("FLUSHALL")
    await terminal.until(lambda: terminal.app.feed.lost_past is not None)
    await terminal.scan(CARLA)


async def past_lost_told(terminal: Terminal, server: RedisServer) -> None:
    """Somebody removed everything, and a welder wants to work."""
    await past_lost(terminal, server)
    await terminal.scan(JUAN)


async def disconnected(terminal: Terminal, server: RedisServer) -> None:
    """The server went away a while ago; a scan is refused."""
    await terminal.scan(JUAN)
    server.stop()
    with told_soon():
        await terminal.until(lambda: not terminal.app.feed.is_live)
        terminal.app.session.clock.now += timedelta(minutes=7)
        await terminal.scan(FREE_SPOOL)
        await terminal.until(lambda: "7 min" in terminal.text)


PlayOnRedis = Callable[[Terminal, RedisServer], Awaitable[None]]
ON_REDIS: list[PlayOnRedis] = [at_risk, past_lost, past_lost_told, disconnected]


@pytest.fixture
def clocked_server(tmp_path: Path, clock: FrozenClock) -> Iterator[RedisServer]:
    """A server that goes by the terminal's clock."""
    with redis_server(tmp_path / "redis", clock=ServerClock(tmp_path / "clock", clock.now)) as server:
        yield server


@pytest.mark.parametrize("play", ON_REDIS, ids=lambda play: play.__name__)
async def test_screen_on_redis_looks_as_it_was_approved(
    approved: SnapshotAssertion,
    clock: FrozenClock,
    clocked_server: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
    play: PlayOnRedis,
) -> None:
    monkeypatch.setattr(doorbell, "HEARTBEAT", 0.3)
    monkeypatch.setenv("KIOSK_LEDGER_URL", clocked_server.url)

    async with station(clocked_server.url, "planta", clock=clock) as office:
        await office.load_plant(PLANT)
        await office.tomar(tomar(THE_JUAN, tag=FREE_TAGS[1]))
    async with terminal(clock=clock) as kiosk:
        await kiosk.until(lambda: bool(kiosk.app.feed.risks))
        await play(kiosk, clocked_server)
        await kiosk.answered()
        assert kiosk.picture == approved(name=play.__name__)
