"""The endpoints under /values: what is read, written, appended and cleared, and what Google answers."""

from typing import Any, Final

from tests.sheets_api.a1 import Box, a1, column_letters, quoted
from tests.sheets_api.book import Book, Sheet
from tests.sheets_api.cells import entered
from tests.sheets_api.errors import invalid

Query = dict[str, list[str]]

_VALUE_OPTIONS: Final = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
_DATE_OPTIONS: Final = ("SERIAL_NUMBER", "FORMATTED_STRING")
_DIMENSIONS: Final = ("ROWS", "COLUMNS")


def option(given: str | None, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    """One of the allowed words. Raises GoogleError 400."""
    if given is None:
        if default is None:
            raise invalid(f"'{name}' is required but not specified")
        return default
    if given not in allowed:
        raise invalid(f"Invalid value at '{name}' (type.googleapis.com/google.apps.sheets.v4), \"{given}\"")
    return given


def _asked(query: Query, name: str) -> str | None:
    return query[name][-1] if query.get(name) else None


def get(book: Book, text: str, query: Query) -> dict[str, Any]:
    """spreadsheets.values.get"""
    sheet, box = book.range(text)
    value_option = option(_asked(query, "valueRenderOption"), "value_render_option", _VALUE_OPTIONS, "FORMATTED_VALUE")
    date_option = option(
        _asked(query, "dateTimeRenderOption"), "date_time_render_option", _DATE_OPTIONS, "SERIAL_NUMBER"
    )
    dimension = option(_asked(query, "majorDimension"), "major_dimension", _DIMENSIONS, "ROWS")
    return _value_range(sheet, box, value_option, date_option, dimension)


def batch_get(book: Book, query: Query) -> dict[str, Any]:
    """spreadsheets.values.batchGet"""
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if query.get("ranges"):
        answer["valueRanges"] = [get(book, text, query) for text in query["ranges"]]
    return answer


def update(book: Book, text: str, query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """spreadsheets.values.update"""
    raw = _is_raw(_asked(query, "valueInputOption"))
    sheet, box, rows = _placed(book, text, body)
    return _write(sheet, box, rows, raw=raw, show=_shows(query))


def batch_update(book: Book, body: dict[str, Any]) -> dict[str, Any]:
    """spreadsheets.values.batchUpdate: all of it is checked before any of it is written."""
    raw = _is_raw(body.get("valueInputOption"))
    data = body.get("data", [])
    placed = [_placed(book, str(part.get("range", "")), part) for part in data]
    for sheet, box, rows in placed:
        _checked(sheet, box, rows, raw=raw)
    show = {
        name: [body[name]]
        for name in ("responseValueRenderOption", "responseDateTimeRenderOption")
        if body.get(name) is not None
    }
    if body.get("includeValuesInResponse"):
        show["includeValuesInResponse"] = ["true"]
    responses = [_write(sheet, box, rows, raw=raw, show=_shows(show)) for sheet, box, rows in placed]
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if responses:
        answer |= {
            "totalUpdatedRows": sum(response.get("updatedRows", 0) for response in responses),
            "totalUpdatedColumns": sum(response.get("updatedColumns", 0) for response in responses),
            "totalUpdatedCells": sum(response.get("updatedCells", 0) for response in responses),
            "totalUpdatedSheets": len({sheet.sheet_id for sheet, _, _ in placed}),
            "responses": responses,
        }
    return answer


def append(book: Book, text: str, query: Query, body: dict[str, Any]) -> dict[str, Any]:
    """spreadsheets.values.append: after the last row of the lowest table that the range touches.

    A range that touches no table is itself the place. With INSERT_ROWS the grid grows by the rows appended.
    """
    raw = _is_raw(_asked(query, "valueInputOption"))
    insert = option(_asked(query, "insertDataOption"), "insert_data_option", ("OVERWRITE", "INSERT_ROWS"), "OVERWRITE")
    sheet, box = book.range(text)
    grid = sheet.grid
    rows = _rows(body)
    used = grid.last_used(box)
    table = grid.region(*used) if used is not None else None
    top, left = (table.closed[2], table.left) if table is not None else (box.top, box.left)
    place = Box(top, left, top + max(len(rows), 1), left + max(1, max(map(len, rows), default=0)))
    _checked(sheet, place, rows, raw=raw)
    columns = max(place.closed[3], grid.column_count)
    missing = len(rows) if insert == "INSERT_ROWS" else max(0, place.closed[2] - grid.row_count)
    book.make_room((grid.row_count + missing) * columns - grid.cell_count)
    grid.column_count = columns
    if insert == "INSERT_ROWS":
        sheet.insert(top, missing, rows=True, like=top - 1)
    else:
        grid.row_count += missing
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if table is not None:
        answer["tableRange"] = a1(sheet.title, table)
    return answer | {"updates": _write(sheet, place, rows, raw=raw, show=_shows(query))}


def clear(book: Book, text: str) -> dict[str, Any]:
    """spreadsheets.values.clear"""
    sheet, box = book.range(text)
    part = _in_grid(sheet, box)
    sheet.grid.clear(part)
    return {"spreadsheetId": book.id, "clearedRange": a1(sheet.title, part)}


def batch_clear(book: Book, body: dict[str, Any]) -> dict[str, Any]:
    """spreadsheets.values.batchClear"""
    ranges = [str(text) for text in body.get("ranges", [])]
    for text in ranges:
        book.range(text)
    return {"spreadsheetId": book.id, "clearedRanges": [clear(book, text)["clearedRange"] for text in ranges]}


def _is_raw(given: str | None) -> bool:
    return option(given, "valueInputOption", ("RAW", "USER_ENTERED")) == "RAW"


def _shows(query: Query) -> tuple[str, str] | None:
    """How the written values are to be shown in the answer; None: not at all."""
    if (_asked(query, "includeValuesInResponse") or "").lower() != "true":
        return None
    return (
        option(_asked(query, "responseValueRenderOption"), "response_value", _VALUE_OPTIONS, "FORMATTED_VALUE"),
        option(_asked(query, "responseDateTimeRenderOption"), "response_date_time", _DATE_OPTIONS, "SERIAL_NUMBER"),
    )


def _in_grid(sheet: Sheet, box: Box) -> Box:
    """The part of the box that the worksheet has. Raises GoogleError 400 if it has none of it."""
    part = box.within(sheet.grid.row_count, sheet.grid.column_count)
    top, left, bottom, right = part.closed
    if top >= bottom or left >= right:
        raise _off_grid(sheet, box)
    return part


def _off_grid(sheet: Sheet, box: Box) -> Exception:
    grid = sheet.grid
    end = (
        ""
        if box.is_one_cell
        else ":"
        + (
            (column_letters(box.right - 1) if box.right is not None else "")
            + (str(box.bottom) if box.bottom is not None else "")
        )
    )
    named = f"{quoted(sheet.title)}!{column_letters(box.left)}{box.top + 1}{end.removesuffix(':')}"
    return invalid(f"Range ({named}) exceeds grid limits. Max rows: {grid.row_count}, max columns: {grid.column_count}")


def _value_range(sheet: Sheet, box: Box, value_option: str, date_option: str, dimension: str) -> dict[str, Any]:
    part = _in_grid(sheet, box)
    values = sheet.values(part, value_option, date_option)
    if dimension == "COLUMNS":
        values = _turned(values)
    answer: dict[str, Any] = {"range": a1(sheet.title, part), "majorDimension": dimension}
    if values:
        answer["values"] = values
    return answer


def _turned(rows: list[list[Any]]) -> list[list[Any]]:
    """Columns of rows, each without its blank end."""
    columns: list[list[Any]] = [[] for _ in range(max(map(len, rows), default=0))]
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                columns[column].extend([""] * (number - len(columns[column])))
                columns[column].append(value)
    return columns


def _rows(body: dict[str, Any]) -> list[list[Any]]:
    """The values of a ValueRange, row by row; None: leave this cell as it is. Raises GoogleError 400."""
    values = body.get("values", [])
    if not isinstance(values, list) or not all(isinstance(row, list) for row in values):
        raise invalid("Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue)")
    if option(body.get("majorDimension"), "major_dimension", _DIMENSIONS, "ROWS") == "ROWS":
        return values
    height = max(map(len, values), default=0)
    return [[column[row] if row < len(column) else None for column in values] for row in range(height)]


def _placed(book: Book, text: str, body: dict[str, Any]) -> tuple[Sheet, Box, list[list[Any]]]:
    """Where the values go. Raises GoogleError 400 where they do not fit."""
    sheet, box = book.range(text)
    if body.get("range") not in {None, text} and book.range(str(body["range"])) != (sheet, box):
        raise invalid(f"Requested writing within range [{text}], but the body names [{body['range']}]")
    rows = _rows(body)
    height, width = len(rows), max(map(len, rows), default=0)
    if not box.is_one_cell:
        if box.bottom is not None and box.top + height > box.bottom:
            raise invalid(f"Requested writing within range [{text}], but tried writing to row [{box.bottom + 1}]")
        if box.right is not None and box.left + width > box.right:
            letters = column_letters(box.right)
            raise invalid(f"Requested writing within range [{text}], but tried writing to column [{letters}]")
    place = Box(box.top, box.left, box.top + max(height, 1), box.left + max(width, 1))
    if place.closed[2] > sheet.grid.row_count or place.closed[3] > sheet.grid.column_count:
        raise _off_grid(sheet, place)
    return sheet, place, rows


def _checked(sheet: Sheet, place: Box, rows: list[list[Any]], *, raw: bool) -> None:
    """Raises GoogleError 400 for a value that no cell can hold."""
    for row in rows:
        for value in row:
            entered(value, None, raw=raw, locale=sheet.book.locale)


def _write(
    sheet: Sheet, place: Box, rows: list[list[Any]], *, raw: bool, show: tuple[str, str] | None
) -> dict[str, Any]:
    _checked(sheet, place, rows, raw=raw)
    book, grid = sheet.book, sheet.grid
    for row, values in enumerate(rows, place.top):
        for column, value in enumerate(values, place.left):
            if value is None:
                continue
            before = grid.get(row, column)
            if before is not None and before.formula is not None:
                book.overwritten_formulas.append(a1(sheet.title, Box(row, column, row + 1, column + 1)))
            sheet.put(row, column, entered(value, before, raw=raw, locale=book.locale))
    answer: dict[str, Any] = {"spreadsheetId": book.id, "updatedRange": a1(sheet.title, place)}
    cells = sum(value is not None for row in rows for value in row)
    if cells:
        answer |= {"updatedRows": len(rows), "updatedColumns": max(map(len, rows)), "updatedCells": cells}
    if show is not None:
        answer["updatedData"] = _value_range(sheet, place, *show, "ROWS")
    return answer
