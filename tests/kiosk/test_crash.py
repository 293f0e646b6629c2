"""A failure nobody foresaw: a report without secrets, a calm screen, and a new start that never spins."""

import signal
import termios
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.terminal.crash import (
    KEPT_REPORTS,
    LONG_PAUSE,
    PAUSE,
    earlier_runs,
    failure_text,
    pause_after,
    report_text,
    write_report,
)
from kiosk.terminal.logs import log_folder
from tests.kiosk.commands import run_kiosk
from tests.kiosk.pseudo_terminal import PseudoTerminal, pseudo_terminal
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL

NOW = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("demo_of_today")

BREAKING = """
import select, signal, sys

if "--macos" in sys.argv:
    # What a system other than Linux does not have.
    sys.argv.remove("--macos")
    for name in ("epoll", "EPOLLIN", "EPOLLET", "EPOLLHUP", "EPOLLERR"):
        delattr(select, name)
    delattr(signal, "sigtimedwait")

import kiosk.screens.inicio, kiosk.screens.salida, kiosk.terminal.crash
from kiosk.__main__ import main

kiosk.terminal.crash.PAUSE = 1.0

def break_on(screen, word):
    whole = screen.on_text_code

    async def on_text_code(self, text):
        if text == word:
            secreto = "clave-local"
            raise RuntimeError(f"{text}: redis://kiosk:geheim@10.0.0.1/0")
        await whole(self, text)

    screen.on_text_code = on_text_code

break_on(kiosk.screens.inicio.InicioScreen, "ROMPER")
break_on(kiosk.screens.salida.SalidaScreen, "471108")
main()
"""
"""The kiosk as it is, but for a shorter pause, and two texts that break it where they are handled."""


@pytest.fixture
def breaking(tmp_path: Path) -> tuple[str, ...]:
    """What Python runs: a kiosk that ROMPER breaks."""
    file = tmp_path / "breaking.py"
    file.write_text(BREAKING, encoding="utf-8")
    return (str(file),)


def reports(tmp_path: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted(log_folder(tmp_path).glob("crash-*.txt"))]


async def break_it(terminal: PseudoTerminal) -> None:
    await terminal.shows("ESCANEE SU CREDENCIAL", "tomados")
    terminal.forget()
    await terminal.type("ROMPER\r")


async def test_a_failure_is_reported_and_ends_with_status_1(tmp_path: Path, breaking: tuple[str, ...]) -> None:
    async with pseudo_terminal(program=breaking) as terminal:
        before = terminal.modes
        await break_it(terminal)
        assert await terminal.ended() == 1
        await terminal.until(lambda: "El informe:" in terminal.text)
        assert terminal.modes == before
        assert "Traceback" not in terminal.text
        assert "clave-local" not in terminal.text
    [report] = reports(tmp_path)
    assert "RuntimeError: ROMPER" in report
    assert "break_on" in report or "on_text_code" in report
    assert "textual 8.2.8" in report
    assert [secret for secret in ("geheim", "clave-local") if secret in report] == []


CALM = ("LA TERMINAL SE REINICIA", "THE TERMINAL RESTARTS", "Lo guardado está guardado")


async def test_in_kiosk_mode_a_calm_screen_stands_deaf_to_keys_and_the_kiosk_comes_back(
    tmp_path: Path, breaking: tuple[str, ...]
) -> None:
    async with pseudo_terminal(program=breaking, KIOSK_MODE="1") as terminal:
        before = terminal.modes
        await terminal.shows("ESCANEE SU CREDENCIAL", "tomados")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        await terminal.type("C.SALIR\r")
        await break_it(terminal)
        await terminal.shows(*CALM)
        assert not terminal.modes[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
        terminal.forget()
        await terminal.type(b"\x03\x1c\x1a\x11\x04q\r")
        await terminal.shows("ESCANEE SU CREDENCIAL", "tomados")
        await terminal.type(f"C.SALIR\r{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("YA ES SUYO")
        assert len(reports(tmp_path)) == 1
        await terminal.type("C.SALIR\r")
        await break_it(terminal)
        await terminal.shows(*CALM)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 143
        assert terminal.modes == before
    assert (await run_kiosk("status", FREE_SPOOL, "--json")).json["ocupado_por"] == "MR(93)"


async def test_where_the_system_lacks_what_only_linux_has_it_starts_serves_and_comes_back_all_the_same(
    tmp_path: Path, breaking: tuple[str, ...]
) -> None:
    async with pseudo_terminal("--macos", program=breaking, KIOSK_MODE="1") as terminal:
        await break_it(terminal)
        await terminal.shows(*CALM)
        terminal.forget()
        await terminal.shows("ESCANEE SU CREDENCIAL", "tomados")
        await terminal.type(f"{MIGUEL}\r{FREE_SPOOL}\r")
        await terminal.shows("TOMADO")
        await terminal.type("C.SALIR\r")
        await break_it(terminal)
        await terminal.shows(*CALM)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 143
    assert len(reports(tmp_path)) == 2


async def test_the_fifth_failure_of_short_runs_waits_longer_and_a_signal_ends_the_wait(
    breaking: tuple[str, ...],
) -> None:
    async with pseudo_terminal(program=breaking, KIOSK_MODE="1", SPOOL_KIOSK_RUNS="1.0 1.0 1.0 1.0") as terminal:
        before = terminal.modes
        await break_it(terminal)
        await terminal.shows(*CALM, "Vuelve en 30 s")
        terminal.signal(signal.SIGHUP)
        assert await terminal.ended() == 129
        assert terminal.modes == before


async def test_what_fails_on_a_screen_that_keeps_secrets_is_reported_without_its_words_and_a_lost_terminal_ends_it(
    tmp_path: Path, breaking: tuple[str, ...]
) -> None:
    await run_kiosk("pin", "--worker", "95", given="4711\n")
    async with pseudo_terminal(program=breaking, own=False, KIOSK_MODE="1") as terminal:
        await terminal.shows("ESCANEE SU CREDENCIAL", "tomados")
        await terminal.type(f"C.CERRAR\r{CARLA}\r")
        await terminal.shows("ESCRIBA SU PIN")
        await terminal.type("471108\r")
        await terminal.shows(*CALM)
        terminal.unplug()
        assert await terminal.ended() == 129
    [report] = reports(tmp_path)
    assert "RuntimeError" in report
    log = (log_folder(tmp_path) / "kiosk.log").read_text(encoding="utf-8")
    assert "471108" not in report + log


# How long it rests


@pytest.mark.parametrize(
    ("runs", "pause"),
    [
        ([], PAUSE),
        ([1.0] * 4, PAUSE),
        ([1.0] * 5, LONG_PAUSE),
        ([1.0] * 9, LONG_PAUSE),
        ([12.1] * 5, PAUSE),
        ([1.0, 1.0, 1.0, 1.0, 1.0, 3600.0], PAUSE),
        ([3600.0, 1.0, 1.0, 1.0, 1.0, 1.0], LONG_PAUSE),
    ],
)
def test_it_rests_longer_only_when_starting_anew_does_not_help(runs: list[float], pause: float) -> None:
    assert pause_after(runs) == pause


@pytest.mark.parametrize("told", ["", "x", "1,5"])
def test_what_the_environment_tells_of_no_runs_is_none(told: str) -> None:
    assert earlier_runs({"SPOOL_KIOSK_RUNS": told}) == []


# The report


def test_a_report_tells_the_causes_too() -> None:
    def how() -> None:
        try:
            int("x")
        except ValueError as exc:
            raise RuntimeError("outer") from exc

    with pytest.raises(RuntimeError) as failed:
        how()
    text = failure_text(failed.value, with_words=True)
    assert "invalid literal" in text
    assert "RuntimeError: outer" in text


def test_a_report_tells_what_happened_just_before() -> None:
    text = report_text("RuntimeError", recent=["start {}", "refused {'url': 'redis://u:geheim@h'}"], now=NOW)
    assert text.index("start") < text.index("refused") < text.index("RuntimeError")
    assert "geheim" not in text


def test_only_the_newest_reports_are_kept(tmp_path: Path) -> None:
    for second in range(KEPT_REPORTS + 5):
        assert write_report(tmp_path / "logs", str(second), now=NOW + timedelta(seconds=second))
    kept = sorted((tmp_path / "logs").iterdir())
    assert [file.read_text() for file in kept] == [str(second) for second in range(5, KEPT_REPORTS + 5)]


def test_a_folder_that_takes_no_report_is_no_second_failure(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("")
    assert write_report(tmp_path / "logs", "report", now=NOW) is None
