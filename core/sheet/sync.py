"""One process of many keeps the sheet up to date: its lease, its pace, its patience, and the office's plant on its way.

Whoever holds the lease mirrors; the others stand by and take over when it ends, or when its holder finds no way to the
sheet. Nothing here gives up: what fails is reported and tried again after a pause, for as long as it takes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from core.domain.errors import KioskError, LedgerRolledBackError, LedgerUnavailableError, LogTrimmedError
from core.domain.reasons import FallaPlanilla
from core.domain.sheet_errors import PullInProgressError, SheetUnavailableError, SheetUnusableError
from core.occupation import OccupationService
from core.sheet.lease import Lease, LeaseLostError
from core.sheet.pace import Pace, Patience
from core.sheet.pull import pull
from core.sheet.pull_note import read_pull_note
from core.sheet.push.mirror import Mirror, Progress, is_of_one_part
from core.sheet.spreadsheet.client import Spreadsheet
from core.sheet.state import LEASE, read_mirror_state
from core.sheet.sync_events import Elected, Failed, Mirrored, Pulled, StandingBy, SyncEvent

LEASE_LIFE: Final = 12
"""Seconds that a lease lives without being renewed. A write may arrive after its end: it writes events where they are
already, and rows that the next cycle corrects."""
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
"""With these Google asks for a pause before the next request, whatever it is."""

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
    tell: Callable[[SyncEvent], None] = lambda _: None
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._next_pull = float("inf")
        self._failures = 0
        self._failed_pulls = 0

    async def run(self) -> None:
        """Mirror, or stand by, until cancelled."""
        while True:
            lease = await self._wait_for_lease()
            async with self._holding(lease):
                rest = await self._mirror(lease)
            await self.sleep(rest)

    async def run_once(self, *, give_up_after: int = 5) -> int:
        """Mirror what is waiting now, and no plant: the number up to which the log is in the sheet then.

        While another process mirrors, its work is waited for. Raises what failed `give_up_after` times in a row, here
        or there.
        """
        until = (await self.service.ledger.position()).seq
        in_trouble = 0
        while True:
            lease = await Lease.take(self.service.ledger, LEASE, life=LEASE_LIFE)
            if lease is not None:
                async with self._holding(lease):
                    if await self._mirror_until(lease, until, give_up_after=give_up_after):
                        return until
                continue
            state = await read_mirror_state(self.service.ledger)
            if state is not None and state.mirrored >= until and not state.rows_waiting:
                return until
            in_trouble = in_trouble + 1 if state and state.trouble else 0
            # Not sooner than the lease of a mirror that died in its trouble would have ended.
            if state and state.trouble and in_trouble >= max(give_up_after, _LOOKS):
                raise state.trouble.as_error()
            await self.sleep(STAND_BY)

    async def _wait_for_lease(self) -> Lease:
        failures = 0
        is_announced = False
        while True:
            try:
                lease = await Lease.take(self.service.ledger, LEASE, life=LEASE_LIFE)
            except LedgerUnavailableError as error:
                failures += 1
                delay = self.patience.delay(failures, error)
                self.tell(Failed(error, delay))
                await self.sleep(delay)
                continue
            if lease is not None:
                return lease
            failures = 0
            if not is_announced:
                self.tell(StandingBy())
                is_announced = True
            await self.sleep(STAND_BY)

    @asynccontextmanager
    async def _holding(self, lease: Lease) -> AsyncIterator[None]:
        """Keep the lease while the block runs, then give it back."""
        renewing = asyncio.create_task(self._keep_renewing(lease), name="sheet-lease")
        self.spreadsheet.before_write = lease.renew
        try:
            self.tell(Elected())
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            self.spreadsheet.before_write = None
            await lease.give_back()

    async def _keep_renewing(self, lease: Lease) -> None:
        while True:
            await self.sleep(RENEWAL)
            # A lease that is lost is noticed where it matters: before a write, and by the notes.
            with suppress(LedgerUnavailableError, LeaseLostError):
                await lease.renew()

    async def _mirror(self, lease: Lease) -> float:
        """Mirror as long as the lease is held, or another may do better; for how many seconds it is to rest then."""
        mirror = self._mirror_of(lease)
        with suppress(LeaseLostError):
            while True:
                started = self.monotonic()
                outcome = await self._cycle(mirror, pulling=True)
                if isinstance(outcome, Progress):
                    await self._wait_for_next(mirror, outcome, started)
                    continue
                self.tell(outcome)
                if self._failures >= HAND_OVER_AFTER and _is_of(outcome.error, _OWN_WAY):
                    return outcome.delay
                await self.sleep(outcome.delay)
        return 0.0

    async def _mirror_until(self, lease: Lease, until: int, *, give_up_after: int) -> bool:
        """Mirror what the log has up to number `until`; False when the lease was lost."""
        mirror = self._mirror_of(lease)
        with suppress(LeaseLostError):
            while True:
                outcome = await self._cycle(mirror, pulling=False)
                if isinstance(outcome, Failed):
                    if self._failures >= give_up_after:
                        raise outcome.error
                    self.tell(outcome)
                    await self.sleep(outcome.delay)
                elif outcome.mirrored >= until and not outcome.rows_waiting:
                    return True
                elif not (outcome.events or outcome.rows):
                    await self.sleep(self.pace.usual)
        return False

    def _mirror_of(self, lease: Lease) -> Mirror:
        return Mirror(self.service, self.spreadsheet, lease, monotonic=self.monotonic)

    async def _cycle(self, mirror: Mirror, *, pulling: bool) -> Progress | Failed:
        """One cycle. Its success is reported here, its failure by the caller. Raises LeaseLostError."""
        try:
            if not mirror.has_begun:
                await mirror.begin()
                await self._plan_pull(pulling=pulling)
            await self._pull_when_due()
            progress = await mirror.cycle()
        except _EXPECTED as error:
            self._failures += 1
            with suppress(LedgerUnavailableError, LedgerRolledBackError):
                await mirror.note_trouble(error)
            delay = self.patience.delay(self._failures, error)
            if is_of_one_part(error):
                # Another look at how the spreadsheet is built may help; the other worksheet must not be kept waiting.
                mirror.look_again()
                delay = min(delay, self.pace.idle)
            return Failed(error, delay)
        self._failures = 0
        if progress.events or progress.rows:
            self.tell(Mirrored(progress))
        return progress

    async def _plan_pull(self, *, pulling: bool) -> None:
        """The plant is read `pull_every` seconds after whoever read it last; at once where nobody did."""
        self._next_pull = float("inf")
        if pulling and self.pull_every:
            note = await read_pull_note(self.service.ledger)
            last = note.at if note and note.error is None else None
            age = (self.service.ledger.now() - last).total_seconds() if last else self.pull_every
            # Of a clock that was set back nothing is known.
            self._next_pull = self.monotonic() + (self.pull_every - age if age >= 0 else 0)

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
            if _is_of(error, _BUSY):
                raise
            self.tell(Failed(error, delay, pulling=True))
            return
        self._failed_pulls = 0
        self._next_pull = self.monotonic() + self.pull_every
        self.tell(Pulled(report))

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


def _is_of(error: KioskError, fallas: Collection[FallaPlanilla]) -> bool:
    return isinstance(error, SheetUnavailableError) and error.falla in fallas
