"""Lector: the scan inspector shows what a scanner types, and nothing scanned there acts."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Static

from kiosk.scanning.calibration import CALIBRATION
from kiosk.scanning.codes import Ambiguous, Calibration
from kiosk.scanning.keyboards import MISMATCHES, PAIRS, Pair
from kiosk.scanning.scanner import Keystroke, Scan, ScanCollector
from kiosk.screens.inicio import InicioScreen
from kiosk.screens.lector import LectorScreen, came, gap_summary, keys_and_gaps, verdict, visible
from kiosk.widgets.panel import Panel, Tone
from kiosk.words.wording import Wording
from tests.kiosk.arriving import arrival
from tests.kiosk.terminal import FREE_SPOOL, MIGUEL, FrozenClock, Terminal, case, terminal
from tests.kiosk.test_scanner import LONG_AGO, press

MANGLED = FREE_SPOOL.replace("-", "'")
GS = "\x1d"


def shown(kiosk: Terminal, part: str) -> str:
    """What one line of the newest scan's details says."""
    return str(kiosk.app.screen.query_one(f"#{part}", Static).render())


def saved_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("lector-*.txt"))


@pytest.fixture
async def lector(kiosk: Terminal) -> Terminal:
    await kiosk.scan("C.LECTOR")
    assert isinstance(kiosk.app.screen, LectorScreen)
    return kiosk


def pair_of(text: str) -> Pair:
    pair = Pair.parse(text)
    assert pair is not None
    return pair


# What it shows


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("MK-1", "MK-1"),
        (f"A{GS}B", "A<GS>B"),
        ("\x00\x02\x1b\x1f", "<NUL><STX><ESC><US>"),
        ("\x7f\x85\u200b\ud800", "<U+007F><U+0085><U+200B><U+D800>"),
        ("A B", "A␣B"),
        ("6\u0344W", "6<U+0344>W"),
        ("Ñ王ª", "Ñ王ª"),
        ("", ""),
    ],
)
def test_what_prints_nothing_is_shown_by_its_name(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_what_was_lying_there_is_set_apart_from_the_scan() -> None:
    collector = ScanCollector()
    collector.key("x", "x", LONG_AGO)
    scan = press(collector, "ABC", gap=0.012)
    assert isinstance(scan, Scan)
    assert came(scan) == "x ▸ ABC"
    assert gap_summary(scan) == "12 / 12 / 12"


def test_the_shortest_the_middle_and_the_longest_gap_are_told() -> None:
    scan = Scan("ABCD", keystrokes=tuple(map(Keystroke, "ABCD", (None, 4.0, 30.0, 9.0))))
    assert gap_summary(scan) == "4 / 9 / 30"
    assert gap_summary(Scan("A", keystrokes=(Keystroke("A"),))) == "—"


def test_each_key_has_its_gap_below_it_and_rows_are_as_wide_as_there_is_room() -> None:
    keys = tuple(map(Keystroke, "AB王C", (None, 4.4, 12345.0, 9.0)))
    assert keys_and_gaps(keys, 15).split("\n") == ["A    B    王", "     4    9999", "C", "9"]
    assert keys_and_gaps(keys, 0).split("\n")[0] == "A"
    assert keys_and_gaps((), 80) == ""


def test_a_key_with_a_long_name_has_room() -> None:
    keys = (Keystroke("\u200b"), Keystroke("A", 3.0))
    assert keys_and_gaps(keys, 40).split("\n") == ["<U+200B> A", "         3"]


async def test_it_shows_what_came_how_it_came_and_what_it_became(lector: Terminal) -> None:
    await lector.scan(f"+C1{MANGLED}", suffix="tab")
    assert shown(lector, "came") == f"+C1{MANGLED}"
    assert FREE_SPOOL in shown(lector, "became")
    assert "TAB" in shown(lector, "how")
    assert "+C1" in shown(lector, "how")
    assert "lector" in shown(lector, "how")
    assert shown(lector, "keys").split()[:6] == ["+", "C", "1", "M", "K", "'"]


async def test_the_last_scans_are_listed_the_newest_first(lector: Terminal) -> None:
    await lector.scan(MIGUEL, FREE_SPOOL, "C.PAUSAR", "C.4", "C.BAILAR", "nada")
    text = lector.text
    # What was scanned before somebody came to look is there as well.
    assert lector.rows == [str(place) for place in range(7)]
    found = [lector.app.reader.recent[place].scan.text for place in range(3)]
    assert found == ["nada", "C.BAILAR", "C.4"]
    assert "nada conocido: nada" in text
    assert "(7)" in text


BECAME = (
    (MIGUEL, "credencial 93"),
    (FREE_SPOOL, f"spool {FREE_SPOOL}"),
    ("C.PAUSAR", "código C.PAUSAR"),
    ("C.TABLERO", "código C.TABLERO"),
    ("C.AYUDA", "código C.AYUDA"),
    ("C.TOMAR", "código C.TOMAR"),
    ("C.LOTE", "código C.LOTE"),
    ("C.4", "respuesta 4"),
    ("C.BAILAR", "nada conocido: C.BAILAR"),
    ("nada", "nada conocido: nada"),
    (CALIBRATION, "calibración: en orden"),
    ("C.TECLADO!!", "calibración: distribución desconocida"),
    (f"{MIGUEL}{FREE_SPOOL}", f"códigos pegados: {MIGUEL} + {FREE_SPOOL}"),
    ("]d20109506000134352", "producto ajeno (GS1 DataMatrix): 0109506000134352"),
)


async def test_it_says_what_each_scan_became_and_nothing_acts(lector: Terminal) -> None:
    before = (await lector.service.snapshot()).seq
    for code, told in BECAME:
        with case(code):
            await lector.scan(code)
            assert told in shown(lector, "became")
            assert isinstance(lector.app.screen, LectorScreen)
            assert lector.app.worker is None
            assert (await lector.service.snapshot()).seq == before


async def test_what_several_spools_fit_is_told_with_their_tags(lector: Terminal) -> None:
    screen = lector.app.screen
    assert isinstance(screen, LectorScreen)
    assert screen._became(Ambiguous("A'1", ("A-1", "A[1"))) == "varios spools: A-1, A[1"


async def test_a_text_typed_by_hand_is_told_as_such(lector: Terminal) -> None:
    for place, character in enumerate("hola"):
        lector._send(events.Key(character, character), place * 0.5)
    await lector.scan("", later=3.0)
    assert shown(lector, "came") == "hola"
    assert shown(lector, "how").endswith("a mano")


# The way back


async def test_one_goes_back_to_where_one_was(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL)
    below = kiosk.app.screen
    for leave in ("escape", "C.SALIR"):
        with case(leave):
            await kiosk.scan("C.LECTOR")
            assert isinstance(kiosk.app.screen, LectorScreen)
            await kiosk.give(leave)
            assert kiosk.app.screen is below


async def test_a_badge_after_it_was_left_is_a_badge_again(lector: Terminal) -> None:
    await lector.scan(MIGUEL, "C.SALIR", MIGUEL)
    assert not isinstance(lector.app.screen, LectorScreen | InicioScreen)


# Calibration


async def test_the_calibration_barcode_names_the_mismatch_and_the_cure(lector: Terminal) -> None:
    for pair in MISMATCHES:
        with case(pair):
            await lector.scan(arrival(CALIBRATION, pair))
            assert lector.tone is Tone.REFUSED
            assert f"KIOSK_KEYBOARDS={pair}" in lector.text
            assert str(pair) in shown(lector, "became")


async def test_the_calibration_barcode_opens_the_inspector_wherever_one_stands(kiosk: Terminal) -> None:
    for before in ([], [MIGUEL]):
        with case(*before):
            await kiosk.scan(*before)
            below = kiosk.app.screen
            await kiosk.scan(arrival(CALIBRATION, pair_of("us/es")))
            assert isinstance(kiosk.app.screen, LectorScreen)
            assert "KIOSK_KEYBOARDS=us/es" in kiosk.text
            await kiosk.press("escape")
            assert kiosk.app.screen is below


async def test_a_mangled_tag_is_taken_as_the_spool_it_is(kiosk: Terminal) -> None:
    await kiosk.scan(MIGUEL, f"+C1{MANGLED}")
    assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_a_layout_that_is_set_reads_scans_by_it(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_KEYBOARDS", "us/latam")
    async with terminal(clock=clock) as kiosk:
        assert kiosk.app.reader.pair == pair_of("us/latam")
        await kiosk.scan(MIGUEL, arrival(FREE_SPOOL, pair_of("us/latam")))
        assert (await kiosk.service.status(FREE_SPOOL)).ocupado_por == "MR(93)"


async def test_the_verdict_goes_when_something_else_is_scanned(lector: Terminal) -> None:
    await lector.scan(CALIBRATION)
    assert lector.tone is Tone.DONE
    assert "EN ORDEN" in lector.text
    await lector.scan(MIGUEL)
    assert "EN ORDEN" not in lector.text
    assert lector.app.screen.query_one(Panel).has_class("-quiet")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("pair", [None, *PAIRS], ids=str)
def test_every_verdict_fits_its_panel_at_80_columns(language: str, pair: Pair | None) -> None:
    tone, notice = verdict(Calibration(CALIBRATION, pair), Wording(language))
    assert tone is (Tone.DONE if pair is not None and pair.is_in_order else Tone.REFUSED)
    assert len(notice.next_step) <= 72
    assert len(notice.detail) <= 135


# Saving


@pytest.mark.parametrize("save", ["ctrl+s", "C.LECTOR"])
async def test_everything_is_saved_to_a_text_file_and_its_place_is_told(
    lector: Terminal, tmp_path: Path, clock: FrozenClock, save: str
) -> None:
    await lector.scan(MIGUEL, arrival(CALIBRATION, pair_of("us/latam")), f"+C1{MANGLED}")
    await lector.give(save)
    (file,) = saved_files(tmp_path)
    assert isinstance(lector.app.screen, LectorScreen)
    assert lector.tone is Tone.DONE
    assert file.name in lector.panel.replace("\n", "")
    text = file.read_text(encoding="utf-8")
    assert "ARM-02" in text
    assert "us/latam" in text
    assert f"+C1{MANGLED}" in text
    assert f"spool {FREE_SPOOL}" in text
    assert "credencial 93" in text
    assert text.index(MANGLED) < text.index("credencial 93")


async def test_what_is_saved_later_has_a_file_of_its_own(lector: Terminal, tmp_path: Path, clock: FrozenClock) -> None:
    await lector.press("ctrl+s")
    clock.now += timedelta(seconds=5)
    await lector.press("ctrl+s")
    assert len(saved_files(tmp_path)) == 2


async def test_a_folder_that_cannot_be_written_is_told_and_ends_nothing(lector: Terminal, tmp_path: Path) -> None:
    clock_text = lector.app.feed.now().strftime("%Y%m%d-%H%M%S")
    (tmp_path / f"lector-{clock_text}.txt").mkdir()
    await lector.press("ctrl+s")
    assert lector.tone is Tone.REFUSED
    assert "NO SE PUDO GUARDAR" in lector.text
    await lector.scan(MIGUEL)
    assert "credencial 93" in shown(lector, "became")
