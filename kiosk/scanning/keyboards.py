"""The original of a text that a scanner typed in one keyboard layout into a terminal set to another.

Pure functions over the layouts' tables. They know no tags and guess nothing: they return every possible reading.

What a dead key makes of the next character is Unicode's composition, and for signs the X11 Compose file of
en_US.UTF-8. Where a dead key and the next character do not compose, Windows and the Linux console type both, and X11
types neither: that character is lost.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, islice, product
from typing import Final

from kiosk.scanning.layouts import ACUTE, CIRCUMFLEX, DEAD_KEYS, DIAERESIS, GRAVE, SYMBOLS, Layout, Stroke


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


@cache
def _strokes_of(layout: Layout) -> dict[str, list[Stroke]]:
    """The keystrokes that type each symbol, the likeliest first."""
    symbols, by_symbol = SYMBOLS[layout], dict[str, list[Stroke]]()
    # Scanners use the key beside the left Shift, which not every keyboard has, only for what is nowhere else.
    for stroke in sorted(symbols, key=lambda stroke: (stroke.position == "LSGT", stroke.level)):
        by_symbol.setdefault(symbols[stroke], []).append(stroke)
    return by_symbol


SPACING: Final = {"`": GRAVE, "\u00b4": ACUTE, "'": ACUTE, "^": CIRCUMFLEX, "¨": DIAERESIS, '"': DIAERESIS}
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
        ways = _ways(character, None, layout)
        if not ways:
            raise ValueError(f"{character!r} is on no key of {layout}")
        # A dead key needs its letter or a blank after it; alone it would change the next character.
        typed += ways[0] if character in _strokes_of(layout) else next(way for way in ways if len(way) > 1)
    return typed


def shown(keys: Iterable[Stroke], layout: Layout) -> str:
    """The text that a terminal set to `layout` makes of the keystrokes; those that type nothing there are lost."""
    return _composed("".join(SYMBOLS[layout].get(key, "") for key in keys))


def _composed(symbols: str) -> str:
    """The text that symbols make, dead keys among them."""
    if symbols.isascii() or DEAD_KEYS.keys().isdisjoint(symbols):
        return symbols
    text, dead = "", ""
    for symbol in symbols:
        if dead:
            text, dead = text + _compose(dead, symbol), ""
        elif symbol in DEAD_KEYS:
            dead = symbol
        else:
            text += symbol
    return text + DEAD_KEYS.get(dead, "")


def _compose(mark: str, symbol: str) -> str:
    if symbol in {" ", mark}:
        return DEAD_KEYS[mark]
    composed = unicodedata.normalize("NFC", symbol + mark)
    if len(composed) == 1 and symbol.isalpha():
        return composed
    return _SIGNS_COMPOSED.get((mark, symbol), DEAD_KEYS[mark] + DEAD_KEYS.get(symbol, symbol))


def decoded(text: str, pair: Pair) -> list[str]:
    """The possible originals of a text that came through this pair, the likeliest first; none when it cannot have.

    A dead key leaves several: `'` may be a key of its own, or an accent and a blank.
    """
    if pair.is_in_order:
        return [text]
    [places] = _places(pair)
    return list(dict.fromkeys(_made_of(places.choices(_clusters(text)))))


def readings(text: str, pair: Pair | None) -> Iterable[str]:
    """The different originals of a text that came through this pair, or else any. Caps Lock may have been on."""
    clusters, turned = _clusters(text), _clusters(caps_locked(text))
    letters = set(filter(str.isalpha, text))
    # Most pairs read a text alike.
    different: dict[Choices, None] = {}
    for places in _places(pair):
        different[places.choices(clusters)] = None
        if not letters <= places.cased:
            different[places.choices(turned)] = None
    as_printed = [text] if pair is None or pair.is_in_order else []
    return dict.fromkeys([*as_printed, *(original for choices in different for original in _made_of(choices))])


def likeliest(text: str, pair: Pair | None) -> Iterable[str]:
    """The text, and its likeliest original through this pair, or else through each."""
    clusters = _clusters(text)
    likely = (islice(_made_of(places.choices(clusters)), 1) for places in _places(pair))
    return dict.fromkeys([text, *chain.from_iterable(likely)])


def caps_locked(text: str) -> str:
    """The text with its letters as Caps Lock turns them about."""
    turned = text.swapcase()
    # No capital letter is on the keys of ß and µ: they stay.
    return turned if turned.lower() == text.lower() else "".join(map(_turned, text))


def _turned(char: str) -> str:
    return turned if (turned := char.swapcase()).lower() == char.lower() else char


Cluster = tuple[str, str | None]
"""A character, and the sign before it where what follows composes with every dead key, so that none stood alone."""

Choices = tuple[tuple[str, ...], ...]
"""What each character of a text may have been, the likeliest first."""


def _clusters(text: str) -> list[Cluster]:
    """The characters of the text; an accent that does not compose stays with its letter. Too long a text has none."""
    clusters: list[Cluster] = []
    place, before = 0, ""
    while place < len(text):
        end = place + (2 if text[place + 1 : place + 2] in DEAD_KEYS else 1)
        characters = text[place:end]
        is_sign = characters in SPACING
        clusters.append((characters, before if is_sign and text[end : end + 1] in _ALWAYS_COMPOSE else None))
        place, before = end, characters if is_sign else ""
    return clusters


def _cased(layout: Layout) -> set[Stroke]:
    """The keystrokes that type a letter, whose other case is on the same key."""
    symbols = SYMBOLS[layout]
    return {
        stroke
        for stroke, symbol in symbols.items()
        if symbol.isalpha() and symbols.get(stroke._replace(level=1 - stroke.level)) == symbol.swapcase()
    }


class _Places(dict[Cluster, tuple[str, ...]]):
    """What each character that arrives may have been on the label, by the places of the keys in a pair's layouts."""

    def __init__(self, pair: Pair) -> None:
        super().__init__()
        self._pair = pair
        in_both = _cased(pair.scanner) & _cased(pair.terminal)
        self.cased = {SYMBOLS[pair.terminal][stroke] for stroke in in_both}
        """Letters on keys that type a letter at both ends: Caps Lock turns the original about as well."""

    def __missing__(self, cluster: Cluster) -> tuple[str, ...]:
        symbols = SYMBOLS[self._pair.scanner]
        # No scanner presses a key that types nothing in its layout.
        ways = [way for way in _ways(*cluster, self._pair.terminal) if symbols.keys() >= set(way)]
        originals = tuple(dict.fromkeys("".join(map(symbols.__getitem__, way)) for way in ways))
        # Barcodes are of ASCII: the unlikely ways to other letters are too many to look up.
        originals = (*originals[:1], *filter(str.isascii, originals[1:]))
        # Of characters on no key there is no end.
        if originals:
            self[cluster] = originals
        return originals

    def choices(self, clusters: list[Cluster]) -> Choices:
        """What each may have been; nothing when one is on no key, or there are too many."""
        choices = tuple(map(self.__getitem__, clusters)) if len(clusters) <= _LONGEST else ()
        return choices if all(choices) else ()


@cache
def _places(pair: Pair | None) -> tuple[_Places, ...]:
    """Those of this pair, or else of all; none where every text arrives as it is printed."""
    if pair is None:
        return tuple(chain.from_iterable(map(_places, MISMATCHES)))
    return () if pair.is_in_order else (_Places(pair),)


def _made_of(choices: Choices) -> Iterator[str]:
    """The texts that the choices make, the likeliest first."""
    if not choices:
        return
    ambiguous = [place for place, symbols in enumerate(choices) if len(symbols) > 1]
    # At most two characters came in an unlikely way, in a text with many ambiguous ones only one: readings stay few.
    most_unlikely = 2 if len(ambiguous) <= _FEW else 1
    likely = [symbols[0] for symbols in choices]
    for unlikely in range(most_unlikely + 1):
        for places in combinations(ambiguous, unlikely):
            for others in product(*(choices[place][1:] for place in places)):
                chosen = likely.copy()
                for place, other in zip(places, others, strict=True):
                    chosen[place] = other
                yield _composed("".join(chosen))


def _ways(characters: str, before: str | None, layout: Layout) -> list[list[Stroke]]:
    """The keystrokes that type this character, the likeliest first."""
    table = _strokes_of(layout)
    ways = [[stroke] for stroke in table.get(characters, ())]
    for dead in table.get(SPACING.get(characters, ""), ()):
        # A dead key alone would compose with the next character, unless it only ended a dead key before it.
        alone = before is None or SPACING.get(before) in table
        ways += [*([[dead]] if alone else []), [dead, *table[" "]], [dead, dead]]
    mark, base = _COMPOSED_SIGNS.get(characters) or _taken_apart(characters)
    if mark in table and base in table:
        ways.append([table[mark][0], table[base][0]])
    return ways


def _taken_apart(characters: str) -> tuple[str, str]:
    """The last accent and its letter, which may be a ç or ü; empty for any other character."""
    letter, *marks = list(unicodedata.normalize("NFD", characters))
    accents = [place for place, mark in enumerate(marks) if mark in DEAD_KEYS]
    if not accents:
        return "", ""
    accent = marks.pop(accents[-1])
    return accent, unicodedata.normalize("NFC", "".join((letter, *marks)))
