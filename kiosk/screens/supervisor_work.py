"""The supervisor's pages of finished work, per day and per worker."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from kiosk.live.worklog import Labor, WorkerDay
from kiosk.screens.supervisor_pages import Page
from kiosk.screens.work_reading import DAYS, WorkReading
from kiosk.widgets.plot import Bar, BarPlot
from kiosk.widgets.table import Column, Row, Table

_COUNT_WIDTH: Final = 6
"""Cells of a column of counts, which stand under each other from the right."""


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
            Bar(f"{day:%d}", f"{day:%d-%m}", tuple(counts[labor] for labor in Labor), marked=day == days[-1])
            for day, counts in per_day
        ]
        names = [words(f"work.{labor}") for labor in Labor]
        self.query_one(BarPlot).show(rows=names, total=words("work.total"), bars=bars)
        self.label(title=words("work.box", days=DAYS), remark=self.reading.remark())


class HoyPage(WorkPage):
    """Today's finished work per worker."""

    @override
    def compose(self) -> ComposeResult:
        words = self.words
        names = [*(words(f"work.short.{labor}") for labor in Labor), words("work.total"), "″"]
        counts = [Column(f"{name:>{_COUNT_WIDTH}}", _COUNT_WIDTH) for name in names]
        yield Table([Column(words("column.worker"), 20, weight=1), *counts])

    @property
    @override
    def name_on_bar(self) -> str:
        return self.words("page.hoy")

    @override
    def bring_up(self) -> None:
        self.reading.keep_up()
        # Who only finished joints has no row: these columns count whole operations.
        workers = [day for day in self.kiosk.work_log.days.per_worker(self.reading.days[-1]) if day.total]
        self.query_one(Table).show([self._row(day) for day in workers])
        remark = self.reading.remark("" if workers else self.words("work.none_today"))
        self.label(title=self.words("work.today_box"), remark=remark)

    def _row(self, day: WorkerDay) -> Row:
        # Who is no longer on the plant's list goes by the log's name.
        worker = self.kiosk.board.workers.get(day.worker_id)
        name = f"{worker.nombre_completo} · {day.worker_nombre}" if worker else day.worker_nombre
        inches = self.words.pulgadas(day.sums.pulgadas)[:-1] if day.sums.uniones else ""
        counts = [*(day.counts[labor] for labor in Labor), day.total, inches]
        return Row(str(day.worker_id), (name, *(f"{count or '·':>{_COUNT_WIDTH}}" for count in counts)))
