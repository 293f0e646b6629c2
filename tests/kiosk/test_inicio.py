"""Inicio: choosing who works here."""

from core import NotaRequest
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, Terminal, Tone


async def test_a_badge_scan_opens_the_workers_station(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    assert kiosk.screen_name == "estacion"
    assert kiosk.worker == "Miguel Rodríguez"
    assert "MR(93)" in kiosk.text


async def test_the_demo_says_that_it_is_one(kiosk: Terminal) -> None:
    assert "DEMO" in kiosk.text


async def test_an_unknown_badge_is_refused_in_words_and_colour(kiosk: Terminal) -> None:
    await kiosk.scan("W.4711")
    assert kiosk.screen_name == "inicio"
    assert kiosk.tone is Tone.REFUSED
    assert "4711" in kiosk.panel


async def test_typing_a_name_narrows_the_list_and_enter_chooses_the_only_one(kiosk: Terminal) -> None:
    await kiosk.type("sepul")
    assert kiosk.rows == ["96"]
    await kiosk.press("enter")
    assert kiosk.worker == "Rosa Sepúlveda"


async def test_typing_a_number_and_enter_chooses_that_worker(kiosk: Terminal) -> None:
    await kiosk.type("94")
    await kiosk.press("enter")
    assert kiosk.worker == "Juan Pérez"


async def test_a_text_that_fits_several_people_leaves_them_in_the_list(kiosk: Terminal) -> None:
    await kiosk.scan("ra")
    assert kiosk.screen_name == "inicio"
    assert set(kiosk.rows) == {"107", "116"}


async def test_arrows_and_enter_choose_from_the_list(kiosk: Terminal) -> None:
    second = kiosk.rows[1]
    await kiosk.press("down", "down", "enter")
    assert f"({second})" in kiosk.text


async def test_a_click_on_a_name_chooses_it(kiosk: Terminal) -> None:
    third = kiosk.rows[2]
    await kiosk.click("Table", line=2)
    assert f"({third})" in kiosk.text


async def test_backspace_and_escape_mend_what_was_typed(kiosk: Terminal) -> None:
    everybody = kiosk.rows
    await kiosk.type("sepux")
    assert kiosk.rows == []
    await kiosk.press("backspace")
    assert kiosk.rows == ["96"]
    await kiosk.press("escape")
    assert kiosk.rows == everybody


async def test_a_spool_scanned_before_any_badge_asks_for_the_badge_and_tells_how_it_stands(kiosk: Terminal) -> None:
    await kiosk.scan(FREE_SPOOL)
    assert kiosk.screen_name == "inicio"
    assert "PRIMERO SU CREDENCIAL" in kiosk.panel
    assert FREE_SPOOL in kiosk.panel
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por is None


async def test_a_code_that_means_nothing_is_refused_visibly(kiosk: Terminal) -> None:
    await kiosk.scan("QWERTY-000")
    assert kiosk.tone is Tone.REFUSED
    assert "QWERTY-000" in kiosk.panel


async def test_a_command_that_answers_nothing_here_is_refused(kiosk: Terminal) -> None:
    await kiosk.scan("C.PAUSAR")
    assert kiosk.tone is Tone.REFUSED
    assert "C.PAUSAR" in kiosk.panel


async def test_a_badge_scan_swaps_the_worker_on_any_screen(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, JUAN)
    assert kiosk.worker == "Juan Pérez"
    await kiosk.press("f6")
    await kiosk.scan(CARLA)
    assert kiosk.worker == "Carla Pinto"


async def test_a_burst_of_badge_and_spool_is_handled_in_order(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_escape_at_the_station_returns_to_the_start(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    await kiosk.press("escape")
    assert kiosk.screen_name == "inicio"
    assert "ESCANEE SU CREDENCIAL" in kiosk.panel


async def test_enter_on_an_untouched_list_identifies_nobody(kiosk: Terminal) -> None:
    await kiosk.press("enter")
    assert kiosk.screen_name == "inicio"


async def test_a_scanner_that_ends_its_code_twice_identifies_nobody(kiosk: Terminal) -> None:
    await kiosk.scan(FREE_SPOOL, "")
    assert kiosk.screen_name == "inicio"
    assert "PRIMERO SU CREDENCIAL" in kiosk.panel


async def test_a_narrowed_list_stays_narrow_when_something_happens_elsewhere(kiosk: Terminal) -> None:
    await kiosk.scan("ra")
    narrowed = kiosk.rows
    response = await kiosk.service.nota(NotaRequest(tag_spool=FREE_SPOOL, worker_id=94, texto="lejos de aquí"))
    await kiosk.until(lambda: kiosk.app.board.seq >= response.seq)
    assert kiosk.rows == narrowed


async def test_what_was_half_typed_is_gone_when_the_worker_leaves(kiosk: Terminal) -> None:
    everybody = kiosk.rows
    await kiosk.scan(MIGUEL)
    await kiosk.type("MK-1")
    await kiosk.press("escape", "escape")
    assert kiosk.rows == everybody
    await kiosk.scan("94")
    assert kiosk.worker == "Juan Pérez"


async def test_a_text_without_letters_is_refused_and_fits_nobody(kiosk: Terminal) -> None:
    await kiosk.scan("---")
    assert kiosk.tone is Tone.REFUSED


async def test_a_narrowed_list_is_chosen_from_with_arrows_and_enter(kiosk: Terminal) -> None:
    await kiosk.scan("ra")
    second = kiosk.rows[1]
    await kiosk.press("down", "down", "enter")
    assert f"({second})" in kiosk.text
