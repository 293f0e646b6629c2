"""A real ledger with something in its way: somebody faster, a lost reply, a station whose clock is wrong."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core.domain.errors import LedgerUnavailableError
from core.ledger.protocol import Commit, Ledger, Outcome, Reading, WorkerRecord


class OvertakenLedger:
    """A ledger where `rival` acts between a reader's look and its commit, `times` times."""

    def __init__(self, ledger: Ledger, rival: Callable[[], Awaitable[object]], *, times: int) -> None:
        self._ledger = ledger
        self._rival = rival
        self.times = times

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    async def commit(self, commits: Sequence[Commit], *, people: Sequence[WorkerRecord] = ()) -> list[Outcome]:
        if self.times:
            self.times -= 1
            await self._rival()
        return await self._ledger.commit(commits, people=people)


class LosesOneReply:
    """A ledger where one commit, by default the first, is made and its answer never arrives; `after` so many others."""

    def __init__(self, ledger: Ledger, *, after: int = 0, doubtful: bool = True) -> None:
        self._ledger = ledger
        self._until = after
        self._doubtful = doubtful

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    async def commit(self, commits: Sequence[Commit], *, people: Sequence[WorkerRecord] = ()) -> list[Outcome]:
        outcomes = await self._ledger.commit(commits, people=people)
        self._until -= 1
        if self._until == -1:
            raise LedgerUnavailableError("la respuesta se perdió", doubtful=self._doubtful)
        return outcomes


class CountedLedger:
    """A ledger that keeps in `calls` what it was asked, by name."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    async def read(self, tags: Sequence[str], worker_id: int, *, requests: Sequence[UUID] = ()) -> Reading:
        self.calls.append("read")
        return await self._ledger.read(tags, worker_id, requests=requests)

    async def commit(self, commits: Sequence[Commit], *, people: Sequence[WorkerRecord] = ()) -> list[Outcome]:
        self.calls.append("commit")
        return await self._ledger.commit(commits, people=people)


class ClockAhead:
    """A ledger seen from a station that believes it is `seconds` later than the ledger knows."""

    def __init__(self, ledger: Ledger, *, seconds: int) -> None:
        self._ledger = ledger
        self._ahead = timedelta(seconds=seconds)

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def now(self) -> datetime:
        return self._ledger.now() + self._ahead
