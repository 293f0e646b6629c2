"""The way to the Sheets API: the service account's key, gspread's HTTP client, and nothing that asks twice.

(But once more with a new token where the old one was refused: then nothing was done.)

It must never let a key or a token out: not in an error, not in a log, and not to another address than Google's.
It costs time to import: `core.sheet.spreadsheet` does when a spreadsheet is opened.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.credentials import Credentials
from google.auth.transport.requests import Request as TokenRequest
from google.oauth2 import service_account
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL

from core.domain.errors import SheetUnavailableError
from core.domain.reasons import Defecto, FallaPlanilla, InvalidValueError
from core.settings import shown_setting
from core.sheet.connections import Exchange, TimedAdapter, Wire
from core.sheet.failures import failure_of, token_failure
from core.sheet.pace import Deadlines

T = TypeVar("T")

SCOPES: Final = [scope for scope in gspread.auth.DEFAULT_SCOPES if scope.endswith("/spreadsheets")]
"""Spreadsheets and nothing else: neither the account's other files nor their names."""

_GOOGLE: Final = "://".join(urlsplit(SPREADSHEETS_API_V4_BASE_URL)[:2])


class Access:
    """gspread's HTTP client for one account, or for none. Its requests go one at a time, each in a thread."""

    def __init__(self, session: "_Session", wire: Wire, deadlines: Deadlines, account: str) -> None:
        self.http: HTTPClient = gspread.Client(auth=cast("Credentials", None), session=session).http_client
        self.account = account
        """The service account's e-mail address; empty for none."""
        self._wire = wire
        self._deadlines = deadlines

    def begin(self, kind: Literal["read", "write"]) -> Exchange:
        """A request's time begins."""
        limits = self._deadlines
        total = limits.write if kind == "write" else limits.read
        return Exchange(total=total, connect=limits.connect, silence=limits.silence)

    def perform(self, exchange: Exchange, ask: Callable[[], T], *, write: bool) -> T:
        """Do what `ask` asks of `http`, in this thread. Raises SheetUnavailableError."""
        self._wire.exchange = exchange
        try:
            return ask()
        except Exception as error:
            failure = failure_of(error, exchange, write=write, account=self.account)
            if failure is error:
                raise
            raise failure from error
        finally:
            exchange.end()

    def close(self) -> None:
        """Close the connections to the API."""
        self.http.session.close()


def open_access(credentials: str | None, base: str | None, deadlines: Deadlines) -> Access:
    """The way to Google with these credentials; with another base address the way there, with none at all.

    Raises SheetUnavailableError when the credentials cannot be used.
    """
    wire = Wire()
    if base is not None:
        return Access(_SessionElsewhere(wire, base), wire, deadlines, account="")
    key = _service_account(credentials)
    return Access(_SessionWithKey(wire, key), wire, deadlines, account=str(key.service_account_email))


class _Session(requests.Session):
    """Sends to the Sheets API alone, follows nobody elsewhere, and keeps what was answered."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        for scheme in ("http://", "https://"):
            self.mount(scheme, TimedAdapter(wire, to_api=True))

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        exchange = self._wire.current()
        exchange.response = None
        response = super().request(method, url, *args, **{**kwargs, "allow_redirects": False})
        exchange.response = response
        return response


class _SessionElsewhere(_Session):
    """Sends what is meant for Google to another address.

    gspread builds absolute addresses from constants that its modules import by name: only here do they all pass.
    """

    def __init__(self, wire: Wire, base: str) -> None:
        super().__init__(wire)
        self._base = base
        # Otherwise a .netrc would add credentials, and a proxy of the environment would be asked.
        self.trust_env = False

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        asked = url.decode() if isinstance(url, bytes) else url
        if not asked.startswith(f"{_GOOGLE}/"):
            raise requests.exceptions.InvalidURL("not the Sheets API")
        return super().request(method, self._base + asked.removeprefix(_GOOGLE), *args, **kwargs)


class _SessionWithKey(_Session):
    """Sends to Google, each request with a token for the key."""

    def __init__(self, wire: Wire, key: service_account.Credentials) -> None:
        super().__init__(wire)
        self._tokens = requests.Session()
        for scheme in ("http://", "https://"):
            self._tokens.mount(scheme, TimedAdapter(wire, to_api=False))
        # With an `auth` of its own a session looks for none in a .netrc.
        self._tokens.auth = _unchanged
        self._token_request = TokenRequest(self._tokens)
        self._key = key
        self.auth = self._with_token

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        held = self._key.token
        response = super().request(method, url, *args, **kwargs)
        was_held = held is not None and self._key.token == held
        if self._is_refused(response) and was_held:
            # It may have been revoked, or this machine's clock set back: a new one may do.
            response = super().request(method, url, *args, **kwargs)
            self._is_refused(response)
        return response

    def _is_refused(self, response: requests.Response) -> bool:
        """Whether the token was; it is not used again then."""
        refused = response.status_code == HTTPStatus.UNAUTHORIZED
        if refused:
            self._key.token = None
        return refused

    def _with_token(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Raises SheetUnavailableError."""
        try:
            if not self._key.valid:
                self._key.refresh(self._token_request)  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001  # google-auth trusts whatever answers in the token server's place
            raise token_failure(error, self._wire.current(), str(self._key.service_account_email)) from None
        request.headers["Authorization"] = f"Bearer {self._key.token}"
        return request

    def close(self) -> None:
        self._tokens.close()
        super().close()


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _service_account(credentials: str | None) -> service_account.Credentials:
    """Raises SheetUnavailableError."""
    if credentials is None:
        raise SheetUnavailableError(FallaPlanilla.SIN_CREDENCIALES, detail="KIOSK_GOOGLE_CREDENTIALS")
    info = _key_in(credentials if credentials.startswith("{") else _text_of(credentials))
    try:
        made = service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  # what a broken key makes a parser raise is anybody's guess, and may quote the key
        raise _unusable(Defecto.LLAVE_PRIVADA_ILEGIBLE) from None
    return cast("service_account.Credentials", made)


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
