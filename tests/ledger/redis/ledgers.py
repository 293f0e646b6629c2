"""Ledgers on real Redis servers, as several terminals have them, and short ways to use them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from core.domain.errors import LedgerUnavailableError
from core.domain.events import Event
from core.ledger.open import open_ledger
from core.ledger.protocol import Commit, Committed, Conflict, Ledger, Position, Repeated
from tests.contract.commits import PATIENCE, noting, outcome_of, spool_of
from tests.plants import TAG
from tests.redis_servers import RedisServer


@asynccontextmanager
async def terminal(url: str, site: str, *, seen: Position | None = None) -> AsyncIterator[Ledger]:
    """One more terminal's ledger object."""
    async with open_ledger(url, site=site, request_memory=timedelta(hours=1), seen=seen) as ledger:
        yield ledger


async def note(ledger: Ledger, tag: str = TAG) -> Event:
    """A note on the spool, by the only one who writes on it now."""
    outcome = await outcome_of(ledger, noting(await spool_of(ledger, tag)))
    # Where the first answer came too late, on a busy machine, the second one counts.
    assert isinstance(outcome, (Committed, Repeated)), outcome
    return outcome.event


async def insist(ledger: Ledger, commit: Commit) -> Committed | Repeated:
    """The commit's outcome, sent again and again as it is as long as the ledger is away."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                [outcome] = await ledger.commit([commit])
            except LedgerUnavailableError:
                continue
            assert not isinstance(outcome, Conflict), "somebody else wrote on this spool, or it was done twice"
            assert isinstance(outcome, (Committed, Repeated))
            return outcome


async def eventually(holds: Callable[[], bool], otherwise: str) -> None:
    """Ask until it holds, while everything else goes on; fail with `otherwise` when it does not in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if holds():
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(otherwise) from None


def clients_of(server: RedisServer, kind: str = "") -> int:
    """How many connections ledgers have to the server; of one type (`normal`, `pubsub`) or of all."""
    listed = server.command("CLIENT", "LIST", *(["TYPE", kind] if kind else []))
    return sum(b" user=default " in one for one in listed.splitlines())


def kill_clients(server: RedisServer, kind: str) -> None:
    server.command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
