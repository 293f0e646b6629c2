"""Ayuda: on every screen it lists exactly what that screen answers to, and it is never in the way."""

import pytest
from textual.screen import Screen

from kiosk.scanning.codes import Command
from kiosk.screens.keys import MOST_ON_BAR
from kiosk.screens.places import opened_for
from kiosk.widgets.panel import Tone
from kiosk.widgets.wrapped import Look
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, Terminal, case

WAYS: dict[str, tuple[str, ...]] = {
    "inicio": ("C.SALIR", "C.SALIR", "C.SALIR"),
    "estacion": (MIGUEL,),
    "estacion of an inspector": (CARLA,),
    "tablero": ("C.SALIR", "C.SALIR", "C.TABLERO"),
    "tablero of a worker": (MIGUEL, "C.TABLERO"),
    "spool": ("C.SALIR", "C.SALIR", FREE_SPOOL, "C.HISTORIA"),
    "spool of a worker": (MIGUEL, FREE_SPOOL, "C.HISTORIA"),
    "spool of a supervisor": (CARLA, FREE_SPOOL, "C.HISTORIA"),
    "lote": (MIGUEL, "C.LOTE"),
    "dia": (MIGUEL, "C.DIA"),
    "fin": (MIGUEL, FREE_SPOOL, "C.FIN"),
    "cola": (CARLA, "C.METROLOGIA"),
    "inventario": (CARLA, "C.INVENTARIO"),
    "siguiente": (MIGUEL, "C.SIGUIENTE"),
    "supervisor": (CARLA, "C.SUPERVISOR"),
}
"""How each screen is reached from wherever one is, but from one that keeps badges to itself."""

NOT_HERE = "ESE CÓDIGO NO VA AQUÍ"
NOT_FOR_THIS_ROLE = "SU ROL NO LO PERMITE"
IN_ITS_OWN_WAY = {Command.CERRAR}
"""Opens what keeps badges to itself: the way from there is another."""

OPENING = {"inicio", "estacion", "estacion of an inspector"}
"""Where what opens other screens is tried: the app does it, whatever the screen in front."""

_OF_WHO_TAKES = {Command.TOMAR, Command.PAUSAR, Command.COMPLETAR, Command.CANCELAR, Command.EXTENDER}
UNDERSTOOD = {
    "estacion": {Command.RETENER, Command.REANUDAR},
    "siguiente": {Command.RETENER, Command.REANUDAR},
    "estacion of an inspector": _OF_WHO_TAKES,
    "spool of a supervisor": _OF_WHO_TAKES,
    "cola": _OF_WHO_TAKES,
}
"""What is not listed and yet refused by how things stand: what is not for them, of a spool that is not chosen yet."""

EVERYWHERE = {"credencial", "etiqueta", *(f"C.{name}" for name in ("TABLERO", "SALIR", "SUBIR", "BAJAR", "LECTOR"))}
"""What the help lists on every screen."""


def codes(kiosk: Terminal) -> tuple[set[str], set[str]]:
    """The barcodes the help lists: those that always mean something here, and those that only answer questions."""
    always: set[str] = set()
    answers: set[str] = set()
    into = always
    for entry in kiosk.entries:
        if entry.look is Look.HEADING:
            into = answers if "PREGUNTA" in entry.cells[0] else always
        else:
            into.add(entry.cells[1])
    return always, answers


def keys(kiosk: Terminal) -> dict[str, str]:
    """What the help says of each key."""
    return {entry.cells[0]: entry.cells[2] for entry in kiosk.entries if len(entry.cells) > 1 and entry.cells[0]}


async def go(kiosk: Terminal, way: tuple[str, ...]) -> None:
    """From anywhere to the screen at the end of this way."""
    await kiosk.scan("C.SALIR", *way)


async def come_back(kiosk: Terminal, screen: Screen[None], seq: int, place: str) -> None:
    """To the screen that was in front; by the whole way, to a new one, if anything was done or asked there."""
    if kiosk.app.screen is not screen and screen in kiosk.app.screen_stack:
        await kiosk.scan("C.SALIR")
    is_asked = not kiosk.is_quiet and kiosk.tone is Tone.ASK
    if kiosk.app.screen is not screen or kiosk.app.board.seq != seq or is_asked:
        await go(kiosk, WAYS[place])


@pytest.mark.parametrize("place", WAYS)
async def test_the_help_lists_exactly_what_the_screen_answers_to_and_explains_every_key(
    kiosk: Terminal, place: str
) -> None:
    await go(kiosk, WAYS[place])
    screen = kiosk.app.screen
    words = kiosk.app.wording
    shown = {words.key(key.name): words(f"tip.{key.id}") for key in kiosk.app.front.shown_keys()}
    await kiosk.scan("C.AYUDA")
    assert kiosk.screen_name == "ayuda"
    assert 0 < len(shown) <= MOST_ON_BAR
    assert shown.items() <= keys(kiosk).items()
    assert all(entry.cells[-1] for entry in kiosk.entries)
    always, answers = codes(kiosk)
    assert always >= EVERYWHERE | {f"C.{command}" for command in opened_for(kiosk.app.worker)} - answers
    await kiosk.press("escape")
    assert kiosk.app.screen is screen
    before = kiosk.app.board.seq
    passed_over = {*IN_ITS_OWN_WAY, *(() if place in OPENING else opened_for(kiosk.app.worker))}
    tried = [command for command in Command if command not in passed_over and f"C.{command}" not in answers]
    for command in tried:
        if f"C.{command}" not in always:
            with case(command, "is not listed"):
                await kiosk.scan(f"C.{command}")
                assert kiosk.app.screen is screen
                assert kiosk.tone is Tone.REFUSED
                if command not in UNDERSTOOD.get(place, ()):
                    assert NOT_HERE in kiosk.panel or NOT_FOR_THIS_ROLE in kiosk.panel
                assert kiosk.app.board.seq == before
    for command in tried:
        if f"C.{command}" in always:
            with case(command, "is listed"):
                await come_back(kiosk, screen, before, place)
                assert type(kiosk.app.screen) is type(screen)
                screen, before = kiosk.app.screen, kiosk.app.board.seq
                await kiosk.scan(f"C.{command}")
                assert NOT_HERE not in kiosk.text


async def test_what_is_not_for_this_worker_is_not_listed(kiosk: Terminal) -> None:
    await kiosk.scan(JUAN, "C.AYUDA")
    always, answers = codes(kiosk)
    assert {"C.SUPERVISOR", "C.METROLOGIA"}.isdisjoint(always | answers)
    assert {"C.SOLD", "C.APROBADO"}.isdisjoint(answers)
    assert "C.ARM" in answers
    await kiosk.scan(CARLA, "C.AYUDA")
    always, answers = codes(kiosk)
    assert {"C.SUPERVISOR", "C.METROLOGIA"} <= always
    assert {"C.APROBADO", "C.RECHAZADO"} <= answers


async def test_esc_goes_back_where_one_came_from(kiosk: Terminal) -> None:
    for place in ("inicio", "estacion", "tablero", "spool"):
        with case(place):
            await go(kiosk, WAYS[place])
            await kiosk.scan("C.AYUDA")
            await kiosk.press("escape")
            assert kiosk.screen_name == place
            await kiosk.press("f1") if place != "tablero" else await kiosk.scan("C.AYUDA")
            assert kiosk.screen_name == "ayuda"
            await kiosk.scan("C.SALIR")
            assert kiosk.screen_name == place


async def test_asking_for_help_twice_by_a_touch_of_its_key_and_by_a_scan_changes_nothing(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    assert kiosk.bar[0] == "F1 Ayuda"
    await kiosk.click("KeyBar")
    assert kiosk.screen_name == "ayuda"
    await kiosk.scan("C.AYUDA")
    assert kiosk.screen_name == "ayuda"
    await kiosk.scan("C.SALIR")
    assert kiosk.screen_name == "estacion"


async def test_a_badge_closes_the_help_and_swaps_the_worker_and_after_an_unknown_one_nobody_stands_there(
    kiosk: Terminal,
) -> None:
    await kiosk.scan(MIGUEL, "C.AYUDA", JUAN)
    assert (kiosk.screen_name, kiosk.worker) == ("estacion", "Juan Pérez")
    await kiosk.scan("C.AYUDA", "W.4711")
    assert kiosk.screen_name == "inicio"
    assert "CREDENCIAL DESCONOCIDA" in kiosk.panel


async def test_a_spool_closes_the_help_and_is_acted_on(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.AYUDA", FREE_SPOOL)
    assert kiosk.screen_name == "estacion"
    assert "TOMADO" in kiosk.panel
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_command_closes_the_help_and_counts(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.AYUDA", "C.PAUSAR")
    assert kiosk.screen_name == "estacion"
    assert "PAUSADO" in kiosk.panel


async def test_a_key_of_the_screen_below_does_there_what_the_help_says(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, "C.AYUDA")
    await kiosk.press("f3")
    assert kiosk.screen_name == "estacion"
    assert "PAUSADO" in kiosk.panel
    await kiosk.scan("C.AYUDA")
    await kiosk.press("f6")
    assert kiosk.screen_name == "tablero"


async def test_enter_with_nothing_typed_does_nothing_under_the_help(kiosk: Terminal) -> None:
    [own] = [spool.tag_spool for spool in kiosk.app.board.held_by(94)]
    await kiosk.scan(JUAN)
    await kiosk.press("down")
    await kiosk.scan("C.AYUDA")
    await kiosk.press("enter")
    assert kiosk.screen_name == "ayuda"
    assert (await kiosk.service.status(own)).ocupado_por == "JP(94)"


async def test_an_open_question_is_still_open_after_the_help(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, FREE_SPOOL, "C.AYUDA", "C.2")
    assert kiosk.screen_name == "estacion"
    assert "COMPLETADO" in kiosk.panel


async def test_codes_scanned_behind_one_another_keep_their_order(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.AYUDA", FREE_SPOOL, "C.AYUDA", JUAN, FREE_SPOOL)
    assert kiosk.worker == "Juan Pérez"
    assert "LO TIENE MR(93)" in kiosk.panel


async def test_what_makes_no_sense_is_refused_on_the_screen_below(kiosk: Terminal) -> None:
    await kiosk.scan("C.AYUDA", "C.XYZ")
    assert kiosk.screen_name == "inicio"
    assert NOT_HERE in kiosk.panel


async def test_the_help_scrolls_by_key_and_by_barcode(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, "C.AYUDA")
    assert "EN ESTA PANTALLA" in kiosk.text
    await kiosk.scan("C.BAJAR")
    assert "EN ESTA PANTALLA" not in kiosk.text
    await kiosk.press("up")
    assert "EN ESTA PANTALLA" in kiosk.text
    await kiosk.press("pagedown", "pagedown", "pagedown")
    assert "Pida cerrar el programa" in kiosk.text
    assert kiosk.screen_name == "ayuda"


async def test_help_about_the_help_of_a_spool_knows_the_spool(kiosk: Terminal) -> None:
    await kiosk.scan(FREE_SPOOL, "C.AYUDA", "C.HISTORIA")
    assert kiosk.screen_name == "spool"
    assert FREE_SPOOL in kiosk.text


async def test_over_a_screen_that_keeps_secrets_what_is_typed_is_not_shown_and_a_badge_goes_there(
    kiosk: Terminal,
) -> None:
    await kiosk.scan("C.CERRAR", "C.AYUDA")
    await kiosk.type("4711")
    assert "4711" not in kiosk.text
    assert "••••" in kiosk.text
    await kiosk.press("escape")
    await kiosk.scan("C.SALIR", "C.CERRAR", "C.AYUDA", CARLA)
    assert "PIN" in kiosk.panel
