"""The strip of counts: each is whole on its line, says when it needs attention, and can be touched."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from kiosk.widgets.strips import Count, CountStrip
from tests.kiosk.terminal import painted

COUNTS = (
    Count("A", "TOMADOS", 23, chosen=True),
    Count("B", "VENCIDOS", 1, alert=True),
    Count("C", "POR INSPECCIONAR", 12),
    Count("D", "BLOQUEADOS", 0, alert=True),
)


class Shown(App[None]):
    """An app with nothing but a strip, which remembers what was touched."""

    def __init__(self) -> None:
        super().__init__()
        self.touched: list[str] = []

    def compose(self) -> ComposeResult:
        yield CountStrip()

    def on_mount(self) -> None:
        self.query_one(CountStrip).show(COUNTS)

    def on_count_strip_chosen(self, event: CountStrip.Chosen) -> None:
        self.touched.append(event.code)

    @property
    def lines(self) -> list[str]:
        lines = (strip.text.strip() for strip in self.screen._compositor.render_strips())
        return [" ".join(line.split()) for line in lines if line]


@asynccontextmanager
async def showing(width: int) -> AsyncIterator[tuple[Shown, Pilot[None]]]:
    app = Shown()
    async with app.run_test(size=(width, 8)) as pilot:
        await painted(pilot)
        yield app, pilot


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, ["TOMADOS 23 ! VENCIDOS 1 POR INSPECCIONAR 12 BLOQUEADOS 0"]),
        (40, ["TOMADOS 23 ! VENCIDOS 1", "POR INSPECCIONAR 12 BLOQUEADOS 0"]),
        (24, ["TOMADOS 23", "! VENCIDOS 1", "POR INSPECCIONAR 12", "BLOQUEADOS 0"]),
    ],
)
async def test_no_count_is_broken_over_two_lines(width: int, lines: list[str]) -> None:
    async with showing(width) as (app, _):
        assert app.lines == lines


async def test_a_terminal_that_changes_its_width_has_the_counts_laid_out_anew() -> None:
    async with showing(80) as (app, pilot):
        await pilot.resize_terminal(40, 8)
        await painted(pilot)
        assert app.lines == ["TOMADOS 23 ! VENCIDOS 1", "POR INSPECCIONAR 12 BLOQUEADOS 0"]


async def test_a_touched_count_tells_its_code_and_the_space_beside_it_nothing() -> None:
    async with showing(80) as (app, pilot):
        await pilot.click(CountStrip, offset=(3, 0))
        await pilot.click(CountStrip, offset=(30, 0))
        await pilot.click(CountStrip, offset=(79, 0))
        await painted(pilot)
        assert app.touched == ["A", "C"]
