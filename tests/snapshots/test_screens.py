"""Every screen in its main states, as a picture. The clock stands still and the size is fixed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.app import KioskApp
from tests.kiosk.terminal import CARLA, FREE_SPOOL, JUAN, MIGUEL, FrozenClock, Terminal, kiosk_app

Play = Callable[[Terminal], Awaitable[None]]
SnapCompare = Callable[..., bool]


async def rest(terminal: Terminal) -> None:
    """Nobody has done anything yet."""


async def unknown_badge(terminal: Terminal) -> None:
    await terminal.scan("W.4711")


async def name_typed(terminal: Terminal) -> None:
    await terminal.type("car")


async def welcome(terminal: Terminal) -> None:
    await terminal.scan(JUAN)


async def taken(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.rows)


async def asked(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.rows)
    await terminal.scan(FREE_SPOOL)


async def refused(terminal: Terminal) -> None:
    await terminal.scan(MIGUEL, FREE_SPOOL)
    await terminal.until(lambda: FREE_SPOOL in terminal.app.board.spools and terminal.app.board.seq == 57)
    await terminal.scan(JUAN, FREE_SPOOL)


async def verdict_asked(terminal: Terminal) -> None:
    spools = terminal.app.board.spools.values()
    tag = next(spool.tag_spool for spool in spools if spool.fabricado and not spool.inspeccion.resultado)
    await terminal.scan(CARLA, tag)


async def board(terminal: Terminal) -> None:
    await terminal.press("f6")


async def board_filtered(terminal: Terminal) -> None:
    await terminal.press("f6")
    await terminal.type("sold")


PLAYS: list[Play] = [
    *(rest, unknown_badge, name_typed),
    *(welcome, taken, asked, refused, verdict_asked),
    *(board, board_filtered),
]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_screen_looks_as_it_was_approved(
    snap_compare: SnapCompare,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    play: Play,
    language: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    app: KioskApp = kiosk_app(clock)

    async def run_before(pilot: Pilot[Any]) -> None:
        await app.settled()
        await pilot.pause()
        await play(Terminal(app, pilot))

    assert snap_compare(app, terminal_size=size, run_before=run_before)
