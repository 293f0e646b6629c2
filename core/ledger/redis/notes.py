"""A site's notes in Redis. A book is read a page at a time: a long one must not hold up other commands."""

from collections.abc import Mapping

from typing_extensions import override

from core.domain.errors import LedgerUnavailableError
from core.domain.reasons import FallaRegistro
from core.ledger.protocol import Notes
from core.ledger.redis import scripts
from core.ledger.redis.reads import PAGE, TRIES
from core.ledger.redis.servers import Client
from core.ledger.redis.site import Site


class RedisNotes(Notes):
    """The ledger's notes."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @override
    async def read(self, book: str) -> Mapping[str, str]:
        return await self._site.connection.run_long(lambda client: read_notes(client, self._site, book))

    @override
    async def write(self, book: str, changes: Mapping[str, str | None], *, lock: str, token: str) -> bool:
        put = [text for key, value in changes.items() if value is not None for text in (key, value)]
        removed = [key for key, value in changes.items() if value is None]
        keys = self._site.keys
        counted = (keys.changes(book), token, len(put))
        names = (keys(lock), keys.notes(book))
        reply = await self._site.run_long(scripts.WRITE_NOTES, *counted, *put, *removed, keys=names)
        return bool(reply[0])


async def read_notes(client: Client, site: Site, book: str) -> dict[str, str]:
    """Every note of the book as of one moment. Raises what the driver raises, and LedgerUnavailableError."""
    for _ in range(TRIES):
        notes = await _read_unchanged(client, site, book)
        if notes is not None:
            return notes
    raise LedgerUnavailableError(FallaRegistro.NOTAS_CAMBIAN)


async def _read_unchanged(client: Client, site: Site, book: str) -> dict[str, str] | None:
    """The book's notes; None when it was written between its pages."""
    keys = (*site.keys.of_every_script, site.keys.notes(book))
    notes: dict[str, str] = {}
    changes, cursor = None, "0"
    while True:
        reply = await scripts.NOTES.run(client, keys, site.keys.changes(book), cursor, PAGE)
        changes_now, cursor, page = site.accepted(reply)
        if changes not in {None, changes_now}:
            return None
        changes = changes_now
        # A scan may return a note twice, and misses none.
        notes.update(zip(page[::2], page[1::2], strict=True))
        if cursor == "0":
            return notes
