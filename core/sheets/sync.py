"""One process of many keeps the sheet up to date: its lease, its pace, its patience, and the office's plant on its way.

Whoever holds the lease mirrors; the others stand by and take over when it ends, or when its holder finds no way to the
sheet. Nothing here gives up: what fails is told, waited for and tried again, for as long as it takes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from core.errors import (
    FallaPlanilla,
    KioskError,
    LedgerRolledBackError,
    LedgerUnavailableError,
    LockExpiredError,
    LogTrimmedError,
    NoAutorizadoError,
    PullInProgressError,
    SheetUnavailableError,
    SheetUnusableError,
)
from core.locks import LockService
from core.occupation import OccupationService
from core.sheets.mirror import Mirror, Progress
from core.sheets.news import Elected, Failed, Mirrored, News, Pulled, StandingBy
from core.sheets.pace import Pace, Patience
from core.sheets.pulling import pull
from core.sheets.spreadsheet import Spreadsheet
from core.sheets.state import LEASE, LeaseLostError, MirrorNotes, read_mirror_state

LEASE_LIFE: Final = 12
"""Seconds that a lease lives without being renewed. A write is given at most 8: it ends before another may begin."""
RENEWAL: Final = 3.0
"""Seconds between renewals."""
STAND_BY: Final = 2.0
"""Seconds between looks for a lease that ended: with its life, a dead mirror is replaced within 15 seconds."""
_LOOKS: Final = int(LEASE_LIFE / STAND_BY) + 2
"""So many looks, STAND_BY apart, take longer than a lease lives."""
HAND_OVER_AFTER: Final = 3
"""Failures in a row of this process's own way to the sheet, after which another may try its luck."""

_OWN_WAY: Final = frozenset(
    {
        FallaPlanilla.LLAVE_RECHAZADA,
        FallaPlanilla.NO_COMPARTIDA,
        FallaPlanilla.SOLO_LECTURA,
        FallaPlanilla.API_DESACTIVADA,
        FallaPlanilla.RED,
        FallaPlanilla.LENTA,
        FallaPlanilla.RESPUESTA_ILEGIBLE,
    }
)
"""What may be the fault of this machine's network or key."""
_BUSY: Final = frozenset({FallaPlanilla.CUOTA, FallaPlanilla.SERVIDOR})
"""With these Google asks to be left alone for a while, whatever was to be asked next."""

_EXPECTED: Final = (
    SheetUnavailableError,
    SheetUnusableError,
    LedgerUnavailableError,
    LedgerRolledBackError,
    LogTrimmedError,
)


@dataclass(kw_only=True)
class Sync:
    """Keeps the sheet of one ledger up to date. `pull_every` is in seconds, 0 for never; `tell` hears what happens."""

    service: OccupationService
    spreadsheet: Spreadsheet
    pull_every: float
    tell: Callable[[News], None] = lambda _: None
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._locks = LockService(self.service.ledger, ttl=LEASE_LIFE, key=str)
        self._next_pull = float("-inf") if self.pull_every else float("inf")
        self._failures = 0
        self._failed_pulls = 0

    async def run(self) -> None:
        """Mirror, or stand by, until cancelled."""
        while True:
            self._rest = 0.0
            async with self._elected() as token:
                await self._term(token)
            await self.sleep(self._rest)

    async def run_once(self, *, give_up_after: int = 5) -> Progress:
        """Mirror until nothing is waiting: what the last cycle found.

        While another process mirrors, its work is waited for. Raises what failed `give_up_after` times in a row, here
        or there.
        """
        self._next_pull = float("inf")
        in_trouble = 0
        while True:
            token = await self._locks.acquire(LEASE, 0)
            if token is not None:
                async with self._holding(token):
                    progress = await self._term(token, give_up_after=give_up_after)
                if progress is not None:
                    return progress
                continue
            state = await read_mirror_state(self.service.ledger)
            if state is not None and not state.waiting and not state.rows_waiting:
                return Progress()
            in_trouble = in_trouble + 1 if state and state.trouble else 0
            # Not sooner than the lease of a mirror that died in its trouble would have ended.
            if state and state.trouble and in_trouble >= max(give_up_after, _LOOKS):
                raise state.trouble.as_error()
            await self.sleep(STAND_BY)

    @asynccontextmanager
    async def _elected(self) -> AsyncIterator[str]:
        """Wait for the lease, and keep it while the block runs."""
        token = await self._wait_for_lease()
        async with self._holding(token):
            yield token

    @asynccontextmanager
    async def _holding(self, token: str) -> AsyncIterator[None]:
        """Keep the lease while the block runs, then give it back."""
        renewing = asyncio.create_task(self._keep_renewing(token), name="sheet-lease")
        try:
            self.tell(Elected())
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            self.spreadsheet.before_write = None
            # A lease that cannot be given back ends by itself.
            with suppress(LedgerUnavailableError):
                await self._locks.release(LEASE, token)

    async def _wait_for_lease(self) -> str:
        failures = 0
        told = False
        while True:
            try:
                token = await self._locks.acquire(LEASE, 0)
            except LedgerUnavailableError as error:
                failures += 1
                delay = self.patience.delay(failures, error)
                self.tell(Failed(error, delay))
                await self.sleep(delay)
                continue
            if token is not None:
                return token
            failures = 0
            if not told:
                self.tell(StandingBy())
                told = True
            await self.sleep(STAND_BY)

    async def _keep_renewing(self, token: str) -> None:
        while True:
            await self.sleep(RENEWAL)
            # A lease that is lost is noticed where it matters: before a write, and by the notes.
            with suppress(LedgerUnavailableError, LeaseLostError):
                await self._renew(token)

    async def _renew(self, token: str) -> None:
        try:
            await self._locks.extend(LEASE, token)
        except (LockExpiredError, NoAutorizadoError) as lost:
            raise LeaseLostError from lost

    async def _term(self, token: str, *, give_up_after: int | None = None) -> Progress | None:
        """Mirror as long as the lease is held; None when it was lost.

        With `give_up_after` only until nothing is waiting, and that many failures in a row are raised.
        """

        async def still_elected() -> None:
            await self._renew(token)

        self.spreadsheet.before_write = still_elected
        mirror = Mirror(
            self.service, self.spreadsheet, MirrorNotes(self.service.ledger, token), monotonic=self.monotonic
        )
        begun = False
        with suppress(LeaseLostError):
            while True:
                started = self.monotonic()
                try:
                    if not begun:
                        await mirror.begin()
                        begun = True
                    await self._pull_when_due()
                    progress = await mirror.cycle()
                except _EXPECTED as error:
                    self._failures += 1
                    if self._failures == give_up_after:
                        raise
                    delay = await self._note_trouble(mirror, error)
                    if give_up_after is None and self._others_may_do_better(error):
                        self._rest = delay
                        return None
                    await self.sleep(delay)
                    continue
                self._failures = 0
                if progress.events or progress.rows:
                    self.tell(Mirrored(progress))
                if give_up_after is None:
                    await self._wait_for_next(mirror, progress, started)
                elif progress.is_done:
                    return progress
        return None

    async def _pull_when_due(self) -> None:
        if self.monotonic() < self._next_pull:
            return
        try:
            report = await pull(self.service, self.spreadsheet)
        except PullInProgressError:
            # Somebody else is at it.
            self._next_pull = self.monotonic() + STAND_BY
            return
        except (SheetUnavailableError, SheetUnusableError) as error:
            # What the shop did must reach the sheet although the sheet's plant cannot be read.
            self._failed_pulls += 1
            delay = self.patience.delay(self._failed_pulls, error)
            self._next_pull = self.monotonic() + delay
            if isinstance(error, SheetUnavailableError) and error.falla in _BUSY:
                raise
            self.tell(Failed(error, delay, pulling=True))
            return
        self._failed_pulls = 0
        self._next_pull = self.monotonic() + self.pull_every
        self.tell(Pulled(report))

    async def _note_trouble(self, mirror: Mirror, error: KioskError) -> float:
        """Let everybody know; the seconds to wait before the next try."""
        delay = self.patience.delay(self._failures, error)
        self.tell(Failed(error, delay))
        if not isinstance(error, SheetUnavailableError) or error.falla is FallaPlanilla.RECHAZADA:
            mirror.look_anew()
        with suppress(LedgerUnavailableError, LedgerRolledBackError):
            await mirror.note_trouble(error)
        return delay

    def _others_may_do_better(self, error: KioskError) -> bool:
        own_way = isinstance(error, SheetUnavailableError) and error.falla in _OWN_WAY
        return own_way and self._failures >= HAND_OVER_AFTER

    async def _wait_for_next(self, mirror: Mirror, progress: Progress, started: float) -> None:
        """Until the next cycle is due: soon when anything is waiting or happens, else when the sheet is to be seen."""
        busy = progress.events >= self.pace.many
        soonest = started + (self.pace.busy if busy else self.pace.usual)
        latest = min(started + self.pace.idle, max(self._next_pull, soonest))
        while (now := self.monotonic()) < latest:
            if now < soonest:
                await self.sleep(soonest - now)
                continue
            if progress.waiting or progress.rows_waiting:
                return
            with suppress(LedgerUnavailableError, LedgerRolledBackError):
                if await mirror.has_news():
                    return
            await self.sleep(self.pace.poll)
