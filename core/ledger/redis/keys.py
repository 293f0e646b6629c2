"""The names of one site's keys. All carry the site as hash tag, so that a cluster keeps them on one node."""

from dataclasses import dataclass
from uuid import UUID

from core.ledger.protocol import spool_lock


@dataclass(frozen=True, slots=True)
class Keys:
    """Every name that a site uses in Redis."""

    site: str

    def __call__(self, name: str) -> str:
        return f"{{{self.site}}}:{name}"

    @property
    def ledger(self) -> str:
        """Hash: `identity`, `seq` (the newest number), `loads` (how often a plant was loaded)."""
        return self("ledger")

    @property
    def spools(self) -> str:
        """Hash: tag to `version|state`."""
        return self("spools")

    @property
    def workers(self) -> str:
        """Hash: id to worker."""
        return self("workers")

    @property
    def events(self) -> str:
        """Stream: the log; the entry of event 7 has the id 7-0."""
        return self("events")

    @property
    def channel(self) -> str:
        """Pub/sub channel: the bell."""
        return self("spools:updates")

    def history(self, tag_spool: str) -> str:
        """List: the numbers of one spool's events."""
        return self(f"history:{tag_spool}")

    def request(self, request_id: UUID) -> str:
        """String: the number of the event a request became, for as long as it is remembered."""
        return self(f"request:{request_id}")

    def spool_lock(self, tag_spool: str) -> str:
        """String: the lock's value, with the lock's life."""
        return self(spool_lock(tag_spool))
