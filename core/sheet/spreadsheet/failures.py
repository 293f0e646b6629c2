"""What went wrong between us and the Sheets API, in the family's one error. It tells no key and no token.

It costs time to import: only `core.sheet.spreadsheet.access` does, when a spreadsheet is opened.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, Final

import requests
from google.auth.exceptions import GoogleAuthError, MalformedError, RefreshError, TransportError
from urllib3.exceptions import HTTPError, NewConnectionError

from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import SheetUnavailableError
from core.domain.writing.texts import masked, one_line

LONGEST_DETAIL: Final = 500

_TOO_MANY_CELLS: Final = re.compile(r"\blimit of [\d,.]+ cells\b")
_SECRETS: Final = re.compile(r"-----BEGIN.*|\beyJ[\w.-]{6,}|\bya29\.[\w.-]+", re.DOTALL)
_NOT_SENT: Final = (NewConnectionError, ssl.SSLCertVerificationError)
_PACE: Final = frozenset({"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded"})


def failure_of(error: Exception, *, write: bool, account: str) -> SheetUnavailableError | None:
    """What this exception of a request means; None for one that is no failure of the network or of Google.

    A write is `doubtful` unless it certainly never reached Google, or was refused.
    """
    match error:
        case requests.HTTPError(response=requests.Response() as response):
            return _refusal(response, write=write, account=account)
        case GoogleAuthError():
            return _token_failure(error, account)
        case requests.exceptions.InvalidJSONError() if not isinstance(error, requests.exceptions.JSONDecodeError):
            # A value that JSON cannot hold: a bug of ours.
            return None
        case requests.ConnectTimeout():
            return SheetUnavailableError(FallaPlanilla.LENTA)
        case requests.Timeout():
            return SheetUnavailableError(FallaPlanilla.LENTA, doubtful=write)
        case requests.exceptions.ContentDecodingError() | ValueError():
            return SheetUnavailableError(FallaPlanilla.RESPUESTA_ILEGIBLE, doubtful=write)
        case requests.RequestException() | HTTPError() | OSError():
            sent = not any(isinstance(one, _NOT_SENT) for one in _causes(error))
            detail = without_secrets(_reason(error))
            return SheetUnavailableError(FallaPlanilla.RED, detail=detail, doubtful=write and sent)
        case _:
            return None


def _token_failure(error: GoogleAuthError, account: str) -> SheetUnavailableError:
    """Why Google gave no token for the key. Nothing was asked of the spreadsheet then."""
    if isinstance(error, TransportError):
        return SheetUnavailableError(FallaPlanilla.RED, detail=without_secrets(_reason(error)))
    if isinstance(error, MalformedError):
        return SheetUnavailableError(FallaPlanilla.RESPUESTA_ILEGIBLE)
    detail = without_secrets(str(error.args[0])) if error.args else ""
    if isinstance(error, RefreshError) and error.retryable:
        return SheetUnavailableError(FallaPlanilla.SERVIDOR, detail=detail)
    return SheetUnavailableError(FallaPlanilla.LLAVE_RECHAZADA, detail=detail, account=account)


def without_secrets(text: str) -> str:
    """A text of Google's or of a driver's as it may be shown: no password, token or key, on one line, bounded."""
    text = _SECRETS.sub("***", masked(text))
    return " ".join(one_line(text).split())[:LONGEST_DETAIL]


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """The header's seconds from `now` (aware), also where it names an instant; None where it says nothing."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        # A date without a zone is one in GMT, as all of HTTP's are.
        seconds = (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return max(seconds, 0.0) if isfinite(seconds) else None


def _refusal(response: requests.Response, *, write: bool, account: str) -> SheetUnavailableError:
    """An answer of 400 or more."""
    answer = _google_error(response)
    message = without_secrets(str(answer.get("message") or response.reason or response.status_code))
    status = response.status_code
    falla = _meaning(status, message, set(_reasons(answer)))
    return SheetUnavailableError(
        falla,
        detail=message,
        retry_after=retry_after(response.headers.get("Retry-After"), now=datetime.now(UTC)),
        doubtful=write and status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        account=account,
    )


def _meaning(status: int, message: str, reasons: set[str]) -> FallaPlanilla:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return FallaPlanilla.LLAVE_RECHAZADA
        case HTTPStatus.FORBIDDEN if "SERVICE_DISABLED" in reasons or "accessNotConfigured" in reasons:
            return FallaPlanilla.API_DESACTIVADA
        case HTTPStatus.FORBIDDEN if reasons & _PACE:
            return FallaPlanilla.CUOTA
        case HTTPStatus.FORBIDDEN:
            return FallaPlanilla.NO_COMPARTIDA
        case HTTPStatus.NOT_FOUND:
            return FallaPlanilla.ID_INCORRECTO
        case HTTPStatus.TOO_MANY_REQUESTS:
            return FallaPlanilla.CUOTA
        case HTTPStatus.BAD_REQUEST if _TOO_MANY_CELLS.search(message):
            return FallaPlanilla.LLENA
        case HTTPStatus.REQUEST_TIMEOUT:
            return FallaPlanilla.SERVIDOR
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return FallaPlanilla.SERVIDOR
        case _:
            return FallaPlanilla.RECHAZADA


def _google_error(response: requests.Response) -> Mapping[str, Any]:
    """The error in the answer; nothing where whoever answered is not Google."""
    try:
        answer = response.json()
    except requests.exceptions.JSONDecodeError:
        return {}
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else {}


def _reasons(answer: Mapping[str, Any]) -> Iterator[str]:
    """The codes that say why, in the form of the Sheets API and in the older one."""
    for name in ("details", "errors"):
        listed = answer.get(name)
        for part in listed if isinstance(listed, list) else ():
            if isinstance(part, dict) and "reason" in part:
                yield str(part["reason"])


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it wraps, outermost first."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and not any(one is other for other in seen):
            seen.append(one)
            yield one
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__]


def _reason(error: BaseException) -> str:
    """The innermost cause in the system's words."""
    *_, innermost = _causes(error)
    system = innermost.strerror if isinstance(innermost, OSError) else None
    return system or str(innermost) or type(innermost).__name__
