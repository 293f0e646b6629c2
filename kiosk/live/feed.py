"""The way from the ledger to the board: opens the ledger, keeps the replica live, and knows how well that goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError, LogTrimmedError
from core.domain.reasons import FallaRegistro, Riesgo
from kiosk.live.board import Board
from kiosk.live.doubts import Doubts, Fate
from kiosk.live.mirror_watch import MirrorWatch

if TYPE_CHECKING:
    from core.ledger.protocol import Position
    from core.occupation import OccupationService
    from kiosk.session import Session

RECONNECT_AFTER: Final = 1.0
"""Seconds between tries to open a ledger that is away, and between looks whether a lost past is back."""

HEALTH_INTERVAL: Final = 600.0
"""Seconds between looks at how safely the store keeps what it says is saved."""


class Feed:
    """One terminal's live knowledge of the ledger.

    `changed` is called after every change that a screen may show, `settled` with what became of a request in doubt.
    """

    def __init__(
        self, session: Session, board: Board, *, changed: Callable[[], None], settled: Callable[[Fate], None]
    ) -> None:
        self._session = session
        self._board = board
        self._changed = changed
        self._settled = settled
        self.doubts = Doubts()
        self.mirror = MirrorWatch(session, board, changed=changed)
        self._away: LedgerUnavailableError | None = None
        self._fresh_at = session.clock()
        self._seen: Position | None = None
        self.occupation: OccupationService | None = None
        self.ever_connected = False
        self.lost_past: LedgerRolledBackError | None = None
        self.risks: tuple[Riesgo, ...] = ()
        self.jumps = 0
        """How often the log had lost events that were not read yet, and the board was read again as a whole."""
        self.tried = asyncio.Event()
        """Set once the ledger was tried for the first time, whatever came of it."""

    @property
    def service(self) -> OccupationService:
        """The service. Raises LedgerUnavailableError while the ledger is away."""
        if self.occupation is None:
            raise self.trouble or LedgerUnavailableError(FallaRegistro.ABRIENDO)
        return self.occupation

    @property
    def trouble(self) -> LedgerUnavailableError | None:
        """Why the ledger is out of reach; None while it is not."""
        return self._away if self.occupation is None else self.occupation.ledger.trouble

    @property
    def is_live(self) -> bool:
        """Whether the board shows the ledger as it is now."""
        return self.occupation is not None and self.trouble is None and self.lost_past is None

    @property
    def knows_nothing(self) -> bool:
        """Whether the ledger was tried, and nothing was ever read from it."""
        return not self.ever_connected and self.trouble is not None

    def age(self) -> timedelta:
        """How old what the board shows may be."""
        if self.is_live:
            self._fresh_at = self._session.clock()
        return self._session.clock() - self._fresh_at

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone; the terminal's own while there is no ledger."""
        if self.occupation is not None:
            return self.occupation.now()
        return self._session.clock().astimezone(self._session.configured.zone)

    async def run(self) -> None:
        """Keep the board live, forever. Raises InvalidRequestError when the settings name no usable ledger."""
        while True:
            try:
                await self._follow_ledger()
            except LedgerUnavailableError as trouble:
                self._away = trouble
            finally:
                self.occupation = None
                self.tried.set()
            self._changed()
            await asyncio.sleep(RECONNECT_AFTER)

    async def _follow_ledger(self) -> None:
        async with self._session.occupation(seen=self._seen) as occupation:
            beside: list[asyncio.Task[None]] = []
            try:
                while True:
                    try:
                        await self._load(occupation)
                        # These run for as long as this ledger is open.
                        beside = beside or [
                            asyncio.create_task(self._look_after_health(occupation)),
                            asyncio.create_task(self._look_after_doubts()),
                            asyncio.create_task(self.mirror.follow(occupation.ledger)),
                        ]
                        await self._follow_log(occupation)
                    except LogTrimmedError:
                        self.jumps += 1
                        self.mirror.forget_conflicts()
                    except LedgerRolledBackError as lost:
                        await self._wait_for_past(occupation, lost)
            finally:
                # The ledger that is opened next must still be the one that was left.
                self._seen = occupation.ledger.seen
                for task in beside:
                    task.cancel()

    async def _load(self, occupation: OccupationService) -> None:
        """Read the whole board. Raises LedgerRolledBackError, and the board stays, when the ledger lost its past."""
        self.occupation = occupation
        await occupation.ledger.position()
        self._board.load(await occupation.snapshot())
        occupation.replica = self._board
        self.ever_connected = True
        self._away = None
        self.tried.set()
        self._changed()

    async def _follow_log(self, occupation: OccupationService) -> None:
        async for event in occupation.watch(after=self._board.seq):
            self.mirror.record(event)
            if not self._board.apply(event):
                self._board.load(await occupation.snapshot())
            self._changed()

    async def _wait_for_past(self, occupation: OccupationService, lost: LedgerRolledBackError) -> None:
        """Return when the ledger's past is back, or a supervisor, here or elsewhere, accepted the ledger as it is.

        Until then the board shows what was known.
        """
        self.lost_past = lost
        self._changed()
        try:
            while True:
                await asyncio.sleep(RECONNECT_AFTER)
                try:
                    await occupation.ledger.position()
                except LedgerRolledBackError as still:
                    self.lost_past = still
                except LedgerUnavailableError:
                    self._changed()
                else:
                    return
        finally:
            self.lost_past = None

    async def settle_doubts(self) -> None:
        """Ask what became of the requests in doubt, and tell. Raises LedgerUnavailableError, LedgerRolledBackError."""
        for fate in await self.doubts.settle(self.service):
            self._settled(fate)

    async def _look_after_doubts(self) -> None:
        while True:
            if self.doubts and self.is_live:
                with suppress(LedgerUnavailableError, LedgerRolledBackError):
                    await self.settle_doubts()
            await asyncio.sleep(RECONNECT_AFTER)

    async def _look_after_health(self, occupation: OccupationService) -> None:
        while True:
            # The task that reads the log reports whether the ledger can be reached.
            with suppress(LedgerUnavailableError, LedgerRolledBackError):
                self.risks = (await occupation.ledger.admin.check(thorough=False)).risks
            self._changed()
            await asyncio.sleep(HEALTH_INTERVAL)
