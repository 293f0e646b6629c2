"""Salida: who may close the program, and that a PIN cannot be guessed or read here."""

from datetime import timedelta

import pytest

from kiosk.scanning.codes import Command
from kiosk.screens.salida import SalidaScreen
from kiosk.widgets.bars import ScanLine
from kiosk.widgets.panel import Tone
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, case

PIN = "471108"


@pytest.fixture
async def salida(kiosk: Terminal) -> Terminal:
    """A terminal that asks who wants to close it; its supervisor has a PIN."""
    kiosk.app.session.pins.set("demo", 95, PIN)
    await kiosk.scan("C.CERRAR")
    return kiosk


def is_asking(terminal: Terminal) -> bool:
    return isinstance(terminal.app.screen, SalidaScreen)


async def test_it_asks_for_a_supervisor(salida: Terminal) -> None:
    assert salida.tone is Tone.ASK
    assert "Escanee su credencial de supervisor" in salida.panel


async def test_badge_and_pin_close_the_program(salida: Terminal) -> None:
    await salida.scan(CARLA)
    assert "ESCRIBA SU PIN, CARLA PINTO" in salida.panel
    await salida.scan(PIN)
    assert salida.app._exit
    assert salida.app.return_code == 0


async def test_what_is_scanned_after_the_pin_is_dropped(salida: Terminal) -> None:
    await salida.scan(CARLA, PIN, MIGUEL, FREE_SPOOL)
    assert salida.app._exit
    assert salida.app.worker is None
    assert is_asking(salida)


async def test_a_wrong_pin_says_how_many_tries_are_left(salida: Terminal) -> None:
    await salida.scan(CARLA, "0000")
    assert (salida.tone, "Quedan 2 intentos" in salida.panel) == (Tone.REFUSED, True)
    await salida.scan("0000")
    assert "Queda 1 intento" in salida.panel


async def test_three_wrong_pins_lock_it_for_a_minute_also_for_the_right_one(
    salida: Terminal, clock: FrozenClock
) -> None:
    await salida.scan(CARLA, "0000", "0000", "0000")
    assert "DEMASIADOS INTENTOS" in salida.panel
    assert "Espere 60 s" in salida.panel
    await salida.scan("C.SALIR", "C.CERRAR", CARLA, PIN)
    assert is_asking(salida)
    assert not salida.app._exit
    clock.now += timedelta(seconds=60)
    await salida.scan(CARLA, PIN)
    assert salida.app._exit


async def test_a_pin_without_a_badge_is_refused_and_not_told_back(salida: Terminal) -> None:
    await salida.scan(PIN)
    assert (salida.tone, PIN in salida.text) == (Tone.REFUSED, False)
    assert "FALTA LA CREDENCIAL" in salida.panel


async def test_whoever_may_not_close_the_program_begins_to_work(salida: Terminal) -> None:
    await salida.scan(CARLA, JUAN)
    assert (salida.screen_name, salida.worker) == ("estacion", "Juan Pérez")
    await salida.scan(FREE_SPOOL)
    assert "TOMADO" in salida.panel
    await salida.scan(PIN)
    assert not salida.app._exit


async def test_a_supervisors_badge_here_identifies_nobody_for_work(salida: Terminal) -> None:
    await salida.scan(CARLA, "C.SALIR")
    assert salida.screen_name == "inicio"
    assert salida.app.worker is None


async def test_an_unknown_badge_is_refused(salida: Terminal) -> None:
    await salida.scan("W.9999")
    assert (salida.tone, "9999" in salida.panel) == (Tone.REFUSED, True)


async def test_the_digits_barcodes_are_a_pin_once_they_are_confirmed(salida: Terminal) -> None:
    await salida.scan(CARLA, "C.4", "C.7", "C.1", "C.1", "C.0", "C.8")
    assert str(salida.app.screen.query_one(ScanLine).render()).count("•") == 6
    await salida.scan("C.SI")
    assert salida.app._exit


async def test_what_is_typed_is_shown_as_dots(salida: Terminal) -> None:
    await salida.scan(CARLA)
    await salida.type("4711")
    assert "••••" in salida.text
    assert "4711" not in salida.text


async def test_it_can_be_left_without_closing(kiosk: Terminal) -> None:
    for code in ("C.SALIR", "C.NO"):
        with case(code):
            await kiosk.scan("C.CERRAR", CARLA)
            assert is_asking(kiosk)
            await kiosk.scan(code)
            assert kiosk.screen_name == "inicio"
            assert not kiosk.app._exit


async def test_the_way_here_taken_again_changes_nothing(salida: Terminal) -> None:
    await salida.scan(CARLA, "C.CERRAR")
    assert "ESCRIBA SU PIN" in salida.panel


async def test_a_command_that_means_nothing_here_is_refused(salida: Terminal) -> None:
    for code in ("C.TOMAR", "C.APROBADO", "C.SI", "C.XYZ"):
        with case(code):
            await salida.scan("C.SALIR", "C.CERRAR")
            assert salida.tone is Tone.ASK
            await salida.scan(code)
            assert salida.tone is Tone.REFUSED
            assert is_asking(salida)


async def test_a_spool_scanned_here_is_left_alone(salida: Terminal) -> None:
    await salida.scan(FREE_SPOOL)
    assert (await salida.service.status(FREE_SPOOL)).ocupado_por is None


async def test_arrow_keys_find_no_list_and_do_no_harm(salida: Terminal) -> None:
    await salida.press("up", "down", "pageup", "pagedown")
    await salida.scan(f"C.{Command.SUBIR}", f"C.{Command.BAJAR}")
    assert is_asking(salida)


async def test_pins_that_cannot_be_read_are_told_and_open_nothing(salida: Terminal) -> None:
    salida.app.session.pins.file.write_text("{", encoding="utf-8")
    await salida.scan(CARLA)
    assert "NO SE PUEDEN LEER LOS PIN" in salida.panel
    await salida.scan(PIN)
    assert not salida.app._exit
