"""The names of one site's keys. All carry the site as hash tag, so that a cluster keeps them on one node."""

from uuid import UUID

from core.domain.lock_steps import spool_lock


class Keys:
    """Every name that a site uses in Redis.

    `ledger` is a hash: `identity`, `seq` and `newest` (number and id of the newest event), `loads` (how often a plant
    was loaded), and for each book of notes how often it was written. `spools` is a hash, tag to `version|state`;
    `workers` one, id to worker. `events` is the log, a stream: the entry of event 7 has the id 7-0. `channel` is the
    pub/sub channel of the bell.
    """

    def __init__(self, site: str) -> None:
        self._prefix = f"{{{site}}}:"
        self.ledger = self("ledger")
        self.spools = self("spools")
        self.workers = self("workers")
        self.events = self("events")
        self.channel = self("spools:updates")

    def __call__(self, name: str) -> str:
        return self._prefix + name

    def history(self, tag_spool: str) -> str:
        """List: the numbers of one spool's events."""
        return self(f"history:{tag_spool}")

    def request(self, request_id: UUID) -> str:
        """String: the number of the event a request became, for as long as it is remembered."""
        return self(f"request:{request_id}")

    def notes(self, book: str) -> str:
        """Hash: the notes of one book."""
        return self(f"notes:{book}")

    def changes(self, book: str) -> str:
        """The field of `ledger` that counts how often the book was written."""
        return f"notes:{book}"

    def spool_lock(self, tag_spool: str) -> str:
        """String: the lock's value, with the lock's life."""
        return self(spool_lock(tag_spool))
