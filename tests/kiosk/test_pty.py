"""The real program in a real terminal: what a scanner types at it, what is kept, and how it leaves."""

import asyncio
import random
import signal
import termios
from pathlib import Path

import pytest

from tests.kiosk.commands import run_kiosk
from tests.kiosk.pseudo_terminal import PseudoTerminal, pseudo_terminal
from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL
from tests.ledger.redis.sites import station
from tests.plants import PLANT
from tests.redis_servers import redis_server

FIRST_SCREEN = "ESCANEE SU CREDENCIAL"
OPEN = "tomados"
"""The top line counts the taken spools as soon as the ledger is open."""

LAST = "ZZZ-404"
"""No code of anybody's: once it is refused by its name, all that was scanned before it has been handled."""

CTRL_C, CTRL_Q = 0x03, 0x11
LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR = "\x1b[?1049l", "\x1b[?25h"
MODES_OFF = ("\x1b[?1000l", "\x1b[?1003l", "\x1b[?2004l", "\x1b[<u")
"""Mouse reports, pasting in brackets and the extended keyboard are taken back."""


async def holder_of(tag: str) -> str | None:
    """Who holds the spool, as another process reads it from the ledger's file."""
    done = await run_kiosk("status", tag, "--json")
    assert done.status == 0, done.err
    return done.json["ocupado_por"]


async def events_of(tag: str) -> list[tuple[int, str, str]]:
    """The number, type and worker of each event of the spool, as another process reads them."""
    history = (await run_kiosk("history", tag, "--json")).json
    return [(event["seq"], event["evento_tipo"], event["worker_nombre"]) for event in history]


async def open_shop(terminal: PseudoTerminal) -> None:
    await terminal.shows(FIRST_SCREEN, OPEN)
    terminal.forget()


async def free_spools(count: int) -> list[str]:
    """The tags of spools that ARM can begin with at once."""
    board = (await run_kiosk("board", "--all", "--json")).json
    return [
        spool["tag_spool"]
        for spool in board["spools"]
        if spool["ocupado_por"] is None and spool["fecha_materiales"] and spool["arm"]["estado"] == "PENDIENTE"
    ][:count]


async def test_the_program_paints_its_first_screen_to_the_corners() -> None:
    async with pseudo_terminal() as terminal:
        await terminal.shows(FIRST_SCREEN, OPEN, "ARM-02", "DEMO", "Ana Ñancupil")
        assert terminal.lowest_line == 24
        assert "\x1b[?1049h" in terminal.raw
        assert "Traceback" not in terminal.text


async def test_a_badge_and_a_spool_in_one_write_take_the_spool_durably() -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO", FREE_SPOOL, "Miguel Rodríguez")
        assert await holder_of(FREE_SPOOL) == "MR(93)"


@pytest.mark.parametrize("suffix", ["\r", "\n", "\r\n", "\t"], ids=["CR", "LF", "CR LF", "TAB"])
async def test_a_scanner_may_end_its_codes_as_it_is_set_up(suffix: str) -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{JUAN}{suffix}{FREE_SPOOL}{suffix}")
        await terminal.shows("TOMADO", FREE_SPOOL)
        assert await holder_of(FREE_SPOOL) == "JP(94)"


async def test_five_scans_in_one_write_are_handled_in_their_order() -> None:
    tags = await free_spools(4)
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type("".join(f"{code}\r" for code in (JUAN, *tags)))
        await terminal.shows(f"{tags[-1]} · ARMADO · guardado")
    taken = [await events_of(tag) for tag in tags]
    assert [[(tipo, worker) for _, tipo, worker in events] for events in taken] == [[("TOMAR_ARM", "JP(94)")]] * 4
    numbers = [seq for [(seq, _, _)] in taken]
    assert numbers == list(range(numbers[0], numbers[0] + 4))


async def test_a_badge_in_the_middle_of_a_burst_is_whose_spools_follow() -> None:
    first, second = await free_spools(2)
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{JUAN}\r{first}\r{MIGUEL}\r{second}\r{LAST}\r")
        await terminal.shows(f"«{LAST}»")
    assert (await holder_of(first), await holder_of(second)) == ("JP(94)", "MR(93)")


async def test_a_spool_paused_and_taken_again_in_one_burst_is_taken() -> None:
    """Each scan is wholly handled before the next: the board knows of the pause when the spool comes again."""
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{JUAN}\r{FREE_SPOOL}\rC.PAUSAR\r{FREE_SPOOL}\r{LAST}\r")
        await terminal.shows(f"«{LAST}»")
    assert [tipo for _, tipo, _ in await events_of(FREE_SPOOL)] == ["TOMAR_ARM", "PAUSAR_ARM", "TOMAR_ARM"]


async def test_sigkill_after_the_answer_was_painted_loses_nothing() -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        terminal.kill()
        assert await terminal.ended() == -signal.SIGKILL
    assert await holder_of(FREE_SPOOL) == "MR(93)"
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("YA ES SUYO")
    assert len(await events_of(FREE_SPOOL)) == 1


async def test_ctrl_q_ends_with_status_0_and_leaves_the_terminal_as_it_was() -> None:
    async with pseudo_terminal() as terminal:
        before = terminal.modes
        await open_shop(terminal)
        raw = terminal.modes
        assert not raw[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        await terminal.type(bytes([CTRL_Q]))
        assert await terminal.ended() == 0
        await terminal.until(lambda: SHOWS_CURSOR in terminal.raw)
        assert terminal.modes == before
        assert LEAVES_ALTERNATE_SCREEN in terminal.raw
        assert [mode for mode in MODES_OFF if mode not in terminal.raw] == []
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize(
    "leave", [f"{MIGUEL}\r", f"{MIGUEL}\r{FREE_SPOOL}\r", "half typed"], ids=["work", "taken", "typed"]
)
async def test_ctrl_q_ends_with_status_0_whatever_is_on_the_screen(leave: str) -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(leave)
        await terminal.shows(leave if leave == "half typed" else "Miguel Rodríguez")
        await terminal.type(bytes([CTRL_Q]))
        assert await terminal.ended() == 0
        await terminal.until(lambda: LEAVES_ALTERNATE_SCREEN in terminal.raw)


async def test_ctrl_c_does_not_end_it() -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(bytes([CTRL_C, CTRL_C]) + f"{MIGUEL}\r{FREE_SPOOL}\r".encode())
        await terminal.shows("TOMADO")
        assert terminal.is_running
    assert await holder_of(FREE_SPOOL) == "MR(93)"


async def test_a_larger_window_is_painted_to_its_corners() -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        terminal.resize(120, 40)
        await terminal.until(lambda: terminal.lowest_line == 40 and FIRST_SCREEN in terminal.text)
        terminal.forget()
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO", "Miguel Rodríguez")


@pytest.mark.parametrize(("columns", "lines"), [(20, 5), (1, 1), (300, 100)])
async def test_a_window_of_any_size_is_survived(columns: int, lines: int) -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        terminal.resize(columns, lines)
        terminal.resize(80, 24)
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        assert await holder_of(FREE_SPOOL) == "MR(93)"


def junk(seed: int, length: int = 1500) -> bytes:
    """Printable and control characters, but for those that end the program."""
    dice = random.Random(seed)
    return bytes(dice.choice([byte for byte in range(128) if byte not in {CTRL_C, CTRL_Q}]) for _ in range(length))


@pytest.mark.parametrize("seed", range(2))
async def test_junk_is_survived_and_the_next_scans_are_served(seed: int) -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        # What is printed after the junk ends any escape sequence that it began.
        await terminal.type(junk(seed) + b"." * 64 + b"\r")
        await terminal.type(f"{LAST}\r")
        await terminal.shows(f"«{LAST}»")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        assert terminal.is_running
        assert "Traceback" not in terminal.text
    assert await holder_of(FREE_SPOOL) == "MR(93)"


@pytest.mark.parametrize(
    "code", ["CAÑERÍA-1".encode("latin-1"), b"\xff\xfe", b"A\xc3", b"\x80-1"], ids=["latin-1", "ff fe", "cut", "80"]
)
async def test_a_scanner_that_sends_no_utf_8_is_refused_and_ends_nothing(code: bytes) -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(code + b"\r")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
    assert await holder_of(FREE_SPOOL) == "MR(93)"


@pytest.mark.parametrize(
    "pasted",
    ["9" * 5_000, "[/]" * 2_000, "\x00\x07\x08" * 100, "\n" * 1_000, "ñ" * 3_000],
    ids=["digits", "markup", "controls", "lines", "accents"],
)
async def test_a_paste_of_anything_is_survived(pasted: str) -> None:
    async with pseudo_terminal() as terminal:
        await open_shop(terminal)
        await terminal.type(f"\x1b[200~{pasted}\x1b[201~")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
    assert await holder_of(FREE_SPOOL) == "MR(93)"


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


@pytest.mark.parametrize(("columns", "lines"), [(60, 18), (40, 24), (79, 30)])
async def test_a_terminal_that_is_too_small_says_so_and_works(columns: int, lines: int) -> None:
    async with pseudo_terminal(columns=columns, lines=lines) as terminal:
        await terminal.shows(f"Esta pantalla es de {columns}x{lines}")
        await terminal.type(f"{MIGUEL}\r")
        await terminal.shows("HOLA, MIGUEL")
        await terminal.type(f"{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
    assert await holder_of(FREE_SPOOL) == "MR(93)"
