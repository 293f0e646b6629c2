"""What people see of the office's sheet: in the frame, beside each event, after an act, on the supervisor's page."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.reasons import Defecto, FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError, SheetUnusableError
from core.sheet.pull_note import Problem
from core.sheet.state import Named
from kiosk.live import mirror_watch
from kiosk.widgets.panel import Tone
from kiosk.widgets.timeline import IN_SHEET, SAVED
from kiosk.widgets.wrapped import Look
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.mirrors import Mirror, begin, conflict, ledger_of, marks, shows
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, FrozenClock, Terminal, case, terminal
from tests.ledger.redis.sites import station
from tests.plants import FREE_TAGS, PLANT

PAST = "MK-1335-CW-25238-010"
"""A spool of the demo's with a long past."""
PROBLEM = Problem(sheet="Operaciones", row=88, column="Fecha_Materiales", value="31-02-2026", reason="no es una fecha")


pytestmark = pytest.mark.usefixtures("looks_often")


async def open_page(kiosk: Terminal) -> None:
    """Carla opens the page about the sheet as soon as there is one."""
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: any(name in kiosk.text for name in ("7 Hoja", "7 Sheet")))
    await kiosk.scan("C.7")


def lines(kiosk: Terminal) -> str:
    """The page about the sheet, with what was wrapped in one line."""
    return kiosk.sheet_page.replace("\n | ", " ")


# The frame


async def test_where_there_is_no_sheet_nothing_is_said_of_one(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    assert "guardado" in kiosk.panel
    await kiosk.scan(PAST, "C.HISTORIA")
    await kiosk.until(lambda: "HOY" in kiosk.text)
    assert all(len(entry.cells) == 3 for entry in kiosk.entries if entry.look is not Look.HEADING)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    assert kiosk.sheet == ""
    assert "hoja" not in kiosk.text.lower()


async def test_what_is_saved_is_counted_until_it_is_in_the_sheet(shop: Terminal) -> None:
    mirror = await begin(shop)
    await mirror.caught_up()
    await shows(shop, "HOJA ✓")
    await shop.scan(MIGUEL, FREE_TAGS[0])
    await shop.until(lambda: shop.sheet.strip().startswith("HOJA 1 · "))
    await mirror.caught_up()
    await shows(shop, "HOJA ✓")


async def test_what_was_just_saved_is_counted_before_the_next_look(
    redis_shop: str, open_kiosk: OpenKiosk, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(redis_shop, site) as office:
        await (await Mirror.begin(office.ledger)).caught_up()
    monkeypatch.setattr(mirror_watch, "LOOK_EVERY", 3600)
    kiosk = await open_kiosk(redis_shop)
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan(MIGUEL, FREE_TAGS[0])
    await shows(kiosk, "HOJA 1")


async def test_what_waits_grows_old_before_everybodys_eyes_and_trouble_and_a_stop_are_told(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up(rows_waiting=5)
    await shows(kiosk, "HOJA 5 filas")
    await mirror.caught_up(rows_waiting=0)
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    clock.now += timedelta(seconds=40)
    await shows(kiosk, "HOJA 1 · 40 s")
    clock.now += timedelta(seconds=30)
    await shows(kiosk, "⚠ HOJA 1 · 1 min")
    await mirror.caught_up()
    await mirror.stop()
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan("C.PAUSAR")
    clock.now += timedelta(seconds=15)
    await shows(kiosk, "HOJA 1 · 15 s")
    clock.now += timedelta(seconds=15)
    await shows(kiosk, "HOJA detenida · 1 · 30 s")
    another = await begin(kiosk)
    await another.caught_up()
    await shows(kiosk, "HOJA ✓")
    await another.met(SheetUnavailableError(FallaPlanilla.RED), since=kiosk.app.feed.now(), seq=kiosk.app.board.seq)
    await shows(kiosk, "HOJA con falla")
    await another.stop()
    await kiosk.scan(*kiosk.untouched(1))
    clock.now += timedelta(hours=2)
    await shows(kiosk, "HOJA detenida · 1 · 2 h")


async def test_a_terminal_with_a_sheet_that_nobody_ever_mirrored_says_so(
    tmp_path: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    async with station(url, "planta", clock=clock) as office:
        await office.load_plant(PLANT)
    monkeypatch.setenv("KIOSK_LEDGER_URL", url)
    monkeypatch.setenv("KIOSK_SHEETS_ID", "libro")
    async with terminal(clock=clock) as kiosk:
        await shows(kiosk, "HOJA detenida · 1")
        await open_page(kiosk)
        assert "nadie todavía" in kiosk.sheet_page


async def test_without_the_ledger_nothing_is_claimed_of_the_sheet(
    kiosk: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await (await begin(kiosk)).caught_up()
    await shows(kiosk, "HOJA ✓")
    file = kiosk.app.session.configured.data_dir / "demo.sqlite3"
    aside = tmp_path_factory.mktemp("aside") / file.name
    file.rename(aside)
    await kiosk.until(lambda: not kiosk.app.feed.is_live)
    await kiosk.until(lambda: kiosk.sheet == "")
    aside.rename(file)
    await shows(kiosk, "HOJA ✓")


async def test_what_is_typed_and_how_the_sheet_stands_share_a_line(kiosk: Terminal) -> None:
    await (await begin(kiosk)).reached(1)
    await kiosk.until(lambda: kiosk.sheet != "")
    await kiosk.type("MK-1335-CW-25238-011-XYZ")
    line = next(line for line in kiosk.text.splitlines() if "▸ MK-1335-CW-25238-011-XYZ" in line)
    assert kiosk.sheet.strip() in line


# After an act


async def test_the_answer_says_saved_and_then_in_the_sheet(shop: Terminal) -> None:
    mirror = await begin(shop)
    await mirror.caught_up()
    await shop.scan(MIGUEL, FREE_TAGS[0])
    assert shop.tone is Tone.DONE
    assert "guardado" in shop.panel
    assert "EN LA HOJA" not in shop.panel
    await mirror.caught_up()
    await shop.until(lambda: f"{FREE_TAGS[0]} · ARMADO · guardado · EN LA HOJA" in shop.panel)
    assert shop.tone is Tone.DONE
    assert "TOMADO" in shop.panel


async def test_an_answer_that_made_room_for_another_is_not_touched(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    for code, tone in ((FREE_SPOOL, Tone.ASK), ("XX-99", Tone.REFUSED)):
        with case(code):
            await mirror.reached(kiosk.app.board.seq - 1)
            await kiosk.until(lambda: kiosk.sheet.strip().startswith("HOJA 1"))
            await kiosk.scan(code)
            assert kiosk.tone is tone
            before = kiosk.panel
            await mirror.caught_up()
            await shows(kiosk, "HOJA ✓")
            assert kiosk.panel == before


# Beside each event


async def test_each_event_of_a_history_is_marked_as_saved_or_in_the_sheet(shop: Terminal) -> None:
    mirror = await begin(shop)
    await mirror.caught_up()
    tag = FREE_TAGS[0]
    await shop.scan(MIGUEL, tag, "C.NOTA", "C.2")
    position = await ledger_of(shop).position()
    await mirror.reached(position.seq - 1)
    await shop.scan("C.HISTORIA")
    await shop.until(lambda: "HOY" in shop.text and marks(shop) == SAVED + IN_SHEET)
    assert f"{IN_SHEET} en la hoja" in shop.text
    assert f"{SAVED} guardado" in shop.text
    await mirror.caught_up()
    await shop.until(lambda: marks(shop) == IN_SHEET * 2)


async def test_the_legend_stands_beside_what_the_page_has_to_say(kiosk: Terminal) -> None:
    await (await begin(kiosk)).caught_up()
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan(PAST, "C.HISTORIA")
    legend = "▪ en la hoja  ▫ guardado · Para trabajar en él, escanee su credencial"
    await kiosk.until(lambda: legend in kiosk.text)


# The supervisor's page


async def test_the_page_tells_who_mirrors_what_waits_and_the_figures(kiosk: Terminal, clock: FrozenClock) -> None:
    mirror = await begin(kiosk)
    await mirror.reached(kiosk.app.board.seq - 1, rows_waiting=1, cells=1_234_567, reads=812, writes=640, refused=3)
    await kiosk.until(lambda: kiosk.sheet != "")
    clock.now += timedelta(seconds=3)
    await open_page(kiosk)
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
    await kiosk.scan("C.7")
    await kiosk.until(lambda: "✓ todo lo guardado está en la hoja" in kiosk.sheet_page)


FLAWS: tuple[tuple[dict[str, object], int, tuple[str, ...]], ...] = (
    # what the mirror noted, how many flaws the bar counts, what the page says
    ({"cells": 7_999_999}, 0, ("Celdas | 7 999 999 de 10 000 000",)),
    ({"cells": 8_000_000}, 1, ("⚠ Planilla casi llena | 8 000 000 de 10 000 000",)),
    ({"cells": 0, "unknown": Named(count=3, first=("MK-9", "PRUEBA"))}, 1, ("Tags desconocidos | 3: MK-9, PRUEBA, …",)),
    (
        {"broken": Named(count=2, first=("Armador (G)", "Soldador (I)")), "lost": 7, "cells": 8_000_000},
        4,
        ("Fórmulas rotas | 2: Armador (G), Soldador (I)", "Eventos perdidos | 7 ya no estaban"),
    ),
)


async def test_each_flaw_of_the_sheet_is_named_on_the_page_and_counted_once_on_the_bar(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up()
    await open_page(kiosk)
    for noted, count, told in FLAWS:
        with case(*noted):
            await mirror.caught_up(**noted)
            await kiosk.until(lambda told=told: told[0] in kiosk.sheet_page)
            assert [line for line in told if line not in kiosk.sheet_page] == []
            assert ("7 Hoja ⚠" in kiosk.text, f"7 Hoja ⚠ {count}" in kiosk.text) == (count > 0, count > 0)


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
        await open_page(kiosk)
        assert [line for line in words if line not in lines(kiosk)] == []


async def test_a_sheet_that_was_read_and_never_mirrored_has_its_page_too(kiosk: Terminal) -> None:
    await (await begin(kiosk)).pulled(PROBLEM, added=2)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "7 Hoja ⚠ 1" in kiosk.text)
    await kiosk.scan("C.7")
    assert "2 spools nuevos" in kiosk.sheet_page
    assert "  Operaciones, fila 88 | Fecha_Materiales «31-02-2026»: no es una" in kiosk.sheet_page
    assert "Quién la pone al día" not in kiosk.sheet_page
    assert kiosk.sheet == ""


async def test_each_row_that_could_not_be_read_is_named_and_the_bar_counts_them(shop: Terminal) -> None:
    mirror = await begin(shop)
    await mirror.caught_up()
    await mirror.pulled(PROBLEM, PROBLEM.model_copy(update={"row": 90, "value": ""}), total=70, added=2)
    await shop.scan(CARLA, "C.SUPERVISOR")
    await shop.until(lambda: "7 Hoja ⚠ 70" in shop.text)
    await shop.scan("C.7")
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
    await open_page(kiosk)
    await kiosk.until(lambda: "7 Hoja ⚠" in kiosk.text)
    assert "LA PLANILLA NO SIRVE ASÍ · desde hace 9 min" in lines(kiosk)
    assert "Hoja Operaciones: falta la columna OT" in lines(kiosk)
    assert "Antes | leída hace 0 s, sin cambios" in kiosk.sheet_page
    # What only a newer program knows is told as it put it.
    await mirror.pulled(error={"error_code": "NUEVO", "message": "algo nuevo"})
    await kiosk.until(lambda: "Lectura de la oficina | algo nuevo" in kiosk.sheet_page)


async def test_a_conflict_tells_itself_to_a_supervisor_with_both_values(shop: Terminal) -> None:
    await (await begin(shop)).caught_up()
    await shop.scan(CARLA, "C.SUPERVISOR")
    await shop.until(lambda: "7 Hoja" in shop.text)
    assert "Hoja ⚠" not in shop.text
    await conflict(ledger_of(shop), FREE_TAGS[0], Armador=("Juan Pérez", "MR(93)"), Fecha_Armado=("19-11-2026", ""))
    await shop.until(lambda: "7 Hoja ⚠ 1" in shop.text)
    await shop.scan("C.7")
    assert "1 vez la planilla decía otra cosa" in lines(shop)
    assert f"  {FREE_TAGS[0]} | Armador «Juan Pérez» por «MR(93)», Fecha_Armado «19-11-2026» por «—»" in lines(shop)


async def test_a_conflict_from_before_the_terminal_was_started_is_found(
    redis_shop: str, open_kiosk: OpenKiosk, site: str
) -> None:
    async with station(redis_shop, site) as office:
        await (await Mirror.begin(office.ledger)).caught_up()
        await conflict(office.ledger, FREE_TAGS[0], Armador=("X", "MR(93)"))
    kiosk = await open_kiosk(redis_shop)
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "7 Hoja ⚠ 1" in kiosk.text)


async def test_a_conflict_of_the_day_before_is_no_news(kiosk: Terminal, clock: FrozenClock) -> None:
    await (await begin(kiosk)).caught_up()
    await conflict(ledger_of(kiosk), FREE_SPOOL, Armador=("X", ""))
    await kiosk.scan(CARLA, "C.SUPERVISOR")
    await kiosk.until(lambda: "7 Hoja ⚠ 1" in kiosk.text)
    clock.now += timedelta(hours=24, seconds=1)
    await kiosk.until(lambda: "7 Hoja" in kiosk.text and "7 Hoja ⚠ 1" not in kiosk.text)


async def test_what_somebody_wrote_into_a_cell_steers_no_terminal(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up(unknown=Named(count=1, first=("A\nB\x1b[2J",)))
    await mirror.pulled(PROBLEM.model_copy(update={"value": "x\n\x1b[2Jy"}))
    await conflict(ledger_of(kiosk), PAST, Armador=("a\nb\x1b[2J", ""))
    await kiosk.until(lambda: kiosk.app.feed.mirror.pull is not None)
    await open_page(kiosk)
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
    await kiosk.until(lambda: "7 Hoja ⚠ 999+" in kiosk.text)
    assert all(name in kiosk.text for name in ("▸1 Tomas 19", "2 Rechazos 10", "3 Registro", "4 Días", "5 Hoy"))
