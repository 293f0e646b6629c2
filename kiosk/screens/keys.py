"""The keys of every screen, as data: the key bar, touch and the help are made of them, and they are all that acts.

No widget gets a key: the app puts each into the queue behind what was scanned, and the screen then in front looks it
up here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.scanning.codes import Command


class Act(StrEnum):
    """What a key does that has no barcode."""

    CHOOSE = "CHOOSE"
    ASK_ABOUT_ROW = "ASK_ABOUT_ROW"
    QUEUE = "QUEUE"
    SUPERVISE = "SUPERVISE"
    NEXT_OPERACION = "NEXT_OPERACION"
    WORKER_OF_ROW = "WORKER_OF_ROW"


@dataclass(frozen=True, slots=True)
class Key:
    """One key, by Textual's name and perhaps a second one, what it does, and the id of its words.

    The words are `key.ID` on the bar and `tip.ID` in the help. A `hidden` key is not on the bar.
    """

    name: str
    does: Command | Act
    id: str
    also: str = ""
    hidden: bool = False

    @property
    def label(self) -> str:
        """The key's name as it stands on the keyboard."""
        return {"escape": "Esc", "enter": "Enter"}.get(self.name, self.name.upper())

    def is_pressed_by(self, name: str) -> bool:
        """Whether Textual's `name` means this key."""
        return name in {self.name, self.also}


MOVES: Final = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
"""The keys that move the cursor of every list, and by how many lines."""

_AYUDA: Final = Key("f1", Command.AYUDA, "ayuda")
_TOMAR: Final = Key("f2", Command.TOMAR, "tomar")
_PAUSAR: Final = Key("f3", Command.PAUSAR, "pausar")
_COMPLETAR: Final = Key("f4", Command.COMPLETAR, "completar")
_CANCELAR: Final = Key("f5", Command.CANCELAR, "cancelar")
_TABLERO: Final = Key("f6", Command.TABLERO, "tablero")
_DESHACER: Final = Key("f8", Command.DESHACER, "deshacer")
_HISTORIA: Final = Key("f9", Command.HISTORIA, "historia")
_BACK: Final = Key("escape", Command.SALIR, "back", also="f10")
_ASK: Final = Key("enter", Act.ASK_ABOUT_ROW, "ask", hidden=True)

INICIO: Final = (Key("enter", Act.CHOOSE, "choose"), _AYUDA, _TABLERO, _HISTORIA)
ESTACION: Final = (
    *(_AYUDA, _TOMAR, _PAUSAR, _COMPLETAR, _CANCELAR, _TABLERO),
    Key("f7", Command.LOTE, "lote"),
    *(_DESHACER, _HISTORIA),
    Key("f11", Act.QUEUE, "cola"),
    Key("f12", Command.SUPERVISOR, "supervisor"),
    Key("escape", Command.SALIR, "inicio", also="f10"),
    _ASK,
)
COLA: Final = (_AYUDA, _TOMAR, _PAUSAR, _COMPLETAR, _DESHACER, _HISTORIA, _BACK, _ASK)
LOTE: Final = (_AYUDA, Key("f2", Command.TOMAR, "confirmar"), Key("f5", Command.CANCELAR, "quitar"), _BACK)
SPOOL: Final = (_AYUDA, _TABLERO, _BACK)
SPOOL_ACTS: Final = (
    *(_AYUDA, _TOMAR, _PAUSAR, _COMPLETAR, _CANCELAR, _TABLERO),
    Key("f7", Command.NOTA, "nota"),
    _DESHACER,
    Key("f9", Command.EXTENDER, "extender"),
    Key("f11", Act.SUPERVISE, "liberar"),
    _BACK,
)
SUPERVISOR: Final = (
    _AYUDA,
    Key("f3", Command.LIBERAR, "liberar"),
    Key("f4", Command.DESBLOQUEAR, "desbloquear"),
    Key("f5", Command.ESTADO, "pagina"),
    *(_TABLERO, _DESHACER, _HISTORIA, _BACK, _ASK),
)
TABLERO: Final = (
    _AYUDA,
    Key("f2", Command.ESTADO, "estado"),
    Key("f3", Act.NEXT_OPERACION, "operacion"),
    Key("f4", Command.ORDEN, "orden"),
    Key("f5", Act.WORKER_OF_ROW, "quien"),
    Key("f7", Command.NO, "limpiar"),
    Key("f9", Command.HISTORIA, "historia", also="enter"),
    _BACK,
)
LECTOR: Final = (Key("f2", Command.LECTOR, "guardar"), _BACK)
ONLY_BACK: Final = (_BACK,)
