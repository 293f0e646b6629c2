"""Kiosk mode in a real terminal: no key leaves the program, a supervisor does; signals and lost terminals end it."""

import signal

import pytest

from tests.kiosk.commands import run_kiosk
from tests.kiosk.kiosk_program import (
    FIRST_SCREEN,
    LEAVES_ALTERNATE_SCREEN,
    OPEN,
    ends_in_order,
    free_spools,
    holder_of,
    open_shop,
    serves,
)
from tests.kiosk.pseudo_terminal import pseudo_terminal
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL

pytestmark = pytest.mark.usefixtures("demo_of_today")

PIN = "471108"

KEYS = {
    "ctrl+c": b"\x03",
    "ctrl+d": b"\x04",
    "ctrl+o": b"\x0f",
    "ctrl+p": b"\x10",
    "ctrl+q": b"\x11",
    "ctrl+s": b"\x13",
    "ctrl+v": b"\x16",
    "ctrl+w": b"\x17",
    "ctrl+z": b"\x1a",
    "ctrl+\\": b"\x1c",
    "ctrl+]": b"\x1d",
    "ctrl+^": b"\x1e",
    "ctrl+_": b"\x1f",
    "F12": b"\x1b[24~",
    "alt+F4": b"\x1b[1;3S",
    "ctrl+F2": b"\x1b[1;5Q",
    "kitty ctrl+c": b"\x1b[99;5u",
    "kitty ctrl+q": b"\x1b[113;5u",
    "kitty ctrl+z": b"\x1b[122;5u",
    "kitty super+c": b"\x1b[99;9u",
}


async def give_pin() -> None:
    assert (await run_kiosk("pin", "--worker", "95", given=f"{PIN}\n")).status == 0


async def test_no_key_ends_or_suspends_it_the_next_scans_are_served_and_sigterm_ends_it() -> None:
    tags = await free_spools()
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        before = terminal.modes
        await terminal.shows(FIRST_SCREEN)
        # The signals of keys do nothing even where no full screen takes the keys.
        for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT):
            terminal.signal(number)
        await terminal.shows(OPEN)
        names = list(KEYS)
        for group, tag in zip((names[some::4] for some in range(4)), tags, strict=False):
            await terminal.type(b"".join(KEYS[name] * 3 + b"C.SALIR\r" for name in group))
            await serves(terminal, tag)
            assert LEAVES_ALTERNATE_SCREEN not in terminal.raw, group
        terminal.signal(signal.SIGTERM)
        await ends_in_order(terminal, before, status=143)


async def test_only_a_supervisors_badge_and_pin_close_it_and_the_pin_is_never_shown() -> None:
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        before = terminal.modes
        await open_shop(terminal)
        await terminal.type(KEYS["ctrl+q"])
        await terminal.shows("CERRAR EL PROGRAMA", "Escanee su credencial de supervisor")
        terminal.forget()
        await terminal.type(f"{JUAN}\r")
        await terminal.shows("Juan Pérez", "ARMADO")
        await terminal.type(KEYS["ctrl+q"])
        await terminal.shows("CERRAR EL PROGRAMA")
        await terminal.type(f"{CARLA}\r")
        await terminal.shows("CARLA PINTO NO TIENE PIN AQUÍ", "kiosk pin --worker 95")
        await give_pin()
        await terminal.type(f"{CARLA}\r")
        await terminal.shows("ESCRIBA SU PIN, CARLA PINTO")
        terminal.forget()
        await terminal.type(PIN)
        await terminal.shows("•" * len(PIN))
        await terminal.type("\r")
        await ends_in_order(terminal, before, status=0)
        assert PIN not in terminal.text


async def test_badge_and_pin_in_one_burst_close_it_too() -> None:
    await give_pin()
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await open_shop(terminal)
        await terminal.type(f"C.CERRAR\r{CARLA}\r{PIN}\r")
        assert await terminal.ended() == 0


@pytest.mark.parametrize("own", [True, False], ids=["SIGHUP", "no SIGHUP"])
async def test_a_lost_terminal_ends_it(*, own: bool) -> None:
    async with pseudo_terminal(own=own, KIOSK_MODE="1") as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        terminal.unplug()
        assert await terminal.ended() == 129
    assert await holder_of(FREE_SPOOL) == "MR(93)"
