"""What a spreadsheet tells of a site: its plant, its log, and how each spool stood. Pure.

A spreadsheet that cannot be read as one of ours is refused whole; a row that cannot be read is named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.domain.errors import SheetUnusableError
from core.domain.model import Policy, Spool, Worker
from core.domain.reasons import Defecto, InvalidValueError
from core.plant import cells, columns
from core.plant.cells import Grid
from core.plant.columns import MIRRORED, OWNED, TAG
from core.plant.tables import (
    BadCellError,
    Layout,
    Row,
    RowProblem,
    Table,
    says_something,
)
from core.sheet import metadata
from core.sheet.recovery.recovered_log import RecoveredLog, recover_log
from core.sheet.recovery.recovered_spools import Doubt, SpoolRecovery
from core.sheet.source import OPERACIONES, find_worksheets, read_sheet_plant

Tables: TypeAlias = Mapping[str, Grid]
"""Worksheets by title, each from its first row on."""

_OPERACIONES: Final = Layout(MIRRORED, required=(TAG,))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredSite:
    """A site out of its sheet. `unknown` are the tags that have so many events and no row that could be read."""

    spools: tuple[Spool, ...]
    workers: tuple[Worker, ...]
    log: RecoveredLog
    doubts: tuple[Doubt, ...]
    unknown: Mapping[str, int]
    problems: tuple[RowProblem, ...]

    @classmethod
    def of(cls, plant: Tables, logs: Tables, *, timezone: ZoneInfo, policy: Policy) -> "RecoveredSite":
        """From the plant's worksheets, and those of Metadata in their order. Raises SheetUnusableError."""
        reading = read_sheet_plant(plant, timezone=timezone, lock_ttl=policy.lock_ttl)
        log = recover_log(_log_tables(logs), timezone)
        recovery = SpoolRecovery(
            log, timezone=timezone, lock_ttl=policy.lock_ttl, max_reparaciones=policy.max_reparaciones
        )
        shown = {spool.tag_spool: spool for spool in reading.plant.spools}
        rows = _rows(plant, {problem for problem in reading.problems if not problem.kept})
        spoilt = [row.line for tag, row in rows.items() if tag in recovery.tags and tag not in shown]
        office = (
            {
                spool.tag_spool: spool
                for spool in read_sheet_plant(
                    _without_shopwork(plant, spoilt), timezone=timezone, lock_ttl=0
                ).plant.spools
            }
            if spoilt
            else {}
        )
        recovered = [
            recovery.recover(spool, rows[tag], readable=tag in shown) for tag, spool in (office | shown).items()
        ]
        return cls(
            spools=tuple(spool for spool, _ in recovered),
            workers=reading.plant.workers,
            log=log,
            doubts=tuple(doubt for _, doubt in recovered if doubt),
            unknown={tag: recovery.tags[tag] for tag in sorted(recovery.tags.keys() - shown.keys() - office.keys())},
            problems=(*reading.problems, *log.problems),
        )


def _log_tables(logs: Tables) -> Iterator[Table]:
    titles = list(logs)
    for title, found in logs.items():
        if not any(says_something(cell) for row in found for cell in row):
            if title == titles[-1] and len(titles) > 1:
                # It was added when the one before was full, and nothing was written to it yet.
                continue
            raise SheetUnusableError(title, Defecto.HOJA_VACIA)
        try:
            yield Table.under(found[0], metadata.LAYOUT, name=title, lines=list(enumerate(found[1:], start=2)))
        except InvalidValueError as exc:
            raise SheetUnusableError(title, exc.reason, **exc.data) from exc


def _rows(plant: Tables, problems: Iterable[RowProblem]) -> dict[str, Row]:
    """The row that each tag's spool is read from: its first one that can be read, else its first one."""
    title = find_worksheets(plant)[OPERACIONES]
    bad = {problem.line for problem in problems if problem.file == title}
    headers, *lines = plant[title]
    table = Table.under(headers, _OPERACIONES, name=title, lines=enumerate(lines, start=2))
    rows: dict[str, Row] = {}
    for row in table.rows():
        try:
            tag = row.parse("TAG_SPOOL", cells.read_tag)
        except BadCellError:
            continue
        if tag not in rows or (rows[tag].line in bad and row.line not in bad):
            rows[tag] = row
    return rows


def _without_shopwork(plant: Tables, lines: Sequence[int]) -> Tables:
    """The plant with only these rows of Operaciones, and nothing in the columns that the shop owns."""
    title = find_worksheets(plant)[OPERACIONES]
    headers = plant[title][0]
    owned = set(columns.find_columns([cells.shown(header) for header in headers], OWNED).values())
    kept = [[None if at in owned else cell for at, cell in enumerate(plant[title][line - 1])] for line in lines]
    return {**plant, title: [headers, *kept]}
