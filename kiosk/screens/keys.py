"""The keys, as one table for all screens: the key bar, touch and the help are made of it, and it is all that acts.

A key means the same wherever it means anything. No widget gets a key: the app puts each into the queue behind what was
scanned, and the screen then in front looks it up here.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from kiosk.scanning.codes import Command


class Act(StrEnum):
    """What a key does that has no barcode."""

    CHOOSE = "CHOOSE"
    QUEUE = "QUEUE"
    PREVIOUS = "PREVIOUS"


class Key(NamedTuple):
    """One key, by Textual's name, what it does, and the id of its words.

    The words are `key.ID` on the bar and `tip.ID` in the help. A `hidden` key is not on the bar.
    """

    name: str
    does: Command | Act
    id: str
    hidden: bool = False


MOVES: Final = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
"""The keys that move the cursor of every list, and by how many lines."""

MOST_ON_BAR: Final = 8
"""As many keys as fit into the two lines of a bar 80 columns wide."""

_AYUDA: Final = Key("f1", Command.AYUDA, "ayuda")
_TOMAR: Final = Key("f2", Command.TOMAR, "tomar")
_TOMAR_LOTE: Final = Key("f2", Command.TOMAR, "confirmar")
_PAUSAR: Final = Key("f3", Command.PAUSAR, "pausar")
_COMPLETAR: Final = Key("f4", Command.COMPLETAR, "completar")
_CANCELAR: Final = Key("f5", Command.CANCELAR, "cancelar")
_QUITAR: Final = Key("f5", Command.CANCELAR, "quitar")
_CERRAR_CONTEO: Final = Key("f2", Command.TOMAR, "cerrar_conteo")
_DESCONTAR: Final = Key("f5", Command.CANCELAR, "descontar")
_CONFIRMAR: Final = Key("f2", Command.TOMAR, "uniones")
_TABLERO: Final = Key("f6", Command.TABLERO, "tablero")
_LOTE: Final = Key("f7", Command.LOTE, "lote")
_DESHACER: Final = Key("f8", Command.DESHACER, "deshacer")
_HISTORIA: Final = Key("f9", Command.HISTORIA, "historia")
_DIA: Final = Key("f10", Command.DIA, "dia")
_COLA: Final = Key("f11", Act.QUEUE, "cola")
_SUPERVISOR: Final = Key("f12", Command.SUPERVISOR, "supervisor")
_LIBERAR: Final = Key("delete", Command.LIBERAR, "liberar")
_DESBLOQUEAR: Final = Key("insert", Command.DESBLOQUEAR, "desbloquear")
_FIN: Final = Key("end", Command.FIN, "fin")
_PAUSAR_TODO: Final = Key("f3", Command.PAUSAR, "pausar_todo")
_FUERA: Final = Key("f5", Command.CANCELAR, "fuera")
_BEFORE: Final = Key("left", Act.PREVIOUS, "anterior", hidden=True)
_ESTADO: Final = Key("right", Command.ESTADO, "estado")
_DAY_BEFORE: Final = Key("left", Act.PREVIOUS, "dia_antes")
_DAY_AFTER: Final = Key("right", Command.ESTADO, "dia_despues")
_PAGE: Final = Key("right", Command.ESTADO, "pagina")
_ORDEN: Final = Key("home", Command.ORDEN, "orden")
_TODAS: Final = Key("ctrl+a", Command.TODAS, "todas")
_LIMPIAR: Final = Key("backspace", Command.NO, "limpiar")
_ETIQUETA: Final = Key("ctrl+p", Command.ETIQUETA, "etiqueta")
_GUARDAR: Final = Key("ctrl+s", Command.LECTOR, "guardar")
_PERSON: Final = Key("enter", Act.CHOOSE, "choose")
_ASK: Final = Key("enter", Act.CHOOSE, "ask", hidden=True)
_TICK: Final = Key("enter", Act.CHOOSE, "tick")
_OPEN: Final = Key("enter", Act.CHOOSE, "open", hidden=True)
_INICIO: Final = Key("escape", Command.SALIR, "inicio")
_BACK: Final = Key("escape", Command.SALIR, "back")

TABLE: Final = (
    *(_AYUDA, _TOMAR, _TOMAR_LOTE, _CERRAR_CONTEO, _CONFIRMAR, _PAUSAR, _PAUSAR_TODO, _COMPLETAR),
    *(_CANCELAR, _QUITAR, _DESCONTAR, _FUERA),
    *(_TABLERO, _LOTE, _DESHACER, _HISTORIA, _DIA, _COLA, _SUPERVISOR, _LIBERAR, _DESBLOQUEAR),
    *(_FIN, _BEFORE, _DAY_BEFORE, _ESTADO, _DAY_AFTER, _PAGE, _ORDEN, _TODAS, _LIMPIAR, _ETIQUETA, _GUARDAR),
    *(_PERSON, _ASK, _TICK, _OPEN, _INICIO, _BACK),
)
"""Every key there is, in the order of the bar. One key has different words where it is about different things."""

# The keys of each screen, what is needed most first: where more apply than a bar holds, the last ones are not on it.

INICIO: Final = (_AYUDA, _PERSON, _TABLERO, _HISTORIA, _FIN)
_HOLD: Final = (_PAUSAR, _COMPLETAR, _CANCELAR)
ESTACION: Final = (
    *(_AYUDA, _INICIO, *_HOLD, _TOMAR, _DESHACER, _HISTORIA),
    *(_TABLERO, _COLA, _SUPERVISOR, _LOTE, _DIA, _FIN, _ASK),
)
COLA: Final = (_AYUDA, _BACK, *_HOLD, _TOMAR, _DESHACER, _HISTORIA, _TABLERO, _ASK)
LOTE: Final = (_AYUDA, _BACK, _TOMAR_LOTE, _QUITAR, _DESHACER, _HISTORIA, _TABLERO)
INVENTARIO: Final = (_AYUDA, _BACK, _CERRAR_CONTEO, _DESCONTAR, _HISTORIA, _TABLERO)
UNIONES: Final = (_AYUDA, _BACK, _CONFIRMAR, _PAUSAR, _CANCELAR, _TODAS, _TICK, _HISTORIA, _TABLERO)
SPOOL: Final[tuple[Key, ...]] = (_AYUDA, _BACK, _TABLERO)
SPOOL_ACTS: Final = (_AYUDA, _BACK, *_HOLD, _TOMAR, _DESHACER, _LIBERAR, _DESBLOQUEAR, _TABLERO, _ETIQUETA)
SUPERVISOR: Final = (
    *(_AYUDA, _BACK, _LIBERAR, _DESBLOQUEAR, _PAGE, _BEFORE),
    *(_DESHACER, _HISTORIA, _TABLERO, _DIA, _ASK),
)
VISITOR: Final = (_ESTADO, _BEFORE, _ORDEN, _LIMPIAR, _HISTORIA, _OPEN)
TABLERO: Final[tuple[Key, ...]] = (_AYUDA, _BACK, *VISITOR)
DIA: Final = (_AYUDA, _BACK, _DAY_BEFORE, _DAY_AFTER, _FIN, _HISTORIA, _DESHACER, _TABLERO, _DIA, _ASK)
FIN: Final = (_AYUDA, _BACK, _PAUSAR_TODO, _FUERA, _DESHACER, _HISTORIA, _TABLERO, _DIA)
LECTOR: Final = (_GUARDAR, _BACK)
ONLY_BACK: Final = (_BACK,)


def in_order(keys: Iterable[Key]) -> list[Key]:
    """The keys in the order of the table."""
    return sorted(keys, key=TABLE.index)
