"""The office's columns, by name however they are spelled."""

from collections.abc import Sequence
from typing import Final

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import plain

TAG: Final = "TAG_SPOOL"
OFFICES: Final = (TAG, "OT", "NV", "Fecha_Materiales")
"""The columns of Operaciones that the office fills, and the shop understands."""
OPERACIONES: Final = (
    *OFFICES,
    *("Armador", "Fecha_Armado", "Soldador", "Fecha_Soldadura", "Fecha_QC_Metrologia"),
    *("Ocupado_Por", "Fecha_Ocupacion", "Estado_Detalle"),
)
"""What is known of a spool by its row, wherever the row stands."""
RETENIDO: Final = "Retenido"
"""A column of Operaciones that the office may have: why it holds the spool back; empty when it does not."""
TRABAJADORES: Final = ("Id", "Nombre", "Apellido", "Activo", "Idioma")
ROLES: Final = ("Id", "Rol", "Activo")
UNIONES: Final = (TAG, "N_UNION", "DN_UNION", "TIPO_UNION")


def find_columns(headers: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where each wanted column stands in the header row; columns that are not there are left out.

    Raises InvalidValueError when two headers spell the same wanted column.
    """
    places: dict[str, int] = {}
    names = {plain(name): name for name in wanted}
    for place, header in enumerate(headers):
        name = names.get(plain(header))
        if name is None:
            continue
        if name in places:
            raise InvalidValueError(Defecto.COLUMNA_REPETIDA, column=name)
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
