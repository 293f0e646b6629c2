"""Keyboard layouts: how a text comes out of a scanner and a terminal that are set differently, and what it was."""

from collections import Counter
from itertools import combinations, product
from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.scanning.calibration import CALIBRATION, diagnose, is_calibration
from kiosk.scanning.codes import Command, parse
from kiosk.scanning.keyboards import MISMATCHES, PAIRS, Pair, decoded, shown, strokes
from kiosk.scanning.layouts import SYMBOLS, Layout, Stroke
from tests.kiosk.arriving import arrival, readings

US, ES, LATAM, DE, FR, IT, UK = Layout
ALT_GR_LOST = 2


def pair_of(text: str) -> Pair:
    pair = Pair.parse(text)
    assert pair is not None
    return pair


def typeable(layout: Layout) -> str:
    """What a scanner set to this layout types with a plain key or Shift, no dead key among them."""
    plain = {symbol for stroke, symbol in SYMBOLS[layout].items() if stroke.level < ALT_GR_LOST}
    return "".join(sorted(symbol for symbol in plain if symbol.isascii()))


# The tables


def test_every_layout_has_the_letters_digits_and_the_point_where_the_others_have_them() -> None:
    for layout, symbol in product(Layout, f"{ascii_letters}{digits}."):
        (stroke,) = strokes(symbol, layout)
        assert SYMBOLS[US][stroke] == symbol, layout


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
    assert shown(strokes("Ab;1", US), ES).swapcase() == "aBÑ1"


# Readings over all pairs


def test_readings_name_the_pair_and_leave_out_what_reads_as_it_stands() -> None:
    found = readings("A-1")
    assert {(str(pair), text) for pair, text in found} == {
        ("us/es", "A/1"),
        ("us/latam", "A/1"),
        ("es/us", "A'1"),
        ("latam/us", "A'1"),
    }
    assert readings("ABC123") == []


@given(text=st.text(max_size=100))
def test_any_text_has_some_readings_or_none(text: str) -> None:
    for pair, reading in readings(text):
        assert not pair.is_in_order
        assert reading != text


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
    assert len(readings("'" * 96)) < 2_000
    assert len(readings("MK'1335'CW'25238'011")) < 1_000


# Badges and commands


def test_badges_and_commands_arrive_as_they_are_printed() -> None:
    codes = ("W.93", "w.1", "W.999999999", *(f"C.{command}" for command in Command), "C.7")
    for pair, code in product(PAIRS, codes):
        assert arrival(code, pair) == code, str(pair)
        assert parse(arrival(code.upper(), pair)) == parse(code), str(pair)


# Calibration


def test_the_calibration_barcode_names_the_pair() -> None:
    for pair in PAIRS:
        found = diagnose(arrival(CALIBRATION, pair))
        assert found is not None
        assert found.is_in_order if pair.is_in_order else found == pair


def test_the_calibration_barcode_arrives_differently_for_every_pair_that_differs() -> None:
    arrivals = [arrival(CALIBRATION, pair) for pair in MISMATCHES] + [CALIBRATION]
    assert all(one != other for one, other in combinations(arrivals, 2))


def test_the_calibration_barcode_is_known_however_it_arrives_and_caps_lock_hides_nothing_it_tells() -> None:
    for pair in PAIRS:
        came = arrival(CALIBRATION, pair)
        assert is_calibration(came), str(pair)
        assert is_calibration(came.swapcase()), str(pair)
        with_caps_lock = shown(strokes(CALIBRATION, pair.scanner), pair.terminal).swapcase()
        assert diagnose(with_caps_lock) == diagnose(came), str(pair)


def test_characters_that_alt_gr_loses_on_some_systems_do_not_matter() -> None:
    for came, pair in (
        ("C.TECLADO-=", "es/latam"),
        ("C.TECLADO-=·", "es/latam"),
        ("C.TECLADO-=|", "es/latam"),
        ("C.TECLADO/)31", "es/us"),
        ("C.TECLADO/)£", "es/us"),
        ("C.TECLADO/)", "es/us"),
    ):
        assert diagnose(came) == pair_of(pair), came


def test_an_arrival_that_fits_no_pair_is_told_as_such() -> None:
    for came in ("C.TECLADO", "C.TECLADO-=#", "C.TECLADO-+#|", "C.TECLADOß)=", "C.TECLADO!!!!", ""):
        assert diagnose(came) is None, came


def test_another_text_is_not_the_calibration_barcode() -> None:
    for text in ("C.TECLADOS", "C.TECLADO1", "C.TECLA", "XC.TECLADO-", "C.TOMAR", ""):
        assert not is_calibration(text), text


# Pairs


def test_a_pair_is_written_as_it_is_set_and_anything_else_names_none() -> None:
    for pair in PAIRS:
        assert Pair.parse(str(pair)) == pair
    for text in ("auto", "", "us", "us/", "/es", "us/de", "US/ES", "us/es/latam", "us / es"):
        assert Pair.parse(text) is None, text
