"""The catalogues: every text that is asked for exists, in both languages, with the same places to fill."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import core
import kiosk
from core import KioskError, LedgerUnavailableError, MissingPackageError, Operacion, Rol
from core.domain.estado import Situacion
from core.domain.model import Accion, EstadoAvance
from core.domain.reasons import Defecto, FallaPlanilla, FallaRegistro, Falta, Impedimento, MotivoPausa, Riesgo
from core.domain.sheet_errors import SheetUnavailableError
from core.domain.undo import REVERSIBLE
from core.sheet.pull_note import Problem
from kiosk.cli.families.export import EVENT_COLUMNS
from kiosk.cli.families.labels import LabelFault
from kiosk.labels.printing import PrinterFault
from kiosk.labels.sheets import JOINTS, SHEETS, TECLADO
from kiosk.live.counting import Finding
from kiosk.live.views import Order, Shown
from kiosk.live.worklog import ENDS, Labor
from kiosk.scanning.codes import Command
from kiosk.scanning.layouts import Layout
from kiosk.screens.acts import MOTIVES
from kiosk.screens.dia import DiaScreen
from kiosk.screens.keys import Key
from kiosk.screens.supervising import QUESTIONS as WHY
from kiosk.screens.supervisor_pages import RechazosPage, TomasPage
from kiosk.terminal.pins import PinFault
from kiosk.words import CATALOGUE, TOPICS
from kiosk.words.sheet_words import problem_line
from kiosk.words.usage import UsageFault
from kiosk.words.wording import Wording
from tests.kiosk.screens import every_screen

REASONS = (Defecto, FallaRegistro, LabelFault, PrinterFault, PinFault, UsageFault)
QUEUES = (Command.METROLOGIA, Command.REPARACION, Command.SIGUIENTE)
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(kiosk.__file__).parent.rglob("*.py"))
ASKED = set(re.findall(r"""(?:words|wording|self)\(\s*["']([a-z_]+(?:\.[A-Za-z0-9_]+)*)["']""", SOURCES))
NOTICES = set(re.findall(r"""notice\(\s*"([a-z_]+(?:\.[A-Za-z0-9_]+)*)\"""", SOURCES))
QUESTIONS = set(re.findall(r"""_about\(\s*"([a-z_]+)\"""", SOURCES))


def every_error(kind: type[KioskError] = KioskError) -> set[type[KioskError]]:
    return {kind, *(found for child in kind.__subclasses__() for found in every_error(child))}


def built_keys() -> set[str]:
    """Keys put together at run time from codes."""
    codes = {kind.error_code for kind in every_error()} - {SheetUnavailableError.error_code}
    return {
        *(f"error.{code}.{part}" for code in codes for part in ("title", "detail", "next")),
        *(f"event.{accion}" for accion in Accion),
        *(f"done.{accion}" for accion in Accion),
        *(f"accion.{accion}" for accion in REVERSIBLE),
        *(f"avance.{estado}" for estado in EstadoAvance),
        *(f"done.{verdict}" for verdict in (Command.APROBADO, Command.RECHAZADO)),
        *(f"motive.reject.{number}" for number in range(1, MOTIVES + 1)),
        *(f"motive.{name}.{number}" for name, count in WHY.values() for number in range(1, count + 1)),
        *(f"{name}.title" for name, _ in WHY.values()),
        *(f"pausa.{motivo}" for motivo in MotivoPausa),
        *(f"note.{number}" for number in range(1, MOTIVES + 1)),
        *(f"key.{act.lower()}" for act in WITHOUT_KEY),
        *(f"{notice}.title" for notice in NOTICES | QUESTIONS),
        *(key for notice in NOTICES for part in ("detail", "next") if (key := f"{notice}.{part}") in CATALOGUE),
        *(f"command.{name}" for name in (*Command, TECLADO, "CHOICE")),
        *(f"command.{name}.what" for name in (*Command, TECLADO, "CHOICE")),
        *(f"labels.group.{group}" for sheet in (*SHEETS, JOINTS) for group, _ in sheet.groups),
        *(sheet.title for sheet in (*SHEETS, JOINTS)),
        *(f"cola.{queue}.{part}" for queue in QUEUES for part in ("title", "count", "none", "hint")),
        *(f"operacion.{operacion}" for operacion in Operacion),
        *(f"tablero.{choice}" for choices in (Shown, Order) for choice in choices),
        *(f"inventario.{finding}" for finding in Finding),
        *(f"rol.{rol}" for rol in Rol),
        *(f"layout.{layout}" for layout in Layout),
        *(f"work.{labor}" for labor in Labor),
        *(f"work.short.{labor}" for labor in Labor),
        *(f"falta.{falta}" for falta in Falta),
        *(f"impedimento.{impedimento}" for impedimento in Impedimento),
        *(f"planilla.{falla}.{part}" for falla in FallaPlanilla for part in ("title", "detail", "next")),
        *(f"{kind}.{riesgo}" for kind in ("riesgo", "remedy") for riesgo in Riesgo),
        *(f"doctor.next.{name}" for name in re.findall(r"""(?:judged\([\w.]+, |Flaw\()"(\w+)\"""", SOURCES)),
        *(f"doctor.next.{kind.error_code}" for kind in every_error(LedgerUnavailableError) | {MissingPackageError}),
        *(f"export.{column}" for column in EVENT_COLUMNS),
        *(f"reason.{reason}" for kind in REASONS for reason in kind),
        *(key for reason in Defecto if (key := f"remedy.{reason}") in CATALOGUE),
        *(
            f"{fate}.LEDGER_UNAVAILABLE.{part}"
            for fate in ("not_saved", "doubtful", "unconfirmed")
            for part in ("title", "detail", "next")
        ),
        *(f"not_saved.LEDGER_TOO_NEW.{part}" for part in ("title", "detail", "next")),
        *(f"not_saved.CLOCK_DOUBTFUL.{part}" for part in ("title", "detail", "next")),
        *(f"event.{reason}" for reason in (FallaRegistro.RELOJ_ATRASADO, FallaRegistro.RELOJ_ADELANTADO)),
        *(f"{about}.{part}" for about in ("past", "clock") for part in ("title", "next")),
        *(f"at_risk.{riesgo}" for riesgo in (Riesgo.RELOJ_DUDOSO, Riesgo.OTRA_ZONA)),
        *(f"free.{part}" for part in ("title", "detail", "next")),
        *(f"estado.{situacion}" for situacion in Situacion),
        *("estado.cycle", "estado.cycle_of_any"),
        *(f"{page.NAME}.{part}" for page in (TomasPage, RechazosPage) for part in ("title", "detail")),
        *(f"column.{name}" for page in (TomasPage, RechazosPage, DiaScreen) for name, *_ in page.COLUMNS),
        *(f"{kind}.{key.id}" for kind in ("key", "tip") for key in every_key() if not key.hidden),
        *(f"tip.{key.id}" for key in every_key()),
        *(f"keyname.{key.name}" for key in every_key() if not re.fullmatch(r"f\d+", key.name)),
        *(f"dia.{outcome}" for outcome in (*ENDS, Labor.APROBADO, Labor.RECHAZADO)),
        *(f"weekday.{number}" for number in range(7)),
        *TOPICS["cli_help"],
    }


WITHOUT_KEY = (
    *(Command.APROBADO, Command.RECHAZADO, Command.NOTA),
    *(Command.ENTREGAR, Command.RETENER, Command.REANUDAR),
)
"""What can be chosen from a list and has no key."""


def every_key() -> set[Key]:
    """The keys of all screens."""
    return {key for screen in every_screen() for key in screen.KEYS}


def asked(key: str) -> str:
    """The key by which the program asks for this one: the form for one is chosen by the count."""
    return key.removesuffix(".one")


def test_every_text_the_program_asks_for_is_there() -> None:
    assert (ASKED | built_keys()) - set(CATALOGUE) == set()


def test_no_text_lies_unused() -> None:
    known = ASKED | built_keys()
    assert {key for key in CATALOGUE if asked(key) not in known} == set()


def test_no_two_topics_have_the_same_key() -> None:
    assert len(CATALOGUE) == sum(len(texts) for texts in TOPICS.values())


def places_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_something_and_fill_the_same_places() -> None:
    for key, text in CATALOGUE.items():
        assert all(text), key
        assert places_of(text.es) == places_of(text.en), key


def test_the_form_for_one_belongs_to_a_text_that_counts() -> None:
    singular = [key for key in CATALOGUE if key.endswith(".one")]
    assert [key for key in singular if "count" not in places_of(CATALOGUE[asked(key)].es)] == []


def test_no_two_kinds_of_reason_share_a_code() -> None:
    codes = [str(code) for kind in REASONS for code in kind]
    assert len(codes) == len(set(codes))


def raised_reasons() -> Iterator[tuple[str, str, set[str]]]:
    """Where a reason is given, which one, and the data beside it, in every call that is given one."""
    kinds = {kind.__name__ for kind in REASONS}
    for path in (*Path(core.__file__).parent.rglob("*.py"), *Path(kiosk.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "reason")]
            for reason in given:
                if isinstance(reason, ast.Attribute) and ast.unparse(reason.value) in kinds:
                    data = {keyword.arg for keyword in call.keywords if keyword.arg}
                    values = [*call.args, *(keyword.value for keyword in call.keywords)]
                    data |= {str(name) for value in values for name in names_in(value)}
                    yield f"{path.name}:{call.lineno}", reason.attr, data


def names_in(value: ast.expr) -> list[object]:
    """The keys of a dictionary that is spelled out in the call."""
    if not isinstance(value, ast.Dict):
        return []
    return [key.value for key in value.keys if isinstance(key, ast.Constant)]


def test_each_reason_is_given_with_the_data_that_its_sentence_needs() -> None:
    """What is spread with `**` is not looked into, and taken from an error that had it."""
    found = list(raised_reasons())
    assert len(found) > 80
    splats = {"NO_ES_PAPEL"}
    lacking = [
        (where, code, lacks)
        for where, code, data in found
        if (lacks := places_of(CATALOGUE[f"reason.{code}"].es) - data) and code not in splats
    ]
    assert lacking == []


STORED = {"estado.py", "cells.py", "dates.py", "lookups.py", "recovery.py", "template.py"}
"""What is written into the office's sheet, and read there, is Spanish by its format."""
SPANISH = re.compile(r"[áéíóúñ¿¡]|\b(?:el|la|los|una|del|por|que|se|está|falta|no es)\b")


def sentences(path: Path) -> Iterator[str]:
    """The strings of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_core_says_nothing_to_people() -> None:
    modules = [path for path in Path(core.__file__).parent.rglob("*.py") if path.name not in STORED]
    assert [(path.name, text) for path in modules for text in sentences(path) if SPANISH.search(text)] == []


@pytest.mark.parametrize(("row", "place"), [(4, "Uniones, row 4"), (0, "Uniones")])
def test_a_problem_of_the_sheet_names_its_row_where_it_stands_in_one(row: int, place: str) -> None:
    reason = Defecto.UNION_HECHA_QUITADA
    problem = Problem(sheet="Uniones", row=row, column="N_UNION", value="MK-1 1", reason=reason, kept=True)
    said = problem_line(problem, Wording("en"))
    assert said == f"{place}, column N_UNION, “MK-1 1”: it is no longer listed, but it is made: it stays"
