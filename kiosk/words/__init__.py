"""The one catalogue: every text a person reads, by key, in both languages. Only `kiosk.words.wording` reads it."""

from typing import Final

from kiosk.words import (
    cli_help,
    commands,
    errors,
    frame,
    labels,
    reasons,
    sheet,
    shop,
    supervisor,
    terminal,
    usage,
    work,
)
from kiosk.words.both import Both

TOPICS: Final = (cli_help, commands, errors, frame, labels, reasons, sheet, shop, supervisor, terminal, usage, work)

CATALOGUE: Final[dict[str, Both]] = {key: text for topic in TOPICS for key, text in topic.TEXTS.items()}
"""Keys are unique over all topics; a key ending in `.one` is the form for a `count` of one."""
