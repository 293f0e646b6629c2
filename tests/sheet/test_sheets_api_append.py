"""How the stand-in for the Sheets API appends: which table it finds, where it writes, how the grid grows."""

import gspread
import pytest
from gspread.exceptions import APIError

from tests.sheet.conftest import BOOK
from tests.sheets_api import Book, SheetsApi

ROWS = [["e2", "31-01-2026 08:01:00", "PAUSAR_ARM"], ["e3", "31-01-2026 08:02:00", "TOMAR_ARM"]]
INSERT = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
OVERWRITE = {"valueInputOption": "RAW", "insertDataOption": "OVERWRITE"}


def test_gspread_appends_below_the_table_and_learns_where(sheet: gspread.Spreadsheet, api: SheetsApi):
    answer = sheet.worksheet("Metadata").append_rows(
        ROWS, "RAW", insert_data_option="INSERT_ROWS", table_range="A1:C1", include_values_in_response=True
    )

    assert answer["tableRange"] == "Metadata!A1:C2"
    assert answer["updates"]["updatedRange"] == "Metadata!A3:C4"
    assert answer["updates"]["updatedData"]["values"] == ROWS
    assert (answer["updates"]["updatedRows"], answer["updates"]["updatedCells"]) == (2, 6)
    assert api.office("Metadata").rows()[2:] == ROWS
    assert (api.journal[-1].operation, api.journal[-1].range) == ("values.append", "'Metadata'!A1:C1")


def test_inserting_grows_the_grid_even_where_blank_rows_wait(sheet, book: Book):
    sheet.values_append("Metadata", INSERT, {"values": ROWS})
    assert book.sheet("Metadata").grid.row_count == 1002

    sheet.values_append("Metadata", OVERWRITE, {"values": ROWS})
    assert book.sheet("Metadata").grid.row_count == 1002


def test_inserting_pushes_down_what_is_below_and_overwriting_does_not(sheet, api: SheetsApi):
    office = api.office("Metadata")
    office.set("A4", "suma")
    sheet.values_append("Metadata!A1", INSERT, {"values": [["e2"], ["e3"]]})
    assert [row[0] if row else "" for row in office.rows()] == ["ID", "e1", "e2", "e3", "", "suma"]

    office.set("A8", "pie")
    sheet.values_append("Metadata!A6", OVERWRITE, {"values": [["e4"], ["e5"]]})
    assert [row[0] if row else "" for row in office.rows()][5:] == ["suma", "e4", "e5"]


@pytest.mark.parametrize(
    ("asked", "table", "place"),
    [
        ("Hoja 1", "'Hoja 1'!B4:D6", "'Hoja 1'!B7"),
        ("Hoja 1!C4", "'Hoja 1'!B4:D6", "'Hoja 1'!B7"),
        ("Hoja 1!B2:D4", "'Hoja 1'!B4:D6", "'Hoja 1'!B7"),
        ("Hoja 1!A1", "'Hoja 1'!A1:C2", "'Hoja 1'!A3"),
        ("Hoja 1!E4", None, "'Hoja 1'!E4"),
        ("Hoja 1!A4", None, "'Hoja 1'!A4"),
        ("Hoja 1!H:J", None, "'Hoja 1'!H1"),
    ],
)
def test_the_table_is_the_one_google_documents(sheet, api: SheetsApi, asked, table, place):
    """The two tables of Google's guide to appending values: A1:C2 and B4:D6."""
    office = api.office("Hoja 1")
    office.fill([["x", "y", "z"], ["x", "y", "z"]], "A1")
    office.fill([["x", "y"], ["x", "y", "z"], ["y", "z"]], "B4")

    answer = sheet.values_append(asked, OVERWRITE, {"values": [["new"]]})

    assert answer.get("tableRange") == table
    assert answer["updates"]["updatedRange"] == place


def test_appended_text_is_interpreted_only_where_that_is_asked(sheet, api: SheetsApi):
    for value_input, value in (("RAW", "93"), ("USER_ENTERED", 93)):
        sheet.values_append("Metadata", INSERT | {"valueInputOption": value_input}, {"values": [["93"]]})
        assert api.office("Metadata").rows()[-1] == [value]


def test_an_empty_worksheet_has_no_table_and_is_written_from_its_first_cell(sheet, api: SheetsApi):
    api.office("Metadata").wipe()
    answer = sheet.values_append("Metadata", INSERT, {"values": [["ID"]]})

    assert (answer.get("tableRange"), answer["updates"]["updatedRange"]) == (None, "Metadata!A1")


def test_a_full_grid_grows_by_what_is_appended(sheet, book: Book):
    sheet.worksheet("Metadata").resize(rows=2, cols=3)
    sheet.values_append("Metadata", OVERWRITE, {"values": [["e2", "", "", "four"]]})

    grid = book.sheet("Metadata").grid
    assert (grid.row_count, grid.column_count) == (3, 4)


def test_the_spreadsheet_has_a_limit_of_cells_and_a_refused_append_changes_nothing(sheet, book: Book):
    assert book.cell_limit == 10_000_000
    book.cell_limit = book.cell_count + 26
    sheet.values_append("Metadata", INSERT, {"values": ROWS[:1]})
    with pytest.raises(APIError) as error:
        sheet.values_append("Metadata", INSERT, {"values": ROWS[1:]})

    assert "above the limit of" in error.value.error["message"]
    assert error.value.code == 400
    assert len(book.sheet("Metadata").values()) == 3
    with pytest.raises(APIError, match=r"Invalid requests\[0\].addSheet: This action would increase"):
        sheet.add_worksheet("Metadata 2", rows=1, cols=1)


def test_appended_rows_have_the_number_formats_of_the_row_above(sheet, api: SheetsApi):
    sheet.values_append("Operaciones!A1:F3", INSERT, {"values": [["MK-4", 1, 46053]]})
    assert sheet.values_get("Operaciones!A5:C5")["values"] == [["MK-4", "1", "46053"]]

    api.office("Operaciones").set("C5", None)
    api.office("Operaciones").delete_rows(4, 2)
    sheet.values_append("Operaciones", INSERT, {"values": [["MK-5", 1, 46053]]})
    assert sheet.values_get("Operaciones!A4:C4")["values"] == [["MK-5", "1", "31-01-2026 00:00:00"]]
    assert BOOK in api.journal[-1].path
