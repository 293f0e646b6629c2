"""Lookup formulas in the stand-in: what they show over HTTP, and what the office's edits make of them."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import gspread
import pytest
from gspread.exceptions import APIError

from tests.sheets_api import Book, Office, SheetsApi, client_at

BRACES = '={"Armador"; ARRAYFORMULA(IF(B2:B="";"";IFERROR(VLOOKUP(B2:B;Taller!$A:$I;2;FALSE);"")))}'
BY_ROW = (
    '=ARRAYFORMULA(IF(ROW(B1:B)=ROW(B1);"Armador";IF(B1:B="";"";IFNA(VLOOKUP(B1:B;Taller!$A:$I;2;FALSE);""))))'
)  # fmt: skip
OPERACIONES = [
    ["OT", "TAG_SPOOL", "Nota", None], [7, "MK-3", "c"], [5, "mk-1", "a"], [6, None, None], [9, "MK-9", "z"],
    [8, "MK-2", "b"],
]  # fmt: skip
TALLER = [
    ["TAG_SPOOL", "Armador", "Fecha"],
    ["MK-1", "MR(93)", date(2026, 1, 31)],
    ["MK-2", "JP(94)"],
    ["MK-3"],
    ["MK-1", "twice"],
]
WHO = {"mk-1": "MR(93)", "MK-2": "JP(94)", "MK-3": "", "MK-9": ""}
Desk = tuple[gspread.Spreadsheet, Office, Office]
Edit = Callable[[Office, Office], object]


@pytest.fixture
def book(api: SheetsApi) -> Book:
    return api.add_book("lookups", {"Operaciones": OPERACIONES, "Taller": TALLER})


@pytest.fixture
def sheet(api: SheetsApi, book: Book) -> Iterator[gspread.Spreadsheet]:
    client = client_at(api.url)
    with client.http_client.session:
        yield client.open_by_key(book.id)


@pytest.fixture
def operaciones(book: Book) -> Office:
    return Office(book.sheet("Operaciones"))


@pytest.fixture
def taller(book: Book) -> Office:
    return Office(book.sheet("Taller"), proprietor=True)


@pytest.fixture
def desk(sheet: gspread.Spreadsheet, operaciones: Office, taller: Office) -> Desk:
    return sheet, operaciones, taller


def write(sheet: gspread.Spreadsheet, formula: str, column: int = 3) -> None:
    cell = {"values": [{"userEnteredValue": {"formulaValue": formula}}]}
    start = {"sheetId": 0, "rowIndex": 0, "columnIndex": column}
    sheet.batch_update({"requests": [{"updateCells": {"start": start, "rows": [cell], "fields": "userEnteredValue"}}]})


def read(sheet: gspread.Spreadsheet, cells: str, option: str = "UNFORMATTED_VALUE") -> list[Any]:
    """The first column of the cells."""
    [answer] = sheet.values_batch_get([f"Operaciones!{cells}"], {"valueRenderOption": option})["valueRanges"]
    return [row[0] if row else None for row in answer.get("values", [])]


def shown(office: Office) -> dict[str, object]:
    return {str(record["TAG_SPOOL"]): record["Armador"] for record in office.records() if record["TAG_SPOOL"]}


@pytest.mark.parametrize("formula", [BRACES, BY_ROW, BY_ROW.replace("IFNA", " ifna ").replace(";", " ;\n ")])
def test_a_lookup_spills_down_its_column_whatever_its_whitespace(sheet, book: Book, formula: str):
    write(sheet, formula)
    assert read(sheet, "D:D")[:7] == ["Armador", "", "MR(93)", "", "", "JP(94)", ""]
    assert len(read(sheet, "D1:D")) == 1000
    assert read(sheet, "D3:D3", "FORMATTED_VALUE") == ["MR(93)"]
    assert read(sheet, "D:D", "FORMULA") == [formula]
    assert [row[1:] for row in book.sheet("Operaciones").values()[2:4]] == [["mk-1", "a", "MR(93)"], ["", "", ""]]


def test_dates_are_found_as_numbers_and_a_number_is_not_found_as_text(sheet, operaciones: Office, taller: Office):
    write(sheet, BRACES.replace(";2;", ";3;"))
    taller.set("A3", 101)
    operaciones.set("B2", "101")
    operaciones.set("B4", 101)
    taller.set("C3", 12.5)
    assert read(sheet, "D2:D4") == ["", 46053, 12.5]


def test_a_cell_that_spills_shows_a_value_and_has_none_of_its_own(sheet: gspread.Spreadsheet):
    write(sheet, BRACES)
    answer = sheet.fetch_sheet_metadata({"includeGridData": "true", "ranges": ["Operaciones!D1:D3"]})
    header, *_, found = [row["values"][0] for row in answer["sheets"][0]["data"][0]["rowData"]]
    assert header["userEnteredValue"] == {"formulaValue": BRACES}
    assert header["effectiveValue"] == {"stringValue": "Armador"}
    assert found == {"effectiveValue": {"stringValue": "MR(93)"}, "formattedValue": "MR(93)"}


def test_what_was_written_to_the_table_shows_at_the_next_read(sheet: gspread.Spreadsheet, taller: Office):
    write(sheet, BRACES)
    sheet.worksheet("Taller").update([["CP(95)"]], "B2", raw=True)
    taller.fill([["MK-9", "MR(93)"]], "A7")
    assert read(sheet, "D2:D6") == ["", "CP(95)", "", "MR(93)", "JP(94)"]


@pytest.mark.parametrize("formula", [BRACES, BY_ROW])
@pytest.mark.parametrize(
    ("edit", "keys", "table"),
    [
        (lambda office, _: office.sort("TAG_SPOOL", descending=True), "B2:B", "Taller!$A:$I"),
        (lambda office, _: office.sort("Armador"), "B2:B", "Taller!$A:$I"),
        (lambda office, _: office.insert_rows(4, 3), "B2:B", "Taller!$A:$I"),
        (lambda office, _: office.delete_rows(4, 2), "B2:B", "Taller!$A:$I"),
        (lambda office, _: office.move_rows(3, before=7), "B2:B", "Taller!$A:$I"),
        (lambda office, _: office.insert_rows(1), "B3:B", "Taller!$A:$I"),
        (lambda office, _: office.insert_columns("A"), "C2:C", "Taller!$A:$I"),
        (lambda office, _: office.insert_columns("B", 2), "D2:D", "Taller!$A:$I"),
        (lambda office, _: office.insert_columns("E"), "B2:B", "Taller!$A:$I"),
        (lambda office, _: office.delete_columns("A"), "A2:A", "Taller!$A:$I"),
        (lambda office, _: office.move_columns("B", before="G"), "F2:F", "Taller!$A:$I"),
        (lambda office, _: office.move_columns("D", before="A"), "C2:C", "Taller!$A:$I"),
        (lambda _, taller: taller.sort("Armador"), "B2:B", "Taller!$A:$I"),
        (lambda _, taller: taller.insert_columns("A"), "B2:B", "Taller!$B:$J"),
        (lambda _, taller: taller.insert_columns("C", 2), "B2:B", "Taller!$A:$K"),
        (lambda _, taller: taller.delete_columns("H", 5), "B2:B", "Taller!$A:$G"),
        (lambda _, taller: taller.move_columns("C", before="H"), "B2:B", "Taller!$A:$I"),
        (lambda _, taller: taller.insert_rows(1, 2), "B2:B", "Taller!$A:$I"),
        (lambda _, taller: taller.rename("Taller d'hoy"), "B2:B", "'Taller d''hoy'!$A:$I"),
        (lambda office, _: office.rename("Taller 2"), "B2:B", "Taller!$A:$I"),
    ],
)
def test_whatever_the_office_edits_each_row_shows_what_its_tag_has(
    desk: Desk, formula: str, edit: Edit, keys: str, table: str
):
    sheet, operaciones, taller = desk
    write(sheet, formula)
    edit(operaciones, taller)

    # As one sheet sees it whose header is in its first row.
    while not any(operaciones.rows()[0]):
        operaciones.delete_rows(1)
        keys = keys.replace("3", "2")
    assert len(shown(operaciones)) >= 3
    assert {**WHO, **shown(operaciones)} == WHO
    column = operaciones.column("Armador")
    expected = BRACES.replace("B2:B", keys) if formula == BRACES else BY_ROW.replace("B1:B", keys.replace("2", "1"))
    expected = expected.replace("ROW(B1)", f"ROW({keys[0]}1)").replace("Taller!$A:$I", table)
    assert operaciones.cell(f"{column}1").formula == expected


def test_a_row_right_below_the_header_moves_the_keys_in_braces_away_from_their_rows(sheet, operaciones: Office):
    """As Sheets does: `B2:B` becomes `B3:B`, and its first value stands in row 2."""
    write(sheet, BRACES)
    write(sheet, BY_ROW, column=4)
    operaciones.insert_rows(2)
    assert read(sheet, "D1:D4") == ["Armador", "", "MR(93)", ""]
    assert read(sheet, "E1:E4") == ["Armador", "", "", "MR(93)"]
    assert read(sheet, "D1:E1", "FORMULA") == [BRACES.replace("B2:B", "B3:B")]


def test_sorting_moves_the_rows_own_cells_and_blanks_are_last_both_ways(sheet, operaciones: Office):
    write(sheet, BRACES)
    operaciones.sort("TAG_SPOOL")
    assert [row[:4] for row in operaciones.rows()[1:6]] == [
        [5, "mk-1", "a", "MR(93)"], [8, "MK-2", "b", "JP(94)"], [7, "MK-3", "c", ""], [9, "MK-9", "z", ""],
        [6, "", "", ""],
    ]  # fmt: skip
    operaciones.sort("TAG_SPOOL", descending=True)
    assert [row[0] for row in operaciones.rows()[1:6]] == [9, 7, 8, 5, 6]


@pytest.mark.parametrize("formula", [BRACES, BY_ROW])
def test_something_typed_into_a_cell_that_the_spill_needs_shows_in_the_header_alone(
    sheet, operaciones: Office, book: Book, formula: str
):
    write(sheet, formula)
    operaciones.type_in("D4", "mine")
    why = "#REF! (Array result was not expanded because it would overwrite data in D4.)"
    assert read(sheet, "D:D") == [why, None, None, "mine"]
    assert read(sheet, "D:D", "FORMATTED_VALUE")[0] == "#REF!"
    assert read(sheet, "D1:D1", "FORMULA") == [formula]
    assert book.overwritten_formulas == []

    operaciones.set("D4", None)
    assert shown(operaciones) == WHO


NO_REFERENCE = "#REF! (Reference does not exist.)"
NO_SHEET = "#REF! (Unresolved sheet name 'Taller'.)"


@pytest.mark.parametrize(
    ("formula", "edit", "header", "found", "text"),
    [
        (BRACES, lambda office, _: office.delete_columns("B"), "Armador", NO_REFERENCE, 'IF(#REF!=""'),
        (BY_ROW, lambda office, _: office.delete_columns("B"), NO_REFERENCE, None, 'IF(ROW(#REF!)=ROW(#REF!)'),
        (BY_ROW, lambda _, taller: taller.delete_columns("A", 9), "Armador", NO_REFERENCE, "#REF!;2;FALSE"),
        (BY_ROW, lambda _, taller: taller.delete(), "Armador", NO_SHEET, "Taller!$A:$I"),
        (BRACES, lambda _, taller: taller.delete(), "Armador", "", "Taller!$A:$I"),
        (
            BY_ROW, lambda _, taller: taller.delete_columns("B", 8), "Armador",
            "#REF! (VLOOKUP evaluates to an out of bounds range.)", "Taller!$A:$A",
        ),
    ],
)  # fmt: skip
def test_what_is_looked_up_in_is_gone(desk: Desk, formula: str, edit: Edit, header: str, found: str | None, text: str):
    """As Sheets does: only an error of the whole formula shows in the header, and IFERROR hides what is gone."""
    sheet, operaciones, taller = desk
    write(sheet, formula)
    edit(operaciones, taller)
    column = "C" if operaciones.cell("C1").formula else "D"
    assert read(sheet, f"{column}1:{column}2") == [value for value in (header, found) if value is not None]
    assert text in read(sheet, f"{column}1:{column}1", "FORMULA")[0]


def test_a_worksheet_of_the_same_title_is_another_one_until_the_formula_is_written_again(sheet, taller: Office):
    write(sheet, BY_ROW)
    taller.delete()
    sheet.add_worksheet("Taller", 10, 9).update([["MK-1", "CP(95)"]], "A1", raw=True)
    assert read(sheet, "D3:D3") == [NO_SHEET]
    write(sheet, BY_ROW)
    assert read(sheet, "D3:D3") == ["CP(95)"]


def test_a_refused_batch_leaves_formulas_and_worksheets_as_they_were(sheet, operaciones: Office):
    write(sheet, BY_ROW)
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}
    table = sheet.worksheet("Taller").id
    with pytest.raises(APIError, match="No grid with id: 7"):
        sheet.batch_update(
            {
                "requests": [
                    {"deleteDimension": {"range": columns}},
                    {"updateSheetProperties": {"properties": {"sheetId": table, "title": "x"}, "fields": "title"}},
                    {"deleteSheet": {"sheetId": table}},
                    {"deleteSheet": {"sheetId": 7}},
                ]
            }
        )
    assert operaciones.cell("D1").formula == BY_ROW
    assert shown(operaciones) == WHO


def test_another_formula_is_not_calculated(sheet: gspread.Spreadsheet, operaciones: Office):
    other = BRACES.replace("FALSE", "TRUE")
    write(sheet, other)
    operaciones.insert_columns("A")
    assert read(sheet, "E1:E2") == [0]
    assert read(sheet, "E1:E1", "FORMULA") == [other]
