"""Texts that people, scanners and files give us, made fit to keep: composed, bounded, without control characters."""

import re
import unicodedata
from typing import Final

from core.domain.reasons import Defecto, InvalidValueError

TEXT_MAX_LENGTH: Final = 500
SITE_MAX_LENGTH: Final = 64
SHORTEST_LABEL: Final = 16
LONGEST_LABEL: Final = 400
"""Millimetres of a label, each side: a smaller one has no room for bars and a line."""


def clean_text(text: str, longest: int = TEXT_MAX_LENGTH) -> str:
    """The text without surrounding blanks, composed (NFC), so that an accent typed two ways is one text.

    Raises InvalidValueError when it is empty, longer than `longest` characters or has control characters.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise InvalidValueError(Defecto.VACIO)
    if len(text) > longest:
        raise InvalidValueError(Defecto.MUY_LARGO, limit=longest)
    # Looking at each character costs as much as a request: only what Python would not print is looked at.
    if not text.isprintable() and any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in text):
        raise InvalidValueError(Defecto.CARACTERES_DE_CONTROL)
    return text


def one_line(text: str) -> str:
    """The text with a blank for whatever would break a line or steer a terminal."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def clean_paper(text: str) -> str:
    """`a4`, or the width and height of a label in mm, `62x29`. Raises InvalidValueError."""
    paper = "".join(text.lower().replace(",", ".").split())
    sides = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)x(\d{1,3}(?:\.\d+)?)", paper)
    if paper != "a4" and not (sides and all(SHORTEST_LABEL <= float(side) <= LONGEST_LABEL for side in sides.groups())):
        raise InvalidValueError(Defecto.NO_ES_PAPEL, shortest=SHORTEST_LABEL, longest=LONGEST_LABEL)
    return paper


def clean_site(text: str) -> str:
    """A plant's name, made of what keys, files and patterns of every engine take as it is.

    Raises InvalidValueError for anything but letters, digits, dash, underscore and dot.
    """
    site = clean_text(text, SITE_MAX_LENGTH)
    if not re.fullmatch(r"[\w.-]+", site):
        raise InvalidValueError(Defecto.NO_ES_NOMBRE)
    return site


def plain(text: str) -> str:
    """The text without accents, case, spaces and punctuation: `Fecha Metrología ` is `fechametrologia`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", decomposed)


def masked(text: str) -> str:
    """The text without the password a URL in it may carry, whatever characters that has."""
    text = re.sub(r"(\w+://[^/\s:@]*:).*(?=@)", r"\1***", text)
    # Somebody may have forgotten the colon.
    text = re.sub(r"(\w+://)[^/\s:@]+(?=@)", r"\1***", text)
    return re.sub(r"(?i)(password=)[^&\s]*", r"\1***", text)
