"""GS1 element strings: what the labels of goods carry, as scanners send it."""

import re
from typing import Final

_SYMBOLOGIES: Final = {
    "]C1": "GS1-128",
    "]e0": "GS1 DataBar",
    "]d2": "GS1 DataMatrix",
    "]Q3": "GS1 QR Code",
    "]J1": "GS1 DotCode",
}
"""By the identifier that a scanner may send first."""

_WRITTEN: Final = re.compile(r"(?:\(\d{2,4}\)[^()]+)+")
"""As people write it: each identifier in brackets."""

_NUMBERED: Final = re.compile(r"(?:01(\d{14}).*|00(\d{18}))")
"""A trade item's number first, or a pallet's alone; both end with a check digit."""


def symbology(text: str, *, separated: bool) -> str:
    """The kind of barcode of a GS1 element string, `GS1` when it does not say; empty for any other text.

    `separated` says that separators (FNC1, sent as GS) were in the text.
    """
    kind = _SYMBOLOGIES.get(text[:3], "")
    content = text[3:] if kind else text
    if (kind or separated) and content[:2].isdecimal():
        return kind or "GS1"
    number = _NUMBERED.fullmatch(content)
    is_gs1 = _WRITTEN.fullmatch(content) or (number and _has_check_digit(number[1] or number[2]))
    return "GS1" if is_gs1 else ""


def _has_check_digit(digits: str) -> bool:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
