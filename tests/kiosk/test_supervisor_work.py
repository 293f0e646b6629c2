"""Supervisor: how the ledger stands, how much work was finished, and two terminals on Redis."""

from datetime import UTC, datetime, timedelta

import pytest

from core import CompletarRequest, TomarRequest
from core.domain.errors import VersionConflictError
from core.domain.model import Accion, Operacion
from kiosk.live.worklog import Labor
from kiosk.screens import supervisor_work
from kiosk.widgets.panel import Panel, Tone
from tests.asking import aprobar, completar, nota, rechazar, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.supervising import (
    EXPIRED,
    HOY,
    SUPERVISOR,
    bars,
    holder,
    is_shown,
    last_event,
    page,
    rows,
    told,
)
from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, case
from tests.ledger.redis.sites import station
from tests.plants import CARLA as THE_CARLA
from tests.plants import JUAN as THE_JUAN
from tests.plants import MIGUEL as THE_MIGUEL
from tests.plants import PLANT, Etapa
from tests.redis_servers import RedisServer

# The ledger


async def test_the_ledger_tells_how_it_stands_and_how_old_that_is(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(*SUPERVISOR, "C.3")
    await kiosk.until(lambda: "SQLite 3." in kiosk.text)
    for text in ("conectado", "ninguno conocido", "coinciden", "ninguno en esta terminal", "mirado hace 0 s"):
        assert text in told(kiosk)
    newest = kiosk.app.board.seq
    assert f"{newest} · 20-11-2026 12:00:05" in kiosk.text
    clock.now += timedelta(seconds=29)
    await kiosk.until(lambda: "mirado hace 29 s" in kiosk.text)
    clock.now += timedelta(seconds=1)
    await kiosk.until(lambda: "mirado hace 0 s" in kiosk.text)


async def test_conflicts_are_told_with_what_to_do_about_them(kiosk: Terminal) -> None:
    conflicts = kiosk.service.conflicts
    overtaken = VersionConflictError(FREE_SPOOL, expected=1)
    conflicts.record(FREE_SPOOL, overtaken, tries=conflicts.backoff.attempts)
    await kiosk.scan(*SUPERVISOR, "C.3")
    await kiosk.until(lambda: FREE_SPOOL in kiosk.text)
    assert "7 reintentos, 1 sin éxito; spools: 1" in told(kiosk)
    assert "suba los intentos (8)" in told(kiosk)


async def test_a_ledger_that_went_away_is_named_and_nothing_is_released(
    kiosk: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR")
    file = kiosk.app.session.configured.data_dir / "demo.sqlite3"
    aside = tmp_path_factory.mktemp("aside") / file.name
    file.rename(aside)
    await kiosk.scan("C.1")
    assert kiosk.tone is Tone.REFUSED
    assert "NO SE GUARDÓ" in kiosk.panel
    await kiosk.until(lambda: not kiosk.app.feed.is_live)
    aside.rename(file)
    await kiosk.until(lambda: kiosk.app.feed.is_live)
    assert await holder(kiosk, EXPIRED) == "HM(97)"
    await kiosk.scan(EXPIRED, "C.LIBERAR", "C.1")
    assert await holder(kiosk, EXPIRED) is None


# Finished work


async def test_the_plot_tells_what_the_log_tells_day_by_day(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4")
    await kiosk.until(lambda: any(bar.total for bar in bars(kiosk)))
    assert [bar.label for bar in bars(kiosk)] == [f"{day:02}" for day in range(7, 21)]
    # ARM, SOLD, REPARACION, APROBADO, RECHAZADO.
    assert [bar.values for bar in bars(kiosk)[-2:]] == [(6, 0, 0, 0, 0), (0, 4, 1, 3, 2)]
    assert [bar.total for bar in bars(kiosk)[:-2]] == [0] * 12
    lines = {line.split()[1]: line.split()[2:-1] for line in kiosk.text.splitlines() if "·   ·" in line}
    assert lines["TOTAL"] == ["·"] * 12 + ["6", "10"]
    assert lines["Aprobado"] == ["·"] * 13 + ["3"]
    assert "▸20" in kiosk.text


async def test_work_done_at_night_counts_for_the_plants_day(kiosk: Terminal, clock: FrozenClock) -> None:
    """Two seconds apart over midnight in Santiago, while it is already tomorrow in Greenwich."""
    await kiosk.scan(*SUPERVISOR, "C.4")
    await kiosk.until(lambda: bars(kiosk)[-1].total == 10)
    own = kiosk.app.board.held_by(94)[0].tag_spool
    clock.now = datetime(2026, 11, 21, 2, 59, 59, tzinfo=UTC)
    await kiosk.service.tomar(TomarRequest(tag_spool=FREE_SPOOL, worker_id=94, operacion=Operacion.ARM))
    await kiosk.service.completar(CompletarRequest(tag_spool=FREE_SPOOL, worker_id=94))
    await kiosk.until(lambda: bars(kiosk)[-1].total == 11)
    assert bars(kiosk)[-1].label == "20"
    clock.now = datetime(2026, 11, 21, 3, 0, 1, tzinfo=UTC)
    await kiosk.until(lambda: bars(kiosk)[-1].label == "21")
    await kiosk.service.tomar(TomarRequest(tag_spool=own, worker_id=94, operacion=Operacion.ARM))
    await kiosk.service.completar(CompletarRequest(tag_spool=own, worker_id=94))
    await kiosk.until(lambda: bars(kiosk)[-1].values == (1, 0, 0, 0, 0))
    assert [bar.total for bar in bars(kiosk)[-3:]] == [6, 11, 1]
    await kiosk.scan("C.5")
    assert [row.cells[0] for row in rows(kiosk)] == ["Juan Pérez · JP(94)"]


async def test_todays_work_is_told_by_worker(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.5")
    await kiosk.until(lambda: bool(rows(kiosk)))
    first = rows(kiosk)[0]
    assert first.cells[0] == "Carla Pinto · CP(95)"
    assert [cell.strip() for cell in first.cells[1:]] == ["·", "·", "·", "2", "·", "2"]


async def test_a_worker_of_today_opens_their_day_by_touch_by_cursor_and_by_number(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.5")
    await kiosk.until(lambda: bool(rows(kiosk)))
    await kiosk.click("HoyPage Table", line=1)
    assert kiosk.screen_name == "dia"
    assert "Carla Pinto" in kiosk.panel
    await kiosk.scan("C.SALIR", "C.BAJAR", "C.DIA")
    assert "Patricia Vergara" in kiosk.panel
    await kiosk.scan("C.SALIR", "94")
    assert "Juan Pérez" in kiosk.panel
    await kiosk.press("escape")
    assert page(kiosk) == HOY
    assert not is_shown(kiosk.app.screen.query_one(Panel))


async def test_undone_work_leaves_the_plot(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.COMPLETAR", "C.DESHACER", *SUPERVISOR, "C.4")
    await kiosk.until(lambda: bars(kiosk)[-1].total == 10)
    assert bars(kiosk)[-1].values[0] == 0


async def test_leaving_while_the_log_is_read_ends_the_reading_and_coming_back_reads_it(
    kiosk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.live.worklog.PAGE", 1)
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("4", "enter", "escape", "f12", "4", "enter")
    await kiosk.until(lambda: bars(kiosk)[-1].total == 10)
    assert kiosk.app.work_log.newest == kiosk.app.board.seq


async def test_a_log_that_is_too_long_says_from_when_the_numbers_are_complete(
    kiosk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.live.worklog.PAGE", 10)
    monkeypatch.setattr("kiosk.live.worklog.MOST_EVENTS", 20)
    await kiosk.scan(*SUPERVISOR, "C.4")
    await kiosk.until(lambda: "⚠ completo solo desde el 20-11-2026" in kiosk.text)


async def test_every_page_keeps_within_its_frame(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    for width, height in ((80, 24), (120, 40)):
        await kiosk.resize(width, height)
        for number in range(1, 7):
            with case(width, height, number):
                await kiosk.scan(f"C.{number}")
                assert page(kiosk) == number
                lines = kiosk.text.splitlines()
                assert len(lines) == height
                assert all(len(line) <= width for line in lines)
                assert sum(line.lstrip().startswith("╰") for line in lines) == 1
                assert "Esc  Volver" in kiosk.text


# Two terminals on Redis


@pytest.fixture
async def plant(redis_server: RedisServer, site: str) -> None:
    async with station(redis_server.url, site) as office:
        await office.load_plant(PLANT)


@pytest.mark.usefixtures("plant")
async def test_work_at_another_terminal_appears_by_itself_and_can_be_released(
    open_kiosk: OpenKiosk, redis_server: RedisServer
) -> None:
    here, there = await open_kiosk(redis_server.url, "OFICINA"), await open_kiosk(redis_server.url, "SOL-07")
    await here.scan(*SUPERVISOR)
    assert rows(here) == []
    await there.scan(JUAN, FREE_SPOOL)
    await here.until(lambda: [row.key for row in rows(here)] == [FREE_SPOOL])
    assert "SOL-07" in here.text
    await here.scan(FREE_SPOOL, "C.LIBERAR", "C.4")
    assert here.tone is Tone.DONE
    await there.until(lambda: there.rows == [])
    assert await last_event(there, FREE_SPOOL) == (Accion.LIBERAR, "La persona no está")
    await here.scan("C.DESHACER")
    await there.until(lambda: there.rows == [FREE_SPOOL])


@pytest.mark.usefixtures("plant")
async def test_a_spool_rejected_at_another_terminal_is_unblocked_here(
    open_kiosk: OpenKiosk, redis_server: RedisServer
) -> None:
    here = await open_kiosk(redis_server.url, "OFICINA")
    await here.scan(*SUPERVISOR, Etapa.BLOQUEADO, "C.1", "C.2")
    assert here.tone is Tone.DONE
    assert await last_event(here, Etapa.BLOQUEADO) == (Accion.DESBLOQUEAR, "El cliente lo autoriza")
    await here.until(lambda: [row.cells[0] for row in rows(here)] == ["RECHAZADO"] * 3)


@pytest.mark.usefixtures("plant")
async def test_redis_tells_its_risks_and_that_the_clocks_differ(
    open_kiosk: OpenKiosk, redis_server: RedisServer, clock: FrozenClock
) -> None:
    clock.now -= timedelta(days=400)
    here = await open_kiosk(redis_server.url, "OFICINA")
    await here.scan(*SUPERVISOR, "C.3")
    await here.until(lambda: "Redis " in here.text)
    assert "⚠ Riesgo" in here.text
    assert "appendonly no" in told(here)
    assert "atrasada respecto al registro" in told(here)
    assert next(row for row in rows(here) if row.cells[0] == "Reloj").alert
    assert "Registro ⚠" in here.text


@pytest.mark.usefixtures("plant")
async def test_work_of_another_terminal_reaches_the_plot(
    open_kiosk: OpenKiosk, redis_server: RedisServer, site: str
) -> None:
    here = await open_kiosk(redis_server.url, "OFICINA")
    await here.scan(*SUPERVISOR, "C.4")
    async with station(redis_server.url, site) as other:
        await other.tomar(tomar(THE_MIGUEL))
        await other.completar(completar(THE_MIGUEL))
        await other.tomar(tomar(THE_MIGUEL, Operacion.SOLD))
        await other.completar(completar(THE_MIGUEL))
        await other.completar(rechazar(THE_CARLA))
        await other.completar(aprobar(THE_CARLA, Etapa.FABRICADO))
        await other.nota(nota(THE_JUAN))
    counts = {Labor.ARM: 1, Labor.SOLD: 1, Labor.APROBADO: 1, Labor.RECHAZADO: 1}
    expected = tuple(counts.get(labor, 0) for labor in Labor)
    await here.until(lambda: bars(here)[-1].values == expected)
    assert len(bars(here)) == supervisor_work.DAYS
