"""Rows of Operaciones that a person copied or retyped for a new spool: they show work that is another's. Pure.

The mirror writes a version, the id of an event of the spool's own, into each row. A new tag beside a version that is
another spool's got there by hand, and with it whatever else the shop had written into that row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.domain.reasons import Defecto
from core.plant import cells, columns
from core.plant.cells import Grid
from core.plant.columns import OWNED, TAG, VERSION
from core.plant.tables import RowProblem
from core.sheet.metadata import read_event_id
from core.sheet.mirroring.rows import Shown


@dataclass(frozen=True, slots=True)
class VersionedRow:
    """A row (`line`, from 1) that has the tag of a spool and a version."""

    line: int
    tag: str
    version: UUID


def find_versioned(worksheet: Grid) -> list[VersionedRow]:
    """The rows of Operaciones that have both; none when their columns cannot be told."""
    places = _places(worksheet)
    if not {TAG, VERSION} <= places.keys():
        return []
    found = []
    for line, row in enumerate(worksheet[1:], start=2):
        version = read_event_id(row[places[VERSION]]) if len(row) > places[VERSION] else None
        if version is None or len(row) <= places[TAG]:
            continue
        try:
            found.append(VersionedRow(line, cells.read_tag(row[places[TAG]]), version))
        except ValueError:
            continue
    return found


def find_copied(
    rows: Sequence[VersionedRow], shown: Mapping[str, str], known: Collection[str], logged: Mapping[UUID, str]
) -> list[tuple[VersionedRow, str]]:
    """The rows of spools that are not `known` whose version is another's, and whose it is.

    `shown` are the mirror's notes of what each spool's row may say, by tag; `logged` tells whose the events are that
    the log has. Of several new spools with one version that nobody else has, it is the first one's.
    """
    owners: dict[UUID, str] = {}
    for row in sorted(rows, key=lambda row: row.tag not in known):
        owners.setdefault(row.version, row.tag)
    for tag, note in shown.items():
        owners |= dict.fromkeys(_versions(note), tag)
    owners |= logged
    return [(row, owners[row.version]) for row in rows if row.tag not in known and owners[row.version] != row.tag]


def without_work(worksheet: Grid, lines: Collection[int]) -> Grid:
    """Operaciones as if the shop had written nothing into these lines."""
    owned = {place for column, place in _places(worksheet).items() if column in OWNED}
    return [
        [None if place in owned else cell for place, cell in enumerate(row)] if line in lines else row
        for line, row in enumerate(worksheet, start=1)
    ]


def problem_of(title: str, row: VersionedRow, owner: str) -> RowProblem:
    """What to tell of a copied row."""
    return RowProblem(
        file=title,
        line=row.line,
        column=VERSION,
        value=str(row.version),
        reason=Defecto.FILA_COPIADA,
        data={"owner": owner},
        kept=True,
    )


def _places(worksheet: Grid) -> Mapping[str, int]:
    try:
        return columns.find_columns([cells.shown(name) for name in worksheet[0]] if worksheet else [], (TAG, *OWNED))
    except ValueError:
        return {}


def _versions(note: str) -> Iterable[UUID]:
    shown = Shown.from_json(note)
    versions = (read_event_id(texts[-1]) for texts in shown.candidates) if shown else ()
    return [version for version in versions if version is not None]
