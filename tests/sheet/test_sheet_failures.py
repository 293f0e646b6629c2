"""What Google, or whatever stands in its way, says of a failure is shown as a line that harms nobody."""

import pytest

from core.sheet.spreadsheet.failures import LONGEST_DETAIL, without_secrets


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Quota exceeded", "Quota exceeded"),
        ("two\nlines\tand  blanks ", "two lines and blanks"),
        ("\x1b[2Jcleared\x07", "[2Jcleared"),
        ("x" * 10_000, "x" * LONGEST_DETAIL),
    ],
)
def test_it_is_one_line_of_bounded_length_that_steers_no_terminal(said: str, shown: str) -> None:
    assert without_secrets(said) == shown
