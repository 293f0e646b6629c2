"""What a scanned text means by its form alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.codes import Badge, Choice, Code, Command, Text, UnknownCommand, parse
from kiosk.scanning.keyboards import is_calibration


@pytest.mark.parametrize(
    ("text", "worker_id"),
    [("W.93", 93), ("w.93", 93), ("W.0093", 93), ("W.1", 1), ("W.0", 0), ("W.999999999", 999_999_999)],
)
def test_a_badge_is_a_w_a_point_and_a_number(text: str, worker_id: int) -> None:
    assert parse(text) == Badge(worker_id)


@pytest.mark.parametrize("command", list(Command))
def test_every_command_is_read_in_either_case(command: Command) -> None:
    assert parse(f"C.{command}") is command
    assert parse(f"c.{command.lower()}") is command


@pytest.mark.parametrize(
    "name",
    [
        *("TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR", "SI", "NO", "SALIR", "TABLERO", "HISTORIA", "LOTE"),
        *("APROBADO", "RECHAZADO", "DESHACER", "AYUDA", "LECTOR", "ARM", "SOLD", "METROLOGIA", "REPARACION"),
    ],
)
def test_the_commands_that_are_printed_on_labels_are_read(name: str) -> None:
    assert parse(f"C.{name}") is Command(name)


@pytest.mark.parametrize("command", list(Command))
def test_no_command_is_taken_for_the_calibration_barcode(command: Command) -> None:
    assert not is_calibration(f"C.{command}")


@pytest.mark.parametrize("number", range(1, 10))
def test_an_answer_has_a_number_of_one_digit(number: int) -> None:
    assert parse(f"C.{number}") == parse(f"c.{number}") == Choice(number)


@pytest.mark.parametrize("text", ["C.0", "C.10", "C.1A"])
def test_no_other_number_is_an_answer(text: str) -> None:
    assert parse(text) == Text(text)


@pytest.mark.parametrize("text", ["C.BAILAR", "c.tomarlo", "C.T", "C.ABCDEFGHIJKLMNOP"])
def test_a_command_nobody_knows_is_told_as_it_was_scanned(text: str) -> None:
    assert parse(text) == UnknownCommand(text)


@pytest.mark.parametrize(
    "text",
    [
        "MK-1335-CW-25238-011",
        "Miguel",
        "93",
        "",
        "W",
        "W.",
        "W.x",
        "W.93 ",
        " W.93",
        "W.-93",
        "W.9.3",
        "W.1234567890",
        "W,93",
        "XW.93",
        "W.93X",
        "W.93\n",
        "C.",
        "C.TOMAR!",
        "C.TOMAR\n",
        "C. TOMAR",
        "XC.TOMAR",
        "C.TOMAR-1",
        "C.ABCDEFGHIJKLMNOPQ",
        "C,TOMAR",
        "TOMAR",
    ],
)
def test_anything_else_is_a_text_as_it_is(text: str) -> None:
    assert parse(text) == Text(text)


@given(text=st.one_of(st.text(max_size=300), st.from_regex(r"[WCwc]\.\w*", fullmatch=True)))
def test_any_text_at_all_means_something(text: str) -> None:
    code: Code = parse(text)
    match code:
        case Command() | Choice():
            assert text[:2].upper() == "C."
        case Badge(worker_id):
            assert 0 <= worker_id < 10**9
        case UnknownCommand(told) | Text(told):
            assert told == text
        case _:
            raise AssertionError(code)
