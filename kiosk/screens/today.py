"""What one worker did today, in a few words. The log is read for it when nothing was scanned for a moment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kiosk.live.worklog import Sums
from kiosk.screens.base import KioskScreen

if TYPE_CHECKING:
    from kiosk.screens.work_reading import WorkReading

QUIET: Final = timedelta(seconds=2)


class TodayCount:
    """The count of this worker, for one screen."""

    def __init__(self, screen: KioskScreen, worker_id: int) -> None:
        self._screen = screen
        self._worker_id = worker_id
        self._reading: WorkReading | None = None
        self._up_to = 0
        """The number of the event that must be counted."""
        self._since = screen.now()
        self._shown: tuple[object, str] = (None, "")

    def look_again(self, seq: int) -> None:
        """Something was done, as event `seq` at most: count it soon."""
        self._up_to, self._since = seq, self._screen.now()

    @property
    def line(self) -> str:
        """`Hoy: 5 spools · 12,5″`; empty for none, or while the day is not read."""
        log, words, today = self._screen.kiosk.work_log, self._screen.words, self._screen.now().date()
        if log.newest < self._up_to and self._screen.now() - self._since >= QUIET:
            self._read()
        if self._shown[0] != (log.newest, today):
            sums = Sums.of([line.work for line in log.days.of_worker(self._worker_id, today)])
            made = [words("dia.spools", count=sums.spools), words.pulgadas(sums.pulgadas) if sums.uniones else ""]
            is_known = sums.spools and log.complete_since is None
            text = words("estacion.today", made=" · ".join(filter(None, made))) if is_known else ""
            self._shown = ((log.newest, today), text)
        return self._shown[1]

    def _read(self) -> None:
        if self._reading is None:
            # Imported in the first quiet moment: the answer to a badge must not wait for it.
            from kiosk.screens.work_reading import WorkReading

            self._reading = WorkReading(self._screen, count=1)
        self._reading.keep_up()
