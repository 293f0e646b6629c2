"""The supervisor's pages of finished work, per day and per worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from typing_extensions import override

from kiosk.live.worklog import Labor, Sums, WorkerDay
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
            Bar(
                *(f"{day:%d}", f"{day:%d-%m}", tuple(made.operaciones for made in work.made.values())),
                marked=day == days[-1],
                more=_joints_of(work.sums),
            )
            for day, work in per_day
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
        # Who has only paused or handed over has no row.
        workers = [
            worker
            for worker in self.kiosk.work_log.days.per_worker(self.reading.days[-1])
            if worker.day.sums.operaciones or worker.day.sums.uniones
        ]
        self.query_one(Table).show([row for worker in workers for row in self._rows(worker)])
        remark = self.reading.remark("" if workers else self.words("work.none_today"))
        self.label(title=self.words("work.today_box"), remark=remark)

    def _rows(self, line: WorkerDay) -> list[Row]:
        """The worker's spools, and under them the joints and the inches, where there are some."""
        # Who is no longer on the plant's list goes by the log's name.
        worker = self.kiosk.board.workers.get(line.worker_id)
        name = f"{worker.nombre_completo} · {line.worker_nombre}" if worker else line.worker_nombre
        made = [*line.day.made.values(), line.day.sums]
        lines: dict[str, Sequence[object]] = {name: [one.operaciones or "·" for one in made]}
        if line.day.sums.uniones:
            lines[f"  {self.words('work.joints')}"] = [one.uniones or "·" for one in made]
            inches = [self.words.pulgadas(one.pulgadas) if one.uniones else "·" for one in made]
            lines[f"  {self.words('work.inches')}"] = inches
        return [
            Row(f"{line.worker_id}{'.' * at}", (title, *(f"{cell:>{_COUNT_WIDTH}}" for cell in cells)), dim=at > 0)
            for at, (title, cells) in enumerate(lines.items())
        ]


def _joints_of(made: Sums) -> tuple[str, str]:
    """Joints and whole inches of a day; nothing where there were none."""
    return (str(made.uniones), f"{made.pulgadas:.0f}") if made.uniones else ("·", "·")
