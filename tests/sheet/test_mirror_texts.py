"""What stands in the cells: expiries, instants on days when clocks change, names and texts that look like formulas."""

from datetime import UTC, datetime
from unicodedata import normalize

import pytest

from core.domain.model import Operacion, Plant, Rol
from tests.asking import completar, nota, tomar
from tests.plants import JUAN, MIGUEL, Etapa, a_worker, spool_at
from tests.sheet.mirroring import Shop, add_planilla
from tests.sheets_api import SheetsApi
from tests.shopfloor import HOUR

STRANGE = [
    ("=SUMA(A1:A9)", "Ñandú"),
    ("+Ana", "Ö"),
    ("-", "@Luis"),
    ("'Pedro", "'"),
    ("👷🏽‍♀️ Ana", "🔧"),
    ("Zoë", "de la Cruz"),
    ("TRUE", "1"),
    ("Ana", "\u0301x"),
    ("\u2003", "x"),
]


async def test_a_lock_that_runs_out_shows_in_the_sheet_and_so_does_its_new_life(mirrored: Shop) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.caught_up()
    await mirrored.check()
    assert mirrored.row("MK-1")["Estado_Detalle"].startswith("Ocupado por JP(94)")
    mirrored.clock.advance(seconds=12 * HOUR + 1)
    progress = await mirrored.cycle()
    assert (progress.rows, progress.events) == (1, 0)
    assert mirrored.row("MK-1")["Estado_Detalle"].startswith("VENCIDO, lo tenía JP(94)")
    assert mirrored.row("MK-1")["Ocupado_Por"] == "JP(94)"
    await mirrored.until_done()
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.until_done()
    assert mirrored.row("MK-1")["Estado_Detalle"].startswith("Ocupado por JP(94)")
    await mirrored.check()
    assert await mirrored.conflicts() == []


async def test_a_clock_that_is_set_back_and_forth_repeats_and_loses_nothing(mirrored: Shop) -> None:
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.caught_up()
    for jump in (13 * HOUR, -20 * HOUR, 30 * HOUR, -40 * HOUR, 24 * HOUR):
        mirrored.clock.advance(seconds=jump)
        await mirrored.service.nota(nota(MIGUEL, "MK-2", texto=f"{jump}"))
        await mirrored.start()
        await mirrored.until_done()
        await mirrored.check()
    assert await mirrored.conflicts() == []
    instants = [row["Timestamp"] for row in mirrored.logged()]
    assert instants != sorted(instants)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 4, 5, 2, 30, tzinfo=UTC), "04-04-2026 23:30:00"),
        (datetime(2026, 4, 5, 3, 30, tzinfo=UTC), "04-04-2026 23:30:00"),
        (datetime(2026, 4, 5, 4, 30, tzinfo=UTC), "05-04-2026 00:30:00"),
        (datetime(2026, 9, 6, 3, 59, 59, 999_000, tzinfo=UTC), "05-09-2026 23:59:59"),
        (datetime(2026, 9, 6, 4, 0, tzinfo=UTC), "06-09-2026 01:00:00"),
    ],
)
async def test_on_a_day_when_clocks_change_the_sheet_shows_the_plants_time_and_keeps_the_instant(
    mirrored: Shop, instant: datetime, shown: str
) -> None:
    mirrored.clock.advance(seconds=(instant - mirrored.clock()).total_seconds())
    await mirrored.service.tomar(tomar(JUAN, tag="MK-1"))
    await mirrored.caught_up()
    last = mirrored.logged()[-1]
    assert (last["Timestamp"], mirrored.row("MK-1")["Fecha_Ocupacion"]) == (shown, shown)
    assert f'"ts":"{instant.isoformat()}"' in last["Metadata_JSON"]
    await mirrored.check()
    assert (await mirrored.cycle()).is_done
    assert await mirrored.conflicts() == []


@pytest.mark.parametrize(("nombre", "apellido"), STRANGE)
async def test_a_name_stands_in_the_sheet_as_it_is_and_is_nobodys_change(
    mirrored: Shop, nombre: str, apellido: str
) -> None:
    worker = a_worker(401, nombre, apellido, Rol.ARMADOR, Rol.SOLDADOR)
    await mirrored.service.load_plant(Plant(spools=(), workers=(worker, MIGUEL)))
    await mirrored.service.tomar(tomar(worker, tag="MK-1"))
    await mirrored.service.completar(completar(worker, "MK-1"))
    await mirrored.service.tomar(tomar(worker, Operacion.SOLD, "MK-1"))
    await mirrored.caught_up()
    await mirrored.check()
    assert mirrored.row("MK-1")["Armador"] == _as_text(worker.worker_nombre)
    assert mirrored.operaciones.cell(mirrored.at("MK-1", "Armador")).formula is None
    writes = mirrored.spreadsheet.figures.writes
    await mirrored.start()
    assert (await mirrored.cycle()).is_done
    assert mirrored.spreadsheet.figures.writes == writes
    assert await mirrored.conflicts() == []


@pytest.mark.parametrize("texto", ["=1+1", "+56 9 1234", "'cita", "-", "@casa", "#REF!", "TRUE", "00123", "👷🏽‍♀️"])
async def test_a_note_stands_in_the_log_as_it_was_written(mirrored: Shop, texto: str) -> None:
    await mirrored.service.nota(nota(MIGUEL, "MK-2", texto=texto))
    await mirrored.caught_up()
    await mirrored.check()
    assert f'"texto":"{texto}"' in mirrored.logged()[-1]["Metadata_JSON"]


async def test_tags_of_every_kind_and_length_are_found(mirrored: Shop, api: SheetsApi) -> None:
    tags = ["X" * 64, "=A1", "+1", "'MK'", "MK 'a' \"b\"", "Ñ-1", "mk-1", "TRUE", "1-2", "👷-1"]
    mirrored.book = add_planilla(api, tags)
    mirrored._offices.clear()
    await mirrored.service.load_plant(Plant(spools=tuple(spool_at(Etapa.LIBRE, tag) for tag in tags), workers=()))
    for tag in tags:
        await mirrored.service.tomar(tomar(JUAN, tag=tag))
    before = mirrored.offices_part()
    await mirrored.caught_up()
    await mirrored.check()
    assert mirrored.offices_part() == before
    assert [row["Ocupado_Por"] for row in mirrored.operaciones.records()] == ["JP(94)"] * len(tags)
    assert (await mirrored.status()).unknown.count == 0


def _as_text(name: str) -> str:
    """The name as a cell is read: composed, without blanks around it."""
    return normalize("NFC", name).strip()
