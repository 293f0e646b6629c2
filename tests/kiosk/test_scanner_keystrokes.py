"""How a scan came: its keystrokes, its suffix, its prefix, and whether a scanner or a hand typed it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.scanner import BURST_GAP, Keystroke, Scan, ScanCollector, Suffix, clean, pasted
from tests.kiosk.test_scanner import AIM, LONG_AGO, TAG, press

GS = "\x1d"


def scan_of(text: str, *, gap: float = 0.01, suffix: str = "enter") -> Scan:
    scan = press(ScanCollector(), text, gap=gap, suffix=suffix)
    assert isinstance(scan, Scan)
    return scan


def scan_after(lying: str, text: str, *, gap: float = 0.01) -> Scan:
    """The scan of `text` into a buffer where somebody left keys lying."""
    collector = ScanCollector()
    for n, character in enumerate(lying):
        collector.key(character, character, LONG_AGO + n * 0.3)
    scan = press(collector, text, gap=gap)
    assert isinstance(scan, Scan)
    return scan


# Keystrokes and their gaps


def test_every_keystroke_is_kept_with_the_milliseconds_since_the_one_before() -> None:
    scan = scan_of("ABC", gap=0.012)
    assert [key.character for key in scan.keystrokes] == list("ABC")
    assert scan.keystrokes[0].gap is None
    assert scan.gaps == pytest.approx([12.0, 12.0])


def test_the_gaps_of_a_scan_do_not_count_what_was_lying_there_before() -> None:
    scan = scan_after("x", "ABC", gap=0.012)
    assert scan.gaps == pytest.approx([12.0, 12.0])
    assert scan.burst_start == 1
    assert [key.character for key in scan.keystrokes] == list("xABC")


def test_the_text_as_it_stands_keeps_its_prefix_and_is_not_composed() -> None:
    assert scan_of(f"{AIM}An\u0303o").typed == f"{AIM}An\u0303o"
    assert scan_after("x", f"{AIM}{TAG}").typed_burst == f"{AIM}{TAG}"
    assert scan_of(TAG).typed_burst is None


def test_a_scan_without_keystrokes_stands_as_its_text() -> None:
    assert Scan("A", "B").typed == "A"
    assert Scan("A", "B").typed_burst == "B"


def test_how_a_scan_came_makes_no_other_scan_of_it() -> None:
    assert scan_of(f"{AIM}{TAG}", suffix="tab") == pasted(TAG)[0] == Scan(TAG)


# Suffix


def test_a_scan_says_what_ended_it() -> None:
    for key, suffix in [("enter", Suffix.CR), ("ctrl+j", Suffix.LF), ("tab", Suffix.TAB)]:
        assert scan_of(TAG, suffix=key).suffix is suffix


def test_a_pasted_scan_says_so() -> None:
    (scan,) = pasted(f"{AIM}{TAG}\n")
    assert scan.suffix is Suffix.PASTE
    assert scan.is_scan
    assert scan.prefix == AIM
    assert scan.typed == f"{AIM}{TAG}"
    assert scan.gaps == []


def test_the_second_key_of_a_double_suffix_reaches_no_screen() -> None:
    for second in ["enter", "ctrl+j", "tab"]:
        for gap in [0.0, 0.001, 0.01, 0.07]:
            collector = ScanCollector()
            press(collector, TAG, at=0.0, gap=gap)
            ended = len(TAG) * gap
            assert collector.key(second, None, ended + gap) is True
            assert all(collector.key(second, None, ended + turn * gap) is True for turn in range(2, 6))
            assert collector.key("enter", None, ended + 5.0) is False, (second, gap)


def test_an_enter_that_somebody_presses_after_a_scan_is_theirs() -> None:
    collector = ScanCollector()
    press(collector, TAG, at=0.0, gap=0.001)
    assert collector.key("enter", None, len(TAG) * 0.001 + 0.05) is False


def test_an_enter_after_what_was_typed_by_hand_is_always_the_screens() -> None:
    collector = ScanCollector()
    press(collector, "Miguel", at=0.0, gap=0.2)
    assert collector.key("enter", None, 1.25) is False


def test_a_suffix_while_the_clock_jumps_back_is_the_screens() -> None:
    collector = ScanCollector()
    press(collector, TAG, at=100.0)
    assert collector.key("enter", None, 1.0) is False


def test_a_double_suffix_between_two_scans_loses_neither() -> None:
    collector = ScanCollector()
    scans = []
    now = 0.0
    for text in (TAG, "W.93", TAG):
        scans.append(press(collector, text, at=now, gap=0.001))
        now += len(text) * 0.001 + 0.001
        assert collector.key("ctrl+j", None, now) is True, text
        now += 0.001
    assert scans == [Scan(TAG), Scan("W.93"), Scan(TAG)]


# Scanner or hand


def test_what_comes_as_quickly_as_a_scanner_types_is_a_scan() -> None:
    for gap in [0.0, 0.001, 0.05, 0.149]:
        assert scan_of(TAG, gap=gap).is_scan


def test_what_comes_slower_was_typed_by_hand() -> None:
    for gap in [0.151, 0.3, 2.0]:
        assert not scan_of(TAG, gap=gap).is_scan


def test_one_key_alone_may_be_a_scan() -> None:
    scan = scan_of("7")
    assert scan.is_scan
    assert scan.gaps == []


def test_a_scan_after_keys_left_lying_is_a_burst_and_not_the_whole() -> None:
    scan = scan_after("W.9", TAG)
    assert not scan.is_scan
    assert scan.burst == TAG


def test_a_terminal_says_how_slow_its_scanner_may_be() -> None:
    collector = ScanCollector(burst_gap=0.5)
    scan = press(collector, TAG, gap=0.4)
    assert isinstance(scan, Scan)
    assert scan.is_scan


# Prefixes and control characters


def test_an_aim_prefix_is_taken_off_and_told_also_as_other_layouts_mangle_it() -> None:
    for prefix in ["]C1", "]E0", "]A0", "]e0", "]Q3", "]d2", "+C1", "+E0", "~C1", "|C1", "ÇC1", "çc1", "]c1"]:
        scan = scan_of(f"{prefix}{TAG}")
        assert scan == Scan(TAG), prefix
        assert scan.prefix == prefix
        assert scan.typed == f"{prefix}{TAG}"


def test_the_prefix_of_a_burst_is_told() -> None:
    for prefix in ["]C1", "+C1"]:
        scan = scan_after("x", f"{prefix}{TAG}")
        assert scan.burst == TAG, prefix
        assert scan.prefix == prefix


def test_what_only_resembles_a_mangled_prefix_stays() -> None:
    for text in ["+56", "+C1", "+CW-1", "|AB-1", "-C1A", "C1MK", "Çebra", "~", "+"]:
        assert clean(text) == text
        assert scan_of(text).prefix == ""


def test_a_separator_is_taken_out_however_the_scanner_writes_it() -> None:
    written = ("<GS>", "<gs>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "[FNC1]", "^]", "~d029", "~029", "\u241d")
    for separator in (GS, *written):
        assert clean(f"{separator}MK-{separator}1335{separator}") == "MK-1335"


def test_separators_within_one_another_are_taken_out_to_the_last() -> None:
    assert clean("A^^]]B<G<GS>S>C") == "ABC"


def test_a_pasted_mark_that_prints_nothing_stands_in_no_tag() -> None:
    for invisible in ["\ufeff", "\u200b", "\u200e", "\u00ad", "\u2028", "\u2029"]:
        assert pasted(f"{invisible}MK-{invisible}1335")[0] == Scan("MK-1335")


def test_the_joiner_of_emoji_stays() -> None:
    assert clean("👩\u200d🔧") == "👩\u200d🔧"


def test_control_characters_are_kept_for_the_inspector_and_for_no_text() -> None:
    collector = ScanCollector()
    assert collector.key("ctrl+b", "\x02", 0.0) is False
    for n, character in enumerate("ABC"):
        collector.key(character, character, 0.01 + n * 0.01)
    assert collector.key("ctrl+right_square_bracket", GS, 0.04) is False
    assert collector.text == "ABC"
    scan = collector.key("enter", "\r", 0.05)
    assert scan == Scan("ABC")
    assert isinstance(scan, Scan)
    assert "".join(key.character for key in scan.keystrokes) == f"\x02ABC{GS}"
    assert scan.typed == "ABC"


def test_control_characters_alone_make_no_scan() -> None:
    collector = ScanCollector()
    collector.key("ctrl+b", "\x02", 0.0)
    assert collector.key("enter", "\r", 0.01) is False


def test_a_control_character_from_long_ago_belongs_to_no_scan() -> None:
    collector = ScanCollector()
    collector.key("ctrl+b", "\x02", LONG_AGO)
    scan = press(collector, TAG)
    assert scan == Scan(TAG)
    assert isinstance(scan, Scan)
    assert scan.is_scan
    assert len(scan.keystrokes) == len(TAG)


def test_a_separator_in_the_midst_of_a_slow_scan_does_not_break_it() -> None:
    collector = ScanCollector()
    for n, character in enumerate(f"ABC{GS}DEF"):
        collector.key("any", character, n * 0.14)
    assert collector.key("enter", None, 1.0) == Scan("ABCDEF")


def test_backspace_takes_back_a_character_and_not_only_the_control_character_after_it() -> None:
    collector = ScanCollector()
    for n, character in enumerate(f"AB{GS}"):
        collector.key("any", character, n * 0.01)
    assert collector.key("backspace", "\x7f", 0.1) is True
    assert collector.text == "A"


# Frames: STX, the code, ETX


STX, ETX = ("ctrl+b", "\x02"), ("ctrl+c", "\x03")
CR, LF = ("enter", "\r"), ("ctrl+j", "\n")


def typed(*keys: str | tuple[str, str | None], gap: float = 0.01) -> list[Scan | bool]:
    """What a collector answers to the keys, a text key by key."""
    collector, now = ScanCollector(), LONG_AGO
    answers = []
    for key in keys:
        for name, character in [(char, char) for char in key] if isinstance(key, str) else [key]:
            now += gap
            answers.append(collector.key(name, character, now))
    return answers


def test_a_code_between_stx_and_etx_is_whole_at_etx_and_nothing_around_it_is_left_to_the_screen() -> None:
    for around in ((), (CR,), (LF,), (CR, LF)):
        answers = typed(STX, TAG, ETX, *around, STX, "W.93", ETX, *around)
        assert [answer for answer in answers if isinstance(answer, Scan)] == [Scan(TAG), Scan("W.93")], around
        assert all(answers[len(TAG) + 1 : len(TAG) + 2 + len(around)]), around
    [*_, scan] = typed(STX, f"{AIM}{TAG}", ETX)
    assert isinstance(scan, Scan)
    assert (scan.suffix, scan.prefix, scan.is_scan) == (Suffix.ETX, AIM, True)


def test_an_etx_after_the_suffix_of_its_frame_reaches_no_screen() -> None:
    [*_, scan, after] = typed(STX, TAG, CR, ETX)
    assert (scan, after) == (Scan(TAG), True)


def test_a_terminal_that_sends_the_names_of_keys_alone_reads_frames_as_well() -> None:
    assert typed(("ctrl+b", None), TAG, ("ctrl+c", None))[-1] == Scan(TAG)


def test_what_lay_in_the_buffer_before_a_frame_is_no_part_of_it() -> None:
    for gap in (0.01, 0.1):
        assert typed("hola", STX, TAG, ETX, gap=gap)[-1] == Scan(TAG)


def test_ctrl_c_outside_a_frame_is_the_persons() -> None:
    for keys in ((), (TAG,), (STX,), (TAG, CR, "x"), (STX, TAG, CR, "x")):
        assert typed(*keys, ETX)[-1] is False, keys
    assert typed(STX, TAG, ETX, gap=BURST_GAP * 1.1)[-1] is False
    collector = ScanCollector()
    press(collector, TAG, at=0.0)
    assert collector.key("ctrl+c", "\x03", 1.0) is False


# Anything at all


KEYS = st.one_of(
    st.characters().map(lambda character: ("any", character)),
    st.sampled_from("]C1+W.93 '\x1d\x02éñ").map(lambda character: ("any", character)),
    st.sampled_from([("enter", "\r"), ("ctrl+j", "\n"), ("tab", "\t"), ("backspace", "\x7f"), ("escape", "\x1b")]),
)


@given(
    keys=st.lists(st.tuples(KEYS, st.floats(-5, 5, allow_nan=False)), max_size=120),
    gap=st.floats(0, BURST_GAP * 0.99),
    codes=st.lists(st.text("ABCMKXZ0123456789-.", min_size=3, max_size=30), min_size=1, max_size=6),
)
def test_after_any_keys_at_any_time_a_burst_of_scans_comes_out_whole_and_in_order(
    keys: list[tuple[tuple[str, str], float]], gap: float, codes: list[str]
) -> None:
    collector = ScanCollector()
    now = 0.0
    for (key, character), wait in keys:
        now += wait
        answer = collector.key(key, character, now)
        if isinstance(answer, Scan):
            assert answer.typed == "" or answer.keystrokes
            assert len(answer.gaps) <= len(answer.keystrokes)
    now += 1_000
    found = []
    for code in codes:
        scan = press(collector, code, at=now, gap=gap)
        assert isinstance(scan, Scan)
        found.append(scan.burst or scan.text)
        assert scan.is_scan or scan.burst is not None
        now += len(code) * gap + gap
    assert found == codes


@given(text=st.text(max_size=300))
def test_what_is_pasted_is_told_key_by_key_and_as_it_stands(text: str) -> None:
    for scan in pasted(text):
        assert clean(scan.typed) == scan.text
        assert all(isinstance(key, Keystroke) and key.gap is None for key in scan.keystrokes)
