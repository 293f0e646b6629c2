"""The office's spreadsheet as the program asks it: each method one request, in its turn, in its time, at its pace."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.domain.errors import InvalidRequestError, KioskError, LedgerUnavailableError
from core.plant.cells import EPOCH
from core.settings import Settings
from core.sheet.owner import Owner, owner_in
from core.sheet.spreadsheet.client import (
    RequestFigures,
    Spreadsheet,
    Timeouts,
    Worksheet,
    a1,
    open_spreadsheet,
)
from core.sheet.spreadsheet.ranges import PIECE, column_of, read_whole
from tests.forking import forked
from tests.sheet.conftest import BOOK
from tests.sheets_api import Book, SheetsApi, formula, hang

Ask = Callable[[Spreadsheet], Awaitable[object]]
Open = Callable[..., Awaitable[Spreadsheet]]

MOMENT = 0.3
"""Seconds in which nothing may happen that must not."""

SOON = 10.0
"""Seconds in which a cancelled request has ended: fewer than the silence that a request puts up with."""

READS: dict[str, Ask] = {
    "worksheets": lambda sheet: sheet.worksheets(),
    "read": lambda sheet: sheet.read([a1("Operaciones"), a1("Metadata", "A1:B2")]),
}
WRITES: dict[str, Ask] = {
    "write": lambda sheet: sheet.write({a1("Operaciones", "D2"): [["JP(94)"]], a1("Metadata", "A5"): [["x"]]}),
    "change": lambda sheet: sheet.change([{"addSheet": {"properties": {"title": "Metadata 2"}}}]),
}
WRITER = """
import asyncio, sys
from core.settings import Settings
from core.sheet.spreadsheet.client import open_spreadsheet

async def main(book, base, ledger):
    settings = Settings(sheets_id=book, sheets_api_url=base, ledger_url=ledger, sheets_writes_per_minute=4)
    async with open_spreadsheet(settings) as sheet:
        while True:
            await sheet.write({"Metadata!A2": [["x"]]})

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
def settings(api: SheetsApi, book: Book, tmp_path: Path) -> Settings:
    return Settings(sheets_id=BOOK, sheets_api_url=api.url, ledger_url=f"sqlite:///{tmp_path}/ledger.db")


@pytest.fixture
async def another(settings: Settings) -> AsyncIterator[Open]:
    """Opens the spreadsheet once more, with other settings where they are named."""
    async with AsyncExitStack() as opened:

        async def open_one(**others: object) -> Spreadsheet:
            changed = replace(settings, **others)
            return await opened.enter_async_context(open_spreadsheet(changed))

        yield open_one


@pytest.fixture
async def office(another: Open) -> Spreadsheet:
    return await another()


async def nothing_yet(task: asyncio.Task[object]) -> bool:
    done, _ = await asyncio.wait({task}, timeout=MOMENT)
    return not done


async def test_the_worksheets_are_told_with_their_numbers_and_sizes(book: Book, office: Spreadsheet):
    book.add_sheet("It's", rows=7, columns=3, sheet_id=77)
    assert await office.worksheets() == (
        Worksheet("Operaciones", 0, 1000, 26),
        Worksheet("Hoja 1", 1001, 1000, 26),
        Worksheet("Metadata", 2002, 1000, 26),
        Worksheet("It's", 77, 7, 3),
    )


async def test_a_worksheet_that_is_protected_whole_and_the_spreadsheets_marks_are_told(office: Spreadsheet):
    whole = {"range": {"sheetId": 2002}, "editors": {"users": []}}
    await office.change(
        [
            {"addProtectedRange": {"protectedRange": whole}},
            {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "warningOnly": True}}},
            Owner(identity="a-ledger").claim(),
        ]
    )
    outline = await office.outline()
    assert [sheet.title for sheet in outline.worksheets if sheet.is_protected] == ["Metadata"]
    assert owner_in(outline.marks) == Owner(identity="a-ledger")


async def test_formulas_are_read_as_such_where_they_are_asked_for(api: SheetsApi, office: Spreadsheet):
    assert await office.read([a1("Operaciones", "E2")], formulas=True) == [[["=B2/2"]]]


async def test_a_long_column_is_read_in_pieces_with_each_row_in_its_place(
    api: SheetsApi, book: Book, office: Spreadsheet
):
    book.add_sheet("Larga", rows=PIECE + 2, columns=2)
    for cell in ("A2", f"A{PIECE + 2}"):
        api.office("Larga").set(cell, "x")
    [_, _, _, larga] = await office.worksheets()
    assert column_of(await read_whole(office, larga, "A")) == [None, "x", *[None] * (PIECE - 1), "x"]
    assert api.count("values.batchGet") == 2
    assert await read_whole(office, larga, "B") == []


async def test_ranges_are_read_in_the_order_asked_as_values_and_serial_dates(office: Spreadsheet):
    first, second, third = await office.read(
        [a1("Metadata", "A2:B2"), a1("Operaciones", "A2:F4"), a1("Hoja 1", "C5:C9")]
    )
    assert first == [["e1", "31-01-2026 08:00:00"]]
    assert second == [
        ["MK-1", 101, (date(2026, 1, 31) - EPOCH).days, "MR(93)", 50.5, True],
        ["MK-2", 102.5, (date(2026, 2, 1) - EPOCH).days + 12.5 / 24, "", "", False],
        ["MK-3"],
    ]
    assert third == []


async def test_ranges_are_written_with_their_values_as_they_are_and_what_is_none_is_left(
    api: SheetsApi, book: Book, office: Spreadsheet
):
    book.add_sheet("It's")
    await office.write(
        {a1("Operaciones", "A2:D3"): [[None, "=2", None, ""], ["MK-9", None, "01-02-2026"]], a1("It's", "A1"): [["x"]]}
    )
    [first, second, *_] = book.sheet("Operaciones").values(value_option="FORMULA")[1:]
    assert first[:5] == ["MK-1", "=2", (date(2026, 1, 31) - EPOCH).days, "", "=B2/2"]
    assert second[:3] == ["MK-9", 102.5, "01-02-2026"]
    assert book.sheet("It's").values() == [["x"]]
    assert book.overwritten_formulas == []


async def test_a_write_is_applied_whole_or_not_at_all(book: Book, office: Spreadsheet):
    with pytest.raises(KioskError):
        await office.write({a1("Operaciones", "A2"): [["X"]], a1("No existe", "A1"): [["x"]]})
    assert book.sheet("Operaciones").values()[1][0] == "MK-1"


async def test_the_spreadsheet_itself_is_changed(book: Book, office: Spreadsheet):
    await office.change(
        [
            {"addSheet": {"properties": {"title": "Metadata 2", "sheetId": 9}}},
            {
                "updateSheetProperties": {
                    "properties": {"sheetId": 9, "gridProperties": {"frozenRowCount": 1}},
                    "fields": "gridProperties.frozenRowCount",
                }
            },
        ]
    )
    assert book.sheet("Metadata 2").sheet_id == 9
    assert book.sheet("Metadata 2").grid_properties == {"frozenRowCount": 1}


@pytest.mark.parametrize("name", READS | WRITES)
async def test_every_method_is_one_request(api: SheetsApi, office: Spreadsheet, name: str):
    await (READS | WRITES)[name](office)
    [request] = api.journal
    assert request.kind == ("read" if name in READS else "write")
    assert office.figures == (RequestFigures(reads=1) if name in READS else RequestFigures(writes=1))


async def test_nothing_to_do_is_no_request(api: SheetsApi, office: Spreadsheet):
    assert await office.read([]) == []
    await office.change([])
    await office.write({})
    assert (api.journal, office.figures) == ([], RequestFigures())


async def test_opening_asks_for_nothing(api: SheetsApi, office: Spreadsheet):
    assert api.journal == []


@pytest.mark.parametrize(("title", "spelled"), [("Hoja 1", "'Hoja 1'!A:B"), ("It's 'x'", "'It''s ''x'''!A:B")])
def test_a_worksheets_title_is_quoted_whatever_it_is(title: str, spelled: str):
    assert a1(title, "A:B") == spelled
    assert a1(title) == spelled.removesuffix("!A:B")


async def test_a_formula_of_the_office_is_read_as_what_it_shows(api: SheetsApi, office: Spreadsheet):
    api.office("Hoja 1").set("A1", formula("=HOY()", 46_000))
    assert await office.read([a1("Hoja 1", "A1")]) == [[[46_000]]]


async def test_another_address_gets_no_credentials_whatever_there_are(
    api: SheetsApi, another: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login ana password s3cr3t\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for variable in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://ana:s3cr3t@127.0.0.1:1")
    office = await another(google_credentials=str(tmp_path / "no-existe.json"))
    await office.worksheets()
    await office.write({"Metadata!A3": [["e2"]]})
    assert [request.authorization for request in api.journal] == [None, None]
    assert "s3cr3t" not in str([request.headers for request in api.journal])


async def test_another_address_may_have_a_path_of_its_own(api: SheetsApi, another: Open):
    office = await another(sheets_api_url=f"{api.url}/sheets")
    assert len(await office.worksheets()) == 3


async def test_without_a_spreadsheet_the_setting_is_named(settings: Settings):
    with pytest.raises(InvalidRequestError) as refused:
        async with open_spreadsheet(replace(settings, sheets_id=None)):
            pass
    assert refused.value.details["field"] == "KIOSK_SHEETS_ID"


async def test_where_the_pace_cannot_be_counted_nothing_is_asked(settings: Settings, api: SheetsApi, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnavailableError):
        async with open_spreadsheet(replace(settings, ledger_url=f"sqlite:///{tmp_path}/file/l.db")):
            pass
    assert api.journal == []


async def test_one_request_at_a_time_and_the_loop_goes_on_meanwhile(api: SheetsApi, office: Spreadsheet):
    api.fail(hang())
    first = asyncio.create_task(office.worksheets())
    await asyncio.to_thread(api.wait_held)
    hooked: list[int] = []

    async def note() -> None:
        hooked.append(api.count())

    office.before_write = note
    second = asyncio.create_task(office.write({"Metadata!A3": [["e2"]]}))
    assert await nothing_yet(second)
    assert (api.count(), hooked) == (1, [])
    api.release()
    await asyncio.gather(first, second)
    assert [request.kind for request in api.journal] == ["read", "write"]
    assert hooked == [1]


async def test_a_cancelled_request_ends_at_once_and_the_next_one_is_served(api: SheetsApi, office: Spreadsheet):
    api.fail(hang())
    asking = asyncio.create_task(office.worksheets())
    await asyncio.to_thread(api.wait_held)
    asking.cancel()
    async with asyncio.timeout(SOON):
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert len(await office.worksheets()) == 3


async def test_closing_waits_for_no_request_that_hangs(api: SheetsApi, settings: Settings):
    api.fail(hang())
    async with asyncio.timeout(SOON):
        async with open_spreadsheet(settings) as office:
            asking = asyncio.create_task(office.worksheets())
            await asyncio.to_thread(api.wait_held)
            asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_the_hook_comes_right_before_each_write_and_before_no_read(api: SheetsApi, office: Spreadsheet):
    sent_before: list[int] = []

    async def note() -> None:
        sent_before.append(api.count())

    office.before_write = note
    for ask in (READS | WRITES).values():
        await ask(office)
    assert sent_before == [2, 3]


async def test_what_the_hook_refuses_is_not_sent(api: SheetsApi, office: Spreadsheet):
    async def refuse() -> None:
        raise PermissionError("the lease is gone")

    office.before_write = refuse
    for ask in WRITES.values():
        with pytest.raises(PermissionError, match="the lease is gone"):
            await ask(office)
    assert (api.journal, office.figures) == ([], RequestFigures())


async def test_the_hook_comes_after_the_quota_allowed_the_write(api: SheetsApi, another: Open):
    office = await another(sheets_writes_per_minute=1)
    asked: list[str] = []

    async def note() -> None:
        asked.append("hook")

    office.before_write = note
    await office.write({"Metadata!A3": [["e2"]]})
    waiting = asyncio.create_task(office.write({"Metadata!A3": [["e3"]]}))
    assert await nothing_yet(waiting)
    assert asked == ["hook"]
    waiting.cancel()


async def test_reads_and_writes_keep_to_a_pace_each(api: SheetsApi, another: Open):
    office = await another(sheets_reads_per_minute=3, sheets_writes_per_minute=2)
    for _ in range(2):
        await office.write({"Metadata!A3": [["x"]]})
    writing = asyncio.create_task(office.write({"Metadata!A3": [["x"]]}))
    for _ in range(3):
        await office.read(["Metadata"])
    reading = asyncio.create_task(office.read(["Metadata"]))
    assert await nothing_yet(writing)
    assert await nothing_yet(reading)
    assert (api.busiest_minute("write"), api.busiest_minute("read")) == (2, 3)
    for task in (writing, reading):
        task.cancel()


async def test_who_shares_the_ledger_shares_the_pace(api: SheetsApi, another: Open):
    one, other = [await another(sheets_writes_per_minute=3) for _ in range(2)]
    for office in (one, other, one):
        await office.write({"Metadata!A3": [["x"]]})
    waiting = asyncio.create_task(other.write({"Metadata!A3": [["x"]]}))
    assert await nothing_yet(waiting)
    assert api.busiest_minute("write") == 3
    waiting.cancel()


async def test_processes_that_share_the_ledger_never_exceed_the_pace_together(api: SheetsApi, settings: Settings):
    program = ("-c", WRITER, BOOK, api.url, str(settings.ledger_url))
    async with forked(*program, environment=os.environ) as one, forked(*program, environment=os.environ) as other:
        await asyncio.to_thread(api.wait_for, 4, "write")
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(api.wait_for, 5, "write", patience=2 * MOMENT)
        assert (one.returncode, other.returncode) == (None, None)
    assert api.busiest_minute("write") == 4


def test_the_timeouts_are_those_the_shop_was_promised():
    assert Timeouts() == Timeouts(connect=5, read=20, total=40)
