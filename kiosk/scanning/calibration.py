"""The calibration barcode. Its text arrives differently for every pair of layouts that are not set alike."""

import re
from functools import cache
from typing import Final

from kiosk.scanning.keyboards import MISMATCHES, PAIRS, SPACING, Pair, caps_locked, shown, strokes
from kiosk.scanning.layouts import ALT_GR, DEAD_KEYS, SYMBOLS, Layout, Stroke

CALIBRATION: Final = "C.TECLADO-=#|Y^<"
_OLDER: Final = "C.TECLADO-=#|"
"""What command sheets of older versions have, which not every pair mangles in a way of its own."""

_NAME: Final = "C.TECLADO"


def is_calibration(text: str) -> bool:
    """Whether the text is the calibration barcode's, in any layouts."""
    return _beginning().match(text) is not None


@cache
def _beginning() -> re.Pattern[str]:
    names = {re.escape(shown(strokes(_NAME, pair.scanner), pair.terminal)) for pair in PAIRS}
    # A letter or digit after the name makes another word of it. French scanners send one, but mangle the name as well.
    return re.compile(rf"(?!{re.escape(_NAME)}[A-Z0-9])(?:{'|'.join(sorted(names))})", re.IGNORECASE)


def diagnose(text: str) -> Pair | None:
    """The layouts by which the calibration barcode arrives as `text`; None when it fits no known pair, or several.

    What is typed does not tell pairs that are set alike from each other: one of them stands for all.
    """
    variants = (text, caps_locked(text))
    for printed in (CALIBRATION, _OLDER):
        if printed in variants:
            return Pair(Layout.US, Layout.US)
        fitting = [
            pair for pair in MISMATCHES if any(re.fullmatch(_arrivals(printed, pair), came) for came in variants)
        ]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


@cache
def _arrivals(printed: str, pair: Pair) -> str:
    """A pattern of the texts as which the calibration barcode may arrive.

    A keystroke with AltGr, or a dead key with what follows it, arrives differently on each system, or not at all.
    """
    pattern, dead = "", None
    for key in strokes(printed, pair.scanner):
        symbol = SYMBOLS[pair.terminal].get(key, "")
        if dead is not None:
            pattern += _after(dead, key, pair.terminal)
            dead = None
        elif symbol in DEAD_KEYS:
            dead = key
        elif key.level < ALT_GR:
            pattern += re.escape(symbol)
        elif symbol:
            pattern += f"(?:{re.escape(symbol)})?"
        else:
            pattern += f"(?:{re.escape(SYMBOLS[pair.terminal][key._replace(level=0)])}|[^!-~])?"
    return pattern


def _after(dead: Stroke, key: Stroke, layout: Layout) -> str:
    """A pattern of what a terminal set to `layout` makes of a dead key and the next key."""
    mark, symbol = SYMBOLS[layout][dead], SYMBOLS[layout].get(key, "")
    signs = re.escape("".join(sign for sign, behind in SPACING.items() if behind == mark))
    if symbol == " ":
        return f"[{signs}]"
    return f"(?:{re.escape(shown((dead, key), layout))}|[{signs}]{re.escape(symbol)})?"
