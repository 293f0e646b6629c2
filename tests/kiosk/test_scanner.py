"""Keystrokes to scans: what a scanner or a hand types, at what time, and which text comes of it."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.scanner import BURST_GAP, MAX_LENGTH, SHORTEST_CODE, Scan, ScanCollector, clean, pasted

TAG = "MK-1335-CW-25238-011"
AIM = "]C1"
SUFFIXES = ("enter", "ctrl+j", "tab")
LONG_AGO = 10.0
"""Seconds at which the keys that were left lying were typed; a scan comes long after."""


def press(
    collector: ScanCollector, text: str, *, at: float = 100.0, gap: float = 0.01, suffix: str = "enter"
) -> Scan | bool:
    """Type `text` from `at` on, `gap` seconds between characters, and the suffix: what the suffix answers."""
    for place, character in enumerate(text):
        collector.key(character, character, at + place * gap)
    return collector.key(suffix, None, at + len(text) * gap)


def scanned(text: str, *, gap: float = 0.01, suffix: str = "enter") -> Scan | bool:
    """What a collector with nothing in its buffer makes of `text`."""
    return press(ScanCollector(), text, gap=gap, suffix=suffix)


def test_a_code_is_whole_at_its_suffix() -> None:
    for suffix in SUFFIXES:
        assert scanned(TAG, suffix=suffix) == Scan(TAG)


def test_a_suffix_with_nothing_before_it_is_left_to_the_screen() -> None:
    for suffix in SUFFIXES:
        assert ScanCollector().key(suffix, "\r", 0.0) is False


def test_a_second_suffix_after_a_code_is_left_to_the_screen() -> None:
    for suffix in SUFFIXES:
        collector = ScanCollector()
        press(collector, TAG, suffix="enter")
        assert collector.key(suffix, None, 101.0) is False
        assert collector.text == "", suffix


def test_keys_that_type_nothing_are_left_to_the_screen_while_the_buffer_is_empty() -> None:
    for key in ["backspace", "escape", "up", "down", "f2", "f6", "ctrl+q", "shift+tab", "delete", "insert"]:
        assert ScanCollector().key(key, None, 0.0) is False


def test_keys_that_type_nothing_are_left_to_the_screen_and_spoil_no_text() -> None:
    for key in ["up", "down", "ctrl+q", "left", "ctrl+m"]:
        collector = ScanCollector()
        collector.key("A", "A", 0.0)
        assert collector.key(key, None, 0.01) is False
        assert collector.text == "A", key


def test_a_control_character_is_never_collected() -> None:
    for character in [*map(chr, range(32)), "\x7f", "\x85", "\u200b", "\ud800", "\u2028"]:
        collector = ScanCollector()
        assert collector.key("some_key", character, 0.0) is False
        collector.key("A", "A", 0.01)
        assert collector.key("some_key", character, 0.02) is False
        assert collector.text == "A", character


def test_a_key_that_types_several_characters_at_once_is_not_collected() -> None:
    assert ScanCollector().key("ab", "ab", 0.0) is False


def test_what_can_be_printed_is_collected() -> None:
    for character in ["a", "Z", "0", ".", "-", "ñ", "é", "王", "🔧", "]", "'"]:
        collector = ScanCollector()
        assert collector.key("any_name", character, 0.0) is True
        assert collector.text == character


def test_a_blank_is_left_to_the_screen_only_where_nothing_was_typed() -> None:
    collector = ScanCollector()
    assert collector.key("space", " ", 0.0) is False
    collector.key("A", "A", 0.1)
    assert collector.key("space", " ", 0.2) is True
    collector.key("B", "B", 0.3)
    assert collector.key("enter", None, 0.4) == Scan("A B")


def test_backspace_takes_the_last_character_back_until_none_is_left() -> None:
    collector = ScanCollector()
    collector.key("A", "A", 0.0)
    collector.key("B", "B", 0.1)
    assert [collector.key("backspace", "\x7f", 0.2 + n) for n in range(3)] == [True, True, False]
    assert collector.text == ""


def test_a_key_that_would_ask_a_supervisor_something_only_drops_what_is_being_typed() -> None:
    for key in ["delete", "insert"]:
        collector = ScanCollector()
        collector.key("A", "A", 0.0)
        assert collector.key(key, None, 0.01) is True
        assert collector.text == "", key
        assert collector.key(key, None, 0.02) is False


def test_escape_takes_everything_back_and_is_the_screens_own_after_that() -> None:
    collector = ScanCollector()
    collector.key("A", "A", 0.0)
    collector.key("B", "B", 0.1)
    assert [collector.key("escape", "\x1b", 0.2), collector.key("escape", "\x1b", 0.3)] == [True, False]
    assert press(collector, TAG) == Scan(TAG)


def test_a_function_key_gives_up_what_was_typed_and_is_left_to_the_screen() -> None:
    for key in ["f1", "f6", "f12", "shift+f3"]:
        collector = ScanCollector()
        collector.key("A", "A", 0.0)
        assert collector.key(key, None, 0.01) is False
        assert collector.text == "", key
        assert press(collector, TAG) == Scan(TAG), key


def test_a_text_is_cleaned_to_what_the_label_says() -> None:
    for typed, meant in [
        (f"{AIM}{TAG}", TAG),
        (f"]e0{TAG}", TAG),
        (f"]Q3{TAG}", TAG),
        (f"]C1 {TAG}", TAG),
        (f"  {AIM}{TAG}", TAG),
        (f"{AIM}{AIM}{TAG}", f"{AIM}{TAG}"),
        (f"{TAG}{AIM}", f"{TAG}{AIM}"),
        (f"]11{TAG}", f"]11{TAG}"),
        (f"\x02{TAG}\x03", TAG),
        ("MK\x1d-13\x0035", "MK-1335"),
        ("A\ud800B", "AB"),
        (f" \t{TAG} \n", TAG),
        (f"\u00a0{TAG}\u3000", TAG),
        ("A  B", "A  B"),
        ("An\u0303o-1", "Año-1"),
        ("\u212b-1", "\u00c5-1"),
        ("MK'1335'CW", "MK'1335'CW"),
        ("mk-1335", "mk-1335"),
        ("\x1b\x00\r\n", ""),
        (AIM, ""),
        ("   ", ""),
        ("", ""),
    ]:
        assert clean(typed) == meant


def test_a_scan_is_cleaned() -> None:
    for typed, meant in [
        (f"{AIM}{TAG}", TAG),
        (f"{TAG}   ", TAG),
        ("An\u0303o-1", "Año-1"),
        (f"{AIM}{TAG} ", TAG),
        (AIM, ""),
    ]:
        assert scanned(typed) == Scan(meant)


def test_an_over_long_code_is_cut_and_the_next_scan_is_itself() -> None:
    collector = ScanCollector()
    assert press(collector, "X" * (MAX_LENGTH + 50)) == Scan("X" * MAX_LENGTH)
    assert press(collector, TAG, at=200.0) == Scan(TAG)


def test_a_key_that_finds_the_buffer_full_is_swallowed_all_the_same() -> None:
    collector = ScanCollector()
    taken = [collector.key("X", "X", n * 0.01) for n in range(MAX_LENGTH + 50)]
    assert all(answer is True for answer in taken)


def test_a_scan_is_found_whole_after_a_tool_lay_on_the_keyboard() -> None:
    """A tag cut short could be another spool's: `A-1` instead of `A-11`."""
    for lying in [MAX_LENGTH - 17, MAX_LENGTH - 1, MAX_LENGTH, MAX_LENGTH + 1, 5 * MAX_LENGTH]:
        collector = ScanCollector()
        for n in range(lying):
            collector.key("x", "x", LONG_AGO + n * 0.01)
        scan = press(collector, TAG)
        assert isinstance(scan, Scan)
        assert scan.burst == TAG, lying


def test_keys_left_lying_do_not_spoil_the_scan_that_follows() -> None:
    for lying in ["x", "W.", "hola", "MK-1335-CW-25238-01", "   .  ", TAG, "王王"]:
        collector = ScanCollector()
        for n, character in enumerate(lying):
            collector.key(character, character, LONG_AGO + n * 0.3)
        scan = press(collector, TAG)
        assert isinstance(scan, Scan)
        assert scan.burst == TAG, lying
        assert scan.text == clean(lying.lstrip() + TAG)


def test_the_scan_after_lying_keys_is_cleaned_as_any_other() -> None:
    collector = ScanCollector()
    collector.key("x", "x", LONG_AGO)
    assert press(collector, f"{AIM}{TAG} ") == Scan(f"x{AIM}{TAG}", TAG)


def test_lying_keys_are_gone_after_the_scan_that_followed_them() -> None:
    collector = ScanCollector()
    collector.key("x", "x", LONG_AGO)
    press(collector, TAG)
    assert press(collector, TAG, at=200.0) == Scan(TAG)


def test_a_scanner_however_slow_makes_one_scan() -> None:
    for gap in [0.0, 0.001, 0.05, 0.149]:
        assert scanned(TAG, gap=gap) == Scan(TAG)


def test_a_slow_scanner_is_told_from_the_keys_left_lying_before_it() -> None:
    collector = ScanCollector()
    collector.key("x", "x", LONG_AGO)
    assert press(collector, TAG, gap=0.149) == Scan(f"x{TAG}", TAG)


def test_the_suffix_may_come_when_it_likes() -> None:
    for pause in [0.0, 0.2, 60.0]:
        collector = ScanCollector()
        for n, character in enumerate(TAG):
            collector.key(character, character, n * 0.01)
        assert collector.key("enter", None, len(TAG) * 0.01 + pause) == Scan(TAG)


def test_what_is_typed_by_hand_is_one_text_without_a_burst() -> None:
    for gap in [0.151, 0.3, 2.0]:
        assert scanned("Miguel", gap=gap) == Scan("Miguel")


def test_a_hand_that_hurries_at_the_end_still_types_one_text() -> None:
    collector = ScanCollector()
    for n, character in enumerate("Mig"):
        collector.key(character, character, LONG_AGO + n * 0.3)
    assert press(collector, "uel") == Scan("Miguel", "uel")


def test_a_burst_too_short_for_a_code_is_none() -> None:
    for end in ["1", "ab", "a "]:
        assert len(end) < SHORTEST_CODE
        collector = ScanCollector()
        collector.key("x", "x", LONG_AGO)
        assert press(collector, end) == Scan(f"x{end.strip()}")


def test_taking_a_character_back_leaves_the_rest_of_the_burst_together() -> None:
    collector = ScanCollector()
    collector.key("x", "x", LONG_AGO)
    for n, character in enumerate(f"{TAG}?"):
        collector.key(character, character, 100 + n * 0.01)
    collector.key("backspace", None, 101.0)
    assert collector.key("enter", None, 102.0) == Scan(f"x{TAG}", TAG)


def test_a_terminal_may_have_its_own_idea_of_slow() -> None:
    collector = ScanCollector(burst_gap=0.5)
    collector.key("x", "x", LONG_AGO)
    assert press(collector, TAG, gap=0.4) == Scan(f"x{TAG}", TAG)


def test_a_clock_that_jumps_back_breaks_nothing() -> None:
    collector = ScanCollector()
    for n, character in enumerate(TAG):
        collector.key(character, character, 1000.0 - n)
    assert collector.key("enter", None, 0.0) == Scan(TAG)


def test_a_paste_is_one_scan_a_line() -> None:
    for text, scans in [
        (TAG, [TAG]),
        (f"W.93\n{TAG}\n", ["W.93", TAG]),
        (f"W.93\r\n{TAG}\r\n", ["W.93", TAG]),
        (f"W.93\r{TAG}", ["W.93", TAG]),
        (f"W.93\t{TAG}\t", ["W.93", TAG]),
        (f"\n\n{AIM}{TAG}\n \n", [TAG]),
        (f" \x02{TAG}\x03 ", [TAG]),
        ("An\u0303o-1", ["Año-1"]),
        ("A\nB\nA", ["A", "B", "A"]),
        ("", []),
        ("\r\n\t \x00\r\n", []),
    ]:
        assert pasted(text) == [Scan(text) for text in scans]


def test_a_pasted_line_is_no_longer_than_a_typed_one() -> None:
    """What the screens are handed is bounded: a number of 5,000 digits is one that `int` refuses to read."""
    assert [len(scan.text) for scan in pasted("9" * 5_000)] == [MAX_LENGTH]


KEYS = st.one_of(
    st.characters().map(lambda character: (character, character)),
    st.sampled_from("]C1W.93 'éñ").map(lambda character: (character, character)),
    st.sampled_from(
        [
            *((suffix, "\r") for suffix in SUFFIXES),
            ("backspace", "\x7f"),
            ("escape", "\x1b"),
            ("f6", None),
            ("up", None),
        ]
    ),
)
JUNK = st.lists(st.tuples(KEYS, st.floats(0, 2)), max_size=60)
TAGS = st.text("ABCMKXZ0123456789-.", min_size=SHORTEST_CODE, max_size=40)


@given(
    rounds=st.lists(st.tuples(JUNK, TAGS), min_size=1, max_size=4),
    suffix=st.sampled_from(SUFFIXES),
    pause=st.floats(BURST_GAP * 1.01, 1_000),
    gap=st.floats(0, BURST_GAP * 0.99),
)
def test_whatever_is_pressed_before_it_a_scan_arrives_as_itself(
    rounds: list[tuple[list[tuple[tuple[str, str | None], float]], str]], suffix: str, pause: float, gap: float
) -> None:
    """The burst is the tag wherever something stood in the buffer; else the text is the tag and there is no burst."""
    collector = ScanCollector()
    now = 0.0
    for junk, tag in rounds:
        for (key, character), wait in junk:
            now += wait
            answer = collector.key(key, character, now)
            assert isinstance(answer, Scan | bool)
        lying = collector.text
        now += pause
        scan = press(collector, tag, at=now, gap=gap, suffix=suffix)
        assert scan == (Scan(clean(lying + tag), tag) if lying else Scan(tag))
        assert isinstance(scan, Scan)
        assert collector.text == ""
        now += 10.0


@given(text=st.text(max_size=300))
def test_cleaning_a_clean_text_of_no_symbology_changes_nothing(text: str) -> None:
    once = clean(text)
    if not once.startswith(tuple("]+~|Çç")):
        assert clean(once) == once


@given(text=st.text(max_size=600))
def test_no_paste_makes_an_empty_scan_or_one_with_control_characters(text: str) -> None:
    for scan in pasted(text):
        assert scan.text
        assert scan.burst is None
        assert all(ord(character) >= 32 for character in scan.text)
