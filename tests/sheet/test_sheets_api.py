"""What the stand-in for the Sheets API reads and writes, asked by the real gspread over HTTP."""

from pathlib import Path

import gspread
import pytest
import requests
from gspread.exceptions import APIError, SpreadsheetNotFound, WorksheetNotFound
from gspread.utils import ValidationConditionType

from tests.sheet.conftest import BOOK
from tests.sheets_api import Book, SheetsApi, client_at

UNFORMATTED = {"valueRenderOption": "UNFORMATTED_VALUE"}
RAW = {"valueInputOption": "RAW"}


def refusal(error: pytest.ExceptionInfo[APIError]) -> tuple[int, str]:
    return error.value.code, error.value.error["message"]


def test_opening_asks_once_and_names_title_locale_and_worksheets(api: SheetsApi, sheet: gspread.Spreadsheet):
    assert (api.count(), api.journal[0].operation, api.journal[0].kind) == (1, "spreadsheets.get", "read")
    assert (sheet.title, sheet.locale, sheet.timezone) == ("Planta", "es_CL", "America/Santiago")
    assert [worksheet.title for worksheet in sheet.worksheets()] == ["Operaciones", "Hoja 1", "Metadata"]


def test_no_request_carries_credentials_and_none_goes_anywhere_else(client: gspread.Client, api: SheetsApi):
    client.open_by_key(BOOK)
    with pytest.raises(requests.exceptions.InvalidURL, match=r"www\.googleapis\.com"):
        client.open("Planta")

    assert [request.authorization for request in api.journal] == [None]


def test_a_netrc_adds_no_credentials(api: SheetsApi, client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client.open_by_key(BOOK)

    assert api.journal[-1].authorization is None


def test_a_base_address_may_end_in_a_slash_and_have_a_path(api: SheetsApi):
    client = client_at(f"{api.url}/google/")
    with client.http_client.session:
        assert client.open_by_key(BOOK).title == "Planta"


def test_metadata_obeys_the_field_mask(client: gspread.Client):
    answer = client.http_client.spreadsheets_get(BOOK, {"fields": "sheets(properties(title,gridProperties/rowCount))"})

    assert answer["sheets"][1] == {"properties": {"title": "Hoja 1", "gridProperties": {"rowCount": 1000}}}
    assert list(answer) == ["sheets"]


def test_metadata_has_cells_when_they_are_asked_for(client: gspread.Client):
    answer = client.http_client.spreadsheets_get(BOOK, {"includeGridData": "true", "ranges": ["Operaciones!C2:E2"]})

    [described] = answer["sheets"]
    [data] = described["data"]
    assert (data["startRow"], data["startColumn"]) == (1, 2)
    fecha, _, avance = data["rowData"][0]["values"]
    assert (fecha["effectiveValue"], fecha["formattedValue"]) == ({"numberValue": 46053}, "31-01-2026")
    assert avance["userEnteredValue"] == {"formulaValue": "=B2/2"}


@pytest.mark.parametrize(
    ("value_option", "date_option", "row"),
    [
        ("FORMATTED_VALUE", None, ["MK-1", "101", "31-01-2026", "MR(93)", "50,5", "VERDADERO"]),
        ("UNFORMATTED_VALUE", None, ["MK-1", 101, 46053, "MR(93)", 50.5, True]),
        ("UNFORMATTED_VALUE", "FORMATTED_STRING", ["MK-1", 101, "31-01-2026", "MR(93)", 50.5, True]),
        ("FORMULA", "SERIAL_NUMBER", ["MK-1", 101, 46053, "MR(93)", "=B2/2", True]),
    ],
)
def test_cells_are_shown_as_the_render_options_say(sheet, value_option, date_option, row):
    params = {"valueRenderOption": value_option, "dateTimeRenderOption": date_option}

    assert sheet.values_get("Operaciones!A2:F2", params)["values"] == [row]


def test_a_date_with_a_time_has_a_fraction_and_shows_its_time(sheet):
    assert sheet.values_get("Operaciones!C3", UNFORMATTED)["values"] == [[46054 + 0.5 + 1 / 48]]
    assert sheet.values_get("Operaciones!C3")["values"] == [["01-02-2026 12:30:00"]]


def test_without_options_values_are_formatted(sheet):
    assert sheet.worksheet("Operaciones").acell("B3").value == "102,5"


@pytest.mark.parametrize(
    ("asked", "answered", "values"),
    [
        ("Operaciones!B:B", "Operaciones!B1:B1000", [["OT"], [101], [102.5]]),
        ("Operaciones!A3:A", "Operaciones!A3:A1000", [["MK-2"], ["MK-3"]]),
        ("Operaciones!A4:Z", "Operaciones!A4:Z1000", [["MK-3"]]),
        ("Operaciones!2:3", "Operaciones!A2:Z3", None),
        ("'Hoja 1'!A1", "'Hoja 1'!A1", [["a"]]),
        ("'Hoja 1'", "'Hoja 1'!A1:Z1000", [["a"]]),
        ("Hoja 1", "'Hoja 1'!A1:Z1000", [["a"]]),
        ("A1", "Operaciones!A1", [["TAG_SPOOL"]]),
        ("Operaciones!$A$1:ZZ1", "Operaciones!A1:Z1", None),
    ],
)
def test_ranges_are_read_as_google_reads_them(sheet, asked, answered, values):
    answer = sheet.values_get(asked, UNFORMATTED)

    assert answer["range"] == answered
    assert values is None or answer["values"] == values


def test_blank_ends_are_omitted_and_gaps_are_kept(sheet):
    sheet.values_update("Hoja 1!A1:C4", RAW, {"values": [["a", "", "c"], ["", ""], ["x", "", ""], [""]]})

    assert sheet.values_get("Hoja 1")["values"] == [["a", "", "c"], [], ["x"]]
    assert sheet.values_get("Hoja 1", {"majorDimension": "COLUMNS"})["values"] == [["a", "", "x"], [], ["c"]]
    assert "values" not in sheet.values_get("Hoja 1!D1:F9")


def test_a_formula_that_shows_nothing_is_not_blank(sheet):
    assert sheet.values_get("Operaciones!E1:E", UNFORMATTED)["values"] == [["Avance"], [50.5], [""]]


def test_one_batch_reads_many_ranges_in_their_order(sheet, api: SheetsApi):
    answer = sheet.values_batch_get(["Metadata!A:A", "Hoja 1"], UNFORMATTED)

    assert [part["values"] for part in answer["valueRanges"]] == [[["ID"], ["e1"]], [["a"]]]
    assert (api.journal[-1].operation, api.journal[-1].query["ranges"]) == (
        "values.batchGet", ["Metadata!A:A", "Hoja 1"],
    )  # fmt: skip


@pytest.mark.parametrize("text", ["Nada!A1", "Nada", "Operaciones!", "Operaciones!A0", "'Hoja 1!A1", "Operaciones!A1:"])
def test_an_unknown_range_cannot_be_parsed(sheet, text):
    with pytest.raises(APIError) as error:
        sheet.values_get(text)

    assert refusal(error) == (400, f"Unable to parse range: {text}")
    assert error.value.error["status"] == "INVALID_ARGUMENT"


def test_a_range_beyond_the_grid_is_refused_with_its_size(sheet):
    with pytest.raises(APIError) as error:
        sheet.values_get("'Hoja 1'!A1001:B")

    assert refusal(error) == (400, "Range ('Hoja 1'!A1001:B) exceeds grid limits. Max rows: 1000, max columns: 26")


def test_raw_text_stays_what_it_is(sheet):
    sheet.values_update("Hoja 1!A1", RAW, {"values": [["=1+1", "93", "31-01-2026", "'a", 93, True, 12.0]]})

    assert sheet.values_get("Hoja 1", {"valueRenderOption": "FORMULA"})["values"] == [
        ["=1+1", "93", "31-01-2026", "'a", 93, True, 12]
    ]


def test_user_entered_text_becomes_what_a_person_would_get(sheet):
    typed = ["=1+1", "1.093,5", "31-01-2026", "'93", "12E5", "verdadero", "MK-1", "31/02/2026"]
    sheet.values_update("Hoja 1!A1", {"valueInputOption": "USER_ENTERED"}, {"values": [typed]})

    assert sheet.values_get("Hoja 1", {"valueRenderOption": "FORMULA"})["values"] == [
        ["=1+1", 1093.5, 46053, "93", 1_200_000, True, "MK-1", "31/02/2026"]
    ]


def test_a_cell_with_the_text_format_keeps_what_is_typed_as_text(sheet):
    worksheet = sheet.worksheet("Hoja 1")
    worksheet.format("A1:A2", {"numberFormat": {"type": "TEXT"}})
    worksheet.update([["0093"], ["=1"]], "A1", raw=False)

    assert sheet.values_get("Hoja 1", {"valueRenderOption": "FORMULA"})["values"] == [["0093"], ["=1"]]


def test_null_leaves_a_cell_alone_and_an_empty_text_clears_it(sheet):
    answer = sheet.values_update("Operaciones!A2:C2", RAW, {"values": [[None, "", 7]]})

    assert answer == {
        "spreadsheetId": BOOK, "updatedRange": "Operaciones!A2:C2",
        "updatedRows": 1, "updatedColumns": 3, "updatedCells": 2,
    }  # fmt: skip
    assert sheet.values_get("Operaciones!A2:C2")["values"] == [["MK-1", "", "06-01-1900"]]


def test_values_that_do_not_fit_their_range_are_refused(sheet, book: Book):
    for values, place in (([["a"], ["b"]], "row [2]"), ([["a", "b", "c"]], "column [C]")):
        with pytest.raises(APIError) as error:
            sheet.values_update("Metadata!A1:B1", RAW, {"values": values})
        assert refusal(error) == (400, f"Requested writing within range [Metadata!A1:B1], but tried writing to {place}")

    assert book.sheet("Metadata").values()[0] == ["ID", "Timestamp", "Evento_Tipo"]


def test_a_batch_of_values_is_written_as_a_whole_or_not_at_all(sheet, book: Book):
    good, bad = {"range": "Operaciones!D3", "values": [["JP(94)"]]}, {"range": "Nada!A1", "values": [["x"]]}
    with pytest.raises(APIError):
        sheet.values_batch_update({"valueInputOption": "RAW", "data": [good, bad]})
    long = {"range": "Operaciones!A1", "values": [["x" * 50_001]]}
    with pytest.raises(APIError):
        sheet.values_batch_update({"valueInputOption": "RAW", "data": [good, long]})
    assert book.sheet("Operaciones").values()[2][3] == ""

    turned = {"range": "Operaciones!A3:B3", "majorDimension": "COLUMNS", "values": [["MK-2b"], [7]]}
    answer = sheet.values_batch_update({"valueInputOption": "RAW", "data": [good, turned]})

    assert book.sheet("Operaciones").values()[2][:4] == ["MK-2b", 7, 46054 + 0.5 + 1 / 48, "JP(94)"]
    assert (answer["totalUpdatedCells"], answer["totalUpdatedSheets"]) == (3, 1)
    assert [part["updatedRange"] for part in answer["responses"]] == ["Operaciones!D3", "Operaciones!A3:B3"]


def test_a_value_written_over_a_formula_is_noted(sheet, book: Book):
    sheet.values_update("Operaciones!D2:E2", RAW, {"values": [["JP(94)", None]]})
    assert book.overwritten_formulas == []

    sheet.values_update("Operaciones!D2:E2", RAW, {"values": [["JP(94)", 1]]})
    assert book.overwritten_formulas == ["Operaciones!E2"]


def test_the_input_option_is_required(sheet):
    with pytest.raises(APIError) as error:
        sheet.values_update("Metadata!A1", {}, {"values": [["a"]]})

    assert refusal(error) == (400, "'valueInputOption' is required but not specified")


def test_a_cell_holds_50000_characters(sheet):
    sheet.values_update("Hoja 1!A1", RAW, {"values": [["x" * 50_000]]})
    with pytest.raises(APIError, match="more than the maximum of 50000 characters"):
        sheet.values_update("Hoja 1!A1", RAW, {"values": [["x" * 50_001]]})


def test_clearing_keeps_formats(sheet, book: Book):
    assert sheet.values_clear("Operaciones!C2:C")["clearedRange"] == "Operaciones!C2:C1000"
    answer = sheet.values_batch_clear(body={"ranges": ["Metadata!A2:C2", "'Hoja 1'!A1"]})
    assert answer["clearedRanges"] == ["Metadata!A2:C2", "'Hoja 1'!A1"]

    sheet.values_update("Operaciones!C2", RAW, {"values": [[46053]]})
    assert sheet.values_get("Operaciones!C2")["values"] == [["31-01-2026"]]
    assert book.sheet("Hoja 1").values() == []


def test_validation_formats_frozen_rows_and_sheet_size_are_kept(sheet, book: Book):
    worksheet = sheet.add_worksheet("Roles", rows=10, cols=3)
    worksheet.freeze(rows=1)
    worksheet.add_validation("B2:B10", ValidationConditionType.one_of_list, ["Armador", "Soldador"])
    worksheet.format("C2:C10", {"numberFormat": {"type": "DATE", "pattern": "dd-mm-yyyy"}})
    worksheet.update([[46053]], "C2")

    roles = book.sheet("Roles")
    assert roles.as_json(3)["gridProperties"] == {"rowCount": 10, "columnCount": 3, "frozenRowCount": 1}
    assert roles.validations[0]["range"]["startRowIndex"] == 1
    assert worksheet.acell("C2").value == "31-01-2026"


def test_a_bad_request_undoes_the_good_ones_before_it(sheet, book: Book):
    insert = {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}
    taken = {"properties": {"title": "Metadata"}}
    with pytest.raises(APIError) as error:
        sheet.batch_update({"requests": [{"insertDimension": insert}, {"addSheet": taken}]})

    assert refusal(error)[1].startswith('Invalid requests[1].addSheet: A sheet with the name "Metadata" already')
    assert book.sheet("Operaciones").values()[0][0] == "TAG_SPOOL"


def test_rows_and_columns_are_inserted_moved_and_deleted(sheet):
    worksheet = sheet.worksheet("Metadata")
    columns = {"sheetId": worksheet.id, "dimension": "COLUMNS"}
    worksheet.insert_row(["x"], index=2)
    worksheet.insert_cols([["new"]], col=2)
    sheet.batch_update(
        {"requests": [{"moveDimension": {"source": columns | {"startIndex": 0, "endIndex": 1}, "destinationIndex": 3}}]}
    )
    assert worksheet.get_all_values()[:2] == [["new", "Timestamp", "ID", "Evento_Tipo"], ["", "", "x", ""]]

    worksheet.delete_rows(2)
    worksheet.delete_columns(1)
    assert worksheet.get_all_values()[1] == ["31-01-2026 08:00:00", "e1", "TOMAR_ARM"]
    assert (worksheet.row_count, worksheet.col_count) == (1000, 26)


def test_worksheets_are_renamed_and_deleted_but_never_the_last(sheet):
    sheet.worksheet("Hoja 1").update_title("Roles")
    sheet.del_worksheet(sheet.worksheet("Metadata"))
    sheet.del_worksheet(sheet.worksheet("Operaciones"))
    with pytest.raises(APIError, match="can't remove all the sheets"):
        sheet.del_worksheet(sheet.worksheet("Roles"))
    with pytest.raises(WorksheetNotFound):
        sheet.worksheet("Metadata")


def test_a_request_that_there_is_not_is_refused(sheet):
    with pytest.raises(APIError, match=r"Unknown name .*inventDimension"):
        sheet.batch_update({"requests": [{"inventDimension": {}}]})


def test_an_unknown_spreadsheet_is_not_found(client: gspread.Client):
    with pytest.raises(SpreadsheetNotFound):
        client.open_by_key("nada")


def test_a_spreadsheet_that_is_not_shared_is_forbidden(client: gspread.Client, book: Book):
    book.access = None
    with pytest.raises(PermissionError) as error:
        client.open_by_key(BOOK)
    assert "The caller does not have permission" in str(error.value.__cause__)

    book.access = "reader"
    sheet = client.open_by_key(BOOK)
    with pytest.raises(APIError, match=r"\[403\]"):
        sheet.values_clear("Metadata")


def test_an_api_that_is_off_says_so(client: gspread.Client, api: SheetsApi):
    api.enabled = False
    with pytest.raises(APIError) as error:
        client.http_client.fetch_sheet_metadata(BOOK)

    assert error.value.error["details"][-1]["reason"] == "SERVICE_DISABLED"
    assert refusal(error)[0] == 403


def test_bad_credentials_are_unauthenticated(client: gspread.Client, api: SheetsApi):
    api.authorized = False
    with pytest.raises(APIError) as error:
        client.open_by_key(BOOK)

    assert (error.value.code, error.value.error["status"]) == (401, "UNAUTHENTICATED")
