"""The office's headers: found however they are spelled."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import plain
from core.plant.columns import OPERACIONES, ROLES, TRABAJADORES, find_columns
from core.sheet.metadata import COLUMNS as METADATA
from core.sheet.taller import COLUMNS as TALLER

WORKSHEETS = (OPERACIONES, TALLER, TRABAJADORES, ROLES, METADATA)
"""The columns of each worksheet, as they are looked for together."""
ACCENTED = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")


@st.composite
def respelled(draw: st.DrawFn, name: str) -> str:
    """`name` in any case, with or without accents, with other signs or blanks for its underscores."""
    # One seed for all letters: to draw each of them would take most of the test's time.
    dice = random.Random(draw(st.integers(0, 2**32)))

    def letter(plain: str) -> str:
        variants = (plain.upper(), plain.lower(), plain.translate(ACCENTED))
        return dice.choice(("_", " ", "-", "", ". ") if plain == "_" else variants)

    return dice.choice(("", " ", "\t")) + "".join(map(letter, name)) + dice.choice(("", "  ", ":", "\u00a0"))


@st.composite
def header_rows(draw: st.DrawFn, wanted: tuple[str, ...]) -> tuple[list[str], list[str | None]]:
    """A header row with every wanted column among others, in any order; beside it, which column each one is."""
    known = {plain(name) for name in wanted}
    others = draw(st.lists(st.text(max_size=12).filter(lambda text: plain(text) not in known), max_size=5))
    columns: list[tuple[str, str | None]] = [(draw(respelled(name)), name) for name in wanted]
    columns += [(other, None) for other in others]
    shuffled = draw(st.permutations(columns))
    return [header for header, _ in shuffled], [name for _, name in shuffled]


@given(st.sampled_from(WORKSHEETS).flatmap(header_rows))
def test_every_column_is_found_whatever_its_case_accents_spacing_and_place(
    row: tuple[list[str], list[str | None]],
) -> None:
    headers, names = row
    wanted = [name for name in names if name is not None]
    assert find_columns(headers, wanted) == {name: at for at, name in enumerate(names) if name is not None}


@given(st.permutations(OPERACIONES), st.integers(0, len(OPERACIONES)))
def test_columns_that_are_not_there_are_left_out(headers: list[str], kept: int) -> None:
    assert find_columns(headers[:kept], OPERACIONES).keys() == set(headers[:kept])


@given(st.data(), st.sampled_from(OPERACIONES))
def test_two_headers_for_one_column_are_refused_by_its_name(data: st.DataObject, name: str) -> None:
    twice = [data.draw(respelled(name)), "Notas", data.draw(respelled(name))]
    with pytest.raises(InvalidValueError) as refused:
        find_columns(twice, OPERACIONES)
    assert (refused.value.reason, refused.value.data) == (Defecto.COLUMNA_REPETIDA, {"column": name})


def test_no_two_of_our_own_columns_read_alike() -> None:
    for wanted in WORKSHEETS:
        assert len({plain(name) for name in wanted}) == len(wanted)
