"""What went wrong between us and the Sheets API, in the family's one error. It tells no key and no token.

It costs time to import: only `core.sheet.access` does, when a spreadsheet is opened.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, Final

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from urllib3.exceptions import HTTPError

from core.domain.errors import SheetUnavailableError
from core.domain.reasons import FallaPlanilla
from core.domain.texts import masked, one_line
from core.sheet.connections import Exchange

LONGEST_DETAIL: Final = 500

_TOO_MANY_CELLS: Final = re.compile(r"\blimit of [\d,.]+ cells\b")
_SECRETS: Final = re.compile(r"-----BEGIN.*|\beyJ[\w.-]{6,}|\bya29\.[\w.-]+", re.DOTALL)
_PACE: Final = frozenset({"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded"})


def failure_of(error: Exception, exchange: Exchange, *, write: bool, account: str) -> Exception:
    """What this exception of a request means: SheetUnavailableError, or ValueError for a value that JSON cannot hold.

    What is no failure of the network's is itself.
    """
    if isinstance(error, SheetUnavailableError):
        return error
    response = exchange.response
    if response is not None and response.status_code >= HTTPStatus.BAD_REQUEST:
        return _refusal(response, write=write, account=account)
    doubtful = write and exchange.sent
    if response is not None:
        # A connection that was cut off among the headers looks like an answer without a body.
        falla = FallaPlanilla.LENTA if exchange.is_over else FallaPlanilla.RESPUESTA_ILEGIBLE
        return SheetUnavailableError(falla, doubtful=doubtful)
    match error:
        case requests.exceptions.InvalidJSONError():
            return ValueError(str(error))
        case requests.RequestException() | HTTPError() | OSError():
            return lost(error, exchange, doubtful=doubtful)
        case _:
            return error


def lost(error: Exception, exchange: Exchange, *, doubtful: bool) -> SheetUnavailableError:
    """A request that got no answer: too late, or no connection."""
    late = exchange.is_over or any(isinstance(one, requests.ReadTimeout) for one in _causes(error))
    falla = FallaPlanilla.LENTA if late else FallaPlanilla.RED
    return SheetUnavailableError(falla, detail="" if late else told(_reason(error)), doubtful=doubtful)


def token_failure(error: Exception, exchange: Exchange, account: str) -> SheetUnavailableError:
    """Why Google gave no token for the key. Nothing was asked of the spreadsheet then."""
    if exchange.is_over:
        return SheetUnavailableError(FallaPlanilla.LENTA)
    match error:
        case TransportError():
            return lost(error, exchange, doubtful=False)
        case RefreshError(retryable=True):
            return SheetUnavailableError(FallaPlanilla.SERVIDOR, detail=told(str(error.args[0])))
        case GoogleAuthError():
            detail = told(str(error.args[0])) if error.args else ""
            return SheetUnavailableError(FallaPlanilla.LLAVE_RECHAZADA, detail=detail, account=account)
        case _:
            return SheetUnavailableError(FallaPlanilla.RESPUESTA_ILEGIBLE)


def told(text: str) -> str:
    """Another's words as they may be shown: no password, token or key, on one line, not too many."""
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
    message = told(str(answer.get("message") or response.reason or response.status_code))
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
