"""Pulls that meet a bad network, each other, or a ledger that goes away: nothing changes, and the reason is kept."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import PullInProgressError, SheetUnavailableError
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet.pull import LOCK, LOCK_LIFE, pull
from core.sheet.pull_note import read_pull_note
from core.sheet.spreadsheet.client import Spreadsheet, Timeouts, open_spreadsheet
from core.sheet.state import BOOK
from tests.conftest import OpenLedger, Store
from tests.sheet.planilla import settings_for
from tests.sheets_api import EVERY_FAULT, Book, Office, SheetsApi

READS = ("spreadsheets.get", "values.batchGet")
TROUBLES = {
    name: fault
    for name, fault in EVERY_FAULT.items()
    if name not in {"slow body", "empty values"} and "applied" not in name
}


@pytest.fixture
async def loaded(loaded: OccupationService, planilla: Book) -> OccupationService:
    """A shop that pulled once; since then the office changed something."""
    Office(planilla.sheet("Operaciones")).set("B2", "OT-9")
    return loaded


async def is_free(ledger: Ledger) -> bool:
    return await ledger.locks.value(LOCK) is None


# The network


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("name", TROUBLES)
async def test_a_read_that_fails_changes_nothing_keeps_the_last_figures_and_says_why(
    loaded: OccupationService, api: SheetsApi, tmp_path: Path, name: str, operation: str
) -> None:
    before = await loaded.snapshot()
    api.fail(TROUBLES[name], when=operation)
    hurried = Timeouts(read=0.3, total=0.4)
    async with open_spreadsheet(settings_for(api, f"sqlite:///{tmp_path / 'pace.db'}"), timeouts=hurried) as sheet:
        with pytest.raises(SheetUnavailableError) as error:
            await pull(loaded, sheet)
        assert await loaded.snapshot() == before
        note = await read_pull_note(loaded.ledger)
        assert note is not None
        assert (note.seq, note.added, note.at, note.failing_since) == (1, 3, loaded.ledger.now(), loaded.ledger.now())
        assert note.error is not None
        assert (note.error["error_code"], note.error["falla"]) == ("SHEET_UNAVAILABLE", error.value.falla)
        assert await is_free(loaded.ledger)
        api.release()
        assert (await pull(loaded, sheet)).loaded.updated == 1
    note = await read_pull_note(loaded.ledger)
    assert note is not None
    assert (note.seq, note.updated, note.error, note.failing_since) == (2, 1, None, None)


async def test_a_pull_that_keeps_failing_tells_since_when(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, store: Store
) -> None:
    first = loaded.ledger.now()
    api.fail(EVERY_FAULT["status 503"])
    api.fail(EVERY_FAULT["status 429"])
    for falla in (FallaPlanilla.SERVIDOR, FallaPlanilla.CUOTA):
        with pytest.raises(SheetUnavailableError) as error:
            await pull(loaded, spreadsheet)
        assert error.value.falla is falla
        store.clock.advance(seconds=60)
    note = await read_pull_note(loaded.ledger)
    assert note is not None
    assert note.error is not None
    assert (note.failing_since, note.at, note.error["falla"]) == (first, first, FallaPlanilla.CUOTA)


async def test_a_worksheet_renamed_between_the_two_requests_stops_the_pull(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi, planilla: Book
) -> None:
    before = await loaded.snapshot()
    api.before("values.batchGet", lambda _: Office(planilla.sheet("Roles")).rename("Papeles"))
    with pytest.raises(SheetUnavailableError):
        await pull(loaded, spreadsheet)
    assert await loaded.snapshot() == before


# Each other


async def test_a_second_pull_is_refused_while_one_is_under_way_and_loads_nothing(
    loaded: OccupationService,
    spreadsheet: Spreadsheet,
    another_ledger: OpenLedger,
    make_service: Callable[..., OccupationService],
    api: SheetsApi,
) -> None:
    other = make_service(await another_ledger(), station="ARM-02")
    api.fail(EVERY_FAULT["hang"], when="values.batchGet")
    first = asyncio.create_task(pull(loaded, spreadsheet))
    await asyncio.to_thread(api.wait_held)
    asked = api.count()
    with pytest.raises(PullInProgressError):
        await pull(other, spreadsheet)
    assert api.count() == asked
    note = await read_pull_note(loaded.ledger)
    assert note is not None
    assert note.error is None
    api.release()
    assert (await first).loaded.updated == 1
    assert (await pull(other, spreadsheet)).loaded.event is None


async def test_the_lock_of_a_pull_that_died_ends_by_itself(
    loaded: OccupationService, spreadsheet: Spreadsheet, store: Store
) -> None:
    assert await loaded.ledger.locks.acquire(LOCK, "0:of one that was killed", LOCK_LIFE)
    with pytest.raises(PullInProgressError):
        await pull(loaded, spreadsheet)
    store.clock.advance(seconds=LOCK_LIFE)
    assert (await pull(loaded, spreadsheet)).loaded.updated == 1


@pytest.mark.parametrize("operation", READS)
async def test_a_pull_that_was_so_slow_that_another_may_have_loaded_a_newer_sheet_loads_nothing(
    loaded: OccupationService, spreadsheet: Spreadsheet, store: Store, api: SheetsApi, operation: str
) -> None:
    before = await loaded.snapshot()
    api.after(operation, lambda _: store.clock.advance(seconds=LOCK_LIFE + 1))
    with pytest.raises(PullInProgressError):
        await pull(loaded, spreadsheet)
    assert await loaded.snapshot() == before


async def test_a_slow_pull_keeps_its_lock_from_step_to_step(
    loaded: OccupationService, spreadsheet: Spreadsheet, store: Store, api: SheetsApi
) -> None:
    for operation in READS:
        api.after(operation, lambda _: store.clock.advance(seconds=LOCK_LIFE - 1))
    assert (await pull(loaded, spreadsheet)).loaded.updated == 1
    assert await is_free(loaded.ledger)


async def test_a_pull_that_is_cancelled_gives_its_lock_back_and_loads_nothing(
    loaded: OccupationService, spreadsheet: Spreadsheet, api: SheetsApi
) -> None:
    before = await loaded.snapshot()
    api.fail(EVERY_FAULT["hang"], when="values.batchGet")
    task = asyncio.create_task(pull(loaded, spreadsheet))
    await asyncio.to_thread(api.wait_held)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await is_free(loaded.ledger)
    assert await loaded.snapshot() == before


# What the ledger remembers


async def test_a_note_that_no_version_of_ours_wrote_is_none(shop: OccupationService) -> None:
    assert await read_pull_note(shop.ledger) is None
    assert await shop.ledger.locks.acquire(LOCK, "0:x", 10)
    assert await shop.ledger.notes.write(BOOK, {"pull": '{"added": "many"}'}, lock=LOCK, token="0:x")
    assert await read_pull_note(shop.ledger) is None


async def test_what_a_newer_version_adds_to_a_note_is_passed_over(shop: OccupationService) -> None:
    assert await shop.ledger.locks.acquire(LOCK, "0:x", 10)
    newer = '{"added": 3, "mood": "good", "problems": [{"sheet": "Roles", "row": 2, "column": "Id", "value": "", '
    newer += '"reason": "x", "advice": "y"}]}'
    assert await shop.ledger.notes.write(BOOK, {"pull": newer}, lock=LOCK, token="0:x")
    note = await read_pull_note(shop.ledger)
    assert note is not None
    assert (note.added, note.problems[0].sheet, note.problems[0].kept) == (3, "Roles", False)
