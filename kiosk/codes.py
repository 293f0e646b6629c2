"""What a scanned text means: a badge, a command, or something else (a tag, a name, a number)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Command(StrEnum):
    """The commands that have a barcode, `C.` and the name."""

    TOMAR = "TOMAR"
    PAUSAR = "PAUSAR"
    COMPLETAR = "COMPLETAR"
    CANCELAR = "CANCELAR"
    ARM = "ARM"
    SOLD = "SOLD"
    METROLOGIA = "METROLOGIA"
    REPARACION = "REPARACION"
    APROBADO = "APROBADO"
    RECHAZADO = "RECHAZADO"
    SI = "SI"
    NO = "NO"
    SALIR = "SALIR"
    TABLERO = "TABLERO"


@dataclass(frozen=True, slots=True)
class Badge:
    """A worker's badge, `W.93`."""

    worker_id: int


@dataclass(frozen=True, slots=True)
class UnknownCommand:
    """A text that looks like a command and is none."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """Anything else: a spool's tag, or what somebody typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """The cursor of the screen's list, so many lines down. In one queue with the rest, it cannot overtake a scan."""

    lines: int


Code = Badge | Command | UnknownCommand | Text | Move

_BADGE: Final = re.compile(r"W\.(\d{1,9})", re.IGNORECASE)
_COMMAND: Final = re.compile(r"C\.([A-Z]{1,16})", re.IGNORECASE)


def parse(text: str) -> Code:
    """What `text` (cleaned) means by its form alone."""
    if match := _BADGE.fullmatch(text):
        return Badge(int(match[1]))
    if match := _COMMAND.fullmatch(text):
        name = match[1].upper()
        return Command(name) if name in Command.__members__ else UnknownCommand(text)
    return Text(text)
