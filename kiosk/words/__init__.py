"""The one catalogue: every text a person reads, by key, in both languages. Only this package reads it.

The texts stand in `texts/`, a file a topic, each beside its translation; what stands in braces is filled in.
"""

import json
from pathlib import Path
from typing import Final, NamedTuple


class Both(NamedTuple):
    """A text in Spanish and in English."""

    es: str
    en: str


TOPICS: Final[dict[str, dict[str, Both]]] = {
    file.stem: {key: Both(**text) for key, text in json.loads(file.read_text(encoding="utf-8")).items()}
    for file in sorted((Path(__file__).parent / "texts").glob("*.json"))
}

CATALOGUE: Final[dict[str, Both]] = {key: text for texts in TOPICS.values() for key, text in texts.items()}
"""Keys are unique over all topics; a key ending in `.one` is the form for a `count` of one."""
