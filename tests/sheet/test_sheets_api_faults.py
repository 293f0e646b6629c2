"""The stand-in's faults, each by name, as the real gspread meets them; its quotas, its journal and the office."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date

import gspread
import pytest
from gspread.exceptions import APIError
from requests import exceptions

from tests.sheet.conftest import BOOK
from tests.sheets_api import (
    EVERY_FAULT,
    Book,
    Quota,
    Request,
    SheetsApi,
    client_at,
    dropped,
    empty_values,
    hang,
    reset,
    slow_body,
    status,
)
from tests.shopfloor import FixedClock

INSERT = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}


def append(sheet: gspread.Spreadsheet, event_id: str = "e2") -> None:
    sheet.values_append("Metadata!A:C", INSERT, {"values": [[event_id]]})


def ids(book: Book) -> list[str]:
    return [str(row[0]) for row in book.sheet("Metadata").values()[1:]]


WRITE = {
    "status 429": (APIError, False),
    "status 500": (APIError, False),
    "status 503": (APIError, False),
    "status 500 after it was applied": (APIError, True),
    "status 503 after it was applied": (APIError, True),
    "reply lost": (exceptions.ConnectionError, True),
    "dropped": (exceptions.ConnectionError, False),
    "reset": (exceptions.ConnectionError, False),
    "reset after it was applied": (exceptions.ConnectionError, True),
    "cut body": (exceptions.ChunkedEncodingError, True),
    "slow body": (None, True),
    "hang": (exceptions.ReadTimeout, False),
    "hang after it was applied": (exceptions.ReadTimeout, True),
    "garbage": (exceptions.JSONDecodeError, True),
    "empty values": (None, True),
}
"""What gspread makes of a write that meets each fault (None: the answer comes), and whether it is applied."""


@pytest.mark.parametrize("name", EVERY_FAULT)
def test_a_write_meets_a_fault_once_and_the_next_one_passes(api: SheetsApi, book: Book, client, sheet, name):
    fault, (raised, written) = EVERY_FAULT[name], WRITE[name]
    plan = api.fail(fault, when="write")
    sheet.values_get("Metadata")
    assert plan.left == 1

    client.set_timeout((5.0, 0.05 if fault.hangs else 5.0))
    with pytest.raises(raised) if raised else nullcontext():
        append(sheet)
    if fault.hangs:
        api.wait_held()
    assert (api.journal[-1].fault, plan.left) == (name, 0)
    assert (api.journal[-1].applied, fault.applied, "e2" in ids(book)) == (written,) * 3

    client.set_timeout((5.0, 5.0))
    append(sheet, "e3")
    assert ids(book)[-1] == "e3"


def test_a_reset_is_a_reset_and_a_close_is_a_close(api: SheetsApi, sheet):
    for fault, words in ((reset(), "Connection reset by peer"), (dropped(), "Remote end closed connection")):
        api.fail(fault)
        with pytest.raises(exceptions.ConnectionError, match=words):
            append(sheet)


def test_a_status_tells_when_to_come_again(api: SheetsApi, sheet):
    for retry_after, header in ((7, "7"), (None, None)):
        api.fail(status(503, retry_after=retry_after))
        with pytest.raises(APIError) as error:
            append(sheet)
        assert error.value.response.headers.get("Retry-After") == header
        assert error.value.error["status"] == "UNAVAILABLE"


def test_a_fault_may_wait_for_the_nth_matching_request_and_come_again(api: SheetsApi, book: Book, sheet):
    api.fail(status(500), after=2, times=2, when="values.append")
    outcomes = []
    for number in range(6):
        sheet.values_get("Metadata")
        try:
            append(sheet, str(number))
            outcomes.append("written")
        except APIError as error:
            outcomes.append(error.code)

    assert outcomes == ["written", "written", 500, 500, "written", "written"]
    assert ids(book) == ["e1", "0", "1", "4", "5"]


def test_a_lasting_fault_ends_when_the_api_is_healed(api: SheetsApi, sheet):
    api.fail(status(429), times=None)
    for _ in range(3):
        with pytest.raises(APIError, match=r"\[429\]"):
            append(sheet)
    api.heal()

    append(sheet)


def test_an_empty_reply_has_ranges_without_values(api: SheetsApi, sheet):
    api.fail(empty_values(), times=2)

    assert "values" not in sheet.values_get("Metadata")
    assert [sorted(part) for part in sheet.values_batch_get(["Metadata", "Operaciones"])["valueRanges"]] == [
        ["majorDimension", "range"], ["majorDimension", "range"],
    ]  # fmt: skip


def test_a_slow_body_arrives_whole_though_no_single_wait_is_long(api: SheetsApi, sheet):
    api.fail(slow_body(piece=8, pause=0.001))

    assert sheet.values_get("Metadata!A2")["values"] == [["e1"]]


def test_a_request_that_hangs_times_out_and_takes_effect_when_it_is_let_go(api: SheetsApi, book: Book, client):
    sheet = client.open_by_key(BOOK)
    client.set_timeout((5.0, 0.05))
    api.fail(hang())
    with pytest.raises(exceptions.ReadTimeout):
        append(sheet)
    api.wait_held()
    assert ids(book) == ["e1"]

    late = api.journal[-1]
    api.release()
    api.wait_for(1, lambda request: request is late and request.applied)
    assert ids(book) == ["e1", "e2"]


def test_a_hanging_request_is_answered_when_it_is_released_in_time(api: SheetsApi, book: Book, sheet):
    api.fail(hang(applied=True))
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(append, sheet)
        api.wait_held()
        assert ids(book) == ["e1", "e2"]
        api.release()
        waiting.result()


def test_latency_outlasts_a_short_read_timeout(api: SheetsApi, client):
    client.set_timeout((5.0, 0.05))
    api.latency = 60.0
    with pytest.raises(exceptions.ReadTimeout):
        client.open_by_key(BOOK)
    api.heal()
    client.set_timeout((5.0, 5.0))

    assert client.open_by_key(BOOK).title == "Planta"


def test_reads_and_writes_have_a_minute_quota_each(api: SheetsApi, clock: FixedClock, sheet):
    api.quota = Quota(reads=2, writes=1)
    append(sheet)
    sheet.values_get("Metadata")
    sheet.values_get("Metadata")
    for refused, name in ((lambda: append(sheet), "Write"), (lambda: sheet.values_get("Metadata"), "Read")):
        with pytest.raises(APIError) as error:
            refused()
        assert (error.value.code, error.value.error["status"]) == (429, "RESOURCE_EXHAUSTED")
        assert f"limit '{name} requests per minute per user'" in error.value.error["message"]
        assert error.value.error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
        assert "Retry-After" not in error.value.response.headers

    clock.advance(seconds=60)
    append(sheet)
    assert api.count(lambda request: request.status == 429) == 2


def test_the_quota_looks_back_60_seconds_or_goes_by_the_clocks_minutes(api: SheetsApi, clock: FixedClock, sheet):
    clock.instant = clock.instant.replace(second=50)
    for aligned in (False, True):
        api.quota = Quota(writes=1, tells_when=True, aligned=aligned)
        append(sheet)
        with pytest.raises(APIError) as error:
            append(sheet)
        assert error.value.response.headers["Retry-After"] == ("10" if aligned else "60")
    clock.advance(seconds=10)

    append(sheet)
    assert api.busiest_minute("write") == 5


def test_the_quota_is_each_users_own_and_the_projects_together(api: SheetsApi, client):
    api.quota = Quota(reads=1, per_project=2)
    get = client.http_client.spreadsheets_get
    get(BOOK, {"quotaUser": "a"})
    with pytest.raises(APIError, match="per minute per user"):
        get(BOOK, {"quotaUser": "a"})
    get(BOOK, {"quotaUser": "b"})
    with pytest.raises(APIError, match="'Read requests per minute' of"):
        get(BOOK, {"quotaUser": "c"})


def test_the_office_edits_exactly_between_our_read_and_our_write(api: SheetsApi, book: Book, sheet):
    office = api.office("Operaciones")

    def edit(request: Request) -> None:
        assert request.operation == "values.batchUpdate"
        office.insert_columns("B", header="Nueva")
        office.sort("TAG_SPOOL")
        assert [row[0] for row in office.rows()] == ["TAG_SPOOL", "MK-1", "MK-2", "MK-3"]
        office.sort("TAG_SPOOL", descending=True)

    api.before("write", edit)
    [headers] = sheet.values_get("Operaciones!1:1")["values"]
    column = chr(ord("A") + headers.index("Ocupado_Por"))
    sheet.values_batch_update(
        {"valueInputOption": "RAW", "data": [{"range": f"Operaciones!{column}2", "values": [["JP(94)"]]}]}
    )

    assert [row[0] for row in office.rows()] == ["TAG_SPOOL", "MK-3", "MK-2", "MK-1"]
    assert office.records()[0]["Fecha_Materiales"] == "JP(94)"


def test_what_happens_after_the_write_happens_before_its_reply(api: SheetsApi, book: Book, sheet):
    seen: list[list[str]] = []
    api.after(lambda request: request.applied and request.kind == "write", lambda request: seen.append(ids(book)))
    append(sheet)

    assert seen == [["e1", "e2"]]


def test_a_hook_that_fails_is_not_lost():
    def hook(request: Request) -> None:
        raise LookupError("no such row")

    def ask() -> None:
        with SheetsApi() as api, client_at(api.url).http_client.session as session:
            api.before(1, hook)
            session.request("GET", f"https://sheets.googleapis.com/v4/spreadsheets/{BOOK}")

    with pytest.raises(exceptions.ConnectionError) as error:
        ask()

    assert "no such row" in error.value.__notes__[0]


def test_the_office_edits_like_a_person(api: SheetsApi, sheet):
    office = api.office("Operaciones", book=BOOK)
    office.set_where("TAG_SPOOL", "MK-2", "Ocupado_Por", "a mano")
    office.rename_header("OT", "Orden")
    office.type_in("B4", "93")
    office.set("C4", date(2026, 3, 1))
    office.move_columns("A", before="D")
    office.insert_rows(2, 2)
    office.move_rows(6, before=2)
    office.delete_columns("E")

    rows = sheet.values_get("Operaciones")["values"]
    assert rows[0] == ["Orden", "Fecha_Materiales", "TAG_SPOOL", "Ocupado_Por", "Listo"]
    assert rows[1] == ["93", "01-03-2026", "MK-3"]
    assert rows[2:4] == [[], []]
    assert rows[5] == ["102,5", "01-02-2026 12:30:00", "MK-2", "a mano", "FALSO"]


def test_a_worksheet_can_be_renamed_wiped_or_deleted_under_us(api: SheetsApi, sheet):
    api.office("Metadata").wipe()
    assert "values" not in sheet.values_get("Metadata")

    api.office("Metadata").rename("Metadatos")
    api.office("Hoja 1").delete()
    for title in ("Metadata", "Hoja 1"):
        with pytest.raises(APIError, match="Unable to parse range"):
            sheet.values_get(title)


def test_the_journal_has_method_path_query_body_and_time(api: SheetsApi, clock: FixedClock, sheet):
    clock.advance(seconds=5)
    append(sheet)

    request = api.journal[-1]
    assert (request.number, request.method, request.at) == (2, "POST", clock())
    assert request.path == f"/v4/spreadsheets/{BOOK}/values/Metadata%21A%3AC:append"
    assert (request.query["insertDataOption"], request.body) == (["INSERT_ROWS"], {"values": [["e2"]]})
    assert (request.kind, request.status, request.applied) == ("write", 200, True)
    assert (api.count("read"), api.count("write"), api.count("values.append")) == (1, 1, 1)
