"""A lost ledger out of the office's sheet, over HTTP into an empty one of each engine."""

from dataclasses import replace

import pytest

from core.domain.errors import LedgerNotEmptyError, LockExpiredError, SpoolOccupiedError
from core.domain.model import Accion
from core.domain.reasons import FallaPlanilla
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.occupation import OccupationService
from core.sheet.rebuild import rebuild
from core.sheet.spreadsheet.client import Spreadsheet
from tests.asking import (
    completar,
    pausar,
    tomar,
)
from tests.conftest import SITE, Store
from tests.contract.commits import whole_log
from tests.kiosk.commands import run_kiosk
from tests.plants import (
    JUAN,
    MIGUEL,
    NOT_ASKED_BY_WORKERS,
    PLANT,
    WORKERS,
)
from tests.sheet.planilla import PLANILLA
from tests.sheet.rebuild.days import (
    DONE,
    EXTENDED,
    HELD,
    KEPT,
    LATE,
    LISTED,
    UNDONE,
    Open,
    Service,
    is_empty,
    mirror,
    nothing_uncertain,
    without_listed,
)
from tests.sheets_api import Office, SheetsApi, empty_values, status
from tests.shopfloor import FixedClock

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
    clock.advance(seconds=80 * 24 * 3600)
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


async def test_the_mirror_of_the_rebuilt_ledger_adds_only_the_event_of_the_rebuild(
    lost: OccupationService, shop: OccupationService, spreadsheet: Spreadsheet, metadata: Office, taller: Office
):
    rows, log = taller.rows(), metadata.rows()
    await rebuild(shop, spreadsheet)
    await mirror(shop, spreadsheet)
    assert metadata.rows()[:-1] == log
    assert metadata.records()[-1]["Evento_Tipo"] == "RECONSTRUIR"
    assert [row for row in taller.rows() if row[0] != LISTED] == [row for row in rows if row[0] != LISTED]


async def test_a_rebuilt_ledger_that_is_lost_as_well_is_rebuilt_again(
    shop: OccupationService,
    spreadsheet: Spreadsheet,
    metadata: Office,
    clock: FixedClock,
    another_ledger: Open,
    make_service: Service,
):
    metadata.delete_rows(metadata.row_where("Evento_Tipo", "NOTA"))
    clock.advance(seconds=3600)
    await rebuild(shop, spreadsheet)
    await shop.pausar(pausar(MIGUEL, HELD))
    await mirror(shop, spreadsheet)
    again = make_service(await another_ledger("otra"))
    report = await rebuild(again, spreadsheet)
    both = (shop.ledger, again.ledger)
    assert report.disagreements == {}
    before = {spool.tag_spool: spool for spool in without_listed(await shop.snapshot())}
    after = {spool.tag_spool: spool for spool in without_listed(await again.snapshot())}
    assert after == before
    # What stands in for the missing one is made again.
    exact = [[event for event in await whole_log(ledger) if "falta" not in event.metadata] for ledger in both]
    assert exact[1][:-1] == exact[0]


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
    monkeypatch.setattr("core.sheet.spreadsheet.ranges.PIECE", 1000)
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


# The command


def options(api: SheetsApi, store: Store) -> dict[str, str]:
    return {
        "KIOSK_LEDGER_URL": store.url,
        "KIOSK_SITE": SITE,
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": api.url,
        "KIOSK_STATION": "ARM-09",
    }


async def test_the_command_refuses_what_disagrees_with_the_list_and_says_what_it_could_not_know(
    shop: OccupationService, api: SheetsApi, store: Store, operaciones: Office, metadata: Office, taller: Office
):
    taller.set_where("TAG_SPOOL", HELD, "Ocupado_Por", "JP(94)")
    operaciones.delete_rows(operaciones.row_where("TAG_SPOOL", DONE))
    metadata.fill([["hoy no vino nadie"]], f"A{len(metadata.rows()) + 1}")
    refused = await run_kiosk("rebuild", **options(api, store))
    assert refused.status != 0
    assert await is_empty(shop.ledger)
    done = await run_kiosk("rebuild", "--take", "metadata", **options(api, store))
    assert done.status == 0, done.err
    for answer in (refused, done):
        [line] = [line for line in answer.err.splitlines() if line.startswith(f"{HELD}: Ocupado_Por")]
        assert [text for text in ("Ocupado_Por", "JP(94)", "MR(93)") if text not in line] == []
    spools = len(PLANT.spools) - 1
    assert f"Reconstruido de la planilla: {spools} spools, 6 tomados, {len(WORKERS)} trabajadores" in done.out
    assert f"{DONE}: no está en Operaciones; sus eventos (8)" in done.err
    assert "columna Metadata_JSON" in done.err
    assert "nada se sabe" in done.err or "no se sabe nada" in done.err
    again = await run_kiosk("rebuild", "--json", **options(api, store))
    assert (again.status, again.json["error_code"]) == (4, "LEDGER_NOT_EMPTY")


async def test_the_command_says_everything_as_one_document(
    lost: OccupationService, shop: OccupationService, api: SheetsApi, store: Store
):
    done = await run_kiosk("rebuild", "--json", **options(api, store))
    assert done.status == 0, done.err
    log = await whole_log(lost.ledger)
    assert (done.json["events"], done.json["seq"], done.json["taken"]) == (len(log), len(log) + 1, None)
    assert (done.json["disagreements"], done.json["problems"], done.json["missing"]) == ({}, [], [])
    assert LATE in done.json["expired"]
    assert without_listed(await shop.snapshot()) == without_listed(await lost.snapshot())


async def test_a_sheet_out_of_reach_exits_5_and_no_sheet_at_all_2(
    shop: OccupationService, api: SheetsApi, store: Store
):
    away = options(api, store) | {"KIOSK_SHEETS_API_URL": "http://127.0.0.1:1"}
    done = await run_kiosk("rebuild", "--json", **away)
    assert (done.status, done.json["error_code"]) == (5, "SHEET_UNAVAILABLE")
    none = await run_kiosk("rebuild", "--json", **{**away, "KIOSK_SHEETS_ID": ""})
    assert (none.status, none.json["field"]) == (2, "KIOSK_SHEETS_ID")
    assert await is_empty(shop.ledger)
