"""What spreadsheets.batchUpdate does to cells: values, formats, validation, sorting, duplicates."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tests.sheets_api.a1 import Box, a1
from tests.sheets_api.book import Book, Sheet
from tests.sheets_api.cells import MAX_CHARACTERS, Cell, cell_of
from tests.sheets_api.errors import invalid
from tests.sheets_api.metadata import Mask, parse_mask

Rows = list[list[dict[str, Any]]]
"""CellData, row by row."""

_DEFAULT_PATTERNS: Final = {"TEXT": "@", "DATE": "dd-mm-yyyy", "DATE_TIME": "dd-mm-yyyy hh:mm:ss", "TIME": "hh:mm:ss"}
_CONDITION_VALUES: Final = {
    "BOOLEAN": (0, 2),
    "CUSTOM_FORMULA": (1, 1),
    "DATE_AFTER": (1, 1),
    "DATE_BEFORE": (1, 1),
    "DATE_BETWEEN": (2, 2),
    "DATE_IS_VALID": (0, 0),
    "NUMBER_BETWEEN": (2, 2),
    "NUMBER_GREATER": (1, 1),
    "NUMBER_GREATER_THAN_EQ": (1, 1),
    "ONE_OF_LIST": (1, 500),
    "ONE_OF_RANGE": (1, 1),
    "TEXT_CONTAINS": (1, 1),
    "TEXT_EQ": (1, 1),
}
"""How few and how many values a validation's condition takes."""


def _mask(asked: dict[str, Any]) -> Mask:
    """The field mask over CellData."""
    mask = parse_mask(asked.get("fields", ""))
    if not mask:
        raise invalid("At least one field must be listed in 'fields'. (use '*' to indicate all fields)")
    return {"userEnteredValue": {}, "userEnteredFormat": {}} if "*" in mask else mask


def _formats_numbers(mask: Mask) -> bool:
    formats = mask.get("userEnteredFormat")
    return formats is not None and (not formats or "numberFormat" in formats)


def _set_data_validation(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet, _ = book.grid_range(asked["range"])
    if "rule" in asked:
        condition = asked["rule"].get("condition", {})
        kind = condition.get("type")
        if kind not in _CONDITION_VALUES:
            raise invalid(f"Condition type '{kind}' is not supported for data validation.")
        fewest, most = _CONDITION_VALUES[kind]
        if not fewest <= len(condition.get("values", [])) <= most:
            raise invalid(f"Wrong number of values for condition type '{kind}'.")
    sheet.validations.append(asked)
    return {}


def _repeat_cell(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    mask = _mask(asked)
    sheet, box = book.grid_range(asked["range"])
    top, left, bottom, right = box.closed
    cell = asked.get("cell", {})
    _check_value(cell)
    if "userEnteredValue" in mask:
        _fill(sheet, top, left, [[cell] * (right - left)] * (bottom - top), {"userEnteredValue": {}})
    if _formats_numbers(mask):
        sheet.grid.set_pattern(box, _pattern(cell))
    sheet.formats.append(asked)
    return {}


def _pattern(cell: dict[str, Any]) -> str | None:
    """The number format of a CellData; None where it has none, which clears a cell's."""
    number_format = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    return number_format.get("pattern") or _DEFAULT_PATTERNS.get(number_format.get("type", ""))


def _update_cells(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    """Rows of CellData from `start` on, or over a `range`: there the fields of cells that none is given for clear."""
    mask = _mask(asked)
    if ("start" in asked) == ("range" in asked):
        raise invalid("Exactly one of 'start' and 'range' must be set.")
    rows = [row.get("values", []) for row in asked.get("rows", [])]
    for row in rows:
        for cell in row:
            _check_value(cell)
    sheet, top, left, rows = (
        _over(book, asked["range"], rows) if "range" in asked else _from(book, asked["start"], rows)
    )
    _fill(sheet, top, left, rows, mask)
    sheet.formats.append(asked)
    return {}


def _over(book: Book, given: dict[str, Any], rows: Rows) -> tuple[Sheet, int, int, Rows]:
    sheet, box = book.grid_range(given)
    top, left, bottom, right = box.closed
    if top + len(rows) > bottom:
        raise invalid(f"Attempting to write row: {bottom}, beyond the last requested row of: {bottom - 1}")
    if left + max(map(len, rows), default=0) > right:
        raise invalid(f"Attempting to write column: {right}, beyond the last requested column of: {right - 1}")
    whole = [*rows, *[[]] * (bottom - top - len(rows))]
    return sheet, top, left, [[*row, *[{}] * (right - left - len(row))] for row in whole]


def _from(book: Book, given: dict[str, Any], rows: Rows) -> tuple[Sheet, int, int, Rows]:
    sheet = book.sheet_by_id(given.get("sheetId", 0))
    top, left = given.get("rowIndex", 0), given.get("columnIndex", 0)
    if (size := sheet.grid.row_count) < top + len(rows):
        raise invalid(f"Attempting to write row: {size}, beyond the last row in grid[{size}]")
    if (size := sheet.grid.column_count) < left + max(map(len, rows), default=0):
        raise invalid(f"Attempting to write column: {size}, beyond the last column in grid[{size}]")
    return sheet, top, left, rows


def _fill(sheet: Sheet, top: int, left: int, rows: Rows, mask: Mask) -> None:
    for row, cells in enumerate(rows, top):
        for column, cell in enumerate(cells, left):
            if "userEnteredValue" in mask:
                _enter(sheet, row, column, cell)
            if _formats_numbers(mask):
                before = sheet.grid.get(row, column) or Cell()
                sheet.put(row, column, replace(before, pattern=_pattern(cell)))


def _check_value(cell: dict[str, Any]) -> None:
    value = cell.get("userEnteredValue", {})
    if len(value) > 1 or not value.keys() <= {"boolValue", "formulaValue", "numberValue", "stringValue"}:
        raise invalid(f"Invalid value at 'user_entered_value': {sorted(value)}")
    if len(str(value.get("stringValue", ""))) > MAX_CHARACTERS:
        raise invalid(f"Your input contains more than the maximum of {MAX_CHARACTERS} characters in a single cell.")


def _enter(sheet: Sheet, row: int, column: int, cell: dict[str, Any]) -> None:
    """An ExtendedValue is what it says: a text is never interpreted. Without one the cell is cleared."""
    before = sheet.grid.get(row, column) or Cell()
    if before.formula is not None:
        sheet.book.overwritten_formulas.append(a1(sheet.title, Box(row, column, row + 1, column + 1)))
    match cell.get("userEnteredValue", {}):
        case {"formulaValue": str(text)}:
            after = Cell(0, text, before.pattern)
        case {"stringValue": value} | {"numberValue": value} | {"boolValue": value}:
            after = cell_of(value, before.pattern)
        case _:
            after = Cell(pattern=before.pattern)
    sheet.put(row, column, after)


def _sort_range(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    given = asked["range"]
    sheet = book.sheet_by_id(given.get("sheetId", 0))
    for spec in reversed(asked.get("sortSpecs", [])):
        sheet.sort(
            given.get("startRowIndex", 0),
            spec.get("dimensionIndex", 0),
            descending=spec.get("sortOrder") == "DESCENDING",
        )
    return {}


def _delete_duplicates(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    """Of the range's rows that show the same in the compared columns the first stays; the rest move up within it.

    Case, formats and formulas make no difference; nothing outside the range moves, and the grid keeps its size. Blank
    rows below the last used one are none to compare. A count of zero is left out of the answer, as zeros are.
    """
    sheet, box = book.grid_range(asked.get("range", {}))
    top, left, _, right = box.closed
    compared = sorted({column for span in asked.get("comparisonColumns", []) for column in _span(sheet, span)})
    if compared and not (left <= compared[0] and compared[-1] < right):
        raise invalid("Comparison columns must be within the range.")
    grid = sheet.grid
    used = grid.last_used(box)
    end = top if used is None else used[0] + 1
    rows = [[grid.get(row, column) for column in range(left, right)] for row in range(top, end)]
    kept, seen = [], set()
    for row in rows:
        key = tuple(_compared(row[column - left]) for column in compared or range(left, right))
        if key not in seen:
            kept.append(row)
        seen.add(key)
    removed = len(rows) - len(kept)
    for number, row in enumerate([*kept, *[[None] * (right - left)] * removed], top):
        for column, cell in enumerate(row, left):
            sheet.put(number, column, cell or Cell())
    return {"deleteDuplicates": {"duplicatesRemovedCount": removed} if removed else {}}


def _span(sheet: Sheet, span: dict[str, Any]) -> range:
    if span.get("dimension") != "COLUMNS":
        raise invalid("Comparison columns must have the dimension COLUMNS.")
    return range(span.get("startIndex", 0), span.get("endIndex", sheet.grid.column_count))


def _compared(cell: Cell | None) -> tuple[str, object]:
    value = "" if cell is None or cell.value is None else cell.value
    return (type(value).__name__, value.casefold()) if isinstance(value, str) else ("number", value)


CELL_REQUESTS: Final[dict[str, Callable[[Book, dict[str, Any]], dict[str, Any]]]] = {
    "deleteDuplicates": _delete_duplicates,
    "repeatCell": _repeat_cell,
    "setDataValidation": _set_data_validation,
    "sortRange": _sort_range,
    "updateCells": _update_cells,
}
