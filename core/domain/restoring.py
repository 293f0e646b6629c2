"""What an act changed of a spool, as JSON in the event that undoes it, and from there back into the spool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core.domain.model import Spool
from core.domain.uniones import progress, with_progress

if TYPE_CHECKING:
    from pydantic import JsonValue, TypeAdapter

SHOPWORK: Final = (
    "arm",
    "sold",
    "reparacion",
    "inspeccion",
    "rechazos",
    "ciclos_extra",
    "bloqueado",
    "ocupacion",
)
"""The fields of a spool that the shop's acts change, all but its joints. The office's columns may change between an
act and its undoing.
"""

UNIONES: Final = "uniones"


@cache
def _spools() -> TypeAdapter[Spool]:
    # Not before the first undoing: a terminal paints its first screen without pydantic.
    from pydantic import TypeAdapter

    return TypeAdapter(Spool)


def shopwork_changed(before: Spool, after: Spool) -> set[str]:
    """Of the shop's fields, and of its joints' progress (`uniones`), those that differ: none after a note, a conflict
    of the sheet, a hold, or a load by the office.
    """
    changed = {name for name in SHOPWORK if getattr(before, name) != getattr(after, name)}
    if before.uniones != after.uniones and progress(before.uniones) != progress(after.uniones):
        changed.add(UNIONES)
    return changed


def restoration(now: Spool, before: Spool) -> dict[str, JsonValue]:
    """Of the shop's fields those that differ, as they were `before`, in JSON."""
    changed = shopwork_changed(before, now)
    made = progress(before.uniones)
    different = {number for number, made_by in progress(now.uniones).items() if made_by != made.get(number)}
    # Only what the undone act made: what the office lists may change between the two.
    joints = tuple(union for union in before.uniones if union.numero in different)
    document: dict[str, JsonValue] = _spools().dump_python(
        replace(before, uniones=joints), mode="json", include=changed
    )
    return document


def restored(spool: Spool, document: Mapping[str, JsonValue]) -> dict[str, Any]:
    """The fields of `spool` that `restoration` named, with their values. Raises ValueError for anything else."""
    if unknown := document.keys() - {*SHOPWORK, UNIONES}:
        raise ValueError(f"no act changes {', '.join(sorted(unknown))}")
    before = _spools().validate_python({"tag_spool": "", **document})
    changes = {name: getattr(before, name) for name in document}
    if UNIONES in changes:
        changes[UNIONES] = with_progress(spool.uniones, before.uniones)
    return changes
