"""Tablero: who has what, live."""

from core import TomarRequest
from tests.kiosk.commands import run_kiosk
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, Terminal


async def test_the_board_lists_every_taken_spool_with_its_holder(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    assert kiosk.screen_name == "tablero"
    assert kiosk.rows == [spool.tag_spool for spool in kiosk.app.board.occupied()]
    first = kiosk.app.board.spools[kiosk.rows[0]]
    assert first.ocupacion is not None
    assert first.ocupacion.worker_nombre in kiosk.text


async def test_a_spool_taken_at_this_terminal_appears_by_itself(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    assert FREE_SPOOL not in kiosk.rows
    await kiosk.service.tomar(TomarRequest(tag_spool=FREE_SPOOL, worker_id=93, operacion="ARM"))
    await kiosk.until(lambda: FREE_SPOOL in kiosk.rows)


async def test_a_spool_taken_by_another_process_appears_by_itself(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    done = await run_kiosk("tomar", FREE_SPOOL, "--worker", "93", "--operacion", "ARM")
    assert done.status == 0
    await kiosk.until(lambda: FREE_SPOOL in kiosk.rows)
    assert "MR(93)" in kiosk.text


async def test_an_expired_occupation_says_so(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.press("f6")
    assert "VENCIDO" in kiosk.text


async def test_typing_filters_by_tag_or_holder(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.type("hm(97")
    assert len(kiosk.rows) == 2
    await kiosk.press("escape")
    await kiosk.type("zzz")
    assert kiosk.rows == []
    assert "zzz" in kiosk.text


async def test_a_spool_scan_on_the_board_acts_for_the_identified_worker(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.press("f6")
    await kiosk.scan(FREE_SPOOL)
    assert kiosk.screen_name == "estacion"
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_command_that_means_nothing_on_the_board_is_refused(kiosk: Terminal) -> None:
    await kiosk.press("f6")
    await kiosk.scan("C.COMPLETAR")
    assert kiosk.screen_name == "tablero"
    assert "C.COMPLETAR" in kiosk.text


async def test_escape_goes_back_to_where_one_was(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.press("f6", "escape")
    assert kiosk.screen_name == "estacion"
    assert "MIGUEL RODRÍGUEZ" in kiosk.text


async def test_the_top_line_counts_the_taken_spools(kiosk: Terminal) -> None:
    before = kiosk.app.board.occupied_count
    assert f"{before} tomados" in kiosk.text
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    await kiosk.until(lambda: f"{before + 1} tomados" in kiosk.text)


async def test_the_boards_command_scanned_twice_leaves_the_board_there(kiosk: Terminal) -> None:
    await kiosk.scan("C.TABLERO", "C.TABLERO")
    assert kiosk.screen_name == "tablero"
