"""What people see of the office's sheet: in the frame, beside each event, and after an act."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.errors import SheetUnavailableError
from core.domain.reasons import FallaPlanilla
from kiosk.live import mirror_watch
from kiosk.widgets.panel import Tone
from kiosk.widgets.timeline import IN_SHEET, SAVED
from kiosk.widgets.wrapped import Look
from tests.kiosk.conftest import OpenKiosk
from tests.kiosk.mirrors import Mirror, begin, ledger_of, marks, shows
from tests.kiosk.terminal import CARLA, FREE_SPOOL, MIGUEL, FrozenClock, Terminal, terminal
from tests.ledger.redis.sites import station
from tests.plants import FREE_TAGS, PLANT

pytestmark = pytest.mark.usefixtures("looks_often")

PAST = "MK-1335-CW-25238-010"
"""A spool of the demo's with a long past."""


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


async def test_what_waits_grows_old_before_everybodys_eyes(kiosk: Terminal, clock: FrozenClock) -> None:
    await (await begin(kiosk)).caught_up()
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    clock.now += timedelta(seconds=40)
    await shows(kiosk, "HOJA 1 · 40 s")
    clock.now += timedelta(seconds=30)
    await shows(kiosk, "⚠ HOJA 1 · 1 min")


async def test_a_mirror_that_ended_is_told_when_nobody_took_over(kiosk: Terminal, clock: FrozenClock) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up()
    await mirror.stop()
    await shows(kiosk, "HOJA ✓")
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    clock.now += timedelta(seconds=15)
    await shows(kiosk, "HOJA 1 · 15 s")
    clock.now += timedelta(seconds=15)
    await shows(kiosk, "HOJA detenida · 1 · 30 s")
    another = await begin(kiosk)
    await another.caught_up()
    await shows(kiosk, "HOJA ✓")


async def test_a_mirror_in_trouble_is_told_at_once(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.met(SheetUnavailableError(FallaPlanilla.RED), since=kiosk.app.feed.now(), seq=kiosk.app.board.seq)
    await shows(kiosk, "HOJA con falla")


async def test_a_mirror_that_ended_in_trouble_is_told_as_stopped_when_something_waits(
    kiosk: Terminal, clock: FrozenClock
) -> None:
    mirror = await begin(kiosk)
    await mirror.met(SheetUnavailableError(FallaPlanilla.RED), since=kiosk.app.feed.now(), seq=kiosk.app.board.seq)
    await mirror.stop()
    await kiosk.scan(MIGUEL, FREE_SPOOL)
    clock.now += timedelta(hours=2)
    await shows(kiosk, "HOJA detenida · 1 · 2 h")


async def test_the_sheet_does_not_say_all_while_rows_wait(kiosk: Terminal) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up(rows_waiting=5)
    await shows(kiosk, "HOJA 5 filas")
    await mirror.caught_up(rows_waiting=0)
    await shows(kiosk, "HOJA ✓")


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
        await kiosk.scan(CARLA, "C.SUPERVISOR", "C.6")
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


@pytest.mark.parametrize(("code", "tone"), [(FREE_SPOOL, Tone.ASK), ("XX-99", Tone.REFUSED)], ids=["asked", "refused"])
async def test_an_answer_that_made_room_for_another_is_not_touched(kiosk: Terminal, code: str, tone: Tone) -> None:
    mirror = await begin(kiosk)
    await mirror.caught_up()
    await kiosk.scan(MIGUEL, FREE_SPOOL, code)
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
