"""Values to JSON and back, the same for every engine that stores documents.

What is read is refused when it has a field that is not known: the next commit would drop it. A program that adds one
raises the format number of both engines, so that an older program never comes that far.

What is equal in many spools, as progress, joints and the office's cells are, is decoded once and kept once: these are
frozen values. A joint is a text in its spool's document, so that an equal one is found without decoding it.
"""

from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from core.domain.datos import Dato
from core.domain.model import Avance, Inspeccion, Spool, Worker
from core.domain.uniones import Hecho, Union

SPOOLS: Final = TypeAdapter(Spool)
WORKERS: Final = TypeAdapter(Worker)

_Made: TypeAlias = tuple[str | None, date | None] | None
_UNIONES: Final = TypeAdapter(tuple[int, int, str, bool, _Made, _Made])
"""A joint's fields in their order."""

_PARTS: Final[dict[str, TypeAdapter[Avance] | TypeAdapter[Inspeccion]]] = {
    **dict.fromkeys(("arm", "sold", "reparacion"), TypeAdapter(Avance)),
    "inspeccion": TypeAdapter(Inspeccion),
}
"""The parts of a spool that are equal in many."""

_FACTS: Final = {"datos", "antes"}
_DATOS: Final = TypeAdapter(Dato)

_KEPT: Final = 16_384
"""Equal values of a kind that are remembered."""


def spool_to_json(spool: Spool, *, without: dict[str, Any] | None = None) -> str:
    """The spool as a document; fields at their default are left out, and those in `without` (as pydantic's exclude)."""
    excluded = {**(without or {}), "uniones": True} if spool.uniones else without
    document = SPOOLS.serializer.to_json(spool, exclude_defaults=True, exclude=excluded).decode()
    if not spool.uniones:
        return document
    return f'{document[:-1]},"uniones":{to_json([*map(_union_to_text, spool.uniones)]).decode()}}}'


def spool_from_json(document: str) -> Spool:
    """The spool of a document. Raises ValueError."""
    return spool_of_fields(from_json(document))


def spool_of_fields(fields: dict[str, Any]) -> Spool:
    """The spool with these fields, as JSON has them. Raises ValueError."""
    try:
        for name, value in fields.items():
            if name in _PARTS:
                fields[name] = _part(name, **value)
            elif name in _FACTS:
                fields[name] = tuple([_dato(tuple(dato.items())) for dato in value])
            elif name == "uniones":
                fields[name] = tuple(map(_union_from_text, value))
    except (AttributeError, TypeError) as exc:
        raise ValueError(f"not the fields of a spool: {fields!r}") from exc
    return SPOOLS.validate_python(fields, extra="forbid")


@lru_cache(maxsize=_KEPT)
def _dato(fields: tuple[tuple[str, object], ...]) -> Dato:
    return _DATOS.validate_python(dict(fields), extra="forbid")


@lru_cache(maxsize=_KEPT)
def _part(name: str, **fields: object) -> Avance | Inspeccion:
    return _PARTS[name].validate_python(fields, extra="forbid")


def _union_to_text(union: Union) -> str:
    made = [done and (done.worker_nombre, done.fecha) for done in (union.arm, union.sold)]
    return to_json((union.numero, union.diezmilesimas, union.tipo, union.solo_armado, *made)).decode()


@lru_cache(maxsize=_KEPT)
def _union_from_text(text: str) -> Union:
    numero, diezmilesimas, tipo, solo_armado, arm, sold = _UNIONES.validate_json(text)
    return Union(
        numero=numero,
        diezmilesimas=diezmilesimas,
        tipo=tipo,
        solo_armado=solo_armado,
        arm=arm and _hecho(*arm),
        sold=sold and _hecho(*sold),
    )


@lru_cache(maxsize=_KEPT)
def _hecho(worker_nombre: str | None, fecha: date | None) -> Hecho:
    return Hecho(worker_nombre, fecha)


def worker_to_json(worker: Worker) -> str:
    """The worker as a document."""
    return WORKERS.dump_json(worker).decode()


def worker_from_json(document: str) -> Worker:
    """The worker of a document. Raises pydantic's ValidationError."""
    return WORKERS.validate_json(document, extra="forbid")
