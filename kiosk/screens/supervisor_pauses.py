"""The supervisor's page of pauses: a Pareto of their reasons, what costs most time first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from textual.app import ComposeResult
from typing_extensions import override

from core.domain.reasons import MotivoPausa
from kiosk.live.pauses import Cause
from kiosk.screens.supervisor_work import WorkPage
from kiosk.screens.work_reading import DAYS
from kiosk.widgets.table import Column, Row, Table

_MOST_WORKERS = 3


class PausasPage(WorkPage):
    """Why spools were put down in the last days, how often, for how long, and by whom."""

    @override
    def compose(self) -> ComposeResult:
        words = self.words
        yield Table(
            [
                Column(words("column.motivo"), 20, weight=1),
                Column(f"{words('column.count'):>5}", 5),
                Column(f"{words('column.lost'):>8}", 8),
                Column(f"{words('column.share'):>9}", 9),
                Column(words("column.worker"), 20, weight=2),
            ]
        )

    @property
    @override
    def name_on_bar(self) -> str:
        return self.words("page.pausas")

    @override
    def bring_up(self) -> None:
        self.reading.keep_up()
        causes = self.kiosk.work_log.days.pauses.causes(self.kiosk.feed.now())
        self.query_one(Table).show([*self._rows(causes)])
        remark = self.reading.remark("" if causes else self.words("pausas.none"))
        self.label(title=self.words("pausas.box", days=DAYS, count=sum(cause.count for cause in causes)), remark=remark)

    def _rows(self, causes: list[Cause]) -> Iterable[Row]:
        """A reason a line, with the share of all lost time that it and those above it have together."""
        total, so_far = sum((cause.lost for cause in causes), timedelta()), timedelta()
        for cause in causes:
            so_far += cause.lost
            share = f"{so_far / total:.0%}" if total else "·"
            cells = (self._reason(cause.motivo), f"{cause.count:>5}", f"{_hours(cause.lost):>8}", f"{share:>9}")
            yield Row(cause.motivo, (*cells, _who(cause)), dim=not cause.motivo)

    def _reason(self, motivo: str) -> str:
        if not motivo:
            return self.words("pausas.unsaid")
        # A newer program's reason is named by its code.
        return self.words(f"pausa.{motivo}") if motivo in set(MotivoPausa) else motivo


def _hours(time: timedelta) -> str:
    """Hours and minutes: `31 h 05`."""
    minutes = int(time.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02}"


def _who(cause: Cause) -> str:
    """Whose pauses they are, who has most first."""
    most = sorted(cause.workers.items(), key=lambda one: (-one[1], one[0]))
    more = [f"+{len(most) - _MOST_WORKERS}"] if len(most) > _MOST_WORKERS else []
    return ", ".join([*(f"{who} {count}" for who, count in most[:_MOST_WORKERS]), *more])
