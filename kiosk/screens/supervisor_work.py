"""The supervisor's pages of finished work, per day and per worker, and the reading of the log that feeds them both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.dates import format_datetime
from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from kiosk.live.worklog import Labor, Made, WorkerDay, last_days, together
from kiosk.screens.base import KioskScreen
from kiosk.screens.supervisor_pages import Page, reason_of
from kiosk.widgets.plot import Bar, BarPlot
from kiosk.widgets.table import Column, Row, Table

DAYS: Final = 14

_COUNT_WIDTH: Final = 6
"""Cells of a column of counts, which stand under each other from the right."""


class WorkReading:
    """Keeps the terminal's counted work up with the board, in the background of one screen."""

    def __init__(self, screen: KioskScreen) -> None:
        self._screen = screen
        self._kiosk = screen.kiosk
        self._is_under_way = False
        self._count = 0
        """How many events were read in the reading under way."""
        self._trouble = ""

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are counted, today last."""
        return last_days(self._kiosk.feed.now().date(), DAYS)

    def keep_up(self) -> None:
        """Read on in the background when the board knows more than was counted."""
        occupation = self._kiosk.feed.occupation
        if occupation is None or not self._kiosk.feed.is_live or self._is_under_way:
            return
        identity, newest = occupation.ledger.seen.identity, self._kiosk.board.seq
        if not self._kiosk.work_log.is_current(identity=identity, newest=newest, first_day=self.days[0]):
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
                    ledger, newest=wanted, first_day=self.days[0], zone=zone, progress=self._show_count
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


class WorkPage(Page):
    """A page of finished work."""

    def __init__(self, reading: WorkReading) -> None:
        super().__init__()
        self.reading = reading


class DiasPage(WorkPage):
    """Finished work per day, as bars with their numbers."""

    @override
    def compose(self) -> ComposeResult:
        yield BarPlot()

    @property
    @override
    def name_on_bar(self) -> str:
        return self.words("page.dias")

    @override
    def bring_up(self) -> None:
        words, days = self.words, self.reading.days
        self.reading.keep_up()
        per_day = zip(days, self.kiosk.work_log.days.per_day(days), strict=True)
        bars = [
            Bar(
                *(f"{day:%d}", f"{day:%d-%m}", tuple(made[labor].spools for labor in Labor)),
                marked=day == days[-1],
                more=_joints_of(together(made.values())),
            )
            for day, made in per_day
        ]
        names = [words(f"work.{labor}") for labor in Labor]
        more = [words("work.joints"), words("work.inches")]
        self.query_one(BarPlot).show(rows=names, total=words("work.total"), bars=bars, more=more)
        self.label(title=words("work.box", days=DAYS), remark=self.reading.remark())


class HoyPage(WorkPage):
    """Today's finished work per worker."""

    @override
    def compose(self) -> ComposeResult:
        words = self.words
        names = [*(words(f"work.short.{labor}") for labor in Labor), words("work.total")]
        counts = [Column(f"{name:>{_COUNT_WIDTH}}", _COUNT_WIDTH) for name in names]
        yield Table([Column(words("column.worker"), 20, weight=1), *counts])

    @property
    @override
    def name_on_bar(self) -> str:
        return self.words("page.hoy")

    @override
    def bring_up(self) -> None:
        self.reading.keep_up()
        workers = self.kiosk.work_log.days.per_worker(self.reading.days[-1])
        self.query_one(Table).show([row for day in workers for row in self._rows(day)])
        remark = self.reading.remark("" if workers else self.words("work.none_today"))
        self.label(title=self.words("work.today_box"), remark=remark)

    def _rows(self, day: WorkerDay) -> list[Row]:
        """The worker's spools, and under them the joints and the inches, where there are some."""
        # Who is no longer on the plant's list goes by the log's name.
        worker = self.kiosk.board.workers.get(day.worker_id)
        name = f"{worker.nombre_completo} · {day.worker_nombre}" if worker else day.worker_nombre
        made = [*(day.made[labor] for labor in Labor), day.total]
        lines: dict[str, Sequence[object]] = {name: [one.spools or "·" for one in made]}
        if day.total.joints:
            lines[f"  {self.words('work.joints')}"] = [one.joints or "·" for one in made]
            inches = [self.words.pulgadas(one.inches) if one.joints else "·" for one in made]
            lines[f"  {self.words('work.inches')}"] = inches
        return [
            Row(f"{day.worker_id}{'.' * at}", (title, *(f"{cell:>{_COUNT_WIDTH}}" for cell in cells)), dim=at > 0)
            for at, (title, cells) in enumerate(lines.items())
        ]


def _joints_of(made: Made) -> tuple[str, str]:
    """Joints and whole inches of a day; nothing where there were none."""
    return (str(made.joints), f"{made.inches:.0f}") if made.joints else ("·", "·")
