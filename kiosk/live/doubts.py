"""Requests whose answer never came: the ledger may have saved them. Once it is back it is asked what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError, VersionConflictError

if TYPE_CHECKING:
    from uuid import UUID

    from core.domain.requests import Request
    from core.domain.responses import Response
    from core.occupation import OccupationService


class Fate(NamedTuple):
    """What became of a request that was in doubt; without a response it was not saved, and never will be."""

    request: Request
    response: Response | None


class Doubts:
    """The requests of one terminal that are in doubt, whoever is identified there by now.

    `settled` is called with what became of each.
    """

    def __init__(self, settled: Callable[[Fate], None]) -> None:
        self._settled = settled
        self._open: dict[UUID, Request] = {}
        self._asking = asyncio.Lock()

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, *requests: Request) -> None:
        """Put requests in doubt."""
        self._open |= {request.request_id: request for request in requests}

    def is_about(self, worker_id: int, tag: str) -> bool:
        """Whether something that this worker asked for about this spool is in doubt."""
        return any((request.worker_id, request.tag_spool) == (worker_id, tag) for request in self._open.values())

    async def act(self, service: OccupationService, request: Request) -> Response:
        """What the service answers. One in doubt that asks for the same is sent in its place, so that both count once.

        Raises what `OccupationService.act` raises; when it is `doubtful`, what was sent is in doubt.
        """
        # While the ledger is being asked about it, it may be given up just now.
        async with self._asking:
            known = next((one for one in self._open.values() if _ask_the_same(one, request)), None)
            if known is not None:
                del self._open[known.request_id]
        if known is not None:
            with suppress(VersionConflictError):  # it was given up, or others were faster: it is not saved
                return await self._send(service, known, in_doubt=True)
        return await self._send(service, request, in_doubt=False)

    async def _send(self, service: OccupationService, request: Request, *, in_doubt: bool) -> Response:
        try:
            return await service.act(request)
        except (LedgerUnavailableError, LedgerRolledBackError) as trouble:
            if in_doubt and isinstance(trouble, LedgerUnavailableError):
                # Also when nothing was sent this time.
                trouble.set_doubtful()
            if in_doubt or trouble.doubtful:
                self.add(request)
            raise

    async def settle(self, service: OccupationService) -> None:
        """Ask what became of them, and tell. Raises LedgerUnavailableError and LedgerRolledBackError: then all stay."""
        async with self._asking:
            requests = list(self._open.values())
            fates = await service.settle(requests)
            for request in requests:
                # Others may have come into doubt meanwhile.
                del self._open[request.request_id]
        for request in requests:
            self._settled(Fate(request, fates[request.request_id]))


def _ask_the_same(one: Request, other: Request) -> bool:
    return type(one) is type(other) and one.model_copy(update={"request_id": other.request_id}) == other
