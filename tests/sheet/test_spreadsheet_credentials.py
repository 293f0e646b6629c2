"""The service account's key: how it is found, what is wrong with it, whom it is shown to, and that it is never told.

Google itself is played by a proxy that takes the connection meant for it, over TLS, and hands on to the stand-in.
"""

import asyncio
import base64
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL

from core.domain.reasons import Defecto, FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.settings import Settings
from core.sheet.spreadsheet.client import Spreadsheet, Timeouts, open_spreadsheet
from tests.processes import PATIENCE
from tests.sheet.conftest import BOOK
from tests.sheet.servers import Answering, Canned, GoogleInFront, answering, deaf, google_in_front
from tests.sheets_api import Book, SheetsApi, hang, reply_lost

Open = Callable[..., Awaitable[Spreadsheet]]
Key = dict[str, Any]

ACCOUNT = "planilla@taller.example"
HOST = str(urlsplit(SPREADSHEETS_API_V4_BASE_URL).hostname)
TOKEN = "ya29.s3cr3t-token"
SHORT = Timeouts(connect=5.0, read=5.0, total=0.4)
PATIENT = Timeouts(connect=PATIENCE, read=PATIENCE, total=PATIENCE)


@pytest.fixture(scope="module")
def private_key() -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tokens() -> Iterator[Answering]:
    """The token server: its tokens are numbered."""
    numbered = (
        Canned.of({"access_token": f"{TOKEN}-{number}", "expires_in": 3600, "token_type": "Bearer"})
        for number in range(1, 4)
    )
    with answering(*numbered) as server:
        yield server


@pytest.fixture
def key(private_key: str, tokens: Answering) -> Key:
    return {
        "type": "service_account",
        "project_id": "taller",
        "private_key_id": "s3cr3t-id",
        "private_key": private_key,
        "client_email": ACCOUNT,
        "client_id": "1",
        "token_uri": f"{tokens.url}/token",
    }


@pytest.fixture
def google(
    api: SheetsApi, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoogleInFront]:
    """From here on what is meant for Google's Sheets API reaches the stand-in, over TLS and a proxy."""
    certificate = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(certificate)
    with google_in_front(api.url, authority, HOST) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        yield proxy


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that has a password for every host there is."""
    file = tmp_path / "netrc"
    file.write_text("default login ana password s3cr3t\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    return file


@pytest.fixture
async def opened(book: Book, tmp_path: Path) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def open_one(credentials: object, *, timeouts: Timeouts = PATIENT) -> Spreadsheet:
            settings = Settings(
                sheets_id=BOOK,
                google_credentials=json.dumps(credentials) if isinstance(credentials, dict) else str(credentials),
                ledger_url=f"sqlite:///{tmp_path}/ledger.db",
            )
            return await stack.enter_async_context(open_spreadsheet(settings, timeouts=timeouts))

        yield open_one


@pytest.fixture
def secrets_told(private_key: str, caplog: pytest.LogCaptureFixture) -> Callable[[BaseException], list[str]]:
    """The secrets that an error, its causes or the log tell."""
    caplog.set_level(logging.DEBUG)
    lines = [line for line in private_key.splitlines() if not line.startswith("-----")]
    secrets = [*lines, *(line[10:40] for line in lines if len(line) > 40), "BEGIN PRIVATE", "s3cr3t", "eyJ"]

    def told(error: BaseException) -> list[str]:
        text = f"{error!r} {error} {vars(error)} {''.join(traceback.format_exception(error))} {caplog.text}"
        return [secret for secret in secrets if secret in text]

    return told


@pytest.fixture(params=["file", "setting"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Key], object]:
    """A key as the setting has it: the file it is in, and the key itself."""
    if request.param == "setting":
        return lambda key: key

    def written(key: Key) -> Path:
        file = tmp_path / "llave.json"
        file.write_text(json.dumps(key), encoding="utf-8-sig")
        return file

    return written


async def failure(asking: Awaitable[object]) -> SheetUnavailableError:
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(SheetUnavailableError) as raised:
            await asking
    return raised.value


def claims(form: dict[str, list[str]]) -> dict[str, Any]:
    """What the program signed to get a token."""
    [assertion] = form["assertion"]
    part = assertion.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


async def test_a_key_opens_the_spreadsheet_from_a_file_and_from_the_setting_itself(
    api: SheetsApi, google: GoogleInFront, tokens: Answering, opened: Open, key: Key, given: Any
):
    office = await opened(given(key))
    assert len(await office.worksheets()) == 3
    await office.write({"Metadata!A3": [["e2"]]})
    assert [request.authorization for request in api.journal] == [f"Bearer {TOKEN}-1"] * 2
    assert set(google.connected_to) == {f"{HOST}:443"}
    assert len(tokens.asked) == 1


async def test_the_program_asks_for_spreadsheets_and_nothing_else(
    google: GoogleInFront, tokens: Answering, opened: Open, key: Key
):
    await (await opened(key)).worksheets()
    [(method, path, form)] = tokens.asked
    assert (method, path) == ("POST", "/token")
    assert [scope.rpartition("/")[2] for scope in claims(form)["scope"].split()] == ["spreadsheets"]
    assert claims(form)["iss"] == ACCOUNT


async def test_opening_asks_neither_for_a_token_nor_for_anything_else(
    api: SheetsApi, google: GoogleInFront, tokens: Answering, opened: Open, key: Key
):
    await opened(key)
    assert (api.journal, tokens.asked, google.connected_to) == ([], [], [])


async def test_a_netrc_takes_no_part(
    api: SheetsApi, google: GoogleInFront, opened: Open, tokens: Answering, key: Key, netrc: Path
):
    await (await opened(key)).worksheets()
    assert api.journal[0].authorization == f"Bearer {TOKEN}-1"
    assert tokens.authorizations == [None]


async def test_a_token_that_is_accepted_no_longer_is_replaced_once(
    api: SheetsApi, google: GoogleInFront, tokens: Answering, opened: Open, key: Key
):
    office = await opened(key)
    await office.worksheets()
    api.authorized = False
    error = await failure(office.write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LLAVE_RECHAZADA, False)
    assert [request.authorization for request in api.journal] == [
        f"Bearer {TOKEN}-1",
        f"Bearer {TOKEN}-1",
        f"Bearer {TOKEN}-2",
    ]
    api.authorized = True
    await office.write({"Metadata!A3": [["e2"]]})
    assert api.journal[-1].authorization == f"Bearer {TOKEN}-2"


async def test_a_lost_reply_over_tls_is_doubtful_and_asked_only_once(
    api: SheetsApi, google: GoogleInFront, opened: Open, key: Key
):
    office = await opened(key)
    api.fail(reply_lost())
    error = await failure(office.write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.doubtful) == (FallaPlanilla.RED, True)
    assert api.count() == 1


async def test_the_total_holds_over_tls_too(api: SheetsApi, google: GoogleInFront, opened: Open, key: Key):
    office = await opened(key, timeouts=replace(PATIENT, total=2.0))
    await office.worksheets()
    api.fail(hang(applied=True))
    error = await failure(office.write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.doubtful) == (FallaPlanilla.LENTA, True)


async def test_a_certificate_nobody_vouches_for_is_no_connection_and_gets_no_token(
    api: SheetsApi, google: GoogleInFront, opened: Open, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(stranger)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stranger))
    error = await failure((await opened(key)).write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.doubtful) == (FallaPlanilla.RED, False)
    assert "certificate" in str(error.details["detail"])
    assert api.journal == []


async def test_a_spreadsheet_that_is_not_shared_names_the_account_to_share_it_with(
    book: Book, google: GoogleInFront, opened: Open, key: Key
):
    book.access = None
    error = await failure((await opened(key)).worksheets())
    assert (error.falla, error.details["account"]) == (FallaPlanilla.NO_COMPARTIDA, ACCOUNT)
    book.access = "reader"
    office = await opened(key)
    await office.worksheets()
    error = await failure(office.write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.details["account"]) == (FallaPlanilla.SOLO_LECTURA, ACCOUNT)


REFUSED = {"error": "invalid_grant", "error_description": "Invalid JWT Signature. eyJhbGciOi.s3cr3t.s3cr3t"}


@pytest.mark.parametrize(
    ("answer", "falla", "told"),
    [
        (Canned.of(REFUSED, 400), FallaPlanilla.LLAVE_RECHAZADA, "invalid_grant: Invalid JWT Signature. ***"),
        (Canned.of({"error": "account_not_found"}, 401), FallaPlanilla.LLAVE_RECHAZADA, "account_not_found"),
        (Canned(404, b"<html>"), FallaPlanilla.LLAVE_RECHAZADA, "<html>"),
        (Canned.of({"token": TOKEN}), FallaPlanilla.LLAVE_RECHAZADA, "No access token in response."),
        (Canned(200, b"<html>Sign in</html>"), FallaPlanilla.RESPUESTA_ILEGIBLE, ""),
        (Canned.of([TOKEN]), FallaPlanilla.RESPUESTA_ILEGIBLE, ""),
    ],
)
async def test_a_token_server_that_gives_no_token_has_its_reason_told(
    opened: Open, key: Key, secrets_told: Any, answer: Canned, falla: FallaPlanilla, told: str
):
    with answering(answer) as server:
        office = await opened({**key, "token_uri": server.url})
        error = await failure(office.write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.doubtful) == (falla, False)
    assert told in str(error.details["detail"])
    assert secrets_told(error) == []


async def test_a_token_server_that_fails_ends_at_the_total_too(opened: Open, key: Key):
    with answering(Canned(503, b"{}")) as server:
        error = await failure((await opened({**key, "token_uri": server.url}, timeouts=SHORT)).worksheets())
    assert error.falla is FallaPlanilla.LENTA


async def test_a_token_server_that_fails_for_long_is_the_servers_failure(opened: Open, key: Key):
    with answering(Canned(503, b"{}")) as server:
        error = await failure((await opened({**key, "token_uri": server.url})).worksheets())
        assert len(server.asked) <= 3
    assert (error.falla, error.doubtful) == (FallaPlanilla.SERVIDOR, False)


async def test_a_token_server_out_of_reach_is_no_connection(opened: Open, key: Key):
    error = await failure((await opened({**key, "token_uri": "http://127.0.0.1:1"})).write({"Metadata!A3": [["e2"]]}))
    assert (error.falla, error.doubtful, error.details["detail"]) == (FallaPlanilla.RED, False, "Connection refused")
    with deaf() as port:
        office = await opened({**key, "token_uri": f"http://127.0.0.1:{port}"}, timeouts=SHORT)
        error = await failure(office.write({"Metadata!A3": [["e2"]]}))
    assert error.falla is FallaPlanilla.LENTA


async def test_without_credentials_the_setting_is_named(book: Book, tmp_path: Path):
    settings = Settings(sheets_id=BOOK, ledger_url=f"sqlite:///{tmp_path}/ledger.db")
    with pytest.raises(SheetUnavailableError) as raised:
        async with open_spreadsheet(settings):
            pass
    assert raised.value.falla is FallaPlanilla.SIN_CREDENCIALES
    assert raised.value.details["detail"] == "KIOSK_GOOGLE_CREDENTIALS"


async def test_a_file_that_is_not_there_is_named(opened: Open, tmp_path: Path):
    error = await failure(opened(tmp_path / "no-existe.json"))
    assert error.falla is FallaPlanilla.ARCHIVO_NO_EXISTE
    assert error.details["detail"] == str(tmp_path / "no-existe.json")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Defecto.NO_ES_JSON),
        (b"\xff\xfe\x00s3cr3t", Defecto.NO_ES_JSON),
        (b"-----BEGIN PRIVATE KEY-----\ns3cr3t", Defecto.NO_ES_JSON),
        (b"[" * 100_000, Defecto.NO_ES_JSON),
        (b'["s3cr3t"]', Defecto.LLAVE_DE_OTRO_TIPO),
        (b'{"installed": {"client_secret": "s3cr3t"}}', Defecto.LLAVE_DE_OTRO_TIPO),
        (b'{"type": "authorized_user", "refresh_token": "s3cr3t"}', Defecto.LLAVE_DE_OTRO_TIPO),
    ],
)
async def test_a_file_that_is_no_service_accounts_key_is_told_apart(
    opened: Open, tmp_path: Path, secrets_told: Any, content: bytes, reason: Defecto
):
    file = tmp_path / "llave.json"
    file.write_bytes(content)
    error = await failure(opened(file))
    assert (error.falla, error.details["reason"]) == (FallaPlanilla.LLAVE_INVALIDA, reason)
    assert secrets_told(error) == []


async def test_a_file_that_cannot_be_read_is_told_with_the_systems_reason(opened: Open, tmp_path: Path):
    for path, reason in ((tmp_path, "Is a directory"), (f"{tmp_path}/{'x' * 300}", "File name too long")):
        error = await failure(opened(path))
        assert (error.falla, error.details["reason"]) == (FallaPlanilla.LLAVE_INVALIDA, Defecto.ILEGIBLE)
        assert error.details["data"] == {"detail": reason}
        assert error.details["detail"] == str(path)


@pytest.mark.parametrize("missing", ["client_email", "private_key", "token_uri"])
@pytest.mark.parametrize("value", [None, "", 7])
async def test_a_key_that_lacks_something_is_told_what(opened: Open, key: Key, missing: str, value: object):
    error = await failure(opened({**key, missing: value}))
    assert (error.falla, error.details["reason"]) == (FallaPlanilla.LLAVE_INVALIDA, Defecto.LLAVE_INCOMPLETA)
    assert error.details["data"] == {"name": missing}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pem: "s3cr3t",
        lambda pem: pem[:400],
        lambda pem: pem.replace("-----BEGIN", "----BEGIN"),
        lambda pem: pem[:200] + "!" + pem[201:],
        lambda pem: pem.replace("\n", "\\n"),
    ],
)
async def test_a_spoilt_private_key_is_told_without_a_letter_of_it(
    opened: Open, key: Key, given: Any, secrets_told: Any, spoil: Callable[[str], str]
):
    error = await failure(opened(given({**key, "private_key": spoil(key["private_key"])})))
    assert (error.falla, error.details["reason"]) == (FallaPlanilla.LLAVE_INVALIDA, Defecto.LLAVE_PRIVADA_ILEGIBLE)
    assert secrets_told(error) == []


async def test_neither_key_nor_token_is_told_by_anything_that_goes_wrong(
    api: SheetsApi, google: GoogleInFront, opened: Open, key: Key, secrets_told: Any
):
    office = await opened(key)
    told = [repr(office), repr(vars(office)), repr(office._access), repr(vars(office._access))]
    assert [secret for secret in (TOKEN, "s3cr3t", "BEGIN PRIVATE") if secret in "".join(told)] == []
    api.fail(reply_lost())
    assert secrets_told(await failure(office.write({"Metadata!A3": [["e2"]]}))) == []
    api.enabled = False
    assert secrets_told(await failure(office.write({"Metadata!A3": [["e2"]]}))) == []
