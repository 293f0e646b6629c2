"""A spool's tag: what may be one, when two texts are the same one, and which ones a wrong text comes near.

A tag is kept and shown as the office writes it. Its identity is the same text in NFC, case folded, with one kind of
dash and of space, and without the `.0` that a spreadsheet gives to a whole number.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq
from typing import Final

from core.domain.model import TAG_MAX_LENGTH
from core.domain.reasons import Defecto, InvalidValueError
from core.domain.writing.texts import clean_text

SUGGESTIONS: Final = 3

_DASHES: Final = re.compile(
    "[\u2212\u2053\u207b\u208b\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead]"
)
"""Unicode's dashes (property Dash), without the one of ASCII."""

_ORDER: Final = re.compile(r"[WC]\.", re.IGNORECASE)
_EMOJI_JOINER: Final = "\u200d"
_SIGNS: Final = {code: None for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"}


def clean_tag(text: str) -> str:
    """A spool's tag, cleaned like any text. Raises InvalidValueError also for what looks like something else.

    That is a badge or a command (`W.93`, `C.PAUSAR`), or a tag that looks like another because of invisible
    characters. The joiner of emoji is allowed.
    """
    tag = clean_text(text, TAG_MAX_LENGTH)
    if _ORDER.match(tag):
        raise InvalidValueError(Defecto.PARECE_ORDEN)
    if not tag.isprintable() and any(unicodedata.category(char) == "Cf" and char != _EMOJI_JOINER for char in tag):
        raise InvalidValueError(Defecto.CARACTERES_INVISIBLES)
    return tag


def identity(tag: str) -> str:
    """What is equal for two spellings of one tag."""
    return _folded(tag.replace("\n", " "))


def _folded(tags: str) -> str:
    """The identities of tags, one a line: a hundred thousand at once are many times faster than one by one."""
    tags = without_decimal(tags)
    if tags.isascii():
        folded = tags.lower()
    else:
        # Folding may take a letter apart, and folds a letter with a loose accent as the composed one only when both
        # are taken apart before.
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", tags).casefold())
        folded = _DASHES.sub("-", folded)
    return folded if folded.isascii() and "  " not in folded else re.sub(r"[^\S\n]+", " ", folded)


def without_decimal(tags: str) -> str:
    """The tags, one a line, a whole number as spreadsheets export it (`12345.0`) as the number that it is (`12345`)."""
    return re.sub(r"^([1-9][0-9]*)\.0$", r"\1", tags, flags=re.MULTILINE) if ".0" in tags else tags


def _identities(tags: Collection[str]) -> list[str]:
    identities = _folded("\n".join(tags)).split("\n") if tags else []
    # A text that nobody cleaned may have lines of its own.
    return identities if len(identities) == len(tags) else list(map(identity, tags))


class TagIndex:
    """Tags by identity."""

    def __init__(self, tags: Collection[str]) -> None:
        self._same: dict[str, list[str]] = {}
        for same, tag in zip(_identities(tags), tags, strict=True):
            self._same.setdefault(same, []).append(tag)

    def find(self, text: str) -> str | None:
        """The tag that this text spells: the very one, else the only one with its identity.

        Ledgers of older versions may have several tags of one identity.
        """
        same = self._same.get(identity(text), [])
        if text in same:
            return text
        return same[0] if len(same) == 1 else None


def nearest(text: str, tags: Collection[str]) -> tuple[str, ...]:
    """The tags that the text may be a slip of, at most three: signs do not count, and one or two letters may differ.

    Of a hundred thousand tags in a fraction of a second.
    """
    by_letters: dict[str, list[str]] = {}
    for letters, tag in zip(_letters(tags), tags, strict=True):
        by_letters.setdefault(letters, []).append(tag)
    [wanted] = _letters([text])
    found = _within(min(2, len(wanted) // 3), wanted, sorted(by_letters))
    least = min(found.values(), default=0)
    closest = [letters for letters, distance in found.items() if distance == least]
    closest.sort(key=lambda letters: (-SequenceMatcher(None, wanted, letters).ratio(), letters))
    return tuple(tag for letters in closest[:SUGGESTIONS] for tag in by_letters[letters])[:SUGGESTIONS]


def _letters(tags: Collection[str]) -> list[str]:
    """The letters and digits of each."""
    letters = "\n".join(_identities(tags)).translate(_SIGNS)
    return (letters if letters.isascii() else re.sub(r"[^\w\n]", "", letters)).split("\n") if tags else []


def _within(most: int, wanted: str, words: Sequence[str]) -> dict[str, int]:
    """The words at most so many edits away (a letter more, less or another), with their distance.

    The words are sorted: what they share at their beginning is compared once, and where no word with a beginning can
    be near, all words with it are passed over.
    """
    found: dict[str, int] = {}
    rows = [list(range(len(wanted) + 1))]
    place, before = 0, ""
    while place < len(words):
        word = words[place]
        shared = sum(takewhile(bool, map(eq, before, word)))
        del rows[shared + 1 :]
        while len(rows) <= len(word) and min(rows[-1]) <= most:
            rows.append(_next_row(rows[-1], wanted, word[len(rows) - 1]))
        before = word[: len(rows) - 1]
        if min(rows[-1]) > most:
            place = bisect_left(words, before + chr(0x10FFFF), lo=place + 1)
            continue
        if rows[-1][-1] <= most:
            found[word] = rows[-1][-1]
        place += 1
    return found


def _next_row(row: Sequence[int], wanted: str, char: str) -> list[int]:
    """The next row of Levenshtein's table: how far each beginning of `wanted` is from the word so far, with `char`."""
    after = [row[0] + 1]
    for at, letter in enumerate(wanted):
        after.append(min(row[at] + (letter != char), row[at + 1] + 1, after[at] + 1))
    return after
