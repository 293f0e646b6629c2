"""The table: it draws what is seen and no more, keeps its cursor, and its columns stand straight."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from kiosk.widgets.table import Column, LazyRows, Row, Table
from tests.kiosk.terminal import case, painted

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
        assert event.control is self.table
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


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_only_the_lines_in_sight_are_drawn_of_a_hundred_thousand(columns: Sequence[Column]) -> None:
    async with showing(rows_of(A_LOT), columns) as (app, pilot):
        assert 0 < app.table.drawn <= 3 * HEIGHT
        app.table.drawn = 0
        for lines in (1, 10, A_LOT, -50_000):
            app.table.move(lines)
            await painted(pilot)
            assert is_in_sight(app)
        assert 0 < app.table.drawn <= 4 * 3 * HEIGHT


async def test_the_end_of_a_hundred_thousand_rows_can_be_reached() -> None:
    async with showing(rows_of(A_LOT)) as (app, pilot):
        app.table.move(A_LOT)
        await painted(pilot)
        assert app.pointed == "R-99999"
        assert app.lines[-1].split() == ["R-99999", "libre"]


async def test_rows_that_are_the_same_are_not_drawn_again() -> None:
    async with showing(rows_of(5)) as (app, pilot):
        app.table.drawn = 0
        app.table.show(rows_of(5))
        await painted(pilot)
        assert app.table.drawn == 0


async def test_the_cursor_goes_as_far_as_the_rows_do() -> None:
    async with showing(rows_of(3)) as (app, _):
        pointed = []
        for lines in (0, 1, 10, -1, -10):
            app.table.move(lines)
            pointed.append(app.pointed)
        assert pointed == ["R-0", "R-1", "R-2", "R-1", "R-0"]


async def test_the_cursor_stays_on_its_row_when_others_come_and_go() -> None:
    async with showing(rows_of(5)) as (app, pilot):
        app.table.move(2)
        for rows in (rows_of(3, start=2), rows_of(50, start=-40), list(reversed(rows_of(5))), rows_of(5)):
            app.table.show(rows)
            await painted(pilot)
            assert app.pointed == "R-2"
            assert is_in_sight(app)


async def test_the_cursor_stays_on_its_row_when_what_the_row_says_changes() -> None:
    async with showing(rows_of(5)) as (app, pilot):
        app.table.move(2)
        app.table.show([Row(row.key, (row.key, "VENCIDO"), alert=True) for row in rows_of(5)])
        await painted(pilot)
        assert app.pointed == "R-2"
        assert "VENCIDO" in app.lines[2]


@pytest.mark.parametrize(
    ("left", "pointed"),
    [(["R-0", "R-1", "R-3", "R-4"], "R-3"), (["R-0"], "R-0"), ([], None)],
    ids=["its place", "the last", "none"],
)
async def test_when_its_row_is_gone_the_cursor_keeps_its_place_as_far_as_there_is_one(
    left: list[str], pointed: str | None
) -> None:
    async with showing(rows_of(5)) as (app, pilot):
        app.table.move(2)
        app.table.show([row for row in rows_of(5) if row.key in left])
        await painted(pilot)
        assert app.pointed == pointed


async def test_an_empty_table_has_no_cursor_and_can_be_driven_all_the_same() -> None:
    async with showing([]) as (app, pilot):
        app.table.move(1)
        app.table.move(-10)
        app.table.point_at("R-1")
        await painted(pilot)
        assert app.pointed is None
        assert app.lines == [""] * HEIGHT
        app.table.show(rows_of(2))
        app.table.move(0)
        assert app.pointed == "R-0"


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_the_cursor_is_in_sight_at_each_step_down_and_up(columns: Sequence[Column]) -> None:
    async with showing(rows_of(3 * HEIGHT), columns) as (app, pilot):
        for step in [1] * 3 * HEIGHT + [-1] * 3 * HEIGHT:
            app.table.move(step)
            await painted(pilot)
            assert is_in_sight(app), (app.pointed, app.lines)


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
@pytest.mark.parametrize("step", [10, -10])
async def test_the_cursor_is_in_sight_after_a_page(columns: Sequence[Column], step: int) -> None:
    async with showing(rows_of(95), columns) as (app, pilot):
        app.table.point_at("R-94" if step < 0 else "R-0")
        for _ in range(10):
            app.table.move(step)
            await painted(pilot)
            assert is_in_sight(app), (app.pointed, app.lines)


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_the_cursor_is_in_sight_after_the_rows_above_it_grew_and_shrank(columns: Sequence[Column]) -> None:
    async with showing(rows_of(5), columns) as (app, pilot):
        app.table.move(4)
        for rows in (rows_of(900, start=-800), rows_of(2, start=3), rows_of(60)):
            app.table.show(rows)
            await painted(pilot)
            assert app.pointed == "R-4"
            assert is_in_sight(app)


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_the_cursor_is_in_sight_after_the_terminal_shrank(columns: Sequence[Column]) -> None:
    async with showing(rows_of(30), columns) as (app, pilot):
        app.table.point_at("R-8")
        await painted(pilot)
        await pilot.resize_terminal(WIDTH, 4)
        await painted(pilot)
        assert is_in_sight(app), app.lines


async def test_a_header_stays_on_the_first_line_however_far_one_scrolls() -> None:
    async with showing(rows_of(100), HEADED) as (app, pilot):
        for lines in (0, 50, 1000):
            app.table.move(lines)
            await painted(pilot)
            assert app.lines[0].split() == ["SPOOL", "QUIÉN"]


async def test_the_first_row_under_a_header_comes_back_into_sight() -> None:
    async with showing(rows_of(100), HEADED) as (app, pilot):
        app.table.move(100)
        app.table.move(-100)
        await painted(pilot)
        assert app.lines[1].split() == ["R-0", "libre"]


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_a_table_that_is_told_where_to_point_shows_it(columns: Sequence[Column]) -> None:
    async with showing(rows_of(100), columns) as (app, pilot):
        for key in ("R-77", "R-3", "R-99", "R-0"):
            app.table.point_at(key)
            await painted(pilot)
            assert app.pointed == key
            assert is_in_sight(app)


@pytest.mark.parametrize("key", [None, "R-404", ""])
async def test_a_table_that_points_at_nothing_has_no_row_until_it_is_moved(key: str | None) -> None:
    async with showing(rows_of(5)) as (app, _):
        app.table.point_at("R-2")
        app.table.point_at(key)
        assert app.pointed is None
        app.table.move(1)
        assert app.pointed == "R-2"
        app.table.move(1)
        assert app.pointed == "R-3"


async def test_a_cursor_that_points_at_nothing_is_not_drawn() -> None:
    async with showing(rows_of(3)) as (app, _):
        cursor = app.table.get_component_rich_style("table--cursor").bgcolor
        plain = [_background(app, y) for y in range(3)]
        assert plain[0] == cursor
        assert cursor not in plain[1:]
        app.table.point_at(None)
        assert [_background(app, y) for y in range(3)] == [plain[1]] * 3


def _background(app: Shown, y: int) -> object:
    [segment] = app.table.render_line(y)
    assert segment.style is not None
    return segment.style.bgcolor


async def test_rows_that_need_attention_or_little_of_it_look_so() -> None:
    rows = [Row("a", ("a", "")), Row("b", ("b", "")), Row("c", ("c", ""), alert=True), Row("d", ("d", ""), dim=True)]
    async with showing(rows) as (app, _):
        looks = []
        for y in range(4):
            [segment] = app.table.render_line(y)
            looks.append(segment.style)
        assert len(set(looks)) == 4


ODD = [
    "MK-1335-CW-25238-011",
    "管管管管管管管管管管",
    "a管管管管管管管管管",
    "🔧🔧🔧🔧🔧🔧🔧🔧🔧🔧",
    "x🔧🔧🔧🔧🔧🔧🔧🔧🔧",
    "Zoë ñandú",
    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
    "👩‍🔧👩‍🔧👩‍🔧👩‍🔧👩‍🔧👩‍🔧👩‍🔧",
    "🇨🇱🇨🇱🇨🇱🇨🇱🇨🇱🇨🇱🇨🇱🇨🇱",
    "⚠️⚠️⚠️⚠️⚠️⚠️⚠️⚠️⚠️⚠️",
    "[bold]x[/]",
    "",
]


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_every_line_is_as_wide_as_the_table_whatever_it_says(columns: Sequence[Column]) -> None:
    rows = [Row(text, (text, text)) for text in ODD]
    async with showing(rows, columns, size=(WIDTH, 30)) as (app, pilot):
        for width in (WIDTH, WIDTH + 1, 24, 17, 9, 3, 2):
            with case(width):
                await pilot.resize_terminal(width, 30)
                await painted(pilot)
                assert app.table.size.width == width
                strips = [app.table.render_line(y) for y in range(30)]
                assert [cell_len(strip.text) for strip in strips] == [width] * 30
                assert [strip.cell_length for strip in strips] == [width] * 30


async def test_the_second_column_begins_at_one_place_in_all_rows() -> None:
    async with showing([Row(text, (text, "|")) for text in ("a", *ODD)], size=(WIDTH, 30)) as (app, _):
        firsts = [app.table.render_line(y).text.partition("|")[0] for y in range(1 + len(ODD))]
        assert [cell_len(first) for first in firsts] == [1 + PLAIN[0].width + 2] * (1 + len(ODD))


async def test_a_cell_that_is_too_long_ends_in_an_ellipsis_within_its_column() -> None:
    long = [text for text in ODD if cell_len(text) > PLAIN[0].width]
    async with showing([Row(text, (text, "|")) for text in long]) as (app, _):
        for y, text in enumerate(long):
            with case(text):
                cell = app.table.render_line(y).text.partition("|")[0].rstrip()
                assert cell.endswith("…")
                assert text.startswith(cell[1:-1].rstrip())
                assert cell_len(cell) <= 1 + PLAIN[0].width


async def test_a_cell_that_fits_is_shown_whole() -> None:
    short = ["", "a", "MK-1335-CW-2", "管管管管管管"]
    async with showing([Row(text, (text, "|")) for text in short]) as (app, _):
        for y, text in enumerate(short):
            with case(text):
                assert cell_len(text) <= PLAIN[0].width
                assert app.table.render_line(y).text.partition("|")[0].strip() == text


async def test_brackets_are_text_and_no_markup() -> None:
    async with showing([Row("a", ("[red]x[/red]", "[/]"))]) as (app, _):
        assert app.lines[0].split() == ["[red]x[/red]", "[/]"]


async def test_room_that_is_left_goes_to_the_columns_that_ask_for_it() -> None:
    columns = (Column("A", 5), Column("B", 5, weight=1), Column("C", 5, weight=3), Column("D", 5))
    async with showing([Row("a", ("a", "b", "c", "d"))], columns, size=(48, 5)) as (app, _):
        starts = [app.lines[0].index(header) for header in "ABCD"]
        assert starts == [1, 8, 20, 42]
        assert [app.lines[1].index(cell) for cell in "abcd"] == starts


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
async def test_a_click_chooses_the_row_under_it_and_moves_the_cursor_there(columns: Sequence[Column]) -> None:
    async with showing(rows_of(5), columns) as (app, pilot):
        await pilot.click(app.table, offset=(3, 4))
        await painted(pilot)
        assert app.lines[4].split()[0] == app.pointed
        assert app.chosen == [app.pointed]


@pytest.mark.parametrize("columns", [PLAIN, HEADED], ids=["plain", "headed"])
@pytest.mark.parametrize("line", [2, 5, 9])
async def test_a_click_on_a_scrolled_table_chooses_what_is_seen_there(columns: Sequence[Column], line: int) -> None:
    async with showing(rows_of(100), columns) as (app, pilot):
        app.table.point_at("R-63")
        await painted(pilot)
        seen = app.lines[line].split()[0]
        await pilot.click(app.table, offset=(3, line))
        await painted(pilot)
        assert app.chosen == [seen]
        assert app.pointed == seen


async def test_a_click_on_the_header_or_below_the_rows_chooses_nothing() -> None:
    async with showing(rows_of(3), HEADED) as (app, pilot):
        for line in (0, 4, 9):
            await pilot.click(app.table, offset=(3, line))
        await painted(pilot)
        assert app.chosen == []
        assert app.pointed == "R-0"


async def test_a_click_shows_a_cursor_that_pointed_at_nothing() -> None:
    async with showing(rows_of(3)) as (app, pilot):
        app.table.point_at(None)
        await pilot.click(app.table, offset=(3, 1))
        await painted(pilot)
        assert (app.pointed, app.chosen) == ("R-1", ["R-1"])


async def test_the_table_takes_no_focus_so_that_keys_stay_the_screens() -> None:
    async with showing(rows_of(3)) as (app, pilot):
        await pilot.click(app.table, offset=(3, 1))
        assert app.focused is None


class Numbers:
    """Lazy rows of numbers, which count how many were made and can be changed under the table."""

    def __init__(self, count: int) -> None:
        self.items = list(range(count))
        self.made = 0
        self.fresh: set[int] = set()

    def _row(self, number: int) -> Row:
        self.made += 1
        return Row(f"R-{number}", (f"R-{number}", "libre"), fresh=number in self.fresh)

    def _place_of(self, key: str) -> int | None:
        number = int(key.removeprefix("R-"))
        return self.items.index(number) if number in self.items else None

    @property
    def rows(self) -> LazyRows[int]:
        return LazyRows(self.items, self._row, self._place_of)


async def test_of_lazy_rows_only_those_in_sight_are_made() -> None:
    numbers = Numbers(A_LOT)
    async with showing(numbers.rows) as (app, pilot):
        app.table.move(A_LOT)
        await painted(pilot)
        assert app.lines[-1].split() == ["R-99999", "libre"]
        app.table.point_at("R-50000")
        await painted(pilot)
        assert is_in_sight(app)
        assert 0 < numbers.made <= 20 * HEIGHT


async def test_lazy_rows_can_be_looked_through_as_any_rows() -> None:
    async with showing(Numbers(3).rows) as (app, _):
        assert [row.key for row in app.table.rows] == ["R-0", "R-1", "R-2"]
        assert [row.key for row in app.table.rows[1:]] == ["R-1", "R-2"]


async def test_lazy_rows_that_changed_under_the_table_are_shown_and_the_cursor_keeps_its_row() -> None:
    numbers = Numbers(30)
    async with showing(numbers.rows) as (app, pilot):
        app.table.point_at("R-5")
        for change in (lambda: numbers.items.insert(0, 77), lambda: numbers.items.remove(3), numbers.items.reverse):
            change()
            app.table.show(numbers.rows)
            await painted(pilot)
            assert app.pointed == "R-5"
            assert is_in_sight(app)
        numbers.items.clear()
        app.table.show(numbers.rows)
        await painted(pilot)
        assert app.pointed is None
        assert app.lines == [""] * HEIGHT


async def test_only_the_lines_that_look_different_are_drawn_again() -> None:
    numbers = Numbers(A_LOT)
    async with showing(numbers.rows) as (app, pilot):
        app.table.drawn = 0
        app.table.show(numbers.rows)
        await painted(pilot)
        assert app.table.drawn == 0
        numbers.fresh = {4, 5000}
        app.table.show(numbers.rows)
        await painted(pilot)
        assert app.table.drawn == 1


async def test_columns_can_be_others_from_now_on() -> None:
    async with showing([Row("a", ("a", "b"))], HEADED) as (app, pilot):
        app.table.set_columns([Column("OT", 8), Column("NV", 4), Column("TAG", 4)])
        app.table.show([Row("a", ("1", "2", "3"))])
        await painted(pilot)
        assert [line.split() for line in app.lines[:2]] == [["OT", "NV", "TAG"], ["1", "2", "3"]]


async def test_columns_that_take_what_is_left_also_give_what_is_lacking() -> None:
    columns = (Column("A", 20, weight=1), Column("B", 10), Column("C", 10))
    async with showing([Row("a", ("a", "b", "ccccccccc|"))], columns, size=(38, 5)) as (app, _):
        assert app.lines[1].endswith("ccccccccc|")


async def test_a_row_that_changed_a_moment_ago_looks_so_and_keeps_its_colour() -> None:
    rows = [
        Row("a", ("a", ""), alert=True),
        Row("b", ("b", ""), alert=True, fresh=True),
        Row("c", ("c", ""), warn=True),
    ]
    async with showing(rows) as (app, _):
        app.table.point_at(None)
        alert, fresh, warn = (app.table.render_line(y)._segments[0].style for y in range(3))
        assert alert is not None
        assert fresh is not None
        assert warn is not None
        assert alert.color == fresh.color != warn.color
        assert alert.bgcolor == warn.bgcolor != fresh.bgcolor


async def test_a_table_that_nobody_has_touched_points_at_nothing() -> None:
    app = Shown(PLAIN)
    async with app.run_test(size=(WIDTH, HEIGHT)):
        app.table.show(rows_of(5))
        assert app.pointed is None
        app.table.move(1)
        assert app.pointed == "R-0"


async def test_an_arrow_key_begins_at_the_top_of_rows_that_were_put_in_another_order() -> None:
    app = Shown(PLAIN)
    async with app.run_test(size=(WIDTH, HEIGHT)):
        app.table.show(rows_of(5))
        app.table.show(list(reversed(rows_of(5))))
        app.table.move(1)
        assert app.pointed == "R-4"
