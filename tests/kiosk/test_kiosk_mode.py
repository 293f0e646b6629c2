"""Kiosk mode in a real terminal: no key leaves the program, a supervisor does; signals and lost terminals end it."""

import signal

import pytest

from tests.kiosk.commands import run_kiosk
from tests.kiosk.pseudo_terminal import PseudoTerminal, pseudo_terminal
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL
from tests.kiosk.test_pty import LEAVES_ALTERNATE_SCREEN, MODES_OFF, SHOWS_CURSOR, holder_of, open_shop

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


async def ask_to_leave(terminal: PseudoTerminal) -> None:
    await open_shop(terminal)
    await terminal.type(KEYS["ctrl+q"])
    await terminal.shows("CERRAR EL PROGRAMA", "Escanee su credencial de supervisor")
    terminal.forget()


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_no_key_ends_or_suspends_it_and_the_next_scans_are_served(key: bytes) -> None:
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await open_shop(terminal)
        await terminal.type(key * 3)
        await terminal.type(f"C.SALIR\r{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        assert terminal.is_running
        assert LEAVES_ALTERNATE_SCREEN not in terminal.raw
    assert await holder_of(FREE_SPOOL) == "MR(93)"


async def test_the_signals_of_keys_do_nothing_even_where_no_full_screen_takes_the_keys() -> None:
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await terminal.shows("ESCANEE SU CREDENCIAL")
        for number in (signal.SIGINT, signal.SIGTSTP, signal.SIGQUIT):
            terminal.signal(number)
        await terminal.shows("tomados")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")


async def test_a_supervisors_badge_and_pin_close_it_and_leave_the_terminal_as_it_was() -> None:
    await give_pin()
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        before = terminal.modes
        await ask_to_leave(terminal)
        await terminal.type(f"{CARLA}\r")
        await terminal.shows("ESCRIBA SU PIN, CARLA PINTO")
        terminal.forget()
        await terminal.type(f"{PIN}\r")
        assert await terminal.ended() == 0
        await terminal.until(lambda: SHOWS_CURSOR in terminal.raw)
        assert terminal.modes == before
        assert LEAVES_ALTERNATE_SCREEN in terminal.raw
        assert PIN not in terminal.text


async def test_badge_and_pin_in_one_burst_close_it_too() -> None:
    await give_pin()
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await open_shop(terminal)
        await terminal.type(f"C.CERRAR\r{CARLA}\r{PIN}\r")
        assert await terminal.ended() == 0


async def test_the_pin_is_not_shown_while_it_is_typed() -> None:
    await give_pin()
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await ask_to_leave(terminal)
        await terminal.type(f"{CARLA}\r")
        await terminal.shows("ESCRIBA SU PIN")
        terminal.forget()
        await terminal.type(PIN)
        await terminal.shows("•" * len(PIN))
        assert PIN not in terminal.text


async def test_without_a_pin_it_says_how_one_is_set() -> None:
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await ask_to_leave(terminal)
        await terminal.type(f"{CARLA}\r")
        await terminal.shows("CARLA PINTO NO TIENE PIN AQUÍ", "kiosk pin --worker 95")


async def test_a_badge_that_is_no_supervisors_is_refused() -> None:
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        await ask_to_leave(terminal)
        await terminal.type(f"{JUAN}\r")
        await terminal.shows("NO ES SUPERVISOR", "Juan Pérez")


async def test_signals_end_it_in_kiosk_mode_too() -> None:
    async with pseudo_terminal(KIOSK_MODE="1") as terminal:
        before = terminal.modes
        await open_shop(terminal)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 143
        assert terminal.modes == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    async with pseudo_terminal() as terminal:
        before = terminal.modes
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        terminal.signal(number)
        assert await terminal.ended() == 128 + number
        await terminal.until(lambda: SHOWS_CURSOR in terminal.raw)
        assert terminal.modes == before
        assert LEAVES_ALTERNATE_SCREEN in terminal.raw
        assert [mode for mode in MODES_OFF if mode not in terminal.raw] == []
        assert "Traceback" not in terminal.text
    assert await holder_of(FREE_SPOOL) == "MR(93)"


@pytest.mark.parametrize("mode", ["0", "1"])
@pytest.mark.parametrize("own", [True, False], ids=["with SIGHUP", "without"])
async def test_a_lost_terminal_ends_it(mode: str, *, own: bool) -> None:
    async with pseudo_terminal(own=own, KIOSK_MODE=mode) as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        terminal.unplug()
        assert await terminal.ended() == 129
    assert await holder_of(FREE_SPOOL) == "MR(93)"


# What the terminal must be able to do


@pytest.mark.parametrize(
    ("ability", "words"),
    [
        ({"TERM": "dumb"}, "TERM=dumb"),
        ({"TERM": "unknown"}, "TERM=unknown"),
        ({"PYTHONIOENCODING": "latin-1"}, "UTF-8"),
        ({"PYTHONIOENCODING": "ascii"}, "UTF-8"),
    ],
)
async def test_a_terminal_that_cannot_show_it_is_told_so_in_one_line(ability: dict[str, str], words: str) -> None:
    async with pseudo_terminal(**ability) as terminal:
        assert await terminal.ended() == 2
        await terminal.until(lambda: words in terminal.text)
        assert terminal.text.count("\n") == 1


@pytest.mark.parametrize(
    "ability",
    [
        {"TERM": "linux"},
        {"TERM": "vt100"},
        {"TERM": "xterm-mono"},
        {"TERM": "tmux-256color"},
        {"TERM": ""},
        {"NO_COLOR": "1"},
        {"LC_ALL": "C", "PYTHONIOENCODING": ""},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": ""},
    ],
    ids=str,
)
async def test_any_other_terminal_shows_it(ability: dict[str, str]) -> None:
    async with pseudo_terminal(**ability) as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("✔", "TOMADO", FREE_SPOOL)
