"""Joints (uniones) of a spool: their numbers, sizes and progress. Pure values and functions.

A joint's size is its DN in inches; diameter-inches (pulgadas-diámetro) are the sum of the DN of joints. An operation is
ARM or SOLD here: no other makes joints.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias

from core.domain.reasons import Defecto

LAST_NUMBER: Final = 99
"""Joints of a spool are numbered from 1 to this."""

TIPO_MAX_LENGTH: Final = 40
PER_INCH: Final = 10_000


@dataclass(frozen=True, slots=True)
class Hecho:
    """Who finished a joint in one operation, and the day it counts for; None where nobody knows."""

    worker_nombre: str | None = None
    fecha: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """One joint. `diezmilesimas` is its DN in ten-thousandths of an inch: every sixteenth is exact.

    A joint that is `solo_armado` needs no weld. `arm` and `sold` are None until it is fitted, until it is welded.
    """

    numero: int
    diezmilesimas: int
    tipo: str = ""
    solo_armado: bool = False
    arm: Hecho | None = None
    sold: Hecho | None = None

    @property
    def dn(self) -> Decimal:
        """The size in inches."""
        return Decimal(self.diezmilesimas) / PER_INCH

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was made."""
        return self.arm is not None or self.sold is not None

    def is_made(self, operacion: str) -> bool:
        """Whether it was finished in this operation."""
        return (self.arm if operacion == "ARM" else self.sold) is not None

    def remains(self, operacion: str) -> bool:
        """Whether this operation has it still to finish."""
        return not self.is_made(operacion) and not (operacion == "SOLD" and self.solo_armado)

    def is_ready(self, operacion: str) -> bool:
        """Whether this operation may finish it now: a joint is welded only after it was fitted."""
        return self.remains(operacion) and (operacion == "ARM" or self.arm is not None)

    def made(self, operacion: str, hecho: Hecho) -> "Union":
        """The joint, finished in this operation."""
        return replace(self, arm=hecho) if operacion == "ARM" else replace(self, sold=hecho)


Uniones: TypeAlias = tuple[Union, ...]
"""The joints of one spool, by number."""


def remaining(uniones: Uniones, operacion: str) -> tuple[int, ...]:
    """The numbers of the joints that the operation has still to finish."""
    return tuple(union.numero for union in uniones if union.remains(operacion))


def left(uniones: Uniones) -> int:
    """The ten-thousandths of diameter-inches that are still to be fitted and to be welded, together."""
    return sum(one.diezmilesimas * ((one.arm is None) + (one.sold is None and not one.solo_armado)) for one in uniones)


def pulgadas(uniones: Iterable[Union]) -> Decimal:
    """The diameter-inches of these joints, with one decimal."""
    return one_decimal(Decimal(sum(union.diezmilesimas for union in uniones)) / PER_INCH)


def one_decimal(inches: Decimal) -> Decimal:
    """Inches as they are counted: with one decimal."""
    return inches.quantize(Decimal("0.1"), ROUND_HALF_UP)


def with_made(uniones: Uniones, operacion: str, numbers: Mapping[int, Decimal], hecho: Hecho) -> Uniones:
    """The joints after these `numbers` (with their DN) were finished.

    One that is not there is added: whoever replays a log without the office's list knows no more of it.
    """
    by_number = {union.numero: union for union in uniones}
    for number, dn in numbers.items():
        known = by_number.get(number) or Union(numero=number, diezmilesimas=int(dn * PER_INCH))
        by_number[number] = known.made(operacion, hecho)
    return _in_order(by_number)


Progress: TypeAlias = dict[int, tuple[Hecho | None, Hecho | None]]
"""By number, what was fitted and what was welded."""


def progress(uniones: Uniones) -> Progress:
    """What was made, whatever the office says of sizes and types."""
    return {union.numero: (union.arm, union.sold) for union in uniones if union.is_begun}


def with_progress(uniones: Uniones, made: Iterable[Union]) -> Uniones:
    """The joints, each that is among `made` with what was made of that one."""
    by_number = {union.numero: union for union in uniones}
    for one in made:
        if one.numero in by_number:
            by_number[one.numero] = replace(by_number[one.numero], arm=one.arm, sold=one.sold)
    return _in_order(by_number)


# The office's list


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeJoint:
    """A joint the office changed (`reason` UNION_HECHA_CAMBIADA) or removed (UNION_HECHA_QUITADA) after it was made.

    What was made stays.
    """

    tag_spool: str
    numero: int
    reason: Defecto


def typed(uniones: Uniones, solo_armado: Collection[str]) -> Uniones:
    """The joints, those of the types `solo_armado` (in capitals) marked as needing no weld."""
    return tuple(replace(one, solo_armado=True) if one.tipo.upper() in solo_armado else one for one in uniones)


def as_listed(before: Uniones, listed: Uniones, *, complete: bool) -> tuple[Uniones, dict[int, Defecto]]:
    """The joints of a spool after the office listed them, and what it changed or removed although it was made.

    Unless the list is `complete`, a joint that is missing in it stays.
    """
    after = {union.numero: union for union in listed}
    reasons: dict[int, Defecto] = {}
    for old in before:
        new = after.get(old.numero)
        if new is None and complete and not old.is_begun:
            continue
        if old.is_begun or new is None:
            after[old.numero] = old
        if old.is_begun and new is None and complete:
            reasons[old.numero] = Defecto.UNION_HECHA_QUITADA
        if old.is_begun and new is not None and (old.diezmilesimas, old.tipo) != (new.diezmilesimas, new.tipo):
            reasons[old.numero] = Defecto.UNION_HECHA_CAMBIADA
    return _in_order(after), reasons


def all_made(uniones: Uniones, operacion: str, hecho: Hecho) -> Uniones:
    """The joints, each that the operation may finish finished."""
    return tuple(union.made(operacion, hecho) if union.is_ready(operacion) else union for union in uniones)


def _in_order(by_number: Mapping[int, Union]) -> Uniones:
    return tuple(by_number[number] for number in sorted(by_number))
