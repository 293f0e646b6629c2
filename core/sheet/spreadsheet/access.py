"""The way to the Sheets API: the service account's key, and gspread's HTTP client over a session of its own.

No key and no token may leave through it: not in an error, not in a log, and not to another address than Google's.
It costs time to import: `core.sheet.spreadsheet.client` imports it when a spreadsheet is opened.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.exceptions import GoogleAuthError, MalformedError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL
from typing_extensions import override

from core.domain.reasons import Defecto, FallaPlanilla, InvalidValueError
from core.domain.sheet_errors import SheetUnavailableError
from core.settings import shown_setting
from core.sheet.spreadsheet.failures import failure_of

T = TypeVar("T")

SCOPES: Final = [scope for scope in gspread.auth.DEFAULT_SCOPES if scope.endswith("/spreadsheets")]
"""Spreadsheets and nothing else: neither the account's other files nor their names."""

_GOOGLE: Final = "://".join(urlsplit(SPREADSHEETS_API_V4_BASE_URL)[:2])


class Access:
    """gspread's HTTP client for one account, or for none."""

    def __init__(self, session: requests.Session, timeout: tuple[float, float], account: str) -> None:
        self.http = HTTPClient(cast("Any", None), session)
        self.http.set_timeout(timeout)
        self.account = account
        """The service account's e-mail address; empty for none."""

    def perform(self, ask: Callable[[], T], *, write: bool) -> T:
        """Do what `ask` asks of `http`, in this thread. Raises SheetUnavailableError."""
        try:
            return ask()
        except Exception as error:
            failure = failure_of(error, write=write, account=self.account)
            if failure is None:
                raise
            # Where no token was given, the library's error quotes the answer whole.
            raise failure from (None if isinstance(error, GoogleAuthError) else error)

    def close(self) -> None:
        """Give back the connections."""
        self.http.session.close()


def open_access(credentials: str | None, base: str | None, timeout: tuple[float, float]) -> Access:
    """The way to Google with these credentials; with another base address the way there, with none at all.

    `timeout` is in seconds: for a connection, and between two bytes.

    Raises SheetUnavailableError when the credentials cannot be used.
    """
    if base is not None:
        return Access(_SessionElsewhere(base), timeout, account="")
    key = _service_account(credentials)
    return Access(_GoogleSession(key), timeout, account=str(key.service_account_email))


class _Key(service_account.Credentials):
    """A service account's key, which asks Google for a token and for nothing else."""

    @override
    def before_request(self, request: Request, method: str, url: str, headers: dict[str, str]) -> None:
        # The base class also asks another host where the account may be used.
        if not self.valid:
            self.refresh(request)
        self.apply(headers)  # type: ignore[no-untyped-call]

    @override
    def refresh(self, request: Request) -> None:
        try:
            super().refresh(request)  # type: ignore[no-untyped-call]
        except (AttributeError, KeyError, TypeError):
            # What was answered is no JSON, or not a token's.
            raise MalformedError from None


class _GoogleSession(AuthorizedSession):
    """Sends each request with a token for the key, and follows no redirect: a token must not go elsewhere."""

    def __init__(self, key: _Key) -> None:
        tokens = Request()
        super().__init__(key, max_refresh_attempts=1, auth_request=tokens)  # type: ignore[no-untyped-call]
        # Otherwise a .netrc would put its password in the token's place.
        self.auth = tokens.session.auth = lambda request: request

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        response = super().request(*args, **{**kwargs, "allow_redirects": False})  # type: ignore[no-untyped-call]
        return _checked(cast("requests.Response", response))


class _SessionElsewhere(requests.Session):
    """Sends what is meant for Google to another address: gspread builds absolute addresses from constants."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        # Otherwise a .netrc would add credentials, and a proxy of the environment would be asked.
        self.trust_env = False

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        asked = url.decode() if isinstance(url, bytes) else url
        if not asked.startswith(f"{_GOOGLE}/"):
            raise requests.exceptions.InvalidURL("not the Sheets API")
        elsewhere = self._base + asked.removeprefix(_GOOGLE)
        return _checked(super().request(method, elsewhere, *args, **{**kwargs, "allow_redirects": False}))


def _checked(response: requests.Response) -> requests.Response:
    """The response of a request that was not refused. gspread cannot make its own error of what is not Google's."""
    if not response.ok:
        raise requests.HTTPError(response=response)
    return response


def _service_account(credentials: str | None) -> _Key:
    """Raises SheetUnavailableError."""
    if credentials is None:
        raise SheetUnavailableError(FallaPlanilla.SIN_CREDENCIALES, detail="KIOSK_GOOGLE_CREDENTIALS")
    info = _key_in(credentials if credentials.startswith("{") else _text_of(credentials))
    try:
        made = _Key.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  # what a broken key makes a parser raise is anybody's guess, and may quote the key
        raise _unusable(Defecto.LLAVE_PRIVADA_ILEGIBLE) from None
    return cast("_Key", made)


def _text_of(path: str) -> str:
    """The key file's text. Raises SheetUnavailableError."""
    file = Path(path)
    shown = shown_setting("google_credentials", path)
    try:
        return file.expanduser().read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SheetUnavailableError(FallaPlanilla.ARCHIVO_NO_EXISTE, detail=shown) from None
    except UnicodeDecodeError:
        raise _unusable(Defecto.NO_ES_JSON, file=shown) from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise _unusable(Defecto.ILEGIBLE, file=shown, detail=reason) from None


def _key_in(text: str) -> dict[str, Any]:
    """Raises SheetUnavailableError."""
    try:
        info = json.loads(text)
    except (ValueError, RecursionError):
        raise _unusable(Defecto.NO_ES_JSON) from None
    if not isinstance(info, dict) or info.get("type") != "service_account":
        raise _unusable(Defecto.LLAVE_DE_OTRO_TIPO)
    for name in ("client_email", "private_key", "token_uri"):
        if not isinstance(info.get(name), str) or not info[name]:
            raise _unusable(Defecto.LLAVE_INCOMPLETA, name=name)
    return info


def _unusable(reason: Defecto, *, file: str = "", **data: str) -> SheetUnavailableError:
    return SheetUnavailableError(FallaPlanilla.LLAVE_INVALIDA, detail=file, key=InvalidValueError(reason, **data))
