"""An event as a row of the Metadata worksheet, and back. Pure: it asks no network.

The named columns are for people. What they cannot hold exactly (the number, the instant to its last digit, the station)
stands in Metadata_JSON, beside what the event itself tells, so that a row gives back the event it was made of.
"""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, JsonValue, ValidationError
from pydantic_core import from_json, to_json

from core.domain.events import Event, evento_tipo
from core.domain.model import Accion, Operacion
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import plain
from core.domain.writing.uniones import numbers_text
from core.plant import cells
from core.plant.tables import BadCellError, Layout, Row
from core.sheet.state import Note

E = TypeVar("E", bound=StrEnum)

METADATA: Final = "Metadata"
COLUMNS: Final = (
    "ID",
    "Timestamp",
    "Evento_Tipo",
    "TAG_SPOOL",
    "Worker_ID",
    "Worker_Nombre",
    "Operacion",
    "Accion",
    "Fecha_Operacion",
    "Metadata_JSON",
    "N_UNION",
)
LAYOUT: Final = Layout(COLUMNS, required=COLUMNS[:-1])
CELL_MAX_LENGTH: Final = 50_000
"""Characters that a cell holds (support.google.com/drive/answer/37603)."""
_OURS: Final = "evento"
_NUMBERED: Final = re.compile(rf"{METADATA.casefold()}\s*(\d*)")


class Exact(Note):
    """Of an event what the columns for people do not hold exactly. `seq` is the number it had in its ledger.

    `recortado`: what the event tells did not fit in the cell.
    """

    seq: Annotated[int, Field(ge=1)]
    ts: AwareDatetime
    station: str = ""
    recortado: bool = False


def row_of(event: Event, timezone: ZoneInfo) -> list[object]:
    """The cells of the event's row, in the order of COLUMNS, to be sent RAW.

    What an event tells may be longer than a cell holds: then the row keeps the rest, and says that it was cut.
    """
    exact = {"seq": event.seq, "ts": event.ts.isoformat(), "station": event.station}
    document = to_json({_OURS: exact, **event.metadata}).decode()
    if len(document) > CELL_MAX_LENGTH:
        document = to_json({_OURS: {**exact, "recortado": True}}).decode()
    return [
        str(event.id),
        cells.write_cell(event.ts, timezone),
        event.evento_tipo,
        event.tag_spool,
        event.worker_id or "",
        event.worker_nombre,
        event.operacion or "",
        str(event.accion),
        cells.write_cell(event.fecha_operacion, timezone),
        document,
        numbers_text([*event.uniones]).replace(" ", ""),
    ]


def event_of(row: Row) -> Event:
    """The event of a row. Raises BadCellError when it is not exactly what a mirror wrote: another program's row, a
    person's, or one that was cut for its length.
    """
    document = row.parse("Metadata_JSON", _document)
    exact = _exact(document.pop(_OURS, None))
    if exact is None or exact.recortado:
        raise BadCellError("Metadata_JSON", Defecto.SIN_EVENTO)
    event = Event(
        seq=exact.seq,
        id=row.parse("ID", _id),
        ts=exact.ts,
        evento_tipo=row.text("Evento_Tipo"),
        tag_spool=row.text("TAG_SPOOL") and row.parse("TAG_SPOOL", cells.read_tag),
        worker_id=row.parse("Worker_ID", cells.read_id) if row.text("Worker_ID") else 0,
        worker_nombre=row.text("Worker_Nombre"),
        operacion=row.parse("Operacion", partial(_member, kind=Operacion)) if row.text("Operacion") else None,
        accion=row.parse("Accion", partial(_member, kind=Accion)),
        fecha_operacion=row.parse("Fecha_Operacion", _day),
        station=exact.station,
        metadata=document,
    )
    if event.evento_tipo != evento_tipo(event.accion, event.operacion):
        # A person changed one of these columns and left the others as they were.
        raise BadCellError("Evento_Tipo", Defecto.SIN_EVENTO)
    return event


def read_exact(cell: object) -> Exact | None:
    """What a cell of the Metadata_JSON column tells exactly; None where no ledger wrote it."""
    try:
        return _exact(_document(cell).get(_OURS))
    except ValueError:
        return None


def read_event_id(cell: object) -> UUID | None:
    """The event's id in a cell of the ID column; None for anything else that may stand there."""
    try:
        return UUID(cells.shown(cell).strip())
    except ValueError:
        return None


def number_of(title: str) -> int | None:
    """Which of the Metadata worksheets this is, by its title: `Metadata` 1, `Metadata 2` 2; None for none of them."""
    match = _NUMBERED.fullmatch(plain(title))
    if match is None:
        return None
    return int(match[1] or 1)


def title_of(number: int) -> str:
    """The title of the Metadata worksheet with this number."""
    return METADATA if number == 1 else f"{METADATA} {number}"


def in_order(titles: Iterable[str]) -> list[str]:
    """The Metadata worksheets among the titles, the first first: the last is the one that is written to."""
    numbered = [(number, title) for title in titles if (number := number_of(title)) is not None]
    return [title for _, title in sorted(numbered)]


def _document(cell: object) -> dict[str, JsonValue]:
    text = cells.text_of(cell).strip()
    if not text:
        return {}
    try:
        document = from_json(text)
    except ValueError as exc:
        raise InvalidValueError(Defecto.NO_ES_JSON) from exc
    if not isinstance(document, dict):
        raise InvalidValueError(Defecto.NO_ES_OBJETO_JSON)
    return document


def _exact(document: JsonValue) -> Exact | None:
    try:
        return Exact.model_validate(document)
    except ValidationError:
        return None


def _id(cell: object) -> UUID:
    found = read_event_id(cell)
    if found is None:
        raise InvalidValueError(Defecto.NO_ES_UUID)
    return found


def _day(cell: object) -> date:
    day = cells.read_date(cell)
    if day is None:
        raise InvalidValueError(Defecto.VACIO)
    return day


def _member(cell: object, kind: type[E]) -> E:
    try:
        return kind(cells.text_of(cell).strip())
    except ValueError as exc:
        raise InvalidValueError(Defecto.NO_ES_UNO_DE, expected=", ".join(kind)) from exc
