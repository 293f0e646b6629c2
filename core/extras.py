"""The extras of this program: packages that only some of its work needs, and that may not be installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from core.domain.errors import InvalidRequestError
from core.domain.reasons import Defecto

MODULES: Final = {
    "redis": ("redis", "hiredis"),
    "sheet": ("gspread", "google", "requests", "urllib3"),
    "labels": ("reportlab", "zxingcpp"),
    "web": ("textual_serve", "aiohttp", "aiohttp_jinja2"),
}
"""The top-level modules that each extra of `pyproject.toml` brings."""


class MissingPackageError(InvalidRequestError):
    """What was asked for needs an extra that is not installed: `value` is its name."""

    error_code, status = "PACKAGE_MISSING", 501

    def __init__(self, extra: str) -> None:
        super().__init__("spool-kiosk", Defecto.FALTA, extra)


@contextmanager
def needing_extras() -> Iterator[None]:
    """Raise MissingPackageError where the block, or the decorated function, imports what an extra would bring."""
    try:
        yield
    except ModuleNotFoundError as exc:
        module = (exc.name or "").partition(".")[0]
        for extra, modules in MODULES.items():
            if module in modules:
                raise MissingPackageError(extra) from exc
        raise
