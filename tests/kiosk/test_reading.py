"""From a scan to what was meant: never a wrong spool, and a question where several fit."""

from collections.abc import Callable, Iterable
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from core.domain.model import Snapshot, Spool
from kiosk.live.board import Board
from kiosk.scanning.calibration import CALIBRATION
from kiosk.scanning.codes import (
    Ambiguous,
    Badge,
    Calibration,
    Choice,
    Code,
    Command,
    Glued,
    Goods,
    Joint,
    Text,
    UnknownCommand,
    parse,
)
from kiosk.scanning.keyboards import MISMATCHES, PAIRS, Pair, caps_locked, strokes
from kiosk.scanning.layouts import SYMBOLS
from kiosk.scanning.reading import REMEMBERED, Reader
from kiosk.scanning.scanner import SHORTEST_CODE, Scan, ScanCollector, pasted
from tests.kiosk.arriving import arrival
from tests.kiosk.test_keyboards import ORDERS
from tests.kiosk.test_scanner import LONG_AGO, TAG, press

Find = Callable[[str], Spool | None]
BY_HAND = 0.3
FAST = 0.001


def board_of(*tags: str) -> Find:
    board = Board()
    board.load(Snapshot(seq=1, spools=tuple(Spool(tag_spool=tag) for tag in tags), workers=()))
    return board.find


def scan_of(text: str, *, gap: float = FAST, lying: str = "") -> Scan:
    """The scan of `text`, typed with `gap` seconds between keys, after what somebody left lying in the buffer."""
    collector = ScanCollector()
    for n, character in enumerate(lying):
        collector.key(character, character, LONG_AGO + n * BY_HAND)
    scan = press(collector, text, gap=gap)
    assert isinstance(scan, Scan)
    return scan


def read(text: str, *tags: str, keyboards: str = "auto", gap: float = FAST, lying: str = "") -> Code:
    return Reader(board_of(*tags), keyboards).read(scan_of(text, gap=gap, lying=lying))


def pair_of(text: str) -> Pair:
    pair = Pair.parse(text)
    assert pair is not None
    return pair


# What needs no repair


def test_what_is_known_as_it_stands_is_that() -> None:
    for text, code in [
        ("W.93", Badge(93)),
        ("C.PAUSAR", Command.PAUSAR),
        ("c.si", Command.SI),
        ("C.2", Choice(2)),
        ("C.BAILAR", UnknownCommand("C.BAILAR")),
        (TAG, Text(TAG)),
        (TAG.lower(), Text(TAG)),
        ("Miguel", Text("Miguel")),
        ("]C1W.93", Badge(93)),
        ("+C1C.PAUSAR", Command.PAUSAR),
    ]:
        for gap in [FAST, BY_HAND]:
            assert read(text, TAG, gap=gap) == code


def test_badges_and_commands_need_no_layout() -> None:
    for keyboards in ["auto", *map(str, PAIRS), "", "us/pt"]:
        for text, code in [("W.93", Badge(93)), ("C.PAUSAR", Command.PAUSAR)]:
            assert read(text, TAG, keyboards=keyboards) == code


def test_a_text_that_is_nothing_stays_as_it_came() -> None:
    assert read("]C1NADA'1", TAG) == Text("NADA'1")
    assert read("+C1 a mano", TAG, gap=BY_HAND) == Text("+C1 a mano")
    assert read("An\u0303o", TAG, gap=BY_HAND) == Text("Año")


# What lay in the buffer before the scan


def test_keys_left_lying_do_not_spoil_the_scan() -> None:
    for lying in ["x", "W.", "hola", "MK-1335-CW-25238-01", TAG]:
        for text, code in [(TAG, Text(TAG)), ("W.93", Badge(93)), ("C.PAUSAR", Command.PAUSAR)]:
            assert read(text, TAG, lying=lying) == code


def test_keys_left_lying_do_not_spoil_a_mangled_scan() -> None:
    for keyboards in ["auto", "us/latam"]:
        assert read("+C1MK'1335'CW'25238'011", TAG, keyboards=keyboards, lying="hola") == Text(TAG)


def test_a_hand_that_hurries_at_the_end_types_one_text() -> None:
    assert read("uel", TAG, lying="Mig") == Text("Miguel")
    assert read("-011", TAG, lying="MK-1335-CW-25238") == Text(TAG)


def test_a_scan_that_completes_what_was_lying_there_to_another_tag_is_asked_about() -> None:
    assert read("A-11", "3-A-11", "A-11", lying="3-") == Ambiguous("3-A-11", ("3-A-11", "A-11"))


def test_a_slow_scan_that_stuttered_is_not_taken_for_the_spool_of_its_end() -> None:
    assert read("A'11", "3-A-11", "A'11", lying="3'") == Ambiguous("3'A'11", ("3-A-11", "A'11"))


def test_a_tag_that_ends_like_a_command_is_itself_when_it_is_known_as_a_whole() -> None:
    assert read("C.SI", "A-C.SI", lying="A-") == Text("A-C.SI")


# Prefixes


def test_a_tag_that_begins_like_a_prefix_is_itself() -> None:
    for tag in ("]C1X-5", "+C1X-5", "~A0X-5", "ÇC1X-5"):
        assert read(tag, tag, "X-5", gap=BY_HAND) == Text(tag)
        assert read(tag, tag, "X-5", keyboards="us/us") == Text(tag)


def test_a_prefix_is_taken_off_where_the_tag_is_known_without_it() -> None:
    for prefix in ["]C1", "]E0", "]A0", "+C1", "~C1", "|C1", "ÇC1", "\u241d", "<GS>"]:
        assert read(f"{prefix}{TAG}", TAG) == Text(TAG)


def test_a_tag_with_the_writing_of_a_separator_in_it_is_itself() -> None:
    assert read("A^]B", "A^]B", gap=BY_HAND) == Text("A^]B")
    assert read("A^]B", "AB") == Text("AB")


# Repair


def test_a_tag_mangled_by_a_wrong_layout_is_repaired() -> None:
    tags = (TAG, "A_1/2", "SP.01-002", "L=30-A", "A;B-1", 'P6"-WN', "P(1)-2", "X&B-1", "P'A-1", "P-E'U")
    for pair, tag in product(MISMATCHES, tags):
        came = arrival(tag, pair)
        assert read(came, tag, "OTRO-1") == Text(tag), str(pair)
        assert read(came, tag, "OTRO-1", keyboards=str(pair)) == Text(tag)


def test_the_repair_does_not_ask_how_fast_it_came() -> None:
    for gap in [FAST, 0.149, BY_HAND]:
        assert read("MK'1335'CW'25238'011", TAG, gap=gap) == Text(TAG)


def test_a_mangled_prefix_and_a_mangled_tag_are_repaired_together() -> None:
    for label, pair in [("]C1", "us/es"), ("]C1", "latam/us"), ("]C1", "latam/es"), ("]C1", "es/latam")]:
        assert read(arrival(f"{label}A/B-1", pair_of(pair)), "A/B-1") == Text("A/B-1")


def test_caps_lock_on_top_of_a_wrong_layout_is_repaired_as_well() -> None:
    for pair, tag in product(MISMATCHES, (TAG, "A;B-1")):
        came = caps_locked(arrival(tag, pair))
        assert read(came, tag) == Text(tag), str(pair)
        assert read(came, tag, keyboards=str(pair)) == Text(tag)


def test_badges_and_commands_are_repaired_as_well_when_a_scanner_sent_them() -> None:
    for pair, label in product(MISMATCHES, ("W.93", "W.24567890", "C.RECHAZADO", "C.AYUDA", "C.7", "C.U12")):
        came, code = arrival(label, pair), parse(label)
        assert read(came, TAG) == read(came, TAG, keyboards=str(pair)) == code, (pair, label)
        assert read(caps_locked(came), TAG, lying="hola") == code, (pair, label)
        assert Reader(NoPlant().find).read(scan_of(came), secret=True) == code, (pair, label)
        # Neither a hand nor a paste comes through the scanner's layout.
        assert read(came, TAG, gap=BY_HAND) == parse(came), (pair, label)
        assert Reader(board_of(TAG)).read(pasted(came)[0]) == parse(came), (pair, label)


def test_a_badge_that_may_be_a_spool_is_asked_about() -> None:
    assert read('Z:ç"', 'Z:ç"') == Ambiguous('Z:ç"', ("W.93", 'Z:ç"'))


def test_letters_that_changed_places_are_no_sign_of_another_layout() -> None:
    """A label with Y as it stands, or one with Z from a German scanner: both arrive alike."""
    assert read("MY-1", "MY-1", "MZ-1") == Ambiguous("MY-1", ("MY-1", "MZ-1"))
    assert read("MY-1", "MZ-1") == Ambiguous("MY-1", ("MZ-1",))
    assert read("MY-1", "MY-1") == Text("MY-1")
    for keyboards, gap, code in (
        ("de/es", FAST, Text("MZ-1")),
        ("es/es", FAST, Text("MY-1")),
        ("us/us", FAST, Text("MY-1")),
        ("auto", BY_HAND, Text("MY-1")),
    ):
        assert read("MY-1", "MZ-1", keyboards=keyboards, gap=gap) == code, keyboards


def test_where_two_tags_fit_a_mangled_text_neither_is_taken() -> None:
    came = arrival("A-1", pair_of("us/es"))
    assert came == "A'1"
    assert read(came, "A-1", "A[1") == Ambiguous("A'1", ("A-1", "A[1"))
    assert read(came, "A-1", "A[1", gap=BY_HAND) == Ambiguous("A'1", ("A-1", "A[1"))


def test_a_scan_that_is_one_tag_and_may_have_been_another_is_asked_about() -> None:
    for gap in [FAST, 0.149]:
        assert read("A-1", "A-1", "A/1", gap=gap) == Ambiguous("A-1", ("A-1", "A/1"))


def test_what_is_typed_by_hand_stands_as_it_is() -> None:
    assert read("A-1", "A-1", "A/1", gap=BY_HAND) == Text("A-1")
    assert read("A-1", "A-1", "A/1", gap=BY_HAND, keyboards="us/es") == Text("A-1")


def test_what_is_pasted_stands_as_it_is() -> None:
    for keyboards in ("auto", "us/es"):
        reader = Reader(board_of("A-1", "A/1"), keyboards)
        assert [reader.read(scan) for scan in pasted("A-1\nA/1")] == [Text("A-1"), Text("A/1")], keyboards


def test_two_tags_that_differ_by_case_only_are_asked_about_when_caps_lock_may_be_on() -> None:
    assert read("AB-1", "AB-1", "ab-1") == Ambiguous("AB-1", ("AB-1", "ab-1"))
    assert read("AB-1", "AB-1", "ab-1", keyboards="us/us") == Ambiguous("AB-1", ("AB-1", "ab-1"))
    assert read("AB-1", "AB-1", "ab-1", gap=BY_HAND) == Text("AB-1")


# Layouts that are known


def test_with_known_layouts_a_scan_is_read_by_them_alone() -> None:
    assert read(arrival("A/1", pair_of("us/es")), "A-1", "A/1", "A&1", keyboards="us/es") == Text("A/1")
    assert read(arrival("A-1", pair_of("us/es")), "A-1", "A/1", "A[1", keyboards="us/es") == Text("A-1")


def test_what_one_pair_of_layouts_leaves_open_is_asked_about() -> None:
    """On es an apostrophe is a key of its own, or the accent that a system shows alone."""
    assert read("A'1", "A-1", "A'1", keyboards="us/es") == Ambiguous("A'1", ("A'1", "A-1"))


def test_layouts_that_agree_leave_nothing_to_ask() -> None:
    assert read("A-1", "A-1", "A/1", keyboards="us/us") == Text("A-1")


def test_known_layouts_that_explain_nothing_are_not_the_last_word() -> None:
    assert read(TAG, TAG, keyboards="us/latam") == Text(TAG)
    assert read("MK/1335/CW/25238/011", TAG, keyboards="us/latam") == Text(TAG)
    assert read("A-1", "A-1", "A'1", keyboards="us/latam") == Ambiguous("A-1", ("A'1", "A-1"))


def test_a_quick_hand_is_not_taken_for_the_scanner_where_it_matters() -> None:
    assert read("A-1", "A-1", "A/1", keyboards="us/es", gap=0.1) == Ambiguous("A-1", ("A-1", "A/1"))
    assert read("A-1", "A-1", "A/1", keyboards="us/es", gap=0.01) == Text("A/1")


# Calibration


def test_the_calibration_barcode_tells_and_teaches_the_layouts() -> None:
    for pair in PAIRS:
        reader = Reader(board_of("A-1", "A/1"))
        came = arrival(CALIBRATION, pair)
        told = reader.read(scan_of(came))
        assert isinstance(told, Calibration)
        assert told.text == came, pair
        assert reader.pair == told.pair, pair
        assert reader.pair is not None, pair
        assert reader.pair.is_in_order if pair.is_in_order else reader.pair == pair
        assert reader.read(scan_of(arrival("A/1", pair))) == Text("A/1")


def test_the_calibration_barcode_is_newer_than_the_setting() -> None:
    reader = Reader(board_of("A-1", "A/1"), "us/es")
    reader.read(scan_of(CALIBRATION))
    assert reader.read(scan_of("A-1")) == Text("A-1")


def test_a_calibration_that_fits_nothing_is_told_and_leaves_what_was_known() -> None:
    reader = Reader(board_of(TAG), "us/es")
    assert reader.read(scan_of("C.TECLADO!!")) == Calibration("C.TECLADO!!", None)
    assert reader.pair == pair_of("us/es")


def test_only_a_scanner_teaches_the_layouts() -> None:
    reader = Reader(board_of(TAG))
    assert isinstance(reader.read(scan_of(CALIBRATION, gap=BY_HAND)), Calibration)
    assert isinstance(reader.read(pasted(CALIBRATION)[0]), Calibration)
    assert reader.pair is None


def test_the_calibration_barcode_is_found_after_keys_left_lying() -> None:
    for lying in ["x", "hola"]:
        came = arrival(CALIBRATION, pair_of("us/latam"))
        assert read(came, TAG, lying=lying) == Calibration(came, pair_of("us/latam"))


def test_the_calibration_barcode_is_found_behind_a_prefix() -> None:
    came = arrival(f"]C1{CALIBRATION}", pair_of("us/latam"))
    assert read(came, TAG) == Calibration(came[3:], pair_of("us/latam"))


# Memory


def test_the_last_scans_are_remembered_with_what_each_became_the_newest_first() -> None:
    reader = Reader(board_of(TAG))
    for number in range(REMEMBERED + 5):
        reader.read(scan_of(f"W.{number + 1}"))
    assert len(reader.recent) == REMEMBERED
    assert [seen.code for seen in reader.recent][:2] == [Badge(REMEMBERED + 5), Badge(REMEMBERED + 4)]
    assert reader.recent[0].scan.text == f"W.{REMEMBERED + 5}"


class NoPlant:
    """Counts what is looked up among tags, and knows none."""

    def __init__(self) -> None:
        self.looked_up = 0

    def find(self, _: str) -> Spool | None:
        self.looked_up += 1
        return None


def test_of_a_secret_nothing_is_kept_and_nothing_is_made() -> None:
    for gap in (FAST, BY_HAND):
        plant = NoPlant()
        reader = Reader(plant.find)
        assert reader.read(scan_of("4711", gap=gap), secret=True) == Text("4711")
        assert reader.read(scan_of("+C1-'9", gap=gap), secret=True) == Text("+C1-'9")
        assert reader.read(scan_of(CALIBRATION, gap=gap), secret=True) == Text(CALIBRATION)
        assert reader.recent == (), gap
        assert plant.looked_up == 0, gap
        assert reader.pair is None, gap


def test_a_badge_and_a_command_are_read_while_a_secret_is_asked_for() -> None:
    reader = Reader(board_of(TAG))
    assert reader.read(scan_of("]C1W.95"), secret=True) == Badge(95)
    assert reader.read(scan_of("C.SALIR"), secret=True) is Command.SALIR
    assert reader.recent == ()


# What is no label of the shop, or several


def test_labels_that_arrived_as_one_are_named() -> None:
    tags = ("W-101", "MK-1923-01", TAG)
    for labels in (("W-101", "MK-1923-01"), (TAG, TAG, "C.PAUSAR"), ("W.94", "W.93"), ("C.1", "C.U12")):
        assert read("".join(labels), *tags) == Glued(labels)
    for pair in MISMATCHES:
        came = arrival(f"W.93{TAG}", pair)
        assert read(came, *tags, lying="hola") == Glued(("W.93", TAG)), str(pair)
    assert read("]C1W-101]C1MK-1923-01", *tags) == Glued(("W-101", "MK-1923-01"))
    for text in ("W-101MK-1923-02", "W-101W-10", "XW-101MK-1923-01"):
        assert isinstance(read(text, *tags), Text), text
    # Whoever types sees what they do.
    assert read("W-101MK-1923-01", *tags, gap=BY_HAND) == Text("W-101MK-1923-01")


GTIN = "09506000134352"


def test_an_element_string_of_gs1_is_named() -> None:
    for text, symbology in (
        (f"]C101{GTIN}21A1", "GS1-128"),
        (f"]d201{GTIN}10B7\x1d21A1", "GS1 DataMatrix"),
        (f"]Q301{GTIN}", "GS1 QR Code"),
        (f"01{GTIN}21A1", "GS1"),
        ("00340123450000000000", "GS1"),
        ("10B7\x1d21A1", "GS1"),
        ("10B7<GS>21A1", "GS1"),
        (f"(01){GTIN}(21)A1", "GS1"),
    ):
        code = read(text, TAG)
        assert isinstance(code, Goods), text
        assert code.symbology == symbology, text
    for pair in MISMATCHES:
        assert isinstance(read(arrival(f"(01){GTIN}(21)A1", pair), TAG), Goods), str(pair)


def test_what_only_resembles_an_element_string_is_none() -> None:
    for text in (f"01{GTIN[:-1]}3", "0134", "]C1NADA", "]C0013456", "(A)1", "(01)", "00340123450000000001", "A\x1dB"):
        assert isinstance(read(text, TAG), Text), text
    assert read(f"]C101{GTIN}", f"01{GTIN}") == Text(f"01{GTIN}")


# How much is looked up


def test_a_scan_looks_up_candidates_and_never_every_tag() -> None:
    for text in (TAG, "MK'1335'CW'25238'011", "'" * 96, "[{\u00b4`" * 24, "A-'-'-'-'-'-'-'-'-'-1"):
        plant = NoPlant()
        Reader(plant.find).read(scan_of(text))
        assert 0 < plant.looked_up < 10_000, text


# Anything at all

ALPHABET = "ABYZ1-/'_?&[{\u00b4\"+C]."
TAGS = st.lists(st.text(ALPHABET, min_size=1, max_size=5).filter(str.strip).map(str.strip), max_size=12, unique=True)


def fully_typed(tag: str, pair: Pair) -> bool:
    """Whether the scanner can type this tag, and the terminal has a character for each of its keys."""
    try:
        return all(stroke in SYMBOLS[pair.terminal] for stroke in strokes(tag, pair.scanner))
    except ValueError:
        return False


def fits_by(tag: str, pairs: Iterable[Pair], text: str) -> bool:
    """Whether the label of this tag, scanned through one of the pairs, may arrive as this text."""
    return any(fully_typed(tag, pair) and arrival(tag, pair).casefold() == text.casefold() for pair in pairs)


@given(
    tags=TAGS,
    data=st.data(),
    lying=st.sampled_from(["", "x", "W.", "A-", "hola"]),
    gap=st.sampled_from([FAST, 0.14, 0.3]),
)
def test_no_scan_of_a_label_ever_takes_another_spool(
    tags: list[str], data: st.DataObject, lying: str, gap: float
) -> None:
    """Whatever the layouts, known or not: it is that label, a question that names it, or nothing."""
    tag, pair = data.draw(st.sampled_from([*tags, *ORDERS])), data.draw(st.sampled_from(PAIRS))
    if not fully_typed(tag, pair):
        return
    came = arrival(tag, pair)
    keyboards = data.draw(st.sampled_from(["auto", str(pair)]))
    if gap > 0.15 and not pair.is_in_order:
        # By hand the terminal's own layout is the right one.
        came = tag
    # What is shorter than any code cannot be told from the end of what was lying there.
    alone = gap > 0.15 or len(came) < SHORTEST_CODE
    code = read(came, *tags, keyboards=keyboards, gap=gap, lying="" if alone else lying) if came.strip() else None
    match code:
        case Text(text) if board_of(*tags)(text) is not None:
            found = board_of(*tags)(text)
            assert found is not None
            assert found.tag_spool == tag
        case Badge() | Command() | Choice() | Joint():
            assert code == parse(tag)
        case Ambiguous(tags=several):
            assert tag in several
            assert list(several) == sorted(set(several) & {*tags, *ORDERS})
            assert len(several) > 1 or all(a == b or (a + b).isalpha() for a, b in zip(tag, came, strict=True))


@given(
    text=st.text(max_size=80),
    tags=st.lists(st.text(min_size=1, max_size=8), max_size=6, unique=True),
    gap=st.floats(0, 1),
)
def test_any_text_at_all_means_something_and_only_known_tags(text: str, tags: list[str], gap: float) -> None:
    reader = Reader(board_of(*tags))
    collector = ScanCollector()
    for n, character in enumerate(text):
        answer = collector.key("enter" if character in "\r\n\t" else "any", character, n * gap)
        if isinstance(answer, Scan):
            code = reader.read(answer)
            if isinstance(code, Ambiguous):
                assert set(code.tags) <= set(tags)
    for scan in pasted(text):
        assert reader.read(scan) is not None
    assert len(reader.recent) <= REMEMBERED


@given(came=st.text(ALPHABET, min_size=2, max_size=6), tags=TAGS)
def test_a_tag_that_was_not_scanned_comes_only_of_a_reading_that_is_the_only_one(came: str, tags: list[str]) -> None:
    code = read(came, *tags) if came.strip() else None
    if isinstance(code, Text) and code.text in tags and code.text.casefold() not in came.casefold():
        others = [tag for tag in tags if tag != code.text and fits_by(tag, PAIRS, came)]
        assert others == []
