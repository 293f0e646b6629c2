"""Tablero: who has what, live; filtered, sorted and counted, and nothing changed."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core import PausarRequest, TomarRequest
from kiosk.live.board import Shown, kind_of
from kiosk.live.views import FLASH
from tests.kiosk.commands import run_kiosk
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, Terminal, case, terminal


@pytest.fixture
async def wide(clock: FrozenClock) -> AsyncIterator[Terminal]:
    """A terminal with room for the load beside the board."""
    async with terminal(size=(120, 40), clock=clock) as running:
        await running.press("f6")
        yield running


def tags_in(terminal: Terminal, kind: Shown) -> set[str]:
    return {tag for tag, spool in terminal.app.board.spools.items() if kind_of(spool) is kind}


def line_of(terminal: Terminal, tag: str) -> str:
    """The line of the list that tells of this spool."""
    [line] = [line for line in terminal.text.splitlines() if tag in line and "│" in line]
    return line


def shows_count(terminal: Terminal, name: str, number: int) -> bool:
    return re.search(rf"{name} {number}\b", terminal.text) is not None


async def take(terminal: Terminal, tag: str = FREE_SPOOL, worker_id: int = 93) -> None:
    await terminal.service.tomar(TomarRequest(tag_spool=tag, worker_id=worker_id, operacion="ARM"))
    await terminal.until(lambda: terminal.app.board.spools[tag].ocupacion is not None and tag in terminal.rows)


async def test_the_board_lists_every_taken_spool_with_its_holder_the_longest_held_first(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    assert kiosk.screen_name == "tablero"
    held = {spool.tag_spool: spool.ocupacion for spool in kiosk.app.board.occupied() if spool.ocupacion}
    assert kiosk.rows == sorted(held, key=lambda tag: held[tag].fecha_ocupacion)
    assert held[kiosk.rows[0]].worker_nombre in line_of(kiosk, kiosk.rows[0])


async def test_a_spool_taken_at_this_terminal_appears_by_itself(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    assert FREE_SPOOL not in kiosk.rows
    await kiosk.service.tomar(TomarRequest(tag_spool=FREE_SPOOL, worker_id=93, operacion="ARM"))
    await kiosk.until(lambda: FREE_SPOOL in kiosk.rows)


async def test_a_spool_taken_by_another_process_appears_by_itself(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.scan("C.ORDEN")
    done = await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM")
    assert done.status == 0
    await kiosk.until(lambda: kiosk.rows[0] == FREE_SPOOL)
    assert "MR(93)" in line_of(kiosk, FREE_SPOOL)


async def test_an_expired_occupation_says_so_by_sign_and_word(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    line = line_of(kiosk, kiosk.rows[0])
    assert "VENCIDO" in line
    assert line.strip("│ ").startswith("!")


async def test_who_holds_a_spool_for_more_than_a_shift_stands_out(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.press("f6")
    await take(kiosk)
    await kiosk.type(FREE_SPOOL)
    clock.now += timedelta(hours=7, minutes=59)
    await kiosk.until(lambda: "7 h" in line_of(kiosk, FREE_SPOOL))
    assert "DEMORA" not in line_of(kiosk, FREE_SPOOL)
    clock.now += timedelta(minutes=1, seconds=1)
    await kiosk.until(lambda: "DEMORA" in line_of(kiosk, FREE_SPOOL))
    assert "▲" in line_of(kiosk, FREE_SPOOL)


async def test_an_occupation_that_runs_out_while_one_looks_is_counted_and_told(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    await kiosk.press("f6")
    await take(kiosk)
    before = len(kiosk.app.board.showing(Shown.VENCIDO, clock.now))
    assert shows_count(kiosk, "VENCIDOS", before)
    clock.now += timedelta(hours=12)
    await kiosk.until(lambda: shows_count(kiosk, "VENCIDOS", kiosk.app.board.occupied_count))


async def test_a_change_flashes_with_a_sign_and_stops_by_itself(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.press("f6", "home")
    assert "◆" not in kiosk.text
    await take(kiosk)
    await kiosk.until(lambda: "◆" in line_of(kiosk, FREE_SPOOL))
    clock.now += FLASH
    await kiosk.until(lambda: "◆" not in kiosk.text)
    assert FREE_SPOOL in kiosk.text


async def test_what_changed_before_the_board_was_opened_does_not_flash(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    await kiosk.press("f6", "home")
    assert FREE_SPOOL in kiosk.text
    assert "◆" not in kiosk.text


async def test_the_counts_tell_every_state_and_follow_the_work(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    for name, kind in (
        ("TOMADOS", Shown.TOMADO),
        ("POR INSPECCIONAR", Shown.POR_INSPECCIONAR),
        ("RECHAZADOS", Shown.RECHAZADO),
        ("BLOQUEADOS", Shown.BLOQUEADO),
        ("DISPONIBLES", Shown.DISPONIBLE),
        ("SIN MATERIALES", Shown.SIN_MATERIALES),
        ("APROBADOS", Shown.APROBADO),
    ):
        assert shows_count(kiosk, name, len(tags_in(kiosk, kind)))
    free = len(tags_in(kiosk, Shown.DISPONIBLE))
    await take(kiosk)
    await kiosk.until(lambda: shows_count(kiosk, "DISPONIBLES", free - 1))


async def test_the_state_command_steps_through_every_state_and_back(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    taken = kiosk.rows
    await kiosk.scan("C.ESTADO")
    assert set(kiosk.rows) == {
        spool.tag_spool for spool in kiosk.app.board.showing(Shown.VENCIDO, kiosk.app.feed.now())
    }
    for kind in (Shown.POR_INSPECCIONAR, Shown.RECHAZADO, Shown.BLOQUEADO, Shown.RETENIDO, Shown.DISPONIBLE):
        await kiosk.press("right")
        assert set(kiosk.rows) == tags_in(kiosk, kind)
    await kiosk.press("left", "left")
    assert set(kiosk.rows) == tags_in(kiosk, Shown.BLOQUEADO)
    await kiosk.press("right", "right")
    await kiosk.scan("C.ESTADO", "C.ESTADO", "C.ESTADO")
    assert set(kiosk.rows) == set(kiosk.app.board.spools)
    await kiosk.scan("C.ESTADO")
    assert kiosk.rows == taken


async def test_a_touched_count_shows_its_spools(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.click("CountStrip")
    assert set(kiosk.rows) == tags_in(kiosk, Shown.TOMADO)
    await kiosk.click("CountStrip", line=1)
    assert kiosk.rows == []
    assert "RETENIDOS · " in kiosk.text


async def test_an_operations_command_shows_it_alone_and_again_all(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    everything = kiosk.rows
    await kiosk.scan("C.SOLD")
    assert 0 < len(kiosk.rows) < len(everything)
    assert "FILTRO  SOLDADURA" in kiosk.text
    assert "C.NO lo quita" in kiosk.text
    held = [kiosk.app.board.spools[tag].ocupacion for tag in kiosk.rows]
    assert {one.operacion for one in held if one} == {"SOLD"}
    await kiosk.scan("C.SOLD")
    assert kiosk.rows == everything
    assert "FILTRO" not in kiosk.text


async def test_the_command_of_metrologia_shows_what_waits_for_it_and_again_who_has_what(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    taken = kiosk.rows
    await kiosk.scan("C.METROLOGIA")
    assert set(kiosk.rows) == tags_in(kiosk, Shown.POR_INSPECCIONAR)
    await kiosk.scan("C.METROLOGIA")
    assert kiosk.rows == taken


async def test_every_filter_is_cleared_at_once(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    taken = kiosk.rows
    for clear in ("backspace", "C.NO"):
        with case(clear):
            await kiosk.scan("C.ESTADO", "C.ARM", "C.1")
            assert "FILTRO" in kiosk.text
            await kiosk.give(clear)
            assert kiosk.rows == taken
            assert "FILTRO" not in kiosk.text


async def test_typing_filters_by_tag_or_holder(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.type("hm(97")
    assert len(kiosk.rows) == 2
    await kiosk.press("escape")
    await kiosk.type("zzz")
    assert kiosk.rows == []
    assert "zzz" in kiosk.text
    assert "Ningún spool coincide" in kiosk.text


async def test_a_text_that_was_entered_stays_as_the_filter(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.type("arm-02")
    found = kiosk.rows
    await kiosk.press("enter")
    assert kiosk.rows == found
    assert "«arm-02»" in kiosk.text


async def test_a_scan_that_nothing_matches_is_refused_and_filters_nothing(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    before = kiosk.rows
    await kiosk.scan("XQZ-9999")
    assert kiosk.rows == before
    assert "XQZ-9999" in kiosk.panel
    assert "FILTRO" not in kiosk.text


async def test_a_worker_who_is_named_is_shown_alone(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    for named in ("97", "HM(97)", "hector muñoz"):
        with case(named):
            await kiosk.scan("C.NO")
            assert "FILTRO" not in kiosk.text
            await kiosk.type(named)
            await kiosk.press("enter")
            assert kiosk.rows == [spool.tag_spool for spool in reversed(kiosk.app.board.held_by(97))]
            assert "FILTRO  HM(97) " in kiosk.text


async def test_the_load_tells_who_holds_how_many_and_how_long(wide: Terminal) -> None:
    counts = wide.app.board.held_counts()
    heaviest = max(counts, key=lambda worker_id: counts[worker_id])
    worker = wide.app.board.workers[heaviest]
    [line] = [line for line in wide.text.splitlines() if f"1 {worker.worker_nombre} {worker.nombre}" in line]
    assert f" {counts[heaviest]} █" in line


async def test_the_load_is_not_shown_where_there_is_no_room(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    assert "Carga" not in kiosk.text


async def test_a_worker_chosen_from_the_load_is_shown_alone(wide: Terminal) -> None:
    everything = wide.rows
    for choose in ("C.2", "click"):
        with case(choose):
            await (wide.click("#workers", line=1) if choose == "click" else wide.scan(choose))
            assert 0 < len(wide.rows) < len(everything)
            holders = {wide.app.board.spools[tag].ocupacion for tag in wide.rows}
            assert len({one.worker_id for one in holders if one}) == 1
            assert "FILTRO" in wide.text
            await wide.scan("C.2")
            assert wide.rows == everything


async def test_a_number_the_load_lacks_is_refused(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    for spool in list(kiosk.app.board.occupied()):
        if spool.ocupacion and spool.ocupacion.worker_id != 97:
            request = PausarRequest(tag_spool=spool.tag_spool, worker_id=spool.ocupacion.worker_id)
            if not spool.ocupacion.is_expired(kiosk.app.feed.now()):
                await kiosk.service.pausar(request)
    await kiosk.until(lambda: len(kiosk.app.board.held_counts()) < 9)
    await kiosk.scan("C.9")
    assert "9" in kiosk.panel
    assert "FILTRO" not in kiosk.text


async def test_the_order_command_steps_through_the_orders(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    board = kiosk.app.board
    longest_first = kiosk.rows
    await kiosk.scan("C.ORDEN")
    assert [board.spools[tag].seq for tag in kiosk.rows] == sorted(board.spools[tag].seq for tag in kiosk.rows)[::-1]
    await kiosk.press("home")
    holders = [board.spools[tag].ocupacion for tag in kiosk.rows]
    assert [one.worker_nombre for one in holders if one] == sorted(one.worker_nombre for one in holders if one)
    await kiosk.press("home")
    assert kiosk.rows == sorted(kiosk.rows)
    assert "por tag" in kiosk.text
    await kiosk.press("home")
    assert "por pulgadas que faltan" in kiosk.text
    await kiosk.press("home")
    assert kiosk.rows == longest_first


async def test_the_marked_line_stays_on_its_spool_when_others_change(kiosk: Terminal) -> None:
    await kiosk.press("f6", "home", "down", "down")
    marked = kiosk.app.screen.subject
    assert marked == kiosk.rows[1]
    await take(kiosk)
    assert kiosk.rows[2] == marked
    assert kiosk.app.screen.subject == marked


async def test_a_spool_scan_on_the_board_acts_for_the_identified_worker(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.press("f6")
    await kiosk.scan(FREE_SPOOL)
    assert kiosk.screen_name == "estacion"
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_badge_on_the_board_identifies_as_on_every_screen(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.scan(MIGUEL)
    assert kiosk.screen_name == "estacion"


async def test_a_command_that_means_nothing_on_the_board_is_refused(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.scan("C.COMPLETAR")
    assert kiosk.screen_name == "tablero"
    assert "C.COMPLETAR" in kiosk.text


async def test_escape_goes_back_to_where_one_was(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.press("f6", "escape")
    assert kiosk.screen_name == "estacion"
    assert kiosk.worker == "Miguel Rodríguez"


async def test_the_top_line_counts_the_taken_spools(kiosk: Terminal) -> None:
    before = kiosk.app.board.occupied_count
    assert f"{before} tomados" in kiosk.text
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    await kiosk.until(lambda: f"{before + 1} tomados" in kiosk.text)


async def test_the_boards_command_scanned_twice_leaves_the_board_there(kiosk: Terminal) -> None:
    await kiosk.scan("C.TABLERO", "C.TABLERO")
    assert kiosk.screen_name == "tablero"


async def test_a_free_spool_tells_how_it_stands(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.scan("C.METROLOGIA")
    first = kiosk.app.board.spools[kiosk.rows[0]]
    assert kiosk.app.screen.estado_of(first) in line_of(kiosk, first.tag_spool)
