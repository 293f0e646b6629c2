"""One process of many holds a part of the work: a lock of the ledger that lives as long as it is renewed."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from core.domain.errors import LedgerUnavailableError, LockExpiredError, NoAutorizadoError
from core.ledger.locks import LockService
from core.ledger.protocol import Ledger
from core.sheet.state import LeaseLostError


@dataclass(frozen=True, slots=True)
class Lease:
    """A lock that was taken. Its `token` is what fences its holder off once it is another's."""

    name: str
    token: str
    _locks: LockService

    @classmethod
    async def take(cls, ledger: Ledger, name: str, *, life: int) -> Self | None:
        """The lease called `name` for `life` seconds; None while another holds it. Raises LedgerUnavailableError."""
        locks = LockService(ledger, ttl=life, key=str)
        token = await locks.acquire(name, 0)
        return None if token is None else cls(name, token, locks)

    async def renew(self) -> None:
        """Let it live its life anew. Raises LeaseLostError when it ended, LedgerUnavailableError."""
        try:
            await self._locks.extend(self.name, self.token)
        except (LockExpiredError, NoAutorizadoError) as lost:
            raise LeaseLostError from lost

    async def give_back(self) -> None:
        """Let another have it at once. One that cannot be given back ends by itself."""
        with suppress(LedgerUnavailableError):
            await self._locks.release(self.name, self.token)
