"""What the terminal can show, by its environment."""

import codecs
from collections.abc import Mapping
from typing import Final

MIN_WIDTH: Final = 80
MIN_HEIGHT: Final = 24
"""Cells. On a smaller terminal a screen works, but leaves something out."""

LEAST_WIDTH: Final = 40
LEAST_HEIGHT: Final = 20
"""Cells. On a smaller terminal an answer could stay unseen: nothing is done."""

_DUMB: Final = frozenset({"dumb", "unknown"})
"""Names of terminals that cannot move their cursor."""

_WITHOUT_COLOURS: Final = ("vt100", "vt102", "vt220", "-m", "-mono", "-bw")
"""Ends of the names of terminals that show bright, dark and reverse, but no hue."""


def fits(width: int, height: int) -> bool:
    """Whether a screen of so many cells shows everything."""
    return width >= MIN_WIDTH and height >= MIN_HEIGHT


def works(width: int, height: int) -> bool:
    """Whether a screen of so many cells shows at least every answer."""
    return width >= LEAST_WIDTH and height >= LEAST_HEIGHT


def is_monochrome(environment: Mapping[str, str]) -> bool:
    """Whether the terminal has no colours, or `NO_COLOR` is set."""
    return bool(environment.get("NO_COLOR")) or environment.get("TERM", "").lower().endswith(_WITHOUT_COLOURS)


def is_console(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is the Linux console, whose fonts and colours are few."""
    return environment.get("TERM", "").lower() == "linux"


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Whether the terminal cannot show a full screen at all."""
    return environment.get("TERM", "").lower() in _DUMB


def is_utf8(encoding: str | None) -> bool:
    """Whether this encoding has every sign and accent."""
    try:
        return codecs.lookup(encoding or "").name == "utf-8"
    except LookupError:
        return False
