"""Joints as people write them: sizes (`1 1/2`), numbers and ranges of numbers (`1-3,5`), read and written."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from core.domain.reasons import Defecto, InvalidValueError
from core.domain.uniones import LAST_NUMBER, PER_INCH

_LARGEST_DN: Final = 120
_WHOLE: Final = re.compile(r"(\d{1,3})(?:[.,](\d{1,9}))?")
_FRACTION: Final = re.compile(r"(?:(\d{1,3})(?:\s+|\s*-\s*))?(\d{1,2})\s*/\s*(\d{1,2})")
_VULGAR: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_MARK: Final = re.compile(r"(\"|″|''|”|\bin\b|\bpulg\b\.?)\s*$")
"""What may stand behind a size: the sign of the inch, or its name."""


def parse_dn(text: str) -> int:
    """The DN in ten-thousandths of an inch: `4`, `1.5`, `1,5`, `1 1/2`, `1½`, `3/4"`. Raises InvalidValueError."""
    spaced = "".join(f" {_plain_fraction(char)}" if char in _VULGAR else char for char in text)
    plain = _MARK.sub("", spaced.strip()).strip()
    if match := _WHOLE.fullmatch(plain):
        inches = Fraction(f"{match[1]}.{match[2] or 0}")
    elif (match := _FRACTION.fullmatch(plain)) and int(match[3]):
        inches = int(match[1] or 0) + Fraction(int(match[2]), int(match[3]))
    else:
        raise InvalidValueError(Defecto.NO_ES_DN)
    size = inches * PER_INCH
    if not 0 < inches <= _LARGEST_DN or size.denominator != 1:
        raise InvalidValueError(Defecto.NO_ES_DN)
    return int(size)


def _plain_fraction(char: str) -> str:
    return unicodedata.normalize("NFKC", char).replace("\N{FRACTION SLASH}", "/")


def parse_number(text: str) -> int:
    """A joint's number, also as spreadsheets and labels have it: `3`, `3.0`, `U3`. Raises InvalidValueError."""
    match = re.fullmatch(r"[Uu]?\s*0*(\d{1,2})(?:\.0+)?", text.strip())
    if match is None or not 1 <= int(match[1]) <= LAST_NUMBER:
        raise InvalidValueError(Defecto.NO_ES_NUMERO_DE_UNION, limit=LAST_NUMBER)
    return int(match[1])


def parse_numbers(text: str) -> tuple[int, ...]:
    """The numbers in `1-3,5`, each once, in order. Raises InvalidValueError."""
    numbers: set[int] = set()
    for part in re.split(r"[,;\s]+", re.sub("\\s*[-\N{EN DASH}]\\s*", "-", text.strip())):
        first, dash, last = part.partition("-")
        low = parse_number(first)
        high = parse_number(last) if dash else low
        if high < low:
            raise InvalidValueError(Defecto.NO_ES_NUMERO_DE_UNION, limit=LAST_NUMBER)
        numbers.update(range(low, high + 1))
    return tuple(sorted(numbers))


def numbers_text(numbers: Sequence[int]) -> str:
    """The numbers, as ranges where they follow each other: `1-3, 5`."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda each: each[1] - each[0])
    ends = ([number for _, number in run] for _, run in runs)
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in ends)
