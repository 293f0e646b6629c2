"""A real ledger with something in its way: somebody faster, a lost reply, a station whose clock is wrong."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from core.errors import LedgerUnavailableError
from core.ledger.protocol import Commit, Ledger, Outcome


class OvertakenLedger:
    """A ledger where `rival` acts between a reader's look and its commit, `times` times."""

    def __init__(self, ledger: Ledger, rival: Callable[[], Awaitable[object]], *, times: int) -> None:
        self._ledger = ledger
        self._rival = rival
        self._times = times

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    async def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        if self._times:
            self._times -= 1
            await self._rival()
        return await self._ledger.commit(commits)


class LosesOneReply:
    """A ledger whose first commit is made, and whose answer never arrives."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lost = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    async def commit(self, commits: Sequence[Commit]) -> list[Outcome]:
        outcomes = await self._ledger.commit(commits)
        if not self._lost:
            self._lost = True
            raise LedgerUnavailableError("la respuesta se perdió")
        return outcomes


class ClockAhead:
    """A ledger seen from a station that believes it is `seconds` later than the ledger knows."""

    def __init__(self, ledger: Ledger, *, seconds: int) -> None:
        self._ledger = ledger
        self._ahead = timedelta(seconds=seconds)

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def now(self) -> datetime:
        return self._ledger.now() + self._ahead
