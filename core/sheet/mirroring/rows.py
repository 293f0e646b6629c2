"""The shop's cells of Operaciones: what they should say, what they say, and what of that somebody else wrote. Pure.

The sheet has no transactions: what was sent may have arrived or not. So the mirror remembers for each spool every set
of cells that it may have left there; what is none of those was written by a person.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from core.domain.errors import SheetUnusableError
from core.domain.estado import estado_detalle
from core.domain.model import Spool
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.texts import plain
from core.plant import cells, columns
from core.plant.columns import OWNED, TAG, VERSION
from core.plant.tables import says_something

CANDIDATES: Final = 6
"""How many sets of cells are remembered of a spool: more requests than that are not in doubt at once."""
_ESTADO: Final = "Estado_Detalle"
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Texts: TypeAlias = "tuple[str, ...]"
"""The cells of a row's owned columns, in the order of OWNED, each as the text that would be written for it."""


def texts_of(spool: Spool, *, version: str, now: datetime, timezone: ZoneInfo, max_reparaciones: int) -> Texts:
    """What the row of `spool` should say as of `now` (aware); `version` is the id of the event that made it so."""
    held = spool.ocupacion
    values = (
        spool.arm.worker_nombre,
        spool.arm.fecha,
        spool.sold.worker_nombre,
        spool.sold.fecha,
        spool.inspeccion.fecha if spool.aprobado else None,
        held.worker_nombre if held else None,
        held.fecha_ocupacion if held else None,
        estado_detalle(spool, now=now, max_reparaciones=max_reparaciones),
        version,
    )
    # As it is read back: what a cell says is never compared with a text that no cell gives.
    return tuple(
        text_in(column, cells.write_cell(value, timezone), timezone)
        for column, value in zip(OWNED, values, strict=True)
    )


def text_in(column: str, cell: object, timezone: ZoneInfo) -> str:
    """What a cell says, spelled as the shop would write it: cells that mean the same give equal texts.

    A cell that means nothing in its column is the text that it shows.
    """
    try:
        return cells.write_cell(cells.read_cell(column, cell, timezone), timezone)
    except ValueError:
        return cells.shown(cell).strip()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of Operaciones: its number (from 1), and its owned cells as the sheet gave them, or NO_COLUMN."""

    number: int
    cells: tuple[object, ...]

    def has(self, column: str) -> bool:
        """Whether the sheet has this owned column."""
        return self.cells[OWNED.index(column)] is not NO_COLUMN

    def cell(self, column: str) -> object:
        """The cell of an owned column."""
        return self.cells[OWNED.index(column)]

    def texts(self, timezone: ZoneInfo) -> tuple[str | None, ...]:
        """The owned cells' texts; None where the sheet has no such column."""
        return tuple(
            None if cell is NO_COLUMN else text_in(column, cell, timezone)
            for column, cell in zip(OWNED, self.cells, strict=True)
        )

    def bare(self, texts: Texts) -> Texts:
        """Of these texts what the row can say: nothing where the sheet has no such column, if one is added there."""
        return tuple("" if cell is NO_COLUMN else text for cell, text in zip(self.cells, texts, strict=True))


NO_COLUMN: Final = object()
"""What stands for a cell whose column is not in the sheet."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tag and the owned columns stand in Operaciones (from 0). `headers` are their names there."""

    tag: int
    owned: Mapping[str, int]
    headers: Mapping[int, str]

    @classmethod
    def find(cls, title: str, headers: Sequence[object]) -> Self:
        """Raises SheetUnusableError when there is no tag, or a name stands there twice."""
        names = [cells.shown(header) for header in headers]
        try:
            places = columns.find_columns(names, (TAG, *OWNED))
        except InvalidValueError as exc:
            raise SheetUnusableError(title, exc.reason, **exc.data) from exc
        if TAG not in places:
            raise SheetUnusableError(title, Defecto.FALTA_COLUMNA, column=TAG)
        tag = places.pop(TAG)
        return cls(tag, places, {place: names[place] for place in (tag, *places.values())})

    @property
    def missing(self) -> list[str]:
        """The owned columns that the sheet does not have."""
        return [column for column in OWNED if column not in self.owned]

    @property
    def wanted(self) -> list[int]:
        """The places to be read, the tag's first."""
        return [self.tag, *self.owned.values()]

    def hold(self, found: Mapping[int, Sequence[object]]) -> bool:
        """Whether the columns that were read still have the names they had."""
        return all(
            plain(cells.shown(found[place][0] if found[place] else "")) == plain(name)
            for place, name in self.headers.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Operaciones as it was read: the first row of each tag, the tags with several, and rows without one.

    `untagged` are rows that have no tag but something in an owned column.
    """

    title: str
    places: Places
    rows: Mapping[str, SheetRow]
    repeated: frozenset[str]
    untagged: tuple[SheetRow, ...] = ()

    @classmethod
    def read(cls, title: str, places: Places, found: Mapping[int, Sequence[object]]) -> Self:
        """From the columns at `places.wanted`, each from its header on, as long as they have cells."""
        tags = found[places.tag]
        owned = [found[places.owned[column]] if column in places.owned else None for column in OWNED]
        height = max(len(tags), *(len(column) for column in owned if column is not None), 1)
        padded = [
            [NO_COLUMN] * height if column is None else [*column, *[None] * (height - len(column))] for column in owned
        ]
        rows: dict[str, SheetRow] = {}
        repeated: set[str] = set()
        untagged: list[SheetRow] = []
        for number, line in enumerate(zip(*padded, strict=True), start=1):
            if number == 1:
                continue
            cell = tags[number - 1] if number <= len(tags) else None
            row = SheetRow(number, line)
            if not says_something(cell):
                if any(one is not NO_COLUMN and says_something(one) for one in line):
                    untagged.append(row)
                continue
            try:
                tag = cells.read_tag(cell)
            except ValueError:
                continue
            if tag in rows:
                repeated.add(tag)
            else:
                rows[tag] = row
        return cls(title=title, places=places, rows=rows, repeated=frozenset(repeated), untagged=tuple(untagged))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a row may say by the mirror's own hand: the newest set of cells first. `seq` is the spool's then."""

    seq: int
    candidates: tuple[Texts, ...]

    @property
    def newest(self) -> Texts:
        """What was sent last."""
        return self.candidates[0]

    @classmethod
    def sent(cls, before: "Shown | None", *, found: Texts, texts: Texts, seq: int) -> "Shown":
        """What a row that says `found` may say once `texts` were sent."""
        older = (found, *(before.candidates if before else ()))
        return cls(seq, tuple(dict.fromkeys((texts, *older)))[:CANDIDATES])

    def to_json(self) -> str:
        """As it is noted: `[seq, cells, older cells...]`."""
        return to_json([self.seq, *self.candidates]).decode()

    @classmethod
    def from_json(cls, text: str) -> "Shown | None":
        """None for what cannot be read: then the row is as if it had never been seen."""
        try:
            seq, *candidates = from_json(text)
            shown = cls(int(seq), tuple(tuple(str(cell) for cell in candidate) for candidate in candidates))
        except (ValueError, TypeError, ValidationError):
            return None
        return shown if candidates and all(len(one) == len(OWNED) for one in shown.candidates) else None


Contested: TypeAlias = "Mapping[str, tuple[str, str]]"
"""By column, what the sheet says and what the ledger says."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be written into a row, by column; and what of it a person had written there."""

    writes: Mapping[str, str] = field(default_factory=dict)
    contested: Contested = field(default_factory=dict)


def compare(found: Sequence[str | None], shown: Shown | None, truth: Texts, *, is_mixed: bool = False) -> Comparison:
    """How a row that says `found` becomes one that says `truth`. A column that is not in the sheet (None) is left out.

    Of a row never seen before only what would be lost counts as a person's: not what is empty, nor what is derived.
    A mixed row may have cells of any set that the mirror wrote: columns moved when it was last written.
    """
    writes: dict[str, str] = {}
    contested: dict[str, tuple[str, str]] = {}
    known = _known(found, shown, is_mixed=is_mixed)
    for at, (column, cell, text) in enumerate(zip(OWNED, found, truth, strict=True)):
        if cell is None or cell == text:
            continue
        writes[column] = text
        foreign = cell not in known[at] if shown else _would_be_lost(column, cell)
        if foreign:
            contested[column] = (cell, text)
    return Comparison(writes, contested)


def _would_be_lost(column: str, cell: str) -> bool:
    """Whether a cell that nobody knows of says anything that only a person can have meant."""
    return bool(cell) and column != _ESTADO and not (column == VERSION and _UUID.fullmatch(cell))


def _known(found: Sequence[str | None], shown: Shown | None, *, is_mixed: bool) -> list[set[str]]:
    """For each column what the mirror itself may have left there, in view of the version that the row has."""
    if shown is None:
        return []
    version = found[OWNED.index(VERSION)]
    same = [candidate for candidate in shown.candidates if candidate[-1] == version and not is_mixed]
    return [set(column) for column in zip(*(same or shown.candidates), strict=True)]


def own_cells(found: Sequence[str | None], meant: Texts) -> list[str]:
    """The columns of a row that say what the mirror meant for a row, as it says something there."""
    return [column for column, cell, text in zip(OWNED, found, meant, strict=True) if cell and cell == text]


def is_meant(contested: Contested, meant: Texts) -> bool:
    """Whether what looks like a person's is the mirror's own writing, meant for another row that moved meanwhile."""
    return all(found == meant[OWNED.index(column)] for column, (found, _) in contested.items())


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle to be written: its first row (from 1), its first column (from 0), its lines."""

    row: int
    column: int
    lines: list[list[str]]


def blocks(writes: Iterable[tuple[int, Mapping[int, str]]]) -> list[Block]:
    """The rectangles that cover exactly the cells to write, given as row number and, by column, text."""
    done: list[Block] = []
    growing: dict[tuple[int, int], Block] = {}
    for number, line in sorted(writes, key=lambda write: write[0]):
        grown: dict[tuple[int, int], Block] = {}
        for first, texts in _runs(line):
            span = (first, len(texts))
            block = growing.get(span)
            if block is None or block.row + len(block.lines) != number:
                block = Block(number, first, [])
                done.append(block)
            block.lines.append(texts)
            grown[span] = block
        growing = grown
    return done


def _runs(line: Mapping[int, str]) -> Iterator[tuple[int, list[str]]]:
    """Neighbouring columns of one row: the first one's place and their texts."""
    run: list[str] = []
    start = 0
    for place in sorted(line):
        if run and place != start + len(run):
            yield start, run
            run = []
        if not run:
            start = place
        run.append(line[place])
    if run:
        yield start, run
