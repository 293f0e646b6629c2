"""Tablero."""

from typing import Final

from kiosk.words.both import Both

TEXTS: Final = {
    "tablero.title": Both("Quién tiene qué", "Who has what"),
    "tablero.count": Both("{shown} de {total} tomados", "{shown} of {total} taken"),
    "tablero.none": Both("Nadie tiene un spool en este momento", "Nobody holds a spool right now"),
    "tablero.no_match": Both("Ningún spool tomado coincide con «{text}»", "No taken spool matches “{text}”"),
}
