"""A row that the office copied or retyped for a new spool brings the spool, and not what the shop did to another."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from core.domain.model import PENDIENTE
from core.domain.reasons import Defecto
from core.occupation import OccupationService
from core.settings import sqlite_url
from core.sheet import pulling
from core.sheet.mirroring.rows import CANDIDATES
from core.sheet.pulling import Problem, pull, read_pull_note
from core.sheet.spreadsheet import Spreadsheet, open_spreadsheet
from core.sheet.sync import Sync
from tests.asking import completar, nota, tomar
from tests.plants import MIGUEL
from tests.sheet.planilla import PLANILLA, cell_of, settings_for
from tests.sheet.stage import UNBOUND, a_small_plant
from tests.sheets_api import Book, Office, SheetsApi


@pytest.fixture
def planilla(api: SheetsApi) -> Book:
    """With the column that tells who wrote a row."""
    return api.add_book(PLANILLA, a_small_plant())


@pytest.fixture
async def spreadsheet(api: SheetsApi, tmp_path: Path) -> AsyncIterator[Spreadsheet]:
    """No quota stands in a test's way."""
    async with open_spreadsheet(settings_for(api, sqlite_url(tmp_path / "pace.db"), **UNBOUND)) as spreadsheet:
        yield spreadsheet


async def mirror(shop: OccupationService, spreadsheet: Spreadsheet) -> None:
    await Sync(service=shop, spreadsheet=spreadsheet, pull_every=0).run_once()


@pytest.fixture
async def working(loaded: OccupationService, spreadsheet: Spreadsheet) -> OccupationService:
    """A shop that has MK-1 in hand and completed MK-2, all of it in the sheet."""
    await loaded.tomar(tomar(MIGUEL, tag="MK-1"))
    await loaded.tomar(tomar(MIGUEL, tag="MK-2"))
    await loaded.completar(completar(MIGUEL, "MK-2"))
    await mirror(loaded, spreadsheet)
    return loaded


def copy_row(operaciones: Office, tag: str, *, to: str, row: int) -> None:
    """The office copies the whole row to row number `row` and changes the tag."""
    cells: list[Any] = list(operaciones.rows()[operaciones.row_where("TAG_SPOOL", tag) - 1])
    operaciones.fill([cells], f"A{row}")
    operaciones.set(f"{operaciones.column('TAG_SPOOL')}{row}", to)


def version_of(operaciones: Office, tag: str) -> str:
    return str(operaciones.records()[operaciones.row_where("TAG_SPOOL", tag) - 2]["version"])


def told(row: int, version: str, owner: str) -> Problem:
    copied = {"reason": Defecto.FILA_COPIADA, "data": {"owner": owner}}
    return Problem(sheet="Operaciones", row=row, column="version", value=version, **copied, kept=True)


async def is_untouched(shop: OccupationService, tag: str) -> bool:
    spool = await shop.spool(tag)
    return (spool.arm, spool.sold, spool.ocupacion) == (PENDIENTE, PENDIENTE, None)


@pytest.mark.parametrize("source", ["MK-1", "MK-2"], ids=["in hand", "completed"])
async def test_a_copied_row_brings_a_spool_nobody_worked_on_and_is_named(
    working: OccupationService, operaciones: Office, spreadsheet: Spreadsheet, source: str
) -> None:
    before = await working.spool(source)
    copy_row(operaciones, source, to="MK-9", row=5)
    report = await pull(working, spreadsheet)
    assert (report.loaded.added, report.problems) == (1, (told(5, version_of(operaciones, source), source),))
    assert await is_untouched(working, "MK-9")
    spool = await working.spool("MK-9")
    assert (spool.ot, spool.nv, spool.fecha_materiales) == (before.ot, before.nv, before.fecha_materiales)
    assert await working.spool(source) == before
    note = await read_pull_note(working.ledger)
    assert note is not None
    assert note.problems == report.problems
    # From then on the ledger has it, and the mirror makes its row say so.
    assert (await pull(working, spreadsheet)).problems == ()
    await mirror(working, spreadsheet)
    assert [record["Ocupado_Por"] for record in operaciones.records() if record["TAG_SPOOL"] == "MK-9"] == [""]


async def test_a_copy_above_its_original_is_the_copy(
    working: OccupationService, operaciones: Office, spreadsheet: Spreadsheet
) -> None:
    operaciones.insert_rows(2)
    copy_row(operaciones, "MK-1", to="MK-9", row=2)
    assert (await pull(working, spreadsheet)).problems == (told(2, version_of(operaciones, "MK-9"), "MK-1"),)
    assert await is_untouched(working, "MK-9")


async def test_a_row_whose_tag_was_retyped_brings_no_work_of_the_spool_that_it_was(
    working: OccupationService, operaciones: Office, spreadsheet: Spreadsheet
) -> None:
    version = version_of(operaciones, "MK-1")
    operaciones.set(cell_of(operaciones, "MK-1", "TAG_SPOOL"), "MK-1B")
    assert (await pull(working, spreadsheet)).problems == (told(2, version, "MK-1"),)
    assert await is_untouched(working, "MK-1B")
    assert (await working.status("MK-1")).ocupado_por == "MR(93)"


async def test_of_a_shop_that_never_mirrored_the_spool_that_the_ledger_has_is_the_original(
    loaded: OccupationService, operaciones: Office, spreadsheet: Spreadsheet
) -> None:
    version = str(uuid4())
    operaciones.set(cell_of(operaciones, "MK-1", "Armador"), "MR(93)")
    operaciones.set(cell_of(operaciones, "MK-1", "version"), version)
    operaciones.insert_rows(2)
    copy_row(operaciones, "MK-1", to="MK-9", row=2)
    assert (await pull(loaded, spreadsheet)).problems == (told(2, version, "MK-1"),)
    assert await is_untouched(loaded, "MK-9")


@pytest.mark.parametrize("page", [1, 1000])
async def test_a_copy_is_one_also_when_its_original_has_moved_on_since(
    working: OccupationService,
    operaciones: Office,
    spreadsheet: Spreadsheet,
    monkeypatch: pytest.MonkeyPatch,
    page: int,
) -> None:
    monkeypatch.setattr(pulling, "PAGE", page)
    version = version_of(operaciones, "MK-1")
    copied = operaciones.rows()[operaciones.row_where("TAG_SPOOL", "MK-1") - 1]
    for number in range(CANDIDATES + 1):
        await working.nota(nota(MIGUEL, "MK-1", texto=f"nota {number}"))
        await mirror(working, spreadsheet)
    operaciones.fill([["MK-9", *copied[1:]]], "A5")
    assert (await pull(working, spreadsheet)).problems == (told(5, version, "MK-1"),)
    assert await is_untouched(working, "MK-9")


async def test_several_copies_are_all_named(
    working: OccupationService, operaciones: Office, spreadsheet: Spreadsheet
) -> None:
    version = version_of(operaciones, "MK-1")
    for row, tag in ((5, "MK-9"), (6, "MK-10")):
        copy_row(operaciones, "MK-1", to=tag, row=row)
    report = await pull(working, spreadsheet)
    assert report.problems == (told(5, version, "MK-1"), told(6, version, "MK-1"))
    assert await is_untouched(working, "MK-10")


async def test_a_new_row_that_the_office_filled_itself_counts_as_it_is(
    working: OccupationService, operaciones: Office, spreadsheet: Spreadsheet
) -> None:
    copy_row(operaciones, "MK-2", to="MK-9", row=5)
    copy_row(operaciones, "MK-2", to="MK-10", row=6)
    operaciones.set(cell_of(operaciones, "MK-9", "version"), None)
    operaciones.set(cell_of(operaciones, "MK-10", "version"), str(uuid4()))
    report = await pull(working, spreadsheet)
    assert (report.loaded.added, report.problems) == (2, ())
    assert (await working.spool("MK-9")).arm.completado
    assert (await working.spool("MK-10")).arm.completado


async def test_in_a_ledger_begun_anew_the_first_of_two_rows_with_one_version_counts(
    shop: OccupationService, operaciones: Office, spreadsheet: Spreadsheet
) -> None:
    version = str(uuid4())
    operaciones.set(cell_of(operaciones, "MK-1", "Armador"), "MR(93)")
    operaciones.set(cell_of(operaciones, "MK-1", "Fecha_Armado"), date(2026, 1, 5))
    operaciones.set(cell_of(operaciones, "MK-1", "version"), version)
    copy_row(operaciones, "MK-1", to="MK-9", row=5)
    assert (await pull(shop, spreadsheet)).problems == (told(5, version, "MK-1"),)
    assert (await shop.spool("MK-1")).arm.completado
    assert await is_untouched(shop, "MK-9")
