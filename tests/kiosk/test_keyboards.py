"""Keyboard layouts: how a text comes out of a scanner and a terminal that are set differently, and what it was."""

from collections import Counter
from itertools import product
from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.settings import Settings
from kiosk.scanning.calibration import CALIBRATION, diagnose, is_calibration
from kiosk.scanning.codes import Command, Text, UnknownCommand, parse
from kiosk.scanning.keyboards import MISMATCHES, PAIRS, Pair, caps_locked, decoded, readings, shown, strokes
from kiosk.scanning.layouts import ALT_GR, SYMBOLS, Layout, Stroke
from tests.kiosk.arriving import arrival, every_arrival

US, ES, LATAM, DE, FR, IT, UK = Layout


def pair_of(text: str) -> Pair:
    pair = Pair.parse(text)
    assert pair is not None
    return pair


def typeable(layout: Layout) -> str:
    """What a scanner set to this layout types with a plain key or Shift, no dead key among them."""
    plain = {symbol for stroke, symbol in SYMBOLS[layout].items() if stroke.level < ALT_GR}
    return "".join(sorted(symbol for symbol in plain if symbol.isascii()))


# The tables


def test_every_layout_types_letters_digits_and_the_usual_signs_without_alt_gr() -> None:
    for layout, symbol in product(Layout, f"{ascii_letters}{digits}.-_/"):
        (stroke,) = strokes(symbol, layout)
        assert stroke.level < ALT_GR, layout


def test_a_full_size_keyboard_has_49_keys_that_type() -> None:
    for layout in Layout:
        levels = Counter(stroke.level for stroke in SYMBOLS[layout])
        assert (levels[0], levels[1]) == (49, 48), layout


def test_a_terminal_set_as_its_scanner_gets_every_ascii_character_as_it_is() -> None:
    for layout, character in product(Layout, map(chr, range(32, 127))):
        assert arrival(f"A{character}B", Pair(layout, layout)) == f"A{character}B", layout


def test_the_keys_that_differ_are_as_the_layouts_say() -> None:
    for layout, position, level, symbol in (
        *((ES, "AE11", 0, "'"), (ES, "AE12", 0, "¡"), (ES, "AD11", 0, "\u0300"), (ES, "AC11", 1, "\u0308")),
        *((ES, "AE03", 1, "·"), (ES, "BKSL", 0, "ç"), (ES, "TLDE", 0, "º"), (ES, "AD12", 2, "]")),
        *((LATAM, "AE12", 0, "¿"), (LATAM, "AD11", 0, "\u0301"), (LATAM, "AC11", 0, "{"), (LATAM, "BKSL", 1, "]")),
        *((LATAM, "TLDE", 1, "°"), (LATAM, "AE03", 1, "#"), (LATAM, "AE11", 2, "\\"), (LATAM, "AC11", 2, "\u0302")),
        *((US, "AE11", 0, "-"), (US, "AC11", 1, '"'), (US, "AB10", 1, "?"), (US, "BKSL", 0, "\\")),
        *((DE, "AD06", 0, "z"), (DE, "AB01", 1, "Y"), (DE, "AE11", 0, "ß"), (DE, "AE12", 0, "\u0301")),
        *((DE, "TLDE", 0, "\u0302"), (DE, "AB10", 0, "-"), (DE, "AE07", 1, "/"), (DE, "LSGT", 2, "|")),
        *((FR, "AD01", 0, "a"), (FR, "AC01", 1, "Q"), (FR, "AC10", 0, "m"), (FR, "AB07", 0, ",")),
        *((FR, "AE06", 0, "-"), (FR, "AE06", 1, "6"), (FR, "AB08", 1, "."), (FR, "AD11", 1, "\u0308")),
        *(
            (IT, "TLDE", 0, "\\"),
            (IT, "AE12", 1, "^"),
            (IT, "AD11", 2, "["),
            (IT, "AB10", 0, "-"),
            (IT, "AC11", 2, "#"),
        ),
        *(
            (UK, "AE02", 1, '"'),
            (UK, "AC11", 1, "@"),
            (UK, "BKSL", 0, "#"),
            (UK, "LSGT", 0, "\\"),
            (UK, "AE11", 0, "-"),
        ),
        *((ES, "AB10", 0, "-"), (LATAM, "AB10", 1, "_"), (LATAM, "AE10", 1, "="), (ES, "AE07", 1, "/")),
    ):
        assert SYMBOLS[layout][Stroke(position, level)] == symbol, (layout, position, level)


def test_what_is_on_no_key_cannot_be_typed() -> None:
    with pytest.raises(ValueError, match="Ñ"):
        strokes("AÑ-ñ", US)


# Known manglings, by name


def test_a_text_arrives_mangled_and_is_read_back() -> None:
    for label, pair, came in (
        ("MK-1335-CW-25238-011", "us/es", "MK'1335'CW'25238'011"),
        ("MK-1335-CW-25238-011", "us/latam", "MK'1335'CW'25238'011"),
        ("MK-1335-CW-25238-011", "es/us", "MK/1335/CW/25238/011"),
        ("MK-1335-CW-25238-011", "latam/us", "MK/1335/CW/25238/011"),
        ("MK-1335-CW-25238-011", "es/latam", "MK-1335-CW-25238-011"),
        ("MK-1335-Y", "us/de", "MKß1335ßZ"),
        ("MK-1335-Y", "de/us", "MK/1335/Z"),
        ("MK-1335-Y", "de/es", "MK-1335-Z"),
        ("MK-1335-A", "us/fr", '?K)&""()Q'),
        ("MK-1335-A", "fr/us", ":K6!##%6Q"),
        ("MK-1335-A", "fr/de", "ÖK6!§§%6Q"),
        ("MK-1335-A", "us/it", "MK'1335'A"),
        ("MK-1335-A", "it/us", "MK/1335/A"),
        ("MK-1335-A", "us/uk", "MK-1335-A"),
        ("A#1@2", "uk/us", 'A\\1"2'),
        ("]C1MK", "us/fr", "$C&?K"),
        ("A=1", "us/de", "A\u00b41"),
        ("+E", "us/de", "È"),
        ("A_B", "us/es", "A?B"),
        ("A_B", "us/latam", "A?B"),
        ("A_B", "latam/us", "A?B"),
        ("A/B", "us/es", "A-B"),
        ("A/B", "latam/us", "A&B"),
        ("A(1)", "us/es", "A)1="),
        ("A:B;C", "us/latam", "AÑBñC"),
        ("A@2&3", "us/es", 'A"2/3'),
        ("A=1+2", "us/es", "A¡1¿2"),
        ("A=1+2", "us/latam", "A¿1¡2"),
        ("A#1", "us/es", "A·1"),
        ("A#1", "us/latam", "A#1"),
        ("A#1", "latam/es", "A·1"),
        ("A\\1|2", "us/es", "Aç1Ç2"),
        ("A\\1|2", "us/latam", "A}1]2"),
        ("]C1MK", "us/es", "+C1MK"),
        ("]C1MK", "us/latam", "+C1MK"),
        ("]C1MK", "latam/us", "|C1MK"),
        ("]C1MK", "latam/es", "ÇC1MK"),
        ("]C1MK", "es/latam", "~C1MK"),
        ("]C1MK", "es/us", "C1MK"),
        ("[A", "us/es", "À"),
        ("[A", "us/latam", "Á"),
        ("{U", "us/es", "Û"),
        ("{u", "us/latam", "ü"),
        ("[ B", "us/es", "`B"),
        ("[[B", "us/es", "`B"),
        ("[B1", "us/es", "`B1"),
        ("'A", "us/es", "Á"),
        ('"A', "us/es", "Ä"),
        ("{A", "latam/es", "Á"),
        ('6"-WN', "us/es", "6\u0344WN"),
        ('6"-WN', "us/latam", "6['WN"),
        ("{2", "us/es", "²"),
        ("{.", "us/es", "·"),
        ("A[", "us/es", "A`"),
        ("3/4", "es/latam", "3/4"),
    ):
        assert arrival(label, pair_of(pair)) == came, (label, pair)
        if "]" not in label or pair != "es/us":
            assert label in decoded(came, pair_of(pair)), (label, pair)


def test_a_dead_key_is_read_back_however_the_system_shows_it() -> None:
    for came, pair, label in (
        ("'1", "us/es", "'1"),
        ("\u00b41", "us/es", "'1"),
        ("¨1", "us/es", '"1'),
        ("^B", "us/es", "{B"),
        ("'A", "us/es", "' A"),
        ("\u00b4A", "us/latam", "[ A"),
        ("J\u0301", "us/es", "'J"),
        ("J\u0301", "us/latam", "[J"),
        ("6¨'WN", "us/es", '6"-WN'),
        ("\u1e09A", "us/es", "'\\A"),
    ):
        assert label in decoded(came, pair_of(pair)), (came, pair)


def test_an_accent_alone_before_a_vowel_was_followed_by_a_blank() -> None:
    assert "'A" not in decoded("\u00b4A", pair_of("us/es"))


def test_what_no_key_of_the_terminal_types_did_not_come_from_a_scanner() -> None:
    assert decoded("MK王1", pair_of("us/es")) == []
    assert decoded("MKñ1", pair_of("es/us")) == []


def test_what_is_longer_than_any_tag_is_not_read() -> None:
    assert decoded("A" * 97, pair_of("us/es")) == []
    assert decoded("A" * 96, pair_of("us/es")) == ["A" * 96]


def test_layouts_that_agree_leave_every_text_as_it_is() -> None:
    for layout in Layout:
        assert decoded("\u00b4[王]'", Pair(layout, layout)) == ["\u00b4[王]'"], layout


def test_the_likeliest_reading_comes_first() -> None:
    assert decoded("MK'1335'CW?A", pair_of("us/latam"))[0] == "MK-1335-CW_A"


def test_caps_lock_turns_letters_about_and_leaves_signs() -> None:
    assert caps_locked(shown(strokes("Ab;1", US), ES)) == "aBÑ1"
    assert caps_locked("Maßẞ") == "mAßß"


# Readings over all pairs


def test_the_readings_are_the_text_and_what_each_pair_makes_of_it_each_once() -> None:
    found = list(readings("A-1", None))
    assert set(found) == {reading for pair in PAIRS for reading in decoded("A-1", pair)}
    assert len(found) == len(set(found)) == 7
    assert set(readings("A-1", pair_of("us/es"))) == {"A/1"}
    assert set(readings("A-1", pair_of("es/es"))) == {"A-1"}


@given(text=st.text(max_size=100))
def test_any_text_has_readings_and_is_one_of_them(text: str) -> None:
    assert text in readings(text, None)


@settings(max_examples=300)
@given(pair=st.sampled_from(MISMATCHES), data=st.data())
def test_whatever_a_label_says_is_among_the_readings_of_what_arrives(pair: Pair, data: st.DataObject) -> None:
    """With at most two signs that may have come of several keys: more than that is no label."""
    text = data.draw(st.text(typeable(pair.scanner), min_size=1, max_size=20))
    came = arrival(text, pair)
    doubtful = sum(len(decoded(character, pair)) > 1 for character in came)
    lost = any(SYMBOLS[pair.terminal].get(stroke) is None for stroke in strokes(text, pair.scanner))
    if doubtful <= 2 and not lost:
        assert text in decoded(came, pair)


@given(text=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./", min_size=1, max_size=40))
def test_a_tag_of_letters_digits_and_the_usual_signs_is_always_read_back(text: str) -> None:
    for pair in MISMATCHES:
        assert decoded(arrival(text, pair), pair)[0] == text, str(pair)


def test_the_readings_of_the_worst_text_are_few() -> None:
    assert len(readings("'" * 96, None)) < 3_000
    assert len(readings("MK'1335'CW'25238'011", None)) < 1_000


# Badges and commands

ORDERS = ("W.93", "W.1", "W.24567890", *(f"C.{command}" for command in Command), "C.7", "C.U12")


def test_a_badge_or_command_never_arrives_as_another() -> None:
    for pair, code in product(PAIRS, ORDERS):
        came = parse(arrival(code, pair))
        assert came == parse(code) or isinstance(came, Text | UnknownCommand), str(pair)


# Calibration


def test_the_calibration_barcode_names_the_pair_however_a_system_shows_it() -> None:
    for pair in PAIRS:
        for came in every_arrival(CALIBRATION, pair):
            found = diagnose(came)
            assert is_calibration(came), came
            assert found is not None, (pair, came)
            assert found.is_in_order if pair.is_in_order else found == pair, came
    # With Caps Lock as well.
    for pair in PAIRS:
        came = arrival(CALIBRATION, pair)
        assert is_calibration(caps_locked(came)), str(pair)
        assert diagnose(caps_locked(came)) == diagnose(came), str(pair)


def test_the_calibration_barcode_of_older_sheets_names_the_pair_or_none() -> None:
    older = "C.TECLADO-=#|"
    for pair in PAIRS:
        for came in every_arrival(older, pair):
            found = diagnose(came)
            assert found is None or (found.is_in_order if pair.is_in_order else found == pair), came
    for pair in ("us/es", "us/latam", "latam/us", "es/latam", "de/us", "us/fr", "es/es"):
        assert diagnose(arrival(older, pair_of(pair))) is not None, pair


def test_an_arrival_that_fits_no_pair_is_told_as_such() -> None:
    for came in ("C.TECLADO", "C.TECLADO-=#", "C.TECLADO-=#|Y", "C.TECLADO-+#|", "C.TECLADOß)=", "C.TECLADO!!!!", ""):
        assert diagnose(came) is None, came


def test_another_text_is_not_the_calibration_barcode() -> None:
    for text in ("C.TECLADOS", "C.TECLADO1", "C.TECLA", "XC.TECLADO-", "C.TOMAR", ""):
        assert not is_calibration(text), text


# Pairs


def test_a_pair_is_written_as_it_is_set_and_anything_else_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for pair in PAIRS:
        monkeypatch.setenv("KIOSK_KEYBOARDS", str(pair))
        assert Pair.parse(Settings.load().keyboards) == pair
    for text in ("auto", "", "us", "us/", "/es", "us/pt", "US/ES", "us/es/latam", "us / es"):
        assert Pair.parse(text) is None, text
