"""How a setting's value is read: one check a kind of value, which turns a text into it or says why it cannot be."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.datos import MOST
from core.domain.model import Operacion
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import clean_text, plain
from core.plant.columns import OPERACIONES, RETENIDO

LONGEST: Final = 10 * 365 * 86_400
"""Ten years of seconds: a larger number is a typing error, and soon no date at all."""

Check = Callable[[object], object]
"""Turns a value of the environment or the file into the setting's. Raises InvalidValueError."""


def text(value: object) -> str:
    """A text as it is."""
    if isinstance(value, str):
        return value
    raise InvalidValueError(Defecto.NO_SIRVE)


def matching(pattern: str, otherwise: Defecto, **data: object) -> Check:
    """A text that matches the pattern as a whole."""

    def check(value: object) -> str:
        given = text(value).strip()
        if not re.fullmatch(pattern, given):
            raise InvalidValueError(otherwise, **data)
        return given

    return check


def one_of(*choices: str) -> Check:
    """One of these words."""
    return matching("|".join(choices), Defecto.NO_ES_UNO_DE, expected=", ".join(choices))


def number(kind: type[int] | type[float], low: float, high: float) -> Check:
    """A number from `low` to `high`."""

    def check(value: object) -> float:
        try:
            given = kind(str(value)) if type(value) in {str, int, kind} else None
        except ValueError:
            given = None
        if given is None:
            raise InvalidValueError(Defecto.NO_ES_NUMERO)
        if not given >= low:
            raise InvalidValueError(Defecto.MENOR_QUE, limit=low)
        if given > high:
            raise InvalidValueError(Defecto.MAYOR_QUE, limit=high)
        return given

    return check


def flag(value: object) -> bool:
    """Yes or no, in one of the usual words."""
    word = str(value).lower()
    if word not in {"1", "true", "t", "yes", "y", "on", "0", "false", "f", "no", "n", "off"}:
        raise InvalidValueError(Defecto.NO_ES_SI_NI_NO)
    return word in {"1", "true", "t", "yes", "y", "on"}


def timezone(value: object) -> str:
    """The name of a time zone."""
    try:
        return ZoneInfo(text(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise InvalidValueError(Defecto.NO_ES_ZONA_HORARIA) from exc


def folder(value: object) -> Path:
    """A folder, also one that begins with `~`."""
    try:
        return Path(text(value)).expanduser()
    except RuntimeError as exc:
        raise InvalidValueError(Defecto.ILEGIBLE, detail=str(exc)) from exc


def spreadsheet_id(value: object) -> str | None:
    """The identifier, also out of the address that a browser shows."""
    address = re.search(r"/spreadsheets/d/([^/?#]+)", text(value))
    identifier = address[1] if address else text(value).strip()
    if identifier and not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", identifier):
        raise InvalidValueError(Defecto.NO_ES_PLANILLA)
    return identifier or None


def base_address(value: object) -> str | None:
    """Without a slash at its end. A user or password in it would be credentials, which this address never gets."""
    address = text(value).strip().rstrip("/")
    if not address:
        return None
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or "@" in address or parts.query or parts.fragment:
        raise InvalidValueError(Defecto.NO_ES_DIRECCION)
    return address


def listed(value: object) -> str:
    """Names between commas, in capitals."""
    return ",".join(filter(None, (name.strip().upper() for name in text(value).split(","))))


def helped(value: object) -> str:
    """Operations between commas."""
    operaciones = listed(value)
    helped = (Operacion.ARM, Operacion.SOLD)
    if not set(filter(None, operaciones.split(","))) <= set(helped):
        raise InvalidValueError(Defecto.NO_ES_UNO_DE, expected=", ".join(helped))
    return operaciones


def times(value: object) -> str:
    """Times of day between commas, `HH:MM`, in order."""
    times = sorted(filter(None, (time.strip() for time in text(value).split(","))))
    if not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", time) for time in times):
        raise InvalidValueError(Defecto.NO_ES_TURNOS)
    return ",".join(times)


def columns(value: object) -> str:
    """Headers between commas, of columns that mean nothing to the shop."""
    names = [name for part in text(value).split(",") if (name := part.strip())]
    known = {plain(name) for name in names}
    # A header without a letter is no name, and two of one spelling are one.
    if len(names) > MOST or len(known) < len(names) or known & {"", *map(plain, (*OPERACIONES, RETENIDO))}:
        raise InvalidValueError(Defecto.NO_SON_COLUMNAS, limit=MOST)
    return ",".join(clean_text(name, 40) for name in names)


def unknown(_: object) -> NoReturn:
    """No setting has this name."""
    raise InvalidValueError(Defecto.NO_SE_CONOCE)


SECONDS: Final = number(int, 0, LONGEST)
