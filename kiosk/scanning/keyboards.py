"""Keyboard layouts, and the original of a text that a scanner typed in one layout into a terminal set to another.

Pure tables and functions. They know no tags and guess nothing: they return every possible reading.

The tables are those of xkeyboard-config (symbols `us`, `es`, `latam`, `latin(type4)`), which agree with Windows'
KBDUS, KBDSP and KBDLA on all but a few AltGr characters. What a dead key makes of the next character is Unicode's
composition, and for signs the X11 Compose file of en_US.UTF-8. Where a dead key and the next character do not
compose, Windows and the Linux console type both, and X11 types neither: that character is lost.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from typing import Final, NamedTuple

GRAVE, ACUTE, CIRCUMFLEX, DIAERESIS = "\u0300", "\u0301", "\u0302", "\u0308"
"""Dead keys are written as the combining mark that they put on the next letter."""

_ROWS: Final = (
    ("TLDE", *(f"AE{n:02}" for n in range(1, 13))),
    tuple(f"AD{n:02}" for n in range(1, 13)),
    tuple(f"AC{n:02}" for n in range(1, 12)),
    ("BKSL", "LSGT", *(f"AB{n:02}" for n in range(1, 11)), "SPCE"),
)
"""The positions of the keys, row by row, by their XKB names."""

ALT_GR: Final = 2
"""The level that many systems lose."""

_NO: Final = "\0"
"""Fills a table's row where a key types nothing."""


class Layout(StrEnum):
    """The keyboard layouts in use here."""

    US = "us"
    ES = "es"
    LATAM = "latam"


class Stroke(NamedTuple):
    """A key at a position, with nothing held down (level 0), Shift (1) or AltGr (2)."""

    position: str
    level: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The layouts that the scanner and the terminal are set to."""

    scanner: Layout
    terminal: Layout

    @property
    def is_in_order(self) -> bool:
        """Whether both are set alike, so that every text arrives as it is printed."""
        return self.scanner is self.terminal

    def __str__(self) -> str:
        return f"{self.scanner}/{self.terminal}"

    @classmethod
    def parse(cls, text: str) -> "Pair | None":
        """The pair in `us/latam`; None for anything else, `auto` included."""
        return next((pair for pair in PAIRS if str(pair) == text), None)


PAIRS: Final = tuple(Pair(scanner, terminal) for scanner, terminal in product(Layout, Layout))
MISMATCHES: Final = tuple(pair for pair in PAIRS if not pair.is_in_order)

_TABLES: Final[dict[Layout, tuple[tuple[str, str, str, str], ...]]] = {
    Layout.US: (
        ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "\\<zxcvbnm,./ "),
        ("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"', f"|>ZXCVBNM<>?{_NO}"),
    ),
    Layout.ES: (
        ("º1234567890'¡", f"qwertyuiop{GRAVE}+", f"asdfghjklñ{ACUTE}", "ç<zxcvbnm,.- "),
        ('ª!"·$%&/()=?¿', f"QWERTYUIOP{CIRCUMFLEX}*", f"ASDFGHJKLÑ{DIAERESIS}", f"Ç>ZXCVBNM;:_{_NO}"),
        (f"\\|@#~{_NO * 8}", f"{_NO * 10}[]", f"{_NO * 10}{{", f"}}{_NO * 12}"),
    ),
    Layout.LATAM: (
        ("|1234567890'¿", f"qwertyuiop{ACUTE}+", "asdfghjklñ{", "}<zxcvbnm,.- "),
        ('°!"#$%&/()=?¡', f"QWERTYUIOP{DIAERESIS}*", "ASDFGHJKLÑ[", f"]>ZXCVBNM;:_{_NO}"),
        (f"¬|@·~{_NO * 6}\\{_NO}", f"@{_NO * 10}~", f"{_NO * 10}{CIRCUMFLEX}", f"{GRAVE}{_NO * 12}"),
    ),
}

SYMBOLS: Final[dict[Layout, dict[Stroke, str]]] = {
    layout: {
        Stroke(position, level): symbol
        for level, rows in enumerate(levels)
        for row, symbols in zip(_ROWS, rows, strict=True)
        for position, symbol in zip(row, symbols, strict=True)
        if symbol != _NO
    }
    for layout, levels in _TABLES.items()
}
"""What each keystroke types in each layout; a combining mark is a dead key."""


def _strokes_of(symbols: dict[Stroke, str]) -> dict[str, list[Stroke]]:
    """The keystrokes that type each symbol, the likeliest first."""
    by_symbol: dict[str, list[Stroke]] = {}
    # Scanners use the key beside the left Shift, which not every keyboard has, only for what is nowhere else.
    for stroke in sorted(symbols, key=lambda stroke: (stroke.position == "LSGT", stroke.level)):
        by_symbol.setdefault(symbols[stroke], []).append(stroke)
    return by_symbol


_STROKES: Final = {layout: _strokes_of(symbols) for layout, symbols in SYMBOLS.items()}

_MARKS: Final = {GRAVE: "`", ACUTE: "\u00b4", CIRCUMFLEX: "^", DIAERESIS: "¨"}
"""What each dead key types before a blank, or before itself."""

_SPACING: Final = {"`": GRAVE, "\u00b4": ACUTE, "'": ACUTE, "^": CIRCUMFLEX, "¨": DIAERESIS, '"': DIAERESIS}
"""The dead key behind a sign that it types before a blank: X11 and the console prefer ASCII."""

_COMPOSED_SIGNS: Final = {
    "\u0344": (DIAERESIS, "'"),
    "·": (CIRCUMFLEX, "."),
    "⁻": (CIRCUMFLEX, "-"),
    **{sign: (CIRCUMFLEX, plain) for sign, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁼⁽⁾", "0123456789+=()", strict=True)},
}
"""The signs that X11's Compose file composes, and the dead key and plain sign of each."""

_SIGNS_COMPOSED: Final = {made_of: sign for sign, made_of in _COMPOSED_SIGNS.items()}

_ALWAYS_COMPOSE: Final = frozenset("aeiouAEIOU ")
"""Every system composes these with every dead key: they cannot follow one that typed its own sign."""

_FEW: Final = 8
_LONGEST: Final = 96
"""A longer text is no mangled tag; of one this long the readings are few enough to look each up."""


def strokes(text: str, layout: Layout) -> list[Stroke]:
    """The keystrokes by which a scanner set to `layout` types the text. Raises ValueError for what it cannot type."""
    typed: list[Stroke] = []
    for character in text:
        ways = _ways(character, layout)
        if not ways:
            raise ValueError(f"{character!r} is on no key of {layout}")
        # A dead key needs its letter or a blank after it; alone it would change the next character.
        typed += ways[0] if character in _STROKES[layout] else next(way for way in ways if len(way) > 1)
    return typed


def shown(keys: Iterable[Stroke], layout: Layout) -> str:
    """The text that a terminal set to `layout` makes of the keystrokes; those that type nothing there are lost."""
    text, dead = "", ""
    for key in keys:
        symbol = SYMBOLS[layout].get(key, "")
        if dead:
            text, dead = text + _compose(dead, symbol), ""
        elif symbol in _MARKS:
            dead = symbol
        else:
            text += symbol
    return text + _MARKS.get(dead, "")


def _compose(mark: str, symbol: str) -> str:
    if symbol in {" ", mark}:
        return _MARKS[mark]
    composed = unicodedata.normalize("NFC", symbol + mark)
    if len(composed) == 1 and symbol.isalpha():
        return composed
    return _SIGNS_COMPOSED.get((mark, symbol), _MARKS[mark] + _MARKS.get(symbol, symbol))


def decoded(text: str, pair: Pair) -> list[str]:
    """The possible originals of a text that came through this pair, the likeliest first; none when it cannot have.

    A dead key leaves several: `'` may be a key of its own, or an accent and a blank.
    """
    if pair.is_in_order:
        return [text]
    if len(text) > _LONGEST:
        return []
    return list(dict.fromkeys(shown(keys, pair.scanner) for keys in _keys_of(text, pair.terminal)))


def _keys_of(text: str, layout: Layout) -> Iterator[list[Stroke]]:
    """The keystrokes that may have typed the text, the likeliest first; none when a character is on no key."""
    choices = [_ways(characters, layout, before, after) for before, characters, after in _clusters(text)]
    if not all(choices):
        return
    ambiguous = [place for place, ways in enumerate(choices) if len(ways) > 1]
    # At most two characters came in an unlikely way, in a text with many ambiguous ones only one: readings stay few.
    most_unlikely = 2 if len(ambiguous) <= _FEW else 1
    for unlikely in range(most_unlikely + 1):
        for places in combinations(ambiguous, unlikely):
            for ways_there in product(*(choices[place][1:] for place in places)):
                other = dict(zip(places, ways_there, strict=True))
                yield [stroke for place, ways in enumerate(choices) for stroke in other.get(place, ways[0])]


def _clusters(text: str) -> Iterator[tuple[str, str, str]]:
    """Each character between its neighbours; an accent that does not compose stays with its letter."""
    place, before = 0, ""
    while place < len(text):
        end = place + (2 if text[place + 1 : place + 2] in _MARKS else 1)
        yield before, text[place:end], text[end : end + 1]
        place, before = end, text[place:end]


def _ways(characters: str, layout: Layout, before: str = "", after: str = "") -> list[list[Stroke]]:
    """The keystrokes that type this character between `before` and `after`, the likeliest first."""
    table = _STROKES[layout]
    ways = [[stroke] for stroke in table.get(characters, ())]
    for dead in table.get(_SPACING.get(characters, ""), ()):
        # A dead key alone would compose with the next character, unless it only ended a dead key before it.
        ends = _SPACING.get(before) in table
        alone = [] if after and after in _ALWAYS_COMPOSE and not ends else [[dead]]
        ways += [*alone, [dead, *table[" "]], [dead, dead]]
    mark, base = _COMPOSED_SIGNS.get(characters) or _taken_apart(characters)
    if mark in table and base in table:
        ways.append([table[mark][0], table[base][0]])
    return ways


def _taken_apart(characters: str) -> tuple[str, str]:
    """The one accent and its letter, which may be a ç; empty for any other character."""
    letter, *marks = list(unicodedata.normalize("NFD", characters))
    match [mark for mark in marks if mark in _MARKS]:
        case [accent]:
            marks.remove(accent)
            return accent, unicodedata.normalize("NFC", "".join((letter, *marks)))
        case _:
            return "", ""


# The calibration barcode

CALIBRATION: Final = "C.TECLADO-=#|"
"""The calibration barcode's text. Its signs arrive differently for every pair that is not set alike."""

_CALIBRATION_BEGINS: Final = re.compile(r"C\.TECLADO(?![A-Z0-9])", re.IGNORECASE)


def is_calibration(text: str) -> bool:
    """Whether the text is the calibration barcode's, in any layouts."""
    return _CALIBRATION_BEGINS.match(text) is not None


def diagnose(text: str) -> Pair | None:
    """The layouts by which the calibration barcode arrives as `text`; None when it fits no known pair.

    What is typed does not tell pairs that are set alike from each other: one of them stands for all.
    """
    for pair in (Pair(Layout.US, Layout.US), *MISMATCHES):
        if any(re.fullmatch(_arrivals(pair), variant) for variant in (text, text.swapcase())):
            return pair
    return None


def _arrivals(pair: Pair) -> str:
    """A pattern of the texts as which the calibration barcode may arrive.

    A keystroke with AltGr arrives as another character on each system, or not at all.
    """
    pattern = ""
    for stroke in strokes(CALIBRATION, pair.scanner):
        symbol = re.escape(SYMBOLS[pair.terminal].get(stroke, ""))
        if stroke.level < ALT_GR or pair.is_in_order:
            pattern += symbol
        elif symbol:
            pattern += f"(?:{symbol})?"
        else:
            pattern += rf"(?:{SYMBOLS[pair.terminal][stroke._replace(level=0)]}|[^!-~])?"
    return pattern
