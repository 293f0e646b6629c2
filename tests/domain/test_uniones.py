"""Joints: how people write them, what a list of the office makes of them, and how they are counted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.domain.model import Operacion, Plant
from core.domain.reasons import Defecto
from core.domain.rulebook.policy import Policy
from core.domain.uniones import Hecho, Union, as_listed, pulgadas, remaining
from core.domain.writing.uniones import numbers_text, parse_dn, parse_number, parse_numbers
from tests.plants import Etapa, joint, spool_at
from tests.refused import refused

MADE = Hecho("JP(94)", date(2025, 11, 20))


@pytest.mark.parametrize(
    ("text", "inches"),
    [
        *[("4", "4"), ("1.5", "1.5"), ("1,5", "1.5"), ("1 1/2", "1.5"), ("1½", "1.5"), ("1-1/2", "1.5")],
        *[('3/4"', "0.75"), ("¾", "0.75"), ("2 1/16", "2.0625"), (" 10,0 ", "10"), ("120", "120"), ("4 in", "4")],
    ],
)
def test_a_size_is_read_as_shops_write_it(text: str, inches: str):
    assert Union(numero=1, diezmilesimas=parse_dn(text)).dn == Decimal(inches)


@pytest.mark.parametrize("text", ["", "0", "-3", "x", "1/3", "1/0", "121", "46143", "1.23456", "1 2 3", "½½"])
def test_what_is_no_size_is_refused(text: str):
    with refused(Defecto.NO_ES_DN):
        parse_dn(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("3", (3,)), ("1-3,5", (1, 2, 3, 5)), ("5, 1 - 3;2", (1, 2, 3, 5)), ("U1-U3 U9", (1, 2, 3, 9)), ("99", (99,))],
)
def test_numbers_are_read_from_ranges_each_once_and_written_as_ranges(text: str, numbers: tuple[int, ...]):
    assert parse_numbers(text) == numbers == parse_numbers(numbers_text(numbers))


@pytest.mark.parametrize("text", ["", "0", "100", "3-1", "1--2", "a", "1-", "1.5"])
def test_what_is_no_list_of_numbers_is_refused(text: str):
    with refused(Defecto.NO_ES_NUMERO_DE_UNION):
        parse_numbers(text)


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("7.0", 7), ("U07", 7)])
def test_a_number_is_read_as_spreadsheets_have_it(text: str, number: int):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("sizes", "inches"),
    [((), "0.0"), (("4", "1½"), "5.5"), (("1/4", "1/4", "1/4"), "0.8"), (("1/16", "3/16"), "0.3")],
)
def test_inches_are_summed_exactly_and_counted_with_one_decimal(sizes: tuple[str, ...], inches: str):
    assert pulgadas(joint(number, size) for number, size in enumerate(sizes, start=1)) == Decimal(inches)


def test_types_that_need_no_weld_are_the_plants_choice():
    spool = replace(spool_at(Etapa.LIBRE), uniones=(joint(1, tipo="fw"), joint(2, tipo="BW")))
    [marked] = Policy(uniones_solo_armado=frozenset({"FW"})).applied_to(Plant(spools=(spool,))).spools
    assert remaining(marked.uniones, Operacion.SOLD) == (2,)
    [unmarked] = Policy(uniones_solo_armado=frozenset()).applied_to(Plant(spools=(spool,))).spools
    assert unmarked == spool


def test_the_office_adds_changes_and_removes_what_is_not_made():
    before = (joint(1), joint(2))
    listed = (joint(1, "6"), joint(3))
    assert as_listed(before, listed, complete=True) == (listed, {})


def test_what_was_made_stays_when_the_office_changes_or_removes_it_and_that_is_told():
    fitted, removed, unchanged = (replace(joint(number), arm=MADE) for number in (1, 2, 3))
    after, reasons = as_listed((fitted, removed, unchanged), (joint(1, "6"), joint(3)), complete=True)
    assert after == (fitted, removed, unchanged)
    assert reasons == {1: Defecto.UNION_HECHA_CAMBIADA, 2: Defecto.UNION_HECHA_QUITADA}


def test_a_list_that_could_not_be_read_whole_removes_nothing():
    before = (joint(1), replace(joint(2), arm=MADE))
    assert as_listed(before, (joint(3),), complete=False) == ((*before, joint(3)), {})
