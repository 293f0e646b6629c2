"""A terminal that is left lets go of its worker, and of nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.kiosk.terminal import FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, Tone, case, terminal


@pytest.fixture
async def kiosk(clock: FrozenClock, demo: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Terminal]:
    """A terminal that waits a minute for its worker."""
    monkeypatch.setenv("KIOSK_IDLE_LOGOUT", "60")
    async with terminal(clock=clock) as running:
        yield running


async def test_a_worker_who_left_is_logged_out_after_a_minute(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    clock.now += timedelta(seconds=60)
    await kiosk.until(lambda: kiosk.screen_name == "inicio")
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"
    await kiosk.scan(JUAN, FREE_SPOOL)
    assert kiosk.tone is Tone.REFUSED
    assert "LO TIENE MR(93)" in kiosk.panel


async def test_the_last_seconds_are_counted_down(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL)
    clock.now += timedelta(seconds=53)
    await kiosk.until(lambda: "se cierra su sesión en 7 s" in kiosk.text)
    assert kiosk.screen_name == "estacion"


async def test_a_scan_in_the_last_second_keeps_the_worker(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL)
    clock.now += timedelta(seconds=59)
    await kiosk.scan(FREE_SPOOL)
    clock.now += timedelta(seconds=59)
    await kiosk.until(lambda: "se cierra su sesión en 1 s" in kiosk.text)
    assert kiosk.screen_name == "estacion"


async def test_whatever_screen_was_left_the_terminal_comes_to_rest(kiosk: Terminal, clock: FrozenClock) -> None:
    for over in ("C.TABLERO", "C.LOTE", "C.HISTORIA", "C.AYUDA", "C.REPARACION"):
        with case(over):
            await kiosk.scan(MIGUEL, FREE_SPOOL, over)
            assert kiosk.screen_name not in {"inicio", "estacion"}
            clock.now += timedelta(seconds=61)
            await kiosk.until(lambda: kiosk.screen_name == "inicio")


async def test_a_batch_that_was_left_waits_for_its_worker(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan("W.102", "C.LOTE", FREE_SPOOL)
    clock.now += timedelta(seconds=61)
    await kiosk.until(lambda: kiosk.screen_name == "inicio")
    await kiosk.scan("W.102", "C.LOTE")
    assert kiosk.rows == [FREE_SPOOL]


async def test_a_board_that_nobody_stands_before_stays(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan("C.TABLERO")
    clock.now += timedelta(hours=5)
    await kiosk.until(lambda: "17:04:05" in kiosk.text)
    assert kiosk.screen_name == "tablero"


async def test_a_question_left_open_is_answered_by_nobody(kiosk: Terminal, clock: FrozenClock) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL, FREE_SPOOL)
    clock.now += timedelta(seconds=61)
    await kiosk.until(lambda: kiosk.screen_name == "inicio")
    await kiosk.scan(JUAN, "C.COMPLETAR")
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"
