"""Tags: which texts are one tag, and which tags a slip comes near."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.writing.tags import TagIndex, identity, nearest

PLANT = tuple(f"MK-1335-CW-25238-{n:03}" for n in range(8, 30))


@pytest.mark.parametrize(
    ("office", "other"),
    [
        ("MK-1335-CW", "mk-1335-cw"),
        ("MK-1335-CW", "MK\u20131335\u2014CW"),
        ("MK-1335-CW", "MK\u22121335\uff0dCW"),
        ("MK-1 A", "mk-1\u00a0a"),
        ("MK-1 A", "MK-1  A"),
        ("PEÑA-1", "pen\u0303a-1"),
        ("STRASSE", "straße"),
        ("ΣΑΣ", "σας"),
        ("12345", "12345.0"),
    ],
)
def test_spellings_of_one_tag_have_one_identity(office: str, other: str) -> None:
    assert identity(office) == identity(other)
    assert TagIndex([office]).find(other) == office


@pytest.mark.parametrize(
    ("one", "other"),
    [("MK-1", "MK-2"), ("MK-1", "MK1"), ("MK-1", "MK_1"), ("N-1", "Ñ-1"), ("1.5", "15"), ("0123", "123"), ("A.0", "A")],
)
def test_other_tags_stay_others(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_every_dash_and_space_of_unicode_is_one() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Pd", "Zs"}]
    assert {identity(f"A{character}1") for character in characters} == {"a-1", "a 1"}


@given(st.text(max_size=20))
def test_composition_makes_no_other_tag(tag: str) -> None:
    assert identity(unicodedata.normalize("NFD", tag)) == identity(unicodedata.normalize("NFC", tag))


def test_of_two_tags_of_one_identity_in_an_old_ledger_only_the_very_one_is_found() -> None:
    index = TagIndex(["MK-1", "mk-1"])
    assert [index.find(text) for text in ("MK-1", "mk-1", "Mk-1", "MK\u20131")] == ["MK-1", "mk-1", None, None]


@pytest.mark.parametrize(
    ("slip", "tags"),
    [
        ("MK-1335-CW-25238-11", ("MK-1335-CW-25238-011",)),
        ("mk1335cw25238011", ("MK-1335-CW-25238-011",)),
        ("MK-1335-CW-25283-011", ("MK-1335-CW-25238-011",)),
        ("MK-1335-CW-25238-01l", ("MK-1335-CW-25238-010", "MK-1335-CW-25238-011", "MK-1335-CW-25238-012")),
        ("MK-1335-CW-25238-0111", ("MK-1335-CW-25238-011",)),
        ("011", ()),
        ("Juan Pérez", ()),
        ("-", ()),
        ("", ()),
    ],
)
def test_a_slip_comes_near_at_most_three_tags_the_nearest_first(slip: str, tags: tuple[str, ...]) -> None:
    assert nearest(slip, PLANT) == tags


def test_nothing_is_near_in_an_empty_plant() -> None:
    assert nearest("MK-1", ()) == ()
