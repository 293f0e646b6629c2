"""What a supervisor reads of the office's sheet: who mirrors it, what waits, what is wrong with it, and conflicts."""

from datetime import timedelta

import pytest

from core.domain.errors import SheetUnavailableError, SheetUnusableError
from core.domain.reasons import Defecto, FallaPlanilla
from core.sheet.pulling import Problem
from core.sheet.state import Named
from kiosk.live import mirror_watch
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.mirrors import Mirror, begin, conflict, ledger_of, shows
from tests.kiosk.terminal import CARLA, FREE_SPOOL, FrozenClock, Terminal, terminal
from tests.ledger.redis.sites import station
from tests.plants import FREE_TAGS

pytestmark = pytest.mark.usefixtures("looks_often")

PAST = "MK-1335-CW-25238-010"
"""A spool of the demo's with a long past."""
HOJA = (CARLA, "C.SUPERVISOR", "C.6")
PROBLEM = Problem(sheet="Operaciones", row=88, column="Fecha_Materiales", value="31-02-2026", reason="no es una fecha")


async def test_the_page_tells_who_mirrors_what_waits_and_the_figures(kiosk: Terminal, clock: FrozenClock) -> None:
    mirror = await begin(kiosk)
    await mirror.reached(kiosk.app.board.seq - 1, rows_waiting=1, cells=1_234_567, reads=812, writes=640, refused=3)
    await kiosk.until(lambda: kiosk.sheet != "")
    clock.now += timedelta(seconds=3)
    await kiosk.scan(*HOJA)
    for line in (
        "falta 1 evento · 1 fila · desde hace",
        "BOD-01, anotado hace 3 s",
        "todavía no se ha leído",
        "ninguno en las últimas 24 h",
        "812 lecturas · 640 escrituras · 3 rechazadas",
        "1 234 567 de 10 000 000",
    ):
        assert line in kiosk.sheet_page
    await kiosk.scan("C.ESTADO")
    assert "▸1 Tomas" in kiosk.text
    await mirror.caught_up(rows_waiting=0)
    await kiosk.scan("C.6")
    await kiosk.until(lambda: "✓ todo lo guardado está en la hoja" in kiosk.sheet_page)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ("NO ESTÁ COMPARTIDA · desde hace 2 min", "→ Compártala con a@b.example, como editor")),
        ("en", ("THE SHEET IS NOT SHARED · for 2 min", "→ Share it with a@b.example, as an editor")),
    ],
)
async def test_trouble_is_told_in_words_with_what_to_do(
    demo: None, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    async with terminal(clock=clock) as kiosk:
        error = SheetUnavailableError(FallaPlanilla.NO_COMPARTIDA, account="a@b.example")
        await (await begin(kiosk)).met(error, since=kiosk.app.feed.now() - timedelta(minutes=2), seq=3)
        await kiosk.until(lambda: kiosk.sheet != "")
        await kiosk.scan(*HOJA)
        assert [line for line in words if line not in kiosk.sheet_page.replace("\n | ", " ")] == []


async def test_what_of_the_sheet_is_not_as_it_should_be_is_named(kiosk: Terminal) -> None:
    await (await begin(kiosk)).caught_up(
        unknown=Named(count=3, first=("MK-9", "PRUEBA")),
        missing=Named(count=1, first=(FREE_SPOOL,)),
        repeated=Named(count=1, first=(PAST,)),
        columns=Named(count=1, first=("version",)),
        strays=Named(count=1, first=("Operaciones!M17",)),
        lost=7,
    )
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan(*HOJA)
    for line in (
        "Tags desconocidos | 3: MK-9, PRUEBA, …",
        f"Spools sin fila | 1: {FREE_SPOOL}",
        f"Tags repetidos | 1: {PAST}",
        "Columnas que faltan | 1: version",
        "Celdas pisadas | 1: Operaciones!M17",
        "Eventos perdidos | 7 ya no estaban",
    ):
        assert line in kiosk.sheet_page


@pytest.mark.parametrize(
    "flaws",
    [
        {"unknown": Named(count=3, first=("MK-9",))},
        {"missing": Named(count=1, first=(FREE_SPOOL,))},
        {"repeated": Named(count=2, first=(PAST,)), "columns": Named(count=1, first=("version",))},
        {"strays": Named(count=1, first=("Operaciones!M17",)), "lost": 7, "cells": 8_000_000},
    ],
    ids=" ".join,
)
async def test_the_bar_counts_each_kind_of_flaw_of_the_sheet_once(kiosk: Terminal, flaws: dict[str, object]) -> None:
    await (await begin(kiosk)).caught_up(**flaws)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: f"6 Hoja ⚠ {len(flaws)}" in kiosk.text)


@pytest.mark.parametrize(
    ("cells", "line"), [(7_999_999, "Celdas | 7 999 999"), (8_000_000, "⚠ Planilla casi llena | 8 000 000")]
)
async def test_a_spreadsheet_that_is_nearly_full_is_marked_while_there_is_time(
    kiosk: Terminal, cells: int, line: str
) -> None:
    await (await begin(kiosk)).caught_up(cells=cells)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "6 Hoja" in kiosk.text)
    assert ("6 Hoja ⚠ 1" in kiosk.text) == line.startswith("⚠")
    await kiosk.scan("C.6")
    assert f"{line} de 10 000 000" in kiosk.sheet_page


async def test_a_sheet_that_was_read_and_never_mirrored_has_its_page_too(kiosk: Terminal) -> None:
    await (await begin(kiosk)).pulled(PROBLEM, added=2)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "6 Hoja ⚠ 1" in kiosk.text)
    await kiosk.scan("C.6")
    assert "2 spools nuevos" in kiosk.sheet_page
    assert "  Operaciones, fila 88 | Fecha_Materiales «31-02-2026»: no es una" in kiosk.sheet_page
    assert "Quién la pone al día" not in kiosk.sheet_page
    assert kiosk.sheet == ""


async def test_each_row_that_could_not_be_read_is_named_and_the_bar_counts_them(shop: Terminal) -> None:
    mirror = await begin(shop)
    await mirror.caught_up()
    await mirror.pulled(PROBLEM, PROBLEM.model_copy(update={"row": 90, "value": ""}), total=70, added=2)
    await shop.scan(CARLA, "C.SUPERVISOR")
    await shop.until(lambda: "6 Hoja ⚠ 70" in shop.text)
    await shop.scan("C.6")
    assert "2 spools nuevos" in shop.sheet_page
    assert "  Operaciones, fila 88 | Fecha_Materiales «31-02-2026»: no es una" in shop.sheet_page
    assert "  Operaciones, fila 90 | Fecha_Materiales: no es una fecha" in shop.sheet_page
    assert "y 68 más" in shop.sheet_page


async def test_how_the_sheet_was_read_is_not_asked_for_each_time_that_the_mirror_is_looked_at(
    redis_shop: str, open_kiosk: OpenKiosk, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(redis_shop, site) as office:
        mirror = await Mirror.begin(office.ledger)
        await mirror.caught_up()
        await mirror.pulled(added=1)
        monkeypatch.setattr(mirror_watch, "LOOK_SELDOM", 3600)
        kiosk = await open_kiosk(redis_shop)
        await shows(kiosk, "HOJA ✓")
        await mirror.pulled(added=2)
        await mirror.caught_up(rows_waiting=5)
        await shows(kiosk, "HOJA 5 filas")
    assert kiosk.app.feed.mirror.pull is not None
    assert kiosk.app.feed.mirror.pull.added == 1


async def test_a_pull_that_fails_is_told_beside_the_last_that_did_not(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up()
    error = SheetUnusableError("Operaciones", Defecto.FALTA_COLUMNA, column="OT")
    await mirror.pulled(error=error.as_dict(), failing_since=kiosk.app.feed.now() - timedelta(minutes=9))
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "6 Hoja ⚠" in kiosk.text)
    await kiosk.scan("C.6")
    assert "LA PLANILLA NO SIRVE ASÍ · desde hace 9 min" in kiosk.sheet_page.replace("\n | ", " ")
    assert "Hoja Operaciones: falta la columna OT" in kiosk.sheet_page.replace("\n | ", " ")
    assert "Antes | leída hace 0 s, sin cambios" in kiosk.sheet_page


async def test_an_error_that_a_newer_program_noted_is_told_as_it_put_it(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up()
    await mirror.pulled(error={"error_code": "NUEVO", "message": "algo nuevo"})
    await kiosk.until(lambda: kiosk.app.feed.mirror.pull is not None)
    await kiosk.scan(*HOJA)
    assert "Lectura de la oficina | algo nuevo" in kiosk.sheet_page


async def test_a_conflict_tells_itself_to_a_supervisor_with_both_values(shop: Terminal) -> None:
    await (await begin(shop)).caught_up()
    await shop.scan(CARLA, "C.SUPERVISOR")
    await shop.until(lambda: "6 Hoja" in shop.text)
    assert "Hoja ⚠" not in shop.text
    await conflict(ledger_of(shop), FREE_TAGS[0], Armador=("Juan Pérez", "MR(93)"), Fecha_Armado=("19-11-2026", ""))
    await shop.until(lambda: "6 Hoja ⚠ 1" in shop.text)
    await shop.scan("C.6")
    told = shop.sheet_page.replace("\n | ", " ")
    assert "1 vez la planilla decía otra cosa" in told
    assert f"  {FREE_TAGS[0]} | Armador «Juan Pérez» por «MR(93)», Fecha_Armado «19-11-2026» por «—»" in told


async def test_a_conflict_from_before_the_terminal_was_started_is_found(
    redis_shop: str, open_kiosk: OpenKiosk, site: str
) -> None:
    async with station(redis_shop, site) as office:
        await (await Mirror.begin(office.ledger)).caught_up()
        await conflict(office.ledger, FREE_TAGS[0], Armador=("X", "MR(93)"))
    kiosk = await open_kiosk(redis_shop)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "6 Hoja ⚠ 1" in kiosk.text)


async def test_a_conflict_of_the_day_before_is_no_news(kiosk: Terminal, clock: FrozenClock) -> None:
    await (await begin(kiosk)).caught_up()
    await conflict(ledger_of(kiosk), FREE_SPOOL, Armador=("X", ""))
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "6 Hoja ⚠ 1" in kiosk.text)
    clock.now += timedelta(hours=24, seconds=1)
    await kiosk.until(lambda: "6 Hoja" in kiosk.text and "6 Hoja ⚠ 1" not in kiosk.text)


async def test_what_somebody_wrote_into_a_cell_steers_no_terminal(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up(unknown=Named(count=1, first=("A\nB\x1b[2J",)))
    await mirror.pulled(PROBLEM.model_copy(update={"value": "x\n\x1b[2Jy"}))
    await conflict(ledger_of(kiosk), PAST, Armador=("a\nb\x1b[2J", ""))
    await kiosk.until(lambda: kiosk.app.feed.mirror.pull is not None)
    await kiosk.scan(*HOJA)
    await kiosk.until(lambda: "decía otra cosa" in kiosk.sheet_page)
    assert "\x1b" not in kiosk.sheet_page
    assert all(row.isprintable() for row in kiosk.sheet_page.splitlines())
    await kiosk.scan(PAST, "C.HISTORIA")
    await kiosk.until(lambda: "La planilla decía otra cosa" in kiosk.text)
    assert all(cell.isprintable() for entry in kiosk.entries for cell in entry.cells)


async def test_a_bar_with_many_counts_still_shows_what_needs_somebody(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up()
    await mirror.pulled(PROBLEM, total=12_345)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "6 Hoja ⚠ 12345" in kiosk.text)
    assert all(name in kiosk.text for name in ("▸1 Tomas 19", "2 Rechazos 10", "3 Registro", "4 Por día", "5 Hoy"))
