"""Texts are looked up here: the names of things in the language of a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal, Self, get_args

from core.domain.model import Operacion, Rol, Spool, Worker
from core.domain.uniones import Union, Uniones, one_decimal, remaining
from core.domain.uniones import pulgadas as inches_of
from core.domain.writing.dates import format_date
from core.domain.writing.uniones import numbers_text
from kiosk.words import CATALOGUE, Both

Language = Literal["es", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


class Names:
    """The names of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._at = Both._fields.index(language)

    @classmethod
    def of(cls, language: str) -> Self | None:
        """The words of this language, None when there are none."""
        return next((cls(known) for known in LANGUAGES if known == language), None)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text for `key` with its places filled; of one (`count=1`) as one is told, where that differs.

        Raises KeyError for a key the catalogue lacks.
        """
        if values.get("count") == 1:
            key = f"{key}.one" if f"{key}.one" in CATALOGUE else key
        return CATALOGUE[key][self._at].format(**values)

    def operacion(self, operacion: Operacion | str) -> str:
        """The operation's name."""
        return self.named("operacion", operacion)

    def named(self, kind: str, code: str) -> str:
        """The name of a code; of one that only a newer program knows, the code."""
        key = f"{kind}.{code}"
        return self(key) if key in CATALOGUE else code

    def key(self, name: str) -> str:
        """A key's name as it stands on the keyboard, by Textual's name for it."""
        key = f"keyname.{name}"
        return self(key) if key in CATALOGUE else name.upper()

    def roles(self, worker: Worker) -> str:
        """The names of the worker's roles."""
        return " · ".join(self(f"rol.{rol}") for rol in Rol if rol in worker.roles)

    def reason(self, code: str, data: Mapping[str, object]) -> str:
        """What a code of `core.domain.reasons` says; what is no such code, as an older program noted it, as it is."""
        key = f"reason.{code}"
        return self(key, **data) if key in CATALOGUE else code

    def remedy(self, code: str) -> str:
        """What to do about such a reason; empty when the reason says it itself."""
        key = f"remedy.{code}"
        return self(key) if key in CATALOGUE else ""

    def uniones(self, numbers: Sequence[int]) -> str:
        """These joints by number."""
        return self("uniones.list", numbers=numbers_text(numbers), count=len(numbers))

    def dn(self, union: Union) -> str:
        """A joint's size: `1,5″`."""
        return f"{union.dn:f}″".replace(".", self("uniones.point"))

    def hecho(self, union: Union, operacion: str) -> str:
        """Who finished the joint in the operation, and when; why nobody will, or a dash."""
        made = union.arm if operacion == "ARM" else union.sold
        if made is not None:
            return " ".join(filter(None, (made.worker_nombre, format_date(made.fecha)))) or "✔"
        return self("uniones.no_weld") if operacion == "SOLD" and union.solo_armado else "—"

    def progress(self, uniones: Uniones, operacion: str) -> str:
        """How many of the joints of an operation are made, and their inches: `3/7 · 12,5″`; empty without joints."""
        made = [union for union in uniones if union.is_made(operacion)]
        count = len(made) + len(remaining(uniones, operacion))
        return f"{len(made)}/{count} · {self.pulgadas(inches_of(made))}" if uniones else ""

    def work(self, spool: Spool, operacion: Operacion) -> str:
        """The operation's name; with its joints where it has some: `ARM 3/7 · 12,5″`."""
        if operacion not in {Operacion.ARM, Operacion.SOLD} or not spool.uniones:
            return self.operacion(operacion)
        return f"{self(f'work.short.{operacion}')} {self.progress(spool.uniones, operacion)}"

    def pulgadas(self, inches: Decimal) -> str:
        """Inches of diameter, with one decimal: `12,5″`."""
        return f"{one_decimal(inches)}″".replace(".", self("uniones.point"))
