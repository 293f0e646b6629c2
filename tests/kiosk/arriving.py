"""What arrives at a terminal when a scanner set to another layout types a text, and what that may have been."""

from kiosk.scanning.keyboards import MISMATCHES, Pair, decoded, shown, strokes


def arrival(text: str, pair: Pair) -> str:
    """The text that arrives when the scanner types `text`. Raises ValueError for what the scanner cannot type."""
    return shown(strokes(text, pair.scanner), pair.terminal)


def readings(text: str) -> list[tuple[Pair, str]]:
    """The possible originals that differ from the text, for every scanner and terminal that are not set alike."""
    return [(pair, reading) for pair in MISMATCHES for reading in decoded(text, pair) if reading != text]
