"""The one kind of formula that is calculated: a lookup in a header cell, which spills down its column, row by row.

Two shapes of it are known, with IFERROR or with IFNA. They differ once a row is inserted right below the header: `B2:B`
becomes `B3:B`, and what the first shape spills is a row too high from then on; `B1:B` stays.

    ={"Armador"; ARRAYFORMULA(IF(B2:B=""; ""; IFERROR(VLOOKUP(B2:B; Taller!$A:$I; 2; FALSE); "")))}
    =ARRAYFORMULA(IF(ROW(B1:B)=ROW(B1); "Armador"; IF(B1:B=""; ""; IFNA(VLOOKUP(B1:B; Taller!$A:$I; 2; FALSE); ""))))

Text is found whatever its case, and a number is not found as text; wildcards in a tag are none here.
https://support.google.com/docs/answer/3093318 (VLOOKUP), .../3093275 (ARRAYFORMULA), .../6208276 (array literals)
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from tests.sheets_api.a1 import A1Range, Box, column_letters, parse_box, unquoted
from tests.sheets_api.cells import Cell, Scalar
from tests.sheets_api.grid import Grid
from tests.sheets_api.references import GONE, RANGE, STRING, TITLE

Indexes = dict[tuple[int, Box], dict[Scalar, int]]
"""The first row for each key of a table. It lives for one read."""

_TEXT: Final = r'"(?P<text>(?:[^"]|"")*)"'
_KEYS: Final = rf"(?P<keys>{GONE}|{RANGE})"
_VALUE: Final = (
    r'IF\((?P=keys)="";"";(?P<catch>IFERROR|IFNA)\('
    rf'VLOOKUP\((?P=keys);(?P<table>{GONE}|{TITLE}{RANGE});(?P<column>\d+);(?:FALSE|FALSO|0)\);""\)\)'
)
_IN_BRACES: Final = rf"=\{{{_TEXT};ARRAYFORMULA\({_VALUE.replace('(?P=keys)', _KEYS, 1)}\)\}}"
_BY_ROW: Final = (
    rf"=ARRAYFORMULA\(IF\(ROW\({_KEYS}\)=ROW\((?P<head>{GONE}|\$?[A-Z]{{1,3}}\$?\d+)\);{_TEXT};{_VALUE}\)\)"
)
_SHAPES: Final = tuple(re.compile(shape, re.IGNORECASE) for shape in (_IN_BRACES, _BY_ROW))
_SPACE: Final = re.compile(rf"({STRING}|'(?:[^']|'')*')|\s+")


@dataclass(frozen=True, slots=True)
class Lookup:
    """`keys` and `table` are None where the formula says `#REF!`; `column` of the table counts from 1."""

    header: str
    keys: Box | None
    table: A1Range | None
    column: int
    hides_errors: bool
    header_row: int | None
    """Where the header stands among the keys; None: above them, in braces."""


@lru_cache
def parse(formula: str) -> Lookup | None:
    """None for any other formula."""
    plain = _SPACE.sub(r"\1", formula)
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(plain))), None)
    if found is None:
        return None
    part = found.groupdict()
    title, _, box = part["table"].rpartition("!")
    head = part.get("head")
    return Lookup(
        header=part["text"].replace('""', '"'),
        keys=None if part["keys"] == GONE else parse_box(part["keys"]),
        table=None if part["table"] == GONE else A1Range(unquoted(title), parse_box(box)),
        column=int(part["column"]),
        hides_errors=part["catch"].upper() == "IFERROR",
        header_row=None if head is None else 0 if head == GONE else parse_box(head).top,
    )


def spill(lookup: Lookup, at: tuple[int, int], own: Grid, table: Grid | None, indexes: Indexes) -> dict[int, Cell]:
    """What the formula in this cell shows, by row; `table` is None where there is no such worksheet."""
    top, column = at
    results = _results(lookup, own, table, indexes)
    blocked = next((row for row in range(top + 1, top + len(results)) if not own.is_blank(row, column)), None)
    if blocked is not None:
        place = f"{column_letters(column)}{blocked + 1}"
        results = [_error(f"Array result was not expanded because it would overwrite data in {place}.")]
    elif (lacking := top + len(results) - own.row_count) > 0:
        results = [_error(f"Result was not automatically expanded, please insert more rows ({lacking}).")]
    shown = {}
    for row, result in enumerate(results, top):
        before = own.get(row, column)
        shown[row] = result if before is None else replace(before, value=result.value, why=result.why)
    return shown


def _results(lookup: Lookup, own: Grid, table: Grid | None, indexes: Indexes) -> list[Cell]:
    header = Cell(lookup.header)
    if lookup.keys is None:
        lost = _error("Reference does not exist.")
        return [header, lost] if lookup.header_row is None else [lost]
    top, left, bottom, _ = lookup.keys.within(own.row_count, own.column_count).closed
    keys = [_key(own.get(row, left)) for row in range(top, bottom)]
    answers = _answers(lookup, keys, table, indexes)
    if lookup.header_row is None:
        return [header, *answers]
    return [header if row == lookup.header_row else answer for row, answer in enumerate(answers, top)]


def _answers(lookup: Lookup, keys: list[Scalar], table: Grid | None, indexes: Indexes) -> list[Cell]:
    """What is found for each key: an empty text where there is none, or where the formula hides what is wrong."""
    nothing = Cell("")
    wrong = _trouble(lookup, table)
    if wrong or lookup.table is None or table is None:
        answer = nothing if lookup.hides_errors else _error(wrong)
        return [nothing if key == "" else answer for key in keys]
    box = lookup.table.box.within(table.row_count, table.column_count)
    rows = indexes.setdefault((id(table), box), {})
    if not rows:
        for row in range(box.top, min(box.closed[2], table.filled_row_count)):
            rows.setdefault(_key(table.get(row, box.left)), row)
    column = box.left + lookup.column - 1
    found = [None if key == "" else rows.get(key) for key in keys]
    return [nothing if row is None else Cell(_value(table.get(row, column))) for row in found]


def _trouble(lookup: Lookup, table: Grid | None) -> str:
    """What Sheets says of a table that cannot be looked up in; empty for none."""
    if lookup.table is None:
        return "Reference does not exist."
    if table is None:
        return f"Unresolved sheet name '{lookup.table.title}'."
    box = lookup.table.box.within(table.row_count, table.column_count)
    return "VLOOKUP evaluates to an out of bounds range." if lookup.column > box.closed[3] - box.left else ""


def _value(cell: Cell | None) -> Scalar:
    return "" if cell is None or cell.value is None else cell.value


def _key(cell: Cell | None) -> Scalar:
    value = _value(cell)
    return value.casefold() if isinstance(value, str) else value


def _error(why: str) -> Cell:
    return Cell(GONE, why=why)
