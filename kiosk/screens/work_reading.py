"""The reading of the log that feeds every screen of finished work, in the background."""

from __future__ import annotations

from datetime import date
from typing import Final

from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.writing.dates import format_datetime
from kiosk.live.worklog import last_days
from kiosk.screens.base import KioskScreen
from kiosk.screens.supervisor_pages import reason_of

DAYS: Final = 14
"""How many days are counted at most, today among them."""


class WorkReading:
    """Keeps the terminal's counted work up with the board, in the background of one screen."""

    def __init__(self, screen: KioskScreen, count: int = DAYS) -> None:
        self._screen = screen
        self._kiosk = screen.kiosk
        self._days = count
        self._is_under_way = False
        self._count = 0
        """How many events were read in the reading under way."""
        self._trouble = ""

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are counted, today last."""
        return last_days(self._kiosk.feed.now().date(), self._days)

    @property
    def _first_day(self) -> date:
        """The day to count from: what was counted for another screen is not forgotten."""
        known, longest = self._kiosk.work_log.first_day, last_days(self.days[-1], DAYS)[0]
        return self.days[0] if known is None else max(min(known, self.days[0]), longest)

    def keep_up(self) -> None:
        """Read on in the background when the board knows more than was counted."""
        occupation = self._kiosk.feed.occupation
        if occupation is None or not self._kiosk.feed.is_live or self._is_under_way:
            return
        identity, newest = occupation.ledger.seen.identity, self._kiosk.board.seq
        if not self._kiosk.work_log.is_current(identity=identity, newest=newest, first_day=self._first_day):
            self._count = 0
            self._is_under_way = True
            self._screen.run_worker(self._read(), group="work")

    async def _read(self) -> None:
        kiosk, wanted = self._kiosk, -1
        zone = kiosk.session.configured.zone
        try:
            # Events that come while it reads are read as well.
            while wanted != kiosk.board.seq:
                wanted = kiosk.board.seq
                ledger = kiosk.feed.service.ledger
                await kiosk.work_log.bring_up(
                    ledger, newest=wanted, first_day=self._first_day, zone=zone, progress=self._show_count
                )
        except (LedgerUnavailableError, LedgerRolledBackError) as trouble:
            self._trouble = reason_of(trouble, kiosk.wording)
        else:
            self._trouble = ""
        self._is_under_way = False
        kiosk.bring_up()

    def _show_count(self, count: int) -> None:
        self._count = count
        self._kiosk.bring_up()

    def remark(self, otherwise: str = "") -> str:
        """How far the reading is, what keeps it from going on, or since when the log is complete."""
        words, complete_since = self._kiosk.wording, self._kiosk.work_log.complete_since
        if self._trouble:
            return words("work.away", reason=self._trouble)
        if self._is_under_way and self._count:
            return words("work.reading", count=self._count)
        if complete_since is not None:
            return words("work.cut", since=format_datetime(complete_since, self._kiosk.session.configured.zone))
        return otherwise
