"""A command line that cannot be understood: what it is about is named, and why, in both languages."""

from typing import Annotated

import pytest
import typer
from typer.main import get_command

from core.domain.reasons import Defecto
from kiosk.words.naming import LANGUAGES
from kiosk.words.usage import UsageFault, usage_error
from kiosk.words.wording import Wording
from tests.plants import START

app = typer.Typer()


@app.command()
def hold(tag: str, worker: Annotated[int, typer.Option("--worker", min=1, max=99)], *, fast: bool = False) -> None:
    """A command like ours."""


@app.command()
def show(tag: str) -> None:
    """Another, so that the first is named."""


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ("nope", "nope", UsageFault.ORDEN_DESCONOCIDA),
        ("hold --worker 9", "TAG", Defecto.FALTA),
        ("hold A", "--worker", Defecto.FALTA),
        ("hold A B --worker 9", "B", UsageFault.SOBRA),
        ("hold A --nope", "--nope", UsageFault.OPCION_NO_EXISTE),
        ("--nope", "--nope", UsageFault.OPCION_NO_EXISTE),
        ("hold A --worker", "--worker", UsageFault.FALTA_VALOR),
        ("hold A --fast=3 --worker 9", "--fast", UsageFault.SIN_VALOR),
        ("hold A --worker x", "--worker", Defecto.NO_ES_NUMERO),
        ("hold A --worker 0", "--worker", Defecto.MENOR_QUE),
        ("hold A --worker 100", "--worker", Defecto.MAYOR_QUE),
    ],
)
def test_a_wrong_command_line_is_said_in_words_of_ours(line: str, field: str, reason: Defecto | UsageFault) -> None:
    with pytest.raises(typer.TyperException) as wrong:
        get_command(app).main(line.split(), prog_name="kiosk", standalone_mode=False)
    error = usage_error(wrong.value)
    assert (error.details["field"].upper(), error.details["reason"]) == (field.upper(), reason)
    spanish, english = (Wording(language).error(error, now=START).detail for language in LANGUAGES)
    assert spanish != english
