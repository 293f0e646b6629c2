"""The next Metadata worksheet, whatever the first ones are called and wherever the office put them."""

import pytest

from core.domain.errors import SheetUnavailableError
from tests.asking import nota
from tests.plants import MIGUEL
from tests.sheet.mirroring import METADATA, ON_SQLITE, Shop
from tests.sheets_api import Office, SheetsApi, dropped, reply_lost

pytestmark = ON_SQLITE


async def notes(shop: Shop, count: int) -> None:
    for number in range(count):
        await shop.service.nota(nota(MIGUEL, "MK-2", texto=f"nota {number}"))


async def test_the_log_goes_on_in_the_next_worksheet_before_one_is_too_long(mirrored: Shop) -> None:
    mirrored.options.update(chunk=5, rotate_at=10)
    await notes(mirrored, 39)
    await mirrored.caught_up()
    await mirrored.check()
    lengths = [len(Office(mirrored.book.sheet(title)).rows()) for title in mirrored.book.titles if "Met" in title]
    assert mirrored.book.titles == ["Operaciones", "Metadata", "Metadata 2", "Metadata 3", "Metadata 4"]
    assert lengths == [11, 11, 11, 11]
    cursor = (await mirrored.ledger.notes.read("sheet"))["cursor"]
    assert '"worksheet":"Metadata 4"' in cursor
    await notes(mirrored, 1)
    await mirrored.until_done()
    await mirrored.check()
    assert mirrored.office("Metadata 4").sheet.grid.column_count == len(METADATA)


@pytest.mark.parametrize("restarted", [False, True], ids=["the same mirror", "another mirror"])
@pytest.mark.parametrize("fault", [dropped(), reply_lost()], ids=lambda fault: fault.name)
async def test_the_next_worksheet_is_added_once_although_no_answer_comes(
    mirrored: Shop, api: SheetsApi, fault: object, *, restarted: bool
) -> None:
    mirrored.options.update(chunk=5, rotate_at=5)
    await mirrored.caught_up()
    await notes(mirrored, 6)
    api.fail(fault, when="spreadsheets.batchUpdate")
    for _ in range(3):
        try:
            await mirrored.cycle()
        except SheetUnavailableError:
            break
    if restarted:
        await mirrored.start()
    await mirrored.until_done()
    assert len(mirrored.failures) == 0
    assert mirrored.book.titles == ["Operaciones", "Metadata", "Metadata 2"]
    await mirrored.check()


@pytest.mark.parametrize(
    ("title", "following"),
    [
        ("METADATA", "Metadata 2"),
        ("metadata 7", "Metadata 8"),
        ("Metadata2", "Metadata 3"),
        (" Metadáta ", "Metadata 2"),
    ],
)
async def test_a_worksheet_in_another_spelling_is_taken_as_it_is(mirrored: Shop, title: str, following: str) -> None:
    mirrored.options.update(chunk=5, rotate_at=8)
    mirrored.metadata.rename(title)
    await mirrored.caught_up()
    await notes(mirrored, 7)
    await mirrored.until_done()
    await notes(mirrored, 3)
    await mirrored.until_done()
    assert mirrored.book.titles == ["Operaciones", title, following]
    rows = [row for name in (title, following) for row in Office(mirrored.book.sheet(name)).records()]
    assert [row["ID"] for row in rows] == [str(event.id) for event in await mirrored.events()]


async def test_worksheets_that_are_renamed_while_the_mirror_runs_are_found_again(mirrored: Shop) -> None:
    await mirrored.caught_up()
    mirrored.metadata.rename("metadata")
    mirrored.operaciones.rename("OPERACIONES ")
    await notes(mirrored, 2)
    await mirrored.until_done()
    assert len(mirrored.failures) <= 2
    assert [row["ID"] for row in mirrored.metadata.records()] == [str(event.id) for event in await mirrored.events()]
    await mirrored.check_rows()


async def test_the_old_log_that_the_office_moved_out_is_not_written_again(mirrored: Shop) -> None:
    await notes(mirrored, 5)
    await mirrored.caught_up()
    old = len(await mirrored.events())
    mirrored.metadata.rename("Archivo 2025")
    mirrored.book.add_sheet("Metadata")
    mirrored._offices.clear()
    mirrored.metadata.fill([list(METADATA)])
    await notes(mirrored, 3)
    await mirrored.until_done()
    new = [str(event.id) for event in (await mirrored.events())[old:]]
    assert [row["ID"] for row in mirrored.metadata.records()] == new
    await mirrored.start()
    await notes(mirrored, 1)
    await mirrored.until_done()
    assert len(mirrored.metadata.records()) == 4


async def test_a_log_in_several_worksheets_is_known_whole_by_a_mirror_without_a_cursor(mirrored: Shop) -> None:
    mirrored.options.update(chunk=5, rotate_at=10)
    await notes(mirrored, 25)
    await mirrored.caught_up()
    await mirrored.ledger.notes.write("sheet", {"cursor": None}, lock="sheet-mirror", token=mirrored.token)
    mirrored.office("Metadata").move_columns("A", before="D")
    await mirrored.start()
    await notes(mirrored, 2)
    await mirrored.until_done()
    await mirrored.check()
