"""The way from the ledger to the board: opens the ledger, keeps the replica live, and knows how well that goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError, LogTrimmedError
from core.domain.reasons import FallaRegistro, Riesgo
from kiosk.live.board import Board
from kiosk.live.doubts import Doubts, Fate
from kiosk.live.mirror_watch import MirrorWatch
from kiosk.live.supervision import risks_of

if TYPE_CHECKING:
    from core.ledger.protocol import Position
    from core.occupation import OccupationService
    from kiosk.session import Session

RECONNECT_AFTER: Final = 1.0
"""Seconds between tries to open a ledger that is away, and between looks whether a lost past is back."""

CONFIRM_EVERY: Final = 2.0
"""Seconds between questions whether the board is whole."""

LIVE_FOR: Final = 6.0
"""Seconds that an answer counts: the next question, a request's patience, and a machine that is busy."""

STANDS_STILL: Final = 10.0
"""Seconds within which the board must be read to what the store has; else the ledger is opened again."""

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
        self.doubts = Doubts(settled)
        self.mirror = MirrorWatch(session, board, changed=changed)
        self.trouble: LedgerUnavailableError | None = None
        """Why the log could not be read at the last try; None when it could, or was not tried yet."""
        self._fresh_at = session.clock()
        self._confirmed_at = -inf
        """When, by the monotonic clock, the store was asked for the number that the board was then read to."""
        self._seen: Position | None = None
        self.occupation: OccupationService | None = None
        self.ever_connected = False
        self.lost_past: LedgerRolledBackError | None = None
        self.risks: tuple[Riesgo, ...] = ()
        self.jumps = 0
        """How often the log had lost events that were not read yet, and the board was read again as a whole."""
        self._event_was_read = asyncio.Event()
        self.tried = asyncio.Event()
        """Set once the ledger was tried for the first time, whatever came of it."""

    @property
    def service(self) -> OccupationService:
        """The service. Raises LedgerUnavailableError while the ledger is away."""
        if self.occupation is None:
            raise self.trouble or LedgerUnavailableError(FallaRegistro.ABRIENDO)
        return self.occupation

    @property
    def is_live(self) -> bool:
        """Whether the board shows the ledger as it is: read to a number that the store confirmed just now."""
        is_confirmed = monotonic() - self._confirmed_at < LIVE_FOR
        return self.occupation is not None and is_confirmed and self.trouble is None and self.lost_past is None

    @property
    def knows_nothing(self) -> bool:
        """Whether the ledger was tried, and nothing was ever read from it."""
        return not self.ever_connected and self.trouble is not None

    def age(self) -> timedelta:
        """How old what the board shows may be."""
        now = self._session.clock()
        self._fresh_at = now if self.is_live else self._fresh_at
        return now - self._fresh_at

    def now(self) -> datetime:
        """The ledger's clock in the plant's time zone; the terminal's own while there is no ledger."""
        own = self._session.clock().astimezone(self._session.configured.zone)
        return self.occupation.now() if self.occupation else own

    async def run(self) -> None:
        """Keep the board live, forever. Raises InvalidRequestError when the settings name no usable ledger."""
        while True:
            try:
                await self._follow_ledger()
            except LedgerUnavailableError as trouble:
                self.trouble = trouble
            finally:
                self.occupation = None
                self.tried.set()
            self._changed()
            await asyncio.sleep(RECONNECT_AFTER)

    async def _follow_ledger(self) -> None:
        async with self._session.occupation(seen=self._seen) as occupation:
            # None of them ends by itself: the first that fails ends them all, with its error.
            tasks = [
                asyncio.create_task(work)
                for work in (
                    self._keep_board(occupation),
                    self._confirm(occupation),
                    self._look_after_health(occupation),
                    self._look_after_doubts(),
                    self.mirror.follow(occupation.ledger),
                )
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                # The ledger that is opened next must still be the one that was left.
                self._seen = occupation.ledger.seen
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_board(self, occupation: OccupationService) -> None:
        while True:
            try:
                await self._load(occupation)
                await self._follow_log(occupation)
            except LogTrimmedError:
                self.jumps += 1
                self.mirror.forget_conflicts()
            except LedgerRolledBackError as lost:
                await self._wait_for_past(occupation, lost)

    async def _load(self, occupation: OccupationService) -> None:
        """Read the whole board. Raises LedgerRolledBackError, and the board stays, when the ledger lost its past."""
        asked_at = monotonic()
        self.occupation = occupation
        # Before the snapshot: a board that spans two ledgers decides nothing.
        identity = (await occupation.ledger.position()).identity
        self._board.load(await occupation.snapshot())
        self._board.identity = identity
        occupation.replica = self._board
        self.ever_connected = True
        self._is_confirmed(asked_at)
        self.tried.set()
        self._changed()

    async def _follow_log(self, occupation: OccupationService) -> None:
        async for event in occupation.watch(after=self._board.seq):
            self.mirror.record(event)
            if not self._board.apply(event):
                self._board.load(await occupation.snapshot())
            self._event_was_read.set()
            self._changed()

    async def _confirm(self, occupation: OccupationService) -> None:
        """Ask again and again whether the board is whole. Raises LedgerUnavailableError when it stands still."""
        await self.tried.wait()
        while True:
            await asyncio.sleep(CONFIRM_EVERY)
            asked_at, before = monotonic(), (self.trouble, self.is_live)
            try:
                newest = (await occupation.ledger.position()).seq
            except LedgerUnavailableError as trouble:
                self.trouble = trouble
            except LedgerRolledBackError:
                # The board stays as it was, and says so: see `_wait_for_past`.
                continue
            else:
                await self._reaches(newest)
                self._is_confirmed(asked_at)
            if (self.trouble, self.is_live) != before:
                self._changed()

    async def _reaches(self, seq: int) -> None:
        try:
            async with asyncio.timeout(STANDS_STILL):
                while self._board.seq < seq and self.lost_past is None:
                    self._event_was_read.clear()
                    await self._event_was_read.wait()
        except TimeoutError:
            raise LedgerUnavailableError(FallaRegistro.ATRASADO) from None

    def _is_confirmed(self, asked_at: float) -> None:
        self.trouble = None
        self._confirmed_at, self._fresh_at = asked_at, self._session.clock()

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

    async def _look_after_doubts(self) -> None:
        while True:
            if self.doubts and self.is_live:
                with suppress(LedgerUnavailableError, LedgerRolledBackError):
                    await self.doubts.settle(self.service)
            await asyncio.sleep(RECONNECT_AFTER)

    async def _look_after_health(self, occupation: OccupationService) -> None:
        while True:
            # Whether the ledger can be reached is another task's to tell.
            with suppress(LedgerUnavailableError, LedgerRolledBackError):
                await self.look_at_health(occupation)
            await asyncio.sleep(HEALTH_INTERVAL)

    async def look_at_health(self, occupation: OccupationService) -> None:
        """See now how safely the store keeps things. Raises LedgerUnavailableError and LedgerRolledBackError."""
        self.risks = await risks_of(occupation, await occupation.ledger.admin.check(thorough=False))
        self._changed()
