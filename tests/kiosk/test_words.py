"""The catalogues: every text that is asked for exists, in both languages, with the same places to fill."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest
from textual.binding import Binding

import kiosk
from core import KioskError, Operacion, Rol
from core.domain.errors import SheetUnavailableError
from core.domain.model import Accion, EstadoAvance
from core.domain.reasons import FallaPlanilla, Falta, Impedimento, Riesgo
from core.domain.undo import REVERSIBLE
from core.sheet.recovery.recovered_spools import Duda
from kiosk import screens
from kiosk.labels.commands import Group, Tool
from kiosk.live.workdays import Labor
from kiosk.scanning.codes import Command
from kiosk.screens.ayuda import WORTH_KNOWING
from kiosk.screens.base import KioskScreen
from kiosk.screens.releasing import RELEASE_MOTIVES, UNBLOCK_MOTIVES
from kiosk.screens.working import MOTIVES
from kiosk.words import CATALOGUE, TOPICS

QUEUES = (Operacion.METROLOGIA, Operacion.REPARACION)
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(kiosk.__file__).parent.rglob("*.py"))
ASKED = set(re.findall(r"""(?:words|wording|self)\(\s*"([a-z_]+(?:\.[A-Za-z0-9_]+)*)\"""", SOURCES))


def every_error(kind: type[KioskError] = KioskError) -> set[type[KioskError]]:
    return {kind, *(found for child in kind.__subclasses__() for found in every_error(child))}


def built_keys() -> set[str]:
    """Keys put together at run time from codes."""
    codes = {kind.error_code for kind in every_error()} - {KioskError.error_code, SheetUnavailableError.error_code}
    return {
        *(f"error.{code}.{part}" for code in codes for part in ("title", "detail", "next")),
        *(f"event.{accion}" for accion in Accion),
        *(f"done.{accion}" for accion in Accion),
        *(f"accion.{accion}" for accion in REVERSIBLE),
        *(f"avance.{estado}" for estado in EstadoAvance),
        *(f"done.{verdict}" for verdict in (Command.APROBADO, Command.RECHAZADO)),
        *(f"motive.reject.{number}" for number in range(1, MOTIVES + 1)),
        *(f"motive.release.{number}" for number in range(1, RELEASE_MOTIVES + 1)),
        *(f"motive.unblock.{number}" for number in range(1, UNBLOCK_MOTIVES + 1)),
        *(f"note.{number}" for number in range(1, MOTIVES + 1)),
        *(f"key.{verdict.lower()}" for verdict in (Command.APROBADO, Command.RECHAZADO)),
        *(f"tip.{binding}" for binding in WORTH_KNOWING),
        *(f"command.{name}" for name in (*Command, *Tool, "CHOICE")),
        *(f"command.{name}.what" for name in (*Command, *Tool, "CHOICE")),
        *(f"labels.group.{group}" for group in Group),
        *(f"cola.{queue}.{part}" for queue in QUEUES for part in ("title", "count", "none", "hint")),
        *(f"operacion.{operacion}" for operacion in Operacion),
        *(f"rol.{rol}" for rol in Rol),
        *(f"work.{labor}" for labor in Labor),
        *(f"work.short.{labor}" for labor in Labor),
        *(f"falta.{falta}" for falta in Falta),
        *(f"impedimento.{impedimento}" for impedimento in Impedimento),
        *(f"planilla.{falla}.{part}" for falla in FallaPlanilla for part in ("title", "detail", "next")),
        *(f"riesgo.{riesgo}" for riesgo in Riesgo),
        *(f"rebuild.duda.{duda}" for duda in Duda),
        *(f"column.{name}" for name in ("spool", "worker", "operacion", "elapsed", "station", "state")),
        *(f"{kind}.{binding}" for kind in ("key", "tip") for binding in shown_keys()),
    }


def shown_keys() -> set[str]:
    """The ids of the bindings that the screens show."""
    return {
        str(binding.id)
        for screen in every_screen()
        for binding in screen.BINDINGS
        if isinstance(binding, Binding) and binding.show
    }


def every_screen(kind: type[KioskScreen] = KioskScreen) -> set[type[KioskScreen]]:
    for module in iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{module.name}")
    return {kind, *(found for child in kind.__subclasses__() for found in every_screen(child))}


def asked(key: str) -> str:
    """The key by which the program asks for this one: the form for one is chosen by the count."""
    return key.removesuffix(".one")


def test_every_text_the_program_asks_for_is_there() -> None:
    assert (ASKED | built_keys()) - set(CATALOGUE) == set()


def test_no_text_lies_unused() -> None:
    assert {key for key in CATALOGUE if asked(key) not in ASKED | built_keys()} == set()


def test_no_two_topics_have_the_same_key() -> None:
    assert len(CATALOGUE) == sum(len(topic.TEXTS) for topic in TOPICS)


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_both_languages_say_something_and_fill_the_same_places(key: str) -> None:
    places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in CATALOGUE[key]]
    assert places[0] == places[1]
    assert all(CATALOGUE[key])


@pytest.mark.parametrize("key", sorted(key for key in CATALOGUE if key.endswith(".one")))
def test_the_form_for_one_belongs_to_a_text_that_counts(key: str) -> None:
    assert all("{count}" in text for text in CATALOGUE[asked(key)])
