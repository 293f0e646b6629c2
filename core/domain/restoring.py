"""What an act changed of a spool, as JSON in the event that undoes it, and from there back into the spool."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core.domain.model import Spool

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
"""The fields of a spool that the shop's acts change. The office's columns may change between an act and its undoing."""


@cache
def _spools() -> TypeAdapter[Spool]:
    # Not before the first undoing: a terminal paints its first screen without pydantic.
    from pydantic import TypeAdapter

    return TypeAdapter(Spool)


def shopwork_changed(before: Spool, after: Spool) -> set[str]:
    """Of the shop's fields those that differ: none after a note, a conflict of the sheet, or a load by the office."""
    return {name for name in SHOPWORK if getattr(before, name) != getattr(after, name)}


def restoration(now: Spool, before: Spool) -> dict[str, JsonValue]:
    """Of the shop's fields those that differ, as they were `before`, in JSON."""
    changed = shopwork_changed(before, now)
    document: dict[str, JsonValue] = _spools().dump_python(before, mode="json", include=changed)
    return document


def restored(document: Mapping[str, JsonValue]) -> dict[str, Any]:
    """The fields that `restoration` told of, with their values. Raises ValueError for anything else."""
    if unknown := document.keys() - set(SHOPWORK):
        raise ValueError(f"no act changes {', '.join(sorted(unknown))}")
    spool = _spools().validate_python({"tag_spool": "", **document})
    return {name: getattr(spool, name) for name in document}
