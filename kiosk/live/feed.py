"""The way from the ledger to the board: opens the ledger, keeps the replica live, and knows how well that goes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Final

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError, LogTrimmedError
from core.domain.reasons import Riesgo
from kiosk.live.board import Board
from kiosk.live.mirror_watch import MirrorWatch
from kiosk.session import Session

if TYPE_CHECKING:
    from core import OccupationService
    from core.ledger.protocol import Position

RECONNECT_AFTER: Final = 1.0
"""Seconds between tries to open a ledger that is away, and between looks whether a lost past is back."""

HEALTH_INTERVAL: Final = 600.0
"""Seconds between looks at how safely the store keeps what it says is saved."""


class Feed:
    """One terminal's live knowledge of the ledger. `changed` is called after whatever people should see."""

    def __init__(self, session: Session, board: Board, *, changed: Callable[[], None]) -> None:
        self._session = session
        self._board = board
        self._changed = changed
        self.mirror = MirrorWatch(session, board, changed=changed)
        self._away: LedgerUnavailableError | None = None
        self._fresh_at = session.clock()
        self._seen: Position | None = None
        self.occupation: OccupationService | None = None
        self.ever_connected = False
        self.lost_past: LedgerRolledBackError | None = None
        self.risks: tuple[Riesgo, ...] = ()
        self.jumps = 0
        """How often the log no longer told everything, and the board was read anew."""
        self.tried = asyncio.Event()
        """Set once the ledger was tried for the first time, whatever came of it."""

    @property
    def trouble(self) -> LedgerUnavailableError | None:
        """Why the ledger is out of reach; None while it is not."""
        return self._away if self.occupation is None else self.occupation.ledger.trouble

    @property
    def is_live(self) -> bool:
        """Whether the board shows the ledger as it is now."""
        return self.occupation is not None and self.trouble is None and self.lost_past is None

    def age(self) -> timedelta:
        """How old what the board shows may be."""
        if self.is_live:
            self._fresh_at = self._session.clock()
        return self._session.clock() - self._fresh_at

    def now(self) -> datetime | None:
        """The ledger's clock in the plant's time zone; None while there is no ledger."""
        return self.occupation.now() if self.occupation else None

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
        # Importing the machinery takes as long as painting did: a thread of its own, while keys are collected here.
        await asyncio.to_thread(import_module, "core.wiring")
        async with self._session.occupation(seen=self._seen) as occupation:
            beside: list[asyncio.Task[None]] = []
            try:
                while True:
                    try:
                        await self._load(occupation)
                        beside = beside or self._begin_beside(occupation)
                        await self._follow_log(occupation)
                    except LogTrimmedError:
                        self.jumps += 1
                        self.mirror.forget_conflicts()
                    except LedgerRolledBackError as lost:
                        await self._wait_for_past(occupation, lost)
            finally:
                # A ledger that is opened anew must still be the one that was left.
                self._seen = occupation.ledger.seen
                for task in beside:
                    task.cancel()

    def _begin_beside(self, occupation: OccupationService) -> list[asyncio.Task[None]]:
        """Begin what goes on beside the board for as long as this ledger is open."""
        return [
            asyncio.create_task(self._look_after_health(occupation)),
            asyncio.create_task(self.mirror.follow(occupation.ledger)),
        ]

    async def _load(self, occupation: OccupationService) -> None:
        """Read the board anew. Raises LedgerRolledBackError, and the board stays, when the ledger lost its past."""
        self.occupation = occupation
        await occupation.ledger.position()
        self._board.load(await occupation.snapshot())
        # A large plant would stop the terminal for a quarter of a second each time all garbage is collected.
        gc.freeze()
        occupation.replica = self._board
        self.ever_connected = True
        self._away = None
        self.tried.set()
        self._changed()

    async def _follow_log(self, occupation: OccupationService) -> None:
        async for event in occupation.watch(after=self._board.seq):
            self.mirror.heard(event)
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

    async def _look_after_health(self, occupation: OccupationService) -> None:
        while True:
            # Whether the ledger can be reached is told by what reads it.
            with suppress(LedgerUnavailableError, LedgerRolledBackError):
                self.risks = (await occupation.ledger.admin.check(thorough=False)).risks
            self._changed()
            await asyncio.sleep(HEALTH_INTERVAL)
