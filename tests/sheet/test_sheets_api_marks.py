"""What the stand-in does with a spreadsheet's developer metadata, asked by the real gspread over HTTP."""

from typing import Any

import gspread
import pytest
from gspread.exceptions import APIError

from tests.sheets_api import Book

LOCATION = {"spreadsheet": True}
MARK = {"metadataId": 77, "metadataKey": "spool-kiosk", "metadataValue": "a", "location": LOCATION}
CREATE = {"createDeveloperMetadata": {"developerMetadata": {**MARK, "visibility": "DOCUMENT"}}}


def change(sheet: gspread.Spreadsheet, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    return sheet.batch_update({"requests": list(requests)})["replies"]


def marks(sheet: gspread.Spreadsheet) -> dict[str, Any]:
    return sheet.fetch_sheet_metadata({"fields": "properties.title,developerMetadata(metadataId,metadataValue)"})


def updated(value: str, number: int = 77) -> dict[str, Any]:
    lookup = {"developerMetadataLookup": {"metadataId": number}}
    given = {"metadataKey": "other", "metadataValue": value}
    asked = {"dataFilters": [lookup], "developerMetadata": given, "fields": "metadataValue"}
    return {"updateDeveloperMetadata": asked}


def deleted(**lookup: object) -> dict[str, Any]:
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def test_a_mark_is_created_read_updated_and_deleted(sheet: gspread.Spreadsheet):
    assert marks(sheet) == {"properties": {"title": "Planta"}}

    [reply] = change(sheet, CREATE)
    created = reply["createDeveloperMetadata"]["developerMetadata"]
    assert created == {**MARK, "visibility": "DOCUMENT", "location": {"locationType": "SPREADSHEET", **LOCATION}}
    assert marks(sheet)["developerMetadata"] == [{"metadataId": 77, "metadataValue": "a"}]

    [reply] = change(sheet, updated("b"))
    assert reply == {"updateDeveloperMetadata": {"developerMetadata": [{**created, "metadataValue": "b"}]}}
    assert marks(sheet)["developerMetadata"] == [{"metadataId": 77, "metadataValue": "b"}]

    [reply] = change(sheet, deleted(metadataKey="spool-kiosk", metadataValue="b"))
    assert reply["deleteDeveloperMetadata"]["deletedDeveloperMetadata"] == [{**created, "metadataValue": "b"}]
    assert "developerMetadata" not in marks(sheet)


def test_of_two_who_create_the_same_mark_the_second_is_refused_with_all_it_asked_for(sheet, book: Book):
    change(sheet, CREATE)
    cells = {"start": {"sheetId": 0}, "rows": [{"values": [{}]}], "fields": "userEnteredValue"}
    with pytest.raises(APIError, match=r"Cannot add developer metadata with ID \[77\]") as error:
        change(sheet, {"updateCells": cells}, updated("c"), CREATE)
    assert error.value.code == 400
    assert marks(sheet)["developerMetadata"] == [{"metadataId": 77, "metadataValue": "a"}]
    assert book.sheet("Operaciones").values()[0][0] == "TAG_SPOOL"


def test_a_filter_that_finds_no_mark_changes_none_and_says_so(sheet: gspread.Spreadsheet):
    change(sheet, CREATE)
    assert change(sheet, updated("b", 78), deleted(metadataId=78)) == [
        {"updateDeveloperMetadata": {}}, {"deleteDeveloperMetadata": {}},
    ]  # fmt: skip
    assert marks(sheet)["developerMetadata"] == [{"metadataId": 77, "metadataValue": "a"}]


@pytest.mark.parametrize("lacking", ["metadataKey", "visibility", "location"])
def test_a_mark_without_key_visibility_or_location_is_refused(sheet, lacking: str):
    given = {name: value for name, value in {**MARK, "visibility": "DOCUMENT"}.items() if name != lacking}
    with pytest.raises(APIError, match="must"):
        change(sheet, {"createDeveloperMetadata": {"developerMetadata": given}})
    assert "developerMetadata" not in marks(sheet)
