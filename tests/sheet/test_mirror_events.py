"""Metadata: each event of the log once and in order, whatever happens to the worksheets."""

import pytest

from core.domain.sheet_errors import SheetUnusableError
from tests.asking import nota, pausar, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import ON_SQLITE, Shop
from tests.sheets_api import SERVICE_ACCOUNT, SheetsApi


async def work(shop: Shop, events: int, text: str = "falta un codo") -> None:
    for number in range(events):
        await shop.service.nota(nota(JUAN, f"MK-{number % 6 + 1}", texto=f"{text} {number}"))


async def test_events_come_in_chunks_in_order_and_the_worksheet_grows(
    mirrored: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheet.push.events.CHUNK", 7)
    shop = await mirrored.caught_up()
    shop.metadata.sheet.resize(20, shop.metadata.sheet.grid.column_count)
    await work(shop, 30)
    assert [progress.events for progress in await shop.until_done()] == [7, 7, 7, 7, 2, 0]
    await shop.check()


async def test_the_next_mirror_takes_up_where_the_last_one_stopped_and_reads_no_more_than_the_end(
    mirrored: Shop, api: SheetsApi
) -> None:
    shop = await mirrored.caught_up()
    await work(shop, 5)
    await shop.until_done()
    await work(shop, 3)
    reads = api.count("read")
    await shop.start()
    assert (await shop.cycle()).events == 3
    assert api.count("read") - reads == 2
    await shop.check()


async def test_rows_that_vanish_from_the_end_are_written_again(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await work(shop, 8)
    await shop.until_done()
    shop.metadata.delete_rows(8, 3)
    await shop.until_done()
    await shop.check()


@ON_SQLITE
async def test_rows_that_vanish_with_the_end_of_the_worksheet_are_written_again(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await work(shop, 70)
    await shop.until_done()
    shop.metadata.sheet.grid.row_count = len(shop.metadata.rows())
    shop.metadata.delete_rows(6, len(shop.metadata.rows()) - 5)
    await shop.until_done()
    await shop.check()


@ON_SQLITE
@pytest.mark.parametrize(
    "disturb",
    [
        lambda shop: shop.metadata.sort("Metadata_JSON", descending=True),
        lambda shop: shop.metadata.delete_rows(5, 1),
        lambda shop: shop.metadata.insert_rows(5, 1),
    ],
    ids=["sorted", "a row deleted", "a row inserted"],
)
async def test_where_the_rows_are_no_longer_the_mirrors_the_next_worksheet_begins(mirrored: Shop, disturb) -> None:
    shop = await mirrored.caught_up()
    await work(shop, 8)
    await shop.until_done()
    disturb(shop)
    kept = shop.metadata.rows()
    await work(shop, 3)
    await shop.until_done()
    assert shop.metadata.rows() == kept
    events = await shop.events()
    assert [row["ID"] for row in shop.office("Metadata 2").records()] == [str(event.id) for event in events[-3:]]
    [protection] = shop.book.sheet("Metadata 2").protected_ranges
    assert protection["editors"]["users"] == [shop.book.proprietor, SERVICE_ACCOUNT]
    await shop.check_rows()


@ON_SQLITE
async def test_rows_of_other_programs_below_the_last_event_are_left_alone(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    other = ["0b3c2c8a-7a53-4d0e-9a53-7f2c6f0f3c11", "01-01-2026 08:00:00", "AJENO"]
    shop.metadata.fill([other], at=f"A{len(shop.logged()) + 3}")
    await work(shop, 4)
    await shop.until_done()
    assert "AJENO" in [row["Evento_Tipo"] for row in shop.metadata.records()]
    assert {row["ID"] for row in shop.logged()} >= {str(event.id) for event in await shop.events()}


async def test_the_next_worksheet_begins_when_one_is_full(mirrored: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.sheet.push.events.CHUNK", 3)
    monkeypatch.setattr("core.sheet.push.events.ROTATE_AT", 5)
    shop = await mirrored.caught_up()
    await work(shop, 14)
    await shop.until_done()
    assert [title for title in shop.book.titles if title.startswith("Metadata")] == [
        "Metadata",
        "Metadata 2",
        "Metadata 3",
    ]
    await shop.check()


async def test_a_cursor_that_is_lost_is_found_again_by_the_ids(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await work(shop, 6)
    await shop.until_done()
    await shop.ledger.notes.write("sheet", {"cursor": None}, lock="sheet-mirror", token=shop.lease.token)
    await work(shop, 2)
    await shop.start()
    await shop.until_done()
    await shop.check()


async def test_rows_moved_elsewhere_are_not_written_again(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    await work(shop, 6)
    await shop.until_done()
    shop.metadata.delete_rows(2, 7)
    await work(shop, 2)
    await shop.until_done()
    events = await shop.events()
    assert [row["ID"] for row in shop.logged()] == [str(event.id) for event in events[-2:]]


@ON_SQLITE
async def test_a_changed_header_stops_the_log_says_so_and_leaves_the_rows_going(mirrored: Shop) -> None:
    shop = await mirrored.caught_up()
    shop.metadata.rename_header("Timestamp", "Hora")
    await shop.service.tomar(tomar(JUAN, tag="MK-1"))
    with pytest.raises(SheetUnusableError) as refused:
        await shop.cycle()
    assert refused.value.details["sheet"] == "Metadata"
    assert shop.row("MK-1")["Ocupado_Por"] == "JP(94)"
    shop.metadata.rename_header("Hora", "Timestamp")
    await shop.until_done()
    await shop.check()


@ON_SQLITE
async def test_a_thousand_events_that_wait_come_in_at_few_requests(mirrored: Shop, api: SheetsApi) -> None:
    shop = await mirrored.caught_up()
    for _ in range(500):
        await shop.service.tomar(tomar(MIGUEL, tag="MK-2"))
        await shop.service.pausar(pausar(MIGUEL, "MK-2"))
    writes = api.count("write")
    await shop.until_done()
    assert api.count("write") - writes <= 4
    await shop.check()
