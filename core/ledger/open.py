"""Opening a ledger, or a rate limit beside it, by its URL. Only the engine that the URL names is imported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from core.domain.errors import InvalidRequestError, LedgerUnavailableError
from core.domain.reasons import Defecto, FallaRegistro, InvalidValueError
from core.domain.writing.texts import clean_site, masked
from core.extras import needing_extras

if TYPE_CHECKING:
    from core.ledger.protocol import Ledger, Position
    from core.ledger.rates import RateLimit


REDIS_SCHEMES: Final = frozenset(
    {"redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}
)
"""The URL schemes of the Redis engine; those with `rediss` speak TLS."""


def sqlite_path(url: str) -> Path:
    """The file of `sqlite:///relative/path` or `sqlite:////absolute/path`."""
    _, _, path = url.partition(":///")
    if not path:
        raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.URL_SIN_RUTA, url)
    path = unquote(path)
    if path == ":memory:" or "\0" in path:
        raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.NO_SE_PUEDE_GUARDAR, url)
    try:
        return Path(path).expanduser()
    except RuntimeError as exc:
        raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.PERSONA_DESCONOCIDA, url) from exc


def _checked(site: str) -> str:
    """The site's name, by one rule for all engines."""
    try:
        return clean_site(site)
    except InvalidValueError as exc:
        raise InvalidRequestError("KIOSK_SITE", exc.reason, site, **exc.data) from exc


def require_ledger(url: str) -> None:
    """Raise LedgerUnavailableError when `url` names an SQLite file that is not there: to open it would make it."""
    if not url.startswith("sqlite:"):
        return
    path = sqlite_path(url)
    try:
        # A load that was killed may leave an empty file.
        is_there = path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        is_there = False
    except OSError as exc:
        raise LedgerUnavailableError(FallaRegistro.CARPETA, path=str(path), detail=exc.strerror) from exc
    if not is_there:
        raise LedgerUnavailableError(FallaRegistro.SIN_REGISTRO, path=str(path))


def utc_now() -> datetime:
    """This machine's clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_ledger(
    url: str,
    *,
    site: str,
    request_memory: timedelta,
    clock: Callable[[], datetime] = utc_now,
    seen: Position | None = None,
    min_replicas: int = 0,
) -> AsyncIterator[Ledger]:
    """The ledger of `site` at `url`, closed when the block ends.

    `clock` (aware, UTC) is this machine's, and the ledger's where the engine has none of its own, as SQLite. `seen`
    is the furthest position known of this ledger. On Redis, a commit waits for `min_replicas` replicas.
    Raises InvalidRequestError for a URL no engine knows or a bad name of a site, MissingPackageError where the engine's
    driver is not installed, LedgerUnavailableError when it cannot be opened.
    """
    site = _checked(site)
    try:
        engine = urlsplit(url).scheme
    except ValueError as exc:
        raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.NO_ES_URL, masked(url)) from exc
    match engine:
        case "sqlite":
            from core.ledger.sqlite.ledger import SqliteLedger

            ledger: Ledger = await SqliteLedger.open(
                sqlite_path(url), site=site, clock=clock, request_memory=request_memory, seen=seen
            )
        case scheme if scheme in REDIS_SCHEMES:
            with needing_extras():
                from core.ledger.redis.ledger import RedisLedger

            ledger = await RedisLedger.open(
                url, site=site, clock=clock, request_memory=request_memory, seen=seen, min_replicas=min_replicas
            )
        case scheme:
            if not scheme:
                raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.NO_ES_URL, masked(url))
            raise InvalidRequestError("KIOSK_LEDGER_URL", Defecto.ESQUEMA_DESCONOCIDO, masked(url), scheme=scheme)
    try:
        yield ledger
    finally:
        await _to_the_end(ledger.aclose())


@asynccontextmanager
async def open_rate_limit(url: str, *, site: str, name: str, per_minute: int) -> AsyncIterator[RateLimit]:
    """The limit called `name` of the site whose ledger is at `url`, closed when the block ends.

    Raises LedgerUnavailableError when its file cannot be used, InvalidRequestError as `open_ledger` does.
    """
    site = _checked(site)
    rate_limit: RateLimit
    if urlsplit(url).scheme in REDIS_SCHEMES:
        with needing_extras():
            from core.ledger.redis.rates import RedisRateLimit

        rate_limit = RedisRateLimit(url, site=site, name=name, limit=per_minute)
    else:
        from core.ledger.sqlite.rates import SqliteRateLimit

        rate_limit = await SqliteRateLimit.open(sqlite_path(url), site=site, name=name, limit=per_minute)
    async with aclosing(rate_limit):
        yield rate_limit


async def _to_the_end(closing: Coroutine[None, None, None]) -> None:
    """Finish closing although this task may be cancelled again meanwhile; raise the cancellation then."""
    task = asyncio.ensure_future(closing)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    task.result()
    if cancelled is not None:
        raise cancelled
