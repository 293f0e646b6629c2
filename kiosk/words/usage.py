"""Why a command line cannot be understood: Typer's errors as one of ours."""

import re
from enum import auto
from typing import TYPE_CHECKING, Any, Final

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Codes, Defecto

if TYPE_CHECKING:
    from typer import TyperException


class UsageFault(Codes):
    """What is wrong with a command line, beside what is wrong with a value."""

    FALTA_VALOR = auto()
    FALTA_ORDEN = auto()
    ORDEN_DESCONOCIDA = auto()
    OPCION_NO_EXISTE = auto()
    SIN_VALOR = auto()
    SOBRA = auto()


_BAD_VALUES: Final = (
    (r"valid integer", Defecto.NO_ES_NUMERO),
    (r"greater than or equal to (?P<limit>\S+)", Defecto.MENOR_QUE),
    (r"less than or equal to (?P<limit>\S+)", Defecto.MAYOR_QUE),
    (r"", Defecto.NO_SIRVE),
)
"""What Typer's sentence about a value says, in what it is for us."""


def usage_error(error: "TyperException") -> InvalidRequestError:
    """The error as one of ours: it names the option, the argument or the command that it is about.

    Typer keeps the classes private, so that their names tell them apart.
    """
    about: Any = error
    match type(error).__name__:
        case "MissingParameter":
            return InvalidRequestError(_name_of(about.param), Defecto.FALTA)
        case "BadParameter":
            found = ((re.search(pattern, about.message), defect) for pattern, defect in _BAD_VALUES)
            data, defect = next((match.groupdict(), defect) for match, defect in found if match)
            return InvalidRequestError(_name_of(about.param), defect, **data)
        case "NoSuchOption":
            return InvalidRequestError(about.option_name, UsageFault.OPCION_NO_EXISTE)
        case "BadOptionUsage":
            takes_none = "does not take a value" in about.message
            return InvalidRequestError(
                about.option_name, UsageFault.SIN_VALOR if takes_none else UsageFault.FALTA_VALOR
            )
    # These are named in Typer's sentence alone.
    if command := re.search(r"No such command '(.*)'", about.message):
        return InvalidRequestError(command[1], UsageFault.ORDEN_DESCONOCIDA)
    if extra := re.search(r"extra argument\(?s?\)? \((.*)\)", about.message):
        return InvalidRequestError(extra[1], UsageFault.SOBRA)
    return InvalidRequestError("kiosk", UsageFault.FALTA_ORDEN)


def _name_of(parameter: Any) -> str:  # noqa: ANN401 - a class that Typer keeps private
    """The option as it is typed, the argument as the help shows it."""
    if parameter is None:
        return "kiosk"
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name).upper()
