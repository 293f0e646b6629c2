"""The table: it draws what is seen and no more, and keeps its cursor."""

from collections.abc import Sequence

import pytest

from kiosk.widgets.table import Column, LazyRows, Row
from tests.kiosk.shown_table import A_LOT, HEADED, HEIGHT, PLAIN, WIDTH, Shown, is_in_sight, rows_of, showing
from tests.kiosk.terminal import painted


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
