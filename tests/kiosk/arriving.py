"""What arrives at a terminal when a scanner set to another layout types a text."""

from itertools import islice, product

from kiosk.scanning.keyboards import SPACING, Pair, shown, strokes
from kiosk.scanning.layouts import ALT_GR, DEAD_KEYS, SYMBOLS, Stroke


def arrival(text: str, pair: Pair) -> str:
    """The text that arrives when the scanner types `text`. Raises ValueError for what the scanner cannot type."""
    return shown(strokes(text, pair.scanner), pair.terminal)


def every_arrival(text: str, pair: Pair) -> set[str]:
    """What may arrive on one system or another: they differ in AltGr, and in a dead key with what follows it."""
    if pair.is_in_order:
        return {text}
    symbols, parts = SYMBOLS[pair.terminal], list[set[str]]()
    keys = iter(strokes(text, pair.scanner))
    for key in keys:
        symbol = symbols.get(key, "")
        if symbol in DEAD_KEYS:
            after = list(islice(keys, 1))
            signs = {sign for sign, mark in SPACING.items() if mark == symbol}
            apart = {sign + shown(after, pair.terminal) for sign in signs} | {shown((key, *after), pair.terminal), ""}
            parts.append(signs if after == [Stroke("SPCE", 0)] else apart)
        elif key.level == ALT_GR:
            parts.append({"", symbol} if symbol else {"", symbols[key._replace(level=0)], "€"})
        else:
            parts.append({symbol})
    return set(map("".join, product(*parts)))
