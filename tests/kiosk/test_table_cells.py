"""The table: its columns stand straight, whatever the cells say."""

from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from kiosk.widgets.table import Column, Row
from tests.kiosk.shown_table import HEADED, PLAIN, WIDTH, showing
from tests.kiosk.terminal import case, painted


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
