"""What the office says of a spool for people to read: OT, NV, and the columns of its own that the plant shows."""

from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

MOST: Final = 8
"""How many columns of the office's own a plant may show."""


@dataclass(frozen=True, slots=True)
class Dato:
    """One cell that says something: its column's name and its text."""

    nombre: str
    valor: str


Datos: TypeAlias = tuple[Dato, ...]


class Cambio(NamedTuple):
    """A column whose text the office changed while a spool was held."""

    nombre: str
    antes: str
    ahora: str


def facts_at_take(antes: Datos, before: Datos, after: Datos) -> Datos:
    """The facts that a load changed since the spool was taken, as they were then.

    `antes` are those that loads changed earlier, `before` and `after` all facts on both sides of this load.
    """
    at_take = {fact.nombre: fact for fact in antes}
    for fact in before:
        at_take.setdefault(fact.nombre, fact)
    return tuple(fact for fact in at_take.values() if fact not in after)


def changes(antes: Datos, now: Datos) -> tuple[Cambio, ...]:
    """What the office changed, of facts that were otherwise `antes`. What was only filled in or emptied is no change:
    a column that the plant begins or ceases to show looks the same.
    """
    values = {fact.nombre: fact.valor for fact in now}
    return tuple(Cambio(fact.nombre, fact.valor, values[fact.nombre]) for fact in antes if fact.nombre in values)
