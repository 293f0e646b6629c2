"""spreadsheets.batchUpdate: worksheets, rows, columns and what they hold; all of the requests or none."""

from collections.abc import Callable
from typing import Any, Final

from tests.sheets_api.book import Book, Sheet
from tests.sheets_api.cell_requests import CELL_REQUESTS
from tests.sheets_api.errors import GoogleError, invalid
from tests.sheets_api.grid import Grid
from tests.sheets_api.marks import MARK_REQUESTS
from tests.sheets_api.protection import PROTECTION_REQUESTS

_KEPT_ONLY: Final = {
    "addConditionalFormatRule",
    "autoResizeDimensions",
    "clearBasicFilter",
    "setBasicFilter",
    "updateBorders",
    "updateDimensionProperties",
}


def batch_update(book: Book, body: dict[str, Any]) -> dict[str, Any]:
    """Raises GoogleError 400, and then nothing has changed."""
    before = book.saved()
    try:
        replies = [_reply(book, number, request) for number, request in enumerate(body.get("requests", []))]
    except GoogleError:
        book.restore(before)
        raise
    if not replies:
        raise invalid("Must specify at least one request.")
    return {"spreadsheetId": book.id, "replies": replies}


def _reply(book: Book, number: int, request: dict[str, Any]) -> dict[str, Any]:
    if len(request) != 1:
        raise invalid(f"Invalid value at 'requests[{number}]': oneof field 'kind' is set {len(request)} times.")
    ((name, asked),) = request.items()
    if name in _KEPT_ONLY:
        book.stored_requests.append((name, asked))
        return {}
    if name not in _REQUESTS:
        raise invalid(
            f"Invalid JSON payload received. Unknown name \"{name}\" at 'requests[{number}]': Cannot find field."
        )
    try:
        return _REQUESTS[name](book, asked)
    except GoogleError as error:
        message = error.body["error"]["message"]
        raise invalid(f"Invalid requests[{number}].{name}: {message}") from error


def _add_sheet(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    given = asked.get("properties", {})
    grid = given.get("gridProperties", {})
    sheet = book.add_sheet(
        given.get("title") or _free_title(book),
        rows=grid.get("rowCount", 1000),
        columns=grid.get("columnCount", 26),
        sheet_id=given.get("sheetId"),
        index=given.get("index"),
    )
    _check_frozen(sheet, grid.get("frozenRowCount", 0))
    sheet.grid_properties |= {key: value for key, value in grid.items() if key not in {"rowCount", "columnCount"}}
    sheet.properties |= {
        key: value for key, value in given.items() if key not in {"title", "sheetId", "index", "gridProperties"}
    }
    return {"addSheet": {"properties": sheet.as_json(book.sheets.index(sheet))}}


def _free_title(book: Book) -> str:
    word = "Hoja " if book.locale.startswith("es") else "Sheet"
    number = len(book.sheets) + 1
    while f"{word}{number}" in book.titles:
        number += 1
    return f"{word}{number}"


def _delete_sheet(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet = book.sheet_by_id(asked.get("sheetId", 0))
    if len(book.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    book.remove_sheet(sheet)
    return {}


def _update_sheet_properties(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    given = asked.get("properties", {})
    sheet = book.sheet_by_id(given.get("sheetId", 0))
    fields = [field.strip().replace("/", ".") for field in asked.get("fields", "").split(",") if field.strip()]
    if not fields:
        raise invalid("At least one field must be listed in 'fields'. (use '*' to indicate all fields)")
    if "*" in fields:
        fields = [key for key in given if key not in {"sheetId", "gridProperties"}]
        fields += [f"gridProperties.{key}" for key in given.get("gridProperties", {})]
    if "gridProperties" in fields:
        fields += [f"gridProperties.{key}" for key in given.get("gridProperties", {})]
        fields.remove("gridProperties")
    for field in fields:
        _set_property(book, sheet, field, given)
    return {}


def _set_property(book: Book, sheet: Sheet, field: str, given: dict[str, Any]) -> None:
    outer, _, inner = field.partition(".")
    if outer == "title":
        book.rename_sheet(sheet, given["title"])
    elif outer == "index":
        book.sheets.remove(sheet)
        book.sheets.insert(given.get("index", 0), sheet)
    elif inner in {"rowCount", "columnCount"}:
        size = given["gridProperties"][inner]
        rows, columns = sheet.grid.row_count, sheet.grid.column_count
        if size < 1:
            raise invalid(f"gridProperties.{inner}[{size}] must be greater than 0.")
        rows, columns = (size, columns) if inner == "rowCount" else (rows, size)
        book.make_room(rows * columns - sheet.grid.cell_count)
        sheet.resize(rows, columns)
    elif outer == "gridProperties":
        frozen = given.get("gridProperties", {}).get(inner, 0)
        if inner == "frozenRowCount":
            _check_frozen(sheet, frozen)
        sheet.grid_properties[inner] = frozen
    else:
        sheet.properties[outer] = given.get(outer)


def _check_frozen(sheet: Sheet, rows: int) -> None:
    if rows >= sheet.grid.row_count:
        raise invalid("You can't freeze all visible rows on the sheet.")


def _dimension(book: Book, asked: dict[str, Any]) -> tuple[Sheet, bool, int, int]:
    """The worksheet, whether rows are meant, the first and how many."""
    span = asked.get("range") or asked.get("source") or {}
    sheet = book.sheet_by_id(span.get("sheetId", 0))
    rows = span.get("dimension") == "ROWS"
    if span.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise invalid("No dimension specified.")
    size = sheet.grid.row_count if rows else sheet.grid.column_count
    start, end = span.get("startIndex", 0), span.get("endIndex", size)
    if not 0 <= start < end:
        raise invalid(f"range.endIndex must be > {start}")
    return sheet, rows, start, end - start


def _insert_dimension(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet, rows, start, count = _dimension(book, asked)
    grid = sheet.grid
    size = grid.row_count if rows else grid.column_count
    before = bool(asked.get("inheritFromBefore"))
    if start > size:
        raise invalid(f"range.startIndex[{start}] is too large, sheet has [{size}].")
    if start == size and not before:
        raise invalid(
            f"range.startIndex[{start}] must be less than the grid size ({size}) if inheritFromBefore is false."
        )
    if before and start == 0:
        raise invalid("inheritFromBefore cannot be true when inserting at the first row or column.")
    book.make_room(count * (grid.column_count if rows else grid.row_count))
    sheet.insert(start, count, rows=rows, like=start - 1 if before else start)
    return {}


def _append_dimension(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet = book.sheet_by_id(asked.get("sheetId", 0))
    grid, length = sheet.grid, asked.get("length", 0)
    if asked.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise invalid("No dimension specified.")
    if length < 1:
        raise invalid(f"length[{length}] must be greater than 0.")
    rows = asked.get("dimension") == "ROWS"
    book.make_room(length * (grid.column_count if rows else grid.row_count))
    if rows:
        grid.row_count += length
    else:
        grid.column_count += length
    return {}


def _delete_dimension(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet, rows, start, count = _dimension(book, asked)
    _must_have(sheet.grid, start + count, rows=rows)
    if count == (sheet.grid.row_count if rows else sheet.grid.column_count):
        raise invalid(f"You can't delete all the {'rows' if rows else 'columns'} on the sheet.")
    sheet.delete(start, count, rows=rows)
    return {}


def _move_dimension(book: Book, asked: dict[str, Any]) -> dict[str, Any]:
    sheet, rows, start, count = _dimension(book, asked)
    to = asked.get("destinationIndex", 0)
    _must_have(sheet.grid, max(start + count, to), rows=rows)
    if start < to < start + count:
        raise invalid("Cannot move dimension to within itself.")
    sheet.move(start, count, to, rows=rows)
    return {}


def _must_have(grid: Grid, size: int, *, rows: bool) -> None:
    if size > (grid.row_count if rows else grid.column_count):
        raise invalid("Cannot use a dimension that doesn't exist.")


_REQUESTS: Final[dict[str, Callable[[Book, dict[str, Any]], dict[str, Any]]]] = {
    "addSheet": _add_sheet,
    "appendDimension": _append_dimension,
    "deleteDimension": _delete_dimension,
    "deleteSheet": _delete_sheet,
    "insertDimension": _insert_dimension,
    "moveDimension": _move_dimension,
    "updateSheetProperties": _update_sheet_properties,
    **CELL_REQUESTS,
    **MARK_REQUESTS,
    **PROTECTION_REQUESTS,
}
