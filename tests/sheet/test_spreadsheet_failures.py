"""What a failure of the Sheets API becomes: a reason by name, and whether a write may have been applied."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from requests.exceptions import InvalidJSONError

from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.settings import Settings
from core.sheet.spreadsheet.client import Spreadsheet, Timeouts, Worksheet, open_spreadsheet
from core.sheet.spreadsheet.failures import retry_after, without_secrets
from tests.processes import PATIENCE
from tests.sheet.conftest import BOOK
from tests.sheet.servers import Canned, answering, deaf
from tests.sheets_api import EVERY_FAULT, Book, Quota, SheetsApi, hang, slow_body, status

Ask = Callable[[Spreadsheet], Awaitable[object]]
Open = Callable[..., Awaitable[Spreadsheet]]

SHORT = Timeouts(connect=5.0, read=5.0, total=0.4)
"""For what must not be answered; what must be has as long as the tests' patience."""
PATIENT = Timeouts(connect=PATIENCE, read=PATIENCE, total=PATIENCE)

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ASKS: dict[str, Ask] = {
    "read": lambda sheet: sheet.read(["Metadata"]),
    "write": lambda sheet: sheet.write({"Metadata!A3": [["e2"]]}),
    "change": lambda sheet: sheet.change([{"addSheet": {"properties": {"title": "e2"}}}]),
}
MEANINGS: dict[str, FallaPlanilla] = {
    "status 429": FallaPlanilla.CUOTA,
    "status 500": FallaPlanilla.SERVIDOR,
    "status 503": FallaPlanilla.SERVIDOR,
    "status 500 after it was applied": FallaPlanilla.SERVIDOR,
    "status 503 after it was applied": FallaPlanilla.SERVIDOR,
    "reply lost": FallaPlanilla.RED,
    "dropped": FallaPlanilla.RED,
    "reset": FallaPlanilla.RED,
    "reset after it was applied": FallaPlanilla.RED,
    "cut body": FallaPlanilla.RED,
    "hang": FallaPlanilla.LENTA,
    "hang after it was applied": FallaPlanilla.LENTA,
    "garbage": FallaPlanilla.RESPUESTA_ILEGIBLE,
}
HARMLESS = ("slow body", "empty values")


@pytest.fixture
async def opened(book: Book, api: SheetsApi, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the stand-in's spreadsheet, or one at another base address."""
    async with AsyncExitStack() as stack:

        async def open_one(base: str = api.url, *, timeouts: Timeouts = PATIENT, sheets_id: str = BOOK) -> Spreadsheet:
            settings = Settings(sheets_id=sheets_id, sheets_api_url=base, ledger_url=f"sqlite:///{tmp_path}/ledger.db")
            return await stack.enter_async_context(open_spreadsheet(settings, timeouts=timeouts))

        yield open_one


async def failure(asking: Awaitable[object]) -> SheetUnavailableError:
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(SheetUnavailableError) as raised:
            await asking
    return raised.value


def test_the_table_of_meanings_has_every_fault_there_is():
    assert {*MEANINGS, *HARMLESS} == EVERY_FAULT.keys()


@pytest.mark.parametrize("kind", ASKS)
@pytest.mark.parametrize("name", MEANINGS)
async def test_each_fault_has_its_meaning_and_a_write_that_may_have_been_applied_is_called_doubtful(
    api: SheetsApi, opened: Open, name: str, kind: str
):
    fault = EVERY_FAULT[name]
    office = await opened(timeouts=SHORT if EVERY_FAULT[name].hangs else PATIENT)
    api.fail(fault)
    error = await failure(ASKS[kind](office))
    assert error.falla is MEANINGS[name]
    assert error.doubtful == (kind != "read" and error.falla is not FallaPlanilla.CUOTA)
    if kind != "read" and fault.applied:
        assert error.doubtful

    api.release()
    api.heal()
    await ASKS["read"](await opened())


@pytest.mark.parametrize("kind", ASKS)
@pytest.mark.parametrize("name", HARMLESS)
async def test_what_only_comes_late_or_empty_is_an_answer(api: SheetsApi, opened: Open, name: str, kind: str):
    office = await opened()
    api.fail(EVERY_FAULT[name])
    answer = await ASKS[kind](office)
    assert kind != "read" or answer == ([[]] if name == "empty values" else answer)


@pytest.mark.parametrize("kind", ASKS)
async def test_an_answer_that_comes_in_drops_is_given_up_at_the_total(api: SheetsApi, opened: Open, kind: str):
    office = await opened(timeouts=SHORT)
    api.fail(slow_body(piece=1, pause=0.05))
    error = await failure(ASKS[kind](office))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LENTA, kind != "read")


async def test_silence_ends_before_the_total(api: SheetsApi, opened: Open):
    office = await opened(timeouts=replace(PATIENT, read=0.2))
    api.fail(hang())
    error = await failure(ASKS["write"](office))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LENTA, True)


@pytest.mark.parametrize("kind", ASKS)
async def test_where_nobody_listens_nothing_was_sent(opened: Open, kind: str):
    error = await failure(ASKS[kind](await opened("http://127.0.0.1:1")))
    assert (error.falla, error.doubtful) == (FallaPlanilla.RED, False)
    assert error.details["detail"] == "Connection refused"


@pytest.mark.parametrize("kind", ASKS)
async def test_where_no_connection_comes_about_nothing_was_sent(opened: Open, kind: str):
    with deaf() as port:
        timeouts = replace(PATIENT, connect=0.2)
        error = await failure(ASKS[kind](await opened(f"http://127.0.0.1:{port}", timeouts=timeouts)))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LENTA, False)


async def test_a_name_nobody_knows_is_no_connection(opened: Open, monkeypatch: pytest.MonkeyPatch):
    office = await opened("http://sheets.example")

    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await failure(ASKS["write"](office))
    assert (error.falla, error.doubtful) == (FallaPlanilla.RED, False)
    assert error.details["detail"] == "Name or service not known"


@pytest.mark.parametrize("kind", ASKS)
async def test_a_spreadsheet_that_is_not_shared(book: Book, opened: Open, kind: str):
    book.access = None
    error = await failure(ASKS[kind](await opened()))
    assert (error.falla, error.doubtful) == (FallaPlanilla.NO_COMPARTIDA, False)


@pytest.mark.parametrize("kind", ["write", "change"])
async def test_a_spreadsheet_that_may_be_read_and_not_written(book: Book, opened: Open, kind: str):
    office = await opened()
    await ASKS["read"](office)
    book.access = "reader"
    error = await failure(ASKS[kind](office))
    assert (error.falla, error.doubtful) == (FallaPlanilla.SOLO_LECTURA, False)
    assert error.details["detail"] == "The caller does not have permission"


async def test_a_spreadsheet_that_is_shared_no_longer_is_not_called_read_only(book: Book, opened: Open):
    office = await opened()
    await ASKS["read"](office)
    book.access = None
    for kind in ("read", "write"):
        assert (await failure(ASKS[kind](office))).falla is FallaPlanilla.NO_COMPARTIDA


@pytest.mark.parametrize("kind", ASKS)
async def test_an_api_that_is_switched_off(api: SheetsApi, opened: Open, kind: str):
    office = await opened()
    await ASKS["read"](office)
    api.enabled = False
    error = await failure(ASKS[kind](office))
    assert (error.falla, error.doubtful) == (FallaPlanilla.API_DESACTIVADA, False)
    assert "Enable it by visiting" in str(error.details["detail"])


@pytest.mark.parametrize("kind", ASKS)
async def test_an_identifier_of_no_spreadsheet(opened: Open, kind: str):
    error = await failure(ASKS[kind](await opened(sheets_id="x" * 44)))
    assert (error.falla, error.doubtful) == (FallaPlanilla.ID_INCORRECTO, False)


async def test_credentials_that_are_not_accepted(api: SheetsApi, opened: Open):
    api.authorized = False
    error = await failure(ASKS["write"](await opened()))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LLAVE_RECHAZADA, False)


async def test_a_full_spreadsheet(book: Book, opened: Open):
    office = await opened()
    book.cell_limit = book.cell_count
    error = await failure(office.change([{"addSheet": {"properties": {"title": "x"}}}]))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LLENA, False)


async def test_another_refusal_is_told_in_googles_words(opened: Open):
    error = await failure((await opened()).write({"No existe!A1": [["x"]]}))
    assert (error.falla, error.doubtful) == (FallaPlanilla.RECHAZADA, False)
    assert error.details["detail"] == "Unable to parse range: No existe!A1"


async def test_a_refusal_for_the_pace_is_counted_and_asked_only_once(api: SheetsApi, opened: Open):
    api.quota = Quota(reads=1, tells_when=True)
    office = await opened()
    await ASKS["read"](office)
    error = await failure(ASKS["read"](office))
    assert (error.falla, error.retry_after, error.doubtful) == (FallaPlanilla.CUOTA, 60, False)
    assert (office.figures.reads, office.figures.refused_429, api.count()) == (2, 1, 2)


@pytest.mark.parametrize("code", [429, 503])
async def test_google_is_obeyed_when_it_says_when_to_come_again(api: SheetsApi, opened: Open, code: int):
    office = await opened()
    api.fail(status(code, retry_after=7))
    assert (await failure(ASKS["write"](office))).retry_after == 7
    api.fail(status(code))
    assert (await failure(ASKS["write"](office))).retry_after is None
    assert api.count() == 2


async def test_google_may_say_it_as_an_instant(opened: Open):
    until = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    with answering(Canned(503, b"", {"Retry-After": until})) as server:
        error = await failure(ASKS["read"](await opened(server.url)))
    assert 3_000 < (error.retry_after or 0) <= 3_600


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        ("2.5", 2.5),
        ("-3", 0),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Sat, 21 Nov 2026 20:02:00 GMT", 120),
        ("Sat, 21 Nov 2026 17:02:00 -0300", 120),
        ("Sat, 21 Nov 2026 20:02:00", 120),
        ("Sat, 21 Nov 2026 19:00:00 GMT", 0),
    ],
)
def test_when_to_come_again_is_seconds_from_now(header: str | None, seconds: float | None):
    assert retry_after(header, now=NOW) == seconds


ODD = [
    (Canned(302, b"", {"Location": "http://127.0.0.1:1/login"}), FallaPlanilla.RESPUESTA_ILEGIBLE, True),
    (Canned(200, b"<html>Sign in</html>"), FallaPlanilla.RESPUESTA_ILEGIBLE, True),
    (Canned(200, b""), FallaPlanilla.RESPUESTA_ILEGIBLE, True),
    (Canned(200, b"\xff\xfe{}"), FallaPlanilla.RESPUESTA_ILEGIBLE, True),
    (Canned(200, b"{}", {"Content-Encoding": "gzip"}), FallaPlanilla.RESPUESTA_ILEGIBLE, True),
    *((Canned.of(value), FallaPlanilla.RESPUESTA_ILEGIBLE, True) for value in (None, 7, [], "x", {}, {"replies": 3})),
    (Canned(502, b"<html>Bad gateway</html>"), FallaPlanilla.SERVIDOR, True),
    (Canned.of({"error": "invalid"}, 503), FallaPlanilla.SERVIDOR, True),
    (Canned.of({"error": {"message": "without a code"}}, 503), FallaPlanilla.SERVIDOR, True),
    (Canned.of({"error": {"details": [7, {"reason": 7}], "errors": "x"}}, 500), FallaPlanilla.SERVIDOR, True),
    (Canned.of([{"error": 1}], 400), FallaPlanilla.RECHAZADA, False),
    (Canned(403, b"<html>Blocked by your firewall</html>"), FallaPlanilla.NO_COMPARTIDA, False),
    (Canned.of({"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}, 403), FallaPlanilla.CUOTA, False),
    (Canned.of({"error": {"errors": [{"reason": "accessNotConfigured"}]}}, 403), FallaPlanilla.API_DESACTIVADA, False),
    (Canned(407, b""), FallaPlanilla.RECHAZADA, False),
    (Canned(408, b""), FallaPlanilla.SERVIDOR, False),
    (Canned(413, b"", {"Retry-After": "0"}), FallaPlanilla.RECHAZADA, False),
    (
        Canned.of({"error": {"message": "... above the limit of 10000000 cells."}}, 400),
        FallaPlanilla.LLENA,
        False,
    ),
]


@pytest.mark.parametrize("kind", ASKS)
@pytest.mark.parametrize(("answer", "falla", "doubtful"), ODD)
async def test_whatever_answers_instead_of_google_is_a_failure_with_a_name(
    opened: Open, answer: Canned, falla: FallaPlanilla, kind: str, *, doubtful: bool
):
    with answering(answer) as server:
        error = await failure(ASKS[kind](await opened(server.url)))
    assert (error.falla, error.doubtful) == (falla, doubtful and kind != "read")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda sheet: sheet.worksheets(), {"sheets": [{"properties": {"gridProperties": {}}}]}),
        (lambda sheet: sheet.read(["A", "B"]), {"valueRanges": [{}]}),
        (lambda sheet: sheet.read(["A"]), {"valueRanges": [{"values": ["row"]}]}),
        (lambda sheet: sheet.read(["A"]), {"valueRanges": [{"values": {}}]}),
        (lambda sheet: sheet.write({"A1": [["x"]], "B1": [["x"]]}), {"responses": [{}]}),
        (lambda sheet: sheet.change([{}, {}]), {"replies": [{}]}),
    ],
)
async def test_an_answer_to_another_question_is_not_taken_for_one(opened: Open, ask: Ask, answer: Any):
    with answering(Canned.of(answer)) as server:
        error = await failure(ask(await opened(server.url)))
    assert error.falla is FallaPlanilla.RESPUESTA_ILEGIBLE


async def test_a_chart_that_fills_a_worksheet_is_passed_over_and_the_number_0_may_be_left_out(opened: Open):
    grid = {"gridProperties": {"rowCount": 5, "columnCount": 2}}
    sheets = [{"properties": {"title": "Gráfico", "sheetId": 4}}, {"properties": {"title": "Hoja 1", **grid}}]
    with answering(Canned.of({"sheets": sheets})) as server:
        assert await (await opened(server.url)).worksheets() == (Worksheet("Hoja 1", 0, 5, 2),)


async def test_a_value_that_no_cell_can_hold_is_a_mistake_of_ours_and_not_sent(api: SheetsApi, opened: Open):
    office = await opened()
    with pytest.raises(InvalidJSONError):
        await office.write({"Metadata!A3": [[float("nan")]]})
    with pytest.raises(TypeError):
        await office.write({"Metadata!A3": [[NOW]]})
    assert api.journal == []


@pytest.mark.parametrize(
    "secret",
    [
        "ya29.a0AfB_byC-s3cr3t",
        "eyJhbGciOiJSUzI1NiJ9.s3cr3t.s3cr3t",
        "-----BEGIN PRIVATE KEY-----\ns3cr3t\n-----END",
        "http://ana:s3cr3t@proxy",
    ],
)
def test_anothers_words_are_told_without_keys_tokens_and_passwords(secret: str):
    assert "s3cr3t" not in without_secrets(f"refused {secret}")
    assert without_secrets(f"refused\n {secret}").startswith("refused ")


async def test_a_failure_is_a_json_document(opened: Open):
    error = await failure(ASKS["read"](await opened("http://127.0.0.1:1")))
    assert json.loads(json.dumps(error.as_dict()))["falla"] == "RED"
