"""The catalogues: every text that is asked for exists, in both languages, with the same places to fill."""

import re
from pathlib import Path
from string import Formatter

import pytest
from textual.binding import Binding

import kiosk
from core import KioskError, Operacion, Rol
from core.errors import Falta, Impedimento, Riesgo
from core.model import Accion
from kiosk.codes import Command
from kiosk.screens.estacion import EstacionScreen
from kiosk.screens.inicio import InicioScreen
from kiosk.screens.tablero import TableroScreen
from kiosk.words import en, es

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(kiosk.__file__).parent.rglob("*.py"))
ASKED = set(re.findall(r"""(?:words|wording|self)\(\s*"([a-z_]+(?:\.[A-Za-z_]+)*)\"""", SOURCES))


def every_error(kind: type[KioskError] = KioskError) -> set[type[KioskError]]:
    return {kind, *(found for child in kind.__subclasses__() for found in every_error(child))}


def built_keys() -> set[str]:
    """Keys put together at run time from codes."""
    codes = {kind.error_code for kind in every_error()} - {KioskError.error_code}
    return {
        *(f"error.{code}.{part}" for code in codes for part in ("title", "detail", "next")),
        *(f"event.{accion}" for accion in Accion),
        *(f"done.{accion}" for accion in Accion),
        *(f"done.{verdict}" for verdict in (Command.APROBADO, Command.RECHAZADO)),
        *(f"operacion.{operacion}" for operacion in Operacion),
        *(f"rol.{rol}" for rol in Rol),
        *(f"falta.{falta}" for falta in Falta),
        *(f"impedimento.{impedimento}" for impedimento in Impedimento),
        *(f"riesgo.{riesgo}" for riesgo in Riesgo),
        *(f"column.{name}" for name in ("spool", "worker", "operacion", "elapsed", "station", "state")),
        *(f"{kind}.{binding}" for kind in ("key", "tip") for binding in shown_keys()),
    }


def shown_keys() -> set[str]:
    """The ids of the bindings that the screens show."""
    return {
        str(binding.id)
        for screen in (InicioScreen, EstacionScreen, TableroScreen)
        for binding in screen.BINDINGS
        if isinstance(binding, Binding) and binding.show
    }


@pytest.mark.parametrize("catalogue", [es.TEXTS, en.TEXTS], ids=["es", "en"])
def test_every_text_the_program_asks_for_is_there(catalogue: dict[str, str]) -> None:
    assert (ASKED | built_keys()) - set(catalogue) == set()


def test_no_text_lies_unused() -> None:
    assert set(es.TEXTS) - ASKED - built_keys() == set()


def test_both_languages_have_the_same_texts() -> None:
    assert set(es.TEXTS) == set(en.TEXTS)


@pytest.mark.parametrize("key", sorted(es.TEXTS))
def test_both_languages_fill_the_same_places(key: str) -> None:
    places = [{name for _, name, _, _ in Formatter().parse(texts[key]) if name} for texts in (es.TEXTS, en.TEXTS)]
    assert places[0] == places[1]
