"""One process of many holds a part of the work: a lock of the ledger that lives as long as it is renewed."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from core.domain.errors import LedgerUnavailableError
from core.ledger.locks import LockService
from core.ledger.protocol import Ledger
from core.sheet.state import BOOK, Note


class LeaseLostError(Exception):
    """Another process holds the lease now: this one may write neither to the sheet nor into the notes."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lock that was taken, for `life` seconds. Its `token` fences its holder off once it is another's."""

    ledger: Ledger
    name: str
    token: str
    life: int

    @classmethod
    async def take(cls, ledger: Ledger, name: str, *, life: int) -> Self | None:
        """The lease called `name` for `life` seconds; None while another holds it. Raises LedgerUnavailableError."""
        token = LockService.new_token(0)
        return cls(ledger, name, token, life) if await ledger.locks.acquire(name, token, life) else None

    async def renew(self) -> None:
        """Extend it to its full life from now. Raises LeaseLostError when it ended, LedgerUnavailableError."""
        if not await self.ledger.locks.extend(self.name, self.token, self.life):
            raise LeaseLostError

    async def write(self, **notes: Note) -> None:
        """Write documents into BOOK, under their names. Raises LeaseLostError, and writes none, when it ended."""
        changes = {name: note.model_dump_json() for name, note in notes.items()}
        if not await self.ledger.notes.write(BOOK, changes, lock=self.name, token=self.token):
            raise LeaseLostError

    async def give_back(self) -> None:
        """Let another have it at once. One that cannot be given back ends by itself."""
        with suppress(LedgerUnavailableError):
            await self.ledger.locks.release(self.name, self.token)
