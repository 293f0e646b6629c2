"""What the stand-in's spreadsheets.batchUpdate does to cells, asked by the real gspread over HTTP."""

from typing import Any

import gspread
import pytest
from gspread.exceptions import APIError

from tests.sheets_api import Book

GRID = {"sheetId": 0, "startRowIndex": 0, "startColumnIndex": 0}
RULE = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Armador"}]}, "strict": True}


def change(sheet: gspread.Spreadsheet, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    return sheet.batch_update({"requests": list(requests)})["replies"]


def refusal(sheet: gspread.Spreadsheet, *requests: dict[str, Any]) -> str:
    with pytest.raises(APIError) as error:
        change(sheet, *requests)
    assert error.value.code == 400
    return error.value.error["message"]


def texts(*values: str) -> dict[str, Any]:
    return {"values": [{"userEnteredValue": {"stringValue": value}} for value in values]}


def columns(start: int, end: int) -> dict[str, Any]:
    return {"sheetId": 0, "dimension": "COLUMNS", "startIndex": start, "endIndex": end}


def duplicates(compared: list[dict[str, Any]] | None = None, **span: int) -> dict[str, Any]:
    asked: dict[str, Any] = {"range": {**GRID, **span}}
    return {"deleteDuplicates": asked if compared is None else {**asked, "comparisonColumns": compared}}


def filled(sheet: gspread.Spreadsheet, rows: list[list[object]]) -> gspread.Worksheet:
    worksheet = sheet.worksheet("Operaciones")
    worksheet.clear()
    worksheet.update(rows, "A1", raw=True)
    return worksheet


# addSheet, updateSheetProperties


def test_a_worksheet_is_added_with_its_id_its_size_and_its_frozen_row_and_used_in_the_same_request(sheet, book: Book):
    size = {"rowCount": 2, "columnCount": 3, "frozenRowCount": 1}
    cells = {"start": {"sheetId": 77}, "rows": [texts("a", "b", "c")], "fields": "userEnteredValue"}
    added, wrote = change(
        sheet,
        {"addSheet": {"properties": {"sheetId": 77, "title": "Roles", "gridProperties": size}}},
        {"updateCells": cells},
    )
    assert added["addSheet"]["properties"] == {
        "sheetId": 77, "title": "Roles", "index": 3, "sheetType": "GRID", "gridProperties": size,
    }  # fmt: skip
    assert wrote == {}
    assert book.sheet("Roles").values() == [["a", "b", "c"]]
    assert book.sheet("Roles").grid.cell_count == 6


@pytest.mark.parametrize("rows", [1, 2])
def test_not_every_row_can_be_frozen(sheet, book: Book, rows: int):
    size = {"rowCount": rows, "columnCount": 3, "frozenRowCount": rows}
    added = {"addSheet": {"properties": {"title": "Roles", "gridProperties": size}}}
    assert "can't freeze all visible rows" in refusal(sheet, added)
    assert "Roles" not in book.titles


def test_title_and_grid_change_together_under_one_field_mask(sheet, book: Book):
    properties = {"sheetId": book.sheet("Hoja 1").sheet_id, "title": "Roles"}
    properties["gridProperties"] = {"rowCount": 9, "columnCount": 3, "frozenRowCount": 1}
    fields = "title,gridProperties.rowCount,gridProperties.columnCount,gridProperties.frozenRowCount"
    change(sheet, {"updateSheetProperties": {"properties": properties, "fields": fields}})
    assert book.sheet("Roles").as_json(1)["gridProperties"] == properties["gridProperties"]


# updateCells, repeatCell


def test_cells_are_updated_with_what_they_are_and_nothing_is_interpreted(sheet, book: Book):
    values = [{"stringValue": "=1+1"}, {"stringValue": "093"}, {"numberValue": 93}, {"boolValue": False}]
    row = {"values": [{"userEnteredValue": value} for value in [*values, {"formulaValue": "=B2"}]]}
    start = {"sheetId": 0, "rowIndex": 4, "columnIndex": 1}
    change(sheet, {"updateCells": {"start": start, "rows": [row], "fields": "userEnteredValue"}})
    assert book.sheet("Operaciones").values()[4] == ["", "=1+1", "093", 93, False, 0]


def test_only_what_the_field_mask_names_changes_and_what_it_names_without_a_value_is_cleared(sheet, book: Book):
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 0}
    look = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    fields = "userEnteredFormat.textFormat.bold"
    change(sheet, {"updateCells": {"start": start, "rows": [{"values": [look, look, look]}], "fields": fields}})
    assert book.sheet("Operaciones").values()[1][:3] == ["MK-1", 101, 46053]
    assert sheet.worksheet("Operaciones").acell("C2").value == "31-01-2026"

    rows = [{"values": [{}, {"userEnteredValue": {"numberValue": 7}}]}]
    change(sheet, {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
    assert book.sheet("Operaciones").values()[1][:3] == ["", 7, 46053]
    assert "At least one field" in refusal(sheet, {"updateCells": {"start": start, "rows": rows}})


def test_a_range_that_is_updated_is_cleared_where_no_row_is_given(sheet, book: Book):
    span = {**GRID, "startRowIndex": 1, "endRowIndex": 3, "endColumnIndex": 4}
    change(sheet, {"updateCells": {"range": span, "rows": [texts("MK-9")], "fields": "userEnteredValue"}})
    assert [row[:4] for row in book.sheet("Operaciones").values()[1:3]] == [["MK-9", "", "", ""], ["", "", "", ""]]
    rows = [texts("a"), texts("b"), texts("c")]
    too_many = {"updateCells": {"range": span, "rows": rows, "fields": "userEnteredValue"}}
    assert "beyond the last requested row of: 2" in refusal(sheet, too_many)


@pytest.mark.parametrize(("row", "column"), [(1000, 0), (999, 25)])
def test_cells_beyond_the_grid_are_refused(sheet, book: Book, row: int, column: int):
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    cells = {"start": start, "rows": [texts("a", "b")], "fields": "userEnteredValue"}
    assert "in grid[" in refusal(sheet, {"updateCells": cells})


def test_a_formula_that_is_updated_away_is_noted(sheet, book: Book):
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 4}
    change(sheet, {"updateCells": {"start": start, "rows": [texts("x")], "fields": "userEnteredValue"}})
    assert book.overwritten_formulas == ["Operaciones!E2"]


def test_one_format_is_repeated_over_an_open_range(sheet, book: Book):
    cell = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    span = {**GRID, "startRowIndex": 1, "endColumnIndex": 2}
    change(sheet, {"repeatCell": {"range": span, "cell": cell, "fields": "userEnteredFormat(numberFormat)"}})
    sheet.worksheet("Operaciones").update([["007", "008", "009"]], "A900", raw=False)
    assert book.sheet("Operaciones").values()[899] == ["007", "008", 9]
    beyond = {**span, "endColumnIndex": 27}
    message = refusal(sheet, {"repeatCell": {"range": beyond, "cell": cell, "fields": "userEnteredFormat"}})
    assert message.endswith("Range (Operaciones!A2:AA1000) exceeds grid limits. Max rows: 1000, max columns: 26")


# setDataValidation


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ({"type": "ONE_OF_LIST"}, "Wrong number of values for condition type 'ONE_OF_LIST'."),
        ({"type": "BLANK"}, "Condition type 'BLANK' is not supported for data validation."),
        ({}, "Condition type 'None' is not supported for data validation."),
    ],
)
def test_a_validation_that_makes_no_sense_is_refused(sheet, book: Book, condition: dict[str, Any], reason: str):
    asked = {"setDataValidation": {"range": GRID, "rule": {"condition": condition}}}
    assert refusal(sheet, {"setDataValidation": {"range": GRID, "rule": RULE}}, asked).endswith(reason)
    assert book.sheet("Operaciones").validations == []


def test_a_refused_batch_leaves_no_protection_no_validation_and_no_cell_behind(sheet, book: Book):
    cells = {"start": {"sheetId": 0}, "rows": [texts("x")], "fields": "userEnteredValue"}
    refusal(
        sheet,
        {"updateCells": cells},
        {"addProtectedRange": {"protectedRange": {"range": GRID}}},
        {"setDataValidation": {"range": GRID, "rule": RULE}},
        {"deleteSheet": {"sheetId": 12345}},
    )
    operaciones = book.sheet("Operaciones")
    assert (operaciones.protected_ranges, operaciones.validations, operaciones.formats) == ([], [], [])
    assert operaciones.values()[0][0] == "TAG_SPOOL"


# deleteDuplicates


def test_of_rows_alike_in_the_compared_columns_the_first_stays_and_the_rest_move_up_within_the_range(sheet, book):
    rows = [["ID", "n", "x"], ["e1", 1, "a"], ["e2", 2, "b"], ["e1", 3, "c"], ["e3", 4, "d"], ["E2", 5, "e"]]
    filled(sheet, [[*row, f"o{number}"] for number, row in enumerate(rows)])
    [reply] = change(sheet, duplicates([columns(0, 1)], endColumnIndex=3))
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 2}}
    assert book.sheet("Operaciones").values() == [
        ["ID", "n", "x", "o0"],
        ["e1", 1, "a", "o1"],
        ["e2", 2, "b", "o2"],
        ["e3", 4, "d", "o3"],
        ["", "", "", "o4"],
        ["", "", "", "o5"],
    ]
    assert book.sheet("Operaciones").grid.row_count == 1000


def test_rows_outside_the_range_are_neither_compared_nor_moved(sheet, book: Book):
    filled(sheet, [["e1"], ["e2"], ["e2"], ["e3"], ["e1"], ["e2"]])
    change(sheet, duplicates([columns(0, 1)], startRowIndex=1, endRowIndex=4))
    assert book.sheet("Operaciones").values() == [["e1"], ["e2"], ["e3"], [], ["e1"], ["e2"]]


def test_without_compared_columns_all_of_them_are(sheet, book: Book):
    filled(sheet, [["e1", 1], ["e1", 2], ["e1", 1.0], ["1", 1], [1, 1]])
    change(sheet, duplicates())
    assert book.sheet("Operaciones").values() == [["e1", 1], ["e1", 2], ["1", 1], [1, 1]]


def test_blank_rows_between_others_are_alike_and_those_below_the_last_are_none(sheet, book: Book):
    filled(sheet, [["e1"], [""], ["e2"], [""], ["e3"]])
    assert change(sheet, duplicates()) == [{"deleteDuplicates": {"duplicatesRemovedCount": 1}}]
    assert book.sheet("Operaciones").values() == [["e1"], [], ["e2"], ["e3"]]


def test_a_count_of_zero_is_left_out_of_the_answer(sheet):
    filled(sheet, [["e1"], ["e2"]])
    assert change(sheet, duplicates([columns(0, 1)])) == [{"deleteDuplicates": {}}]


def test_compared_columns_outside_the_range_are_refused(sheet, book: Book):
    assert "must be within the range" in refusal(sheet, duplicates([columns(2, 3)], endColumnIndex=2))


# insertDimension, appendDimension


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (
            {"insertDimension": {"range": {**columns(26, 27)}}},
            "range.startIndex[26] must be less than the grid size (26)",
        ),
        ({"insertDimension": {"range": columns(27, 28)}}, "range.startIndex[27] is too large"),
        ({"appendDimension": {"sheetId": 0, "length": 3}}, "No dimension specified."),
        ({"appendDimension": {"sheetId": 0, "dimension": "ROWS"}}, "length[0] must be greater than 0."),
    ],
)
def test_rows_and_columns_that_a_grid_cannot_get_are_refused(sheet, book: Book, request_: dict[str, Any], reason: str):
    assert reason in refusal(sheet, request_)
    assert book.sheet("Operaciones").grid.cell_count == 26_000


def test_a_column_is_inserted_behind_the_last_one_with_the_looks_of_that(sheet, book: Book):
    change(sheet, {"insertDimension": {"range": columns(26, 28), "inheritFromBefore": True}})
    change(sheet, {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 5}})
    assert (book.sheet("Operaciones").grid.row_count, book.sheet("Operaciones").grid.column_count) == (1005, 28)


def test_a_grid_is_never_without_rows_or_columns(sheet, book: Book):
    properties = {"sheetId": 0, "gridProperties": {"columnCount": 0}}
    asked = {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.columnCount"}}
    assert "must be greater than 0" in refusal(sheet, asked)
