"""What a scanned text means: a badge, a command, or something else (a tag, a name, a number)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from kiosk.scanning.keyboards import Diagnosis


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
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    LIBERAR = "LIBERAR"
    DESBLOQUEAR = "DESBLOQUEAR"
    NOTA = "NOTA"
    SI = "SI"
    NO = "NO"
    SALIR = "SALIR"
    TABLERO = "TABLERO"
    HISTORIA = "HISTORIA"
    LOTE = "LOTE"
    SUPERVISOR = "SUPERVISOR"
    AYUDA = "AYUDA"
    LECTOR = "LECTOR"
    CERRAR = "CERRAR"
    ESTADO = "ESTADO"
    ORDEN = "ORDEN"
    SUBIR = "SUBIR"
    BAJAR = "BAJAR"


@dataclass(frozen=True, slots=True)
class Badge:
    """A worker's badge, `W.93`."""

    worker_id: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer with this number, `C.1` to `C.9`, for those who answer with the scanner alone."""

    number: int


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A text that looks like a command and is none."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Anything else: a spool's tag, or what somebody typed; `by_hand` when no scanner types so slowly."""

    text: str
    by_hand: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that types nothing, by Textual's name. In one queue with the rest, it cannot overtake a scan, and means
    what it means on the screen that is in front when its turn comes.
    """

    key: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody has touched the terminal for a while. In one queue with the rest, it cannot overtake a scan."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A scan that several spools' tags fit: a mangled one, or one with something typed before it.

    None of `tags` (sorted) may be acted on before somebody says which.
    """

    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The calibration barcode: how it arrived, and what that tells of scanner and terminal."""

    text: str
    diagnosis: Diagnosis


Code: TypeAlias = Badge | Command | Choice | UnknownCommand | Text | Pressed | Idle | Ambiguous | Calibration

_BADGE: Final = re.compile(r"W\.(\d{1,9})", re.IGNORECASE)
_CHOICE: Final = re.compile(r"C\.([1-9])", re.IGNORECASE)
_COMMAND: Final = re.compile(r"C\.([A-Z]{1,16})", re.IGNORECASE)


def parse(text: str) -> Code:
    """What `text` (cleaned) means by its form alone."""
    if match := _BADGE.fullmatch(text):
        return Badge(int(match[1]))
    if match := _CHOICE.fullmatch(text):
        return Choice(int(match[1]))
    if match := _COMMAND.fullmatch(text):
        name = match[1].upper()
        return Command(name) if name in Command.__members__ else UnknownCommand(text)
    return Text(text)
