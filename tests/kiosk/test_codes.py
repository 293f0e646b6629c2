"""What a scanned text means by its form alone."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.calibration import is_calibration
from kiosk.scanning.codes import Badge, Choice, Code, Command, Joint, Text, UnknownCommand, parse


def test_a_badge_is_a_w_a_point_and_a_number() -> None:
    for text, worker_id in [
        ("W.93", 93),
        ("w.93", 93),
        ("W.0093", 93),
        ("W.1", 1),
        ("W.0", 0),
        ("W.999999999", 999_999_999),
    ]:
        assert parse(text) == Badge(worker_id)


def test_every_command_is_read_in_either_case() -> None:
    for command in Command:
        assert parse(f"C.{command}") is command
        assert parse(f"c.{command.lower()}") is command


def test_the_commands_that_are_printed_on_labels_are_read() -> None:
    for name in [
        *("TOMAR", "PAUSAR", "COMPLETAR", "CANCELAR", "SI", "NO", "SALIR", "TABLERO", "HISTORIA", "LOTE"),
        *("APROBADO", "RECHAZADO", "DESHACER", "AYUDA", "LECTOR", "ARM", "SOLD", "METROLOGIA", "REPARACION"),
    ]:
        assert parse(f"C.{name}") is Command(name)


def test_no_command_is_taken_for_the_calibration_barcode() -> None:
    for command in Command:
        assert not is_calibration(f"C.{command}")


def test_an_answer_has_a_number_of_one_digit() -> None:
    for number in range(1, 10):
        assert parse(f"C.{number}") == parse(f"c.{number}") == Choice(number)


def test_a_joint_has_a_number_of_one_or_two_digits() -> None:
    for number in range(1, 100):
        assert parse(f"C.U{number}") == parse(f"c.u{number}") == Joint(number)
    for text in ("C.U0", "C.U100", "C.U"):
        assert not isinstance(parse(text), Joint)


def test_no_other_number_is_an_answer() -> None:
    for text in ["C.0", "C.10", "C.1A"]:
        assert parse(text) == Text(text)


def test_a_command_nobody_knows_is_told_as_it_was_scanned() -> None:
    for text in ["C.BAILAR", "c.tomarlo", "C.T", "C.ABCDEFGHIJKLMNOP"]:
        assert parse(text) == UnknownCommand(text)


def test_anything_else_is_a_text_as_it_is() -> None:
    for text in [
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
    ]:
        assert parse(text) == Text(text)


@given(text=st.one_of(st.text(max_size=300), st.from_regex(r"[WCwc]\.\w*", fullmatch=True)))
def test_any_text_at_all_means_something(text: str) -> None:
    code: Code = parse(text)
    match code:
        case Command() | Choice() | Joint():
            assert text[:2].upper() == "C."
        case Badge(worker_id):
            assert 0 <= worker_id < 10**9
        case UnknownCommand(told) | Text(told):
            assert told == text
        case _:
            raise AssertionError(code)
