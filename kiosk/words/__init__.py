"""The one catalogue: every text an operator reads, by key, in both languages. Only `kiosk.words.wording` reads it."""

from typing import Final

from kiosk.words import (
    ayuda,
    cola,
    commands,
    errors,
    estacion,
    frame,
    hoja,
    inicio,
    labels,
    lector,
    lote,
    mode,
    rebuild,
    sheet,
    shop,
    spool,
    supervisor,
    sync,
    tablero,
)
from kiosk.words.both import Both

TOPICS: Final = (
    ayuda,
    cola,
    commands,
    errors,
    estacion,
    frame,
    hoja,
    inicio,
    labels,
    lector,
    lote,
    mode,
    rebuild,
    sheet,
    shop,
    spool,
    supervisor,
    sync,
    tablero,
)

CATALOGUE: Final[dict[str, Both]] = {key: text for topic in TOPICS for key, text in topic.TEXTS.items()}
"""Keys are unique over all topics; a key ending in `.one` is the form for a `count` of one."""
