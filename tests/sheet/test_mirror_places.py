"""Where the mirror takes up its work: a cursor that is lost, another spreadsheet, events that are no longer there."""

from pathlib import Path
from typing import Any, cast

import pytest

from core.domain.errors import LedgerUnavailableError, SheetUnavailableError, SheetUnusableError
from core.domain.reasons import FallaPlanilla
from core.ledger.protocol import Ledger
from core.occupation import OccupationService
from core.sheet.mirroring.mirror import Mirror
from core.sheet.state import BOOK, CURSOR, LEASE, LeaseLostError, MirrorNotes, read_cursor, read_status
from tests.asking import nota, tomar
from tests.plants import JUAN, MIGUEL
from tests.sheet.mirroring import METADATA, ON_SQLITE, Shop, add_planilla, unhurried
from tests.sheets_api import SheetsApi
from tests.shopfloor import SANTIAGO

OTHER = "otra-planilla"


class AwayAtFirst:
    """A ledger whose first read of this kind meets a store that is away."""

    def __init__(self, ledger: Ledger, verb: str) -> None:
        self._ledger = ledger
        self._verb = verb

    def __getattr__(self, name: str) -> Any:
        if name == self._verb:
            self._verb = ""
            raise LedgerUnavailableError("se fue un momento")
        return getattr(self._ledger, name)


async def notes(shop: Shop, *texts: str) -> None:
    for text in texts:
        await shop.service.nota(nota(MIGUEL, "MK-2", texto=text))


async def lose_cursor(shop: Shop) -> None:
    await MirrorNotes(shop.ledger, shop.token).write(BOOK, {CURSOR: None})


def texts_in(shop: Shop) -> list[str]:
    return [row["ID"] for row in shop.logged()]


@pytest.mark.parametrize("verb", ["position", "snapshot"])
async def test_a_mirror_that_cannot_begin_tells_it_and_forgets_nothing_of_the_one_before(
    mirrored: Shop, verb: str
) -> None:
    await notes(mirrored, "uno", "dos")
    await mirrored.caught_up()
    before = await mirrored.ledger.notes.read(BOOK)
    away = cast("Ledger", AwayAtFirst(mirrored.ledger, verb))
    service = OccupationService(away, station="SYNC-02", timezone=SANTIAGO)
    mirror = Mirror(service, mirrored.spreadsheet, MirrorNotes(mirrored.ledger, mirrored.token))
    with pytest.raises(LedgerUnavailableError) as caught:
        await mirror.cycle()
    await mirror.note_trouble(caught.value)
    noted = await mirrored.ledger.notes.read(BOOK)
    assert read_cursor(noted) == read_cursor(before)
    told = read_status(noted)
    assert told is not None
    assert told.trouble is not None
    await mirror.cycle()
    await mirrored.check()


async def test_events_that_the_office_moved_elsewhere_are_not_written_again_when_the_cursor_is_lost(
    mirrored: Shop,
) -> None:
    await notes(mirrored, "uno", "dos", "tres", "cuatro")
    await mirrored.caught_up()
    moved = texts_in(mirrored)[:3]
    mirrored.metadata.delete_rows(2, 3)
    await lose_cursor(mirrored)
    await notes(mirrored, "cinco")
    await mirrored.start()
    await mirrored.until_done()
    assert moved + texts_in(mirrored) == [str(event.id) for event in await mirrored.events()]


@ON_SQLITE
async def test_with_the_cursor_lost_and_no_event_in_the_sheet_the_whole_log_is_written(mirrored: Shop) -> None:
    await notes(mirrored, "uno", "dos")
    await mirrored.caught_up()
    mirrored.metadata.delete_rows(2, 3)
    await lose_cursor(mirrored)
    await mirrored.start()
    await mirrored.until_done()
    await mirrored.check()


async def test_audit_rows_that_vanished_from_the_end_of_the_sheet_are_written_again(mirrored: Shop) -> None:
    await notes(mirrored, "uno", "dos", "tres")
    await mirrored.caught_up()
    mirrored.metadata.delete_rows(4, 2)
    await notes(mirrored, "cuatro")
    await mirrored.until_done()
    await mirrored.check()


@ON_SQLITE
async def test_a_log_that_the_office_moved_elsewhere_as_a_whole_goes_on_with_what_happens_next(mirrored: Shop) -> None:
    await notes(mirrored, "uno", "dos", "tres")
    await mirrored.caught_up()
    before = texts_in(mirrored)
    mirrored.metadata.delete_rows(2, 4)
    await notes(mirrored, "cuatro")
    await mirrored.until_done()
    assert before + texts_in(mirrored) == [str(event.id) for event in await mirrored.events()]


async def test_another_spreadsheet_gets_every_event_and_no_row_of_it_is_suspected(
    mirrored: Shop, api: SheetsApi, tmp_path: Path
) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await notes(mirrored, "uno", "dos")
    await mirrored.caught_up()
    mirrored.book = add_planilla(api, name=OTHER)
    mirrored._offices.clear()
    (tmp_path / "otra").mkdir()
    async with unhurried(api, tmp_path / "otra", sheets_id=OTHER) as mirrored.spreadsheet:
        await mirrored.start()
        await mirrored.until_done()
        await mirrored.check()
        assert await mirrored.conflicts() == []


async def test_a_mirror_that_slept_takes_nothing_of_its_successors_for_a_persons(mirrored: Shop) -> None:
    await mirrored.caught_up()
    asleep = mirrored.mirror
    await mirrored.start()
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.until_done()
    with pytest.raises(LeaseLostError):
        await asleep.cycle()
    assert await mirrored.conflicts() == []
    assert await mirrored.ledger.locks.value(LEASE) == mirrored.token


@ON_SQLITE
async def test_rows_go_on_while_the_worksheet_of_events_is_of_no_use(mirrored: Shop) -> None:
    await mirrored.caught_up()
    mirrored.metadata.rename_header("ID", "Número")
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    with pytest.raises(SheetUnusableError):
        await mirrored.cycle()
    assert mirrored.row("MK-1")["Ocupado_Por"] == "JP(94)"
    mirrored.metadata.rename_header("Número", METADATA[0])
    await mirrored.until_done()
    await mirrored.check()


@ON_SQLITE
async def test_events_go_on_while_google_refuses_the_rows(mirrored: Shop, api: SheetsApi) -> None:
    await mirrored.caught_up()
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    api.before("values.batchUpdate", lambda _: setattr(mirrored.book, "access", "reader"))
    api.before("values.append", lambda _: setattr(mirrored.book, "access", "writer"))
    with pytest.raises(SheetUnavailableError) as caught:
        await mirrored.cycle()
    assert caught.value.falla is FallaPlanilla.SOLO_LECTURA
    assert texts_in(mirrored) == [str(event.id) for event in await mirrored.events()]
    await mirrored.until_done()
    await mirrored.check()
