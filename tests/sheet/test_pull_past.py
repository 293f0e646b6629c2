"""An empty ledger beside a sheet that has events: nothing fills it by itself, so that the lost one can be rebuilt."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.sheet_errors import SheetHasHistoryError, SheetUnavailableError
from core.ledger.open import open_ledger
from core.occupation import OccupationService
from core.settings import sqlite_url
from core.sheet.metadata import COLUMNS
from core.sheet.pull import pull
from core.sheet.pull_note import read_pull_note
from core.sheet.rebuild import rebuild
from core.sheet.spreadsheet.client import Spreadsheet, open_spreadsheet
from core.sheet.sync import Sync
from core.sheet.sync_events import Failed, Pulled, SyncEvent
from core.sheet.template import write_worksheets
from tests.asking import tomar
from tests.conftest import SITE, Store
from tests.kiosk.commands import run_kiosk
from tests.plants import MIGUEL
from tests.sheet.planilla import PLANILLA, settings_for
from tests.sheet.stage import UNBOUND
from tests.sheet.stage_time import StageTime
from tests.sheets_api import Book, Office, SheetsApi

LOG = ["CARGAR_PLANTA", "TOMAR_ARM"]


@pytest.fixture
async def spreadsheet(api: SheetsApi, tmp_path: Path) -> AsyncIterator[Spreadsheet]:
    """No quota stands in a test's way."""
    async with open_spreadsheet(settings_for(api, sqlite_url(tmp_path / "pace.db"), **UNBOUND)) as spreadsheet:
        yield spreadsheet


@pytest.fixture
async def metadata(
    store: Store,
    planilla: Book,
    spreadsheet: Spreadsheet,
    tmp_path: Path,
    make_service: Callable[..., OccupationService],
) -> Office:
    """The office at the log of a ledger that was lost: MK-1 is taken, and the sheet says so."""
    url = sqlite_url(tmp_path / "lost.db")
    async with open_ledger(url, site=SITE, clock=store.clock, request_memory=timedelta(hours=1)) as ledger:
        service = make_service(ledger)
        await write_worksheets(spreadsheet)
        await pull(service, spreadsheet)
        await service.tomar(tomar(MIGUEL, tag="MK-1"))
        await Sync(service=service, spreadsheet=spreadsheet, pull_every=0).run_once()
    office = Office(planilla.sheet("Metadata"), proprietor=True)
    assert [record["Evento_Tipo"] for record in office.records()] == LOG
    return office


async def refused(shop: OccupationService, spreadsheet: Spreadsheet, worksheet: str = "Metadata") -> None:
    with pytest.raises(SheetHasHistoryError) as error:
        await pull(shop, spreadsheet)
    assert error.value.details["sheet"] == worksheet
    assert (await shop.ledger.position()).seq == 0
    assert (await shop.snapshot()).spools == ()


async def test_an_empty_ledger_is_not_filled_and_can_be_rebuilt_and_is_pulled_into_from_then_on(
    shop: OccupationService, metadata: Office, spreadsheet: Spreadsheet
) -> None:
    await refused(shop, spreadsheet)
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert note.error == SheetHasHistoryError("Metadata").as_dict()
    assert (await rebuild(shop, spreadsheet)).events == len(LOG)
    assert (await shop.status("MK-1")).ocupado_por == "MR(93)"
    assert (await pull(shop, spreadsheet)).loaded.event is None


async def test_a_new_ledger_is_begun_on_purpose(
    shop: OccupationService, metadata: Office, spreadsheet: Spreadsheet
) -> None:
    assert (await pull(shop, spreadsheet, anew=True)).loaded.added == 3
    assert (await pull(shop, spreadsheet)).loaded.event is None


async def test_a_mirror_tells_it_stands_still_for_the_plant_and_writes_nothing(
    shop: OccupationService, metadata: Office, spreadsheet: Spreadsheet, api: SheetsApi, store: Store
) -> None:
    time = StageTime(store.clock)
    told: list[SyncEvent] = []
    before, writes = metadata.records(), api.count("write")
    sync = Sync(
        service=shop,
        spreadsheet=spreadsheet,
        pull_every=300,
        tell=told.append,
        sleep=time.sleep,
        monotonic=time.monotonic,
    )
    task = time.start("ARM-01", sync.run())
    await time.passes(900)
    failed = [news for news in told if isinstance(news, Failed)]
    assert len(failed) > 1
    errors = {(type(news.error), news.pulling) for news in failed}
    # The plant is not pulled, and nothing is mirrored into the spreadsheet of the lost ledger.
    assert errors == {(SheetHasHistoryError, True), (SheetUnavailableError, False)}
    assert (metadata.records(), api.count("write")) == (before, writes)
    await rebuild(shop, spreadsheet)
    await time.until(lambda: any(isinstance(news, Pulled) for news in told), within=600)
    assert (await shop.status("MK-1")).ocupado_por == "MR(93)"
    task.cancel()


async def test_the_last_rows_may_have_been_written_by_hand(
    shop: OccupationService, metadata: Office, spreadsheet: Spreadsheet
) -> None:
    metadata.fill([[f"a mano {number}"] for number in range(49)], "A4")
    await refused(shop, spreadsheet)


async def test_a_worksheet_that_was_begun_a_moment_ago_does_not_hide_the_one_before(
    shop: OccupationService, metadata: Office, planilla: Book, spreadsheet: Spreadsheet
) -> None:
    planilla.add_sheet("Metadata 2")
    Office(planilla.sheet("Metadata 2")).fill([list(COLUMNS)])
    Office(planilla.add_sheet("Metadata 3")).fill([list(COLUMNS)])
    planilla.sheet("Metadata 3").grid.resize(1, len(COLUMNS))
    await refused(shop, spreadsheet)


async def test_rows_of_a_former_program_are_no_history_of_a_ledger(
    shop: OccupationService, metadata: Office, spreadsheet: Spreadsheet
) -> None:
    column = metadata.column("Metadata_JSON")
    for row, record in enumerate(metadata.records(), start=2):
        told = json.loads(str(record["Metadata_JSON"]))
        del told["evento"]
        metadata.set(f"{column}{row}", json.dumps(told))
    assert (await pull(shop, spreadsheet)).loaded.added == 3


@pytest.mark.parametrize("rows", [[], [list(COLUMNS)]], ids=["blank", "names only"])
async def test_a_log_without_rows_is_no_history(
    shop: OccupationService, planilla: Book, spreadsheet: Spreadsheet, rows: list[list[Any]]
) -> None:
    Office(planilla.add_sheet("Metadata")).fill(rows)
    assert (await pull(shop, spreadsheet)).loaded.added == 3


async def test_a_ledger_with_a_plant_does_not_look_at_the_log(
    loaded: OccupationService, planilla: Book, spreadsheet: Spreadsheet, api: SheetsApi
) -> None:
    await write_worksheets(spreadsheet)
    api.journal.clear()
    await pull(loaded, spreadsheet)
    assert [request.operation for request in api.journal] == ["spreadsheets.get", "values.batchGet"]


async def test_the_command_says_how_to_go_on_either_way(metadata: Office, api: SheetsApi, store: Store) -> None:
    there = {
        "KIOSK_LEDGER_URL": store.url,
        "KIOSK_SITE": SITE,
        "KIOSK_SHEETS_ID": PLANILLA,
        "KIOSK_SHEETS_API_URL": api.url,
    }
    done = await run_kiosk("pull", "--json", **there)
    assert (done.status, done.json["error_code"], done.json["status"]) == (4, "SHEET_HAS_HISTORY", 409)
    assert [way for way in ("TIENE HISTORIA", "kiosk rebuild", "kiosk pull --anew") if way not in done.err] == []
    anew = await run_kiosk("pull", "--anew", "--json", **there)
    assert (anew.status, anew.json["added"]) == (0, 3), anew.err
