"""The supervisor's page of the ledger: how it stands, asked in the background while the page is in front."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from typing_extensions import override

from core.conflicts import ConflictMetrics, ConflictService
from core.domain.errors import LedgerRolledBackError, LedgerUnavailableError
from core.domain.writing.dates import format_datetime
from kiosk.live.supervision import MAX_SKEW, LedgerReport, examine
from kiosk.screens.supervisor_pages import LinesPage, reason_of
from kiosk.widgets.bars import connection_text
from kiosk.widgets.table import Row
from kiosk.words.wording import elapsed

LOOK_AGAIN: Final = timedelta(seconds=30)
"""How old the ledger's report may be while the page is in front."""

_ENGINES: Final = {"sqlite": "SQLite", "redis": "Redis"}
_IN_WORDS: Final = {"engine", "sqlite_version", "redis_version", "last_seq", "quick_check"}
"""Facts that have a line in words, or say nothing here."""


class RegistroPage(LinesPage):
    """How the ledger stands, a fact a line."""

    NAME_WIDTH = 21

    def __init__(self) -> None:
        super().__init__()
        self._report: LedgerReport | None = None
        self._trouble = ""
        self._asked_at: datetime | None = None
        self._is_asking = False

    @property
    @override
    def name_on_bar(self) -> str:
        feed = self.kiosk.feed
        return self.words("page.registro") if feed.is_live and not feed.risks else self.words("page.registro_trouble")

    @override
    def opened(self) -> None:
        self._asked_at = None

    @override
    def bring_up(self) -> None:
        if self._is_due():
            self._asked_at = self.kiosk.session.clock()
            self._is_asking = True
            self.run_worker(self._ask(), group="health")
        lines = [Row("", (name, text), alert=alert) for name, text, alert in self._lines()]
        facts = self._report.facts.items() if self._report else ()
        lines += [Row("", fact, dim=True) for fact in facts if fact[0] not in _IN_WORDS]
        self.show_lines(lines)
        self.label(title=self.words("registro.box"), remark=self._remark())

    def _is_due(self) -> bool:
        age = timedelta.max if self._asked_at is None else self.kiosk.session.clock() - self._asked_at
        return self.kiosk.feed.is_live and not self._is_asking and age >= LOOK_AGAIN

    def _remark(self) -> str:
        words, looked = self.words, self.words("registro.looking")
        if self._report is not None:
            looked = words("registro.age", elapsed=elapsed(self.kiosk.feed.now() - self._report.at))
        return words("registro.away", reason=self._trouble, looked=looked) if self._trouble else looked

    async def _ask(self) -> None:
        try:
            self._report = await examine(self.kiosk.feed.service, clock=self.kiosk.session.clock)
        except (LedgerUnavailableError, LedgerRolledBackError) as trouble:
            self._trouble = reason_of(trouble, self.words)
        else:
            self._trouble = ""
        self._is_asking = False
        self.kiosk.bring_up()

    # The lines: each a name, a text, and whether it is an alarm

    def _lines(self) -> Iterator[tuple[str, str, bool]]:
        words, feed = self.words, self.kiosk.feed
        text = words("registro.connected") if feed.is_live else connection_text(feed, self.kiosk.board, words)
        yield words("registro.connection"), text, not feed.is_live
        if self._report is not None:
            yield from self._report_lines(self._report)
        if feed.occupation is not None:
            yield from self._conflict_lines(feed.occupation.conflicts)

    def _report_lines(self, report: LedgerReport) -> Iterator[tuple[str, str, bool]]:
        words, zone = self.words, self.kiosk.session.configured.zone
        for risk in report.risks:
            yield words("registro.risk"), words(f"riesgo.{risk}"), True
        if not report.risks:
            yield words("registro.risks"), words("registro.no_risks"), False
        engine = report.facts.get("engine", "?")
        version = report.facts.get(f"{engine}_version", "")
        yield words("registro.engine"), f"{_ENGINES.get(engine, engine)} {version}", False
        newest, last = report.facts.get("last_seq", "?"), report.last_event
        yield words("registro.newest"), f"{newest} · {format_datetime(last.ts, zone)}" if last else newest, False
        if abs(report.skew) <= MAX_SKEW:
            yield words("registro.clock"), words("registro.clock_same"), False
        elif report.skew > timedelta():
            yield words("registro.clock"), words("registro.clock_ahead", elapsed=elapsed(report.skew)), True
        else:
            yield words("registro.clock"), words("registro.clock_behind", elapsed=elapsed(-report.skew)), True

    def _conflict_lines(self, conflicts: ConflictService) -> Iterator[tuple[str, str, bool]]:
        words = self.words
        met = conflicts.hot_spots(min_retries=1)
        if not met:
            yield words("registro.conflicts"), words("registro.no_conflicts"), False
            return
        total = words(
            "registro.conflict_sum",
            retries=sum(figures.retries for figures in met),
            failures=sum(figures.failures for figures in met),
            spools=len(met),
        )
        yield words("registro.conflicts"), total, any(figures.failures for figures in met)
        for figures in conflicts.hot_spots():
            line = words(
                "registro.hot",
                requests=figures.requests,
                retries=figures.retries,
                advice=self._advice(figures, conflicts),
            )
            yield figures.tag_spool, line, bool(figures.failures)

    def _advice(self, figures: ConflictMetrics, conflicts: ConflictService) -> str:
        """What to do about a spool that many want at once."""
        if figures.failures:
            return self.words("hot.failed", attempts=conflicts.backoff.attempts, cap=conflicts.backoff.cap)
        return self.words("hot.wanted") if figures.retries_per_request >= 1 else self.words("hot.watch")
