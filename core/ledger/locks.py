"""Named locks with a life, over the ledger's own: for occupations, and for electing one process of many."""

from collections.abc import Callable
from uuid import uuid4

from core.domain.errors import LockExpiredError, NoAutorizadoError
from core.domain.rulebook.lock_steps import spool_lock
from core.domain.rulebook.policy import Policy
from core.ledger.protocol import Ledger


class LockService:
    """Acquire, extend, release and look up locks; the value is `{worker_id}:{uuid4}`, whole or it does nothing.

    `key` makes the lock's name from what is locked; the default is a spool's lock by its tag. Those are taken and
    dropped by commits, together with their occupation: look them up here, do not take them.
    """

    def __init__(self, ledger: Ledger, *, ttl: int = Policy().lock_ttl, key: Callable[[str], str] = spool_lock) -> None:
        self._locks = ledger.locks
        self._ttl = ttl
        self._key = key

    @staticmethod
    def new_token(worker_id: int) -> str:
        """A lock value that no other lock has."""
        return f"{worker_id}:{uuid4()}"

    async def acquire(self, name: str, worker_id: int, *, ttl: int | None = None) -> str | None:
        """The token of the lock, held for `ttl` seconds (0: until released); None when another lock lives."""
        token = self.new_token(worker_id)
        taken = await self._locks.acquire(self._key(name), token, self._life(ttl))
        return token if taken else None

    async def extend(self, name: str, token: str, *, ttl: int | None = None) -> None:
        """Begin the lock's life again.

        Raises LockExpiredError when there is no lock, NoAutorizadoError when another's lives there.
        """
        if await self._locks.extend(self._key(name), token, self._life(ttl)):
            return
        worker_id, present = await self.owner(name)
        if present is None:
            raise LockExpiredError(name)
        raise NoAutorizadoError(name, ocupado_por=None, worker_id=worker_id)

    async def release(self, name: str, token: str) -> bool:
        """Remove the lock if it has this token; whether it did."""
        return await self._locks.release(self._key(name), token)

    async def owner(self, name: str) -> tuple[int, str] | tuple[None, None]:
        """The holder's worker id and token, `(None, None)` when there is no living lock."""
        value = await self._locks.value(self._key(name))
        if value is None:
            return None, None
        return int(value.partition(":")[0]), value

    def _life(self, ttl: int | None) -> int:
        return self._ttl if ttl is None else ttl
