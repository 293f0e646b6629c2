"""What a service remembers of the ledger, so that an act needs no read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from core.ledger.protocol import WorkerRecord

if TYPE_CHECKING:
    from core.domain.model import Spool
    from core.ledger.replica import Replica

KEPT: Final = 256
"""Workers, and spools, that are remembered."""

K = TypeVar("K")
V = TypeVar("V")


class Memory:
    """Workers as they were last read, and spools as this service's own commits left them, of one ledger.

    Anything here may be stale. A commit of what was decided on it compares the ledger's identity, the worker and the
    spool's version; of a replica's worker it cannot compare what is stored: a replica is as old as its feed. An own
    commit is part of the log that every later commit continues, so that its version never stands for another state.
    What was only read may be lost with a server: no spool is remembered from a read.
    """

    def __init__(self) -> None:
        self._identity = ""
        self._workers: dict[int, WorkerRecord] = {}
        self._spools: dict[str, Spool] = {}

    def worker(self, worker_id: int, replica: Replica | None) -> WorkerRecord | None:
        """The worker with this number, as read here or in a replica; None when they are known in neither."""
        own = self._workers.get(worker_id)
        if own is None and replica is not None and (worker := replica.workers.get(worker_id)) is not None:
            return WorkerRecord(worker=worker, document="", identity=replica.identity)
        return own

    def spool(self, tag_spool: str, replica: Replica | None, identity: str) -> Spool | None:
        """The newest known state of the spool, here or in a replica of the same ledger; None when there is none."""
        own = self._spools.get(tag_spool) if self._identity == identity else None
        there = replica.spools.get(tag_spool) if replica is not None and replica.identity == identity else None
        return there if own is None or (there and there.version > own.version) else own

    def has_read(self, record: WorkerRecord) -> None:
        """A worker was read."""
        self._belongs_to(record.identity)
        _keep(self._workers, record.worker.worker_id, record)

    def has_committed(self, spool: Spool, identity: str) -> None:
        """A commit to the ledger of this identity left the spool so."""
        self._belongs_to(identity)
        _keep(self._spools, spool.tag_spool, spool)

    def _belongs_to(self, identity: str) -> None:
        """Forget whatever is remembered of another ledger."""
        if identity != self._identity:
            self._workers.clear()
            self._spools.clear()
            self._identity = identity

    def forget(self, tag_spool: str) -> None:
        """What is remembered of the spool is stale."""
        self._spools.pop(tag_spool, None)


def _keep(known: dict[K, V], key: K, value: V) -> None:
    known.pop(key, None)
    known[key] = value
    if len(known) > KEPT:
        del known[next(iter(known))]
