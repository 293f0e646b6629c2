"""Texts as they are searched: one by one or a whole plant's at once, it is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.live.searching import fold, fold_each, wanted_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MK-1335-CW-25238-011", "mk1335cw25238011"),
        ("Rodríguez ", "rodriguez"),
        ("ÑANDÚ (97)", "nandu97"),
        ("STRASSE straße", "strassestrasse"),
        ("管-7", "管7"),
        ("e\u0301", "e"),
        ("—·—", ""),
        ("", ""),
    ],
)
def test_accents_case_spaces_and_punctuation_are_left_out_in_every_script(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.lists(st.text()))
def test_many_texts_at_once_are_folded_as_each_alone(texts: list[str]) -> None:
    assert fold_each(texts) == [fold(text) for text in texts]


@given(st.lists(st.text(st.characters(max_codepoint=127))))
def test_many_plain_texts_at_once_are_folded_as_each_alone(texts: list[str]) -> None:
    assert fold_each(texts) == [fold(text) for text in texts]


def test_a_search_is_taken_word_by_word() -> None:
    assert wanted_words("  Pérez  MK-13 ( ") == ("perez", "mk13")
