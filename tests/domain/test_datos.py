"""What the office says of a spool, and what it changed since somebody took it."""

import pytest

from core.domain.datos import Cambio, Dato, Datos, changes, facts_at_take


def facts(**cells: str) -> Datos:
    return tuple(Dato(name, text) for name, text in cells.items() if text)


@pytest.mark.parametrize(
    ("loads", "told"),
    [
        ([{"Plano": "P", "Rev": "A"}, {"Plano": "P", "Rev": "B"}], [("Rev", "A", "B")]),
        ([{"Rev": "A"}, {"Rev": "B"}, {"Rev": "C"}], [("Rev", "A", "C")]),
        ([{"Rev": "A"}, {"Rev": "B"}, {"Rev": "A"}], []),
        ([{"Rev": "A"}, {"Rev": ""}], []),
        ([{"Rev": "A"}, {"Rev": ""}, {"Rev": "B"}], [("Rev", "A", "B")]),
        ([{"Rev": ""}, {"Rev": "A"}], []),
        ([{"Plano": "P", "Rev": "A"}, {"Plano": "", "Rev": "B"}, {"Plano": "Q", "Rev": "B"}],
         [("Plano", "P", "Q"), ("Rev", "A", "B")]),
    ],
    ids=["one", "twice", "back again", "emptied", "emptied and filled", "filled in", "two, one after the other"],
)  # fmt: skip
def test_a_change_is_from_what_stood_there_at_the_take_to_what_stands_there_now(
    loads: list[dict[str, str]], told: list[tuple[str, str, str]]
) -> None:
    before, antes = facts(**loads[0]), ()
    for load in loads[1:]:
        antes, before = facts_at_take(antes, before, facts(**load)), facts(**load)
        assert facts_at_take(antes, before, before) == antes, "the same load again changes nothing"
    assert changes(antes, before) == tuple(Cambio(*change) for change in told)
