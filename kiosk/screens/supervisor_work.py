"""The supervisor's pages of finished work, per day and per worker, and the reading of the log that feeds them both."""

from __future__ import annotations

from datetime import date
from typing import Final

from textual.app import ComposeResult
from textual.worker import Worker as BackgroundTask

from core.domain.dates import format_datetime
from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from kiosk.live.worklog import Labor, last_days
from kiosk.screens.base import KioskScreen
from kiosk.screens.supervisor_pages import Page, reason_of
from kiosk.screens.supervisor_rows import COUNT_WIDTH, day_bars, worker_row
from kiosk.widgets.plot import BarPlot
from kiosk.widgets.table import Column, Table

DAYS: Final = 14


class WorkReading:
    """Keeps the terminal's counted work up with the board, in the background of one screen."""

    def __init__(self, screen: KioskScreen) -> None:
        self._screen = screen
        self._kiosk = screen.kiosk
        self._reading: BackgroundTask[None] | None = None
        self.count = 0
        """How many events were read in the reading under way."""
        self.trouble = ""

    @property
    def days(self) -> tuple[date, ...]:
        """The days people ask for, today last."""
        return last_days(self._kiosk.now().date(), DAYS)

    @property
    def under_way(self) -> bool:
        return self._reading is not None and not self._reading.is_finished

    def keep_up(self) -> None:
        """Read on in the background when the board knows more than was counted."""
        occupation = self._kiosk.feed.occupation
        if occupation is None or not self._kiosk.is_connected or self.under_way:
            return
        identity, newest = occupation.ledger.seen.identity, self._kiosk.board.seq
        if not self._kiosk.work_log.is_current(identity=identity, newest=newest, first_day=self.days[0]):
            self.count = 0
            self._reading = self._screen.run_worker(self._read, group="work")

    async def _read(self) -> None:
        kiosk, wanted = self._kiosk, -1
        try:
            # What is told of while it is read is read as well.
            while wanted != kiosk.board.seq:
                wanted = kiosk.board.seq
                ledger = kiosk.service.ledger
                await kiosk.work_log.bring_up(
                    ledger, newest=wanted, first_day=self.days[0], zone=kiosk.timezone, told=self._tell
                )
        except (LedgerUnavailableError, LedgerRolledBackError) as trouble:
            self.trouble = reason_of(trouble, kiosk.wording)
        else:
            self.trouble = ""
        self._reading = None
        self._show()

    def _tell(self, count: int) -> None:
        self.count = count
        self._show()

    def _show(self) -> None:
        # In the screen's own turn: it may be half put together, or gone by now.
        self._screen.call_later(self._refresh)

    def _refresh(self) -> None:
        if self._screen.is_attached:
            self._screen.refresh_board()
            self._kiosk.changes.ring()

    def remark(self, otherwise: str = "") -> str:
        """How far the reading is, what keeps it from going on, or what the log no longer tells."""
        words, complete_since = self._kiosk.wording, self._kiosk.work_log.complete_since
        if self.trouble:
            return words("work.away", reason=self.trouble)
        if self.under_way and self.count:
            return words("work.reading", count=self.count)
        if complete_since is not None:
            return words("work.cut", since=format_datetime(complete_since, self._kiosk.timezone))
        return otherwise


class WorkPage(Page):
    """A page of finished work."""

    def __init__(self, reading: WorkReading, *, classes: str) -> None:
        super().__init__(classes=classes)
        self.reading = reading


class DiasPage(WorkPage):
    """Finished work per day, as bars with their numbers."""

    def compose(self) -> ComposeResult:
        yield BarPlot()

    @property
    def name_on_bar(self) -> str:
        return self.host.kiosk.wording("page.dias")

    def bring_up(self) -> None:
        words = self.host.kiosk.wording
        self.reading.keep_up()
        self.query_one(BarPlot).show(
            rows=[words(f"work.{labor}") for labor in Labor],
            total=words("work.total"),
            bars=day_bars(self.host.kiosk.work_log.days, self.reading.days),
        )
        self.label(title=words("work.box", days=DAYS), remark=self.reading.remark())


class HoyPage(WorkPage):
    """Today's finished work per worker."""

    def compose(self) -> ComposeResult:
        words = self.host.kiosk.wording
        names = [*(words(f"work.short.{labor}") for labor in Labor), words("work.total")]
        counts = [Column(f"{name:>{COUNT_WIDTH}}", COUNT_WIDTH) for name in names]
        yield Table([Column(words("column.worker"), 20, weight=1), *counts])

    @property
    def name_on_bar(self) -> str:
        return self.host.kiosk.wording("page.hoy")

    def bring_up(self) -> None:
        words, board = self.host.kiosk.wording, self.host.kiosk.board
        self.reading.keep_up()
        lines = self.host.kiosk.work_log.days.per_worker(self.reading.days[-1])
        self.query_one(Table).show([worker_row(line, board.workers) for line in lines])
        self.label(title=words("work.today_box"), remark=self.reading.remark("" if lines else words("work.none_today")))
