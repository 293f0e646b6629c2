"""The codes: a badge, a command, or something else (a tag, a name, a number)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from kiosk.scanning.keyboards import Pair


class Command(StrEnum):
    """The commands that have a barcode, `C.` and the name."""

    TOMAR = "TOMAR"
    PAUSAR = "PAUSAR"
    COMPLETAR = "COMPLETAR"
    CANCELAR = "CANCELAR"
    EXTENDER = "EXTENDER"
    DESHACER = "DESHACER"
    ARM = "ARM"
    SOLD = "SOLD"
    METROLOGIA = "METROLOGIA"
    REPARACION = "REPARACION"
    SIGUIENTE = "SIGUIENTE"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    ENTREGAR = "ENTREGAR"
    RETENER = "RETENER"
    REANUDAR = "REANUDAR"
    LIBERAR = "LIBERAR"
    DESBLOQUEAR = "DESBLOQUEAR"
    NOTA = "NOTA"
    SI = "SI"
    NO = "NO"
    SALIR = "SALIR"
    TABLERO = "TABLERO"
    HISTORIA = "HISTORIA"
    ETIQUETA = "ETIQUETA"
    LOTE = "LOTE"
    DIA = "DIA"
    FIN = "FIN"
    SUPERVISOR = "SUPERVISOR"
    INVENTARIO = "INVENTARIO"
    AYUDA = "AYUDA"
    LECTOR = "LECTOR"
    CERRAR = "CERRAR"
    ESTADO = "ESTADO"
    ORDEN = "ORDEN"
    TODAS = "TODAS"
    SUBIR = "SUBIR"
    BAJAR = "BAJAR"


@dataclass(frozen=True, slots=True)
class Badge:
    """A worker's badge, `W.93`."""

    worker_id: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer with this number, `C.1` to `C.9`, by scanner alone."""

    number: int


@dataclass(frozen=True, slots=True)
class Joint:
    """The joint with this number, `C.U1` to `C.U99`, by scanner alone."""

    number: int


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A text in the form of a command that does not exist."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Any other text: a spool's tag, or one typed by hand; `by_hand` when no scanner types so slowly."""

    text: str
    by_hand: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that types nothing, by Textual's name. In the queue it cannot overtake a scan, and the screen that is in
    front in its turn gets it.
    """

    key: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row of the screen's list, by its key: touched, or chosen with the cursor on it."""

    row: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody has touched the terminal for a while. In the queue it cannot overtake a scan."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A scan that fits several tags: a mangled one, or one after typed characters. A person must choose of `tags`.

    Of badges and commands, which may be among them, the printed text stands for a tag.
    """

    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glued:
    """Several labels that arrived as one text: the scanner ends its codes with nothing. `labels` in their order."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goods:
    """A GS1 element string, from the label of goods and not of the shop; `symbology` is the barcode's kind."""

    text: str
    symbology: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration barcode: the text that arrived, and the layouts of scanner and terminal where they are known."""

    text: str
    pair: Pair | None


Order: TypeAlias = Badge | Command | Choice | Joint
"""What is printed on badges and command sheets."""

Code: TypeAlias = Order | UnknownCommand | Text | Pressed | Chosen | Idle | Ambiguous | Glued | Goods | Calibration

_BADGE: Final = re.compile(r"W\.(\d{1,9})", re.IGNORECASE)
_CHOICE: Final = re.compile(r"C\.([1-9])", re.IGNORECASE)
_JOINT: Final = re.compile(r"C\.U0?([1-9]\d?)", re.IGNORECASE)
_COMMAND: Final = re.compile(r"C\.([A-Z]{1,16})", re.IGNORECASE)


def parse(text: str) -> Code:
    """The code of a clean text, by its form alone."""
    if match := _BADGE.fullmatch(text):
        return Badge(int(match[1]))
    if match := _CHOICE.fullmatch(text):
        return Choice(int(match[1]))
    if match := _JOINT.fullmatch(text):
        return Joint(int(match[1]))
    if match := _COMMAND.fullmatch(text):
        name = match[1].upper()
        return Command(name) if name in Command.__members__ else UnknownCommand(text)
    return Text(text)
