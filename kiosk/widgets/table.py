"""A table that draws only the lines on screen, so that its length costs nothing. Text is shown as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip


@dataclass(frozen=True, slots=True)
class Column:
    """A column's header and how much width it asks for: `width` cells, more by `weight` when there is room."""

    header: str
    width: int
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what it stands for, its cells, and whether it needs attention or is of less interest."""

    key: str
    cells: tuple[str, ...]
    alert: bool = False
    dim: bool = False


class Table(ScrollView, can_focus=False):
    """Rows, under a fixed header line if the columns have headers, with a cursor that the screen moves."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--row",
        "table--cursor",
        "table--alert",
        "table--dim",
    }
    DEFAULT_CSS = """
    Table {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .table--header { color: $text-muted; text-style: bold; }
        & > .table--row { color: $foreground; }
        & > .table--cursor { background: $primary; color: $background; text-style: bold; }
        & > .table--alert { color: $warning; text-style: bold; }
        & > .table--dim { color: $text-muted; }
    }
    """

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, table: "Table", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "Table":
            return self.table

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._header_lines = 1 if any(column.header for column in columns) else 0
        self._rows: tuple[Row, ...] = ()
        self._cursor = 0
        self._pointing = False

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    @property
    def cursor_row(self) -> Row | None:
        """The row the cursor points at, None while it points at none."""
        return self._rows[self._cursor] if self._rows and self._pointing else None

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on the row it was on, by key, where that still exists."""
        rows = tuple(rows)
        if rows == self._rows:
            return
        before = self._rows[self._cursor].key if self._rows else None
        self._rows = rows
        at = next((place for place, row in enumerate(rows) if row.key == before), self._cursor)
        self._cursor = max(0, min(at, len(rows) - 1))
        self.virtual_size = Size(0, len(rows) + self._header_lines)
        # How far it can be scrolled is known only when the new size has been laid out.
        self.call_after_refresh(self._keep_cursor_in_sight)
        self.refresh()

    def move(self, lines: int) -> None:
        """Move the cursor by so many lines, as far as it goes; one that points at nothing first shows itself."""
        lines = lines if self._pointing else 0
        self._pointing = True
        self._cursor = max(0, min(self._cursor + lines, len(self._rows) - 1))
        self._keep_cursor_in_sight()
        self.refresh()

    def point_at(self, key: str | None) -> None:
        """Put the cursor on the row with this key; at none when there is no such row."""
        found = next((place for place, row in enumerate(self._rows) if row.key == key), None)
        self._pointing = found is not None
        self._cursor = self._cursor if found is None else found
        self._keep_cursor_in_sight()
        self.refresh()

    def _keep_cursor_in_sight(self) -> None:
        if not self._pointing:
            return
        # The header covers the window's first line, so the cursor's own line is as many further down.
        self.scroll_to_region(Region(0, self._cursor, 1, 1 + self._header_lines), animate=False, immediate=True)

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_cursor_in_sight)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self._header_lines:
            return self._strip([column.header for column in self._columns], "table--header", width)
        place = self.scroll_offset.y + y - self._header_lines
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[place]
        return self._strip(row.cells, self._style_of(place, row), width)

    def _style_of(self, place: int, row: Row) -> str:
        if place == self._cursor and self._pointing:
            return "table--cursor"
        if row.alert:
            return "table--alert"
        return "table--dim" if row.dim else "table--row"

    def _strip(self, cells: Sequence[str], component: str, width: int) -> Strip:
        texts = [
            set_cell_size(cell if cell_len(cell) <= size else f"{set_cell_size(cell, size - 1)}…", size)
            for cell, size in zip(cells, self._widths(width), strict=True)
        ]
        style = self.rich_style + self.get_component_rich_style(component)
        return Strip([Segment(set_cell_size(" " + "  ".join(texts), width), style)])

    def _widths(self, width: int) -> list[int]:
        gaps = 2 + 2 * (len(self._columns) - 1)
        room = max(width - gaps - sum(column.width for column in self._columns), 0)
        weights = sum(column.weight for column in self._columns) or 1
        return [column.width + room * column.weight // weights for column in self._columns]

    def on_click(self, event: events.Click) -> None:
        place = self.scroll_offset.y + event.y - self._header_lines
        if event.y >= self._header_lines and place < len(self._rows):
            self.point_at(self._rows[place].key)
            self.post_message(self.Chosen(self, self._rows[place].key))
