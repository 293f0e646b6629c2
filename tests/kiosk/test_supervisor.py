"""Supervisor: what is stuck, what is blocked, how the ledger stands, how much work was finished."""

from datetime import UTC, datetime, timedelta

import pytest
from textual.widget import Widget

from core import CompletarRequest, LiberarRequest, TomarRequest
from core.domain.errors import VersionConflictError
from core.domain.model import Accion, Operacion, Spool
from kiosk.live.board import Situacion
from kiosk.live.worklog import Labor
from kiosk.screens import supervisor_work
from kiosk.widgets.panel import Panel, Tone
from kiosk.widgets.plot import Bar, BarPlot
from kiosk.widgets.table import Row, Table
from tests.asking import aprobar, completar, nota, rechazar, tomar
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, case
from tests.ledger.redis.sites import station
from tests.plants import CARLA as THE_CARLA
from tests.plants import JUAN as THE_JUAN
from tests.plants import MIGUEL as THE_MIGUEL
from tests.plants import PLANT, Etapa
from tests.redis_servers import RedisServer

SUPERVISOR = (CARLA, "C.SUPERVISOR")
BLOCKED = "RB-2210-ST-25302-003"
EXPIRED = "MK-1336-SW-25240-004"
TOMAS, RECHAZOS, REGISTRO, DIAS, HOY = range(1, 6)


def rows(kiosk: Terminal) -> list[Row]:
    """The lines of the list on the page in front."""
    tables = (table for table in kiosk.app.screen.query(Table) if is_shown(table))
    return list(next(tables).rows)


def is_shown(widget: Widget) -> bool:
    return all(part.display for part in widget.ancestors_with_self if isinstance(part, Widget))


def told(kiosk: Terminal) -> str:
    """What the screen says, as if each of its lists had all the width it needs."""
    return " ".join(kiosk.text.replace("│", " ").split())


def page(kiosk: Terminal) -> int:
    """The number of the page that the top of the screen marks as the one in front."""
    line = next(line for line in kiosk.text.splitlines() if "▸" in line)
    return int(line.partition("▸")[2][0])


def bars(kiosk: Terminal) -> list[Bar]:
    return list(kiosk.app.screen.query_one(BarPlot).bars)


def held(kiosk: Terminal) -> list[Spool]:
    return list(kiosk.app.board.in_situacion(Situacion.TOMADO))


async def holder(kiosk: Terminal, tag: str) -> str | None:
    return (await kiosk.service.status(tag)).ocupado_por


async def last_event(kiosk: Terminal, tag: str) -> tuple[str, object]:
    """What happened last to the spool, and the motive that was given."""
    event = (await kiosk.service.history(tag))[-1]
    return event.accion, event.metadata.get("motivo")


# Who may come here, and the way back


async def test_a_supervisor_comes_here_by_key_and_by_barcode_and_goes_back(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    assert kiosk.screen_name == "supervisor"
    assert "CP(95)" in kiosk.text
    await kiosk.press("escape")
    assert kiosk.screen_name == "estacion"
    await kiosk.press("f12")
    assert kiosk.screen_name == "supervisor"
    await kiosk.scan("C.SUPERVISOR", "C.SALIR")
    assert kiosk.screen_name == "estacion"


async def test_nobody_else_comes_here(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.SUPERVISOR")
    assert kiosk.screen_name == "estacion"
    assert kiosk.tone is Tone.REFUSED
    assert "SU ROL NO LO PERMITE" in kiosk.panel
    assert "Supervisor" in kiosk.panel


async def test_a_badge_swaps_the_worker(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, MIGUEL)
    assert kiosk.screen_name == "estacion"
    await kiosk.scan("C.SUPERVISOR")
    assert kiosk.screen_name == "estacion"


# Pages


async def test_a_key_and_a_barcode_turn_the_pages_round(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    seen = [page(kiosk)]
    for turn in range(5):
        await (kiosk.press("f5") if turn % 2 else kiosk.scan("C.ESTADO"))
        seen.append(page(kiosk))
    assert seen == [TOMAS, RECHAZOS, REGISTRO, DIAS, HOY, TOMAS]


async def test_a_number_leads_to_its_page(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4")
    assert page(kiosk) == DIAS
    await kiosk.type("2")
    await kiosk.press("enter")
    assert page(kiosk) == RECHAZOS
    await kiosk.scan("C.6")
    assert kiosk.tone is Tone.REFUSED
    assert page(kiosk) == RECHAZOS


async def test_turning_the_page_drops_what_was_asked_and_pointed_at(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR", "C.ESTADO", "C.ESTADO", "C.1")
    assert page(kiosk) == TOMAS
    await kiosk.scan("C.LIBERAR")
    assert "NO HAY UN SPOOL ELEGIDO" in kiosk.panel
    assert await holder(kiosk, EXPIRED) == "HM(97)"


# Taken spools


async def test_the_expired_come_first_then_those_held_long_then_the_others(kiosk: Terminal, clock: FrozenClock) -> None:
    """Taken an hour after the others and held without end, a spool is held long and never expires."""
    await kiosk.scan(*SUPERVISOR)
    states = [row.cells[0] for row in rows(kiosk)]
    assert states == ["VENCIDO"] * 2 + [""] * (len(held(kiosk)) - 2)
    assert "vencidos: 2 · de más de 8 h: 0" in kiosk.text
    clock.now += timedelta(hours=5, minutes=30)
    await kiosk.until(lambda: "de más de 8 h: 0" not in kiosk.text)
    now = kiosk.app.feed.now()
    listed = [kiosk.app.board.spools[row.key].ocupacion for row in rows(kiosk)]
    ages = [now - occupation.fecha_ocupacion for occupation in listed if occupation is not None]
    assert ages == sorted(ages, reverse=True)
    marks = [("VENCIDO" if age >= timedelta(hours=12) else "+8 h" if age > timedelta(hours=8) else "") for age in ages]
    assert [row.cells[0] for row in rows(kiosk)] == marks
    assert {"VENCIDO", "+8 h", ""} == set(marks)


async def test_a_scan_points_at_the_spool_and_asks_what_to_do(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4", EXPIRED)
    assert page(kiosk) == TOMAS
    assert kiosk.tone is Tone.ASK
    assert EXPIRED in kiosk.panel
    assert "Héctor Muñoz · ARMADO en ARM-02 · desde 19-11-2026 20:59 (15 h)" in kiosk.panel
    assert "Liberar" in kiosk.panel
    assert "Desbloquear" not in kiosk.panel


async def test_liberar_with_the_scanner_alone(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    for first in ("C.LIBERAR", "C.1"):
        with case(first):
            tag = rows(kiosk)[0].key
            before = await holder(kiosk, tag)
            await kiosk.scan(tag, first)
            assert "¿POR QUÉ SE LIBERA?" in kiosk.panel
            assert f"{before}" in kiosk.panel
            assert await holder(kiosk, tag) == before
            await kiosk.scan("C.2")
            assert kiosk.tone is Tone.DONE
            assert "LIBERADO" in kiosk.panel
            assert tag not in [row.key for row in rows(kiosk)]
            assert await last_event(kiosk, tag) == (Accion.LIBERAR, "Se tomó por error")
            assert await holder(kiosk, tag) is None


async def test_liberar_with_the_keyboard_alone(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("down", "down", "f3")
    second = rows(kiosk)[1].key
    assert second in kiosk.panel
    await kiosk.type("se fue enfermo")
    await kiosk.press("enter")
    assert await last_event(kiosk, second) == (Accion.LIBERAR, "se fue enfermo")
    assert await holder(kiosk, EXPIRED) == "HM(97)"


async def test_liberar_by_touch(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(*SUPERVISOR)
    shown = next(table for table in kiosk.app.screen.query(Table) if is_shown(table))
    await kiosk.click(f"TomasPage #{shown.id}" if shown.id else "TomasPage Table", line=1)
    assert "¿QUÉ HACER?" in kiosk.panel
    await kiosk.click("OptionButton")
    clock.now += timedelta(seconds=2)
    await kiosk.click("OptionButton")
    assert await last_event(kiosk, EXPIRED) == (Accion.LIBERAR, "Terminó el turno")


async def test_enter_asks_about_the_spool_under_the_cursor(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("down")
    assert kiosk.tone is Tone.INFO
    assert EXPIRED in kiosk.panel
    await kiosk.press("enter")
    assert "¿QUÉ HACER?" in kiosk.panel


async def test_no_is_an_answer_and_changes_nothing(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.NO")
    assert "NO SE HIZO NADA" in kiosk.panel
    await kiosk.scan(EXPIRED, "C.LIBERAR", "C.NO", "C.1")
    assert await holder(kiosk, EXPIRED) == "HM(97)"


async def test_a_number_that_is_no_answer_neither_turns_the_page_nor_ends_the_question(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.4")
    assert kiosk.tone is Tone.REFUSED
    assert page(kiosk) == TOMAS
    await kiosk.scan("C.1")
    assert "¿POR QUÉ SE LIBERA?" in kiosk.panel


async def test_a_label_that_was_misread_is_no_motive(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR", "MK-1336-SW-2524")
    assert kiosk.tone is Tone.REFUSED
    assert await holder(kiosk, EXPIRED) == "HM(97)"
    # What was asked can still be answered.
    await kiosk.scan("C.1")
    assert await last_event(kiosk, EXPIRED) == (Accion.LIBERAR, "Terminó el turno")


async def test_liberar_scanned_twice_asks_once_and_scanned_again_after_it_is_done_frees_nobody(
    kiosk: Terminal,
) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR", "C.LIBERAR")
    assert "¿POR QUÉ SE LIBERA?" in kiosk.panel
    await kiosk.scan("C.1", "C.LIBERAR")
    assert kiosk.tone is Tone.REFUSED
    assert "nadie lo tiene" in kiosk.panel
    assert [event.accion for event in await kiosk.service.history(EXPIRED)].count(Accion.LIBERAR) == 1


async def test_without_a_spool_liberar_says_to_scan_one(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("f3")
    assert kiosk.tone is Tone.REFUSED
    assert "Escanee primero el spool" in kiosk.panel


async def test_a_spool_that_was_freed_meanwhile_is_told_and_nobody_is_released_again(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR")
    await kiosk.service.liberar(LiberarRequest(tag_spool=EXPIRED, worker_id=112, motivo="antes"))
    await kiosk.scan("C.1")
    assert kiosk.tone is Tone.REFUSED
    assert "nadie lo tiene" in kiosk.panel
    assert await last_event(kiosk, EXPIRED) == (Accion.LIBERAR, "antes")


async def test_who_took_the_spool_while_the_motive_was_asked_for_keeps_it(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.LIBERAR")
    await kiosk.service.tomar(TomarRequest(tag_spool=EXPIRED, worker_id=93, operacion=Operacion.ARM))
    await kiosk.scan("C.1")
    assert kiosk.tone is Tone.REFUSED
    assert "CAMBIÓ MIENTRAS TANTO" in kiosk.panel
    assert "MR(93)" in kiosk.panel
    assert await holder(kiosk, EXPIRED) == "MR(93)"


async def test_deshacer_gives_the_spool_back_to_who_held_it(kiosk: Terminal) -> None:
    fresh = held(kiosk)[-1].tag_spool
    before = await holder(kiosk, fresh)
    await kiosk.scan(*SUPERVISOR, fresh, "C.LIBERAR", "C.1")
    assert await holder(kiosk, fresh) is None
    await kiosk.scan("C.DESHACER")
    assert kiosk.tone is Tone.DONE
    assert await holder(kiosk, fresh) == before
    await kiosk.until(lambda: fresh in [row.key for row in rows(kiosk)])
    # And the same again is not taken for the order that was undone.
    await kiosk.scan(fresh, "C.LIBERAR", "C.3")
    assert await last_event(kiosk, fresh) == (Accion.LIBERAR, "Cambio de prioridad")


async def test_deshacer_with_nothing_to_undo_makes_room_to_say_so(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.4", "C.DESHACER")
    assert "NADA QUE DESHACER" in kiosk.text
    assert page(kiosk) == DIAS


async def test_a_spool_with_nothing_to_decide_shows_how_it_stands(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, FREE_SPOOL)
    assert FREE_SPOOL in kiosk.panel
    assert "Ni tomado ni bloqueado" in kiosk.panel
    await kiosk.scan("C.DESBLOQUEAR")
    assert kiosk.tone is Tone.REFUSED
    assert "no está bloqueado" in kiosk.panel


async def test_a_code_that_means_nothing_is_refused(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.APROBADO")
    assert kiosk.tone is Tone.REFUSED
    await kiosk.scan("XX-99")
    assert "CÓDIGO DESCONOCIDO" in kiosk.panel


async def test_a_note_is_written_about_the_spool_pointed_at(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, EXPIRED, "C.NOTA", "C.2")
    event = (await kiosk.service.history(EXPIRED))[-1]
    assert (event.accion, event.metadata["texto"]) == (Accion.NOTA, "Espera grúa")


async def test_the_board_opens_over_it_and_a_spool_scanned_there_comes_back_here(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("f6")
    assert kiosk.screen_name == "tablero"
    await kiosk.scan(EXPIRED)
    assert kiosk.screen_name == "supervisor"
    assert "¿QUÉ HACER?" in kiosk.panel


# Blocked and rejected


async def test_the_blocked_come_before_the_rejected_each_with_its_cycle(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.2")
    blocked, rejected = (
        kiosk.app.board.in_situacion(Situacion.BLOQUEADO),
        kiosk.app.board.in_situacion(Situacion.RECHAZADO),
    )
    assert [row.key for row in rows(kiosk)] == [spool.tag_spool for spool in (*blocked, *rejected)]
    assert [row.cells[0] for row in rows(kiosk)] == ["BLOQUEADO"] * len(blocked) + ["RECHAZADO"] * len(rejected)
    by_tag = {row.key: row.cells[2] for row in rows(kiosk)}
    assert by_tag[BLOCKED] == "3/3"
    assert by_tag["GK-0872-FW-25117-028"] == "2/3"
    assert f"Rechazos {len(blocked) + len(rejected)}" in kiosk.text


async def test_desbloquear_asks_why_and_allows_one_more_repair(kiosk: Terminal) -> None:
    answers = (("C.1", "Ingeniería lo autoriza"), ("lo pide el cliente", "lo pide el cliente"))
    blocked = [spool.tag_spool for spool in kiosk.app.board.bloqueados]
    await kiosk.scan(*SUPERVISOR)
    for tag, (answer, motivo) in zip(blocked, answers, strict=True):
        with case(answer):
            await kiosk.scan(tag)
            assert page(kiosk) == RECHAZOS
            assert "BLOQUEADO · ciclo 3/3" in kiosk.panel
            await kiosk.scan("C.DESBLOQUEAR")
            assert "¿POR QUÉ SE DESBLOQUEA?" in kiosk.panel
            assert (await kiosk.service.status(tag)).bloqueado
            await kiosk.scan(answer)
            assert kiosk.tone is Tone.DONE
            assert "DESBLOQUEADO" in kiosk.panel
            assert await last_event(kiosk, tag) == (Accion.DESBLOQUEAR, motivo)
            assert not (await kiosk.service.status(tag)).bloqueado


async def test_a_blocked_spool_is_unblocked_with_the_keyboard_alone(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR)
    await kiosk.press("f5", "down", "f4", "3", "enter")
    assert await last_event(kiosk, BLOCKED) == (Accion.DESBLOQUEAR, "Error de inspección")


async def test_why_a_spool_was_last_rejected_is_told(kiosk: Terminal) -> None:
    tag = "TX-0419-HC-25266-008"
    await kiosk.scan(*SUPERVISOR, tag)
    assert kiosk.tone is Tone.INFO
    assert "último motivo: Desalineación 3 mm" in kiosk.panel
    await kiosk.scan("C.DESBLOQUEAR")
    assert "no está bloqueado" in kiosk.panel


async def test_liberar_of_a_spool_nobody_holds_asks_for_no_motive(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, BLOCKED, "C.NO", "C.LIBERAR")
    assert kiosk.tone is Tone.REFUSED
    assert "nadie lo tiene" in kiosk.panel


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


async def test_touching_a_worker_of_today_asks_for_no_spool(kiosk: Terminal) -> None:
    await kiosk.scan(*SUPERVISOR, "C.5")
    await kiosk.until(lambda: bool(rows(kiosk)))
    await kiosk.click("HoyPage Table", line=1)
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
        for number in range(1, 6):
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
