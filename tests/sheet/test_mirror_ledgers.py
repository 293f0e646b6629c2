"""The ledger under the mirror is another one, an older one, or forgot its notes: then the sheet itself is asked."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import LedgerRolledBackError
from core.domain.requests import AceptarRegistroRequest
from core.ledger.copying import copy_ledger
from core.ledger.open import open_ledger
from core.ledger.protocol import Ledger
from core.ledger.redis.schema import Keys
from core.occupation import OccupationService
from core.sheet.state import BOOK, LEASE, Cursor, LeaseLostError, MirrorNotes, read_cursor
from tests.asking import completar, nota, tomar
from tests.conftest import SITE
from tests.plants import CARLA, JUAN, MIGUEL
from tests.redis_servers import RedisServer
from tests.sheet.mirroring import ON_SQLITE, Shop

Make = Callable[[Ledger], OccupationService]


async def notes(shop: Shop, count: int) -> None:
    for number in range(count):
        await shop.service.nota(nota(MIGUEL, "MK-2", texto=f"nota {number}"))


def set_back(server: RedisServer, backup: str) -> None:
    """The site's keys as they were when they were copied under `backup`, but for the lease that lives by the clock."""
    for key in keys_of(server):
        if LEASE not in key:
            server.command("DEL", key)
    for key in keys_of(server, backup):
        server.command("RENAME", key, key.replace(backup, "", 1))


def back_up(server: RedisServer, backup: str) -> None:
    for key in keys_of(server):
        if LEASE not in key:
            server.command("COPY", key, key.replace(":", f"{backup}:", 1))


def keys_of(server: RedisServer, backup: str = "") -> list[str]:
    return [key.decode() for key in server.command("KEYS", f"{{{SITE}}}{backup}:*")]


@pytest.mark.parametrize("store", ["redis"], indirect=True)
@pytest.mark.parametrize("restarted", [False, True], ids=["the same mirror", "another mirror"])
async def test_a_ledger_that_lost_its_past_stops_the_mirror_and_once_accepted_it_goes_on(
    mirrored: Shop, clocked_redis: RedisServer, *, restarted: bool
) -> None:
    """What only the sheet still tells stays in its log; in its rows it is put on record before it is written over."""
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.caught_up()
    back_up(clocked_redis, "copia")
    await mirrored.service.completar(completar(JUAN, "MK-1"))
    await mirrored.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await mirrored.caught_up()
    told, sheet = [row["ID"] for row in mirrored.logged()], mirrored.operaciones.rows()
    set_back(clocked_redis, "copia")
    with pytest.raises(LedgerRolledBackError):
        await mirrored.cycle()
    assert (mirrored.operaciones.rows(), [row["ID"] for row in mirrored.logged()]) == (sheet, told)
    accepted = AceptarRegistroRequest(worker_id=CARLA.worker_id, motivo="copia de ayer")
    await mirrored.service.aceptar_registro(accepted)
    # Under the number of an event that is lost there is another one now.
    await mirrored.service.nota(nota(MIGUEL, "MK-3"))
    if restarted:
        await mirrored.start()
    await mirrored.until_done()
    ids = [row["ID"] for row in mirrored.logged()]
    assert ids[: len(told)] == told
    assert len(ids) == len(set(ids))
    assert {str(event.id) for event in await mirrored.events()} <= set(ids)
    await mirrored.check_rows()
    assert {event.tag_spool for event in await mirrored.conflicts()} == {"MK-1", "MK-3"}
    assert (await mirrored.state()).waiting == 0


async def test_a_cursor_of_another_past_is_not_believed(mirrored: Shop) -> None:
    await notes(mirrored, 2)
    await mirrored.caught_up()
    await notes(mirrored, 3)
    cursor = (await read_cursor_of(mirrored)).model_copy(update={"identity": "otra", "seq": 5})
    await MirrorNotes(mirrored.ledger, mirrored.token).save(cursor=cursor)
    await mirrored.start()
    await mirrored.until_done()
    await mirrored.check()


async def read_cursor_of(shop: Shop) -> Cursor:
    cursor = read_cursor(await shop.ledger.notes.read(BOOK))
    assert cursor is not None
    return cursor


@pytest.mark.parametrize("engine", ["sqlite", "redis"])
async def test_a_copied_ledger_goes_on_where_the_old_one_stopped(
    mirrored: Shop, clocked_redis: RedisServer, make_service: Make, tmp_path: Path, engine: str
) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await notes(mirrored, 3)
    await mirrored.caught_up()
    url = clocked_redis.url if engine == "redis" else f"sqlite:///{tmp_path / 'copia.db'}"
    site = open_ledger(url, site="copia", request_memory=timedelta(hours=1), clock=mirrored.clock)
    async with site as target:
        await copy_ledger(mirrored.ledger, target)
        shop = Shop(make_service(target), mirrored.book, mirrored.spreadsheet, mirrored.clock)
        await notes(shop, 2)
        await shop.start()
        await shop.until_done()
        await shop.check()
        assert await shop.conflicts() == []


@ON_SQLITE
@pytest.mark.parametrize("book", ["sheet", "sheet-rows"])
@pytest.mark.parametrize("garbage", ["", "{", "[]", "null", '{"seq": "x"}', "[1, [2]]", '[1,["a","b"]]', "\x00", None])
async def test_notes_that_cannot_be_read_cost_a_look_and_nothing_else(
    mirrored: Shop, book: str, garbage: str | None
) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await notes(mirrored, 3)
    await mirrored.caught_up()
    before = mirrored.offices_part()
    written = dict.fromkeys(await mirrored.ledger.notes.read(book), garbage)
    await mirrored.ledger.notes.write(book, {**written, "otra": garbage}, lock="sheet-mirror", token=mirrored.token)
    await notes(mirrored, 2)
    await mirrored.service.tomar(tomar(MIGUEL, tag="MK-3"))
    await mirrored.start()
    await mirrored.until_done()
    await mirrored.check()
    assert await mirrored.conflicts() == []
    assert mirrored.offices_part() == before


@pytest.mark.parametrize("store", ["redis"], indirect=True)
async def test_events_that_were_trimmed_before_they_reached_the_sheet_are_counted_as_lost(
    mirrored: Shop, clocked_redis: RedisServer
) -> None:
    await notes(mirrored, 3)
    await mirrored.caught_up()
    await notes(mirrored, 10)
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    clocked_redis.command("XTRIM", Keys(SITE).events, "MINID", "11-0")
    await mirrored.until_done()
    seqs = [event.seq for event in await mirrored.ledger.events(after=10, limit=100)]
    assert len(mirrored.logged()) == 4 + len(seqs)
    assert ((await mirrored.status()).lost, (await mirrored.state()).waiting) == (10 - 4, 0)
    await mirrored.check_rows()
    await mirrored.start()
    await notes(mirrored, 1)
    await mirrored.until_done()
    assert len(mirrored.logged()) == 4 + len(seqs) + 1
    assert (await mirrored.status()).lost == 6


@pytest.mark.parametrize("store", ["redis"], indirect=True)
async def test_audit_rows_that_vanished_are_written_again_as_far_as_a_trimmed_log_still_has_them(
    mirrored: Shop, clocked_redis: RedisServer
) -> None:
    await notes(mirrored, 6)
    await mirrored.caught_up()
    told = [row["ID"] for row in mirrored.logged()]
    mirrored.metadata.delete_rows(6, 3)
    clocked_redis.command("XTRIM", Keys(SITE).events, "MINID", "3-0")
    await notes(mirrored, 1)
    await mirrored.until_done()
    last = [str(event.id) for event in await mirrored.ledger.events(after=7, limit=100)]
    assert [row["ID"] for row in mirrored.logged()] == told + last
    assert (await mirrored.status()).lost == 0


@pytest.mark.parametrize("store", ["redis"], indirect=True)
async def test_a_spool_whose_last_event_was_trimmed_keeps_its_version_and_nobody_is_suspected(
    mirrored: Shop, clocked_redis: RedisServer
) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await notes(mirrored, 3)
    await mirrored.caught_up()
    version = mirrored.row("MK-1")["version"]
    clocked_redis.command("XTRIM", Keys(SITE).events, "MINID", "4-0")
    await mirrored.start()
    await mirrored.until_done()
    assert (mirrored.row("MK-1")["Ocupado_Por"], mirrored.row("MK-1")["version"]) == ("JP(94)", version)
    assert [str(event.accion) for event in await mirrored.ledger.events(after=3, limit=100)] == ["NOTA"] * 2
    assert (await mirrored.status()).lost == 0


async def test_a_mirror_that_lost_its_lease_can_remember_nothing_and_sends_nothing(mirrored: Shop) -> None:
    await mirrored.caught_up()
    old = mirrored.mirror
    await mirrored.start()
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    sheet = mirrored.operaciones.rows()
    with pytest.raises(LeaseLostError):
        await old.cycle()
    assert mirrored.operaciones.rows() == sheet
    await mirrored.until_done()
    await mirrored.check()


async def test_a_sheet_of_the_former_system_is_taken_over_and_only_what_would_be_lost_is_a_conflict(
    mirrored: Shop,
) -> None:
    office = mirrored.operaciones
    office.set_where("TAG_SPOOL", "MK-1", "Estado_Detalle", "en proceso de armado por Juan")
    office.set_where("TAG_SPOOL", "MK-1", "version", "3")
    office.set_where("TAG_SPOOL", "MK-1", "Ocupado_Por", "JP(94)")
    office.set_where("TAG_SPOOL", "MK-2", "Fecha_Armado", "10/11/2025")
    office.set_where("TAG_SPOOL", "MK-3", "version", 7)
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    before = mirrored.offices_part()
    await mirrored.caught_up()
    await mirrored.check()
    told = {event.tag_spool: event.metadata["columnas"] for event in await mirrored.conflicts()}
    assert told.keys() == {"MK-1", "MK-2", "MK-3"}
    assert told["MK-2"] == {"Fecha_Armado": {"hoja": "10-11-2025", "registro": ""}}
    # Perhaps it is no version of a row but one of a drawing.
    assert told["MK-3"] == {"version": {"hoja": "7", "registro": ""}}
    assert mirrored.offices_part() == before
