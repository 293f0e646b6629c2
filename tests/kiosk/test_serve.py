"""A visitor of the board: what they see, and that nothing is changed."""

from collections.abc import AsyncIterator

import pytest

from kiosk.cli.visitor import VisitorApp
from kiosk.scanning.codes import Command
from kiosk.screens.keys import TABLE
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, Terminal, TestedKiosk, case, terminal

LOOK_ONLY = "AQUÍ SOLO SE MIRA"


class TestedVisitor(TestedKiosk, VisitorApp):
    """A visitor, with what only tests need."""

    __test__ = False


@pytest.fixture
async def visitor(clock: FrozenClock, demo: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Terminal]:
    monkeypatch.setenv("KIOSK_MODE", "1")  # as the server sets it
    async with terminal(clock=clock, kind=TestedVisitor) as running:
        yield running


# What a visitor sees


async def test_a_visitor_filters_the_board_and_reads_a_spools_history(visitor: Terminal) -> None:
    assert visitor.screen_name == "visitorboard"
    await visitor.press("right")
    assert "VENCIDOS" in visitor.text
    await visitor.press("backspace")
    tag = visitor.rows[-1]
    await visitor.type(tag[-6:])
    assert tag in visitor.rows
    await visitor.press(*["backspace"] * 6)
    await visitor.scan(tag)
    assert visitor.screen_name == "visitorspool"
    await visitor.until(lambda: any("tomó" in cell for entry in visitor.entries for cell in entry.cells))
    await visitor.press("escape", "f9")
    assert visitor.screen_name == "visitorspool"
    await visitor.scan("C.TABLERO")
    assert visitor.screen_name == "visitorboard"


async def test_no_badge_no_code_and_no_key_of_a_visitor_changes_anything(visitor: Terminal) -> None:
    before = await visitor.service.ledger.position()
    keys = [key.name for key in TABLE if key.name != "escape"]
    for place in ("C.TABLERO", FREE_SPOOL):
        await visitor.scan(place)
        for badge in (MIGUEL, "W.95", "W.999999"):
            await visitor.scan(badge)
            assert LOOK_ONLY in visitor.text
        for command in Command:
            with case(place, command):
                await visitor.scan(place, f"C.{command}")
                assert visitor.screen_name in {"visitorboard", "visitorspool"}
        await visitor.scan(place, "C.1", "C.U1", FREE_SPOOL)
        await visitor.press(*keys, "ctrl+q", "ctrl+c")
    assert visitor.app.worker is None
    assert visitor.app.is_running
    assert await visitor.service.ledger.position() == before
