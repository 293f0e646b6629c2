"""One text in each language."""

from typing import NamedTuple


class Both(NamedTuple):
    """A text in Spanish and in English; what stands in braces is filled in."""

    es: str
    en: str
