"""A site's notes in Redis. A book is read a page at a time, so that a long one does not hold up everybody else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.domain.errors import LedgerBeingFilledError, LedgerUnavailableError
from core.ledger.redis import scripts
from core.ledger.redis.keys import Keys
from core.ledger.redis.servers import Client

PAGE: Final = 1000
"""Notes read at a time."""

TRIES: Final = 20
"""How often the reading begins anew because the book was written meanwhile."""


async def read_notes(client: Client, keys: Keys, book: str) -> dict[str, str]:
    """Every note of the book as of one moment. Raises what the driver raises, and LedgerUnavailableError."""
    for _ in range(TRIES):
        notes = await _unchanged(client, keys, book)
        if notes is not None:
            return notes
    raise LedgerUnavailableError("las notas cambian mientras se leen")


async def _unchanged(client: Client, keys: Keys, book: str) -> dict[str, str] | None:
    """The book's notes; None when it was written while its pages were read."""
    notes: dict[str, str] = {}
    changes, cursor = None, "0"
    while True:
        reply = await scripts.NOTES.run(client, (keys.ledger, keys.notes(book)), keys.changes(book), cursor, PAGE)
        changes_now, cursor, page = _done(reply)
        if changes not in {None, changes_now}:
            return None
        changes = changes_now
        # A scan may tell a note twice, and misses none.
        notes.update(zip(page[::2], page[1::2], strict=True))
        if cursor == "0":
            return notes


def note_arguments(changes: Mapping[str, str | None]) -> list[str | int]:
    """How many arguments set notes, those (key, value...), and the keys to be removed."""
    put = [text for key, value in changes.items() if value is not None for text in (key, value)]
    return [len(put), *put, *(key for key, value in changes.items() if value is None)]


async def write_notes(
    client: Client, keys: Keys, book: str, arguments: Sequence[str | int], *, lock: str, token: str
) -> bool:
    """Make the changes in one step, if `lock` lives with this token; whether it did. Harmless when asked again."""
    names = (keys.ledger, keys(lock), keys.notes(book))
    return bool(_done(await scripts.WRITE_NOTES.run(client, names, keys.changes(book), token, *arguments))[0])


def _done(reply: list[Any]) -> list[Any]:
    if reply == ["copying"]:
        raise LedgerBeingFilledError
    return reply
