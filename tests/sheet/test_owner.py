"""Whose spreadsheet it is: one ledger is mirrored into it, a second one is refused, a rightful successor takes over."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from core.domain.events import Event, EventDraft
from core.domain.model import Accion, Snapshot
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.occupation import OccupationService
from core.sheet.owner import Owner, owner_in
from core.sheet.pull import pull
from core.sheet.push.mirror import OUTLINE_AGE
from core.sheet.rebuild import rebuild
from core.sheet.spreadsheet.client import Spreadsheet
from tests.asking import tomar
from tests.conftest import OpenLedger
from tests.plants import JUAN, START
from tests.sheet.mirroring import ON_SQLITE, Shop, small_plant, unhurried
from tests.sheet.planilla import contents
from tests.sheets_api import Book, SheetsApi

pytestmark = ON_SQLITE


@pytest.fixture
async def theirs(api: SheetsApi, tmp_path: Path) -> AsyncIterator[Spreadsheet]:
    """The spreadsheet as the other ledger's mirror reaches it."""
    (tmp_path / "other").mkdir()
    async with unhurried(api, tmp_path / "other") as spreadsheet:
        yield spreadsheet


@pytest.fixture
async def other(
    mirrored: Shop,
    theirs: Spreadsheet,
    another_ledger: OpenLedger,
    make_service: Callable[..., OccupationService],
) -> Shop:
    """Another empty ledger beside the same spreadsheet."""
    return Shop(make_service(await another_ledger("otra")), mirrored.book, theirs, mirrored.clock)


def owner_of(book: Book) -> Owner | None:
    return owner_in({mark["metadataId"]: mark["metadataValue"] for mark in book.marks})


async def is_owner(shop: Shop) -> bool:
    owner = owner_of(shop.book)
    return owner is not None and owner.identity == (await shop.ledger.position()).identity


async def refused(shop: Shop, station: str = "SYNC-01") -> None:
    """The mirror says whose spreadsheet it is and writes nothing."""
    before = contents(shop.book.sheets)
    with pytest.raises(SheetUnavailableError) as error:
        await shop.cycle()
    assert (error.value.falla, error.value.details["detail"]) == (FallaPlanilla.OTRO_REGISTRO, station)
    assert contents(shop.book.sheets) == before
    assert not await is_owner(shop)


async def test_a_second_ledger_is_refused_with_the_first_ones_station_and_nobody_fights_over_rows(
    mirrored: Shop, other: Shop
) -> None:
    await mirrored.caught_up()
    await other.service.load_plant(small_plant())
    await other.service.tomar(tomar(JUAN, tag="MK-1"))
    await other.start()
    for _ in range(2):
        await refused(other)
        await mirrored.until_done()
        other.seconds.now += OUTLINE_AGE + 1
    await mirrored.check()
    assert await mirrored.conflicts() == []


async def test_of_two_that_claim_it_at_once_one_gets_it_and_the_other_is_refused(
    mirrored: Shop, other: Shop, api: SheetsApi
) -> None:
    await other.service.load_plant(small_plant())
    await other.start()
    await mirrored.start()
    first = Owner(identity=(await mirrored.ledger.position()).identity, station="SYNC-02")
    claim: Any = first.claim()["createDeveloperMetadata"]
    api.before("spreadsheets.batchUpdate", lambda _: other.book.marks.append(claim["developerMetadata"]))
    with pytest.raises(SheetUnavailableError) as error:
        await other.cycle()
    assert error.value.falla is FallaPlanilla.RECHAZADA
    await refused(other, "SYNC-02")
    await mirrored.until_done()
    await mirrored.check()


async def test_a_ledger_that_a_supervisor_accepted_in_the_place_of_the_lost_one_takes_over(
    mirrored: Shop, other: Shop
) -> None:
    lost = (await mirrored.ledger.position()).identity
    await mirrored.caught_up()
    accepted = EventDraft(
        accion=Accion.ACEPTAR_REGISTRO,
        fecha_operacion=START.date(),
        station="ARM-01",
        metadata={"motivo": "se perdió el servidor", "registro_anterior": lost},
    ).committed(seq=1, ts=START)

    async def log() -> AsyncIterator[list[Event]]:
        yield [accepted]

    plant = small_plant()
    snapshot = Snapshot(seq=1, spools=plant.spools, workers=plant.workers)
    await other.ledger.admin.restore(snapshot, identity=str(uuid4()), pages=log(), locks={})
    await other.start()
    await other.until_done()
    assert await is_owner(other)
    await other.check_rows()
    mirrored.seconds.now += OUTLINE_AGE + 1
    await refused(mirrored)


async def test_a_rebuilt_ledger_takes_over(mirrored: Shop, other: Shop) -> None:
    await mirrored.caught_up()
    await rebuild(other.service, other.spreadsheet)
    await other.start()
    await other.until_done()
    assert await is_owner(other)
    await other.check()


async def test_a_ledger_begun_on_purpose_beside_anothers_history_takes_over(mirrored: Shop, other: Shop) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.caught_up()
    await pull(other.service, other.spreadsheet, anew=True)
    await other.start()
    await other.until_done()
    assert await is_owner(other)
    await other.check_rows()


@pytest.mark.parametrize("value", ["", "{", json.dumps({"station": "x"})])
async def test_a_mark_that_names_no_ledger_keeps_nobody_out(mirrored: Shop, value: str) -> None:
    await mirrored.caught_up()
    mirrored.book.marks[0]["metadataValue"] = value
    await mirrored.start()
    await mirrored.until_done()
    assert await is_owner(mirrored)
