"""What the terminal in front of people can show, as its environment tells it before anything is painted."""

import codecs
from collections.abc import Mapping
from typing import Final

MIN_WIDTH: Final = 80
MIN_HEIGHT: Final = 24
"""Cells below which a screen still works, but has to leave something out."""

_DUMB: Final = frozenset({"dumb", "unknown"})
"""Names of what cannot move its cursor: a full screen is none there."""

_WITHOUT_COLOURS: Final = ("vt100", "vt102", "vt220", "-m", "-mono", "-bw")
"""Names, or the ends of names, of terminals that show bright, dark and reverse and no hue."""


def is_monochrome(environment: Mapping[str, str]) -> bool:
    """Whether the terminal shows no colours, or somebody asked for none (`NO_COLOR`)."""
    return bool(environment.get("NO_COLOR")) or environment.get("TERM", "").lower().endswith(_WITHOUT_COLOURS)


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Whether the terminal cannot show a full screen at all."""
    return environment.get("TERM", "").lower() in _DUMB


def is_utf8(encoding: str | None) -> bool:
    """Whether what is written in this encoding shows every sign and accent."""
    try:
        return codecs.lookup(encoding or "").name == "utf-8"
    except LookupError:
        return False
