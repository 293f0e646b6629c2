"""Keyboard layouts, and what a text was that a scanner typed in one layout into a terminal set to another.

Pure tables and functions: no tag is known here, and nothing is guessed; every reading that is possible is told.

The tables are those of xkeyboard-config (symbols `us`, `es`, `latam`, `latin(type4)`), which agree with Windows'
KBDUS, KBDSP and KBDLA on all but a few AltGr characters. What a dead key makes of the next character is Unicode's
composition, and for signs the X11 Compose file of en_US.UTF-8. Where a dead key and the next character make nothing,
Windows and the Linux console type both, and X11 types neither: then a character is lost, which no table brings back.
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
"""The level of the keystrokes that many systems lose."""

_NO: Final = "\0"
"""Stands in a row of a table where a key types nothing."""


class Layout(StrEnum):
    """The keyboard layouts that scanners and terminals are set to here."""

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
        return self.scanner is self.terminal

    def __str__(self) -> str:
        return f"{self.scanner}/{self.terminal}"

    @classmethod
    def parse(cls, text: str) -> "Pair | None":
        """The pair in `us/latam`; None for anything else, `auto` included."""
        scanner, _, terminal = text.partition("/")
        known = {str(layout): layout for layout in Layout}
        return cls(known[scanner], known[terminal]) if scanner in known and terminal in known else None


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


def _strokes_of(symbols: dict[Stroke, str]) -> dict[str, tuple[Stroke, ...]]:
    found: dict[str, list[Stroke]] = {}
    for stroke, symbol in symbols.items():
        found.setdefault(symbol, []).append(stroke)
    return {symbol: tuple(sorted(strokes, key=_ease)) for symbol, strokes in found.items()}


def _ease(stroke: Stroke) -> tuple[bool, int]:
    """Scanners use the key beside the left Shift, which not every keyboard has, only for what is nowhere else."""
    return stroke.position == "LSGT", stroke.level


_STROKES: Final = {layout: _strokes_of(symbols) for layout, symbols in SYMBOLS.items()}

_MARKS: Final = {GRAVE: "`", ACUTE: "\u00b4", CIRCUMFLEX: "^", DIAERESIS: "¨"}
"""Each dead key, and what it types when a blank follows, or itself."""

_SPACING: Final = {"`": GRAVE, "\u00b4": ACUTE, "'": ACUTE, "^": CIRCUMFLEX, "¨": DIAERESIS, '"': DIAERESIS}
"""What a dead key and a blank may have typed: X11 and the console prefer ASCII."""

_COMPOSED_SIGNS: Final = {
    "\u0344": (DIAERESIS, "'"),
    "·": (CIRCUMFLEX, "."),
    "⁻": (CIRCUMFLEX, "-"),
    **{sign: (CIRCUMFLEX, plain) for sign, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁼⁽⁾", "0123456789+=()", strict=True)},
}
"""What X11's Compose file makes of a dead key and a sign."""

_SIGNS_COMPOSED: Final = {made_of: sign for sign, made_of in _COMPOSED_SIGNS.items()}

_ALWAYS_COMPOSE: Final = frozenset("aeiouAEIOU ")
"""What every system composes with every dead key: it cannot stand after one that was left alone."""

_OPEN_AT_MOST: Final = 8
_LONGEST: Final = 96
"""Beyond this nothing is a mangled tag; within it the readings of a text stay few enough to look each one up."""


def strokes(text: str, layout: Layout) -> list[Stroke]:
    """The keystrokes by which a scanner set to `layout` types the text. Raises ValueError for what it cannot type."""
    found: list[Stroke] = []
    for character in text:
        ways = _ways(character, layout)
        if not ways:
            raise ValueError(f"{character!r} is on no key of {layout}")
        # A dead key is followed by its letter or by a blank; left alone it would change what comes next.
        found += ways[0] if character in _STROKES[layout] else next(way for way in ways if len(way) > 1)
    return found


def shown(keys: Iterable[Stroke], layout: Layout, *, caps_lock: bool = False) -> str:
    """What a terminal set to `layout` makes of the keystrokes; those that type nothing there are lost."""
    symbols = [SYMBOLS[layout].get(key, "") for key in keys]
    if caps_lock:
        symbols = [symbol.swapcase() for symbol in symbols]
    text, dead = "", ""
    for symbol in symbols:
        if dead:
            text, dead = text + _compose(dead, symbol), ""
        elif symbol in _MARKS:
            dead = symbol
        else:
            text += symbol
    return text + _MARKS.get(dead, "")


def arrival(text: str, pair: Pair) -> str:
    """What the terminal gets when the scanner types the text. Raises ValueError for what the scanner cannot type."""
    return shown(strokes(text, pair.scanner), pair.terminal)


def _compose(mark: str, symbol: str) -> str:
    if symbol in {" ", mark}:
        return _MARKS[mark]
    composed = unicodedata.normalize("NFC", symbol + mark)
    if len(composed) == 1 and symbol.isalpha():
        return composed
    return _SIGNS_COMPOSED.get((mark, symbol), _MARKS[mark] + _MARKS.get(symbol, symbol))


def decoded(text: str, pair: Pair) -> list[str]:
    """What the text may have been, the likeliest first; nothing when this pair cannot have typed it.

    A dead key leaves several readings: `'` may be a key of its own, or an accent and a blank.
    """
    if pair.is_in_order:
        return [text]
    if len(text) > _LONGEST:
        return []
    return list(dict.fromkeys(shown(keys, pair.scanner) for keys in _keys_of(text, pair.terminal)))


def readings(text: str) -> list[tuple[Pair, str]]:
    """What the text may have been, for every scanner and terminal that are not set alike.

    A text that reads the same as it stands is left out.
    """
    return [(pair, reading) for pair in MISMATCHES for reading in decoded(text, pair) if reading != text]


def _keys_of(text: str, layout: Layout) -> Iterator[list[Stroke]]:
    """The ways to have typed the text, the likeliest first; none when a character is on no key."""
    choices = [_ways(characters, layout, before, after) for before, characters, after in _clusters(text)]
    if not all(choices):
        return
    open_places = [place for place, ways in enumerate(choices) if len(ways) > 1]
    for turns in range(_unlikely_turns(len(open_places)) + 1):
        for places in combinations(open_places, turns):
            for taken in product(*(choices[place][1:] for place in places)):
                other = dict(zip(places, taken, strict=True))
                yield [stroke for place, ways in enumerate(choices) for stroke in other.get(place, ways[0])]


def _unlikely_turns(open_places: int) -> int:
    """How many characters of a text may have come the unlikely way, so that the readings stay few."""
    return 2 if open_places <= _OPEN_AT_MOST else 1


def _clusters(text: str) -> Iterator[tuple[str, str, str]]:
    """Each character between its neighbours; an accent that composes nothing stays with its letter."""
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
        # After another dead key it is only what that one was followed by.
        ends = _SPACING.get(before) in table
        alone = [] if after and after in _ALWAYS_COMPOSE and not ends else [[dead]]
        ways += [*alone, [dead, *table[" "]], [dead, dead]]
    mark, base = _COMPOSED_SIGNS.get(characters) or _taken_apart(characters)
    if mark in table and base in table:
        ways.append([table[mark][0], table[base][0]])
    return ways


def _taken_apart(characters: str) -> tuple[str, str]:
    """The accent and its letter, which may be a ç, where the character is just that."""
    letter, *marks = list(unicodedata.normalize("NFD", characters))
    match [mark for mark in marks if mark in _MARKS]:
        case [accent]:
            marks.remove(accent)
            return accent, unicodedata.normalize("NFC", "".join((letter, *marks)))
        case _:
            return "", ""


# The calibration barcode

CALIBRATION: Final = "C.TECLADO-=#|"
"""What the calibration barcode says. Its signs come out differently for every pair that differs at all."""

_CALIBRATION_BEGINS: Final = re.compile(r"C\.TECLADO(?![A-Z0-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How scanner and terminal stand to each other: `pair` is None when what arrived fits no known pair.

    Scanners and terminals that are set alike cannot be told apart by what they type: any such pair stands for them.
    """

    pair: Pair | None

    @property
    def is_in_order(self) -> bool:
        return self.pair is not None and self.pair.is_in_order


def is_calibration(text: str) -> bool:
    """Whether the text is the calibration barcode's, however it came out."""
    return _CALIBRATION_BEGINS.match(text) is not None


def diagnose(text: str) -> Diagnosis:
    """What the calibration barcode tells when it arrives as `text`."""
    for pair in (Pair(Layout.US, Layout.US), *MISMATCHES):
        if any(re.fullmatch(_arrivals(pair), variant) for variant in (text, text.swapcase())):
            return Diagnosis(pair)
    return Diagnosis(None)


def _arrivals(pair: Pair) -> str:
    """A pattern of how the calibration barcode may arrive.

    What a scanner types with AltGr is another character on each system, or lost.
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
