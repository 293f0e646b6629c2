"""The command sheets: what each role needs at hand, in the order of work, on one A4 page to laminate."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from reportlab.pdfgen.canvas import Canvas

from core.domain.model import Rol
from kiosk.labels.label import CLEAR, INDENT, Box, Font, Label, draw_label, module_width, printable, write
from kiosk.labels.pages import A4, MARGIN
from kiosk.scanning.calibration import CALIBRATION
from kiosk.scanning.codes import Choice, Command, Joint
from kiosk.words.wording import Wording

TECLADO: Final = "TECLADO"
"""What has a barcode and is no command: the keyboard's calibration."""

Entry = Command | Choice | Joint | Literal["TECLADO"]
NUMBERS: Final[tuple[Entry, ...]] = tuple(Choice(number) for number in range(1, 10))
C: Final = Command


@dataclass(frozen=True, slots=True)
class Sheet:
    """One role's page; with no role, everybody's, under the title with the key `title`.

    A group is the key of its heading, and its commands in order.
    """

    rol: Rol | None
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    title: str = "labels.for_all"

    @property
    def entries(self) -> Iterator[Entry]:
        """All commands on the sheet."""
        return chain.from_iterable(entries for _, entries in self.groups)


def _for_fabrication(rol: Rol, operacion: Command) -> Sheet:
    return Sheet(
        rol,
        (
            ("work", (C.TOMAR, C.PAUSAR, C.COMPLETAR, C.CANCELAR, C.EXTENDER, C.ENTREGAR, C.LOTE, C.FIN)),
            ("operation", (operacion, C.REPARACION)),
            ("answer", (C.SI, C.NO, C.DESHACER, C.SALIR)),
            ("look", (C.SIGUIENTE, C.HISTORIA, C.TABLERO, C.AYUDA)),
        ),
    )


SHEETS: Final = (
    _for_fabrication(Rol.ARMADOR, C.ARM),
    _for_fabrication(Rol.SOLDADOR, C.SOLD),
    Sheet(
        Rol.METROLOGIA,
        (
            ("inspect", (C.METROLOGIA, C.DESHACER, C.APROBADO, C.RECHAZADO, C.RETENER, C.REANUDAR)),
            ("answer", (C.NO, C.SALIR, *NUMBERS)),
            ("look", (C.HISTORIA, C.NOTA, C.SUBIR, C.BAJAR, C.TABLERO, C.AYUDA)),
        ),
    ),
    Sheet(
        Rol.SUPERVISOR,
        (
            ("supervise", (C.SUPERVISOR, C.TABLERO, C.LIBERAR, C.DESBLOQUEAR, C.RETENER, C.REANUDAR)),
            ("answer", (C.SI, C.NO, C.DESHACER, C.SALIR)),
            ("look", (C.HISTORIA, C.NOTA, C.ETIQUETA, C.INVENTARIO)),
            ("terminal", (C.LECTOR, TECLADO, C.CERRAR, C.AYUDA)),
        ),
    ),
    Sheet(
        None,
        (
            ("answer", (C.SI, C.NO, C.DESHACER, C.SALIR, *NUMBERS)),
            ("look", (C.HISTORIA, C.NOTA, C.TABLERO, C.DIA, C.FIN, C.AYUDA)),
            ("board", (C.ESTADO, C.ORDEN, C.SUBIR, C.BAJAR)),
        ),
    ),
)


JOINTS: Final = Sheet(
    None, (("uniones", (C.TODAS, C.SI, *(Joint(number) for number in range(1, 21)))),), title="labels.joints"
)
"""For whoever makes joints: it goes beside the sheet of their role."""

_MAKE_NO_JOINTS: Final = frozenset({Rol.METROLOGIA, Rol.SUPERVISOR})


def sheets_for(roles: Collection[Rol]) -> list[Sheet]:
    """The sheets of these roles; one that has none of its own uses everybody's. Without roles, all sheets."""
    own = {sheet.rol for sheet in SHEETS}
    wanted = {rol if rol in own else None for rol in roles} or own
    return [*(sheet for sheet in SHEETS if sheet.rol in wanted), *(() if wanted <= _MAKE_NO_JOINTS else (JOINTS,))]


def command_label(entry: Entry, words: Wording) -> Label:
    """A command's label: its name, what it does, and its code to scan or to type."""
    if isinstance(entry, Choice):
        return Label(code=f"C.{entry.number}", titles=(str(entry.number),))
    if isinstance(entry, Joint):
        return Label(code=f"C.U{entry.number}", titles=(f"U{entry.number}",))
    titles, detail = (words(f"command.{entry}"),), words(f"command.{entry}.what")
    if entry == TECLADO:
        return Label(code=CALIBRATION, titles=titles, detail=detail)
    return Label(code=f"C.{entry}", titles=titles, detail=detail, legend=f"C.{entry}")


_LEFT: Final = 2 * MARGIN
_LIFT: Final = 1.2
"""Millimetres a row stands higher than its place, so that it goes with its heading and not with the next."""

_HEAD: Final = 22.0
_HEADING: Final = 8.0
_TALLEST: Final = 32.0
_COLUMNS: Final = 2
_NUMBER_COLUMNS: Final = 5
_JOINT_COLUMNS: Final = 4
_ALL_COLUMNS: Final = (_COLUMNS, _NUMBER_COLUMNS, _JOINT_COLUMNS)


def draw_sheet(sheet: Sheet, words: Wording, canvas: Canvas) -> None:
    """Draw the sheet on an A4 page: bars of neighbours are at least CLEAR apart."""
    title = words(f"rol.{sheet.rol}") if sheet.rol else words(sheet.title)
    write(canvas, (_LEFT, MARGIN + 13), printable(title.upper()), Font.BOLD, 34)
    write(canvas, (_LEFT, MARGIN + 19), printable(words("labels.how")), Font.PLAIN, 11)
    groups = [(group, _rows(entries)) for group, entries in sheet.groups]
    count = sum(len(rows) for _, rows in groups)
    height = min(_TALLEST, (A4.height - 2 * MARGIN - _HEAD - len(groups) * _HEADING) / count)
    y = MARGIN + _HEAD
    for group, rows in groups:
        canvas.setLineWidth(0.5)
        canvas.line(_LEFT, y + 1, A4.width - _LEFT, y + 1)
        write(canvas, (_LEFT, y + 6), printable(words(f"labels.group.{group}").upper()), Font.BOLD, 11)
        y += _HEADING
        for row in rows:
            _draw_row(canvas, y - _LIFT, height, row, words)
            y += height


def _rows(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    kinds = [[entry for entry in entries if _columns(entry) == columns] for columns in _ALL_COLUMNS]
    return [
        row[at : at + columns]
        for row, columns in zip(kinds, _ALL_COLUMNS, strict=True)
        for at in range(0, len(row), columns)
    ]


def _columns(entry: Entry) -> int:
    """How many of its kind stand side by side."""
    return _NUMBER_COLUMNS if isinstance(entry, Choice) else _JOINT_COLUMNS if isinstance(entry, Joint) else _COLUMNS


def _draw_row(canvas: Canvas, y: float, height: float, row: Sequence[Entry], words: Wording) -> None:
    columns = _columns(row[0])
    width = (A4.width - 2 * _LEFT + INDENT) / columns
    for column, entry in enumerate(row):
        label = command_label(entry, words)
        box = Box(_LEFT - INDENT + column * width, y, width, height)
        draw_label(canvas, box, label, module_width(label.code, width, clear=CLEAR))
