"""An app with nothing but a table, and rows to show in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from kiosk.widgets.table import Column, Row, Table
from tests.kiosk.terminal import painted

PLAIN = (Column("", 12), Column("", 8, weight=1))
HEADED = (Column("SPOOL", 12), Column("QUIÉN", 8, weight=1))
WIDTH, HEIGHT = 40, 10
A_LOT = 100_000


class CountingTable(Table):
    """A table that counts the lines it was asked to draw."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


class Shown(App[None]):
    """An app with nothing but a table, which remembers what was chosen."""

    CSS = "Screen { overflow: hidden; }"

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.table = CountingTable(columns)
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_table_chosen(self, event: Table.Chosen) -> None:
        assert event.table is self.table
        self.chosen.append(event.key)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @property
    def pointed(self) -> str | None:
        row = self.table.cursor_row
        return row.key if row else None


Showing = tuple[Shown, Pilot[None]]


@asynccontextmanager
async def showing(
    rows: Sequence[Row], columns: Sequence[Column] = PLAIN, *, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> AsyncIterator[Showing]:
    """A table whose cursor an arrow key has put on its first row."""
    app = Shown(columns)
    async with app.run_test(size=size) as pilot:
        app.table.show(rows)
        app.table.move(0)
        await painted(pilot)
        yield app, pilot


def rows_of(count: int, *, start: int = 0) -> list[Row]:
    return [Row(f"R-{n}", (f"R-{n}", "libre")) for n in range(start, start + count)]


def is_in_sight(app: Shown) -> bool:
    """Whether the line of the row under the cursor is on the screen, under no header."""
    return any(line.split()[:1] == [app.pointed] for line in app.lines)
