"""The office's columns, found by name however they are spelled, and the values of their cells. No files, no network."""

import re
from collections.abc import Sequence
from typing import Final

from core.domain.texts import plain

TAG: Final = "TAG_SPOOL"
OFFICES: Final = (TAG, "OT", "NV", "Fecha_Materiales")
"""The columns of Operaciones that the office fills, and the shop understands."""
OPERACIONES: Final = (
    *OFFICES,
    *("Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura", "Fecha_QC_Metrologia"),
    *("Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle"),
)
"""What is known of a spool by its row, wherever the row stands."""
VERSION: Final = "version"
"""The column of the event that made a row what it is: the mirror's, and only in a spreadsheet."""
MIRRORED: Final = (*OPERACIONES, VERSION)
OWNED: Final = MIRRORED[len(OFFICES) :]
"""The columns that the shop owns. The mirror writes no other."""
TRABAJADORES: Final = ("Id", "Nombre", "Apellido", "Activo", "Idioma")
ROLES: Final = ("Id", "Rol", "Activo")

_TRUE: Final = frozenset({"true", "verdadero", "si", "1", "x", "activo", "yes"})
_FALSE: Final = frozenset({"false", "falso", "no", "0", "", "inactivo"})
_IDIOMAS: Final = {
    **dict.fromkeys(("es", "esp", "espanol", "castellano", "spanish"), "es"),
    **dict.fromkeys(("en", "eng", "ingles", "english"), "en"),
}


def find_columns(headers: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands in the header row; columns that are not there are left out.

    Raises ValueError when two headers spell the same wanted column.
    """
    places: dict[str, int] = {}
    names = {plain(name): name for name in wanted}
    for place, header in enumerate(headers):
        name = names.get(plain(header))
        if name is None:
            continue
        if name in places:
            raise ValueError(f"la columna {name} aparece dos veces")
        places[name] = place
    return places


def letters(place: int) -> str:
    """The letters of the column at `place` (from 0), as A1 notation has them: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def place_of(letters: str) -> int:
    """The place (from 0) of the column with these letters, A to Z."""
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def parse_bool(cell: str) -> bool:
    """Yes or no as offices write it; an empty cell is no. Raises ValueError."""
    text = plain(cell)
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("no es sí ni no")


def parse_id(cell: str) -> int:
    """A worker's number, also as spreadsheets export it (`93.0`). Raises ValueError."""
    match = re.fullmatch(r"(\d{1,9})(?:\.0+)?", cell.strip())
    if match is None or int(match[1]) < 1:
        raise ValueError("no es un número de trabajador")
    return int(match[1])


def parse_idioma(cell: str) -> str:
    """The language, `es` or `en`, as offices write it; empty for an empty cell. Raises ValueError."""
    if not cell.strip():
        return ""
    try:
        return _IDIOMAS[plain(cell)]
    except KeyError:
        raise ValueError("no es español ni inglés") from None


def parse_worker_nombre(cell: str) -> int:
    """The worker's number in `MR(93)`. Raises ValueError."""
    match = re.fullmatch(r"[^()]{0,8}\((\d{1,9})\)", cell.strip())
    if match is None:
        raise ValueError("no es INICIALES(ID)")
    return int(match[1])
