"""A lost ledger out of the office's sheet, over HTTP into an empty one of each engine; what cannot be known is told."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.domain.errors import (
    LedgerNotEmptyError,
    LockExpiredError,
    SheetUnavailableError,
    SheetUnusableError,
    SpoolOccupiedError,
)
from core.domain.lock_steps import spool_lock
from core.domain.model import Accion, Operacion
from core.domain.reasons import FallaPlanilla
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet.recovery import rebuilding
from core.sheet.recovery.rebuilding import rebuild
from core.sheet.recovery.recovered_spools import Duda, Fuente
from core.sheet.spreadsheet import Spreadsheet
from tests.asking import (
    completar,
    pausar,
    tomar,
)
from tests.contract.commits import whole_log
from tests.plants import (
    JUAN,
    MIGUEL,
    NOT_ASKED_BY_WORKERS,
    PLANT,
    WORKERS,
)
from tests.sheet.planilla import PLANILLA
from tests.sheet.recovery.lost_day import (
    DONE,
    EXTENDED,
    HEADERS,
    HELD,
    KEPT,
    LATE,
    LISTED,
    NOTED,
    UNDONE,
    is_empty,
    mirror,
    nothing_uncertain,
    without_listed,
)
from tests.sheets_api import Book, Office, SheetsApi, empty_values, status
from tests.shopfloor import FixedClock

_, SOLD, _, REPARACION = Operacion

Open = Callable[..., Awaitable[Ledger]]
Service = Callable[..., OccupationService]


# A sheet that nobody harmed


async def test_the_ledger_is_what_it_was(lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet):
    before, log = await lost.snapshot(), await whole_log(lost.ledger)
    others = {(await one.ledger.position()).identity for one in (lost, shop)}
    report = await rebuild(shop, spreadsheet, source=PLANILLA)
    after = await shop.snapshot()
    nothing_uncertain(report)
    assert without_listed(after) == without_listed(before)
    assert after.workers == before.workers
    [*same, told] = await whole_log(shop.ledger)
    assert same == log
    assert (told.accion, told.worker_id, told.seq) == (Accion.RECONSTRUIR, 0, len(log) + 1)
    assert (told.metadata["planilla"], told.metadata["eventos"]) == (PLANILLA, len(log))
    for spool in after.spools:
        assert await shop.ledger.history(spool.tag_spool) == await lost.ledger.history(spool.tag_spool)
    assert (report.spools, report.workers, report.events) == (len(before.spools), len(WORKERS), len(log))
    assert (report.occupied, report.expired, report.last) == (6, (LATE,), log[-1].ts)
    assert (await shop.ledger.position()).identity not in others
    acted = {event.accion for event in log}
    assert acted == set(Accion) - NOT_ASKED_BY_WORKERS | {Accion.CARGAR_PLANTA}


async def test_who_held_a_spool_goes_on_and_others_are_refused(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, clock: FixedClock
):
    tokens = {tag: await lost.ledger.locks.value(spool_lock(tag)) for tag in (HELD, KEPT, LATE, UNDONE, EXTENDED)}
    await rebuild(shop, spreadsheet)
    assert {tag: await shop.ledger.locks.value(spool_lock(tag)) for tag in tokens} == tokens
    assert tokens[LATE] is None
    with pytest.raises(SpoolOccupiedError):
        await shop.tomar(tomar(JUAN, tag=HELD))
    with pytest.raises(LockExpiredError):
        await shop.pausar(pausar(JUAN, LATE))
    assert (await shop.pausar(pausar(MIGUEL, HELD))).changed
    assert (await shop.completar(completar(JUAN, EXTENDED))).changed
    assert (await shop.tomar(tomar(MIGUEL, tag=LATE))).changed
    clock.advance(seconds=365 * 24 * 3600)
    assert (await shop.pausar(pausar(JUAN, KEPT))).changed


async def test_a_spool_that_the_office_listed_as_taken_is_taken_still(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet
):
    await rebuild(shop, spreadsheet)
    before, after = await lost.spool(LISTED), await shop.spool(LISTED)
    assert before.ocupacion is not None
    assert after.ocupacion is not None
    seq = (await shop.snapshot()).seq
    one = replace(before.ocupacion, event_id=after.ocupacion.event_id, seq=seq)
    assert after == replace(before, ocupacion=one, seq=seq)
    assert await shop.ledger.locks.value(spool_lock(LISTED)) == after.ocupacion.lock_token
    assert (await shop.pausar(pausar(JUAN, LISTED))).changed


async def test_the_mirror_of_the_rebuilt_ledger_adds_only_what_tells_of_the_rebuilding(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, operaciones: Office
):
    rows, log = operaciones.rows(), metadata.rows()
    await rebuild(shop, spreadsheet)
    await mirror(shop, spreadsheet)
    assert metadata.rows()[:-1] == log
    assert metadata.records()[-1]["Evento_Tipo"] == "RECONSTRUIR"
    at = HEADERS.index("TAG_SPOOL")
    assert [row for row in operaciones.rows() if row[at] != LISTED] == [row for row in rows if row[at] != LISTED]


async def test_a_rebuilt_ledger_that_is_lost_as_well_is_rebuilt_again(
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    metadata: Office,
    clock: FixedClock,
    another_ledger: Open,
    make_service: Service,
):
    metadata.delete_rows(4)
    clock.advance(seconds=3600)
    await rebuild(shop, spreadsheet)
    await shop.pausar(pausar(MIGUEL, HELD))
    await mirror(shop, spreadsheet)
    again = make_service(await another_ledger("otra"))
    report = await rebuild(again, spreadsheet)
    assert report.doubts == ()
    before = {spool.tag_spool: spool for spool in without_listed(await shop.snapshot())}
    after = {spool.tag_spool: spool for spool in without_listed(await again.snapshot())}
    assert after == before
    assert [event.id for event in (await whole_log(again.ledger))[:-1]] == [
        event.id for event in await whole_log(shop.ledger)
    ]


# Sheets that somebody harmed


async def test_a_sorted_log_in_two_worksheets_with_copied_rows_is_the_same_log(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, book: Book
):
    metadata.sort("TAG_SPOOL", descending=True)
    headers, *rows = metadata.rows()
    book.add_sheet("Metadata 2")
    Office(book.sheet("Metadata 2")).fill([headers, *rows[9:], rows[0], rows[12]])
    metadata.delete_rows(11, len(rows) - 9)
    report = await rebuild(shop, spreadsheet)
    assert (report.repeated, report.doubts, report.renumbered) == (2, (), False)
    assert (await whole_log(shop.ledger))[:-1] == await whole_log(lost.ledger)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_a_row_that_is_gone_from_the_log_is_told_by_its_number(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    gone = next(event for event in await whole_log(lost.ledger) if event.accion is Accion.NOTA)
    metadata.delete_rows(metadata.row_where("ID", str(gone.id)))
    report = await rebuild(shop, spreadsheet)
    assert (report.missing, report.renumbered) == (((gone.seq, gone.seq),), True)
    log = await whole_log(shop.ledger)
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    before = {spool.tag_spool: spool for spool in (await lost.snapshot()).spools}
    assert report.doubts == ()
    for spool in without_listed(await shop.snapshot()):
        was = before[spool.tag_spool]
        numbers = {"version": spool.version, "seq": spool.seq}
        held = was.ocupacion and spool.ocupacion and replace(was.ocupacion, seq=spool.ocupacion.seq)
        assert spool == replace(was, **numbers, ocupacion=held)


async def test_rows_that_people_wrote_or_spoilt_are_named(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    last = len(metadata.rows())
    metadata.fill([["hoy no vino nadie"]], f"A{last + 1}")
    taken = next(event for event in await whole_log(lost.ledger) if event.tag_spool == HELD)
    metadata.set_where("ID", str(taken.id), "Metadata_JSON", "{lock_ttl")
    report = await rebuild(shop, spreadsheet)
    assert [(problem.file, problem.line, problem.column) for problem in report.problems] == [
        ("Metadata", taken.seq + 1, "Metadata_JSON"),
        ("Metadata", last + 1, "Timestamp"),
    ]
    [doubt] = report.doubts
    assert (doubt.tag_spool, doubt.duda, doubt.taken) == (HELD, Duda.FILA_ADELANTADA, Fuente.HOJA)
    assert (await shop.spool(HELD)).ocupacion is not None
    assert (await shop.pausar(pausar(MIGUEL, HELD))).changed


async def test_a_row_that_was_not_written_any_more_is_made_up_for_by_the_log(
    lost: OccupationService,
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    operaciones: Office,
):
    before = operaciones.rows()
    await lost.pausar(pausar(MIGUEL, HELD))
    await lost.tomar(tomar(JUAN, tag=HELD))
    await mirror(lost, spreadsheet)
    operaciones.fill(before)
    report = await rebuild(shop, spreadsheet)
    assert report.doubts == ()
    assert await shop.spool(HELD) == await lost.spool(HELD)


async def test_a_row_that_shows_more_than_the_log_is_taken_and_told(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    last = len(metadata.rows())
    await lost.pausar(pausar(MIGUEL, HELD))
    await mirror(lost, spreadsheet)
    metadata.delete_rows(last + 1)
    report = await rebuild(shop, spreadsheet)
    assert [(doubt.tag_spool, doubt.duda) for doubt in report.doubts] == [(HELD, Duda.FILA_ADELANTADA)]
    assert (await shop.spool(HELD)).arm == (await lost.spool(HELD)).arm
    assert (await shop.spool(HELD)).ocupacion is None
    assert await shop.ledger.locks.value(spool_lock(HELD)) is None


async def test_what_a_person_wrote_over_is_told_again_by_the_mirror_of_the_rebuilt_ledger(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
):
    operaciones.set_where("TAG_SPOOL", HELD, "Ocupado_Por", "JP(94)")
    report = await rebuild(shop, spreadsheet)
    [doubt] = report.doubts
    assert (doubt.tag_spool, doubt.duda, doubt.taken) == (HELD, Duda.FILA_DISTINTA, Fuente.REGISTRO)
    assert doubt.columns == {"Ocupado_Por": ("JP(94)", "MR(93)")}
    await mirror(shop, spreadsheet)
    [*_, event] = await shop.ledger.history(HELD)
    assert event.accion is Accion.CONFLICTO_HOJA
    assert operaciones.records()[operaciones.row_where("TAG_SPOOL", HELD) - 2]["Ocupado_Por"] == "MR(93)"


async def test_events_of_a_row_that_was_deleted_stay_in_the_log_and_are_told(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, operaciones: Office
):
    operaciones.delete_rows(operaciones.row_where("TAG_SPOOL", DONE))
    report = await rebuild(shop, spreadsheet)
    history = await shop.ledger.history(DONE)
    assert (report.unknown, len(history)) == ({DONE: len(history)}, 8)
    assert DONE not in {spool.tag_spool for spool in (await shop.snapshot()).spools}


async def test_without_a_log_the_rows_tell_what_they_can(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    metadata.delete()
    report = await rebuild(shop, spreadsheet)
    assert (report.events, report.last, report.seq) == (0, None, 1)
    assert {doubt.duda for doubt in report.doubts} == {Duda.FILA_ADELANTADA}
    for tag in (HELD, DONE, NOTED):
        before, after = await lost.spool(tag), await shop.spool(tag)
        assert (after.arm, after.sold, after.inspeccion.resultado) == (
            before.arm,
            before.sold,
            before.inspeccion.resultado,
        )
    assert (await shop.pausar(pausar(MIGUEL, HELD))).changed


async def test_a_log_of_more_rows_than_an_answer_can_bring_is_read_in_pieces(
    lost: OccupationService,
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    api: SheetsApi,
    metadata: Office,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(rebuilding, "ROWS_AT_ONCE", 7)
    for sheet in metadata.book.sheets:
        sheet.grid.row_count = len(sheet.values())
    reads, told = api.count("read"), []
    report = await rebuild(shop, spreadsheet, progress=told.append)
    nothing_uncertain(report)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())
    rows = sum(sheet.grid.row_count for sheet in metadata.book.sheets)
    assert api.count("read") - reads == len(told) == 1 + -(-rows // 7)


async def test_a_row_is_named_by_its_number_also_below_empty_rows_at_the_end_of_a_piece(
    shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rebuilding, "ROWS_AT_ONCE", 7)
    metadata.insert_rows(9, 8)
    last = len(metadata.rows()) + 1
    metadata.fill([["hoy no vino nadie"]], f"A{last}")
    for sheet in metadata.book.sheets:
        sheet.grid.row_count = len(sheet.values())
    report = await rebuild(shop, spreadsheet)
    assert [problem.line for problem in report.problems] == [last]
    assert report.doubts == ()


async def test_everything_is_read_in_two_requests(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
):
    reads, writes = api.count("read"), api.count("write")
    await rebuild(shop, spreadsheet)
    assert (api.count("read") - reads, api.count("write") - writes) == (2, 0)


# What stops it


async def test_a_ledger_that_has_anything_is_left_as_it_is_and_the_sheet_is_not_asked(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
):
    await shop.load_plant(PLANT)
    before, asked = await shop.snapshot(), api.count()
    with pytest.raises(LedgerNotEmptyError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.details == {"seq": 1, "spools": len(PLANT.spools)}
    assert (await shop.snapshot(), api.count()) == (before, asked)


@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_sheet_that_goes_out_of_reach_leaves_the_ledger_empty(
    lost: OccupationService,
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    api: SheetsApi,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
):
    monkeypatch.setattr(rebuilding, "ROWS_AT_ONCE", 1000)
    api.fail(status(503), times=None, after=after)
    with pytest.raises(SheetUnavailableError) as refused:
        await rebuild(shop, spreadsheet)
    assert refused.value.falla is FallaPlanilla.SERVIDOR
    assert await is_empty(shop.ledger)
    api.heal()
    await rebuild(shop, spreadsheet)
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_an_empty_answer_is_no_empty_plant(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
):
    api.fail(empty_values(), times=None)
    with pytest.raises((SheetUnusableError, SheetUnavailableError)):
        await rebuild(shop, spreadsheet)
    assert await is_empty(shop.ledger)


async def test_a_log_whose_names_are_gone_stops_it(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office
):
    metadata.rename_header("Accion", "Qué pasó")
    with pytest.raises(SheetUnusableError, match=r"FALTA_COLUMNA.*Accion"):
        await rebuild(shop, spreadsheet)
    assert await is_empty(shop.ledger)
