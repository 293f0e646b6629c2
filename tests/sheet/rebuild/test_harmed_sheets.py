"""A lost ledger out of a sheet that somebody harmed: what cannot be known is told."""

from dataclasses import replace

import pytest

from core.domain.model import Accion
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.sheet_errors import SheetDisagreesError
from core.occupation import OccupationService
from core.sheet.rebuild import rebuild
from core.sheet.recovery import Source
from core.sheet.spreadsheet.client import Spreadsheet
from tests.asking import (
    pausar,
    tomar,
)
from tests.contract.commits import whole_log
from tests.plants import (
    FREE_TAGS,
    JUAN,
    MIGUEL,
    PLANT,
)
from tests.sheet.rebuild.days import DONE, HELD, NOTED, is_empty, mirror, nothing_uncertain, without_listed
from tests.sheets_api import Book, Office, SheetsApi


async def test_a_sorted_log_in_two_worksheets_with_copied_rows_is_the_same_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, book: Book
):
    metadata.sort("TAG_SPOOL", descending=True)
    headers, *rows = metadata.rows()
    book.add_sheet("Metadata 2")
    Office(book.sheet("Metadata 2")).fill([headers, *rows[9:], rows[0], rows[12]])
    metadata.delete_rows(11, len(rows) - 9)
    nothing_uncertain(await rebuild(shop, spreadsheet))
    assert (await whole_log(shop.ledger))[:-1] == await whole_log(lost.ledger)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_rows_that_are_gone_or_spoilt_are_named_by_their_number(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    log = await whole_log(lost.ledger)
    gone = next(event for event in log if event.accion is Accion.NOTA)
    metadata.set_where("ID", str(gone.id), "Metadata_JSON", "{lock_ttl")
    last = len(metadata.rows()) + 1
    metadata.fill([["hoy no vino nadie"]], f"A{last}")
    report = await rebuild(shop, spreadsheet)
    assert (report.missing, report.disagreements) == (((gone.seq, gone.seq),), {})
    assert [(problem.line, problem.column) for problem in report.problems] == [
        (gone.seq + 1, "Metadata_JSON"),
        (last, "Metadata_JSON"),
    ]
    [*rebuilt, _] = await whole_log(shop.ledger)
    assert [event for event in rebuilt if event.seq != gone.seq] == [event for event in log if event is not gone]
    assert rebuilt[gone.seq - 1].metadata == {"falta": gone.seq}
    stood, stands = await lost.spool(NOTED), await shop.spool(NOTED)
    assert stands == replace(stood, version=stands.version)


async def test_a_row_that_was_not_written_any_more_is_made_up_for_by_the_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, taller: Office
):
    before = taller.rows()
    await lost.pausar(pausar(MIGUEL, HELD))
    await lost.tomar(tomar(JUAN, tag=HELD))
    await mirror(lost, spreadsheet)
    taller.fill(before)
    report = await rebuild(shop, spreadsheet)
    assert report.disagreements == {}
    assert await shop.spool(HELD) == await lost.spool(HELD)


@pytest.mark.parametrize("take", Source)
async def test_what_a_row_and_its_events_disagree_about_is_refused_until_one_is_chosen(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, taller: Office, take: Source
):
    taller.set_where("TAG_SPOOL", HELD, "Ocupado_Por", "JP(94)")
    differs = {HELD: {"Ocupado_Por": ("JP(94)", "MR(93)")}}
    with pytest.raises(SheetDisagreesError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.spools == differs
    assert await is_empty(shop.ledger)
    report = await rebuild(shop, spreadsheet, take=take)
    assert (report.disagreements, report.taken) == (differs, take)
    spool = await shop.spool(HELD)
    assert spool.ocupacion is not None
    assert spool.ocupacion.worker_id == (JUAN if take is Source.TALLER else MIGUEL).worker_id
    assert await shop.ledger.locks.value(spool_lock(HELD)) == spool.ocupacion.lock_token
    await mirror(shop, spreadsheet)
    [row] = [row for row in taller.records() if row["TAG_SPOOL"] == HELD]
    assert row["Ocupado_Por"] == spool.ocupacion.worker_nombre


@pytest.mark.parametrize("take", [None, *Source])
async def test_a_spool_whose_row_is_gone_is_restored_from_its_events_and_named(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, taller: Office, take: Source | None
):
    """A row that is not there disagrees with nothing: nobody has to choose, and no choice undoes its events."""
    taller.delete_rows(taller.row_where("TAG_SPOOL", DONE))
    report = await rebuild(shop, spreadsheet, take=take)
    assert (report.disagreements.keys(), report.taken) == ({DONE}, take)
    assert await shop.spool(DONE) == await lost.spool(DONE)


async def test_a_row_that_shows_more_than_the_log_is_a_disagreement(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    last = len(metadata.rows())
    await lost.pausar(pausar(MIGUEL, HELD))
    await mirror(lost, spreadsheet)
    metadata.delete_rows(last + 1)
    with pytest.raises(SheetDisagreesError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.spools.keys() == {HELD}
    await rebuild(shop, spreadsheet, take=Source.TALLER)
    assert (await shop.spool(HELD)).arm == (await lost.spool(HELD)).arm
    assert (await shop.spool(HELD)).ocupacion is None
    assert await shop.ledger.locks.value(spool_lock(HELD)) is None


async def test_without_a_log_the_rows_say_what_they_can(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    metadata.delete()
    with pytest.raises(SheetDisagreesError):
        await rebuild(shop, spreadsheet)
    report = await rebuild(shop, spreadsheet, take=Source.TALLER)
    assert (report.events, report.last, report.seq) == (0, None, 1)
    for tag in (HELD, DONE, NOTED):
        before, after = await lost.spool(tag), await shop.spool(tag)
        assert (after.arm, after.sold, after.inspeccion.resultado) == (
            before.arm,
            before.sold,
            before.inspeccion.resultado,
        )
    assert (await shop.pausar(pausar(MIGUEL, HELD))).changed


async def test_a_tag_that_the_office_spells_otherwise_by_now_is_the_same_spool(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
):
    operaciones.set_where("TAG_SPOOL", DONE, "TAG_SPOOL", DONE.lower())
    report = await rebuild(shop, spreadsheet)
    assert (report.unknown, report.spools) == ({}, len(PLANT.spools))
    assert await shop.spool(DONE.lower()) == await lost.spool(DONE)
    assert await shop.history(DONE) == await lost.history(DONE)


async def test_what_the_office_deleted_is_named_and_its_events_stay_in_the_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
):
    for tag in (DONE, untouched := FREE_TAGS[7]):
        operaciones.delete_rows(operaciones.row_where("TAG_SPOOL", tag))
    report = await rebuild(shop, spreadsheet)
    history = await shop.ledger.history(DONE)
    assert (report.unknown, len(history)) == ({DONE: len(history), untouched: 0}, 8)
    assert DONE not in {spool.tag_spool for spool in (await shop.snapshot()).spools}


async def test_a_log_of_more_rows_than_an_answer_can_bring_is_read_in_pieces(
    lost: OccupationService,
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    api: SheetsApi,
    metadata: Office,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("core.sheet.spreadsheet.ranges.PIECE", 7)
    for sheet in metadata.book.sheets:
        sheet.grid.row_count = len(sheet.values())
    reads, progress = api.count("read"), []
    report = await rebuild(shop, spreadsheet, progress=progress.append)
    nothing_uncertain(report)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())
    # What it says of joints, their events say as well.
    read = (sheet for sheet in metadata.book.sheets if sheet.title != "Taller Uniones")
    pieces = sum(-(-sheet.grid.row_count // 7) for sheet in read)
    assert api.count("read") - reads == len(progress) == 1 + pieces


async def test_a_row_is_named_by_its_number_also_below_empty_rows_at_the_end_of_a_piece(
    shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("core.sheet.spreadsheet.ranges.PIECE", 7)
    metadata.insert_rows(9, 8)
    last = len(metadata.rows()) + 1
    metadata.fill([["hoy no vino nadie"]], f"A{last}")
    for sheet in metadata.book.sheets:
        sheet.grid.row_count = len(sheet.values())
    report = await rebuild(shop, spreadsheet)
    assert [problem.line for problem in report.problems] == [last]
    assert report.disagreements == {}
