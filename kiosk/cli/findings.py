"""What an examination of a terminal finds, fact by fact."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact; `ok` False means that somebody should act on it."""

    name: str
    value: str
    ok: bool = True
