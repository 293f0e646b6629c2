"""Protected ranges in the stand-in: requests by the real gspread over HTTP, and what they keep people from doing."""

from collections.abc import Callable
from typing import Any

import gspread
import pytest
from gspread.exceptions import APIError

from tests.sheets_api import SERVICE_ACCOUNT, Book, Office, ProtectedError

ONLY_US = {"users": [SERVICE_ACCOUNT]}
WARNING = {"range": {"sheetId": 0, "startColumnIndex": 3, "endColumnIndex": 4}, "warningOnly": True}


def change(sheet: gspread.Spreadsheet, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    return sheet.batch_update({"requests": list(requests)})["replies"]


def refusal(sheet: gspread.Spreadsheet, request: dict[str, Any]) -> str:
    with pytest.raises(APIError) as error:
        change(sheet, request)
    assert error.value.code == 400
    return error.value.error["message"].partition(": ")[2]


def protect(sheet: gspread.Spreadsheet, **protection: Any) -> int:
    [reply] = change(sheet, {"addProtectedRange": {"protectedRange": protection}})
    return reply["addProtectedRange"]["protectedRange"]["protectedRangeId"]


def protections(sheet: gspread.Spreadsheet) -> dict[str, list[dict[str, Any]]]:
    fields = "sheets.properties.title,sheets.protectedRanges(protectedRangeId,range,warningOnly,editors)"
    answer = sheet.fetch_sheet_metadata({"fields": fields})
    return {one["properties"]["title"]: one.get("protectedRanges", []) for one in answer["sheets"]}


def test_a_warning_keeps_nobody_out_and_the_first_worksheets_id_is_left_out_as_zeros_are(sheet, book: Book):
    number = protect(sheet, **WARNING)
    [described] = protections(sheet)["Operaciones"]
    assert (described["protectedRangeId"], described["warningOnly"]) == (number, True)
    assert described["range"] == {"startColumnIndex": 3, "endColumnIndex": 4}

    Office(book.sheet("Operaciones")).set("D2", "JP(94)")
    assert book.sheet("Operaciones").values()[1][3] == "JP(94)"


@pytest.mark.parametrize(
    ("protection", "reason"),
    [
        ({**WARNING, "editors": ONLY_US}, "ProtectedRange is warningOnly. Editors cannot be set on it."),
        ({"range": {"sheetId": 0}, "editors": {"users": ["a@b.c"]}}, "You can't remove yourself as an editor."),
        ({"editors": ONLY_US}, "Must specify exactly one of range or namedRangeId."),
        ({"range": {"sheetId": 0, "endColumnIndex": 27}}, "Range (Operaciones!A1:AA1000) exceeds grid limits."),
    ],
)
def test_a_protection_that_makes_no_sense_is_refused(sheet, protection: dict[str, Any], reason: str):
    assert refusal(sheet, {"addProtectedRange": {"protectedRange": protection}}).startswith(reason)


def test_a_second_protection_of_the_same_cells_is_refused(sheet: gspread.Spreadsheet):
    whole = {"range": {"sheetId": 0}, "editors": ONLY_US}
    protect(sheet, **WARNING)
    protect(sheet, **whole)
    assert "identical protection" in refusal(sheet, {"addProtectedRange": {"protectedRange": WARNING}})
    message = refusal(sheet, {"addProtectedRange": {"protectedRange": whole}})
    assert message == 'Sheet "Operaciones" already has sheet protection.'


@pytest.mark.parametrize(
    "edit",
    [
        lambda office: office.set("A2", "x"),
        lambda office: office.type_in("Z999", "x"),
        lambda office: office.rename_header("TAG_SPOOL", "x"),
        lambda office: office.insert_rows(1),
        lambda office: office.delete_rows(900),
        lambda office: office.move_columns("A", before="D"),
        lambda office: office.sort("TAG_SPOOL"),
        lambda office: office.wipe(),
        lambda office: office.rename("x"),
        lambda office: office.delete(),
    ],
)
def test_a_protected_worksheet_is_its_editors_and_the_proprietors_alone(
    sheet, book: Book, edit: Callable[[Office], None]
):
    operaciones = book.sheet("Operaciones")
    before = operaciones.values()
    protect(sheet, range={"sheetId": 0}, editors=ONLY_US)
    [described] = protections(sheet)["Operaciones"]
    assert described["editors"]["users"] == [book.proprietor, SERVICE_ACCOUNT]

    with pytest.raises(ProtectedError, match="protected cell or object"):
        edit(Office(operaciones))
    assert (operaciones.values(), operaciones.title, operaciones in book.sheets) == (before, "Operaciones", True)
    Office(book.sheet("Hoja 1")).set("A1", "x")
    sheet.worksheet("Operaciones").update([["by the service account"]], "A5", raw=True)
    edit(Office(operaciones, proprietor=True))


def test_without_editors_everybody_is_one_and_with_an_empty_list_only_those_who_always_are(sheet, book: Book):
    office = Office(book.sheet("Operaciones"))
    number = protect(sheet, range={"sheetId": 0})
    office.set("A2", "x")

    given = {"protectedRangeId": number, "editors": {"users": []}}
    assert change(sheet, {"updateProtectedRange": {"protectedRange": given, "fields": "editors"}}) == [{}]
    with pytest.raises(ProtectedError):
        office.set("A2", "y")

    assert change(sheet, {"deleteProtectedRange": {"protectedRangeId": number}}) == [{}]
    office.set("A2", "z")
    missing = {"deleteProtectedRange": {"protectedRangeId": number}}
    assert refusal(sheet, missing) == f"No protected range with id: {number}"


def test_a_lock_of_some_cells_leaves_the_others_and_moves_with_its_cells(sheet, book: Book):
    office = Office(book.sheet("Operaciones"))
    protect(sheet, range={"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "endColumnIndex": 2}, editors=ONLY_US)
    office.insert_columns("A")
    office.insert_rows(2)
    office.set("A3", "free")
    office.set("B5", "free")
    for refused in (lambda: office.set("B3", "x"), lambda: office.insert_rows(4), lambda: office.delete_columns("C")):
        with pytest.raises(ProtectedError):
            refused()
    assert protections(sheet)["Operaciones"][0]["range"] == {
        "startRowIndex": 2, "endRowIndex": 4, "startColumnIndex": 1, "endColumnIndex": 3,
    }  # fmt: skip

    Office(book.sheet("Operaciones"), proprietor=True).delete_rows(1, 6)
    assert protections(sheet)["Operaciones"] == []


def test_a_warning_becomes_a_lock_of_everybodys_until_editors_are_named(sheet, book: Book):
    office, number = Office(book.sheet("Operaciones")), protect(sheet, **WARNING)
    lock = {"protectedRangeId": number, "warningOnly": False, "editors": ONLY_US}
    change(sheet, {"updateProtectedRange": {"protectedRange": lock, "fields": "warningOnly"}})
    office.set("D2", "x")

    change(sheet, {"updateProtectedRange": {"protectedRange": lock, "fields": "warningOnly,editors.users"}})
    with pytest.raises(ProtectedError):
        office.set("D2", "y")
