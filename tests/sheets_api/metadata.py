"""spreadsheets.get: the properties of a spreadsheet and its worksheets, their cells if asked, under a field mask."""

from typing import Any

from tests.sheets_api import protection
from tests.sheets_api.a1 import Box
from tests.sheets_api.book import Book, Sheet
from tests.sheets_api.cells import Cell, shown
from tests.sheets_api.errors import invalid
from tests.sheets_api.values import Query

Mask = dict[str, Any]


def get(book: Book, query: Query) -> dict[str, Any]:
    """Raises GoogleError 400 for a range that there is not."""
    mask = parse_mask(query["fields"][-1]) if query.get("fields") else None
    with_cells = (
        "data" in mask.get("sheets", {}) if mask is not None else query.get("includeGridData", [""])[-1] == "true"
    )
    asked = [book.range(text) for text in query.get("ranges", [])]
    sheets = []
    for index, sheet in enumerate(book.sheets):
        boxes = [box for other, box in asked if other is sheet]
        if asked and not boxes:
            continue
        described: dict[str, Any] = {"properties": sheet.as_json(index)}
        if sheet.protected_ranges:
            described["protectedRanges"] = [protection.described(one) for one in sheet.protected_ranges]
        if with_cells:
            described["data"] = [_grid_data(sheet, box) for box in boxes or [Box()]]
        sheets.append(described)
    answer = {
        "spreadsheetId": book.id,
        "properties": {
            "title": book.title,
            "locale": book.locale,
            "autoRecalc": "ON_CHANGE",
            "timeZone": book.time_zone,
        },
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }
    if book.marks:
        answer["developerMetadata"] = book.marks
    return answer if mask is None else masked(answer, mask)


def _grid_data(sheet: Sheet, box: Box) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if box.top:
        data["startRow"] = box.top
    if box.left:
        data["startColumn"] = box.left
    rows = []
    for row, cells in enumerate(sheet.rows(box), box.top):
        values = [_cell_data(sheet, row, column, cell) for column, cell in enumerate(cells, box.left)]
        rows.append({"values": values} if values else {})
    return data | {"rowData": rows} if rows else data


def _cell_data(sheet: Sheet, row: int, column: int, cell: Cell | None) -> dict[str, Any]:
    """What the cell shows, and what was entered in it: nothing where another cell's formula spills."""
    if cell is None:
        return {}
    data: dict[str, Any] = {}
    if cell.pattern is not None:
        kind = "TEXT" if cell.pattern == "@" else "DATE" if cell.is_date else "NUMBER"
        data["userEnteredFormat"] = {"numberFormat": {"type": kind, "pattern": cell.pattern}}
    if not cell.is_blank:
        effective = _extended(cell)
        if not sheet.grid.is_blank(row, column):
            data["userEnteredValue"] = {"formulaValue": cell.formula} if cell.formula is not None else effective
        data["effectiveValue"] = effective
        data["formattedValue"] = shown(cell, sheet.book.locale)
    return data


def _extended(cell: Cell) -> dict[str, Any]:
    if cell.why:
        return {"errorValue": {"type": "REF", "message": cell.why}}
    match cell.value:
        case bool():
            return {"boolValue": cell.value}
        case int() | float():
            return {"numberValue": cell.value}
        case _:
            return {"stringValue": cell.value or ""}


def parse_mask(text: str) -> Mask:
    """`sheets(properties.title,data),properties/title` as nested names; an empty one stands for all below it."""
    mask, rest = _parse_level(text)
    if rest:
        raise invalid("Request contains an invalid argument.")
    return mask


def _parse_level(text: str) -> tuple[Mask, str]:
    mask: Mask = {}
    rest = text
    while rest and not rest.startswith(")"):
        end = min((rest.find(mark) for mark in ",()" if mark in rest), default=len(rest))
        names = rest[:end].strip().replace("/", ".").split(".")
        rest = rest[end:]
        place = mask
        for name in names:
            place = place.setdefault(name, {})
        if rest.startswith("("):
            inner, rest = _parse_level(rest[1:])
            place.update(inner)
            rest = rest.removeprefix(")")
        rest = rest.removeprefix(",")
    return mask, rest


def masked(value: Any, mask: Mask) -> Any:
    """The part of an answer that a mask lets through."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [masked(item, mask) for item in value]
    return {name: masked(value[name], inner) for name, inner in mask.items() if name in value}
