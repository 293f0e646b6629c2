"""A table that draws only the lines on screen, so that its length costs nothing, and the frame around a list.

Text is shown as it is: what people type is never markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from typing_extensions import override


class Column(NamedTuple):
    """A column's header and how much width it asks for: `width` cells, more or fewer by `weight` as there is room.

    The last ones are left out, where they are `optional`, rather than that others lose their words.
    """

    header: str
    width: int
    weight: int = 0
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line: what it stands for, its cells, and how it looks.

    It may need attention, or need it soon (`warn`), or be of less interest; and it may have changed a moment ago.
    """

    key: str
    cells: tuple[str, ...]
    alert: bool = False
    dim: bool = False
    warn: bool = False
    fresh: bool = False


T = TypeVar("T")


class LazyRows(Generic[T]):
    """Rows that are made of `items` when they are looked at. `place_of` knows where the row of a key stands."""

    def __init__(self, items: Sequence[T], build: Callable[[T], Row], place_of: Callable[[str], int | None]) -> None:
        self._items = items
        self._build = build
        self.place_of = place_of

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Row:
        return self._build(self._items[place])


class Table(ScrollView, can_focus=False):
    """Rows, under a fixed header line if the columns have headers, with a cursor that the screen moves."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--row",
        "table--cursor",
        "table--alert",
        "table--warn",
        "table--dim",
        "table--fresh",
    }
    DEFAULT_CSS = """
    Table {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .table--header { color: $text-muted; text-style: bold; }
        & > .table--row { color: $foreground; }
        & > .table--cursor { background: $primary; color: $background; text-style: bold; }
        & > .table--alert { color: $text-error; text-style: bold; }
        & > .table--warn { color: $text-warning; text-style: bold; }
        & > .table--dim { color: $text-muted; }
        & > .table--fresh { background: $panel; text-style: bold; }
    }
    """

    class Chosen(Message):
        """A row was clicked."""

        def __init__(self, table: "Table", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._header_lines = 1 if any(column.header for column in columns) else 0
        self.rows: Sequence[Row] | LazyRows[Any] = ()
        """The rows shown."""
        self._length = 0
        self._cursor = 0
        self._cursor_key: str | None = None
        self._pointing = False
        self._drawn: dict[int, tuple[Row | None, bool]] = {}

    @property
    def cursor_row(self) -> Row | None:
        """The row the cursor points at, None while it points at none."""
        return self.rows[self._cursor] if self._pointing and self._cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row] | LazyRows[Any]) -> None:
        """Show these rows; the cursor stays on the row it points at, by key, where that still exists.

        Lazy rows may have changed since they were shown: they are to be shown again then. Only the lines that look
        different are painted.
        """
        self.rows = rows if isinstance(rows, LazyRows) else tuple(rows)
        place = self._place_of(self._cursor_key) if self._pointing and self._cursor_key is not None else None
        moved = place is not None and place != self._cursor
        self._put_cursor(self._cursor if place is None else place)
        if len(rows) != self._length:
            # While all of it fits there is nothing to scroll, and no reason for a new layout of the screen.
            fits = max(self._length, len(rows)) + self._header_lines <= self.size.height
            self._length = len(rows)
            if not fits:
                self._measure()
            moved = True
        if moved:
            # How far it can be scrolled is known only when the new size has been laid out.
            self.call_after_refresh(self._keep_cursor_in_sight)
        self._repaint_what_changed()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Have these columns from now on, with headers if it had them before; rows that fit are to be shown next."""
        if tuple(columns) != self._columns:
            self._columns = tuple(columns)
            self.refresh()

    def move(self, lines: int) -> None:
        """Move the cursor by so many lines, as far as it goes; one that points at nothing first shows itself."""
        lines = lines if self._pointing else 0
        self._pointing = True
        self._put_cursor(self._cursor + lines)
        self._keep_cursor_in_sight()
        self._repaint_what_changed()

    def point_at(self, key: str | None) -> None:
        """Put the cursor on the row with this key, at the top if it was out of sight; at none without such a row."""
        found = None if key is None else self._place_of(key)
        self._pointing = found is not None
        self._put_cursor(self._cursor if found is None else found)
        lines = self.size.height - self._header_lines
        if self._pointing and not 0 <= self._cursor - self.scroll_offset.y < lines:
            # Wherever it is, also before the first layout, the rows below it are seen as well.
            self.scroll_to(y=self._cursor, animate=False, immediate=True)
        self._repaint_what_changed()

    def _place_of(self, key: str) -> int | None:
        if isinstance(self.rows, LazyRows):
            return self.rows.place_of(key)
        if self._cursor < len(self.rows) and self.rows[self._cursor].key == key:
            return self._cursor
        return next((place for place, row in enumerate(self.rows) if row.key == key), None)

    def _put_cursor(self, place: int) -> None:
        self._cursor = max(0, min(place, len(self.rows) - 1))
        self._cursor_key = self.rows[self._cursor].key if self.rows else None

    def _repaint_what_changed(self) -> None:
        width, height = self.size
        scrolled = self.scroll_offset.y - self._header_lines
        for y in range(self._header_lines, height):
            if self._drawn.get(y) != self._line(y + scrolled):
                self.refresh(Region(0, y, width, 1))

    def _line(self, place: int) -> tuple[Row | None, bool]:
        """The row at this place, if there is one, and whether the cursor points at it."""
        if place >= len(self.rows):
            return None, False
        return self.rows[place], place == self._cursor and self._pointing

    def _keep_cursor_in_sight(self) -> None:
        if not self._pointing:
            return
        # The header covers the window's first line, so the cursor's own line is as many further down.
        self.scroll_to_region(Region(0, self._cursor, 1, 1 + self._header_lines), animate=False, immediate=True)

    def _measure(self) -> None:
        # As Textual does where only the scrollbar follows: to set it plainly lays out the whole screen again.
        self.set_reactive(Table.virtual_size, Size(0, self._length + self._header_lines))
        self._scroll_update(self.virtual_size)

    def on_resize(self) -> None:
        """Measure again, and keep the cursor in sight."""
        self._measure()
        self.call_after_refresh(self._keep_cursor_in_sight)

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self._header_lines:
            return self._strip([column.header for column in self._columns], "table--header", width)
        row, pointed_at = self._drawn[y] = self._line(y + self.scroll_offset.y - self._header_lines)
        if row is None:
            return Strip.blank(width, self.rich_style)
        return self._strip(row.cells, "table--cursor" if pointed_at else self._look_of(row), width, fresh=row.fresh)

    @staticmethod
    def _look_of(row: Row) -> str:
        if row.alert:
            return "table--alert"
        if row.warn:
            return "table--warn"
        return "table--dim" if row.dim else "table--row"

    def _strip(self, cells: Sequence[str], component: str, width: int, *, fresh: bool = False) -> Strip:
        texts = [
            set_cell_size(cell if cell_len(cell) <= size else f"{set_cell_size(cell, size - 1)}…", size)
            for cell, size in zip(cells, self._widths(width), strict=False)
        ]
        style = self.rich_style + self.get_component_rich_style(component, partial=True)
        if fresh and component != "table--cursor":
            style += self.get_component_rich_style("table--fresh", partial=True)
        return Strip([Segment(set_cell_size(" " + "  ".join(texts), width), style)])

    def _widths(self, width: int) -> list[int]:
        """The width of each column that is shown."""
        columns = list(self._columns)
        while (room := width - sum(column.width + 2 for column in columns)) < 0 and columns[-1].optional:
            columns.pop()
        # Those that take what room is left also give what is lacking.
        weights = sum(column.weight for column in columns) or 1
        return [max(column.width + room * column.weight // weights, 1) for column in columns]

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was touched."""
        place = self.scroll_offset.y + event.y - self._header_lines
        if event.y >= self._header_lines and place < len(self.rows):
            self.point_at(self.rows[place].key)
            self.post_message(self.Chosen(self, self.rows[place].key))


class Box(Vertical):
    """A titled frame around a list."""

    _shown_title = ""
    _shown_remark = ""

    def label(self, *, title: str | None = None, remark: str | None = None) -> None:
        """Set the title, the remark, or both."""
        # Setting either, even to what it is, paints everything inside the frame again.
        if title is not None and title != self._shown_title:
            self._shown_title = title
            self.border_title = Content(title)
        if remark is not None and remark != self._shown_remark:
            self._shown_remark = remark
            self.border_subtitle = Content(remark)
