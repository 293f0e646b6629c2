"""The real program in a real terminal: what a scanner types at it, what is kept, and how it leaves."""

import asyncio
import random
import signal
import termios
from pathlib import Path

import pytest

from tests.kiosk.kiosk_program import (
    ENTERS_ALTERNATE_SCREEN,
    FIRST_SCREEN,
    OPEN,
    ends_in_order,
    events_of,
    free_spools,
    holder_of,
    open_shop,
    serves,
)
from tests.kiosk.pseudo_terminal import pseudo_terminal
from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL
from tests.ledger.redis.sites import station
from tests.plants import PLANT
from tests.redis_servers import redis_server

pytestmark = pytest.mark.usefixtures("demo_of_today")

LAST = "ZZZ-404"
"""No code of anybody's: once it is refused by its name, all that was scanned before it has been handled."""

ENDS = (("", "\r"), ("", "\n"), ("", "\r\n"), ("", "\t"), ("\x02", "\x03"))
"""What scanners send before a code and after it."""

CTRL_C, CTRL_Q = b"\x03", b"\x11"


COLLECTED = """
import os
os.dup2(os.open("messages.txt", os.O_CREAT | os.O_WRONLY), 2)
from kiosk.__main__ import main
main()
"""


async def test_stderr_may_be_a_file_the_screen_needs_none_of_it(tmp_path: Path) -> None:
    async with pseudo_terminal(program=("-c", COLLECTED)) as terminal:
        before = terminal.modes
        await open_shop(terminal)
        await serves(terminal, FREE_SPOOL)
        await terminal.type(CTRL_Q)
        await ends_in_order(terminal, before, status=0)
    assert (tmp_path / "messages.txt").read_text(encoding="utf-8") == ""


async def test_scans_are_handled_whole_and_in_their_order_however_a_scanner_sends_them_and_outlive_sigkill() -> None:
    spare = iter(await free_spools())
    async with pseudo_terminal() as terminal:
        await terminal.shows(FIRST_SCREEN, OPEN, "ARM-02", "DEMO", "Ana Ñancupil")
        assert terminal.lowest_line == 24
        assert ENTERS_ALTERNATE_SCREEN in terminal.raw

        for begin, end in ENDS:
            tag = next(spare)
            terminal.forget()
            await terminal.type(f"{begin}{JUAN}{end}{begin}{tag}{end}")
            await terminal.shows("TOMADO", tag, "Juan Pérez")
            assert await holder_of(tag) == "JP(94)", repr(end)
            await terminal.type(f"{begin}C.SALIR{end}")
            await terminal.shows(FIRST_SCREEN)

        burst = [next(spare) for _ in range(4)]
        await terminal.type("".join(f"{code}\r" for code in (JUAN, *burst)))
        await terminal.shows(f"{burst[-1]} · ARMADO · guardado")
        taken = [await events_of(tag) for tag in burst]
        assert [[(tipo, worker) for _, tipo, worker in events] for events in taken] == [[("TOMAR_ARM", "JP(94)")]] * 4
        numbers = [seq for [(seq, _, _)] in taken]
        assert numbers == list(range(numbers[0], numbers[0] + 4))

        # A badge in the middle of a burst is whose spools follow; a spool paused and taken again is taken.
        mine, yours, again = next(spare), next(spare), next(spare)
        scans = (JUAN, mine, MIGUEL, yours, JUAN, again, "C.PAUSAR", again, LAST)
        await terminal.type("".join(f"{code}\r" for code in scans))
        await terminal.shows(f"«{LAST}»")
        assert (await holder_of(mine), await holder_of(yours)) == ("JP(94)", "MR(93)")
        assert [tipo for _, tipo, _ in await events_of(again)] == ["TOMAR_ARM", "PAUSAR_ARM", "TOMAR_ARM"]

        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows(f"{FREE_SPOOL} · ARMADO · guardado")
        terminal.kill()
        assert await terminal.ended() == -signal.SIGKILL
        assert "Traceback" not in terminal.text
    assert await holder_of(FREE_SPOOL) == "MR(93)"
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("YA ES SUYO")
    assert len(await events_of(FREE_SPOOL)) == 1


async def test_a_window_of_any_size_is_painted_to_its_corners_and_works() -> None:
    spare = iter(await free_spools())
    async with pseudo_terminal(columns=40, lines=24) as terminal:
        await terminal.shows("Esta pantalla es de 40x24", OPEN)
        await serves(terminal, next(spare))
        for columns, lines in ((60, 20), (79, 30)):
            terminal.forget()
            terminal.resize(columns, lines)
            await terminal.shows(f"Esta pantalla es de {columns}x{lines}")
            await terminal.type(f"{MIGUEL}\r")
            await terminal.shows("HOLA, MIGUEL")
            await serves(terminal, next(spare))
        for columns, lines in ((20, 5), (1, 1), (300, 100)):
            terminal.resize(columns, lines)
            terminal.resize(80, 24)
            await serves(terminal, next(spare))
        terminal.forget()
        terminal.resize(120, 40)
        await terminal.until(lambda: terminal.lowest_line == 40 and FIRST_SCREEN in terminal.text)
        await serves(terminal, next(spare))


def junk(seed: int, length: int = 1500) -> bytes:
    """Printable and control characters, but for those that end the program."""
    dice = random.Random(seed)
    return bytes(dice.choice([byte for byte in range(128) if byte not in {*CTRL_C, *CTRL_Q}]) for _ in range(length))


ANYTHING = {
    "ctrl+c": CTRL_C * 2,
    # What is printed after the junk ends any escape sequence that it began.
    **{f"junk {seed}": junk(seed) + b"." * 64 + b"\r" for seed in range(2)},
    "latin-1": "CAÑERÍA-1\r".encode("latin-1"),
    "ff fe": b"\xff\xfe\r",
    "a cut character": b"A\xc3\r",
    "80": b"\x80-1\r",
    **{
        f"a paste of {name}": f"\x1b[200~{pasted}\x1b[201~".encode()
        for name, pasted in {
            "digits": "9" * 5_000,
            "markup": "[/]" * 2_000,
            "controls": "\x00\x07\x08" * 100,
            "lines": "\n" * 1_000,
            "accents": "ñ" * 3_000,
        }.items()
    },
}


async def test_nothing_that_is_typed_or_pasted_ends_it_and_the_next_scans_are_served() -> None:
    tags = await free_spools()
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        for (name, keys), tag in zip(ANYTHING.items(), tags, strict=False):
            terminal.forget()
            await terminal.type(keys)
            if name.startswith("junk"):
                await terminal.type(f"{LAST}\r")
                await terminal.shows(f"«{LAST}»")
                assert "Traceback" not in terminal.text
            await serves(terminal, tag)


# How it leaves, on every kind of terminal


@pytest.mark.parametrize(
    ("ability", "leaving", "shown", "end"),
    [
        ({"TERM": "linux"}, "", "TOMADO", CTRL_Q),
        ({"TERM": "vt100"}, f"C.SALIR\r{MIGUEL}\r", "HOLA, MIGUEL", CTRL_Q),
        ({"TERM": "xterm-mono"}, "half typed", "half typed", CTRL_Q),
        ({"TERM": "tmux-256color"}, "C.SALIR\r", FIRST_SCREEN, CTRL_Q),
        ({"TERM": ""}, "", "TOMADO", signal.SIGTERM),
        ({"NO_COLOR": "1"}, "", "TOMADO", signal.SIGHUP),
        ({"LC_ALL": "C", "PYTHONIOENCODING": ""}, "", "TOMADO", signal.SIGINT),
    ],
    ids=str,
)
async def test_a_key_or_a_signal_ends_it_whatever_the_terminal_shows_and_leaves_the_terminal_as_it_was(
    ability: dict[str, str], leaving: str, shown: str, end: bytes | signal.Signals
) -> None:
    async with pseudo_terminal(**ability) as terminal:
        before = terminal.modes
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("☑" if ability.get("TERM") == "linux" else "✔", "TOMADO", FREE_SPOOL, "Miguel Rodríguez")
        assert not terminal.modes[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        await terminal.type(leaving)
        await terminal.shows(shown)
        if isinstance(end, bytes):
            await terminal.type(end)
            await ends_in_order(terminal, before, status=0)
        else:
            terminal.signal(end)
            await ends_in_order(terminal, before, status=128 + end)
    assert await holder_of(FREE_SPOOL) == "MR(93)"


@pytest.mark.parametrize(
    ("ability", "own"), [({}, True), ({"LC_ALL": "POSIX", "PYTHONIOENCODING": ""}, False)], ids=["SIGHUP", "no SIGHUP"]
)
async def test_a_lost_terminal_ends_it(ability: dict[str, str], *, own: bool) -> None:
    async with pseudo_terminal(own=own, **ability) as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("✔", "TOMADO", FREE_SPOOL)
        terminal.unplug()
        assert await terminal.ended() == 129
    assert await holder_of(FREE_SPOOL) == "MR(93)"


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


async def test_a_server_that_goes_away_and_comes_back_is_told_and_work_goes_on(tmp_path: Path) -> None:
    with redis_server(tmp_path / "redis", durable=True) as server:
        async with station(server.url, "planta") as office:
            await office.load_plant(PLANT)
        async with pseudo_terminal(KIOSK_LEDGER_URL=server.url) as terminal:
            await open_shop(terminal)
            await terminal.type(f"{MIGUEL}\r")
            await terminal.shows("Miguel Rodríguez")
            terminal.forget()
            await asyncio.to_thread(server.stop)
            await terminal.shows("SIN CONEXIÓN")
            await terminal.type(f"{FREE_SPOOL}\r")
            await terminal.shows("NO SE GUARDÓ")
            terminal.forget()
            await asyncio.to_thread(server.start)
            await terminal.shows("0 tomados")
            await terminal.type(f"{FREE_SPOOL}\r")
            await terminal.shows("TOMADO")
        async with station(server.url, "planta") as office:
            assert (await office.status(FREE_SPOOL)).ocupado_por == "MR(93)"
